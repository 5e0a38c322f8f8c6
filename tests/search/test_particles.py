"""Particles draw from the lattice times the votes: as often as the exact sums say."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from composer.search.lattice import Lattice, lookahead, path_cost
from composer.search.particles import draw_many


def _small() -> tuple[Lattice, np.ndarray]:
    rng = np.random.default_rng(4)
    lattice = Lattice(rng.random(3) * 2, tuple(rng.random((3, 3)) * 2 for _ in range(3)))
    return lattice, rng.normal(size=(3, 3, 3))


def test_shares_are_those_of_enumeration() -> None:
    lattice, votes = _small()
    exact: dict[tuple[int, ...], float] = {}
    for path in product(range(3), repeat=4):
        cost = path_cost(lattice, path) + sum(votes[path[k : k + 3]] for k in range(2))
        exact[path] = float(np.exp(-cost))
    total = sum(exact.values())
    paths, weights = draw_many(
        lattice, lookahead(lattice), lambda _, before, here: votes[before, here], 40_000, np.random.default_rng(1)
    )
    share = np.exp(weights - weights.max())
    share /= share.sum()
    found = dict.fromkeys(exact, 0.0)
    for path, weight in zip(map(tuple, paths.tolist()), share.tolist(), strict=True):
        found[path] += weight
    apart = sum(abs(found[path] - exact[path] / total) for path in exact)
    assert apart < 0.03


def test_what_is_forbidden_is_never_drawn() -> None:
    lattice, votes = _small()
    steps = list(lattice.steps)
    steps[1] = np.where(np.eye(3) > 0, np.inf, steps[1])
    strict = Lattice(lattice.first, tuple(steps))
    paths, _ = draw_many(strict, lookahead(strict), lambda _, b, h: votes[b, h], 500, np.random.default_rng(2))
    assert (paths[:, 1] != paths[:, 2]).all()


def test_no_path_is_an_error() -> None:
    nothing = Lattice(np.zeros(2), (np.full((2, 2), np.inf),))
    with pytest.raises(ValueError, match="forbidden"):
        draw_many(nothing, lookahead(nothing), lambda *_: np.zeros((4, 2)), 4, np.random.default_rng(0))
