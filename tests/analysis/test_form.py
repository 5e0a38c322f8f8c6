"""Forms and cadences of small hand-made pieces."""

from __future__ import annotations

import pytest

from composer.analysis.cadences import cadence_at, harmony
from composer.analysis.form import nearly_equal, read_form, verify_form
from composer.score.score import Score
from composer.score.text import parse_text

A = "C5 D5 E5 F5 | G5:2 E5:2 | A5:1 G5 F5 E5 | D5:4 | C5:1 D5 E5 F5 | G5:2 E5:2 | F5:1 E5 D5:2 | C5:4"
B = "F5:2 A5:2 | E5:2 G5:2 | D5:2 F5:2 | A5:4 | G5:2 F5:2 | E5:2 A5:2 | F5:2 E5:2 | D5:4"
BASS_A = "C3:4 | E3 | F3 | G3 | C3 | E3 | F3:2 G3:2 | C3:4"
BASS_B = "F3:4 | C3 | D3 | A2 | B2 | C3 | D3 | G2"
ALTO_A = "E4:4 | G4 | A4 | B4 | E4 | G4 | A4:2 B4:2 | E4:4"
ALTO_B = "C5:4 | G4 | A4 | E4 | G4 | A4 | F4 | B4"


def score(form: str, *names: str) -> Score:
    """A piece in C major, three voices, from the strains above."""
    voices = {"S": {"A": A, "B": B}, "A": {"A": ALTO_A, "B": ALTO_B}, "B": {"A": BASS_A, "B": BASS_B}}
    lines = [f"{voice}: " + " | ".join(strains[name] for name in names) for voice, strains in voices.items()]
    # every strain begins in quarters
    lines = [line.replace("| C5 D5 E5", "| C5:1 D5 E5").replace("| C3:4 | E3 |", "| C3:4 | E3:4 |") for line in lines]
    return parse_text("\n".join(["key: C major", "meter: 4/4", *([f"form: {form}"] if form else []), *lines]))


def test_a_good_form_has_no_problems() -> None:
    assert verify_form(score("A A B A", "A", "A", "B", "A"), ("A", "A", "B", "A")) == []


def test_what_is_read() -> None:
    form = read_form(score("A A B A", "A", "A", "B", "A"))
    assert [section.cadence for section in form.sections] == ["PAC", "PAC", "HC", "PAC"]
    assert [(section.first_bar, section.last_bar) for section in form.sections] == [(1, 8), (9, 16), (17, 24), (25, 32)]
    assert [(back.section, back.base, back.share) for back in form.returns] == [(1, 0, 1.0), (3, 1, 1.0)]
    assert form.ends_on_tonic and form.final_degree == "1"
    (contrast,) = form.contrasts
    assert contrast.section == 2
    assert contrast.equal_share == 1 / 8  # the long D of bar 4 and of the bridge's end
    assert contrast.pitch_difference == pytest.approx(1.6, abs=0.1)
    assert contrast.tonic_share is not None and contrast.tonic_share < 0.5


def test_letters_are_guessed_without_marks() -> None:
    form = read_form(score("", "A", "B", "A"))
    assert [section.label for section in form.sections] == ["A", "B", "A"]


@pytest.mark.parametrize(("form", "names", "letters", "said"), [
    ("A A B A", "AABB", "AABA", "a return shares 60%"),
    ("A B A", "AAA", "ABA", "a contrast takes less"),
    ("A B A", "AAA", "ABA", "a bridge ends on V"),
    ("A B", "AB", "AB", "authentic cadence"),
    ("A B", "AB", "AB", "does not end on its tonic"),
    ("A B", "AB", "ABA", "the sections are A B, not A B A"),
])
def test_problems_are_told(form: str, names: str, letters: str, said: str) -> None:
    problems = verify_form(score(form, *names), tuple(letters))
    assert any(said in problem for problem in problems), problems


CADENCES = [
    ("S: D5 B4 C5:2\nA: F4 G4 E4:2\nB: G3 G2 C3:2", "PAC"),
    ("S: D5 B4 G5:2\nA: F4 G4 E4:2\nB: G3 G2 C3:2", "IAC"),
    ("S: F5 D5 C5:2\nA: D4 F4 E4:2\nB: B2 B2 C3:2", "IAC"),
    ("S: C5 C5 B4:2\nA: E4 F4 D4:2\nB: C3 F3 G3:2", "HC"),
    ("S: C5 C5 F5:2\nA: E4 F4 B4:2\nB: C3 F3 G3:2", "HC"),
    ("S: A4 A4 C5:2\nA: F4 F4 E4:2\nB: F3 F3 C3:2", "PC"),
    ("S: D5 B4 C5:2\nA: F4 G4 E4:2\nB: G3 G2 A2:2", "DC"),
    ("S: C5 E5 C5:2\nA: E4 G4 F4:2\nB: C3 C3 A2:2", "other"),
    ("S: C5 D5 B4:2\nA: E4 F4 D4:2\nB: C3 F3 B2:2", "other"),
]


@pytest.mark.parametrize(("music", "cadence"), CADENCES)
def test_cadences(music: str, cadence: str) -> None:
    read = parse_text(f"key: C major\nmeter: 4/4\n{music}")
    assert cadence_at(read, read.end_ticks) == cadence


@pytest.mark.parametrize(("music", "cadence"), CADENCES)
@pytest.mark.parametrize(("letters", "semitones"), [(1, 2), (-1, -1), (3, 5)])
def test_cadences_transposed(music: str, cadence: str, letters: int, semitones: int) -> None:
    from dataclasses import replace

    from composer.score.key import Key

    read = parse_text(f"key: C major\nmeter: 4/4\n{music}").moved(letters, semitones)
    tonic = Key(0, 0, "major").pitch(letters, semitones, 4)
    moved = replace(read, key=Key(tonic.step, tonic.alter, "major"))
    assert cadence_at(moved, moved.end_ticks) == cadence


def test_a_lead_sheet_is_read_by_its_chord_symbols() -> None:
    read = parse_text("key: A minor\nmeter: 4/4\nchords: i | V7 | i\nM: A4:4 | B4 | A4")
    assert cadence_at(read, read.end_ticks) == "PAC"
    assert cadence_at(read, 2 * read.meter.bar_ticks) == "HC"
    assert cadence_at(parse_text("key: A minor\nmeter: 4/4\nM: A4:4 | B4 | A4"), 3 * 1920) == "other"


def test_a_broken_chord_is_one_harmony() -> None:
    read = parse_text("key: C major\nmeter: 4/4\nM: D5:4\nL: G2:1/2 D3 B3 D3 F3 D3 B3 D3")
    heard = harmony(read, 0, 1920)
    assert heard is not None
    assert (heard.root, heard.shape, heard.bass) == (7, "dominant-seventh", 7)
    assert harmony(parse_text("meter: 4/4\nM: r:4"), 0, 1920) is None


def test_nearly_equal_bars() -> None:
    bar = ((0, 480, 60), (480, 480, 62), (960, 480, 64), (1440, 480, 65))
    assert nearly_equal(bar, (*bar[:3], (1440, 480, 67)))
    assert not nearly_equal(bar, (*bar[:2], (960, 480, 67), (1440, 480, 67)))
    assert nearly_equal((), ())
    assert not nearly_equal(bar, ())


FIGURES = [
    # a chord spread over the whole bar before the goal: its root was struck first
    ("6/8", "M: E5:1/2 E5:1 E5 E5:1/2 | D5:3", "L: A2:1/2 E3 A3 C#4 A3 E3 | D3+F3+D4:3", "PAC"),
    # chords of an oom-pah that reach below their bass
    ("6/8", "M: C#5:3/2 E5 | D5:3", "L: D3:1 F3+A3+D4:1/2 A2:1 G2+A2+C#3:1/2 | D3+F3+D4:3", "PAC"),
    # the bass stands while the hand goes on: one chord
    ("4/4", "M: E5:2 C#5 | D5:4", "L: A2:4 | D3:1 A3 F3 A3", "PAC"),
    # the fifth of the chord alone on the last beat
    ("3/4", "M: D4:1 C4:1 A3 | D4:3", "L: A2:2 E3:1 | D3+F3+A3:3", "PAC"),
    # a first inversion stays one
    ("4/4", "M: E5:4 | D5:4", "L: C#3:1/2 E3 A3 E3 C#3 E3 A3 E3 | D3+F3+A3:4", "IAC"),
]  # fmt: skip


@pytest.mark.parametrize(("meter", "tune", "hand", "cadence"), FIGURES)
def test_cadences_of_figures(meter: str, tune: str, hand: str, cadence: str) -> None:
    read = parse_text(f"key: D minor\nmeter: {meter}\n{tune}\n{hand}")
    assert cadence_at(read, read.end_ticks) == cadence


@pytest.mark.parametrize(("voices", "figured"), [
    ("M: E5:4\nA: C#4:4\nT: A3:4\nB: A2:4", False),
    ("M: E5:4\nA: A3:1 C#4 E4 A4\nB: A2:4", True),
])  # fmt: skip
def test_real_parts_are_no_figures(voices: str, figured: bool) -> None:
    """Inner voices of a page are called figures where no name tells: four voices of single notes are parts."""
    from dataclasses import replace

    from composer.analysis.cadences import _figured

    read = parse_text(f"key: A major\nmeter: 4/4\n{voices}")
    named = tuple(replace(voice, role="figuration") if 0 < n < len(read.voices) - 1 else voice
                  for n, voice in enumerate(read.voices))  # fmt: skip
    assert _figured(replace(read, voices=named)) == figured
