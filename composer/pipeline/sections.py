"""Making sections: a new letter is drafted several times; a return is a copy, partly drawn anew or varied."""

from __future__ import annotations

from dataclasses import replace

from composer.errors import LimitError
from composer.models.library import Models
from composer.pipeline.drafts import NOTHING, Given, Made, draft
from composer.pipeline.melody import Costs
from composer.pipeline.plan import Plan
from composer.pipeline.rhythm import Palette
from composer.pipeline.section_plan import ORNAMENTS, SectionPlan
from composer.pipeline.sites import make_sites
from composer.pipeline.skeleton import Slot
from composer.score.chord import Chord, parse_chord
from composer.score.spelling import spelled
from composer.search.draw import Floats

FIRST_DRAFTS, LATER_DRAFTS, VARIED_DRAFTS = 8, 6, 2
RHYMED_BARS = 2


def make_new(
    plan: Plan,
    section: SectionPlan,
    models: Models,
    costs: Costs,
    palette: Palette,
    made: list[Made],
    attempt: int,
) -> Made:
    """Draft a new letter; where its ending rhymes, its last bars are those of an earlier section.

    Raises:
        LimitError: no draft keeps the law.
    """
    wanted = FIRST_DRAFTS if section.number == 0 else LATER_DRAFTS
    stream = (ord(section.letter), attempt)
    if section.rhyme >= 0:
        kept = frozenset(range(len(section.bars) - RHYMED_BARS, len(section.bars)))
        given = _kept(plan, section, made[section.rhyme], frozenset(range(len(section.bars))) - kept)
        given = replace(given, contour=None, rests=None, ceiling=NOTHING.ceiling)
        try:
            return draft(plan, section, models, costs, palette, made, given, wanted, stream)
        except LimitError:  # the ending does not fit what comes before it here: an own one then
            pass
    return draft(plan, section, models, costs, palette, made, NOTHING, wanted, stream)


def make_return(
    plan: Plan,
    section: SectionPlan,
    models: Models,
    costs: Costs,
    palette: Palette,
    made: list[Made],
    attempt: int,
) -> Made:
    """A return: the base's bars, with the bars of ``section.redraw`` drawn anew between them; or its variation.

    Raises:
        LimitError: nothing fits between the kept bars.
    """
    base = made[section.base]
    if section.change == "mode":
        section, given = _in_mode(plan, section, base)
        return draft(plan, section, models, costs, palette, made, given, LATER_DRAFTS, (section.number, attempt))
    ornament = section.change in ORNAMENTS
    if not section.redraw and not ornament and len(section.slots) == len(base.slots):
        sites = make_sites(plan, section, base.slots, base.patterns, models, base.rests, base.contour)
        return replace(base, plan=section, sites=sites, rank=())
    ending = frozenset((len(section.bars) - 2, len(section.bars) - 1))
    wide = section.redraw | ending
    wide = wide if 2 * len(wide) <= len(section.bars) else ending  # half of a return is its own
    error = LimitError("")
    for wider, redraw in enumerate((section.redraw, wide)):
        given = _ornamented(plan, section, base, redraw) if ornament else _kept(plan, section, base, redraw)
        stream = (section.number, attempt, wider)
        try:
            wanted = VARIED_DRAFTS if ornament else 1
            return replace(draft(plan, section, models, costs, palette, made, given, wanted, stream), rank=())
        except LimitError as failure:
            error = failure
    raise error


def _kept(plan: Plan, section: SectionPlan, base: Made, redraw: frozenset[int]) -> Given:
    """All of the base but the bars of ``redraw``, of which the last two keep their rhythm, which rhymes."""
    varied = frozenset(bar for bar in redraw if bar < len(section.bars) - 2)
    return Given(
        slots=_slots(section, base, redraw),
        patterns={bar: pattern for bar, pattern in enumerate(base.patterns) if bar not in varied},
        pitches={
            site.onset_ticks: pitch
            for site, pitch in zip(base.sites, base.pitches, strict=True)
            if site.bar not in redraw
        },
        denser=varied,
        ceiling=max(base.pitches),
        contour=_contour(section, base),
        rests=base.rests,
    )


def _ornamented(plan: Plan, section: SectionPlan, base: Made, redraw: frozenset[int]) -> Given:
    """The base's chords, and its notes on downbeats and at ends of phrases; more notes between them."""
    ends = {phrase.end - 1 for phrase in section.phrases}
    busy = frozenset(bar for bar in range(len(section.bars)) if bar not in ends and base.patterns[bar])
    goals = {
        site.onset_ticks: pitch
        for site, pitch in zip(base.sites, base.pitches, strict=True)
        if site.bar not in redraw and (site.upbeat or site.bar in ends or site.onset_ticks % plan.bar_ticks == 0)
    }
    return Given(
        slots=_slots(section, base, redraw),
        patterns={bar: pattern for bar, pattern in enumerate(base.patterns) if bar not in busy},
        pitches=goals,
        denser=busy,
        ceiling=max(base.pitches),
        contour=_contour(section, base),
        rests=frozenset(),
    )


def _in_mode(plan: Plan, section: SectionPlan, base: Made) -> tuple[SectionPlan, Given]:
    """The section with the base's chords as wishes in its own mode; the base's rhythm and letters."""
    slots = tuple(
        place if place.firm or number >= len(base.slots) or place.onset_ticks != base.slots[number].onset_ticks
        else replace(place, wish=_parallel(plan, base.slots[number].chord) or place.wish)
        for number, place in enumerate(section.slots)
    )
    home = base.plan.key
    letters = {
        site.onset_ticks: spelled(pitch, home, base.slots[site.slot].chord).letter_step
        for site, pitch in zip(base.sites, base.pitches, strict=True)
    }
    patterns = dict(enumerate(base.patterns))
    return replace(section, slots=slots), Given(patterns=patterns, letters=letters, rests=base.rests)


def _parallel(plan: Plan, chord: Chord) -> str:
    """The plain chord on the same degree, in the same inversion, of the plan's mode; empty if there is none."""
    for numeral, row in plan.chords.items():
        other = parse_chord(numeral, plan.request.key.is_minor)
        same = other.root[0] == chord.root[0] and other.inversion == chord.inversion
        if row["kind"] == "diatonic" and same and len(other.members) == len(chord.members):
            return numeral
    return ""


def _slots(section: SectionPlan, base: Made, redraw: frozenset[int]) -> dict[int, Slot]:
    by_onset = {slot.onset_ticks: slot for slot in base.slots}
    return {
        number: by_onset[slot.onset_ticks]
        for number, slot in enumerate(section.slots)
        if slot.bar not in redraw and slot.onset_ticks in by_onset
    }


def _contour(section: SectionPlan, base: Made) -> Floats | None:
    return base.contour if base.contour is not None and len(base.contour) == len(section.slots) else None
