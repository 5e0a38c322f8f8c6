"""One lattice of chords for a song: the tune's votes, the bar of the strain, moves, harmonic rhythm and closes at once.

A state is a chord, whether it came in after the bar line (it had better not go on over the next), and whether it is the
goal of its phrase's close (it then stays to the phrase's end). So rhythm and cadence are decided together with the
chords, exactly.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from composer.pipeline.harmonize.song_grid import Grid
from composer.pipeline.harmonize.song_harmony import PLACES, SongHarmony
from composer.score.windows import Ints
from composer.search.draw import Floats, rounded
from composer.search.lattice import Lattice

# Design values: nats unless said.
BAR_LINE_RATE = 0.6  # how often a chord changes on a bar line
WEAK_RATE = 0.02  # on a place of the bar that is neither its beginning nor where two chords change
OPEN_NATS = 12.0  # a phrase without a close
OVER_BAR_NATS = 1.5  # a chord that enters inside a bar and goes on over the bar line
UPBEAT_NATS = 4.0  # a change under an upbeat
LATE_NATS, EARLY_NATS = 1.5, 0.1  # a place, of a goal that enters after or before the phrase's last note
WEAK_GOAL_NATS = 1.0
NEVER = 30.0  # a change where the user wants none


@dataclass(frozen=True)
class States:
    """K states of one place: ``chord`` (K,), ``inside`` (K,) entered after the bar line, ``goal`` (K,) of a close."""

    chord: Ints
    inside: Ints
    goal: Ints


@dataclass(frozen=True)
class Rates:
    """(T,) nats of a change and of none at each place."""

    change: Floats
    stay: Floats


def rates(grid: Grid, harmony: SongHarmony, chords_per_bar: int | None) -> Rates:
    """How often chords change where: by the bar of the strain, or as asked for."""
    half = np.clip(harmony.chords_in_bar[grid.strain_bar] - 1.0, 0.02, 0.95)
    rate = np.where(grid.downbeat, BAR_LINE_RATE, np.where(grid.main, half, WEAK_RATE))
    if chords_per_bar is not None:
        wanted = grid.downbeat | (grid.main if chords_per_bar == 2 else np.full(grid.count, chords_per_bar > 2))
        rate = np.where(wanted, 0.75 if chords_per_bar == 1 else 0.9, 0.0)
    with np.errstate(divide="ignore"):
        change = np.minimum(-np.log(rate), NEVER)
    return Rates(change + np.where(grid.upbeat, UPBEAT_NATS, 0.0), -np.log1p(-rate))


def states_of(grid: Grid, chords: int) -> list[States]:
    """The states of every place; on a bar line no chord has entered inside the bar."""
    found = []
    for place in range(grid.count):
        ways = 1 if grid.downbeat[place] else 2
        index = np.arange(chords * ways * 2)
        found.append(States(index % chords, index // chords % ways, index // (chords * ways)))
    return found


def lattice_of(grid: Grid, harmony: SongHarmony, tune: Floats, rate: Rates) -> tuple[Lattice, list[States]]:
    """The lattice over all places; ``tune`` (T, C) nats of the notes over each chord, and of whatever else wishes."""
    states = states_of(grid, len(harmony.chords))
    places = _close_places(grid)
    unary = tune + np.where(grid.downbeat[:, None], harmony.bars[grid.strain_bar], 0.0)
    own = [unary[place][here.chord] for place, here in enumerate(states)]
    for end in np.flatnonzero(grid.ends).tolist():
        own[end] = own[end] + np.where(states[end].goal, 0.0, OPEN_NATS)
    first = np.where(states[0].goal | states[0].inside, np.inf, own[0])
    steps = []
    for place in range(1, grid.count):
        cost = _step(grid, harmony, rate, place, states[place - 1], states[place], places[int(grid.phrase[place])])
        steps.append(rounded(cost + own[place][None, :]))
    return Lattice(rounded(first), tuple(steps)), states


def _close_places(grid: Grid) -> dict[int, int]:
    """For each phrase where its close stands: in the middle of a strain, at its end, at the end of all."""
    ends = np.flatnonzero(grid.ends)
    found = {int(grid.phrase[end]): PLACES.index("end" if grid.strain_bar[end] == 7 else "middle") for end in ends}
    found[int(grid.phrase[ends[-1]])] = PLACES.index("last")
    return found


def _step(
    grid: Grid, harmony: SongHarmony, rate: Rates, place: int, before: States, here: States, close_place: int
) -> Floats:
    """(K, K') nats of going on to a place: staying on a chord, changing it, or entering the goal of a close."""
    downbeat, opens = bool(grid.downbeat[place]), bool(grid.ends[place - 1])
    enter = np.zeros(len(harmony.chords)) if downbeat else harmony.alone
    change = rate.change[place] + enter[None, :] + harmony.pair
    close = np.full_like(change, np.inf)
    if not opens:
        late = int(grid.late[place])
        arrival = LATE_NATS * late if late > 0 else -EARLY_NATS * late
        weak = 0.0 if downbeat or grid.main[place] else WEAK_GOAL_NATS
        close = rate.change[place] + enter[None, :] + harmony.close[close_place].min(axis=0) + arrival + weak
    a, b = before.chord[:, None], here.chord[None, :]
    free = np.full(a.shape, True) if opens else before.goal[:, None] == 0
    arrives = here.inside == (0 if downbeat else 1)
    cost = np.where(here.goal[None, :] == 1, close[a, b], change[a, b])
    cost = np.where(free & arrives[None, :] & (a != b), cost, np.inf)
    held = np.where(here.inside[None, :] == (0 if downbeat else before.inside[:, None]), rate.stay[place], np.inf)
    held = held + (OVER_BAR_NATS * before.inside[:, None] if downbeat else 0.0)
    same_goal = here.goal[None, :] == (0 if opens else before.goal[:, None])
    return np.asarray(np.where(a == b, np.where(same_goal, held, np.inf), cost))


def chord_path(states: Sequence[States], candidates: Sequence[int]) -> list[int]:
    """The chord of every place of a path."""
    return [int(here.chord[candidate]) for here, candidate in zip(states, candidates, strict=True)]
