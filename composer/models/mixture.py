"""Shapes of phrases: a mixture of Gaussians over register, contour, spread and density.

Features x (D = 10): ``register`` mean pitch above the tonic (semitones, weighted by length; the tonic of
``vocabulary.tonic_midi``); ``part1`` .. ``part7`` how far the mean pitch of each of the first seven eighths
of the phrase lies above the register (the eighth part follows: the eight sum to nothing); ``spread`` standard
deviation of the notes' pitches (semitones); ``density`` notes a beat.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike, NDArray

from composer.models.card import Card, load_arrays

PARTS = 8
FEATURES = ("register", *(f"part{part}" for part in range(1, PARTS)), "spread", "density")
FloatArray = NDArray[np.float64]


def contour(x: ArrayLike) -> FloatArray:
    """Mean pitch of the eight parts in semitones above the tonic, of features (..., D): (..., 8)."""
    rows = np.asarray(x, np.float64)
    parts = rows[..., 1:PARTS]
    last = -parts.sum(axis=-1, keepdims=True)
    return np.asarray(np.concatenate([parts, last], axis=-1) + rows[..., :1])


@dataclass(frozen=True)
class PhraseGMM:
    """``weights`` (K,), ``means`` (K, D), ``covariances`` (K, D, D); densities in nats."""

    weights: FloatArray
    means: FloatArray
    covariances: FloatArray
    card: Card | None = None

    @property
    def features(self) -> tuple[str, ...]:
        """Names of the D features in order."""
        return FEATURES

    def log_density(self, x: ArrayLike) -> FloatArray:
        """log density of phrases (N, D): (N,) nats."""
        rows = np.atleast_2d(np.asarray(x, np.float64))
        return np.asarray(np.logaddexp.reduce(self._parts(rows, np.arange(rows.shape[1])), axis=1))

    def log_components(self, x: ArrayLike) -> FloatArray:
        """log p(component | phrase) of phrases (N, D): (N, K) nats."""
        rows = np.atleast_2d(np.asarray(x, np.float64))
        parts = self._parts(rows, np.arange(rows.shape[1]))
        return np.asarray(parts - np.logaddexp.reduce(parts, axis=1)[:, None])

    def conditional_draw(
        self, rng: np.random.Generator, fixed: Mapping[int, float] | None = None
    ) -> FloatArray:
        """A phrase (D,) drawn given the values of some features (index -> value), kept exactly."""
        given = np.array(sorted(fixed or {}), np.int64)
        free = np.setdiff1d(np.arange(self.means.shape[1]), given)
        known = np.array([(fixed or {})[int(index)] for index in given], np.float64)
        log_weight = self._parts(known[None, :], given)[0] if len(given) else np.log(self.weights)
        p = np.exp(log_weight - np.logaddexp.reduce(log_weight))
        k = int(np.searchsorted(np.cumsum(p), rng.random() * p.sum()))
        k = min(k, len(self.weights) - 1)
        mean, cov = self.means[k], self.covariances[k]
        centre, spread = mean[free], cov[np.ix_(free, free)]
        if len(given):
            gain = np.linalg.solve(cov[np.ix_(given, given)], cov[np.ix_(given, free)]).T
            centre = centre + gain @ (known - mean[given])
            spread = spread - gain @ cov[np.ix_(given, free)]
        drawn = np.empty(self.means.shape[1])
        drawn[given] = known
        drawn[free] = centre + np.linalg.cholesky(spread + 1e-9 * np.eye(len(free))) @ rng.standard_normal(
            len(free)
        )
        return drawn

    def _parts(self, rows: FloatArray, which: NDArray[np.int64]) -> FloatArray:
        """log weight + log density of some features (N, d) under each component: (N, K) nats."""
        parts = np.empty((rows.shape[0], len(self.weights)))
        for k, weight in enumerate(self.weights):
            factor = np.linalg.cholesky(self.covariances[k][np.ix_(which, which)])
            z = np.linalg.solve(factor, (rows - self.means[k, which]).T)
            log_det = 2 * np.log(np.diag(factor)).sum()
            parts[:, k] = np.log(weight) - 0.5 * ((z**2).sum(0) + log_det + len(which) * np.log(2 * np.pi))
        return parts


def load(folder: Path) -> PhraseGMM:
    """The phrase model of a folder.

    Raises:
        ShelfError: missing or damaged.
    """
    card, arrays = load_arrays(folder, "mixture")
    return PhraseGMM(arrays["weights"], arrays["means"], arrays["covariances"], card)
