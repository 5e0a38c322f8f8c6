"""Sampling a lattice with longer memory: particles that look ahead by the lattice's exact sums.

Votes that need the two candidates before would make the lattice's states pairs. Instead many paths are drawn side by
side: each next candidate by the lattice's own weight of all that follows, times the votes; the paths are weighed by
what the votes promised, and drawn again where few of them carry the weight (twisted sequential Monte Carlo; Guarniero,
Johansen & Lee 2017).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from composer.search.draw import Floats, rounded
from composer.search.lattice import Lattice, log_sum

Ints = NDArray[np.int64]
Votes = Callable[[int, Ints, Ints], Floats]
RESAMPLED_BELOW = 0.5  # effective share of the particles
_BITS = 40


def draw_many(lattice: Lattice, messages: list[Floats], votes: Votes, count: int, rng: np.random.Generator
              ) -> tuple[Ints, Floats]:  # fmt: skip
    """(count, T) paths and their log weights (count,), of a first-order lattice.

    ``messages`` is the lattice's ``lookahead``; ``votes(step, before, here)`` gives nats (count, K) for the candidates
    after ``here`` (count,) where ``before`` came before it; it is asked from the second step on.

    Raises:
        ValueError: every path is forbidden.
    """
    start = messages[0] - lattice.first
    if not np.isfinite(log_sum(start)):
        raise ValueError("every path is forbidden")
    paths = np.zeros((count, lattice.length), dtype=np.int64)
    paths[:, 0] = _draw_rows(np.broadcast_to(start, (count, len(start))), rng)
    weights = np.zeros(count)
    for number, step in enumerate(lattice.steps):
        here = paths[:, number]
        ahead = messages[number + 1][None, :] - step[here]
        if number:
            ahead = ahead - votes(number, paths[:, number - 1], here)
            weights = weights + log_sum(ahead, axis=1) - messages[number][here]
        paths[:, number + 1] = _draw_rows(ahead, rng)
        share = np.exp(weights - log_sum(weights))
        if 1 / (share**2).sum() < RESAMPLED_BELOW * count:
            keep = _draw_rows(np.broadcast_to(weights, (count, count)), rng)
            paths, weights = paths[keep], np.zeros(count)
    return paths, weights


def _draw_rows(log_weights: Floats, rng: np.random.Generator) -> Ints:
    """(M,) an index a row, drawn by its weights (M, K)."""
    safe = rounded(log_weights)
    chances = np.floor(np.exp(safe - safe.max(axis=1, keepdims=True)) * (1 << _BITS)).astype(np.int64)
    bounds = np.cumsum(chances, axis=1)
    drawn = rng.integers(bounds[:, -1])
    return np.asarray((bounds <= drawn[:, None]).sum(axis=1), dtype=np.int64)
