"""Whole-bar rhythms: a Markov chain over bar patterns, by meter and place in the line.

A pattern is written in note lengths, ``"q. e q q"``: w h q e s t (whole to thirty-second), a dot adds half.
It fills a bar of its meter. Probabilities back off from (place, pattern before) to the place, to the meter,
and to the table of bar rhythms measured elsewhere:

    p_k(r | c) = (n_cr + a_k * p_{k-1}(r)) / (n_c + a_k)
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from composer.errors import ShelfError
from composer.models.card import Card, load_arrays
from composer.score.time import TICKS_PER_QUARTER, parse_meter

FIRST, INNER, LINE_END, PHRASE_END = "first", "inner", "line-end", "phrase-end"
PLACES = (FIRST, INNER, LINE_END, PHRASE_END)
LETTERS = {"w": 16, "h": 8, "q": 4, "e": 2, "s": 1}
FloatArray = NDArray[np.float64]


def pattern_lengths(pattern: str) -> tuple[int, ...]:
    """Lengths in ticks of a pattern.

    >>> pattern_lengths("q. e h")
    (720, 240, 960)

    Raises:
        ValueError: a word is no note length.
    """
    lengths = []
    for word in pattern.split():
        sixteenths = LETTERS.get(word[0]) if word.rstrip(".") == word[0] and word.count(".") <= 1 else None
        if sixteenths is None and word not in ("t", "t."):
            raise ValueError(f"'{word}' is no note length; write w h q e s or t, with a dot or without")
        ticks = (sixteenths or 0.5) * TICKS_PER_QUARTER / 4 * (1.5 if word.endswith(".") else 1)
        lengths.append(int(ticks))
    return tuple(lengths)


@dataclass(frozen=True)
class MeterRhythms:
    """Counts of one meter, K patterns: ``prior`` (P, K) shares by place; ``counts`` (P, K);
    ``pairs`` (P, K, K).

    ``pairs[place, before, after]``; axes P in the order of ``PLACES``.
    """

    patterns: tuple[str, ...]
    prior: FloatArray
    counts: FloatArray
    pairs: FloatArray


@dataclass(frozen=True)
class BarRhythm:
    """Rhythm model of one corpus; ``trust`` (3,): bars that a shorter context weighs (meter, place, pair)."""

    meters: dict[str, MeterRhythms]
    trust: FloatArray
    card: Card | None = None

    def patterns(self, meter: str) -> tuple[str, ...]:
        """All patterns known in a meter (K), the commonest first.

        Raises:
            ShelfError: nothing was learned in this meter.
        """
        return self._of(meter).patterns

    def log_p(self, place: str, previous: str | None = None, meter: str = "4/4") -> FloatArray:
        """log p(pattern | place, pattern of the bar before): (K,) nats in the order of ``patterns(meter)``.

        A ``previous`` that the model does not know counts as none. Restricting to a palette is the caller's.
        """
        known = self._of(meter)
        place_index = PLACES.index(place)
        p = self._place(known, place_index)
        if previous in known.patterns:
            row = known.pairs[place_index, known.patterns.index(previous)]
            p = (row + self.trust[2] * p) / (row.sum() + self.trust[2])
        return np.asarray(np.log(p))

    def log_pairs(self, place: str, meter: str = "4/4") -> FloatArray:
        """log p(pattern | place, pattern before) for all patterns before: (K, K) nats, [before, after]."""
        known = self._of(meter)
        place_index = PLACES.index(place)
        rows = known.pairs[place_index]
        p = (rows + self.trust[2] * self._place(known, place_index)) / (
            rows.sum(1, keepdims=True) + self.trust[2]
        )
        return np.asarray(np.log(p))

    def _place(self, known: MeterRhythms, place: int) -> FloatArray:
        """p(pattern | place): (K,)."""
        all_places = known.counts.sum(0)
        p = (all_places + self.trust[0] * known.prior[place]) / (all_places.sum() + self.trust[0])
        here = known.counts[place]
        return np.asarray((here + self.trust[1] * p) / (here.sum() + self.trust[1]))

    def _of(self, meter: str) -> MeterRhythms:
        if meter not in self.meters:
            raise ShelfError(f"no bar rhythms learned in {meter}; known: {', '.join(self.meters)}")
        return self.meters[meter]


def arrays_of(meters: dict[str, MeterRhythms], trust: FloatArray) -> dict[str, NDArray[Any]]:
    """The model as arrays to store; patterns as one text a meter."""
    arrays: dict[str, NDArray[Any]] = {"trust": trust}
    for name, known in meters.items():
        key = name.replace("/", "_")
        arrays[f"patterns_{key}"] = np.frombuffer("|".join(known.patterns).encode(), np.uint8)
        arrays[f"prior_{key}"] = known.prior
        arrays[f"counts_{key}"] = known.counts.astype(np.uint16)
        arrays[f"pairs_{key}"] = known.pairs.astype(np.uint16)
    return arrays


def load(folder: Path) -> BarRhythm:
    """The rhythm model of a folder.

    Raises:
        ShelfError: missing or damaged.
    """
    card, arrays = load_arrays(folder, "rhythm")
    meters = {}
    for name in sorted(arrays):
        if name.startswith("patterns_"):
            key = name.removeprefix("patterns_")
            meters[parse_meter(key.replace("_", "/")).name] = MeterRhythms(
                tuple(arrays[name].tobytes().decode().split("|")),
                arrays[f"prior_{key}"].astype(np.float64),
                arrays[f"counts_{key}"].astype(np.float64),
                arrays[f"pairs_{key}"].astype(np.float64),
            )
    return BarRhythm(meters, arrays["trust"], card)
