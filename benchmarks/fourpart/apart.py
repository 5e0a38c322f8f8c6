"""Two sets of pieces told apart by a random forest on their features: the area under its curve, and by what."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

TREES, FOLDS = 500, 5
Features = Mapping[str, float]


@dataclass(frozen=True)
class Tell:
    """One feature: its share in the forest, its means in both sets, and the AUC it has alone (.5: says nothing)."""

    name: str
    share: float
    mean_a: float
    mean_b: float
    alone: float


@dataclass(frozen=True)
class Apart:
    """``auc``: of forecasts for pieces whose group the forest has not seen; ``tells``: the most telling first."""

    auc: float
    tells: tuple[Tell, ...]


def auc(
    list_a: Sequence[Features], list_b: Sequence[Features], groups: Sequence[Hashable], seed: int = 0,
    folds: int = FOLDS, trees: int = TREES,
) -> Apart:
    """How well a forest tells the first set from the second.

    ``groups``: of every piece of both lists in order; pieces of one group (settings of one soprano) are never on both
    sides of a fold. The same names in every piece.
    """
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.metrics import roc_auc_score
    from sklearn.model_selection import StratifiedGroupKFold

    names = sorted(list_a[0])
    table = np.array([[one[name] for name in names] for one in (*list_a, *list_b)])  # (pieces, features)
    truth = np.array([1] * len(list_a) + [0] * len(list_b))
    numbers = {group: n for n, group in enumerate(dict.fromkeys(groups))}
    own = np.array([numbers[group] for group in groups])
    forecast, shares = np.zeros(len(truth)), np.zeros(len(names))
    splitter = StratifiedGroupKFold(folds, shuffle=True, random_state=seed)
    for train, test in splitter.split(table, truth, own):
        forest = RandomForestClassifier(trees, random_state=seed, n_jobs=1)
        forest.fit(table[train], truth[train])
        forecast[test] = forest.predict_proba(table[test])[:, 1]
        shares += forest.feature_importances_ / folds
    return Apart(float(roc_auc_score(truth, forecast)), _tells(names, table, truth, shares, roc_auc_score))


def _tells(
    names: Sequence[str], table: NDArray[Any], truth: NDArray[Any], shares: NDArray[Any], area: Any
) -> tuple[Tell, ...]:
    means = table[truth == 1].mean(axis=0), table[truth == 0].mean(axis=0)
    order = np.argsort(-shares, kind="stable")
    return tuple(
        Tell(names[n], float(shares[n]), float(means[0][n]), float(means[1][n]), float(area(truth, table[:, n])))
        for n in order
    )
