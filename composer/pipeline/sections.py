"""Making sections: a new letter is drafted several times and the best kept; a return is a copy, partly redrawn."""

from __future__ import annotations

from dataclasses import dataclass, replace
from statistics import median

import numpy as np

from composer.analysis.craft import Tune, distance, measures
from composer.errors import LimitError
from composer.models.library import Models
from composer.models.mixture import FEATURES, contour
from composer.pipeline.melody import Costs, Prepared, draw_tune, prepare, segments
from composer.pipeline.plan import Plan, SectionPlan
from composer.pipeline.rhythm import Palette, draw_rhythm
from composer.pipeline.sites import REST_SHARE, Site, make_sites
from composer.pipeline.skeleton import Ground, Slot, draw_skeleton, make_ground
from composer.search.draw import Floats, spawn

FIRST_DRAFTS, LATER_DRAFTS = 8, 4
PITCHES_A_RHYTHM = 4
ATTEMPTS = 30
SAMENESS = 12.0  # craft distance of a contrasting section made wholly of old bars
CONTOUR_SHARE = 0.9  # of a phrase's spread that lies between its parts
# What a good draft of eight bars measures, after real songs (craft.TESTS; shorter stretches have fewer rhythms).
WANTED = {
    "distinct bar rhythms in 12 bars": 5.6,
    "bar rhythm as four bars before": 0.44,
    "whole bar as four bars before": 0.25,
    "line ends twice the median": 0.71,
    "longer ends of even bars (beats)": 0.3,
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
        """The melody as columns, from the section's start."""
        return Tune(
            tuple(site.onset_ticks for site in self.sites),
            tuple(site.sounding_ticks for site in self.sites),
            self.pitches,
            plan.bar_ticks,
            plan.request.meter.beat_ticks,
            len(self.plan.bars),
            len(self.plan.bars),
        )


@dataclass(frozen=True)
class Frame:
    """Chords and rhythm of a draft, waiting for a tune; ``first``: the lattice of its first segment."""

    contour: Floats | None
    slots: tuple[Slot, ...]
    patterns: tuple[str, ...]
    rests: frozenset[int]
    sites: tuple[Site, ...]
    first: Prepared


def make_new(
    plan: Plan,
    section: SectionPlan,
    models: Models,
    costs: Costs,
    palette: Palette,
    made: list[Made],
    attempt: int,
) -> Made:
    """Draft a new letter: several skeletons with their rhythms, several tunes on each; the best by the craft measures.

    Raises:
        LimitError: no draft keeps the law.
    """
    familiar = frozenset(made[0].patterns) if section.contrast and made else frozenset()
    ground = make_ground(plan, section, models, costs.law, {})
    drafts: list[tuple[float, Made]] = []
    wanted = FIRST_DRAFTS if section.number == 0 else LATER_DRAFTS
    error = LimitError(f"section {section.label} does not join its neighbours; try another seed")
    for number in range(ATTEMPTS):
        stream = (ord(section.letter), attempt, number)
        try:
            frame = _draw_frame(ground, models, costs, palette, familiar, stream)
            for again in range(PITCHES_A_RHYTHM):
                rng = spawn(plan.request.seed, "melody", *stream, again)
                pitches = tuple(draw_tune(costs, section, frame.sites, {}, rng, frame.first))
                draft = Made(section, frame.slots, frame.patterns, frame.rests, frame.sites, pitches, frame.contour)
                if joins(plan, costs, made, draft):
                    cost = distance(measures(draft.tune(plan)), WANTED) + climax_cost(section, draft)
                    drafts.append((cost + _sameness(section, made, draft), draft))
        except LimitError as failure:
            error = failure
        if len(drafts) >= wanted:
            break
    if not drafts:
        raise error
    drafts.sort(key=lambda pair: pair[0])
    return replace(drafts[0][1], rank=tuple(round(cost, 3) for cost, _ in drafts))


def _draw_frame(
    ground: Ground, models: Models, costs: Costs, palette: Palette, familiar: frozenset[str], stream: tuple[int, ...]
) -> Frame:
    """Contour, chords, rhythm and rests of a draft.

    Raises:
        LimitError: the law leaves no way.
    """
    plan, section = ground.plan, ground.section
    seed = plan.request.seed
    shape = draw_contour(plan, section, models, spawn(seed, "contour", *stream))
    slots = draw_skeleton(ground, shape, spawn(seed, "chords", *stream))
    rhythm = spawn(seed, "rhythm", *stream)
    patterns = draw_rhythm(plan, section, models, palette, familiar, {}, frozenset(), rhythm)
    rests = _rests(plan, section, spawn(seed, "rests", *stream))
    sites = make_sites(plan, section, slots, patterns, models, rests, shape)
    first = prepare(costs, sites[: segments(section, sites)[0][1]], opening=True)
    return Frame(shape, slots, patterns, rests, sites, first)


def make_return(
    plan: Plan,
    section: SectionPlan,
    made: list[Made],
    models: Models,
    costs: Costs,
    palette: Palette,
    attempt: int,
) -> Made:
    """A return: the base's bars, with the bars of ``section.redraw`` drawn anew between them.

    Raises:
        LimitError: nothing fits between the kept bars.
    """
    base = made[section.base]
    if not section.redraw and len(section.slots) == len(base.slots):
        return replace(base, plan=section, sites=_sites(plan, section, base, models), rank=())
    error = LimitError(f"section {section.label} does not join its neighbours; try another seed")
    ending = frozenset((len(section.bars) - 2, len(section.bars) - 1))
    wide = section.redraw | ending
    wide = wide if 2 * len(wide) <= len(section.bars) else ending  # half of a return is its own
    for wider, redraw in enumerate((section.redraw, wide)):
        ground = make_ground(plan, section, models, costs.law, _kept_slots(section, base, redraw))
        for number in range(ATTEMPTS // 2):
            stream = (section.number, attempt, wider, number)
            try:
                again = _redrawn(ground, base, redraw, models, costs, palette, stream)
            except LimitError as failure:
                error = failure
                continue
            if joins(plan, costs, made, again):
                return again
    raise error


def _kept_slots(section: SectionPlan, base: Made, redraw: frozenset[int]) -> dict[int, Slot]:
    by_onset = {slot.onset_ticks: slot for slot in base.slots}
    return {
        number: by_onset[slot.onset_ticks]
        for number, slot in enumerate(section.slots)
        if slot.bar not in redraw and slot.onset_ticks in by_onset
    }


def _redrawn(
    ground: Ground, base: Made, redraw: frozenset[int], models: Models, costs: Costs, palette: Palette,
    stream: tuple[int, ...],
) -> Made:
    """The base's section with the bars of ``redraw`` drawn anew; the last two keep their rhythm, which rhymes."""
    plan, section = ground.plan, ground.section
    seed = plan.request.seed
    shape = base.contour if base.contour is not None and len(base.contour) == len(section.slots) else None
    varied = frozenset(bar for bar in redraw if bar < len(section.bars) - 2)
    slots = draw_skeleton(ground, shape, spawn(seed, "chords", *stream))
    kept = {bar: pattern for bar, pattern in enumerate(base.patterns) if bar not in varied}
    patterns = draw_rhythm(plan, section, models, palette, frozenset(), kept, varied, spawn(seed, "rhythm", *stream))
    sites = make_sites(plan, section, slots, patterns, models, base.rests, shape)
    old = dict(zip((site.onset_ticks for site in base.sites), base.pitches, strict=True))
    locked = {n: old[site.onset_ticks] for n, site in enumerate(sites) if site.bar not in redraw}
    pitches = draw_tune(costs, section, sites, locked, spawn(seed, "melody", *stream))
    return Made(section, slots, patterns, base.rests, sites, tuple(pitches), shape)


def _sites(plan: Plan, section: SectionPlan, base: Made, models: Models) -> tuple[Site, ...]:
    return make_sites(plan, section, base.slots, base.patterns, models, base.rests, base.contour)


def joins(plan: Plan, costs: Costs, made: list[Made], here: Made) -> bool:
    """True if the law allows the steps from the section before, and to the next where its beginning is known."""
    pairs = [(made[-1], here)] if made else []
    if here.plan.number + 1 < len(plan.sections):
        following = plan.sections[here.plan.number + 1]
        if following.letter == here.plan.letter:
            pairs.append((here, here))
        elif following.base >= 0 and following.base < len(made):
            pairs.append((here, made[following.base]))
    return all(
        bool(
            np.isfinite(
                costs.pair(
                    before.sites[-1].only(before.pitches[-1]), after.sites[0].only(after.pitches[0])
                ).min()
            )
        )
        for before, after in pairs
    )


def _rests(plan: Plan, section: SectionPlan, rng: np.random.Generator) -> frozenset[int]:
    """Bars whose last note leaves room to breathe: ends of lines and phrases; four voices breathe at fermatas."""
    if plan.request.style == "chorale":
        return frozenset()
    ends = [bar for bar, plan in enumerate(section.bars) if plan.place != "inner" and bar % 2 == 1]
    return frozenset(bar for bar in ends if rng.random() < REST_SHARE and bar < len(section.bars) - 1)


def _sameness(section: SectionPlan, made: list[Made], draft: Made) -> float:
    """A contrasting section should not be made of the first one's bars."""
    if not section.contrast or not made:
        return 0.0
    first, here = ({_bar(one, bar) for bar in range(len(one.plan.bars))} for one in (made[0], draft))
    return SAMENESS * len(first & here) / len(here)


def _bar(made: Made, bar: int) -> tuple[tuple[int, int], ...]:
    start = bar * sum(site.length_ticks for site in made.sites) // len(made.plan.bars)
    return tuple(
        (site.onset_ticks - start, pitch)
        for site, pitch in zip(made.sites, made.pitches, strict=True)
        if site.bar == bar
    )


def climax_cost(section: SectionPlan, made: Made) -> float:
    """A section that owns the top should reach it once or twice, inside its window."""
    if not section.owns_top:
        return 0.0
    top = max(made.pitches)
    bars = [site.bar for site, pitch in zip(made.sites, made.pitches, strict=True) if pitch == top]
    middle = median(site.sounding_ticks for site in made.sites)
    long = any(
        site.sounding_ticks >= middle for site, pitch in zip(made.sites, made.pitches, strict=True) if pitch == top
    )
    inside = all(len(section.bars) // 2 - 1 <= bar < len(section.bars) - 2 for bar in bars)
    return (0.0 if inside else 6.0) + (0.0 if long else 3.0) + max(0, len(bars) - 2)


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
            if begin <= slot.onset_ticks < end:
                at = (slot.onset_ticks - begin) / (end - begin)
                wished[number] = plan.melody_mean + section.lift + stretch * np.interp(at, places, shape - shape.mean())
    return wished
