"""The plain text form reads what people write and writes what it reads."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from composer.errors import SlipError
from composer.score.chord import parse_chord
from composer.score.key import Key
from composer.score.note import Note, Voice
from composer.score.pitch import Pitch
from composer.score.reading import ChordSpan, Phrase, Reading, Section
from composer.score.score import Score
from composer.score.text import format_text, parse_text
from composer.score.time import Meter, ticks
from composer.score.windows import CADENCES

CANONICAL = """title: Two bars; and a half
key: D minor
meter: 3/4
pickup: 1
tempo: 72 Andante
form: A A'(period, F major)
chords: i | V:2 i:1 | i | [F major] V7:4 | I
phrases: HC@1 PAC@1/3-2
S: A4 | D5 E5_@ F5 | E5:2 D5:1@
B: r | D3:3 | A2:2 D3:1
L: r | C3+E3+G3:3 | r
Viola(alto): r:1/2 F4 | G#4:3
"""
PITCHES = st.builds(Pitch, st.integers(1, 6), st.integers(0, 6), st.integers(-2, 2))
NUMERALS = st.sampled_from(["I", "ii6", "V7", "V4/2", "vi", "IV6/4", "vii°7", "V7/V"])


@st.composite
def voices(draw: st.DrawFn, role: str, bars: int, bar_ticks: int, pickup: int) -> Voice:
    notes: list[Note] = []
    onset = 0
    for length in ([pickup] if pickup else []) + [bar_ticks] * bars:
        cuts = draw(st.sets(st.integers(1, length // 120 - 1), max_size=4)) if length > 120 else set()
        ends = [onset + 120 * cut for cut in sorted(cuts)] + [onset + length]
        for end in ends:
            chosen = draw(st.lists(PITCHES, max_size=3, unique_by=lambda p: (p.midi, p.letter_step)))
            pitches = tuple(sorted(chosen, key=lambda p: (p.midi, p.letter_step)))
            tied = bool(pitches) and draw(st.booleans())
            notes.append(Note(onset, end - onset, pitches, tied, draw(st.booleans())))
            onset = end
    return Voice({"soprano": "S", "bass": "B", "melody": "M"}.get(role, role.title()), role, tuple(notes))


@st.composite
def chord_spans(draw: st.DrawFn, key: Key, end: int) -> tuple[ChordSpan, ...]:
    spans: list[ChordSpan] = []
    onset = 0
    while onset < end:
        length = min(draw(st.sampled_from([240, 480, 960, 1920, 2400])), end - onset)
        if draw(st.integers(0, 9)):
            own = draw(st.sampled_from([key, Key(4, 0, "major"), Key(1, 0, "dorian")]))
            spans.append(ChordSpan(onset, length, parse_chord(draw(NUMERALS), own.is_minor), own))
        onset += length
    return tuple(spans)


@st.composite
def scores(draw: st.DrawFn) -> Score:
    meter = draw(st.sampled_from([Meter(4, 4), Meter(3, 4), Meter(6, 8), Meter(2, 2)]))
    key = draw(st.sampled_from([Key(0, 0, "major"), Key(3, 1, "minor"), Key(6, -1, "mixolydian")]))
    pickup = draw(st.sampled_from([0, 240, 480]))
    bars = draw(st.integers(1, 4))
    roles = draw(st.lists(st.sampled_from(["soprano", "bass", "melody", "tenor"]), min_size=1, unique=True))
    lines = tuple(draw(voices(role, bars, meter.bar_ticks, pickup)) for role in roles)
    end = pickup + bars * meter.bar_ticks
    cut = draw(st.integers(1, bars)) * meter.bar_ticks
    reading = Reading(
        key,
        draw(chord_spans(key, end)),
        (Phrase(0, pickup + cut, "HC"), Phrase(draw(st.sampled_from([pickup + cut, cut])), end + 240, "PAC")),
        (
            Section("A", 0, cut, "period"),
            Section("A'", cut, end),
            Section("B", end, end + 360, "", Key(4, 0, "major")),
        ),
    )
    tempo, words = draw(st.sampled_from([(0.0, ""), (72.0, "Andante con moto"), (66.5, "")]))
    return Score("A title", meter, key, lines, (), reading, tempo, words, pickup_ticks=pickup)


@settings(max_examples=150, deadline=None)
@given(score=scores())
def test_score_text_score(score: Score) -> None:
    text = format_text(score)
    again = parse_text(text)
    assert again == score
    assert format_text(again) == text


def test_canonical_text_is_kept() -> None:
    assert format_text(parse_text(CANONICAL)) == CANONICAL


def test_what_the_signs_mean() -> None:
    score = parse_text("S: C4:3/2 D4_:1/2 D4:1 r | E4+C4@:4")
    first, second, third, rest, chord = score.tune.notes
    assert [note.length_ticks for note in score.tune.notes] == [720, 240, 480, 480, 1920]
    assert second.tied
    assert not third.tied
    assert rest.is_rest
    assert [pitch.name for pitch in chord.pitches] == ["C4", "E4"]
    assert chord.fermata
    assert first.onset_ticks == 0


def test_defaults_and_headings_on_one_line() -> None:
    score = parse_text("chords: I V ; S: G4:2 B4 ; B: C3:2 G2")
    assert (score.key, score.meter, score.title) == (Key(0, 0, "major"), Meter(4, 4), "")
    assert score.reading is not None
    assert [span.length_ticks for span in score.reading.chords] == [960, 960]
    assert [voice.role for voice in score.voices] == ["soprano", "bass"]
    assert parse_text("S: C4").reading is None


def test_chords_share_bars() -> None:
    score = parse_text("meter: 3/4 ; chords: I V:1/2 I | - V ; S: C4:3 | D4")
    assert score.reading is not None
    spans = score.reading.chords
    assert [span.length_ticks for span in spans] == [600, 240, 600, 720]
    assert spans[-1].onset_ticks == ticks(Fraction(9, 2))


def test_a_note_over_the_bar_line_is_written_as_two() -> None:
    voice = Voice(
        "M", "melody", (Note(0, ticks(6), (Pitch(4, 0),)), Note(ticks(6), ticks(2), (Pitch(4, 1),)))
    )
    text = format_text(Score("", Meter(4, 4), Key(0, 0, "major"), (voice,)))
    assert text.endswith("M: C4:4_ | C4:2 D4\n")
    assert [note.length_ticks for note in parse_text(text).tune.sounding()] == [ticks(6), ticks(2)]


def test_every_kind_of_cadence_is_read() -> None:
    kinds = [kind for kind in CADENCES if kind]
    words = " ".join(f"{kind}@{bar}" for bar, kind in enumerate(kinds, 1))
    text = f"key: C major\nmeter: 4/4\nphrases: {words}\nS: C4:4{' | C4' * (len(kinds) - 1)}\n"
    assert format_text(parse_text(text)) == text


def test_phrases_end_where_the_next_upbeat_begins() -> None:
    text = "meter: 3/4\npickup: 1\nphrases: HC@2 PAC@4\nS: A4 | D5:3 | E5:2 A4:1 | F5:3 | D5:2\n"
    reading = parse_text(text).reading
    assert reading is not None
    assert [(p.onset_ticks, p.end_ticks) for p in reading.phrases] == [(0, ticks(6)), (ticks(6), ticks(12))]
    assert "phrases: HC@2 PAC@4" in format_text(parse_text(text))


def test_the_last_bar_may_lack_the_pickup() -> None:
    score = parse_text("meter: 3/4 ; pickup: 1 ; form: A B ; S: A4 | D5:3 | E5 | F5 | D5:2 |")
    assert (score.end_ticks, score.pickup_ticks) == (ticks(12), ticks(1))
    assert score.reading is not None
    assert [section.onset_ticks for section in score.reading.sections] == [480, 480 + 2 * 1440]
    assert score.reading.sections[-1].end_ticks == 480 + 4 * 1440
    assert format_text(parse_text(format_text(score))) == format_text(score)


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("S: G4 A4 | B4", 1, "bar 1 of S has 2 quarters; make it 4 quarters, or add 'pickup: 2'"),
        ("meter: 3/4\nS: C4 D4 E4 F4 | G4", 2, "bar 1 of S has 4 quarters; make it 3 quarters"),
        ("S: C4:4 | D4:3 | E4:4", 1, "bar 2 of S has 3 quarters; make it 4 quarters"),
        ("pickup: 1\nS: C4:1 | D4:2 | D4:4", 2, "bar 1 of S has 2 quarters; make it 4 quarters"),
        ("pickup: 1\nS: C4:1 | D4:4 | D4:2 |", 2, "bar 2 of S has 2 quarters; make it 4 quarters"),
        ("pickup: 1\nS: C4:2 | D4:4", 2, "bar 0 of S has 2 quarters; make it 1 quarters"),
        ("key: H\nS: C4", 1, "write B"),
        ("\nS: C9q", 2, "'C9q' is no pitch"),
        ("S: C4:0", 1, "'0' is no length"),
        ("S: C4:1/2000", 1, "'1/2000' is no length"),
        ("chords: I Q\nS: C4", 1, "'Q' is no Roman numeral"),
        ("phrases: PAC4\nS: C4", 1, "'PAC4' is no phrase"),
        ("form: A ?\nS: C4", 1, "'?' is no section"),
        ("tempo: fast\nS: C4", 1, "'fast' is no tempo"),
        ("meter: 3\nS: C4", 1, "'3' is no meter"),
        ("X: C4", 1, "'X:' is no heading"),
        ("hello", 1, "'hello' has no name"),
        ("S: C4\nS: D4", 2, "'S:' is there twice"),
    ],
)
def test_slips_name_line_and_remedy(text: str, line: int, words: str) -> None:
    with pytest.raises(SlipError) as caught:
        parse_text(text, "song.txt")
    assert str(caught.value).startswith(f"song.txt:{line}: ")
    assert words in str(caught.value)
    assert "; " in str(caught.value)
