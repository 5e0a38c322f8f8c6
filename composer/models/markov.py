"""Variable-order Markov model of melody: interpolated back-off over pitch-in-key symbols.

    p_k(w | c) = max(n_cw - d_k, 0) / (n_c + t_k) + (d_k u_c + t_k) / (n_c + t_k) * p_{k-1}(w | c')

for contexts c of k = 0..ORDER notes, ``n`` counts, ``u_c`` the number of different notes after c, c' the
context without its oldest note, p_{-1} uniform; discounts ``d`` and strengths ``t`` one pair an order, fitted
on the validation fold (Teh 2006, the Pitman-Yor reading of Kneser-Ney smoothing).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from composer.models.card import Card, load_arrays
from composer.models.vocabulary import LOW, SIZE, START, mode_index

ORDER = 4
BASE = SIZE + 1  # symbols and START
_MISSING = -2
FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True)
class CountLevel:
    """Counts of one order: contexts sorted by code, their continuations as slices.

    ``codes``: (C,) int, mode and context as a number; ``starts``: (C + 1,) int; ``symbols``: (M,) index
    0..S-1; ``counts``: (M,).
    """

    codes: IntArray
    starts: IntArray
    symbols: IntArray
    counts: FloatArray


def context_codes(contexts: IntArray, mode: int) -> IntArray:
    """Codes of contexts (N, k) of symbols (START allowed): (N,) int, oldest note first in weight."""
    code = np.full(contexts.shape[0], mode, np.int64)
    for column in contexts.T:
        code = code * BASE + (column - LOW + 1)
    return code


@dataclass(frozen=True)
class PitchMarkov:
    """Melody model of one corpus; all results in nats over symbols LOW..HIGH (S = 37)."""

    levels: tuple[CountLevel, ...]
    discounts: FloatArray  # (ORDER + 1,)
    strengths: FloatArray  # (ORDER + 1,)
    card: Card | None = None

    def log_p(self, context: Sequence[int], mode: str | int = 0) -> FloatArray:
        """log p(next symbol | up to four last symbols, mode): (S,) nats.

        ``context`` is oldest first; a shorter one means that no more is known, START that the tune begins.
        """
        last = np.array([context[-ORDER:]] if len(context) else [[]], np.int64).reshape(1, -1)
        return np.asarray(np.log(self._p(last, mode_index(mode))[0]))

    def log_p_batch(self, contexts: NDArray[np.integer], mode: str | int = 0) -> FloatArray:
        """The same for contexts (N, k), k <= 4: (N, S) nats."""
        return np.asarray(np.log(self._p(np.asarray(contexts, np.int64)[:, -ORDER:], mode_index(mode))))

    def table(self, order: int = 2, mode: str | int = 0) -> FloatArray:
        """log p(c | a, b) for every pair: (S, S, S) nats, axes oldest first; order 1 gives (S, S)."""
        grid = np.stack(np.meshgrid(*[np.arange(SIZE) + LOW] * order, indexing="ij"), -1).reshape(-1, order)
        p = self._p(grid, mode_index(mode), order)
        return np.asarray(np.log(p).reshape((SIZE,) * order + (SIZE,)))

    def start_tables(self, mode: str | int = 0) -> tuple[FloatArray, FloatArray]:
        """log p of the first symbol (S,) and of the second after each first (S, S), nats."""
        number = mode_index(mode)
        first = self._p(np.full((1, ORDER), START, np.int64), number)[0]
        pairs = np.full((SIZE, ORDER), START, np.int64)
        pairs[:, -1] = np.arange(SIZE) + LOW
        return np.asarray(np.log(first)), np.asarray(np.log(self._p(pairs, number)))

    def log_p_tune(self, symbols: NDArray[np.integer], mode: str | int = 0) -> FloatArray:
        """log p of each note of a whole tune given up to four before it: (T,) nats."""
        padded = np.concatenate([np.full(ORDER, START), symbols]).astype(np.int64)
        contexts = np.lib.stride_tricks.sliding_window_view(padded, ORDER)[: len(symbols)]
        rows = self._p(contexts, mode_index(mode))
        return np.asarray(np.log(rows[np.arange(len(symbols)), padded[ORDER:] - LOW]))

    def _p(self, contexts: IntArray, mode: int, order: int | None = None) -> FloatArray:
        """Probabilities (N, S) for contexts (N, k)."""
        number = contexts.shape[0]
        p: FloatArray = np.full((number, SIZE), 1.0 / SIZE)
        for k in range(min(contexts.shape[1], order or ORDER) + 1):
            level = self.levels[k]
            codes = context_codes(contexts[:, contexts.shape[1] - k :], mode)
            place = np.searchsorted(level.codes, codes)
            place = np.minimum(place, max(len(level.codes) - 1, 0))
            known = np.flatnonzero(level.codes[place] == codes) if len(level.codes) else np.zeros(0, np.int64)
            if len(known) == 0:
                break  # longer contexts are unknown too
            p = _one_level(p, level, place[known], known, float(self.discounts[k]), float(self.strengths[k]))
        return p


def _one_level(
    lower: FloatArray, level: CountLevel, nodes: IntArray, rows: IntArray, discount: float, strength: float
) -> FloatArray:
    """Interpolate one order's counts of ``nodes`` (K,) into ``rows`` (K,) of ``lower`` (N, S)."""
    begin, end = level.starts[nodes], level.starts[nodes + 1]
    distinct = end - begin
    row_of = np.repeat(rows, distinct)
    offset = np.arange(int(distinct.sum())) - np.repeat(np.cumsum(distinct) - distinct, distinct)
    item = np.repeat(begin, distinct) + offset
    counts = level.counts[item]
    totals = np.zeros(lower.shape[0])
    np.add.at(totals, row_of, counts)
    scale = totals[rows] + strength
    upper = lower.copy()
    upper[rows] *= ((discount * distinct + strength) / scale)[:, None]
    kept = np.maximum(counts - discount, 0.0) / np.repeat(scale, distinct)
    upper[row_of, level.symbols[item]] += kept
    return upper


def load(folder: Path) -> PitchMarkov:
    """The Markov model of a folder.

    Raises:
        ShelfError: missing or damaged.
    """
    card, arrays = load_arrays(folder, "markov")
    levels = tuple(
        CountLevel(
            arrays[f"codes_{k}"].astype(np.int64),
            arrays[f"starts_{k}"].astype(np.int64),
            arrays[f"symbols_{k}"].astype(np.int64),
            arrays[f"counts_{k}"].astype(np.float64),
        )
        for k in range(ORDER + 1)
    )
    return PitchMarkov(levels, arrays["discounts"], arrays["strengths"], card)
