"""Lessons for the tests of the chorale harmoniser's training: real chorales, read once, and models without networks."""

from __future__ import annotations

from functools import cache

import numpy as np

from composer.models.harmony import load_harmony
from composer.theory.tables import load_table
from composer.training.chorale_chords import Chords, chords_of, heard_of
from composer.training.chorale_works import Lesson, read_lessons

NAMES = ("bwv423", "bwv371", "bwv384", "bwv286", "bwv130.6")  # short ones; the last with instruments


@cache
def lessons() -> tuple[Lesson, ...]:
    return read_lessons(NAMES, load_harmony().groups, load_table("numerals"))


@cache
def chords() -> Chords:
    return chords_of(lessons())


def dull_layers() -> tuple[np.ndarray, ...]:
    """A network that says nothing of any chord."""
    features, count = heard_of(lessons()[0], chords()).features.shape[1], chords().vocabulary.count
    return np.zeros((features, 1)), np.zeros(1), np.zeros((1, count)), np.zeros(count)
