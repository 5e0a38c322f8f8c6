"""How the labeller agrees with scholars: its chords beside the seventeen annotated chorales that fit their scores."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.fourpart.labels import Weights, labels
from benchmarks.fourpart.piece import piece_of
from benchmarks.fourpart.spelled import TYPES
from composer.training.annotated import NUMBERS, Annotated, read_annotated


@dataclass(frozen=True)
class Agreement:
    """Shares of units: the root, root and inversion, root and all members."""

    units: int
    root: float
    inversion: float
    members: float


def annotated() -> list[Annotated]:
    """The chorales with their analyses."""
    return [read_annotated(number) for number in NUMBERS]


def agreement(works: Sequence[Annotated], weights: Weights | None = None) -> Agreement:
    """Compare over all units that have an annotation."""
    roots, inversions, members = [], [], []
    for work in works:
        for label in labels(piece_of(work.score, work.name), weights):
            numeral = work.at(label.begin_ticks)
            if numeral is None:
                continue
            right = 7 * numeral.root % 12 == label.root
            own = {(label.root + member) % 12 for member in TYPES[label.type]}
            roots.append(right)
            inversions.append(right and numeral.inversion == label.inversion)
            members.append(right and {7 * member % 12 for member in numeral.members} == own)
    total = max(1, len(roots))
    return Agreement(len(roots), sum(roots) / total, sum(inversions) / total, sum(members) / total)
