"""Fit ``models.mixture.PhraseGMM`` with scikit-learn, its size and shape chosen on the validation fold."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from composer.models.mixture import PARTS, PhraseGMM
from composer.training.data import COMMAND, SEED, Corpus
from composer.training.encode import Tune
from composer.training.families import TEST, TRAIN, VALIDATION

FloatArray = NDArray[np.float64]
BARS = 4
LEAST_NOTES = 4
_SIZES = (1, 2, 3, 4, 6, 8, 12, 16)
_SHAPES = ("full", "tied", "diag")
_FLOOR = 1e-2  # added to the variances, squared units of the features


def phrase_bounds(tune: Tune) -> list[tuple[int, int]]:
    """First and last-plus-one note of each phrase: between fermatas, or four bars and their upbeat."""
    if tune.fermata.any():
        ends = [*(np.flatnonzero(tune.fermata) + 1).tolist(), len(tune.pitch)]
        return list(zip([0, *ends[:-1]], ends, strict=True))
    firsts = np.searchsorted(tune.bar, np.arange(1, tune.bars + 1, BARS)).tolist()
    firsts[0] = 0
    return list(zip(firsts, [*firsts[1:], len(tune.pitch)], strict=True))


def features(tune: Tune, first: int, last: int) -> FloatArray:
    """Features (D,) of the notes ``first`` .. ``last`` - 1 of a tune."""
    onset, length = tune.onset[first:last], tune.length[first:last]
    height = (tune.pitch[first:last] - tune.tonic).astype(np.float64)
    edges = np.linspace(onset[0], onset[-1] + length[-1], PARTS + 1)
    # share of each part that each note fills: (8, T)
    inside = np.minimum(edges[1:, None], onset + length) - np.maximum(edges[:-1, None], onset)
    filled = np.maximum(inside, 0.0)
    empty = filled.sum(1) == 0
    nearest = np.abs((edges[:-1, None] + edges[1:, None]) / 2 - onset).argmin(1)
    filled[empty, nearest[empty]] = 1.0  # a part of rests takes its nearest note
    parts = (filled * height).sum(1) / filled.sum(1)
    register = parts.mean()
    beats = (onset[-1] + length[-1] - onset[0]) / tune.meter.beat_ticks
    return np.array([register, *(parts - register)[: PARTS - 1], height.std(), len(height) / beats])


def phrases(tunes: Sequence[Tune]) -> FloatArray:
    """Features of all phrases with at least ``LEAST_NOTES`` notes: (N, D)."""
    rows = [
        features(tune, first, last)
        for tune in tunes
        for first, last in phrase_bounds(tune)
        if last - first >= LEAST_NOTES
    ]
    return np.array(rows)


def fit_one(x: FloatArray, size: int, shape: str) -> PhraseGMM:
    """A mixture of ``size`` components with covariances of one ``shape``: full, tied, diag."""
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.mixture import GaussianMixture

    model = GaussianMixture(
        size, covariance_type=shape, reg_covar=_FLOOR, n_init=3, max_iter=200, random_state=SEED % 2**31
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(x)
    found = np.asarray(model.covariances_)
    if shape == "tied":
        found = np.tile(found, (size, 1, 1))
    elif shape == "diag":
        found = found[:, :, None] * np.eye(x.shape[1])
    return PhraseGMM(np.asarray(model.weights_), np.asarray(model.means_), found)


def fit(train: FloatArray, validation: FloatArray) -> tuple[PhraseGMM, str]:
    """The mixture that gives phrases of the validation fold (N, D) the highest density, and its shape."""
    trials = [(fit_one(train, size, shape), shape) for shape in _SHAPES for size in _SIZES]
    return max(trials, key=lambda trial: float(trial[0].log_density(validation).mean()))


def build(corpus: Corpus) -> tuple[dict[str, Any], dict[str, Any]]:
    """Card and arrays of the phrase model of a corpus."""
    train, validation, test = (phrases(corpus.tunes[split]) for split in (TRAIN, VALIDATION, TEST))
    model, shape = fit(train, validation)
    one = fit_one(train, 1, "full")
    card = {
        "model": "mixture",
        **corpus.origin(),
        "command": f"{COMMAND} --only mixture",
        "seed": SEED,
        "what": "Gaussian mixture over register, contour, spread and density of phrases",
        "phrases": "lines between fermatas" if corpus.chorales[TRAIN] else "four bars",
        "train_phrases": len(train),
        "components": len(model.weights),
        "covariance": shape,
        "features": list(model.features),
        "held_out": {
            "phrases": len(test),
            "log_density_nats": float(model.log_density(test).mean()),
            "baseline_one_gaussian_nats": float(one.log_density(test).mean()),
        },
    }
    return card, {"weights": model.weights, "means": model.means, "covariances": model.covariances}
