"""Melodic rhythm: whole bars drawn from a palette of the piece, in a lattice over the bars of a section."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from composer.errors import LimitError
from composer.models.library import Models
from composer.models.rhythm import pattern_lengths
from composer.pipeline.plan import Plan
from composer.pipeline.section_plan import SILENT, SectionPlan
from composer.score.time import DOWNBEAT, HALF_BAR, Meter
from composer.search.draw import Floats, draw_index, rounded
from composer.search.lattice import Lattice, log_sum, lookahead, sample

# Prices in nats: design values.
OFF_PALETTE = 1.2
UNFAMILIAR = 1.5  # a contrasting section keeps 71 % of its bars in rhythms of the first strain
DENSITY_SD = 1.0  # notes a bar
SYLLABLE = 0.25  # a note too many or too few in a two-bar line
PALETTE_SIZE = 7
PHRASE_ENDS = 2
LINE_OPEN = 0.4  # a two-bar line that does not come to rest (real ones do in .71)
SNAP = 3.0  # a short note on the beat before a longer one off it: seldom in songs
SHORTEST_SECONDS = 0.1  # a sung tune has nothing quicker
SHORTEST_TICKS = 120  # nor shorter than a sixteenth
NO_MEMORY = 3.0  # without the Markov layer every pattern of the meter costs alike
END_DENSITY, CLOSE_NOTES = 0.85, 2.0  # notes in the last bar of a phrase against the mean; in that of a section
_WHOLE = {"4/4": "w", "2/2": "w", "3/4": "h.", "6/8": "h.", "2/4": "h", "9/8": "h.+q.", "12/8": "w."}


@dataclass(frozen=True)
class Palette:
    """The bar rhythms of a piece: indexes into ``patterns``; ``ends`` may close a section."""

    patterns: tuple[str, ...]
    counts: np.ndarray  # (K,) notes of each pattern
    halting: np.ndarray  # (K,) bool: at the end of a line the last note begins on a beat and is the longest
    roomy: np.ndarray  # (K,) bool: something is left when an upbeat takes its time
    inner: frozenset[int]
    phrase_ends: frozenset[int]
    ends: frozenset[int]


def draw_palette(plan: Plan, models: Models, rng: np.random.Generator) -> Palette:
    """Four to six inner bar rhythms and two endings, drawn once a piece, before anything else."""
    meter = plan.request.meter
    patterns = models.rhythm.patterns(_learned(plan))
    if _WHOLE[meter.name] not in patterns:
        patterns = (*patterns, _WHOLE[meter.name])
    lengths = [pattern_lengths(pattern) for pattern in patterns]
    counts = np.array([len(one) for one in lengths])
    shortest = np.array([min(one) for one in lengths])
    early = plan.request.pickup_ticks
    ended = [shortened(one, early) for one in lengths]  # as bars are where a line ends
    roomy = np.array([bool(one) for one in ended])
    inner_cost = _place_cost(plan, models, "inner", patterns) + _density_cost(counts, plan.notes_a_bar)
    seconds = shortest * 60.0 / (plan.request.meter.beat_ticks * plan.request.tempo_bpm)
    inner_cost = np.where((seconds < SHORTEST_SECONDS) | (shortest < SHORTEST_TICKS), np.inf, inner_cost)
    inner_cost = inner_cost + SNAP * np.array([_snaps(pattern, meter) for pattern in patterns])
    inner = _without_replacement(inner_cost, PALETTE_SIZE, rng)
    closing = np.array([_closes(one, meter, early) for one in ended])
    halting = np.array([_halts(one, meter) for one in ended])
    if plan.request.settings.get("fermatas"):  # all voices come to rest together, on one note
        closing, halting = (kind & np.array([len(one) == 1 for one in ended]) for kind in (closing, halting))
    place_cost = _place_cost(plan, models, "phrase-end", patterns)
    left = np.array([len(one) for one in ended])
    end_cost = place_cost + _density_cost(left, CLOSE_NOTES)
    halt_cost = place_cost + _density_cost(left, plan.notes_a_bar * END_DENSITY)
    ends = _without_replacement(np.where(closing & (counts <= 4), end_cost, np.inf), 2, rng)
    phrase_ends = _without_replacement(np.where(halting, halt_cost, np.inf), PHRASE_ENDS, rng)
    return Palette(patterns, counts, halting, roomy, frozenset(inner), frozenset(phrase_ends), frozenset(ends))


def _measured(plan: Plan, place: str) -> bool:
    """The style takes the table's shares for bars inside lines; how lines end is learned."""
    return plan.request.settings.get("rhythm") == "table" and place in ("first", "inner")


def _learned(plan: Plan) -> str:
    """What the rhythm model knows the meter by: dances by their kind."""
    return f"{plan.request.meter.name} {plan.request.dance['name']}" if plan.request.dance else plan.request.meter.name


def _without_replacement(cost: Floats, size: int, rng: np.random.Generator) -> list[int]:
    left = rounded(cost.copy())
    chosen: list[int] = []
    while len(chosen) < size and np.isfinite(left).any():
        chosen.append(draw_index(-left, rng))
        left[chosen[-1]] = np.inf
    return chosen


def _density_cost(counts: np.ndarray, wanted: float) -> Floats:
    return np.asarray((counts - wanted) ** 2 / (2 * DENSITY_SD**2))


def _place_cost(plan: Plan, models: Models, place: str, patterns: tuple[str, ...]) -> Floats:
    if "markov" in plan.request.without:
        return np.full(len(patterns), NO_MEMORY)
    if _measured(plan, place):
        cost = -models.rhythm.log_prior(place, _learned(plan))
    else:
        cost = -models.rhythm.log_p(place, None, _learned(plan))
    return np.concatenate((cost, np.full(len(patterns) - len(cost), NO_MEMORY)))


def shortened(lengths: tuple[int, ...], early_ticks: int) -> tuple[int, ...]:
    """Lengths (ticks) of a bar that gives its end to the next line's upbeat: notes that fill that time are its own
    already and fall away, a longer one is cut; nothing where neither can be.

    >>> shortened((1440, 480), 480), shortened((480, 1440), 480), shortened((720, 720, 480), 600)
    ((1440,), (480, 960), (720, 600))
    """
    left, kept = early_ticks, list(lengths)
    while left and kept and kept[-1] <= left:
        left -= kept.pop()
    if left and kept:
        kept[-1] -= left
    return tuple(kept)


def _last_note(lengths: tuple[int, ...]) -> tuple[int, int]:
    return sum(lengths[:-1]), lengths[-1]


def _snaps(pattern: str, meter: Meter) -> int:
    """How often a short note on the beat comes before a longer one off it."""
    onset, snaps = 0, 0
    lengths = pattern_lengths(pattern)
    for length, following in pairwise(lengths):
        inside = (onset + length) % meter.beat_ticks != 0
        snaps += onset % meter.beat_ticks == 0 and inside and following > length
        onset += length
    return snaps


def _closes(lengths: tuple[int, ...], meter: Meter, early_ticks: int) -> bool:
    """The last note begins on a strong place and lasts, with the upbeat's time, half the bar or more."""
    if not lengths:
        return False
    onset, length = _last_note(lengths)
    return meter.strength(onset) in (DOWNBEAT, HALF_BAR) and 2 * (length + early_ticks) >= meter.bar_ticks


def _halts(lengths: tuple[int, ...], meter: Meter) -> bool:
    """The last note begins on a beat and is the longest of its bar."""
    if not lengths:
        return False
    onset, length = _last_note(lengths)
    longest = length == max(lengths) and 3 * length >= meter.bar_ticks
    return longest and onset % meter.beat_ticks == 0


def draw_rhythm(
    plan: Plan,
    section: SectionPlan,
    models: Models,
    palette: Palette,
    familiar: frozenset[str],
    locked: dict[int, str],
    denser: frozenset[int],
    rng: np.random.Generator,
) -> tuple[str, ...]:
    """One pattern a bar, empty where the tune is silent. Bars that take another bar's material share its pattern and
    are scored at all places.

    ``familiar``: patterns of the first strain (empty: all are); ``locked``: bars that return; ``denser``: bars to
    be ornamented.
    """
    bars = section.bars
    leaders = _leaders(section, locked, denser)
    owners = [bar for bar in range(len(bars)) if leaders[bar] == bar and bars[bar].place != SILENT]
    unary = {owner: np.zeros(len(palette.patterns)) for owner in owners}
    for bar, leader in enumerate(leaders):
        if leader not in unary:
            continue
        if leader in locked:
            fixed = palette.patterns.index(locked[leader])
            unary[leader] = np.where(np.arange(len(palette.patterns)) == fixed, 0.0, np.inf)
        else:
            share = 1.0 if bar == leader else 0.5
            unary[leader] = unary[leader] + share * _bar_cost(plan, section, palette, familiar, bar, bar in denser)
    steps = [
        rounded(_pair_cost(plan, section, models, palette, before, here) + unary[here][None, :])
        for before, here in pairwise(owners)
    ]
    lattice = Lattice(rounded(unary[owners[0]]), tuple(steps))
    messages = lookahead(lattice)
    if not np.isfinite(log_sum(messages[0] - lattice.first)):
        raise LimitError(f"section {section.label}: no rhythm leaves room for the upbeat; write --pickup 0")
    path = sample(lattice, rng, messages)
    chosen = dict(zip(owners, path.candidates, strict=True))
    return tuple(palette.patterns[chosen[leader]] if leader in chosen else "" for leader in leaders)


def _leaders(section: SectionPlan, locked: dict[int, str], denser: frozenset[int]) -> list[int]:
    """The bar whose rhythm each bar has: its source, or itself where it is given or ornamented apart from it."""
    return [
        bar if bar in locked or plan.source < 0 or (bar in denser and plan.source not in denser) else plan.source
        for bar, plan in enumerate(section.bars)
    ]


def _bar_cost(
    plan: Plan, section: SectionPlan, palette: Palette, familiar: frozenset[str], bar: int, denser: bool
) -> Floats:
    bars, counts = section.bars, palette.counts
    place = bars[bar].place
    allowed = {
        "section-end": palette.ends,
        "phrase-end": palette.phrase_ends,
        "line-end": palette.inner | palette.phrase_ends,
    }.get(place, palette.inner)
    index = np.arange(len(palette.patterns))
    on_palette = np.isin(index, sorted(allowed))
    if place == "section-end":
        return np.where(on_palette, 0.0, np.inf)
    cost = np.where(on_palette, 0.0, OFF_PALETTE)
    if bars[bar + 1].opens:  # the next line's upbeat takes its time from this bar
        cost = np.where(palette.roomy, cost, np.inf)
    dance = plan.request.dance is not None
    if place == "phrase-end" and not dance:
        return np.where(palette.halting, cost, np.inf)
    if place in ("line-end", "phrase-end"):
        rest = float(plan.request.settings.get("line_open_nats", LINE_OPEN))
        cost = cost + np.where(palette.halting, 0.0, 0.0 if dance else rest)
    wanted = section.density * plan.notes_a_bar * (1.3 if denser else 0.8 if place == "line-end" and not dance else 1.0)
    cost = cost + _density_cost(counts, wanted) / 2
    if familiar:
        known = np.array([pattern in familiar for pattern in palette.patterns])
        cost = cost + np.where(known, 0.0, UNFAMILIAR)
    return np.asarray(cost)


def _pair_cost(
    plan: Plan, section: SectionPlan, models: Models, palette: Palette, before: int, here: int
) -> Floats:
    """Markov move from bar to bar, and the syllables of a line: (K, K) nats."""
    size = len(palette.patterns)
    cost = np.full((size, size), NO_MEMORY)
    if "markov" not in plan.request.without and here == before + 1:
        place = "phrase-end" if section.bars[here].place == "section-end" else section.bars[here].place
        if _measured(plan, place):
            cost[:, :] = _place_cost(plan, models, place, palette.patterns)[None, :]
        else:
            moves = -models.rhythm.log_pairs(place, _learned(plan))
            cost[: len(moves), : len(moves)] = moves
    if here == before + 1 and here % 2 == 1:
        counts = palette.counts
        line = plan.syllables[here // 2 % len(plan.syllables)] * section.density * plan.notes_a_bar / 4
        cost = cost + SYLLABLE * np.abs(counts[:, None] + counts[None, :] - line)
    return cost
