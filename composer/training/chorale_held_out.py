"""How well chords of chorales are foretold that were not learned from, step by step: from their shares alone to the
window and the chain together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from composer.models.chorale import ChoraleModel
from composer.pipeline.harmonize.joint import Prices, chord_votes
from composer.pipeline.harmonize.window import DEGREES
from composer.score.windows import Ints
from composer.search.draw import Floats
from composer.search.lattice import Lattice, best
from composer.training.chorale_chords import NONE, Chords, Heard, follows, heard_of, shares
from composer.training.chorale_hidden import symbols
from composer.training.chorale_works import Lesson
from composer.training.fit_hidden import HeardHMM

PAIR = Prices().pair  # weight of the chain beside the window
ANY_DEGREE = 5.0  # pseudo-units of each degree with the shares of all chords; design value


@dataclass(frozen=True)
class Known:
    """What the works learned from say of C chords: ``share`` (C,), ``by_degree`` (DEGREES, C), ``follows`` (C, C), all
    probabilities, and ``foreign``, the share of units whose soprano is no chord tone."""

    share: Floats
    by_degree: Floats
    follows: Floats
    foreign: float

    @classmethod
    def of(cls, lessons: Sequence[Lesson], chords: Chords) -> Known:
        """Counted from lessons."""
        labels = [chords.of(lesson) for lesson in lessons]
        share = shares(labels, chords.vocabulary.count)
        counts = ANY_DEGREE * np.tile(share, (DEGREES, 1))
        foreign = units = 0
        for lesson, label in zip(lessons, labels, strict=True):
            known = np.flatnonzero(label != NONE)
            np.add.at(counts, (symbols(lesson.line)[known] % DEGREES, label[known]), 1)
            foreign += int((~heard_of(lesson, chords).allowed[known, label[known]]).sum())
            units += len(known)
        by_degree = counts / counts.sum(axis=1, keepdims=True)
        return cls(share, by_degree, follows(labels, chords.vocabulary.count), (foreign + 1) / (units + 1))


def window(model: ChoraleModel, heard: Heard, known: Known) -> Floats:
    """(T, C) log p(chord | window), with a little for chords that do not hold the soprano."""
    allowed = heard.allowed | ~heard.allowed.any(axis=1, keepdims=True)
    p = np.exp(model.heard(heard.features, allowed))
    p /= p.sum(axis=1, keepdims=True)
    return np.asarray(np.log((1 - known.foreign) * p + known.foreign * known.share))


def after(log_p: Floats, model: ChoraleModel, label: Ints) -> Floats:
    """(T, C) log p(chord | window, the chord before as it was)."""
    found = log_p.copy()
    place = np.flatnonzero(label[:-1] != NONE)
    found[place + 1] += PAIR * model.pair[label[place]]
    return np.asarray(found - np.log(np.exp(found).sum(axis=1, keepdims=True)))


def chain(log_p: Floats, model: ChoraleModel) -> Floats:
    """(T, C) log p(chord | the whole soprano) of window and chain."""
    return np.asarray(np.log(np.maximum(chord_votes(model, log_p, Prices(chords=1.0, pair=PAIR)), 1e-12)))


def best_path(unit: Floats, move: Floats) -> Ints:
    """(T,) the path with most nats: (T, C) by itself and (C, C) for each move."""
    return np.array(best(Lattice(-unit[0], tuple(-(move + row[None, :]) for row in unit[1:]))).candidates)


@dataclass(frozen=True)
class Told:
    """What a step of the ladder says of a work: ``log_p`` (T, C) of each unit, ``path`` (T,) its chords, or None."""

    log_p: Floats
    path: Ints | None


def told(
    lesson: Lesson, chords: Chords, known: Known, model: ChoraleModel, hidden: dict[str, HeardHMM]
) -> dict[str, Told]:
    """Every step of the ladder on a work."""
    heard, symbol = heard_of(lesson, chords), symbols(lesson.line)
    count = len(symbol)
    by_degree = np.log(known.by_degree)[symbol % DEGREES]
    before = np.concatenate(([NONE], heard.label[:-1]))
    pair = np.log(np.where(before[:, None] == NONE, known.share, known.follows[before]))
    view = window(model, heard, known)
    found = {
        "shares": Told(np.tile(np.log(known.share), (count, 1)), None),
        "soprano_degree": Told(by_degree, by_degree.argmax(axis=1)),
        "chord_before": Told(pair, None),
    }
    for name, one in hidden.items():
        path = best_path(np.log(one.emit[:, symbol].T), np.log(one.move))
        found[name] = Told(np.log(one.posterior(symbol)), path)
    found["window"] = Told(view, view.argmax(axis=1))
    found["window_and_chord_before"] = Told(after(view, model, heard.label), None)
    found["window_and_chain"] = Told(chain(view, model), best_path(view, PAIR * model.pair))
    return found


def figures(
    lessons: Sequence[Lesson], chords: Chords, known: Known, model: ChoraleModel, hidden: dict[str, HeardHMM]
) -> dict[str, float]:
    """Nats a unit whose chord is in the vocabulary; on all units agreement of roots, and of roots and inversions."""
    nats: dict[str, list[Floats]] = {}
    roots: dict[str, list[Floats]] = {}
    inversions: dict[str, list[Floats]] = {}
    known_units = []
    for lesson in lessons:
        label = chords.of(lesson)
        place = np.flatnonzero(label != NONE)
        known_units.append(label != NONE)
        for name, one in told(lesson, chords, known, model, hidden).items():
            nats.setdefault(name, []).append(-one.log_p[place, label[place]])
            if one.path is not None:
                root, both = agreement(lesson, chords, one.path)
                roots.setdefault(name, []).append(root)
                inversions.setdefault(name, []).append(both)
    content = {"units": sum(map(len, known_units)), "share_in_vocabulary": float(np.concatenate(known_units).mean())}
    for title, rows in (("nats", nats), ("root", roots), ("root_and_inversion", inversions)):
        content |= {f"{name}_{title}": float(np.concatenate(row).mean()) for name, row in rows.items()}
    return content


def agreement(lesson: Lesson, chords: Chords, path: Ints) -> tuple[Floats, Floats]:
    """For every labelled unit whether the root is right, and root and inversion."""
    words = chords.vocabulary
    rows = [
        (words.root[number] == label[0], words.inversion[number] == label[2])
        for number, label in zip(path.tolist(), lesson.labels, strict=True)
        if label is not None
    ]
    root, inversion = np.array(rows, dtype=bool).T
    return root.astype(np.float64), (root & inversion).astype(np.float64)
