"""The law of a style as costs: what a broken rule costs on every candidate at once.

The search hands over windows of all candidates; the same functions of the kinds that mark a piece answer
here. A forbidden rule costs infinity, a preferred one its nats.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from composer.score.windows import Bools, Ints, Window
from composer.theory.asks import select
from composer.theory.rule import Rule
from composer.theory.rulebook import Style

Costs = NDArray[np.float64]
Vote = tuple[str, Costs]
_LARGE = 50_000  # entries of a window worth packing
_Plan = list[tuple[Rule, float, list[tuple[int, ...]]]]


@dataclass(frozen=True)
class Law:
    """The rules of a style with their costs in nats (infinity: forbidden).

    Rules about bars and form are not here: they need a finished tune (see ``composer.theory.check``).
    """

    entries: tuple[tuple[Rule, float], ...]
    _plans: dict[tuple[str, tuple[str, ...], int], _Plan] = field(
        default_factory=dict, compare=False, repr=False
    )

    @classmethod
    def of(cls, style: Style, lifted: frozenset[str] = frozenset(), strict: float = 1.0) -> Law:
        """The law of a style, the rules with ids in ``lifted`` left out; ``strict`` multiplies the prices of the rest
        (what is forbidden stays so)."""
        entries = [(rule, np.inf) for rule in style.forbid]
        entries += [(rule, strict * nats) for rule, nats in style.prefer if strict > 0]
        return cls(tuple((part, nats) for rule, nats in entries if rule.id not in lifted for part in rule.parts))

    def line_cost(self, window: Window, span: int) -> Costs:
        """(...) nats of one voice's line: ``window`` (..., span, 1), rules of scope line of that span."""
        return self._cost(window, ("line",), span)

    def slice_cost(self, window: Window, span: int) -> Costs:
        """(...) nats of several voices together: ``window`` (..., span, voices), highest voice first.

        Rules of scope slices, in every choice of voices they ask for, and of scope harmony, of that span.
        Harmony rules judge only where the chord changes at every moment of the window. Lines are not judged:
        add ``line_cost`` of each voice, or call ``voicing_cost``.
        """
        return self._cost(window, ("slices", "harmony"), span)

    def voicing_cost(self, window: Window, span: int) -> Costs:
        """(...) nats: ``slice_cost`` and the ``line_cost`` of every voice."""
        window = _packed(window)
        cost = self.slice_cost(window, span)
        for place in range(len(window.roles)):
            cost = cost + self.line_cost(window.take((place,)), span)
        return cost

    def line_votes(self, window: Window, span: int) -> list[Vote]:
        """(rule id, (...) nats) of each rule of ``line_cost``."""
        return self._votes(window, "line", span)

    def slice_votes(self, window: Window, span: int) -> list[Vote]:
        """(rule id, (...) nats) of each rule of ``slice_cost``."""
        return self._votes(window, "slices", span) + self._votes(window, "harmony", span)

    def by_group(self, roles: tuple[str, ...], span: int) -> list[tuple[tuple[int, ...], list[tuple[Rule, float]]]]:
        """The rules about lines and slices over ``span`` moments, by the voices (places in ``roles``) they look at."""
        found: dict[tuple[int, ...], list[tuple[Rule, float]]] = {}
        for scope in ("line", "slices"):
            for rule, nats, groups in self._plan(scope, roles, span):
                for group in groups:
                    found.setdefault(group, []).append((rule, nats))
        return list(found.items())

    def entries_cost(self, window: Window, entries: Sequence[tuple[Rule, float]], forbidden: float) -> Costs:
        """(...) nats of rules that look at all voices of the window; a forbidden one costs ``forbidden``."""
        cost = np.zeros(window.pitch_midi.shape[:-2])
        for rule, nats in entries:
            cost += rule.broken(window) * min(nats, forbidden)
        return cost

    def _plan(self, scope: str, roles: tuple[str, ...], span: int) -> _Plan:
        place = (scope, roles, span)
        if place not in self._plans:
            plan: _Plan = []
            for rule, nats in self.entries:
                if rule.scope == scope and rule.span == span:
                    groups = voice_groups(rule, roles)
                    if groups:
                        plan.append((rule, nats, groups))
            self._plans[place] = plan
        return self._plans[place]

    def _judged(self, window: Window, scope: str, span: int) -> Iterator[tuple[Rule, float, list[Bools]]]:
        """Each rule, its nats, and what breaks it in every group of voices, (...) each."""
        window = _packed(window)
        parts: dict[tuple[int, ...], Window] = {}
        for rule, nats, groups in self._plan(scope, window.roles, span):
            for group in groups:
                if group not in parts:
                    parts[group] = window if len(group) == len(window.roles) else window.take(group)
            yield rule, nats, [rule.judge.broken(parts[group], rule.asks) for group in groups]

    def _votes(self, window: Window, scope: str, span: int) -> list[Vote]:
        votes: list[Vote] = []
        for rule, nats, verdicts in self._judged(window, scope, span):
            total = sum(_priced(broken, nats) for broken in verdicts)
            votes.append((rule.id, np.asarray(total, dtype=np.float64)))
        return votes

    def _cost(self, window: Window, scopes: tuple[str, ...], span: int) -> Costs:
        """(...) nats of all rules; one that nothing breaks, as most are, is not added up."""
        shape = np.broadcast_shapes(window.pitch_midi.shape[:-2], window.chord_id.shape[:-1])
        cost = np.zeros(shape)
        for scope in scopes:
            for _, nats, verdicts in self._judged(window, scope, span):
                hits = [_priced(broken, nats) for broken in verdicts if broken.any()]
                if hits:
                    cost += sum(hits)
        return cost


def voice_groups(rule: Rule, roles: tuple[str, ...]) -> list[tuple[int, ...]]:
    """The groups of voices (places in ``roles``) that a rule looks at; one of all if it names none."""
    if rule.scope in ("slices", "beats"):
        return select(roles, rule.asks)
    if rule.scope == "line":
        limit = rule.asks.get("roles") or roles
        return [(place,) for place, role in enumerate(roles) if role in limit]
    return [tuple(range(len(roles)))]


def _packed(window: Window) -> Window:
    """A large window, each voice of each moment in one block of small integers: quicker to judge."""
    if window.pitch_midi.size < _LARGE or window.pitch_midi.dtype == np.int16:
        return window
    return replace(window, pitch_midi=_blocks(window.pitch_midi), letter_step=_blocks(window.letter_step))


def _blocks(array: Ints) -> Ints:
    small: Any = np.ascontiguousarray(np.moveaxis(array, (-2, -1), (0, 1)), dtype=np.int16)
    return np.moveaxis(small, (0, 1), (-2, -1))


def _priced(broken: Bools, nats: float) -> Costs:
    cost: Costs = np.asarray(np.where(broken, np.inf, 0.0) if nats == np.inf else broken * nats, dtype=np.float64)
    return cost
