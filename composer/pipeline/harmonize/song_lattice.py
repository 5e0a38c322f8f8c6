"""One lattice of chords for a song: the tune's votes, the bar of the strain, moves, harmonic rhythm and closes at once.

A state is a chord, whether it came in after the bar line (it had better not go on over the next), and whether it is the
goal of its phrase's close (it then stays to the phrase's end). So rhythm and cadence are decided together with the
chords, exactly.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from composer.pipeline.harmonize.song_grid import CLOSE_AT, SHORT, UNMARKED, Grid
from composer.pipeline.harmonize.song_harmony import SongHarmony
from composer.pipeline.harmonize.song_votes import Heard
from composer.score.windows import Bools, Ints
from composer.search.draw import Floats, rounded
from composer.search.lattice import Lattice

# Design values: nats unless said.
BAR_LINE_RATE = 0.6  # how often a chord changes on a bar line
TRIPLE = 0.5  # how often bars of three change inside beside bars of two and four
MAIN_ODDS = 1.3  # the best path changes less often than is usual: what that takes back, in nats
WEAK_RATE = 0.02  # on a place of the bar that is neither its beginning nor where two chords change
# No close at the end of a strain that no phrase marks; of a short line; in the middle of a strain; elsewhere.
OPEN_NATS = {UNMARKED: 2.0, SHORT: 1.0, CLOSE_AT.index("middle"): 3.0}
NO_CLOSE_NATS = 12.0
OVER_BAR_NATS = 1.5  # a chord that enters inside a bar and goes on over the bar line
UPBEAT_NATS = 4.0  # a change under an upbeat
GOAL_STAYS = 0.75  # of the price of no change, for a goal under a phrase's last note
LATE_NATS, EARLY_NATS = 0.5, 0.1  # a place, of a goal that enters after or before the phrase's last note
WEAK_GOAL_NATS = 1.0
LEADING_LEFT_NATS = 4.0  # a dominant that goes home where the tune's leading tone does not rise
WANTED_RATE = 0.85  # on a place where the user wants one
OCTAVES_NATS = 1.0  # tune and bass move in octaves from chord to chord
NEVER = 30.0  # a change where the user wants none


@dataclass(frozen=True)
class States:
    """K states of one place: ``chord`` (K,), ``inside`` (K,) entered after the bar line, ``goal`` (K,) of a close."""

    chord: Ints
    inside: Ints
    goal: Ints


    def take(self, index: Ints) -> States:
        """Some of the states."""
        return States(self.chord[index], self.inside[index], self.goal[index])


@dataclass(frozen=True)
class Rates:
    """(T,) nats of a change and of none at each place."""

    change: Floats
    stay: Floats


def rates(grid: Grid, harmony: SongHarmony, chords_per_bar: Fraction | None) -> Rates:
    """How often chords change where: by the bar of the strain, or as asked for (0: on every beat)."""
    half = np.clip(harmony.chords_in_bar[grid.strain_bar] - 1.0, 0.02, 0.95) * np.where(grid.triple, TRIPLE, 1.0)
    half = 1.0 / (1.0 + (1.0 - half) / half * np.exp(-MAIN_ODDS))
    rate = np.where(grid.downbeat, BAR_LINE_RATE, np.where(grid.main, half, WEAK_RATE))
    if chords_per_bar is not None:
        rate = np.where(_wanted(grid, chords_per_bar), WANTED_RATE, np.where(_leads_home(grid), rate, 0.0))
    with np.errstate(divide="ignore"):
        change = np.minimum(-np.log(rate), NEVER)
    return Rates(change + np.where(grid.upbeat, UPBEAT_NATS, 0.0), -np.log1p(-rate))


def _wanted(grid: Grid, chords_per_bar: Fraction) -> Bools:
    """(T,) places at which a chord is to change for so many a bar."""
    if chords_per_bar == 0 or chords_per_bar > 2:
        return np.ones(grid.count, dtype=bool)
    if chords_per_bar > 1:
        return grid.downbeat | grid.main
    return np.asarray(grid.downbeat & (grid.strain_bar % round(1 / chords_per_bar) == 0))


def _leads_home(grid: Grid) -> Bools:
    """(T,) bar lines of the last two bars of every phrase: a close needs two chords, however slow the rest."""
    found = np.zeros(grid.count, dtype=bool)
    for end in np.flatnonzero(grid.ends & ~np.isin(grid.close, (SHORT, UNMARKED))):
        found |= grid.downbeat & (grid.bar >= grid.bar[end] - 1) & (np.arange(grid.count) <= end)
    return found


def states_of(grid: Grid, chords: int) -> list[States]:
    """The states of every place; on a bar line no chord has entered inside the bar."""
    found = []
    for place in range(grid.count):
        ways = 1 if grid.downbeat[place] else 2
        index = np.arange(chords * ways * 2)
        found.append(States(index % chords, index // chords % ways, index // (chords * ways)))
    return found


def lattice_of(
    grid: Grid, harmony: SongHarmony, heard: Heard, rate: Rates
) -> tuple[Lattice, list[States]]:
    """The lattice over all places."""
    states = states_of(grid, len(harmony.chords))
    ahead = next_close(grid)
    unary = heard.over + np.where(grid.downbeat[:, None], harmony.bars[grid.strain_bar], 0.0)
    own = [unary[place][here.chord] for place, here in enumerate(states)]
    for end in np.flatnonzero(grid.ends).tolist():
        left = OPEN_NATS.get(int(grid.close[end]), NO_CLOSE_NATS)
        own[end] = own[end] + np.where(states[end].goal, heard.rest[end][states[end].chord], left)
    first = np.where(states[0].goal | states[0].inside, np.inf, own[0])
    steps = []
    closes = harmony.close.min(axis=1)
    leads = np.where(harmony.leads_home, LEADING_LEFT_NATS, 0.0)
    tonic = harmony.key.tonic_pc
    bass = np.array([(tonic + chord.bass[1]) % 12 for chord in harmony.chords])
    for place in range(1, grid.count):
        before, here = heard.moves[place]
        octaves = OCTAVES_NATS * ((bass == before)[:, None] & (bass == here)[None, :])
        more = octaves + (leads if heard.leaves[place] else 0.0)
        cost = _step(grid, harmony, rate, place, (states[place - 1], states[place]), closes[ahead[place]], more)
        steps.append(rounded(cost + own[place][None, :]))
    return Lattice(rounded(first), tuple(steps)), states


def next_close(grid: Grid) -> Ints:
    """(T,) what the stretch of each place closes, as a row of ``SongHarmony.close``."""
    found = np.zeros(grid.count, dtype=np.int64)
    code = 0
    for place in range(grid.count - 1, -1, -1):
        if grid.ends[place]:
            code = {UNMARKED: CLOSE_AT.index("end"), SHORT: CLOSE_AT.index("middle")}.get(
                int(grid.close[place]), int(grid.close[place])
            )
        found[place] = code
    return found


def _step(
    grid: Grid, harmony: SongHarmony, rate: Rates, place: int, sides: tuple[States, States], close_nats: Floats,
    change_nats: Floats,
) -> Floats:
    """(K, K') nats of going on to a place: staying on a chord, changing it, or entering the goal of a close."""
    before, here = sides
    downbeat, opens = bool(grid.downbeat[place]), bool(grid.opens[place])
    enter = np.zeros(len(harmony.chords)) if downbeat else harmony.alone
    enters = rate.change[place] + enter[None, :] + change_nats
    change = enters + harmony.pair
    close = np.full_like(change, np.inf)
    if not opens or grid.led[place]:
        late = int(grid.late[place])
        arrival = LATE_NATS * late if late > 0 else -EARLY_NATS * late
        weak = 0.0 if downbeat or grid.main[place] else WEAK_GOAL_NATS
        close = enters + close_nats + arrival + weak
    a, b = before.chord[:, None], here.chord[None, :]
    free = np.full(a.shape, True) if opens else before.goal[:, None] == 0
    stop = np.array([chord.root[1] % 12 == 7 and not chord.inversion for chord in harmony.chords])
    driven = (before.goal[:, None] == 1) & (here.goal[None, :] == 1) & (stop[a] & stop[b]) & (not opens)
    arrives = here.inside == (0 if downbeat else 1)
    cost = np.where((here.goal[None, :] == 1) & ~driven, close[a, b], change[a, b])  # V to V7 is one goal
    cost = np.where((free | driven) & arrives[None, :] & (a != b), cost, np.inf)
    rests = (here.goal[None, :] == 1) & bool(grid.late[place] >= 0)
    stay = np.where(rests, GOAL_STAYS * rate.stay[place], rate.stay[place])
    held = np.where(here.inside[None, :] == (0 if downbeat else before.inside[:, None]), stay, np.inf)
    held = held + (OVER_BAR_NATS * before.inside[:, None] if downbeat else 0.0)
    same_goal = here.goal[None, :] == (0 if opens else before.goal[:, None])
    return np.asarray(np.where(a == b, np.where(same_goal, held, np.inf), cost))


def chord_path(states: Sequence[States], candidates: Sequence[int]) -> list[int]:
    """The chord of every place of a path."""
    return [int(here.chord[candidate]) for here, candidate in zip(states, candidates, strict=True)]


def goals(states: Sequence[States], candidates: Sequence[int]) -> list[bool]:
    """Whether each place of a path stands in the goal of a close."""
    return [bool(here.goal[candidate]) for here, candidate in zip(states, candidates, strict=True)]


def near_best(lattice: Lattice, nats: float) -> tuple[Lattice, list[Ints]]:
    """The lattice with those candidates alone through which a path goes within ``nats`` of the best, and their numbers.

    Paths that cost more may be gone; those within ``nats`` are all there.
    """
    ahead = [np.zeros(lattice.steps[-1].shape[1] if lattice.steps else len(lattice.first))]
    for step in reversed(lattice.steps):
        ahead.append((step + ahead[-1][None]).min(axis=1))
    ahead.reverse()
    limit = float((lattice.first + ahead[0]).min()) + nats
    behind, kept = lattice.first, []
    for number, rest in enumerate(ahead):
        kept.append(np.flatnonzero(behind + rest <= limit))
        if number < len(lattice.steps):
            behind = (behind[:, None] + lattice.steps[number]).min(axis=0)
    steps = tuple(step[np.ix_(a, b)] for step, a, b in zip(lattice.steps, kept, kept[1:], strict=False))
    return Lattice(lattice.first[kept[0]], steps), kept
