"""Calibration: the harmoniser writes chorales on Bach's sopranos, the same things are counted of his and of its own,
and every table moves by part of the log ratio, round by round, until what is written has the statistics of what was
read.

Counting alone does not give them: the law forbids much of what the tables like, and the votes of several tables add up.
(The idea is iterative proportional fitting, Deming and Stephan 1940, with sums that are drawn instead of computed.)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from composer.models.chorale import ChoraleModel, FigureTable
from composer.pipeline.harmonize.asker import NoWay
from composer.pipeline.harmonize.bends import draw_bent
from composer.pipeline.harmonize.chorale import ground_of, heard
from composer.pipeline.harmonize.joint import Prices, asker_of, make_joint
from composer.pipeline.harmonize.line import line_of
from composer.pipeline.harmonize.ornaments import ornament
from composer.pipeline.harmonize.task import Tune
from composer.pipeline.harmonize.workshop import LADDER, Workshop
from composer.search.draw import Floats, spawn
from composer.training.chorale_surface import Surface, surface_made
from composer.training.chorale_tables import forms
from composer.training.chorale_tally import Kinds, Tally, count, nothing
from composer.training.chorale_works import Lesson
from composer.training.data import SEED

ROUNDS, WORKS = 30, 45  # rounds, and works that are harmonised in each
REMEMBERED = 0.5  # share of our earlier rounds' counts in each round
MOST = 1.0  # nats by which a table's entry moves in a round before it is weighed
# What part of the log ratio a table moves by, from the round on: design values.
PACE = ((0, 0.5), (6, 0.3), (14, 0.15))
SLOWER = {"height": 0.5, "chord": 0.5, "bend": 0.7}
# Pseudo-counts beside ours in each ratio: what is seen seldom moves slowly. Design values.
CAUTION = {
    "gap": 3, "height": 6, "move": 3, "doubling": 4, "turn": 6, "chord": 8, "coming": 2, "place": 10, "moving": 6,
    "run": 10, "bend": 8, "again": 4, "half": 6, "tie": 6,
}  # fmt: skip


@dataclass(frozen=True)
class Round:
    """What came of a round: how far our counts are from Bach's, by table, and how many works were not harmonised."""

    number: int
    distance: dict[str, float]
    failed: int


def pace(number: int) -> float:
    """The part of the log ratio by which tables move in a round."""
    return next(part for first, part in reversed(PACE) if number >= first)


def ratio(bach: Floats, ours: Floats, axis: int, caution: float) -> Floats:
    """Log ratio of Bach's shares along an axis to ours, at most MOST either way."""
    total = ours.sum(axis=axis, keepdims=True)
    share = bach / np.maximum(bach.sum(axis=axis, keepdims=True), 1e-9)
    own = ours / np.maximum(total, 1e-9)
    more = caution / np.maximum(total, 1)
    return np.asarray(np.clip(np.log((share + more) / (own + more)), -MOST, MOST))


def moved(model: ChoraleModel, bach: Tally, ours: Tally, part: float, prices: Prices) -> ChoraleModel:
    """The model after a round. Tables of nats for move up where Bach has more; costs go down."""

    def way(name: str, axis: int) -> Floats:
        step = ratio(getattr(bach, name), getattr(ours, name), axis, CAUTION[name])
        return np.asarray(part * SLOWER.get(name, 1.0) * step)

    doubling = model.doubling.copy()
    for numbers in forms(model):
        theirs, own = bach.doubling[numbers].sum(axis=0), ours.doubling[numbers].sum(axis=0)
        doubling[numbers] += part * ratio(theirs, own, 0, CAUTION["doubling"])
    again = way("again", 0)
    return replace(
        model, gap=model.gap + way("gap", 1), height=model.height + way("height", 1), move=model.move + way("move", 3),
        doubling=doubling, turn=model.turn + way("turn", 1) / prices.chords,
        pair=model.pair + way("chord", 0)[None, :] / (prices.chords * prices.pair),
        bend=model.bend - way("bend", 2), again=model.again - np.array([0.0, again[1] - again[0]]),
        figures=_figures(model.figures, way),
    )  # fmt: skip


def _figures(table: FigureTable, way: Callable[[str, int], Floats]) -> FigureTable:
    """The table of figures after a round."""
    moves = np.array([len(row) > 1 for row in table.rhythm]).astype(np.int64)
    share = table.log_share + way("coming", 0)[..., None] + way("place", 0)[moves][:, :, None, :]
    return replace(
        table, log_share=share, moving=table.moving - way("moving", 1), run=table.run - way("run", 2),
        half=table.half - way("half", 1), tie=table.tie - way("tie", 3),
    )  # fmt: skip


def written(workshop: Workshop, tune: Tune, prices: Prices, rng: np.random.Generator) -> Surface:
    """A chorale of ours on a tune, as the first step of the ladder writes it.

    Raises:
        NoWay: the law leaves no way.
    """
    line, rung = line_of(tune), LADDER[0]
    bank = workshop.bank(tune, rung)
    joint = make_joint(line, bank, heard(workshop, tune, line, bank, rung), replace(prices, kept=rung.kept))
    ground = ground_of(joint, draw_bent(joint, asker_of(joint, rung.price), rng))
    return surface_made(ground, ornament(ground, prices.figures, rng, rung.price), workshop.model.figures)


def calibrated(
    workshop: Workshop, lessons: Sequence[Lesson], bach: Tally, prices: Prices, rounds: int = ROUNDS,
    works: int = WORKS, tick: Callable[[str], None] = lambda note: None,
) -> tuple[ChoraleModel, list[Round]]:  # fmt: skip
    """The workshop's model after all rounds, and what came of each; ``tick`` is called after every work."""
    model, told = workshop.model, []
    kinds = Kinds.of(model)
    memory: Tally | None = None
    for number in range(rounds):
        shop = replace(workshop, model=model)
        chosen = spawn(SEED, "works", number).choice(len(lessons), min(works, len(lessons)), replace=False)
        ours, failed = nothing(len(model.shape), len(model.figures.rhythm)), 0
        for place in chosen.tolist():
            try:
                count(ours, written(shop, lessons[place].tune, prices, spawn(SEED, "round", number, place)), kinds)
            except NoWay:
                failed += 1
            tick(f"round {number + 1} of {rounds}")
        told.append(Round(number, ours.distance(bach), failed))
        memory = ours if memory is None else ours.plus(memory, REMEMBERED)
        model = moved(model, bach, memory, pace(number), prices)
    return model, told
