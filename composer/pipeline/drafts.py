"""Drafting a section: chords, rhythm and tune drawn several times; the draft that measures most like songs is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from statistics import median

import numpy as np

from composer.analysis.craft import Tune, distance, measures
from composer.errors import LimitError
from composer.models.library import Models
from composer.models.mixture import FEATURES, contour
from composer.pipeline.melody import Costs, Prepared, draw_tune, prepare, segments
from composer.pipeline.plan import Plan
from composer.pipeline.rhythm import Palette, draw_rhythm
from composer.pipeline.section_plan import SectionPlan
from composer.pipeline.sites import REST_SHARE, Site, make_sites
from composer.pipeline.skeleton import THEME_LEFT, Ground, Slot, draw_skeleton, make_ground
from composer.search.draw import Floats, spawn

PITCHES_A_RHYTHM = 4
ATTEMPTS = 30
MORE_DRAFTS = 3  # times as many where none has its climax in place
CLIMAX_MISSED = 3.0
TOP_SHARED = 8.0  # craft distance of a top that two letters share
SAMENESS = 24.0  # craft distance of a contrasting section made wholly of old bars
CONTOUR_SHARE = 0.9  # of a phrase's spread that lies between its parts
# What a good draft of eight bars measures, after real songs (craft.TESTS; shorter stretches have fewer rhythms).
WANTED = {
    "distinct bar rhythms in 12 bars": 5.6,
    "bar rhythm as four bars before": 0.44,
    "whole bar as four bars before": 0.25,
    "line ends twice the median": 0.71,
    "longer ends of even bars (beats)": 0.5,
    "range (semitones)": 12.5,
    "spread (semitones)": 3.3,
    "leaps that rise": 0.64,
    "leaps inside lines": 0.12,
    "run in one direction": 2.0,
}


@dataclass(frozen=True)
class Made:
    """A section with its notes: one pitch (MIDI) a site."""

    plan: SectionPlan
    slots: tuple[Slot, ...]
    patterns: tuple[str, ...]
    rests: frozenset[int]
    sites: tuple[Site, ...]
    pitches: tuple[int, ...]
    contour: Floats | None
    rank: tuple[float, ...] = ()  # distances of all drafts, best first

    def tune(self, plan: Plan) -> Tune:
        """The melody as columns, from the section's first bar line."""
        return Tune(
            tuple(site.onset_ticks for site in self.sites),
            tuple(site.sounding_ticks for site in self.sites),
            self.pitches,
            plan.bar_ticks,
            plan.request.meter.beat_ticks,
            len(self.plan.bars),
            len(self.plan.bars),
            plan.request.pickup_ticks,
        )


@dataclass(frozen=True)
class Given:
    """What a section takes from another: slots by number, patterns by bar, pitches (MIDI) and staff letters by onset;
    ``denser``: bars to be ornamented; ``contour`` and ``rests`` where they are not to be drawn."""

    slots: Mapping[int, Slot] = field(default_factory=dict)
    patterns: Mapping[int, str] = field(default_factory=dict)
    pitches: Mapping[int, int] = field(default_factory=dict)
    letters: Mapping[int, int] = field(default_factory=dict)
    denser: frozenset[int] = frozenset()
    contour: Floats | None = None
    rests: frozenset[int] | None = None
    ceiling: int = 127  # MIDI: a varied return does not climb above what it varies


NOTHING = Given()


@dataclass(frozen=True)
class Frame:
    """Chords and rhythm of a draft, waiting for a tune; ``first``: the lattice of its first segment;
    ``locked``: pitches (MIDI) by site number."""

    contour: Floats | None
    slots: tuple[Slot, ...]
    patterns: tuple[str, ...]
    rests: frozenset[int]
    sites: tuple[Site, ...]
    locked: dict[int, int]
    first: Prepared | None


def draft(
    plan: Plan,
    section: SectionPlan,
    models: Models,
    costs: Costs,
    palette: Palette,
    made: list[Made],
    given: Given,
    wanted: int,
    stream: tuple[int, ...],
) -> Made:
    """Several skeletons with their rhythms, several tunes on each; the best of ``wanted`` drafts by the craft measures.

    Raises:
        LimitError: no draft keeps the law.
    """
    familiar = frozenset(made[0].patterns) if section.contrast and made and section.base < 0 else frozenset()
    ground = make_ground(plan, section, models, costs.law, dict(given.slots), given.letters)
    drafts: list[tuple[float, Made]] = []
    climbs = False
    error = LimitError(f"section {section.label} does not join its neighbours; try another seed")
    for number in range(ATTEMPTS):
        try:
            frame = _draw_frame(ground, models, costs, palette, familiar, given, (*stream, number))
            for again in range(min(PITCHES_A_RHYTHM, wanted)):
                rng = spawn(plan.request.seed, "melody", *stream, number, again)
                pitches = tuple(draw_tune(costs, section, frame.sites, frame.locked, rng, frame.first))
                one = Made(section, frame.slots, frame.patterns, frame.rests, frame.sites, pitches, frame.contour)
                if joins(plan, costs, made, one):
                    climax = climax_cost(section, one, made)
                    climbs |= climax < CLIMAX_MISSED
                    cost = distance(measures(one.tune(plan)), WANTED) + climax
                    drafts.append((cost + _sameness(section, made, one), one))
        except LimitError as failure:
            error = failure
        if len(drafts) >= (wanted if climbs else MORE_DRAFTS * wanted):
            break
    if not drafts:
        raise error
    return _best(drafts)


def _best(drafts: list[tuple[float, Made]]) -> Made:
    """The draft of the least distance, with the distances of all."""
    drafts = sorted(drafts, key=lambda pair: pair[0])
    return replace(drafts[0][1], rank=tuple(round(cost, 3) for cost, _ in drafts))


def _draw_frame(
    ground: Ground,
    models: Models,
    costs: Costs,
    palette: Palette,
    familiar: frozenset[str],
    given: Given,
    stream: tuple[int, ...],
) -> Frame:
    """Contour, chords, rhythm and rests of a draft.

    Raises:
        LimitError: the law leaves no way.
    """
    plan, section = ground.plan, ground.section
    seed = plan.request.seed
    shape = given.contour
    if shape is None:
        shape = draw_contour(plan, section, models, spawn(seed, "contour", *stream))
    slots = draw_skeleton(ground, shape, spawn(seed, "chords", *stream))
    patterns = draw_rhythm(
        plan, section, models, palette, familiar, dict(given.patterns), given.denser, spawn(seed, "rhythm", *stream)
    )
    rests = _rests(plan, section, spawn(seed, "rests", *stream)) if given.rests is None else given.rests
    sites = make_sites(plan, section, slots, patterns, models, rests, shape)
    sites = tuple(_near_theme(site.keep(np.flatnonzero(site.pitches <= given.ceiling)), given) for site in sites)
    locked = {n: given.pitches[site.onset_ticks] for n, site in enumerate(sites) if site.onset_ticks in given.pitches}
    first = prepare(costs, sites[: segments(section, sites)[0][1]], opening=True) if not locked else None
    return Frame(shape, slots, patterns, rests, sites, locked, first)


def _near_theme(site: Site, given: Given) -> Site:
    """A variation in another mode keeps to the letters of its theme."""
    letter = given.letters.get(site.onset_ticks)
    if letter is None:
        return site
    return site.with_vote("theme", np.where(site.moment.letter_step[:, 0] == letter, 0.0, THEME_LEFT))


def joins(plan: Plan, costs: Costs, made: list[Made], here: Made) -> bool:
    """True if the law allows the steps from the section before, and to the next where its beginning is known."""
    pairs = [(made[-1], here)] if made else []
    if here.plan.number + 1 < len(plan.sections):
        following = plan.sections[here.plan.number + 1]
        if following.letter == here.plan.letter:
            pairs.append((here, here))
        elif 0 <= following.base < len(made):
            pairs.append((here, made[following.base]))
    return all(
        bool(
            np.isfinite(
                costs.join(before.sites[-1].only(before.pitches[-1]), after.sites[0].only(after.pitches[0])).min()
            )
        )
        for before, after in pairs
    )


def _rests(plan: Plan, section: SectionPlan, rng: np.random.Generator) -> frozenset[int]:
    """Bars whose last note leaves room to breathe: ends of lines and phrases; four voices breathe at fermatas, and
    dances do not."""
    if plan.request.four_voices or plan.request.dance is not None:
        return frozenset()
    ends = [bar for bar, plan in enumerate(section.bars) if plan.place != "inner" and bar % 2 == 1]
    return frozenset(bar for bar in ends if rng.random() < REST_SHARE and bar < len(section.bars) - 1)


def _sameness(section: SectionPlan, made: list[Made], one: Made) -> float:
    """A contrasting section should not be made of the first one's bars."""
    if not section.contrast or not made or section.base >= 0:
        return 0.0
    first, here = ({_bar(each, bar) for bar in range(len(each.plan.bars))} for each in (made[0], one))
    return SAMENESS * len(first & here) / len(here)


def _bar(made: Made, bar: int) -> tuple[tuple[int, int], ...]:
    first = min(site.onset_ticks for site in made.sites)
    start = bar * sum(site.length_ticks for site in made.sites) // len(made.plan.bars)
    return tuple(
        (site.onset_ticks - first - start, pitch)
        for site, pitch in zip(made.sites, made.pitches, strict=True)
        if site.bar == bar
    )


def climax_cost(section: SectionPlan, one: Made, made: list[Made]) -> float:
    """The section that owns the top reaches it once or twice, inside its window, on a note that lasts; every other
    letter stays below it."""
    top = max(one.pitches)
    others = [each for each in made if each.plan.letter != section.letter]
    if not section.owns_top:
        return TOP_SHARED * any(each.plan.owns_top and top >= max(each.pitches) for each in others)
    shared = any(top <= max(each.pitches) for each in others)
    bars = [site.bar for site, pitch in zip(one.sites, one.pitches, strict=True) if pitch == top]
    middle = median(site.sounding_ticks for site in one.sites)
    long = any(
        site.sounding_ticks >= middle for site, pitch in zip(one.sites, one.pitches, strict=True) if pitch == top
    )
    inside = all(len(section.bars) // 2 - 1 <= bar < len(section.bars) - 2 for bar in bars)
    return TOP_SHARED * shared + (0.0 if inside else 6.0) + (0.0 if long else 3.0) + max(0, len(bars) - 2)


def draw_contour(plan: Plan, section: SectionPlan, models: Models, rng: np.random.Generator) -> Floats | None:
    """(slots,) wished melody pitch (MIDI) at each chord, a shape drawn from the GMM for every phrase."""
    if "gmm" in plan.request.without:
        return None
    wished = np.zeros(len(section.slots))
    for phrase in section.phrases:
        drawn = models.phrase.conditional_draw(rng)
        shape = contour(drawn)
        # parts are means of several notes: stretch them until they spread as the drawn phrase's notes do
        spread = float(np.clip(drawn[FEATURES.index("spread")], 1.5, 5.0))
        stretch = float(np.clip(CONTOUR_SHARE * spread / max(float(shape.std()), 0.1), 1.0, 2.5))
        begin, end = phrase.first * plan.bar_ticks, phrase.end * plan.bar_ticks
        places = np.linspace(0.0, 1.0, len(shape))
        for number, slot in enumerate(section.slots):
            onset = max(slot.onset_ticks, 0)  # an upbeat belongs to the phrase it opens
            if begin <= onset < end:
                at = (onset - begin) / (end - begin)
                wished[number] = plan.melody_mean + section.lift + stretch * np.interp(at, places, shape - shape.mean())
    return wished
