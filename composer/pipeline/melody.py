"""Melody: sites pitched by exact inference over pair states, the fourth-order Markov model twisted in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from composer.errors import LimitError
from composer.models.library import Models
from composer.models.vocabulary import LOW, START, symbols_of, tonic_midi
from composer.pipeline.candidates import window
from composer.pipeline.plan import Plan
from composer.pipeline.section_plan import SectionPlan
from composer.pipeline.sites import Site
from composer.score.key import Key
from composer.score.spelling import spelled
from composer.search.draw import Floats, draw_index, rounded
from composer.search.lattice import Lattice, log_sum, lookahead, next_weights
from composer.theory.law import Law

COPY_MISSED = 6.0  # nats: a repeated bar that is not repeated
SEQUENCE_MISSED = 2.0  # nats: a sequence that leaves its track


@dataclass
class Costs:
    """Prices of moves between sites, remembered by what they depend on for the length of one piece."""

    plan: Plan
    law: Law
    models: Models
    roles: tuple[str, str]
    known: dict[tuple[object, ...], Floats] = field(default_factory=dict)
    table: Floats | None = None
    tonic: int = 0
    mode: str = "major"
    markov: bool = True

    def __post_init__(self) -> None:
        key = self.plan.request.key
        self.tonic = tonic_midi(key.tonic_pc, self.plan.melody_mean)
        self.mode = key.third
        self.markov = "markov" not in self.plan.request.without
        if self.markov and self.table is None:
            self.table = -self.models.pitch.table(2, self.mode)

    def symbols(self, pitches: np.ndarray) -> np.ndarray:
        """Model indexes (0..S-1) of MIDI numbers."""
        return np.asarray(symbols_of(pitches, self.tonic) - LOW)

    def alone(self, site: Site) -> Floats:
        """The law on one note: (K,) nats."""
        signature = ("one", _signature((site,)))
        if signature not in self.known:
            moments = [site.moment]
            line = self.law.line_cost(window(moments, self.roles).take((0,)), 1)
            self.known[signature] = rounded(line + self.law.slice_cost(window(moments, self.roles), 1))
        return self.known[signature]

    def pair(self, before: Site, here: Site) -> Floats:
        """The law on two notes in a row: (K, K) nats."""
        tail = before.tail.chord["member_pc"].tobytes(), int(before.tail.pitch_midi[0, 1])
        signature = ("two", _signature((before, here)), tail)
        if signature not in self.known:
            self.known[signature] = self.join(before, here)
        return self.known[signature]

    def join(self, before: Site, here: Site) -> Floats:
        """The same, not remembered: for notes of two sections, whose keys may differ."""
        both = window([before.moment, here.moment], self.roles)
        cost = self.law.line_cost(both.take((0,)), 2)
        if here.goal:  # the bass moves with this note
            both = window([before.tail, here.moment], self.roles)
            cost = cost + self.law.slice_cost(both, 2)
        return rounded(cost)

    def triple(self, first: Site, second: Site, third: Site) -> Floats:
        """The law and the second-order Markov model on three notes in a row: (K, K, K) nats."""
        sites = (first, second, third)
        signature = ("three", _signature(sites))
        if signature not in self.known:
            moments = [site.moment for site in sites]
            cost = self.law.line_cost(window(moments, self.roles).take((0,)), 3)
            if self.table is not None:
                cost = cost + self.table[np.ix_(*(self.symbols(site.pitches) for site in sites))]
            self.known[signature] = rounded(np.asarray(cost))
        return self.known[signature]

    def start(self, first: Site, second: Site) -> Floats:
        """Markov price of the first two notes: (K, K) nats."""
        if not self.markov:
            return np.zeros((len(first.pitches), len(second.pitches)))
        one, two = self.models.pitch.start_tables(self.mode)
        a, b = self.symbols(first.pitches), self.symbols(second.pitches)
        return rounded(-(one[a][:, None] + two[np.ix_(a, b)]))

    def lattice(self, sites: Sequence[Site], opening: bool) -> Lattice:
        """Pair-state lattice over at least two sites; ``opening``: the tune begins with them."""
        first = sites[0].unary + self.alone(sites[0])
        grid = (
            first[:, None] + (sites[1].unary + self.alone(sites[1]))[None, :] + self.pair(sites[0], sites[1])
        )
        if opening:
            grid = grid + self.start(sites[0], sites[1])
        steps = []
        for a, b, c in zip(sites, sites[1:], sites[2:], strict=False):
            here = self.pair(b, c) + (c.unary + self.alone(c))[None, :]
            steps.append(self.triple(a, b, c) + rounded(here)[None, :, :])
        return Lattice(rounded(grid), tuple(steps))

    def twist(self, history: list[int], here: Site) -> Floats:
        """What four notes of memory add to two: (K,) nats to add to log weights."""
        if not self.markov:
            return np.zeros(len(here.pitches))
        past = [int(s) for s in symbols_of(np.array(history[-4:], dtype=np.int64), self.tonic)]
        past = [START] * (4 - len(past)) + past
        context = ("four", *past)
        if context not in self.known:
            self.known[context] = self.models.pitch.log_p(past, self.mode)
        both = self.known[context]
        index = self.symbols(here.pitches)
        second = (
            -self.table[past[2] - LOW, past[3] - LOW] if self.table is not None and past[2] != START else None
        )
        return np.zeros(len(index)) if second is None else rounded(both[index] - second[index])


def _signature(sites: tuple[Site, ...]) -> tuple[object, ...]:
    """All that a price depends on; onsets are left out, because no kind of rule looks at them."""
    base = int(sites[0].moment.chord_id[0])  # slots are numbered within a section
    return tuple(
        (
            site.pitches.tobytes(),
            site.moment.chord["member_pc"].tobytes(),
            site.moment.pitch_midi[0, 1],
            int(site.moment.chord["inversion"][0]),
            int(site.moment.chord["leading_pc"][0]),
            max(-1, min(int(site.moment.chord_id[0]) - base, 2)),
            site.strength,
            site.length_ticks,
            site.moment.cadence,
            site.moment.last,
            site.goal,
        )
        for site in sites
    )


@dataclass(frozen=True)
class Prepared:
    """A lattice with its look-ahead, for several draws."""

    lattice: Lattice
    messages: list[Floats]


def prepare(costs: Costs, sites: Sequence[Site], opening: bool) -> Prepared:
    """Build the lattice of a stretch of sites and look ahead in it.

    Raises:
        LimitError: no way through.
    """
    lattice = costs.lattice(sites, opening)
    messages = lookahead(lattice)
    if not np.isfinite(log_sum(messages[0] - lattice.first)):
        raise LimitError("no melody satisfies plan and law here; try another seed")
    return Prepared(lattice, messages)


def draw(
    costs: Costs,
    sites: Sequence[Site],
    history: list[int],
    rng: np.random.Generator,
    prepared: Prepared | None = None,
) -> list[int]:
    """Draw pitches for ``sites``; ``history``: pitches of the notes before them (at least the sites' context).

    The two notes before are context: single candidates. The fourth-order model is twisted in while drawing, with the
    exact look-ahead of the pair-state lattice; what is forbidden stays forbidden.

    Raises:
        LimitError: no way through.
    """
    prepared = prepared or prepare(costs, sites, not history)
    lattice, messages = prepared.lattice, prepared.messages
    weights = messages[0] - lattice.first
    state = [int(i) for i in np.unravel_index(draw_index(weights.ravel(), rng), weights.shape)]
    drawn = [int(sites[0].pitches[state[0]]), int(sites[1].pitches[state[1]])]
    past = history[:-2] if len(history) >= 2 else []
    for number in range(len(lattice.steps)):
        here = sites[number + 2]
        log_weights = next_weights(lattice, messages, number, (state[0], state[1]))
        if len(here.pitches) > 1:
            log_weights = log_weights + costs.twist(past + drawn, here)
        pick = draw_index(log_weights, rng)
        drawn.append(int(here.pitches[pick]))
        state = [state[1], pick]
    return drawn


def draw_tune(
    costs: Costs,
    section: SectionPlan,
    sites: tuple[Site, ...],
    locked: dict[int, int],
    rng: np.random.Generator,
    first: Prepared | None = None,
) -> list[int]:
    """Pitch a whole section, segment by segment; bars that take earlier material are pulled towards it.

    ``locked``: pitches (by site number) that return from an earlier section; ``first``: the first segment prepared.

    Raises:
        LimitError: no way through.
    """
    pitches: list[int] = []
    for begin, end in segments(section, sites):
        span = []
        for number in range(begin, end):
            site = sites[number]
            if number in locked:
                span.append(site.only(locked[number]) if locked[number] in site.pitches else site)
            else:
                span.append(_with_motif(costs.plan.request.key, section, sites, number, site, pitches))
        context = [sites[n].only(pitches[n]) for n in range(max(begin - 2, 0), begin)]
        if len(context) + len(span) < 2:
            raise LimitError("a section needs at least two notes; write more bars or a quicker tempo")
        drawn = draw(costs, [*context, *span], pitches, rng, None if begin else first)
        pitches += drawn[len(context) :]
    return pitches


def segments(section: SectionPlan, sites: tuple[Site, ...]) -> list[tuple[int, int]]:
    """Stretches of sites drawn together: a bar that copies or sequences another begins after that one is drawn."""
    cuts = [0]
    first_bar = 0
    for bar, plan in enumerate(section.bars):
        if plan.source >= first_bar and plan.op != "~" and plan.source >= 0:
            begin = next(n for n, site in enumerate(sites) if site.bar == bar)
            if begin >= 2:  # a lattice of pair states needs two notes to begin with
                cuts.append(begin)
                first_bar = bar
    ends = [*cuts[1:], len(sites)]
    return [(begin, end) for begin, end in zip(cuts, ends, strict=True) if end > begin]


def _with_motif(
    key: Key, section: SectionPlan, sites: tuple[Site, ...], number: int, site: Site, pitches: list[int]
) -> Site:
    """Add the pull towards the bar this one repeats or sequences."""
    plan = section.bars[site.bar]
    if plan.source < 0 or plan.op == "~":
        return site
    own, source = (
        [n for n, other in enumerate(sites) if other.bar == bar and other.upbeat == site.upbeat]
        for bar in (site.bar, plan.source)
    )
    place = own.index(number)
    if len(own) != len(source) or source[place] >= len(pitches):
        return site
    target = pitches[source[place]]
    if not plan.op:
        return site.with_vote("motif", np.where(site.pitches == target, 0.0, COPY_MISSED))
    wanted = spelled(target, key, None).letter_step + int(plan.op)
    return site.with_vote("motif", np.where(site.moment.letter_step[:, 0] == wanted, 0.0, SEQUENCE_MISSED))
