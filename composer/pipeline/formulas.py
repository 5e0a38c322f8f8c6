"""Cadence formulas: the table says which there are, the law says which of them keep what a phrase promises."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from composer.pipeline.brief import Request
from composer.pipeline.candidates import Moment, stack_chords, window
from composer.score.chord import Chord, parse_chord
from composer.score.key import Key
from composer.score.windows import CADENCES, REST
from composer.search.draw import draw_index
from composer.theory.law import Law
from composer.theory.tables import Row

# Closes of which the law alone decides what makes them; the other names are those of their formulas.
BY_LAW = ("PAC", "HC")
_NEVER = ("bridge", "open", "MC", "MIC")
# Dominants of one key seen from another, as applied chords: the first that sounds the same is taken.
_TARGETS = ("", "/IV", "/V", "/vi", "/ii", "/iii", "/III", "/iv", "/VI", "/VII")
OCTAVE = 4  # of the melody's note: any will do


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
    open_ = [(float(row["weight"]), _read(row)) for row in every if row["name"] not in _NEVER]
    kept = [(weight, _kept(one, cadence, request, law)) for weight, one in open_]
    return [(weight, one) for weight, one in kept if one is not None]


def _read(row: Row) -> Formula:
    before, _, goal = str(row["formula"]).partition("|")
    return Formula(tuple(before.split()), tuple(goal.split()), tuple(row["before"]), tuple(row["goal"]))


def _kept(one: Formula, cadence: str, request: Request, law: Law) -> Formula | None:
    """The formula with the goal degrees that keep the promise; None where its chords or all its degrees break it."""
    key = request.key
    names = (*one.before, *one.goal)[-2:]
    chords = [parse_chord(name, key.is_minor) for name in names]
    role = "soprano" if request.four_voices else "melody"
    if _breaks(chords, key, 0, cadence, law, role):
        return None
    degrees = tuple(degree for degree in one.goal_degrees if not _breaks(chords, key, degree, cadence, law, role))
    return replace(one, goal_degrees=degrees) if degrees else None


def _breaks(chords: Sequence[Chord], key: Key, degree: int, cadence: str, law: Law, role: str) -> bool:
    """Whether the promise makes something forbidden of two chords and the melody's last degree (0: no melody) that
    would else be allowed."""
    letters, semitones = (degree - 1, key.scale[degree - 1]) if degree else (0, 0)
    pitch = key.pitch(letters, semitones, OCTAVE)
    midi = pitch.midi if degree else REST
    costs = []
    for code in (CADENCES.index(cadence), 0):
        moments = [
            Moment(
                np.array([[midi]]), np.array([[pitch.letter_step]]), stack_chords([chord], key), np.array([number]), 3,
                code if number else 0, number > 0, 480, number, (True,),
            )
            for number, chord in enumerate(chords)
        ]  # fmt: skip
        both = window(moments, (role,))
        costs.append(law.slice_cost(both, 2) + law.line_cost(both, 2))
    return bool(np.isinf(costs[0]).any() and not np.isinf(costs[1]).any())


def home_dominant(local: Key, home: Key, dominant: str) -> str:
    """The numeral in ``local`` that sounds as ``dominant`` (V or V7) of ``home``; empty if there is none."""
    wanted = parse_chord(dominant, home.is_minor).pitch_classes(home)
    for target in _TARGETS:
        if parse_chord(dominant + target, local.is_minor).pitch_classes(local) == wanted:
            return dominant + target
    return ""
