"""A second opinion on parallels: music21's ``VoiceLeadingQuartet`` over the same slices."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from benchmarks.fourpart.piece import PAIRS, Piece, changes, surface

_LETTERS = "CDEFGAB"
_NATURAL = (0, 2, 4, 5, 7, 9, 11)
_Place = tuple[int, int]


def music21_parallels(pieces: Sequence[Piece]) -> list[tuple[int, int]]:
    """Of each piece the parallel fifths, octaves and unisons of all pairs of voices; those in contrary motion apart,
    which music21 counts among the parallel ones."""
    known: dict[tuple[_Place, ...], str] = {}
    found = []
    for piece in pieces:
        names = [
            known[places] if places in known else known.setdefault(places, _motion(*places))
            for one, two in changes(surface(piece)) for places in _places(one.pitches, two.pitches)
        ]  # fmt: skip
        found.append((names.count("parallel"), names.count("anti-parallel")))
    return found


def _places(one: Sequence[_Place | None], two: Sequence[_Place | None]) -> list[tuple[_Place, ...]]:
    found: list[tuple[_Place, ...]] = []
    for upper, lower in PAIRS:
        places = tuple(place for place in (one[upper], two[upper], one[lower], two[lower]) if place is not None)
        if len(places) == 4 and places[0] != places[1] and places[2] != places[3]:
            found.append(places)
    return found


def _motion(*places: _Place) -> str:
    from music21.voiceLeading import VoiceLeadingQuartet

    quartet = VoiceLeadingQuartet(*(_note(step, midi) for step, midi in places))
    if not (quartet.parallelFifth() or quartet.parallelUnisonOrOctave()):
        return ""
    return "anti-parallel" if quartet.antiParallelMotion() else "parallel"


def _note(step: int, midi: int) -> Any:
    from music21 import note, pitch

    octave, letter = divmod(step, 7)
    alter = midi - 12 * (octave + 1) - _NATURAL[letter]
    sign = "#" * alter if alter > 0 else "-" * -alter
    return note.Note(pitch.Pitch(f"{_LETTERS[letter]}{sign}{octave}"))
