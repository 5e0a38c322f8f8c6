"""Chords of chorales as the hidden states of a Markov model that hears only the soprano: the step of the ladder below
the window.

States are the chords of the vocabulary, inversions and all; what is heard of a unit is the soprano's degree above the
signature's tonic, and whether a phrase ends. Counts of labelled chorales are the start, and, as a Dirichlet prior, what
keeps states their meaning while expectation maximisation (hmmlearn) fits the sopranos.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence

import numpy as np

from composer.pipeline.harmonize.line import Line
from composer.pipeline.harmonize.window import DEGREES, LOWEST, degree
from composer.score.windows import Ints
from composer.search.draw import Floats
from composer.training.chorale_chords import NONE, Chords, follows, shares
from composer.training.chorale_works import Lesson
from composer.training.data import SEED
from composer.training.fit_hidden import HeardHMM

SYMBOLS = 2 * DEGREES
# Design values: pseudo-units of a state for its emissions and moves; rounds; counts added to what was seen.
STRENGTH, LIFT, ROUNDS = 1000.0, 1000.0, 3
ANY_START, ANY_DEGREE, ANY_CLOSE = 5.0, 0.05, 1.0


def symbols(line: Line) -> Ints:
    """(T,) the soprano's degree, and DEGREES more where a phrase ends."""
    degrees = np.array([degree(unit.notes[0].top.fifths, line.signature) for unit in line.units])
    return np.asarray(degrees + DEGREES * line.close, dtype=np.int64)


def counted(lessons: Sequence[Lesson], chords: Chords) -> HeardHMM:
    """The model as labelled chorales have it."""
    labels = [chords.of(lesson) for lesson in lessons]
    count = chords.vocabulary.count
    share = shares(labels, count)
    start = ANY_START * share
    degrees, closes = np.zeros((count, DEGREES)), np.zeros((count, 2))
    for lesson, label in zip(lessons, labels, strict=True):
        known = label != NONE
        heard = symbols(lesson.line)
        np.add.at(degrees, (label[known], heard[known] % DEGREES), 1)
        np.add.at(closes, (label[known], heard[known] // DEGREES), 1)
        if known[0]:
            start[label[0]] += 1
    # chord tones that no unit had may come, foreign notes hardly
    tones = chords.vocabulary.holds(np.arange(DEGREES) + LOWEST).T
    degrees += np.where(tones, 1.0, ANY_DEGREE)
    closes += ANY_CLOSE * closes.sum(axis=0) / closes.sum()
    emit = _normal(closes)[:, :, None] * _normal(degrees)[:, None, :]
    return HeardHMM(start / start.sum(), _normal(follows(labels, count)), emit.reshape(count, SYMBOLS))


def _normal(counts: Floats) -> Floats:
    return np.asarray(counts / counts.sum(axis=-1, keepdims=True))


def fitted(lessons: Sequence[Lesson], chords: Chords, rounds: int = ROUNDS) -> HeardHMM:
    """The model after ``rounds`` of expectation maximisation on the sopranos."""
    from hmmlearn.hmm import CategoricalHMM

    first = counted(lessons, chords)
    logging.getLogger("hmmlearn").setLevel(logging.ERROR)
    model = CategoricalHMM(
        n_components=chords.vocabulary.count, n_features=SYMBOLS, startprob_prior=1.0 + ANY_START * first.start,
        transmat_prior=1.0 + LIFT * first.move, emissionprob_prior=1.0 + STRENGTH * first.emit, n_iter=rounds,
        tol=-np.inf, params="ste", init_params="", random_state=SEED % 2**31,
    )  # fmt: skip
    model.startprob_, model.transmat_, model.emissionprob_ = first.start, first.move, first.emit
    heard = [symbols(lesson.line) for lesson in lessons]
    model.fit(np.concatenate(heard)[:, None], [len(one) for one in heard])
    tiny = 1e-9
    return HeardHMM(*(_normal(one + tiny) for one in (model.startprob_, model.transmat_, model.emissionprob_)))
