"""Where chords go: the recipe of each section, cadence formulas, and the places a bar gives to chords."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from composer.pipeline.brief import Request
from composer.pipeline.formulas import Formula, formula
from composer.score.chord import parse_chord
from composer.score.key import Key
from composer.search.draw import draw_index, spawn
from composer.theory.law import Law
from composer.theory.tables import Row

BRIDGE_TONIC = 0.95  # how often the second of two equal chords of a bridge recipe goes home (bridges: .32 tonic)
CHORALE_LINE = 2  # bars


@dataclass(frozen=True)
class SlotPlan:
    """A place for one chord. ``wish``: the recipe's numeral or empty; ``degrees``: scale degrees the melody must
    have (empty: free); ``firm``: the wish is part of a cadence formula and must be kept; ``home``: the same chord as
    a numeral of the home key, where a section in another key leads back."""

    onset_ticks: int
    length_ticks: int
    wish: str
    degrees: tuple[int, ...]
    firm: bool
    bar: int
    home: str = ""


@dataclass(frozen=True)
class PhrasePlan:
    """A phrase: bars ``first`` to ``end`` (exclusive) of the section, and its cadence."""

    first: int
    end: int
    cadence: str

    @property
    def kind(self) -> str:
        """The cadence as a reading names it: a bridge stops on the dominant; modal closes are one kind."""
        return {"bridge": "HC", "MIC": "MC"}.get(self.cadence, self.cadence)


def recipe(request: Request, role: str, letter: str, attempt: int) -> tuple[str, ...]:
    """Chords, one a bar: the form's own, a loop of mood or mode, a strain of the table, or a bridge recipe."""
    rng = spawn(request.seed, "recipe", ord(letter), attempt)
    third, bars = request.key.third, request.bars
    if has_changes(request):
        own = request.form[f"chorus_{third}"]
        return tuple(str(own[int(rng.integers(len(own)))]).split())
    bridge = role == "contrast"
    if request.settings["harmony"] == "strain" and not bridge and not request.key.is_modal:
        return _strain(request, rng)
    if request.key.is_modal:
        options = request.mode_row["bridges" if bridge else "loops"]
    else:
        options = request.mood[f"bridge_{third}" if bridge else f"loops_{third}"]
    chosen = str(options[int(rng.integers(len(options)))]).split()
    if not bridge:
        return tuple(chosen[bar % len(chosen)] for bar in range(bars))
    spread = [chosen[bar * len(chosen) // bars] for bar in range(bars)]
    return tuple(_homeward(spread, request, rng))


def has_changes(request: Request) -> bool:
    """The form brings its own chords, bar by bar, as the blues does."""
    return f"chorus_{request.key.third}" in request.form


def _homeward(spread: list[str], request: Request, rng: np.random.Generator) -> list[str]:
    """The tonic in place of a chord that stands a second bar, never first nor last: bridges touch it, and leave it."""
    tonic = "i" if request.key.is_minor else "I"
    found = list(spread)
    for bar in range(1, len(spread) - 2):
        chord = parse_chord(spread[bar], request.key.is_minor)
        if spread[bar] == spread[bar - 1] and chord.target is None and rng.random() < BRIDGE_TONIC:
            found[bar] = tonic
    return found


def _strain(request: Request, rng: np.random.Generator) -> tuple[str, ...]:
    """A root for every downbeat, drawn from what real strains have there; the tonic opens, so that the key is heard."""
    rows = [row for row in request.table("strains") if row["mode"] == request.key.third]
    chosen = [str(rows[0]["numeral"])]
    for bar in range(1, request.bars):
        place = bar * 8 // request.bars if request.bars < 8 else bar % 8
        shares = np.array([max(float(row["shares"][place]), 1e-4) for row in rows])
        chosen.append(str(rows[draw_index(np.log(shares), rng)]["numeral"]))
    return tuple(chosen)


def slot_plans(
    request: Request,
    theme: Row,
    chords: tuple[str, ...],
    phrases: tuple[PhrasePlan, ...],
    home: Key | None,
    law: Law,
    rng: np.random.Generator,
) -> tuple[SlotPlan, ...]:
    """Places for chords, bar by bar; cadence formulas fill the end of each phrase that has a cadence.

    ``home``: the key a section in another key leads back to, or None. The last chord leaves room for the upbeat.
    """
    formulas = {phrase.end - 1: formula(request, phrase.cadence, home, law, rng) for phrase in phrases}
    slots: list[SlotPlan] = []
    if request.pickup_ticks and request.four_voices:
        slots.append(SlotPlan(-request.pickup_ticks, request.pickup_ticks, "", (), False, -1))
    for bar in range(request.bars):
        if has_changes(request):
            degrees = (1,) if bar + 1 == request.bars else ()
            length = request.meter.bar_ticks
            slots.append(SlotPlan(bar * length, length, chords[bar], degrees, True, bar))
        else:
            slots += _bar_slots(request, theme, chords, bar, formulas.get(bar), formulas.get(bar + 1))
            if request.settings["harmony"] == "free" and bar % CHORALE_LINE and bar + 1 < request.bars:
                slots[-1:] = _parted(slots[-1], request.pickup_ticks)
    slots[-1] = replace(slots[-1], length_ticks=slots[-1].length_ticks - request.pickup_ticks)
    return tuple(slots)


def _parted(slot: SlotPlan, upbeat_ticks: int) -> list[SlotPlan]:
    """The chord under the end of a line, and one for the upbeat of the next."""
    if not 0 < upbeat_ticks < slot.length_ticks:
        return [slot]
    held = replace(slot, length_ticks=slot.length_ticks - upbeat_ticks)
    return [held, SlotPlan(held.onset_ticks + held.length_ticks, upbeat_ticks, "", (), False, slot.bar)]


def _bar_slots(
    request: Request, theme: Row, recipe: tuple[str, ...], bar: int, goal: Formula | None, coming: Formula | None
) -> list[SlotPlan]:
    """The chords of one bar: its cadence goal, what leads to the next bar's, or the recipe's."""
    bar_ticks = request.meter.bar_ticks
    eighth = bar_ticks * request.meter.denominator // (8 * request.meter.numerator)
    chords = [(recipe[bar], bar == 0)] + [("", False)] * (int(theme["chords"][bar]) - 1)
    if goal:
        chords = [(chord, True) for chord in goal.goal]
    elif coming:
        chords = [(chord, True) for chord in coming.before]
    places = _places(request, len(chords), bool(goal))
    chords = [("", False)] * (len(places) - len(chords)) + chords[-len(places) :]
    if len(places) > len(chords) or (not chords[0][0] and not goal):
        chords[0] = (recipe[bar], bar == 0)
    found = []
    for place, (wish, firm) in enumerate(chords):
        onset = places[place] * eighth
        end = places[place + 1] * eighth if place + 1 < len(places) else bar_ticks
        degrees: tuple[int, ...] = ()
        if goal and firm:
            degrees = goal.goal_degrees
        elif coming and firm and place == len(chords) - 1:
            degrees = coming.before_degrees
        home = goal.home if goal and firm else ""
        found.append(SlotPlan(bar * bar_ticks + onset, end - onset, wish, degrees, firm, bar, home))
    return found


def _places(request: Request, chords: int, goal: bool) -> list[int]:
    row = request.meter_row
    if request.settings["harmony"] == "free" and not goal:
        return list(row["changes_beat"])
    return list(row["changes_one"] if chords == 1 else row["changes_two"])
