"""Asking the law where it matters: moves of a lattice are asked about as they come to carry weight, and every move of a
path before it is accepted, so that what is drawn is drawn exactly from the ways that keep the law."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from composer.score.windows import Bools, Ints
from composer.search.draw import Floats
from composer.search.lattice import Lattice, best, log_sum, lookahead, sample

ASKED_SHARE = 3e-4  # posterior of a move from which on the law is asked at once
MOST_ASKED = 500  # moves of a step asked at once
ROUNDS, TRIES, AT_ONCE = 4, 30, 6
STRETCH = 64  # units drawn at once
Moves = tuple[int, Ints, Ints]  # a step, and states before and after, (M,) each


class NoWay(ValueError):
    """No way through a lattice keeps the law."""


@dataclass(frozen=True)
class Stretch:
    """Units from ``begin`` on, to be drawn after ``done``: their lattice, and what lies ahead of each state."""

    begin: int
    done: tuple[int, ...]
    lattice: Lattice
    messages: list[Floats]


Drawer = Callable[[Stretch, np.random.Generator], list[tuple[int, ...]]]


def _plainly(stretch: Stretch, rng: np.random.Generator) -> list[tuple[int, ...]]:
    return [sample(stretch.lattice, rng, stretch.messages).candidates for _ in range(AT_ONCE)]


class Asker:
    """A lattice under a law that is asked piece by piece; ``broken`` says of moves which break it, (sum of M,).

    ``price`` is what a break costs: infinity forbids it; a finite price is paid only where there is no other way.
    """

    def __init__(self, lattice: Lattice, broken: Callable[[Sequence[Moves]], Bools], price: float = np.inf) -> None:
        self._price = price
        self._first, self._steps = lattice.first, [step.copy() for step in lattice.steps]
        self._asked = [np.zeros(step.shape, dtype=bool) for step in lattice.steps]
        self._broken = broken

    @property
    def lattice(self) -> Lattice:
        """The lattice as far as the law has been asked."""
        return Lattice(self._first, tuple(self._steps))

    def ask(self, rows: Sequence[Moves]) -> int:
        """Ask of moves not asked before; returns how many break the law."""
        fresh = []
        for step, before, after in rows:
            new = ~self._asked[step][before, after]
            if new.any():
                fresh.append((step, before[new], after[new]))
                self._asked[step][before[new], after[new]] = True
        if not fresh:
            return 0
        broken, begin = self._broken(fresh), 0
        for step, before, after in fresh:
            here = broken[begin : begin + len(before)]
            begin += len(before)
            self._steps[step][before[here], after[here]] += self._price
        return int(broken.sum())

    def holds(self, path: Sequence[int], begin: int = 0) -> bool:
        """Whether a path (from unit ``begin`` on) may be taken: nothing in it breaks the law that was not known, and
        nothing is forbidden."""
        moves = [(begin + step, before, after) for step, before, after in moves_of(path)]
        if self.ask(moves):
            return False
        return all(np.isfinite(self._steps[step][before, after]).all() for step, before, after in moves)

    def ask_all(self, paths: Ints, begin: int = 0) -> None:
        """Ask of every move of many paths (M, T) from unit ``begin`` on at once."""
        rows = []
        for step in range(paths.shape[1] - 1):
            pairs = np.unique(paths[:, step : step + 2], axis=0)
            rows.append((begin + step, pairs[:, 0], pairs[:, 1]))
        self.ask(rows)

    def forbid(self, place: int, candidate: int) -> None:
        """Let a candidate not stand at a place any more."""
        if place:
            self._steps[place - 1][:, candidate] = np.inf
        else:
            self._first = np.where(np.arange(len(self._first)) == candidate, np.inf, self._first)

    def settle(self) -> None:
        """Ask of all moves that carry weight, until what carries weight has been asked."""
        for _ in range(ROUNDS):
            rows = self._weighty()
            if not rows or not self.ask(rows):
                return

    def _weighty(self) -> list[Moves]:
        """Moves not yet asked whose posterior is above ASKED_SHARE, the heaviest of each step."""
        messages = lookahead(self.lattice)
        ahead = -self._first
        total = float(log_sum(messages[0] + ahead))
        if not np.isfinite(total):
            return []
        rows = []
        for number, step in enumerate(self._steps):
            share = ahead[:, None] - step + messages[number + 1][None, :] - total
            share[self._asked[number]] = -np.inf
            ahead = log_sum(ahead[:, None] - step, axis=0)
            weighty = np.flatnonzero(share.ravel() > np.log(ASKED_SHARE))
            if len(weighty) > MOST_ASKED:
                flat = share.ravel()[weighty]
                weighty = weighty[np.argpartition(-flat, MOST_ASKED)[:MOST_ASKED]]
            if len(weighty):
                before, after = np.unravel_index(weighty, step.shape)
                rows.append((number, before, after))
        return rows

    def draw(self, rng: np.random.Generator, drawer: Drawer | None = None) -> tuple[int, ...]:
        """A path drawn from the lattice under the law; ``drawer`` draws several ways of a stretch (the lattice alone).

        A way of a stretch of STRETCH units with a move that breaks the law is thrown away whole, so that what is drawn
        there is drawn exactly; one stretch follows another, the lattice's sums looking ahead, so that cost is linear.

        Raises:
            NoWay: there is no legal path.
        """
        drawer, length = drawer or _plainly, len(self._steps) + 1
        messages = lookahead(self.lattice)
        done: tuple[int, ...] = ()
        while len(done) < length:
            end = length if length - len(done) < 2 * STRETCH else len(done) + STRETCH
            more = self._stretch(done, end, messages, drawer, rng)
            if more is None:
                return self.optimum()
            done += more
        return done

    def _stretch(self, done: tuple[int, ...], end: int, messages: list[Floats], drawer: Drawer,
                 rng: np.random.Generator) -> tuple[int, ...] | None:  # fmt: skip
        """A legal way on from ``done`` to ``end``, or None if none was found; ``messages`` are kept true to what is
        asked."""
        begin = len(done)
        for _ in range(TRIES):
            for place in range(min(end, len(self._steps)) - 1, begin - 1, -1):
                messages[place] = log_sum(messages[place + 1][None] - self._steps[place], axis=-1)
            first = self._steps[begin - 1][done[-1]] if begin else self._first
            part = Lattice(first, tuple(self._steps[begin : end - 1]))
            if not np.isfinite(log_sum(messages[begin] - first)):
                return None
            ways = drawer(Stretch(begin, done, part, messages[begin:end]), rng)
            if not ways:
                continue
            lead = done[-1:]
            self.ask_all(np.array([lead + way for way in ways]), max(begin - 1, 0))
            for way in ways:
                if self.holds(lead + way, max(begin - 1, 0)):
                    return way
        return None

    def optimum(self) -> tuple[int, ...]:
        """The best legal path, exact: the best path is asked about until it holds.

        Raises:
            NoWay: there is no legal path.
        """
        while True:
            try:
                path = best(self.lattice).candidates
            except ValueError as error:  # every path is forbidden
                raise NoWay(str(error)) from None
            if self.holds(path):
                return path


def moves_of(path: Sequence[int]) -> list[Moves]:
    """The moves of a path."""
    return [(t, np.array([a]), np.array([b])) for t, (a, b) in enumerate(pairwise(path))]
