"""The chords that chorales use, counted: the vocabulary, how one follows another, what a window sees of each unit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from composer.pipeline.harmonize.chords import Vocabulary
from composer.pipeline.harmonize.window import features
from composer.score.windows import Bools, Ints
from composer.search.draw import Floats
from composer.training.chorale_works import Lesson, Place

LEAST_USES = 3  # of a chord that has a name of its own
NONE = -1  # a unit whose chord is not in the vocabulary
DISCOUNT = 0.6  # of each pair of chords that was seen, for those that were not; design value
UNSEEN, SHARE_ADDED = 0.1, 0.5  # added to the counts of predecessors and of chords; design values
LEAST_PROBABILITY = 1e-9


@dataclass(frozen=True)
class Chords:
    """The vocabulary, and the number of each chord in it."""

    vocabulary: Vocabulary
    number: Mapping[Place, int]

    def of(self, lesson: Lesson, shift: int = 0) -> Ints:
        """(T,) numbers of a lesson's chords, all moved by ``shift`` fifths; NONE where there is none."""
        moved = [None if label is None else (label[0] + shift, *label[1:]) for label in lesson.labels]
        return np.array([NONE if place is None else self.number.get(place, NONE) for place in moved], dtype=np.int64)


def chords_of(lessons: Iterable[Lesson]) -> Chords:
    """The chords that lessons use LEAST_USES times or more, the commonest first."""
    uses = Counter(label for lesson in lessons for label in lesson.labels if label is not None)
    kept = [place for place, count in sorted(uses.items(), key=lambda row: (-row[1], row[0])) if count >= LEAST_USES]
    roots, shapes, inversions = zip(*kept, strict=True)
    return Chords(
        Vocabulary(np.array(roots, dtype=np.int64), tuple(shapes), np.array(inversions, dtype=np.int64)),
        {place: number for number, place in enumerate(kept)},
    )


@dataclass(frozen=True)
class Heard:
    """What is heard of T units: ``features`` (T, F), ``label`` (T,), ``allowed`` (T, C) those that hold the soprano."""

    features: Floats
    label: Ints
    allowed: Bools


def heard_of(lesson: Lesson, chords: Chords, shift: int = 0) -> Heard:
    """A lesson with tune and chords moved by ``shift`` fifths above the signature."""
    line = replace(lesson.line, signature=lesson.line.signature - shift)
    places = np.array([unit.notes[0].top.fifths - line.signature for unit in line.units])
    return Heard(features(line), chords.of(lesson, shift), chords.vocabulary.holds(places))


def chord_counts(labels: Sequence[Ints], count: int) -> Floats:
    """(C,) how often each chord stands."""
    every = np.concatenate(labels)
    return np.bincount(every[every != NONE], minlength=count).astype(np.float64)


def pair_counts(labels: Sequence[Ints], count: int) -> Floats:
    """(C, C) how often each chord follows each."""
    found = np.zeros((count, count))
    for label in labels:
        known = (label[:-1] != NONE) & (label[1:] != NONE)
        np.add.at(found, (label[:-1][known], label[1:][known]), 1)
    return found


def shares(labels: Sequence[Ints], count: int) -> Floats:
    """(C,) share of each chord."""
    counts = chord_counts(labels, count) + SHARE_ADDED
    return np.asarray(counts / counts.sum())


def follows(labels: Sequence[Ints], count: int) -> Floats:
    """(C, C) p(chord | the one before): absolute discounting; what it takes away goes to chords by the number of their
    different predecessors (Kneser and Ney 1995)."""
    counts = pair_counts(labels, count)
    kinds = (counts > 0).sum(axis=0) + UNSEEN
    other = kinds / kinds.sum()
    total, different = counts.sum(axis=1, keepdims=True), (counts > 0).sum(axis=1, keepdims=True)
    seen = np.maximum(total, 1)
    smooth = np.maximum(counts - DISCOUNT, 0) / seen + DISCOUNT * different / seen * other
    return np.asarray(np.where(total > 0, smooth, other))


def pair_votes(labels: Sequence[Ints], count: int) -> Floats:
    """(C, C) nats of a chord after another beyond its own share."""
    return np.asarray(np.log(follows(labels, count) + LEAST_PROBABILITY) - np.log(shares(labels, count)))
