"""Where chords go: the recipe of each letter, cadence formulas, and the places a bar gives to chords."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from composer.pipeline.brief import Request
from composer.search.draw import draw_index, spawn
from composer.theory.tables import Row


@dataclass(frozen=True)
class SlotPlan:
    """A place for one chord. ``wish``: the recipe's numeral or empty; ``degrees``: scale degrees the melody must
    have (empty: free); ``firm``: the wish is part of a cadence formula and must be kept."""

    onset_ticks: int
    length_ticks: int
    wish: str
    degrees: tuple[int, ...]
    firm: bool
    bar: int


@dataclass(frozen=True)
class PhrasePlan:
    """A phrase: bars ``first`` to ``end`` (exclusive) of the section, and its cadence."""

    first: int
    end: int
    cadence: str


def recipes(request: Request, attempt: int) -> dict[str, tuple[str, ...]]:
    """Chords, one a bar, for each letter: a loop of the mood for A, a bridge recipe for the others."""
    mode = "minor" if request.key.is_minor else "major"
    recipes: dict[str, tuple[str, ...]] = {}
    for label in request.labels:
        letter = label[0]
        if letter in recipes:
            continue
        rng = spawn(request.seed, "recipe", ord(letter), attempt)
        if letter == "A":
            loops = [str(loop).split() for loop in request.mood[f"loops_{mode}"]]
            loop = loops[int(rng.integers(len(loops)))]
            chords = [loop[bar % len(loop)] for bar in range(request.bars)]
        else:
            bridges = [str(bridge).split() for bridge in request.mood[f"bridge_{mode}"]]
            bridge = bridges[int(rng.integers(len(bridges)))]
            chords = [bridge[bar * len(bridge) // request.bars] for bar in range(request.bars)]
        recipes[letter] = tuple(chords)
    return recipes


def slot_plans(
    request: Request,
    theme: Row,
    recipe: tuple[str, ...],
    phrases: tuple[PhrasePlan, ...],
    rng: np.random.Generator,
) -> tuple[SlotPlan, ...]:
    """Places for chords, bar by bar; cadence formulas fill the end of each phrase that has a cadence."""
    bar_ticks = request.meter.bar_ticks
    eighth = bar_ticks * request.meter.denominator // (8 * request.meter.numerator)
    table = request.table("cadences")
    formulas = {phrase.end - 1: _formula(request, table, phrase.cadence, rng) for phrase in phrases}
    slots: list[SlotPlan] = []
    for bar in range(request.bars):
        goal, coming = formulas.get(bar), formulas.get(bar + 1)
        chords = [(recipe[bar], bar == 0)] + [("", False)] * (int(theme["chords"][bar]) - 1)
        if goal:
            chords = [(chord, True) for chord in goal[1]]
        elif coming:
            chords = [(chord, True) for chord in coming[0]]
        places = _places(request, len(chords), bool(goal))
        chords = [("", False)] * (len(places) - len(chords)) + chords[-len(places) :]
        if len(places) > len(chords) or (not chords[0][0] and not goal):
            chords[0] = (recipe[bar], bar == 0)
        for place, (wish, firm) in enumerate(chords):
            onset = places[place] * eighth
            end = places[place + 1] * eighth if place + 1 < len(places) else bar_ticks
            degrees: tuple[int, ...] = ()
            if goal and firm:
                degrees = goal[3]
            elif coming and firm and place == len(chords) - 1:
                degrees = coming[2]
            slots.append(SlotPlan(bar * bar_ticks + onset, end - onset, wish, degrees, firm, bar))
    return tuple(slots)


def _places(request: Request, chords: int, goal: bool) -> list[int]:
    row = request.meter_row
    if request.style == "chorale" and not goal:
        return list(row["changes_beat"])
    return list(row["changes_one"] if chords == 1 else row["changes_two"])


def _formula(
    request: Request, table: tuple[Row, ...], cadence: str, rng: np.random.Generator
) -> tuple[tuple[str, ...], tuple[str, ...], tuple[int, ...], tuple[int, ...]] | None:
    """(chords before the goal bar, chords of the goal bar, melody degrees before, at the goal), or None."""
    mode = "minor" if request.key.is_minor else "major"
    if cadence == "bridge" and request.style == "chorale":
        cadence = "HC"  # four-part style stops on the triad
    rows = [row for row in table if row["name"] == cadence and row["mode"] == mode]
    if not rows:
        return None
    if cadence == "open" and str(request.mood["ending"]) != "open":
        return None
    row = rows[draw_index(np.log([float(row["weight"]) for row in rows]), rng)]
    before, _, goal = str(row["formula"]).partition("|")
    return tuple(before.split()), tuple(goal.split()), tuple(row["before"]), tuple(row["goal"])
