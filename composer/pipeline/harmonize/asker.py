"""Asking the law where it matters: moves of a lattice are asked about as they come to carry weight, and every move of a
path before it is accepted, so that what is drawn is drawn exactly from the ways that keep the law."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np

from composer.score.windows import Bools, Ints
from composer.search.draw import Floats
from composer.search.lattice import Lattice, best, log_sum, lookahead, sample

ASKED_SHARE = 3e-4  # posterior of a move from which on the law is asked at once
MOST_ASKED = 500  # moves of a step asked at once
ROUNDS, TRIES, AT_ONCE = 4, 30, 6
Moves = tuple[int, Ints, Ints]  # a step, and states before and after, (M,) each


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

    def holds(self, path: Sequence[int]) -> bool:
        """Whether a path may be taken: nothing in it breaks the law that was not known, and nothing is forbidden."""
        moves = moves_of(path)
        if self.ask(moves):
            return False
        return all(np.isfinite(self._steps[step][before, after]).all() for step, before, after in moves)

    def ask_all(self, paths: Ints) -> None:
        """Ask of every move of many paths (M, T) at once."""
        rows = []
        for step in range(paths.shape[1] - 1):
            pairs = np.unique(paths[:, step : step + 2], axis=0)
            rows.append((step, pairs[:, 0], pairs[:, 1]))
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

    def draw(self, rng: np.random.Generator) -> tuple[int, ...]:
        """A path drawn exactly from the lattice under the law; one with a move that breaks it is thrown away whole.

        Raises:
            ValueError: there is no legal path.
        """
        messages: list[Floats] | None = None
        for _ in range(TRIES):
            lattice = self.lattice
            messages = lookahead(lattice) if messages is None else messages
            paths = [sample(lattice, rng, messages).candidates for _ in range(AT_ONCE)]
            self.ask_all(np.array(paths))
            path = next((one for one in paths if self.holds(one)), None)
            if path is not None:
                return path
            messages = None
        return self.optimum()

    def optimum(self) -> tuple[int, ...]:
        """The best legal path, exact: the best path is asked about until it holds.

        Raises:
            ValueError: there is no legal path.
        """
        while True:
            path = best(self.lattice).candidates
            if self.holds(path):
                return path


def moves_of(path: Sequence[int]) -> list[Moves]:
    """The moves of a path."""
    return [(t, np.array([a]), np.array([b])) for t, (a, b) in enumerate(pairwise(path))]
