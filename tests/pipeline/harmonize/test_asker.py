"""The law asked piece by piece gives what the law asked at once gives."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import product

import numpy as np
import pytest

from composer.pipeline.harmonize.asker import Asker, Moves
from composer.search.lattice import Lattice, path_cost


class _Law:
    """Breaks a fixed set of moves, and counts what it is asked."""

    def __init__(self, wrong: np.ndarray) -> None:
        self.wrong, self.asked = wrong, 0

    def broken(self, fresh: Sequence[Moves]) -> np.ndarray:
        self.asked += sum(len(before) for _, before, _ in fresh)
        return np.concatenate([self.wrong[step, before, after] for step, before, after in fresh])


def _case() -> tuple[Lattice, np.ndarray]:
    rng = np.random.default_rng(3)
    return Lattice(rng.random(4), tuple(3 * rng.random((4, 4)) for _ in range(3))), rng.random((3, 4, 4)) < 0.5


def _legal(lattice: Lattice, wrong: np.ndarray) -> dict[tuple[int, ...], float]:
    ways = product(range(4), repeat=4)
    return {w: path_cost(lattice, w) for w in ways if not any(wrong[t, w[t], w[t + 1]] for t in range(3))}


def test_drawn_as_often_as_the_legal_ways_weigh() -> None:
    lattice, wrong = _case()
    legal = _legal(lattice, wrong)
    asker = Asker(lattice, _Law(wrong).broken)
    asker.settle()
    rng = np.random.default_rng(5)
    found = Counter(asker.draw(rng) for _ in range(6000))
    assert set(found) <= set(legal)
    total = sum(np.exp(-cost) for cost in legal.values())
    apart = sum(abs(found[way] / 6000 - np.exp(-cost) / total) for way, cost in legal.items())
    assert apart < 0.08


def test_the_optimum_is_the_best_legal_way_and_not_all_is_asked() -> None:
    lattice, wrong = _case()
    law = _Law(wrong)
    legal = _legal(lattice, wrong)
    assert Asker(lattice, law.broken).optimum() == min(legal, key=legal.__getitem__)
    assert law.asked < wrong.size


def test_a_move_known_to_be_wrong_does_not_hold_when_it_comes_again() -> None:
    lattice, wrong = _case()
    asker = Asker(lattice, _Law(wrong).broken)
    bad = next(way for way in product(range(4), repeat=4) if way not in _legal(lattice, wrong))
    assert not asker.holds(bad)
    assert not asker.holds(bad)


def test_with_a_price_there_is_always_a_way() -> None:
    lattice, _ = _case()
    every = np.ones((3, 4, 4), dtype=bool)
    with pytest.raises(ValueError, match="forbidden"):
        Asker(lattice, _Law(every).broken).optimum()
    assert len(Asker(lattice, _Law(every).broken, 40.0).optimum()) == 4
