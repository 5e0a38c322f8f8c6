"""How much a melody surprises a plain listener: bits a note, and how unevenly they fall on the bars.

The listener knows chances of the next interval after the last two (semitones, beyond an octave as an octave), backed
off by Witten and Bell's weights to one interval, to none, and to an even choice. It is counted from the training split
by the code below, which the composer does not use: there chances are of degrees of a key, here of intervals.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise
from math import log2
from statistics import pstdev

import numpy as np

from composer.analysis.craft import Tune

WIDEST = 12  # semitones
ORDER = 2
Context = tuple[int, ...]


def intervals(pitches: Sequence[int]) -> tuple[int, ...]:
    """Melodic intervals, none wider than an octave."""
    return tuple(max(-WIDEST, min(WIDEST, b - a)) for a, b in pairwise(pitches))


class Listener:
    """Counts of intervals after up to two others."""

    def __init__(self, melodies: Iterable[Sequence[int]]) -> None:
        self._counts: dict[Context, Counter[int]] = defaultdict(Counter)
        for melody in melodies:
            moves = intervals(melody)
            for n, move in enumerate(moves):
                for order in range(min(ORDER, n) + 1):
                    self._counts[moves[n - order : n]][move] += 1

    def chance(self, move: int, before: Context) -> float:
        """Probability of an interval after others."""
        shorter = self.chance(move, before[1:]) if before else 1 / (2 * WIDEST + 1)
        counts = self._counts.get(before)
        if counts is None:
            return shorter
        total, kinds = counts.total(), len(counts)
        return (counts[move] + kinds * shorter) / (total + kinds)

    def bits(self, pitches: Sequence[int]) -> np.ndarray:
        """(N - 1,) surprise at each note but the first."""
        moves = intervals(pitches)
        return np.array([-log2(self.chance(m, moves[max(n - ORDER, 0) : n])) for n, m in enumerate(moves)])

    def spread(self, tune: Tune) -> float:
        """Standard deviation of the mean surprise of bars, NaN for a tune of fewer than four."""
        bits = self.bits(tune.pitches)
        by_bar = [bits[[n - 1 for n in notes if n]].mean() for notes in tune.by_bar() if any(notes)]
        return pstdev(by_bar) if len(by_bar) >= 4 else float("nan")
