"""The lattice against brute force on random small problems, first-order and pair states."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from composer.search.draw import draw_index, spawn
from composer.search.lattice import Lattice, best, k_best, log_total, path_cost, posteriors, sample


@st.composite
def lattices(draw):
    order = draw(st.sampled_from((1, 2)))
    sizes = draw(st.lists(st.integers(1, 4), min_size=order, max_size=5))
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))

    def costs(shape):
        array = rng.integers(0, 9, shape) / 2
        return np.where(rng.random(shape) < 0.15, np.inf, array)

    first = costs(tuple(sizes[:order]))
    steps = tuple(costs(tuple(sizes[t - order : t + 1])) for t in range(order, len(sizes)))
    return Lattice(first, steps), sizes


def brute(lattice, sizes):
    paths = itertools.product(*(range(size) for size in sizes))
    found = [(path_cost(lattice, path), path) for path in paths]
    return sorted((cost, path) for cost, path in found if np.isfinite(cost))


@given(lattices())
@settings(max_examples=200, deadline=None)
def test_sum_best_and_k_best_equal_brute_force(problem):
    lattice, sizes = problem
    paths = brute(lattice, sizes)
    if not paths:
        assert log_total(lattice) == -np.inf
        assert k_best(lattice, 3) == []
        with pytest.raises(ValueError, match="forbidden"):
            best(lattice)
        return
    total = np.log(sum(np.exp(-cost) for cost, _ in paths))
    assert log_total(lattice) == pytest.approx(total, abs=1e-9)
    assert best(lattice).cost_nats == paths[0][0]
    ours = k_best(lattice, 7)
    assert [p.cost_nats for p in ours] == [cost for cost, _ in paths[:7]]
    assert len({p.candidates for p in ours}) == len(ours)
    for path in ours:
        assert path_cost(lattice, path.candidates) == path.cost_nats


@given(lattices())
@settings(max_examples=100, deadline=None)
def test_posteriors_equal_brute_force(problem):
    lattice, sizes = problem
    paths = brute(lattice, sizes)
    if not paths:
        return
    total = sum(np.exp(-cost) for cost, _ in paths)
    for position, posterior in enumerate(posteriors(lattice)):
        for candidate in range(sizes[position]):
            share = sum(np.exp(-c) for c, p in paths if p[position] == candidate) / total
            assert posterior[candidate] == pytest.approx(share, abs=1e-9)


@pytest.mark.parametrize("order", [1, 2])
def test_sampling_is_exact(order):
    rng = np.random.default_rng(5)
    sizes = [3, 2, 3, 2]
    first = rng.random(tuple(sizes[:order])) * 2
    steps = tuple(rng.random(tuple(sizes[t - order : t + 1])) * 2 for t in range(order, 4))
    steps[0][..., 0] = np.inf
    lattice = Lattice(first, steps)
    paths = brute(lattice, sizes)
    weights = np.array([np.exp(-cost) for cost, _ in paths])
    draws = 6000
    counts = dict.fromkeys((path for _, path in paths), 0)
    generator = spawn(11, "test", order)
    for _ in range(draws):
        counts[sample(lattice, generator).candidates] += 1
    expected = draws * weights / weights.sum()
    seen = np.array([counts[path] for _, path in paths])
    chi_square = ((seen - expected) ** 2 / expected).sum()
    freedom = len(paths) - 1
    assert chi_square < freedom + 4 * np.sqrt(2 * freedom)


def test_a_draw_respects_zero_weights():
    rng = spawn(1, "zero")
    assert {draw_index(np.array([-np.inf, 0.0, -np.inf]), rng) for _ in range(50)} == {1}
    with pytest.raises(ValueError, match="forbidden"):
        draw_index(np.array([-np.inf]), rng)


def test_shapes_that_do_not_join_are_refused():
    with pytest.raises(ValueError, match="step 0"):
        Lattice(np.zeros(3), (np.zeros((2, 2)),))
