"""Laws that every kind of rule obeys, over random windows."""

from importlib import import_module

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from window_factory import random_window, transposed

from composer.theory.judge import SCOPES
from composer.theory.kinds import KINDS
from composer.theory.law import voice_groups
from composer.theory.rule import Rule
from composer.theory.rulebook import load_rulebook

BOOK = load_rulebook()
WINDOWED = [rule for rule in BOOK.rules.values() if rule.scope in ("line", "slices", "harmony")]
JUDGES = [(kind, name) for kind, judges in KINDS.items() for name in judges]
RARE = {"CMP-4", "CMP-5", "DBL-8", "SCH-1"}  # ask for chords that random ones hardly make
LONG = 24  # moments for a rule that looks at a whole piece
INTERVALS = [(1, 2), (2, 3), (3, 5), (3, 6), (4, 7), (6, 11), (7, 12), (-1, -1), (-2, -4)]


def parts_of(rule: Rule, seed: int, shape: tuple[int, ...]) -> list:
    window = random_window(seed, (*shape, rule.span or LONG))
    return [window.take(group) for group in voice_groups(rule, window.roles)]


def rule_parameters(rules: list[Rule]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("rule", rules, ids=[rule.id for rule in rules])


@rule_parameters([rule for rule in WINDOWED if "ranges" not in rule.asks])
@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000), interval=st.sampled_from(INTERVALS))
def test_transposing_changes_no_verdict(rule: Rule, seed: int, interval: tuple[int, int]) -> None:
    for part in parts_of(rule, seed, (40,)):
        moved = transposed(part, *interval)
        assert np.array_equal(rule.broken(part), rule.broken(moved))
        assert np.array_equal(rule.chances(part), rule.chances(moved))


@rule_parameters(WINDOWED)
@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_what_is_broken_was_a_chance(rule: Rule, seed: int) -> None:
    for part in parts_of(rule, seed, (60,)):
        broken, chances = rule.broken(part), rule.chances(part)
        assert broken.dtype == bool
        assert chances.dtype == bool
        assert not (broken & ~chances).any()


@rule_parameters(WINDOWED)
def test_leading_axes_are_free(rule: Rule) -> None:
    for part in parts_of(rule, 7, (3, 4)):
        broken = rule.broken(part)
        assert broken.shape == (3, 4)
        for i in range(3):
            for j in range(4):
                fields = {
                    name: getattr(part, name)[i, j] for name in part.__dataclass_fields__ if name != "roles"
                }
                single = type(part)(roles=part.roles, **fields)
                assert bool(rule.broken(single)) == broken[i, j]


@rule_parameters([rule for rule in WINDOWED if rule.id not in RARE])
def test_random_music_breaks_and_keeps_every_rule(rule: Rule) -> None:
    verdicts = [
        rule.broken(part) for seed in range(4) for part in parts_of(rule, seed, (4000,))
    ]
    assert any(verdict.any() for verdict in verdicts)
    assert not all(verdict.all() for verdict in verdicts)


@pytest.mark.parametrize(("kind", "name"), JUDGES, ids=[f"{kind}-{name}" for kind, name in JUDGES])
def test_judges_have_one_shape(kind: str, name: str) -> None:
    judge = KINDS[kind][name]
    asks = {blank: ask.default for blank, ask in judge.asks.items()}
    assert judge.scope in SCOPES
    assert judge.before(asks) + judge.place in range(judge.moments(asks) or 1)
    assert ("voices" in judge.asks) == (judge.scope in ("slices", "beats"))


@pytest.mark.parametrize("kind", KINDS)
def test_kinds_are_explained(kind: str) -> None:
    words = import_module(f"composer.theory.kinds.{kind}").__doc__ or ""
    for name in KINDS[kind]:
        assert f"``{name}``" in words


def test_kinds_are_few() -> None:
    assert 12 <= len(KINDS) <= 20


def test_every_judge_is_used() -> None:
    used = {id(rule.judge) for rule in BOOK.rules.values()}
    assert [place for place in JUDGES if id(KINDS[place[0]][place[1]]) not in used] == []
