"""The catalogue of figures that lower voices of chorales take over their chord tones, and how likely each is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from composer.models.chorale import MOST_LETTERS, PLACES, FigureTable
from composer.pipeline.harmonize.ornaments import place_of
from composer.score.windows import Ints
from composer.search.draw import Floats
from composer.training.chorale_chords import NONE, Chords
from composer.training.chorale_surface import LOWER, Figure, figures_of, standing_of
from composer.training.chorale_tally import LETTERS
from composer.training.chorale_works import Lesson

RHYTHMS = ((0,), (0, 2), (0, 2, 3), (0, 3), (0, 1, 2))  # places of the grid at which figures may have notes
LEAST_USES = 5
MOST_NOTES = 4
HALVES, DOTTED = (0, 2), (0, 3)
KINDS = 6
USUAL, TINY = 10.0, 1e-9
# Pseudo-counts, design values: of each figure; of what it does anywhere, for its voice and way; of its voice and way
# anywhere, for its place in the phrase.
EACH, ANYWHERE, ANY_PLACE = 0.002, 2.0, 5.0


@dataclass(frozen=True)
class Catalogue:
    """F figures, the commonest first, and how often each is used: ``uses`` (F, 3, LETTERS, PLACES) by voice, letters to
    the next chord tone and place in the phrase."""

    figures: tuple[Figure, ...]
    uses: Floats

    @property
    def numbers(self) -> dict[Figure, int]:
        """The number of each figure."""
        return {figure: number for number, figure in enumerate(self.figures)}


def catalogue(lessons: Sequence[Lesson], chords: Chords) -> Catalogue:
    """The figures that lessons use LEAST_USES times or more."""
    uses: Counter[tuple[Figure, int, int, int]] = Counter()
    for lesson in lessons:
        uses.update(_uses(lesson, chords))
    total: Counter[Figure] = Counter()
    for (figure, _, _, _), times in uses.items():
        total[figure] += times
    kept = sorted((one for one, times in total.items() if times >= LEAST_USES), key=lambda one: (-total[one], one))
    numbers = {figure: number for number, figure in enumerate(kept)}
    counts = np.zeros((len(kept), LOWER, LETTERS, PLACES))
    for (figure, voice, letters, place), times in uses.items():
        if figure in numbers:
            counts[numbers[figure], voice, letters + MOST_LETTERS, place] += times
    return Catalogue(tuple(kept), counts)


def _uses(lesson: Lesson, chords: Chords) -> list[tuple[Figure, int, int, int]]:
    """(figure, voice, letters to the next chord tone, place in the phrase) where the next one is known."""
    standing = standing_of(lesson, chords)
    found = []
    for t, row in enumerate(figures_of(lesson, chords, standing)):
        if t + 1 == lesson.line.count or standing.chord[t + 1] == NONE:
            continue
        place = place_of(lesson.line, t)
        for voice, figure in enumerate(row):
            letters = int(standing.letter_step[t + 1, voice + 1] - standing.letter_step[t, voice + 1])
            if figure is not None and figure.rhythm in RHYTHMS and abs(letters) <= MOST_LETTERS:
                found.append((figure, voice, letters, place))
    return found


def log_share(uses: Floats) -> Floats:
    """(F, 3, LETTERS, PLACES) log p(figure | voice, letters, place), backing off from place to voice and way, and from
    these to the figure's own share."""
    own = uses.sum(axis=(1, 3), keepdims=True) + EACH  # by way alone: (F, 1, LETTERS, 1)
    own = own / own.sum(axis=0, keepdims=True)
    ways = uses.sum(axis=3, keepdims=True)
    by_way = (ways + ANYWHERE * own) / (ways.sum(axis=0, keepdims=True) + ANYWHERE)
    return np.asarray(np.log((uses + ANY_PLACE * by_way) / (uses.sum(axis=0, keepdims=True) + ANY_PLACE)))


def kind_of(figure: Figure) -> int:
    """Which of the KINDS a figure is: 0 a note struck, 1 a note held, 2 a foreign note off the beat, 3 one on it, 4 two
    chord tones, 5 quicker notes.

    >>> kind_of(Figure((0, 2), (0, -1), (True, False), False)), kind_of(Figure((0, 2), (1, 0), (False, True), True))
    (2, 3)
    """
    if len(figure.rhythm) == 1:
        return int(figure.tied)
    if len(figure.rhythm) > len(HALVES) or figure.rhythm == DOTTED:
        return 5
    if figure.offsets[0] != 0:
        return 3
    return 4 if all(figure.inside) else 2


def habits(uses: Floats, kinds: Ints) -> Floats:
    """(P, 3, KINDS) nats by which each of P chorales has more of a kind than all together, from its ``uses`` (P, F, 3)
    of figures, drawn towards all by USUAL units."""
    counts = np.stack([uses[:, kinds == kind].sum(axis=1) for kind in range(KINDS)], axis=2)
    every = counts.sum(axis=0)
    mean = every / every.sum(axis=1, keepdims=True)
    own = (counts + USUAL * mean) / (counts.sum(axis=2, keepdims=True) + USUAL)
    return np.asarray(np.log(np.maximum(own, TINY) / np.maximum(mean, TINY)))


def table_of(found: Catalogue) -> FigureTable:
    """The figures with their shares; what is learned by comparing is nought yet."""
    figures = found.figures
    count = len(figures)
    return FigureTable(
        tuple(one.rhythm for one in figures), tuple(one.offsets for one in figures),
        tuple(one.inside for one in figures), np.array([one.tied for one in figures], dtype=bool),
        log_share(found.uses),
        moving=np.zeros((2, LOWER + 1)), run=np.zeros((LOWER, 2, 2)), half=np.zeros((count, 2)),
        tie=np.zeros((LOWER, 4, 2, 2)), group=np.array([kind_of(one) for one in figures], dtype=np.int64),
        habits=np.zeros((1, LOWER, KINDS)),
    )  # fmt: skip


def figure_notes(table: FigureTable) -> NDArray[np.int8]:
    """(F, MOST_NOTES, 3) place, letters and whether inside of every note, -1 where there is none: as stored."""
    found = np.full((len(table.rhythm), MOST_NOTES, 3), -1, dtype=np.int8)
    for number, rows in enumerate(zip(table.rhythm, table.offsets, table.inside, strict=True)):
        for place, note in enumerate(zip(*rows, strict=True)):
            found[number, place] = note
    return found
