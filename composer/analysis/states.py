"""What a unit of a score may mean: every Roman numeral in every inversion in every key within reach, as arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from composer.analysis.units import LOWEST, PLACES
from composer.score.chord import AUGMENTED_SIXTHS, QUALITIES, Chord, parse_chord
from composer.score.key import MAX_ACCIDENTALS, Key
from composer.score.pitch import LETTER_FIFTHS, LETTER_SEMITONES
from composer.score.windows import Bools, Ints
from composer.theory.tables import Row

KINDS = ("diatonic", "seventh", "melodic", "applied", "borrowed", "chromatic")
SHAPES = tuple(QUALITIES)
MODES = ("major", "minor")
NO_PLACE = PLACES  # a column that is always empty, for members a triad does not have
TRIAD_FIGURES, SEVENTH_FIGURES = ("", "6", "6/4"), ("7", "6/5", "4/3", "4/2")


@dataclass(frozen=True)
class States:
    """S states; ``keys`` by their number in ``key``. Places count from LOWEST on the line of fifths."""

    keys: tuple[Key, ...]
    chords: tuple[Chord, ...]
    key: Ints  # (S,)
    minor: Ints  # (S,) 1 in minor
    member: Ints  # (S, 4) places of root, third, fifth, seventh; NO_PLACE where there is none
    inversion: Ints  # (S,)
    shape: Ints  # (S,) index into SHAPES
    kind: Ints  # (S,) index into KINDS
    degree: Ints  # (S,) 0-6, of the root
    goal: Ints  # (S,) place of the root a dominant points to; -1 for other chords

    @property
    def count(self) -> int:
        """Number of states."""
        return len(self.chords)

    @property
    def seventh_chord(self) -> Bools:
        """(S,) chords of four tones."""
        return np.asarray(self.member[:, 3] != NO_PLACE, dtype=bool)

    def take(self, index: Ints) -> States:
        """Some of the states, by number (one axis)."""
        arrays = {name: getattr(self, name)[index] for name in _ARRAYS}
        return replace(self, chords=tuple(self.chords[i] for i in index), **arrays)


_ARRAYS = ("key", "minor", "member", "inversion", "shape", "kind", "degree", "goal")


def relative_fifths(letters: int, semitones: int) -> int:
    """Place on the line of fifths of an interval above a tonic.

    >>> relative_fifths(2, 3), relative_fifths(3, 6)
    (-3, 6)
    """
    alter = (semitones - LETTER_SEMITONES[letters] + 6) % 12 - 6
    return LETTER_FIFTHS[letters] + 7 * alter


def tonic_fifths(key: Key) -> int:
    """Place of a key's tonic on the line of fifths, C = 0."""
    return LETTER_FIFTHS[key.step] + 7 * key.alter


def inverted(numeral: str, chord: Chord) -> tuple[Chord, ...]:
    """The chord in all its inversions; an augmented sixth only as it stands."""
    if numeral in AUGMENTED_SIXTHS:
        return (chord,)
    head, stroke, target = numeral.partition("/")
    tail = stroke + target
    if chord.seventh is None:
        return tuple(
            replace(chord, numeral=head + figures + tail, inversion=number)
            for number, figures in enumerate(TRIAD_FIGURES)
        )
    stem = head.removesuffix("7")
    return tuple(
        replace(chord, numeral=stem + figures + tail, inversion=number)
        for number, figures in enumerate(SEVENTH_FIGURES)
    )


def states(keys: Sequence[Key], numerals: Sequence[Row]) -> States:
    """Every numeral of the table in every inversion and key."""
    columns: dict[str, list[object]] = {name: [] for name in _ARRAYS}
    chords: list[Chord] = []
    shelf = {mode: _rows(mode, numerals) for mode in MODES}
    for number, key in enumerate(keys):
        tonic = tonic_fifths(key) - LOWEST
        for kind, chord, members, goal in shelf[key.mode]:
            chords.append(chord)
            places = [tonic + member for member in members] + [NO_PLACE] * (4 - len(members))
            row = (
                number, MODES.index(key.mode), places, chord.inversion, SHAPES.index(chord.quality),
                KINDS.index(kind), chord.root[0], -1 if goal is None else tonic + goal,
            )
            for name, value in zip(_ARRAYS, row, strict=True):
                columns[name].append(value)
    arrays = {name: np.array(values, dtype=np.int64) for name, values in columns.items()}
    return States(tuple(keys), tuple(chords), **arrays)


def _rows(mode: str, numerals: Sequence[Row]) -> list[tuple[str, Chord, list[int], int | None]]:
    """(kind, chord, members in fifths above the tonic, goal of a dominant) of every numeral and inversion."""
    found = []
    for row in numerals:
        if row["mode"] != mode:
            continue
        for numeral in row["numerals"]:
            for chord in inverted(numeral, parse_chord(numeral, mode == "minor")):
                members = [relative_fifths(*member) for member in chord.members]
                goal = None if chord.leading is None else relative_fifths(*_goal(chord))
                found.append((row["kind"], chord, members, goal))
    return found


def _goal(chord: Chord) -> tuple[int, int]:
    return chord.target or (0, 0)


def near_keys(signatures: Sequence[int], reach: int) -> tuple[Key, ...]:
    """Major and minor keys of up to seven signs within ``reach`` fifths of one of the signatures."""
    found = sorted({sharps + step for sharps in signatures for step in range(-reach, reach + 1)})
    keys = []
    for sharps in found:
        for mode, tonic in (("major", sharps), ("minor", sharps + 3)):
            step = 4 * tonic % 7
            alter = (tonic - LETTER_FIFTHS[step]) // 7
            if abs(alter) <= 1 and abs(sharps) <= MAX_ACCIDENTALS:
                keys.append(Key(step, alter, mode))
    return tuple(keys)
