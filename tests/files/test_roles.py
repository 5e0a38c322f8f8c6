"""Roles by what sounds: never by the order of staves, never by names."""

from __future__ import annotations

from itertools import permutations

import pytest
from foreign import CHORALES, corpus

from composer.files.door import open_score
from composer.files.roles import CHOIR, assign_roles
from composer.score.note import Note, Voice
from composer.score.text import parse_text

TUNES = ("C5 D5 E5 F5 G5 F5 E5 D5", "G4 G4 A4 A4 B4 A4 G4 G4", "E4 D4 C4 D4 D4 C4 C4 B3", "C3 G3 A3 F3 G3 F3 C3 G3")


def voices(*lines: str) -> tuple[Voice, ...]:
    text = "\n".join(f"v{number}(melody): {one}" for number, one in enumerate(lines))
    return parse_text(text).voices


def roles(*lines: str) -> dict[tuple[str, ...], str]:
    """Role by the names of a voice's notes."""
    return {
        tuple(pitch.name for note in voice.notes for pitch in note.pitches): voice.role
        for voice in assign_roles(voices(*lines))
    }


@pytest.mark.parametrize("order", list(permutations(range(4)))[::5])
def test_a_choir_in_any_order(order: tuple[int, ...]) -> None:
    found = roles(*(TUNES[place] for place in order))
    assert found == {tuple(tune.split()): role for tune, role in zip(TUNES, CHOIR, strict=True)}


@pytest.mark.parametrize(("count", "wanted"), [
    (1, ["melody"]), (2, ["soprano", "bass"]), (3, ["soprano", "tenor", "bass"]), (4, list(CHOIR)),
    (5, ["soprano", "inner-1", "inner-2", "inner-3", "bass"]),
])
def test_roles_by_count(count: int, wanted: list[str]) -> None:
    lines = [*TUNES[: count - 1], "C2 G2 A2 F2 G2 B2 C3 G2"] if count > 4 else TUNES[:count]
    assert [voice.role for voice in assign_roles(voices(*lines))] == wanted


def test_a_doubling_is_no_voice_of_its_own() -> None:
    octave = TUNES[3].replace("3", "2")
    found = [(voice.role, voice.name) for voice in assign_roles(voices(*TUNES, octave))]
    assert found == [*zip(CHOIR, CHOIR, strict=True), ("doubling", "doubling 1")]
    assert next(v for v in assign_roles(voices(*TUNES, octave)) if v.role == "bass").notes[0].pitches[0].name == "C3"


def test_a_voice_that_divides_for_a_moment_decides_nothing() -> None:
    found = [voice.role for voice in assign_roles(voices(*TUNES, "r:6 B4:1 r:1"))]
    assert sorted(found) == sorted([*CHOIR, "inner-1"])


def test_chords_are_a_keyboard() -> None:
    found = assign_roles(voices("E4+G4+C5 D4+G4+B4 C4+E4+C5:2", "C3 G3 C3:2"))
    assert [(voice.name, voice.role) for voice in found] == [
        ("melody", "melody"), ("right", "figuration"), ("left", "figuration"),
    ]
    assert [[p.name for p in note.pitches] for note in found[0].notes] == [["C5"], ["B4"], ["C5"]]
    assert [p.name for p in found[1].notes[0].pitches] == ["E4", "G4"]


def test_a_singer_over_chords_has_the_melody() -> None:
    singer, right, left = "G4 A4 B4 C5", "E4+G4+C5 E4+A4+C5 D4+G4+B4 E4+G4+C5", "C3+C2 A2 G2 C3"
    found = assign_roles(voices(left, right, singer))
    assert [voice.name for voice in found] == ["melody", "right", "left"]
    assert [note.pitches[0].name for note in found[0].notes] == singer.split()


def test_silent_voices_are_left_out() -> None:
    silent = Voice("x", "", (Note(0, 480 * 8),))
    assert [voice.role for voice in assign_roles((*voices(TUNES[0]), silent))] == ["melody"]


@pytest.mark.parametrize("name", CHORALES)
def test_chorales_are_choirs(name: str) -> None:
    assert [voice.role for voice in open_score(corpus() / "bach" / name).score.voices] == list(CHOIR)
