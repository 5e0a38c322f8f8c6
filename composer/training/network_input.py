"""What the refiner's network learns from: tunes as symbols and features, and the notes hidden from it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from composer.models.refiner import note_features
from composer.models.vocabulary import LOW
from composer.training.encode import Tune

SHARES = (0.15, 0.5)  # of the notes hidden
LONGEST = 8  # notes of a hidden span
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]


@dataclass(frozen=True)
class Lesson:
    """One tune to learn: ``index`` (T,) of symbols from 0, ``features`` (T, F)."""

    index: IntArray
    features: IntArray


def draw_mask(rng: np.random.Generator, length: int) -> BoolArray:
    """Spans of 1 to 8 notes until a share of 15 to 50 in a hundred is hidden: (T,)."""
    mask = np.zeros(length, bool)
    goal = max(1, round(length * rng.uniform(*SHARES)))
    while mask.sum() < goal:
        span = int(rng.integers(1, LONGEST + 1))
        first = int(rng.integers(0, max(1, length - span + 1)))
        mask[first : first + span] = True
    return mask


def lesson(tune: Tune, style: int) -> Lesson:
    """A tune as the network sees it."""
    features = note_features(tune.length, tune.place, tune.bar, tune.meter, tune.minor, style)
    return Lesson(tune.symbols - LOW, features)
