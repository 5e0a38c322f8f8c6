"""Cadence formulas: the table says which there are, the law says which of them keep what a phrase promises."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from composer.pipeline.brief import Request
from composer.pipeline.chord_table import ChordTable, Slot
from composer.score.chord import parse_chord
from composer.score.key import Key
from composer.score.windows import CADENCES, REST, Bools, bools
from composer.search.draw import draw_index
from composer.theory.law import Law
from composer.theory.tables import Row

# Closes of which the law alone decides what makes them; the other names are those of their formulas.
BY_LAW = ("PAC", "HC")
_NEVER = ("bridge", "open", "MC", "MIC")
# Dominants of one key seen from another, as applied chords: the first that sounds the same is taken.
_TARGETS = {"major": ("", "/IV", "/V", "/vi", "/ii", "/iii"), "minor": ("", "/iv", "/V", "/III", "/VI", "/VII")}
OCTAVE, STRONGEST = 4, 3  # of the melody's note and of the chords: any will do


@dataclass(frozen=True)
class Formula:
    """The end of a phrase: chords before the goal's bar, chords of that bar, melody degrees before and at the goal."""

    before: tuple[str, ...]
    goal: tuple[str, ...]
    before_degrees: tuple[int, ...]
    goal_degrees: tuple[int, ...]
    home: str = ""


def formula(
    request: Request, cadence: str, home: Key | None, law: Law, rng: np.random.Generator
) -> Formula | None:
    """A formula for the cadence of a phrase, or None where the phrase stays open.

    ``home``: the key that a bridge in another key leads back to.
    """
    triad = request.settings["harmony"] == "free"  # four-part style stops on the triad
    if cadence == "bridge" and home is not None:
        dominant = "V" if triad else "V7"
        wish = home_dominant(request.key, home, dominant)
        return Formula((), (wish,), (), (), dominant) if wish else None
    if cadence == "bridge" and (triad or request.key.is_modal):
        cadence = "HC"
    if cadence == "open" and str(request.mood["ending"]) != "open":
        return None
    rows = _rows(request, cadence, law)
    if not rows:
        return None
    return rows[draw_index(np.log([weight for weight, _ in rows]), rng)][1]


def _rows(request: Request, cadence: str, law: Law) -> list[tuple[float, Formula]]:
    """(weight, formula) of all that may stand at the cadence."""
    every = [row for row in request.table("cadences") if row["mode"] == request.key.mode]
    if cadence not in BY_LAW:
        return [(float(row["weight"]), _read(row)) for row in every if row["name"] == cadence]
    open_ = [row for row in every if row["name"] not in _NEVER]
    kept = _kept([_read(row) for row in open_], cadence, request, law)
    return [(float(row["weight"]), one) for row, one in zip(open_, kept, strict=True) if one is not None]


def _read(row: Row) -> Formula:
    before, _, goal = str(row["formula"]).partition("|")
    return Formula(tuple(before.split()), tuple(goal.split()), tuple(row["before"]), tuple(row["goal"]))


def _kept(formulas: Sequence[Formula], cadence: str, request: Request, law: Law) -> list[Formula | None]:
    """Each formula with the goal degrees that keep the promise; None where its chords or all its degrees break it."""
    cases = [(one, degree) for one in formulas for degree in (0, *one.goal_degrees)]
    broken = dict(zip(cases, _broken(cases, cadence, request, law), strict=True))
    found: list[Formula | None] = []
    for one in formulas:
        degrees = tuple(degree for degree in one.goal_degrees if not broken[one, degree])
        found.append(replace(one, goal_degrees=degrees) if degrees and not broken[one, 0] else None)
    return found


def _broken(cases: Sequence[tuple[Formula, int]], cadence: str, request: Request, law: Law) -> Bools:
    """(N,) whether the promise makes something forbidden of a formula's last two chords and a melody's last degree (0:
    no melody) that would else be allowed."""
    key = request.key
    costs = []
    for code in (CADENCES.index(cadence), 0):
        slots = []
        for one, _ in cases:
            before, goal = (parse_chord(name, key.is_minor) for name in (*one.before, *one.goal)[-2:])
            slots += [Slot(before, key, STRONGEST), Slot(goal, key, STRONGEST, code, True)]
        table = ChordTable(slots, [True] * len(cases))
        pitches = [key.pitch(degree - 1, key.scale[degree - 1], OCTAVE) if degree else None for _, degree in cases]
        midi = np.array([[pitch.midi if pitch else REST] for pitch in pitches])
        letter = np.array([[pitch.letter_step if pitch else REST] for pitch in pitches])
        place = 2 * np.arange(len(cases))
        role = "soprano" if request.four_voices else "melody"
        both = table.window((role,), [(midi, letter, place), (midi, letter, place + 1)])
        costs.append(law.slice_cost(both, 2) + law.line_cost(both, 2))
    return bools(np.isinf(costs[0]) & ~np.isinf(costs[1]))


def home_dominant(local: Key, home: Key, dominant: str) -> str:
    """The numeral in ``local`` that sounds as ``dominant`` (V or V7) of ``home``; empty if there is none."""
    wanted = parse_chord(dominant, home.is_minor).pitch_classes(home)
    for target in _TARGETS[local.third]:
        if parse_chord(dominant + target, local.is_minor).pitch_classes(local) == wanted:
            return dominant + target
    return ""
