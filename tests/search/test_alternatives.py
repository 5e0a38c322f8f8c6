"""How many paths there are, and paths that really differ, against brute force; draws against enumerated shares."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from composer.pipeline.chord_table import Slot
from composer.pipeline.chord_words import read_numerals
from composer.pipeline.four_parts import Memory
from composer.pipeline.four_parts import lattice as voicing_lattice
from composer.pipeline.realise import slots_of, voicing_law
from composer.score.note import Note, Voice
from composer.score.pitch import parse_pitch
from composer.score.time import Meter
from composer.search.alternatives import Differs, alternatives, count_paths
from composer.search.draw import spawn
from composer.search.lattice import Lattice, Path, best, k_best, lookahead, path_cost, sample
from composer.theory.rulebook import load_rulebook

Problem = tuple[Lattice, list[NDArray[np.int64]]]  # with each candidate's kind: paths differ where the kinds do


@st.composite
def problems(draw: st.DrawFn) -> Problem:
    sizes = draw(st.lists(st.integers(1, 4), min_size=1, max_size=5))
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))

    def costs(shape: tuple[int, ...]) -> NDArray[np.float64]:
        return np.where(rng.random(shape) < 0.2, np.inf, rng.integers(0, 9, shape) / 2)

    steps = tuple(costs(pair) for pair in itertools.pairwise(sizes))
    return Lattice(costs((sizes[0],)), steps), [rng.integers(0, 3, size) for size in sizes]


def brute(lattice: Lattice) -> list[Path]:
    """Every path that is allowed, cheapest first."""
    sizes = [len(lattice.first), *(step.shape[1] for step in lattice.steps)]
    paths = [Path(one, path_cost(lattice, one)) for one in itertools.product(*map(range, sizes))]
    return sorted((path for path in paths if np.isfinite(path.cost_nats)), key=lambda path: path.cost_nats)


def by_kind(kinds: list[NDArray[np.int64]]) -> Differs:
    return lambda position, candidate: np.asarray(kinds[position] != kinds[position][candidate])


def differences(kinds: list[NDArray[np.int64]], one: Path, other: Path) -> int:
    pairs = zip(kinds, one.candidates, other.candidates, strict=True)
    return sum(bool(kind[a] != kind[b]) for kind, a, b in pairs)


@given(problems())
@settings(max_examples=150, deadline=None)
def test_counting_and_the_best_paths_equal_brute_force(problem: Problem) -> None:
    lattice, _ = problem
    paths = brute(lattice)
    assert count_paths(lattice) == len(paths)
    for k in (1, 2, 5):
        found = k_best(lattice, k)
        assert [path.cost_nats for path in found] == [path.cost_nats for path in paths[:k]]
        assert len({path.candidates for path in found}) == len(found)
    if k_best(lattice, 1):
        assert k_best(lattice, 1)[0] == k_best(lattice, 5)[0] == best(lattice)


@given(problems(), st.integers(1, 4), st.integers(0, 3))
@settings(max_examples=150, deadline=None)
def test_alternatives_equal_brute_force(problem: Problem, count: int, places: int) -> None:
    lattice, kinds = problem
    paths = brute(lattice)
    if not paths:
        with pytest.raises(ValueError, match="forbidden"):
            alternatives(lattice, count, places, by_kind(kinds))
        return
    found = alternatives(lattice, count, places, by_kind(kinds))
    for number, path in enumerate(found):
        before = found[:number]
        open_ = [one for one in paths if all(differences(kinds, one, other) >= places for other in before)]
        assert path.cost_nats == open_[0].cost_nats == path_cost(lattice, path.candidates)
        assert all(differences(kinds, path, other) >= places for other in before)
    if len(found) < count:
        assert not [one for one in paths if all(differences(kinds, one, other) >= places for other in found)]


def test_counts_are_whole_numbers_beyond_any_float() -> None:
    lattice = Lattice(np.zeros(7), (np.zeros((7, 7)),) * 49)
    assert count_paths(lattice) == 7**50


def test_counting_knows_no_costs_but_the_forbidden() -> None:
    step = np.array([[0.0, 1e6], [np.inf, 3.0]])
    assert count_paths(Lattice(np.array([5.0, np.inf]), (step, step))) == 3


def test_voicings_are_drawn_as_often_as_their_costs_say() -> None:
    soprano = Voice("soprano", "soprano", tuple(
        Note(480 * place, 480, (parse_pitch(name),)) for place, name in enumerate(("G4", "F4", "E4"))
    ))
    task = read_numerals("I:1 V7:1 I:1", "C", Meter(4, 4))
    slots: list[Slot] = slots_of(task, soprano)
    lattice, _ = voicing_lattice(slots, Memory(voicing_law(load_rulebook(), "satb")))
    paths = brute(lattice)
    assert len(paths) == count_paths(lattice) > 50
    weights = np.exp([-path.cost_nats for path in paths])
    place = {path.candidates: number for number, path in enumerate(paths)}
    draws, counts = 20_000, np.zeros(len(paths))
    rng, messages = spawn(3, "voicings"), lookahead(lattice)
    for _ in range(draws):
        counts[place[sample(lattice, rng, messages).candidates]] += 1
    expected = draws * weights / weights.sum()
    usual = expected >= 5  # the rare ones together
    seen = np.append(counts[usual], counts[~usual].sum())
    wanted = np.append(expected[usual], expected[~usual].sum())
    kept = wanted > 0
    chi_square = ((seen - wanted)[kept] ** 2 / wanted[kept]).sum()
    freedom = int(kept.sum()) - 1
    assert chi_square < freedom + 4 * np.sqrt(2 * freedom)
