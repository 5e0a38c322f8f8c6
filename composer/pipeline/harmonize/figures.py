"""The figures that a lower voice may take in a unit: passing and neighbour notes, suspensions and the rest, as learned.

A figure is a rhythm, the letters of its notes above or below the chord tone on which the voice stands, which of them
belong to the chord, and whether the first is tied to the note before. Notes take the signature's signs, or those of the
chords around, so that no augmented step arises.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from composer.models.chorale import MOST_LETTERS, FigureTable
from composer.score.pitch import LETTER_FIFTHS, LETTER_SEMITONES
from composer.search.draw import Floats

GRID = 4  # places of a unit at which notes may begin
LARGEST_STEP = 2  # semitones between neighbouring letters
RAISED = (-1, 1)  # places above the signature's tonic that the relative minor raises: its sixth and seventh degrees

PitchStep = tuple[int, int]  # MIDI number and staff position


@dataclass(frozen=True)
class Stand:
    """A voice at a unit: the chord tones it stands on now and next, and the chords' notes by letter (letter: sign)."""

    here: PitchStep
    coming: PitchStep | None
    now: dict[int, int]
    then: dict[int, int]


@dataclass(frozen=True)
class Options:
    """K figures of one voice in one unit: numbers of the figures (K,), notes at the GRID places (K, GRID, 2: MIDI and
    staff position), nats (K,)."""

    figure: np.ndarray
    notes: np.ndarray
    nats: Floats


def options(table: FigureTable, voice: int, place: int, stand: Stand, signature: int, bounds: tuple[int, int],
            habit: Floats, kept: int) -> Options:  # fmt: skip
    """The likeliest ``kept`` figures that a voice can take within ``bounds`` (MIDI), ``habit`` (F,) nats added to
    each figure's share; the plain note is always among them."""
    if stand.coming is None:
        return plain(stand, table)
    distance = stand.coming[1] - stand.here[1]
    if abs(distance) > MOST_LETTERS:
        return plain(stand, table)
    nats = -table.log_share[:, voice, distance + MOST_LETTERS, place] - habit
    found: list[tuple[int, list[PitchStep], float]] = []
    for number in np.argsort(nats, kind="stable")[: 2 * kept].tolist():
        for notes in _notes(table, number, stand, signature):
            if number != table.plain and not all(bounds[0] <= midi <= bounds[1] for midi, _ in notes):
                continue
            half = _half(table, number, notes)
            found.append((number, notes, float(nats[number]) + (table.half[number, half] if half >= 0 else 0.0)))
        if len(found) >= kept:
            break
    if all(number != table.plain for number, _, _ in found):
        found.append((table.plain, [stand.here], float(nats[table.plain])))
    figure = np.array([number for number, _, _ in found])
    spread = np.array([_spread(table.rhythm[n], notes) for n, notes, _ in found])
    return Options(figure, spread, np.array([cost for _, _, cost in found]))


def _half(table: FigureTable, number: int, notes: Sequence[PitchStep]) -> int:
    """1 where the figure's first foreign note lies a half tone from the chord tone beside it, 0 a tone, -1 neither."""
    for place, inside in enumerate(table.inside[number]):
        if not inside:
            other = notes[place - 1] if place else notes[min(1, len(notes) - 1)]
            return {1: 1, 2: 0}.get(abs(other[0] - notes[place][0]), -1)
    return -1


def plain(stand: Stand, table: FigureTable) -> Options:
    """The chord tone alone."""
    notes = np.array([[stand.here] * GRID])
    return Options(np.array([table.plain]), notes, np.zeros(1))


def _spread(rhythm: Sequence[int], notes: Sequence[PitchStep]) -> list[PitchStep]:
    """The note that sounds at each place of the grid."""
    found = []
    for place in range(GRID):
        found.append(notes[max(n for n, begin in enumerate(rhythm) if begin <= place)])
    return found


def _notes(table: FigureTable, number: int, stand: Stand, signature: int) -> list[list[PitchStep]]:
    """The notes of a figure, in all ways that are as the figure wants them: with the signature's signs, and with
    foreign notes raised as the relative minor raises them; none with an augmented step."""
    ways: list[list[PitchStep]] = []
    for raised in (False, True):
        found: list[PitchStep] = []
        for offset, inside in zip(table.offsets[number], table.inside[number], strict=True):
            step = stand.here[1] + offset
            note = stand.here[0] if offset == 0 else _note(step, inside, stand, signature, raised)
            if note is None:
                return []
            found.append((note, step))
        line = [*found, stand.coming] if stand.coming else found
        smooth = all(abs(b[1] - a[1]) != 1 or 1 <= abs(b[0] - a[0]) <= LARGEST_STEP for a, b in pairwise(line))
        if smooth and found not in ways:
            ways.append(found)
    return ways


def _note(step: int, inside: bool, stand: Stand, signature: int, raised: bool) -> int | None:
    """MIDI pitch on a staff position: a chord tone where one is wanted, else the next chord's sign or the
    signature's."""
    letter = step % 7
    if inside:
        return _midi(step, stand.now[letter]) if letter in stand.now else None
    if letter in stand.now:
        return None
    own = sign(letter, signature)
    if raised and LETTER_FIFTHS[letter] + 7 * own - signature in RAISED:
        own += 1
    return _midi(step, stand.then.get(letter, own))


def _midi(step: int, alter: int) -> int:
    octave, letter = divmod(step, 7)
    return 12 * (octave + 1) + LETTER_SEMITONES[letter] + alter


def sign(letter: int, signature: int) -> int:
    """Alteration of a letter under a signature of so many sharps (flats negative).

    >>> sign(3, 1), sign(6, -1), sign(0, 1)
    (1, -1, 0)
    """
    return (signature - LETTER_FIFTHS[letter] + 5) // 7
