"""The tables of voices by counting Bach's: where calibration starts; and the model's arrays as they are stored."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from composer.models.chorale import ChoraleModel
from composer.score.chord import QUALITIES
from composer.search.draw import Floats
from composer.training.chorale_chords import Chords, pair_votes
from composer.training.chorale_figures import Catalogue, catalogue, figure_notes, habits, table_of
from composer.training.chorale_surface import LOWER, surface_of
from composer.training.chorale_tally import CLASSES, SPREADS, TURNS, Kinds, Tally, count, nothing
from composer.training.chorale_works import Lesson

# Design values: pseudo-counts of every bin; of a voice's moves whatever the soprano does; of doublings by the number of
# notes in the chord; how a height counts for its neighbours.
EVERY_BIN, ANY_WAY, ANY_CHORD = 0.05, 2.0, 4.0
NEIGHBOURS = (0.2, 0.6, 0.2)
TRIAD = 3
Layers = tuple[Floats, Floats, Floats, Floats]
LAYERS = ("inner", "inner_bias", "outer", "outer_bias")  # as they are stored, a number behind each


def counted(
    lessons: Sequence[Lesson], chords: Chords, layers: Sequence[Layers]
) -> tuple[ChoraleModel, Tally, Catalogue]:
    """The model as counting gives it, what is counted of the lessons, and their figures."""
    found = catalogue(lessons, chords)
    blank = _blank(lessons, chords, layers, found)
    kinds, bach, uses = Kinds.of(blank), nothing(chords.vocabulary.count, len(found.figures)), []
    for lesson in lessons:
        before = bach.figure.copy()
        count(bach, surface_of(lesson, chords, found.numbers), kinds)
        uses.append(bach.figure - before)
    table = replace(blank.figures, habits=habits(np.array(uses), blank.figures.group))
    return _filled(replace(blank, figures=table), bach), bach, found


def _blank(lessons: Sequence[Lesson], chords: Chords, layers: Sequence[Layers], found: Catalogue) -> ChoraleModel:
    """Chords, networks and figures, with tables that say nothing."""
    words, empty = chords.vocabulary, np.zeros(0)
    pair = pair_votes([chords.of(lesson) for lesson in lessons], words.count)
    return ChoraleModel(
        None, words.root, words.shape, words.inversion, words.bass, tuple(layers), pair,
        gap=empty, height=empty, move=empty, doubling=empty, turn=np.zeros((3, TURNS)),
        bend=np.zeros((LOWER, CLASSES, CLASSES)), again=np.zeros(2), figures=table_of(found),
    )  # fmt: skip


def _filled(model: ChoraleModel, bach: Tally) -> ChoraleModel:
    """The model with the tables of voices."""
    height = np.stack([np.convolve(row, NEIGHBOURS, "same") for row in bach.height])
    any_way = bach.move.sum(axis=2, keepdims=True) / bach.move.sum(axis=(2, 3), keepdims=True)
    return replace(
        model, gap=_log(bach.gap), height=_log(height), move=_log(bach.move + ANY_WAY * any_way),
        doubling=_log(_doublings(model, bach.doubling)),
    )  # fmt: skip


def _log(counts: Floats) -> Floats:
    """Log shares along the last axis, every bin a little more."""
    more = counts + EVERY_BIN
    return np.asarray(np.log(more / more.sum(axis=-1, keepdims=True)))


def forms(model: ChoraleModel) -> list[NDArray[np.int64]]:
    """Numbers of the chords that are alike but for their roots: of one shape and inversion."""
    alike: dict[tuple[str, int], list[int]] = defaultdict(list)
    for number, form in enumerate(zip(model.shape, model.inversion.tolist(), strict=True)):
        alike[form].append(number)
    return [np.array(numbers) for numbers in alike.values()]


def _doublings(model: ChoraleModel, counts: Floats) -> Floats:
    """(C, SPREADS) counts of all chords of the same form, and a few of all with as many notes."""
    found = np.zeros((len(model.shape), SPREADS))
    sizes = np.array([len(QUALITIES[name]) for name in model.shape])
    for numbers in forms(model):
        alike = (sizes > TRIAD) == (sizes[numbers[0]] > TRIAD)
        other = counts[alike].sum(axis=0)
        found[numbers] = counts[numbers].sum(axis=0) + ANY_CHORD * other / other.sum()
    return found


def stored(model: ChoraleModel) -> dict[str, NDArray[np.generic]]:
    """The model's arrays in single precision, its networks in half."""
    figures = model.figures
    arrays: dict[str, NDArray[np.generic]] = {
        "root": model.root.astype(np.int16), "inversion": model.inversion.astype(np.int16),
        "bass": model.bass.astype(np.int16), "shape": np.frombuffer("|".join(model.shape).encode(), np.uint8),
        "figure_notes": figure_notes(figures), "figure_tied": figures.tied,
        "figure_group": figures.group.astype(np.int16),
        "figure_share": figures.log_share.astype(np.float32),
    }  # fmt: skip
    for name in ("pair", "gap", "height", "move", "doubling", "turn", "bend", "again"):
        arrays[name] = getattr(model, name).astype(np.float32)
    for name in ("moving", "run", "half", "tie", "habits"):
        arrays[name] = getattr(figures, name).astype(np.float32)
    for number, layers in enumerate(model.networks):
        arrays |= {f"{name}{number}": one.astype(np.float16) for name, one in zip(LAYERS, layers, strict=True)}
    return arrays
