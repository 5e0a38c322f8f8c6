"""Paths that really differ, and how many paths there are: exact, over first-order lattices."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from composer.search.draw import Floats
from composer.search.lattice import Lattice, Path, best

# (position, candidate) -> (K,) which candidates of the position differ from that one enough.
Differs = Callable[[int, int], NDArray[np.bool_]]


def count_paths(lattice: Lattice) -> int:
    """How many paths are allowed: exact, whatever the number."""
    ways = [int(here) for here in np.isfinite(lattice.first)]
    for step in lattice.steps:
        open_ = np.isfinite(step)
        ways = [sum(ways[k] for k in np.flatnonzero(open_[:, after])) for after in range(step.shape[1])]
    return sum(ways)


def alternatives(lattice: Lattice, count: int, places: int, differs: Differs) -> list[Path]:
    """The best path, then each next best that differs from every path before at ``places`` positions or more.

    ``differs(position, candidate)`` says which candidates of a position count as different from one. Exact: the lattice
    is walked with a counter a path before, so cost grows as (places + 1) ** paths. Fewer paths than asked for come back
    where no other differs so much.

    Raises:
        ValueError: every path is forbidden.
    """
    found = [best(lattice)]
    while len(found) < count:
        apart = [
            np.stack([differs(position, path.candidates[position]) for path in found], axis=1)
            for position in range(lattice.length)
        ]
        path = _apart(lattice, apart, places)
        if path is None:
            break
        found.append(path)
    return found


def _apart(lattice: Lattice, apart: Sequence[NDArray[np.bool_]], places: int) -> Path | None:
    """The best path with at least ``places`` differences from each of m paths; ``apart``: (K, m) a position."""
    base, paths = places + 1, apart[0].shape[1]
    tallies = np.stack(np.unravel_index(np.arange(base**paths), (base,) * paths), axis=1)  # (C, m)
    codes = base ** np.arange(paths)[::-1]
    ways = np.full((len(lattice.first), len(tallies)), np.inf)
    rows = np.arange(len(lattice.first))
    ways[rows, np.minimum(apart[0], places).astype(int) @ codes] = lattice.first
    back: list[tuple[NDArray[np.int64], NDArray[np.int64]]] = []
    for step, here in zip(lattice.steps, apart[1:], strict=True):
        reached = ways[:, None, :] + step[:, :, None]  # (K, K', C)
        from_candidate = reached.argmin(axis=0)
        cost = reached.min(axis=0)
        after = np.minimum(tallies[None, :, :] + here[:, None, :], places) @ codes  # (K', C) tally after the step
        ways, tally = _gathered(cost, after)
        back.append((from_candidate, tally))
    last = ways[:, -1]
    if not np.isfinite(last).any():
        return None
    candidate, tally_code = int(last.argmin()), len(tallies) - 1
    cost_nats, found = float(last[candidate]), [candidate]
    for from_candidate, tally in reversed(back):
        tally_code = int(tally[candidate, tally_code])
        candidate = int(from_candidate[candidate, tally_code])
        found.append(candidate)
    return Path(tuple(reversed(found)), cost_nats)


def _gathered(cost: Floats, after: NDArray[np.int64]) -> tuple[Floats, NDArray[np.int64]]:
    """Costs (K', C) by tally before brought to the tally after, the cheapest winning; and the tally that one had."""
    best_cost = np.full(cost.shape, np.inf)
    origin = np.zeros(cost.shape, dtype=np.int64)
    rows = np.arange(len(cost))
    for before in range(cost.shape[1]):
        place = after[:, before]
        better = cost[:, before] < best_cost[rows, place]
        best_cost[rows[better], place[better]] = cost[better, before]
        origin[rows[better], place[better]] = before
    return best_cost, origin
