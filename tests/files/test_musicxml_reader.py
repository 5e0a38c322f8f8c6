"""The reader of MusicXML: what a page may hold, bar by bar."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest
from foreign import CHORALES, attributes, corpus, line, note, page, rows

from composer.errors import InputError
from composer.files.door import open_score
from composer.files.musicxml_reader import Page, read_page
from composer.score.time import Meter

Q = 480


def read(*parts: list[str]) -> Page:
    return read_page(page(*parts), Path("page.musicxml"))


def one(*measures: str) -> dict[str, list[tuple[int, int, str]]]:
    return rows(read(list(measures)).score)


def test_backup_and_forward_place_voices() -> None:
    inside = line("C5:4 D5:4") + "<backup><duration>8</duration></backup><forward><duration>4</duration></forward>"
    found = one(attributes() + inside + line("E4:4", 2), line("C5:8"))
    assert found == {
        "soprano": [(0, 2 * Q, "C5"), (2 * Q, 2 * Q, "D5"), (4 * Q, 4 * Q, "C5")], "bass": [(2 * Q, 2 * Q, "E4")],
    }


def test_voices_cover_the_same_time() -> None:
    score = read([attributes() + line("C5:8"), line("D5:8")], [attributes() + line("C3:8")]).score
    for voice in score.voices:
        assert voice.notes[0].onset_ticks == 0 and voice.notes[-1].end_ticks == score.end_ticks == 8 * Q
        assert all(a.end_ticks == b.onset_ticks for a, b in pairwise(voice.notes))


def test_tied_heads_are_one_note_and_keep_their_elements() -> None:
    first = note("C5", 8, after="tie start")
    second = note("C5", 2, after="tie stop") + line("D5:6")
    found = read([attributes() + first, second])
    assert rows(found.score)["melody"] == [(0, 5 * Q, "C5"), (5 * Q, 3 * Q, "D5")]
    assert len(found.elements(0, 0)) == 2 and len(found.elements(0, 5 * Q)) == 1 and not found.elements(0, 7)


def test_tuplets_add_up_to_their_bar() -> None:
    sevenths = attributes(divisions=7, meter="2/4") + line("C5:2 D5 E5 F5 G5 A5 B5")
    notes = one(sevenths, line("C5:14"))["melody"]
    assert [end for _, end, _ in notes[-1:]] == [2 * Q] and notes[-1][0] == 2 * Q
    assert sum(length for _, length, _ in notes) == 4 * Q
    assert {length for _, length, _ in notes[:7]} <= {137, 138}


def test_a_bar_of_rounded_triplets_is_a_whole_bar() -> None:
    rounded = attributes(divisions=100, meter="2/4") + line("C5:33 D5 E5 F5 G5 A5")
    score = read([rounded, line("C5:200")]).score
    assert score.end_ticks == 4 * Q and not score.bar_lines and not score.pickup_ticks


def test_chords_and_overlaps() -> None:
    chord = note("C4", 4) + note("E4", 4, before="<chord/>") + note("G4", 2, before="<chord/>") + line("A4:4")
    score = read([attributes() + chord]).score
    assert {v.role for v in score.voices} == {"melody", "figuration"}
    heard = sorted((*n[:2], name) for notes in rows(score).values() for n in notes for name in n[2].split("+"))
    assert heard == [(0, Q, "G4"), (0, 2 * Q, "C4"), (0, 2 * Q, "E4"), (2 * Q, 2 * Q, "A4")]


def test_a_voice_that_crosses_staves_stays_whole() -> None:
    inside = note("C4", 4, 1, 1) + note("G3", 4, 1, 2)
    assert one(attributes(more="<staves>2</staves>") + inside) == {
        "melody": [(0, 2 * Q, "C4"), (2 * Q, 2 * Q, "G3")],
    }


def test_one_voice_number_on_two_staves_at_once_is_two_voices() -> None:
    inside = note("C5", 8, 1, 1) + "<backup><duration>8</duration></backup>" + line("C3:4 G3:4", 1, 2)
    assert set(one(attributes(more="<staves>2</staves>") + inside)) == {"soprano", "bass"}


def test_sounding_pitch_and_signature_of_a_transposing_part() -> None:
    shift = "<transpose><diatonic>-1</diatonic><chromatic>-2</chromatic></transpose>"
    score = read([attributes(fifths=2, more=shift) + line("D5:4 F#5:4")]).score
    assert rows(score)["melody"] == [(0, 2 * Q, "C5"), (2 * Q, 2 * Q, "E5")]
    assert score.key_signatures == ((0, 0),) and score.key.name == "C major"


def test_an_octave_clef_and_an_octave_line_change_nothing() -> None:
    ottava = '<direction><direction-type><octave-shift type="down" size="8"/></direction-type></direction>'
    assert one(attributes() + ottava + line("C6:8"))["melody"] == [(0, 4 * Q, "C6")]


def test_what_is_left_out_is_counted() -> None:
    grace = "<note><grace/><pitch><step>D</step><octave>5</octave></pitch><voice>1</voice></note>"
    drum = "<note><unpitched/><duration>2</duration><voice>1</voice></note>"
    cue = note("C5", 2, before="<cue/>")
    micro = note("C5", 2).replace("<octave>", "<alter>0.5</alter><octave>")
    again = '<barline location="right"><repeat direction="backward"/></barline>'
    found = read([attributes() + grace + line("C5:8"), grace + drum + cue + micro + line("D5:2") + again])
    assert found.warnings == (
        "2 grace notes are left out (first in bar 1)", "1 note without pitch is left out (in bar 2)",
        "1 cue note is left out (in bar 2)", "1 microtone is rounded to the next semitone (in bar 2)",
        "1 repeat is not unfolded (in bar 2)",
    )
    assert found.score.end_ticks == 8 * Q


def test_fermatas() -> None:
    held = note("C5", 8, after="<notations><fermata/></notations>")
    assert [n.fermata for n in read([attributes() + held]).score.voices[0].notes] == [True]


@pytest.mark.parametrize("opening", ['<measure number="0" implicit="yes">', '<measure number="0">'])
def test_a_pickup_is_bar_nought(opening: str) -> None:
    first = f"{opening}{attributes(meter='3/4')}{line('C5:2')}</measure>"
    bars = [f'<measure number="{n}">{line("D5:6")}</measure>' for n in (1, 2)]
    score = read([first, *bars]).score
    assert (score.pickup_ticks, score.bar_lines) == (Q, ())
    assert score.bar_of(0) == (0, 3.0) and score.bar_of(Q) == (1, 1.0)


def test_a_short_first_bar_that_is_numbered_keeps_its_number() -> None:
    score = read([attributes(meter="3/4") + line("C5:2"), line("D5:6"), line("D5:6")]).score
    assert score.pickup_ticks == Q
    assert [(b.onset_ticks, b.number, b.length_ticks, b.lead_ticks) for b in score.bar_lines] == [
        (0, 1, Q, 2 * Q), (Q, 2, 3 * Q, 0), (4 * Q, 3, 3 * Q, 0),
    ]
    assert [score.strength(t) for t in (0, Q, 2 * Q)] == [1, 3, 1]


def test_changes_of_meter_and_key() -> None:
    change = (
        "<attributes><key><fifths>-3</fifths></key><time><beats>3</beats><beat-type>4</beat-type></time></attributes>"
    )
    score = read([attributes(mode="minor", fifths=0) + line("A4:8"), change + line("B4:6"), line("A4:6")]).score
    assert [b.meter for b in score.bar_lines] == [Meter(4, 4), Meter(3, 4), Meter(3, 4)]
    assert score.key_signatures == ((0, 0), (4 * Q, -3)) and score.key.name == "A minor"
    assert score.bar_of(7 * Q + Q) == (3, 2.0) and score.strength(7 * Q) == 3 and score.strength(6 * Q) == 1


def test_a_bar_written_in_two_is_one_bar() -> None:
    parts = [
        f'<measure number="1">{attributes()}{line("C5:8")}</measure>',
        f'<measure number="2">{line("C5:6")}</measure>',
        f'<measure number="X1" implicit="yes">{line("C5:2")}</measure>',
        f'<measure number="3">{line("C5:8")}</measure>',
    ]
    score = read(parts).score
    assert [(b.number, b.length_ticks, b.lead_ticks) for b in score.bar_lines] == [
        (1, 4 * Q, 0), (2, 3 * Q, 0), (2, Q, 3 * Q), (3, 4 * Q, 0),
    ]
    assert score.bar_of(7 * Q) == (2, 4.0) and score.strength(7 * Q) == 1


def test_a_bar_that_is_too_short_still_promises_its_meter() -> None:
    score = read([attributes() + line("C5:8"), line("C5:5"), line("C5:8")]).score
    assert [b.length_ticks for b in score.bar_lines] == [4 * Q] * 3
    assert [b.onset_ticks for b in score.bar_lines] == [0, 4 * Q, 6 * Q + Q // 2]


def test_a_part_that_disagrees_does_not_move_the_others() -> None:
    slip = [attributes() + line("r:8 r:8"), line("C3:8")]
    score = read([attributes() + line("C5:8"), line("D5:8")], slip).score
    assert rows(score)["bass"] == [(4 * Q, 4 * Q, "C3")] and not score.bar_lines


def test_a_rest_of_a_whole_measure_is_as_long_as_its_meter() -> None:
    rest = '<note><rest measure="yes"/><duration>8</duration><voice>1</voice></note>'
    score = read([attributes(meter="3/4") + rest, line("C5:6")]).score
    assert rows(score)["melody"] == [(3 * Q, 3 * Q, "C5")]


def test_a_mode_that_is_not_said_is_guessed_by_the_last_bass() -> None:
    lower = [attributes(fifths=1) + line("E3:8"), line("B2:4 E3:4")]
    assert read([attributes(fifths=1) + line("E5:8"), line("D#5:4 E5:4")], lower).score.key.name == "E minor"


def test_tempo_title_and_rehearsal_marks() -> None:
    words = "<direction><direction-type><words>Lento</words></direction-type></direction>"
    metronome = "<metronome><beat-unit>quarter</beat-unit><per-minute>60</per-minute></metronome>"
    tempo = f"<direction><direction-type>{metronome}</direction-type></direction>"
    letter = "<direction><direction-type><rehearsal>B</rehearsal></direction-type></direction>"
    data = page([attributes() + words + tempo + line("C5:8"), letter + line("D5:8")]).replace(
        b"<part-list>", b"<movement-title>A  song</movement-title><part-list>"
    )
    score = read_page(data, Path("page.xml")).score
    assert (score.title, score.tempo_bpm, score.tempo_words) == ("A song", 60.0, "Lento")
    assert score.reading is not None
    assert [(s.label, s.onset_ticks, s.end_ticks) for s in score.reading.sections] == [("B", 4 * Q, 8 * Q)]


@pytest.mark.parametrize(("wrong", "said"), [
    (note("H4", 8), "<step>"), (note("C4", 8).replace("<octave>4", "<octave>x"), "octave"),
    (note("C4", 8).replace("<duration>8", "<duration>-8"), "duration"), (note("C4", 8, staff=900), "staff"),
    (note("C4", 10**9), "longer than"), ("<attributes><divisions>0</divisions></attributes>", "divisions"),
])
def test_nonsense_is_refused_with_its_bar(wrong: str, said: str) -> None:
    with pytest.raises(InputError, match=said) as caught:
        read([attributes() + line("C5:8"), wrong])
    assert "\n" not in str(caught.value) and str(caught.value).startswith("page.musicxml: ")


def test_too_many_voices_and_none_are_refused() -> None:
    many = "".join(note("C5", 8, voice=n, before="<chord/>" if n else "") for n in range(300))
    with pytest.raises(InputError, match="256 voices"):
        read([attributes() + many])
    with pytest.raises(InputError, match="can be kept"):
        read([attributes(divisions=1 << 20) + line("C5:1 D5:1")])


def test_jumps_are_counted() -> None:
    back = '<direction><direction-type><words>D.C.</words></direction-type><sound dacapo="yes"/></direction>'
    assert read([attributes() + line("C5:8") + back]).warnings == ("1 jump is not followed (in bar 1)",)


@pytest.mark.parametrize("name", CHORALES[:3])
def test_the_notes_of_chorales_are_those_that_music21_reads(name: str) -> None:
    from music21 import converter

    path = corpus() / "bach" / name
    reader = converter.Converter()
    reader.parseFile(path, format="musicxml", forceSource=True, storePickle=False)
    theirs: Counter[tuple[int, int, str]] = Counter()
    for part in reader.stream.parts:
        for element in part.stripTies().flatten().notes:
            onset, length = round(element.offset * Q), round(element.quarterLength * Q)
            theirs[onset, length, element.pitch.nameWithOctave.replace("-", "b")] += 1
    ours = Counter(row for notes in rows(open_score(path).score).values() for row in notes)
    assert ours == theirs


def test_music21_is_not_imported_for_musicxml() -> None:
    import subprocess
    import sys

    code = (
        "import sys; from pathlib import Path; from composer.files.door import open_score; "
        f"open_score(Path({str(corpus() / 'bach' / CHORALES[0])!r})); sys.exit('music21' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
