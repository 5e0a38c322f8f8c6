"""The law as costs agrees with the kinds it is made of."""

from dataclasses import replace

import numpy as np
import pytest
from window_factory import random_window

from composer.theory.law import Law
from composer.theory.rulebook import load_rulebook

BOOK = load_rulebook()


@pytest.mark.parametrize("name", ["chorale", "song"])
@pytest.mark.parametrize("span", [1, 2, 3])
def test_votes_add_up_to_the_cost(name: str, span: int) -> None:
    law = Law.of(BOOK.style(name))
    window = random_window(3, (5, 6, span))
    votes = sum(nats for _, nats in law.slice_votes(window, span))
    assert np.array_equal(law.slice_cost(window, span), np.broadcast_to(votes, (5, 6)))
    one = window.take((0,))
    total = sum(nats for _, nats in law.line_votes(one, span))
    assert np.array_equal(law.line_cost(one, span), np.broadcast_to(total, (5, 6)))


def test_forbidden_is_infinite_and_preferred_is_its_nats() -> None:
    style = BOOK.style("song")
    law = Law.of(replace(style, forbid=(BOOK.rules["CRS-1"],), prefer=((BOOK.rules["SPC-1"], 0.5),)))
    window = random_window(5, (200, 1))
    window = replace(window, letter_step=window.letter_step)
    votes = dict(law.slice_votes(window, 1))
    assert set(np.unique(votes["CRS-1"])) == {0.0, np.inf}
    assert set(np.unique(votes["SPC-1"])) == {0.0, 0.5, 1.0}


def test_lifted_rules_do_not_vote() -> None:
    style = BOOK.style("chorale")
    law = Law.of(style, frozenset({"PAR-5"}))
    assert "PAR-5" not in {rule.id for rule, _ in law.entries}
    priced = [*style.forbid, *(rule for rule, _ in style.prefer)]
    assert len(law.entries) == sum(len(rule.parts) for rule in priced) - 1


def test_large_windows_cost_what_small_ones_do() -> None:
    law = Law.of(BOOK.style("chorale"))
    large = random_window(11, (120, 130, 2))
    cost = law.voicing_cost(large, 2)
    assert cost.shape == (120, 130)
    fields = {name: getattr(large, name)[:3] for name in large.__dataclass_fields__ if name != "roles"}
    assert np.array_equal(cost[:3], law.voicing_cost(replace(large, **fields), 2))


def test_chord_arrays_may_be_shared_between_candidates() -> None:
    law = Law.of(BOOK.style("chorale"))
    window = random_window(2, (4, 5, 2))
    names = [n for n in window.__dataclass_fields__ if n not in ("roles", "pitch_midi", "letter_step")]
    names = [n for n in names if n not in ("attack", "length_ticks")]
    shared = replace(window, **{name: getattr(window, name)[:1, :1] for name in names})
    full = replace(
        window, **{n: np.broadcast_to(getattr(shared, n), getattr(window, n).shape) for n in names}
    )
    assert np.array_equal(law.voicing_cost(shared, 2), law.voicing_cost(full, 2))


def test_two_voices_are_not_judged_as_four() -> None:
    law = Law.of(BOOK.style("chorale"))
    window = random_window(1, (9, 1), ("melody", "bass"))
    assert not {"CMP-1", "VCN-1", "DBL-4"} & {rule_id for rule_id, _ in law.slice_votes(window, 1)}
