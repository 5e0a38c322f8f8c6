"""What follows a leap.

Three successive notes of a line: after a leap of more than ``leap`` semitones the line turns back, by step if
``by_step``. A repeated note only delays the answer. ``intervals`` names the leaps asked about (none named: all),
compared by spelling and without regard to octaves.
"""

from __future__ import annotations

import numpy as np

from composer.score.windows import Bools, Window, bools
from composer.theory.asks import Ask, Asks, flag, intervals, roles, whole

SCOPE = "line"
PLACE = 2
ASKS: dict[str, Ask] = {"leap": whole(5), "by_step": flag(False), "intervals": intervals(), "roles": roles()}
STEP_SEMITONES = 2


def span(_asks: Asks) -> int:
    """Moments in a window."""
    return 3


def broken(window: Window, asks: Asks) -> Bools:
    """(...): the line goes on in the direction of the leap, or turns back by another leap."""
    leap, answer = window.move[..., 0, 0], window.move[..., 1, 0]
    found = chances(window, asks)
    if not found.any():
        return found
    wrong = leap * answer > 0
    if asks["by_step"]:
        wrong = wrong | (np.abs(answer) > STEP_SEMITONES)
    return bools(wrong & found)


def _named(window: Window, names: tuple[int, ...]) -> Bools:
    """(...): the leap is one of these intervals, up or down."""
    rise = window.fifths[..., 1, 0] - window.fifths[..., 0, 0]
    upward = np.where(window.move[..., 0, 0] > 0, rise, -rise)
    found = upward == names[0]
    for name in names[1:]:
        found = found | (upward == name)
    return bools(found)


def chances(window: Window, asks: Asks) -> Bools:
    """(...): there is such a leap, and all three notes belong to one phrase."""
    whole = ~((window.cadence[..., :-1] != 0) & (window.cadence[..., 1:] == 0)).any(axis=-1)
    leaps = whole & (np.abs(window.move[..., 0, 0]) > asks["leap"])
    return bools(leaps & _named(window, asks["intervals"]) if asks["intervals"] else leaps)
