"""Laws that every kind of rule obeys, over random windows."""

from types import ModuleType

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from window_factory import random_window, transposed

from composer.theory.kinds import KINDS
from composer.theory.law import voice_groups
from composer.theory.rule import Rule
from composer.theory.rulebook import load_rulebook

BOOK = load_rulebook()
WINDOWED = [rule for rule in BOOK.rules.values() if rule.scope in ("line", "slices", "harmony")]
INTERVALS = [(1, 2), (2, 3), (3, 5), (3, 6), (4, 7), (6, 11), (7, 12), (-1, -1), (-2, -4)]


def parts_of(rule: Rule, seed: int, shape: tuple[int, ...]) -> list:
    window = random_window(seed, (*shape, rule.span))
    return [window.take(group) for group in voice_groups(rule, window.roles)]


def rule_parameters(rules: list[Rule]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("rule", rules, ids=[rule.id for rule in rules])


@rule_parameters([rule for rule in WINDOWED if rule.kind != "range"])
@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000), interval=st.sampled_from(INTERVALS))
def test_transposing_changes_no_verdict(rule: Rule, seed: int, interval: tuple[int, int]) -> None:
    for part in parts_of(rule, seed, (40,)):
        moved = transposed(part, *interval)
        assert np.array_equal(rule.module.broken(part, rule.asks), rule.module.broken(moved, rule.asks))
        assert np.array_equal(rule.module.chances(part, rule.asks), rule.module.chances(moved, rule.asks))


@rule_parameters(WINDOWED)
@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_what_is_broken_was_a_chance(rule: Rule, seed: int) -> None:
    for part in parts_of(rule, seed, (60,)):
        broken, chances = rule.module.broken(part, rule.asks), rule.module.chances(part, rule.asks)
        assert broken.dtype == bool
        assert chances.dtype == bool
        assert not (broken & ~chances).any()


@rule_parameters(WINDOWED)
def test_leading_axes_are_free(rule: Rule) -> None:
    for part in parts_of(rule, 7, (3, 4)):
        broken = rule.module.broken(part, rule.asks)
        assert broken.shape == (3, 4)
        for i in range(3):
            for j in range(4):
                fields = {
                    name: getattr(part, name)[i, j] for name in part.__dataclass_fields__ if name != "roles"
                }
                single = type(part)(roles=part.roles, **fields)
                assert bool(rule.module.broken(single, rule.asks)) == broken[i, j]


@rule_parameters(WINDOWED)
def test_random_music_breaks_and_keeps_every_rule(rule: Rule) -> None:
    verdicts = [
        rule.module.broken(part, rule.asks) for seed in range(4) for part in parts_of(rule, seed, (4000,))
    ]
    assert any(verdict.any() for verdict in verdicts)
    assert not all(verdict.all() for verdict in verdicts)


@pytest.mark.parametrize("module", KINDS.values(), ids=list(KINDS))
def test_kinds_have_one_shape(module: ModuleType) -> None:
    asks = {name: ask.default for name, ask in module.ASKS.items()}
    assert module.SCOPE in ("line", "slices", "harmony", "bars", "form", "sections", "strikes")
    assert 0 <= module.PLACE < module.span(asks)
    assert module.__doc__
    assert callable(module.broken)
    assert callable(module.chances)
    assert ("voices" in module.ASKS) == (module.SCOPE == "slices")


def test_every_kind_is_used() -> None:
    assert {rule.kind for rule in BOOK.rules.values()} == set(KINDS)
