"""Forms with upbeats, closes of the old modes, variations: small hand-made pieces."""

from __future__ import annotations

import pytest

from composer.analysis.cadences import cadence_at
from composer.analysis.craft import measures, tune_of
from composer.analysis.form import read_form, shared, verify_form
from composer.analysis.piece_craft import piece_measures
from composer.score.score import Score
from composer.score.text import parse_text


def modal(key: str, before: str, goal: str) -> str:
    """The close of three voices: the chord before the last and the last, top notes first."""
    pairs = zip("SAB", before.split(), goal.split(), strict=True)
    lines = [f"{voice}: {one}:2 {two}:2" for voice, one, two in pairs]
    score = parse_text("\n".join([f"key: {key}", "meter: 4/4", *lines]))
    return cadence_at(score, score.end_ticks)


@pytest.mark.parametrize(("key", "before", "goal", "cadence"), [
    ("D dorian", "C5 G4 C3", "D5 F4 D3", "MC"),  # VII to i
    ("D dorian", "B4 G4 G2", "A4 F4 D3", "MC"),  # IV to i
    ("D dorian", "D5 F4 D3", "C5 E4 A2", "HC"),  # stop on v
    ("D dorian", "D5 F4 D3", "F5 A4 D3", "other"),  # the tonic goes on
    ("D dorian", "C5 G4 C3", "D5 A4 F3", "other"),  # the tonic chord over its third
    ("G mixolydian", "A4 F4 F3", "B4 G4 G2", "MC"),
    ("E phrygian", "F4 D4 D3", "E4 B3 E3", "MC"),
    ("E phrygian", "E5 B4 E3", "F5 C5 F3", "HC"),  # a stop on the second degree
])  # fmt: skip
def test_closes_of_the_modes(key: str, before: str, goal: str, cadence: str) -> None:
    assert modal(key, before, goal) == cadence


UPBEAT_A = "G4:1 | C5:2 D5:1 E5 | G5:2 E5:1 G4 | A4:2 B4:1 D5 | C5:3"
UPBEAT_B = "D5:1 | E5:2 F5:1 G5 | A5:2 E5:1 E5 | D5:2 C5:1 D5 | B4:3"
BASS_A = "r:1 | C3:4 | E3:4 | F3:2 G3:2 | C3:3"
BASS_B = "r:1 | C3:4 | A2:4 | D3:4 | G2:3"
ALTO_A = "r:1 | E4:4 | G4:4 | A4:2 F4:2 | E4:3"
ALTO_B = "r:1 | G4:4 | C5:4 | F4:4 | D4:3"


def upbeat_song(*letters: str) -> Score:
    """Strains of four bars, each with its upbeat of a quarter, one after the other."""
    strains = {"S": {"A": UPBEAT_A, "B": UPBEAT_B}, "A": {"A": ALTO_A, "B": ALTO_B}, "B": {"A": BASS_A, "B": BASS_B}}
    lines = []
    for voice, music in strains.items():
        text = music[letters[0]]
        for letter in letters[1:]:
            first, _, rest = music[letter].partition(" | ")
            text += f" {first} | {rest}"
        lines.append(f"{voice}: {text}")
    form = " ".join(f"{letter}:4" for letter in letters)
    return parse_text("\n".join(["key: C major", "meter: 4/4", "pickup: 1", f"form: {form}", *lines]))


def test_sections_end_where_the_next_upbeat_begins() -> None:
    form = read_form(upbeat_song("A", "A", "B", "A"))
    assert [(section.first_bar, section.last_bar) for section in form.sections] == [(1, 4), (5, 8), (9, 12), (13, 16)]
    assert [section.cadence for section in form.sections] == ["PAC", "PAC", "HC", "PAC"]
    assert verify_form(upbeat_song("A", "A", "B", "A"), "AABA") == []


def test_an_upbeat_belongs_to_the_line_it_opens() -> None:
    tune = tune_of(upbeat_song("A", "A"), 4)
    assert tune.pickup_ticks == 480 and tune.onsets[0] == -480 and tune.bars == 8
    found = measures(tune)
    assert found["lines begin at one place"] == 1.0
    assert found["bar rhythm as four bars before"] == 0.75  # no upbeat follows the last bar


def test_measures_of_a_piece_with_upbeats() -> None:
    found = piece_measures(upbeat_song("A", "A", "B", "A"))
    assert found["ends on a strong long note"] == 1.0
    assert found["different section ends"] == 2.0
    assert found["bridge above A (semitones)"] > 0


THEME = (((0, 480, 60), (480, 480, 64), (960, 960, 67)), ((0, 960, 65), (960, 960, 62)))


def test_a_variation_is_known_by_the_note_under_the_bar_line() -> None:
    ornamented = tuple(
        (bar[0], *((at + 240, 240, midi + 2) for at, _, midi in bar), *bar[1:]) for bar in THEME
    )
    assert shared(ornamented, THEME) == 0.0
    assert shared(ornamented, THEME, varied=True) == 1.0


def test_a_variation_in_the_other_mode_keeps_its_degrees() -> None:
    darker = tuple(tuple((at, length, midi - (midi % 12 == 4)) for at, length, midi in bar) for bar in THEME)
    assert shared(darker, THEME, varied=True) == 1.0
    foreign = tuple(tuple((at, length, midi + 3) for at, length, midi in bar) for bar in THEME)
    assert shared(foreign, THEME, varied=True) == 0.0


def chorded(form: str, key: str, *chords: str) -> Score:
    """Strains of two bars with a chord a bar and an upbeat that has its own chord."""
    bars = " | ".join(["C5:3 C5:1"] * (2 * len(chords) - 1) + ["C5:3"])
    spans = "- | " + " | ".join(f"{first} | {last}:3 I:1" for first, last in (pair.split() for pair in chords))
    heads = [f"key: {key}", "meter: 4/4", "pickup: 1", f"form: {form}", f"chords: {spans.removesuffix(' I:1')}"]
    return parse_text("\n".join([*heads, f"M: G4:1 | {bars}"]))


@pytest.mark.parametrize(("form", "key", "chords", "closes"), [
    ("A B A", "C major", ("I I", "IV V", "I I"), 1.0),  # the chord under the next upbeat is not the bridge's
    ("A B A", "C major", ("I I", "IV IV", "I I"), 0.0),
    ("A B A", "G mixolydian", ("I I", "IV v", "I I"), 1.0),
    ("A B A B C B", "C major", ("I V", "IV I", "I V", "IV I", "vi V", "IV I"), 1.0),  # the chorus is no bridge
])  # fmt: skip
def test_a_bridge_ends_on_the_dominant(form: str, key: str, chords: tuple[str, ...], closes: float) -> None:
    assert piece_measures(chorded(form, key, *chords))["bridge ends on V"] == closes


def test_two_halves_have_no_bridge() -> None:
    assert "bridge ends on V" not in piece_measures(chorded("A A B B", "C major", "I V", "I V", "IV I", "IV I"))
