"""Drawing by integers, so that equal seeds give equal draws on any machine."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
VOTE_STEPS = 1024  # votes are rounded to 1/1024 nat before they enter a lattice
_WEIGHT_BITS = 40


def rounded(votes_nats: Floats) -> Floats:
    """Votes rounded to 1/1024 nat (infinities kept), same shape: hides last-bit differences between CPUs."""
    return np.round(votes_nats * VOTE_STEPS) / VOTE_STEPS


def draw_index(log_weights: Floats, rng: np.random.Generator) -> int:
    """Draw an index with probability proportional to ``exp(log_weights)``; shape (K,), nats.

    Raises:
        ValueError: no weight is above zero.
    """
    top = float(log_weights.max()) if log_weights.size else -np.inf
    if not np.isfinite(top):
        raise ValueError("nothing to draw from: every candidate is forbidden")
    weights = np.floor(np.exp(log_weights - top) * (1 << _WEIGHT_BITS)).astype(np.int64)
    cumulative = np.cumsum(weights)
    return int(np.searchsorted(cumulative, rng.integers(int(cumulative[-1])), side="right"))


def spawn(seed: int, *path: str | int) -> np.random.Generator:
    """A generator of its own for one step of one section, so that steps do not reshuffle each other."""
    words = [part if isinstance(part, int) else int.from_bytes(part.encode()[:8], "little") for part in path]
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed, spawn_key=words)))
