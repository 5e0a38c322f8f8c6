"""Reading a bare score: plain music reads as it is meant, ornaments are no chords, keys are found and dated."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from composer.analysis.read import read_score, signature_by_notes, signatures
from composer.analysis.states import inverted, near_keys, relative_fifths, states
from composer.analysis.units import LOWEST, PLACES, units
from composer.analysis.votes import SOUNDS
from composer.models.harmony import load_harmony
from composer.score.chord import parse_chord
from composer.score.key import Key
from composer.score.pitch import LETTER_SEMITONES
from composer.score.reading import Reading
from composer.score.score import Score
from composer.score.text import parse_text
from composer.theory.tables import load_table

WEIGHTS, NUMERALS = load_harmony(), load_table("numerals")
PLAIN = {
    "major": "S: E5:2 F5 | D5 C5 ; A: G4:2 A4 | G4 G4 ; T: C4:2 C4 | B3 E4 ; B: C3:2 F3 | G3 C3",
    "minor": "key: C minor ; S: Eb5:2 F5 | D5 C5 ; A: G4:2 Ab4 | G4 G4 ; T: C4:2 C4 | B3 Eb4 ; B: C3:2 F3 | G3 C3",
}
KEYS = [
    Key(step, alter, mode) for mode in PLAIN for step in range(7) for alter in (-1, 0, 1)
    if abs(Key(step, alter, mode).fifths) <= 7
]  # fmt: skip
SHARPEST = 7  # see test_far_keys
MODULATION = """
S: E5:1 F5 D5 E5 | C5 B4 C5:2@ | E5:1 F#5 G5 A5 | B5 A5 G5:2@ | G5:1 F5 E5 D5 | C5 B4 C5:2@
A: C5:1 C5 B4 C5 | G4 G4 G4:2 | C5:1 C5 B4 E5 | D5 F#5 D5:2 | D5:1 D5 C5 A4 | G4 G4 G4:2
T: G4:1 A4 G4 G4 | E4 D4 E4:2 | G4:1 D4 D4 C5 | G4 D5 B4:2 | B4:1 G4 G4 F4 | E4 F4 E4:2
B: C4:1 F3 G3 C3 | G3 G3 C3:2 | C4:1 A3 G3 C4 | D4 D3 G3:2 | G3:1 B3 C4 F3 | G3 G3 C3:2
"""


def read(text: str | Score, key: Key | None = None) -> Reading:
    score = parse_text(text) if isinstance(text, str) else text
    return read_score(score, WEIGHTS.groups, NUMERALS, key)


def named(text: str | Score) -> list[tuple[float, str]]:
    """(bar and beat as one number, numeral) of every chord."""
    return [(span.onset_ticks / 480, span.chord.numeral) for span in read(text).chords]


def in_key(key: Key) -> Score:
    """The plain progression in a key."""
    return replace(parse_text(PLAIN[key.mode]).moved(key.step, LETTER_SEMITONES[key.step] + key.alter), key=key)


@pytest.mark.parametrize("key", [key for key in KEYS if key.fifths < SHARPEST], ids=str)
def test_the_plainest_progression_reads_right_in_every_key(key: Key) -> None:
    found = read(in_key(key))
    assert found.key == key and found.guessed
    assert {span.key for span in found.chords} == {key}
    wanted = ["i", "iv", "V", "i"] if key.is_minor else ["I", "IV", "V", "I"]
    assert [span.chord.numeral for span in found.chords] == wanted
    assert [span.onset_ticks for span in found.chords] == [0, 960, 1920, 2880]
    assert [(phrase.end_ticks, phrase.cadence) for phrase in found.phrases] == [(3840, "PAC")]


def test_all_keys_are_asked() -> None:
    assert len(KEYS) == 30


@pytest.mark.parametrize(("music", "chords"), [
    (  # passing notes in three voices
        "S: G4:1/2 A4 B4 C5 D5:2 | D5:2 C5 ; A: E4:2 G4 | G4 G4 ; T: C4:2 B3 | B3 E4 ; B: C3:2 G3 | G2 C3",
        [(0, "I"), (2, "V"), (6, "I")],
    ),
    (
        "S: E5:1/2 D5 C5:1 C5:2 | D5:2 C5 ; A: G4:2 A4:2 | G4 G4 ; T: C4:1/2 D4 E4:1 F4:2 | F4:1/2 E4 D4:1 E4:2 ; "
        "B: C3:2 F3:1/2 E3 F3:1 | G2:2 C3", [(0, "I"), (2, "IV"), (4, "V"), (6, "I")],
    ),
    (  # neighbours
        "S: E5:1/2 F5 E5:1 D5:1/2 C5 D5:1 | D5:2 C5 ; A: G4:2 G4:2 | G4 G4 ; T: C4:2 B3 | B3:1/2 C4 B3:1 E4:2 ; "
        "B: C3:2 G3 | G2 C3", [(0, "I"), (2, "V"), (6, "I")],
    ),
    (  # a suspended fourth
        "S: E5:2 F5 | D5:2 C5 ; A: G4:2 A4 | G4 G4 ; T: C4:2 C4_ | C4:1 B3 E4:2 ; B: C3:2 F3 | G3 C3",
        [(0, "I"), (2, "IV"), (4, "V"), (6, "I")],
    ),
    (  # a suspended seventh
        "S: E5:2 D5_ | D5:1 C5 B4:2 | C5:4 ; A: G4:2 G4 | E4 G4 | G4:4 ; T: C4:2 B3 | A3 D4 | E4:4 ; "
        "B: C3:2 G3 | A3 G3 | C3:4", [(0, "I"), (2, "V"), (4, "vi"), (6, "V"), (8, "I")],
    ),
])  # fmt: skip
def test_ornaments_are_no_chords(music: str, chords: list[tuple[int, str]]) -> None:
    assert named(music) == chords


@pytest.mark.parametrize(("music", "chord"), [
    ("S: E5:2 F#5 | G5 F5 | E5:4 ; A: C5:2 C5 | B4 B4 | C5:4 ; T: G4:2 A4 | D4 D4 | G4:4 ; B: C4:2 D4 | G3 G3 | C3:4",
     "V7/V"),
    ("key: C minor ; S: Eb5:2 Db5 | B4 C5 ; A: G4:2 Ab4 | G4 G4 ; T: C4:2 F4 | D4 Eb4 ; B: C3:2 F3 | G3 C3", "bII6"),
    ("key: C minor ; S: Eb5:2 Eb5 | Eb5 D5 | C5:4 ; A: C5:2 C5 | C5 B4 | G4:4 ; T: G4:2 F#4 | G4 G4 | Eb4:4 ; "
     "B: C4:2 Ab3 | G3 G3 | C3:4", "Ger6"),
])  # fmt: skip
def test_chromatic_chords_have_their_names(music: str, chord: str) -> None:
    assert (2.0, chord) in named(music)


def test_a_modulation_is_found_and_dated() -> None:
    found = read(MODULATION)
    assert found.key == Key(0, 0, "major")
    away = [span for span in found.chords if span.key != found.key]
    assert {span.key.name for span in away} == {"G major"}
    assert 8 <= away[0].onset_ticks / 480 <= 9  # at the third bar, or where F sharp comes
    assert away[-1].end_ticks == 16 * 480
    assert [phrase.cadence for phrase in found.phrases] == ["PAC"] * 3


def test_two_voices_have_a_key_and_no_chords() -> None:
    for music in ("key: G ; S: G4 A4 B4 C5 | D5 B4 G4:2 ; B: G3:2 G3 | D3 G3", "key: G ; S: G4 A4 B4 C5 | D5 B4 G4:2"):
        found = read(music)
        assert (found.key.name, found.chords) == ("G major", ())
        assert found.phrases


def test_chords_in_one_voice_are_lines_enough() -> None:
    assert [name for _, name in named("M: C4+E4+G4:4 | C4+F4+A4:4 | B3+D4+G4:4 | C4+E4+G4:4")]


def test_silence_has_the_written_key_and_nothing_else() -> None:
    found = read("key: Eb ; S: r:4 | r:4 ; B: r:4 | r:4")
    assert (found.key.name, found.chords, found.phrases) == ("Eb major", (), ())
    assert read(Score("", parse_text("S: C4").meter, Key(2, 0, "minor"), ())).key.name == "E minor"


def test_a_reading_that_is_there_stays_and_a_key_that_is_given_wins() -> None:
    written = "chords: vi V | I ; " + PLAIN["major"]
    found = read(written)
    assert [span.chord.numeral for span in found.chords] == ["vi", "V", "I"]
    assert not found.guessed
    assert read(PLAIN["major"], Key(3, 0, "major")).key.name == "F major"


def test_rests_around_the_music_hold_no_chord() -> None:
    parts = [part.strip() for part in PLAIN["major"].split(";")]
    later = " ; ".join(f"{part[:2]} r:4 | {part[3:]} | r:4" for part in parts)
    assert [(onset - 4, name) for onset, name in named(later)] == named(PLAIN["major"])


@pytest.mark.parametrize("key", [key for key in KEYS if not key.is_minor], ids=str)
def test_the_notes_say_which_signature_they_need(key: Key) -> None:
    scale = " ".join(f"{key.pitch(n, key.scale[n % 7] + 12 * (n // 7), 4).name}:1" for n in range(8))
    assert signature_by_notes(parse_text(f"S: {scale}")) == key.fifths


def test_of_two_signatures_that_fit_the_simpler_is_taken() -> None:
    assert signature_by_notes(parse_text("S: r:4")) == 0
    assert signature_by_notes(parse_text("S: C5 D5 E5 G5")) == 0
    assert signature_by_notes(parse_text("S: D5 E5 F#5 A5")) == 1


def test_signatures_that_change_are_read_where_they_stand() -> None:
    score = replace(parse_text(PLAIN["major"]), key_signatures=((480, 2), (1920, -1)))
    assert signatures(score) == [(0, 2), (1920, -1)]
    assert signatures(score, Key(4, 0, "major")) == [(0, 1)]
    assert units(score, signatures(score)).signature.tolist() == [2, 2, -1, -1]


def test_no_weight_praises_what_speaks_against_a_chord() -> None:
    row = dict(zip(SOUNDS, WEIGHTS.groups["sound"], strict=True))
    against = {name: value for name, value in row.items() if name.startswith(("out ", "no ", "bass out", "bass is"))}
    assert len(against) == 14
    assert all(value <= 0 for value in against.values())
    assert row["in start"] > 0 and row["bass fits"] > 0


def test_the_card_says_what_was_promised() -> None:
    held_out = WEIGHTS.card.content["held_out"]
    assert held_out["keys_given_root"] >= 0.93 and held_out["keys_given_figure"] >= 0.75
    assert held_out["notes_alone_key"] >= 0.80 and held_out["notes_alone_root"] >= 0.90
    assert held_out["home_keys_right"] == held_out["chorales"] == 17


def test_states_stand_where_their_chords_are_spelled() -> None:
    every = states(near_keys([0], 2), NUMERALS)
    for number in np.random.default_rng(0).choice(every.count, 200, replace=False):
        key, chord = every.keys[every.key[number]], every.chords[number]
        wanted = [pitch.fifths - LOWEST for pitch in chord.spelled(key)]
        assert every.member[number, : len(wanted)].tolist() == wanted
        assert (every.member[number, len(wanted) :] == PLACES).all()
        assert parse_chord(chord.numeral, key.is_minor).bass == chord.bass


def test_chords_are_inverted_and_augmented_sixths_are_not() -> None:
    assert [one.numeral for one in inverted("V7/V", parse_chord("V7/V", False))] == [
        "V7/V", "V6/5/V", "V4/3/V", "V4/2/V",
    ]
    assert [one.numeral for one in inverted("Ger6", parse_chord("Ger6", True))] == ["Ger6"]
    assert relative_fifths(6, 11) == 5


def test_a_bass_that_moves_under_a_chord_makes_inversions() -> None:
    music = "S: E5:2 G5 | F5 E5 ; A: G4:2 C5 | B4 G4 ; T: C4:2 E4 | D4 C4 ; B: C3:1 E3 C3 E3 | G3:2 C3"
    assert [name for _, name in named(music)][:2] == ["I", "I6"]
