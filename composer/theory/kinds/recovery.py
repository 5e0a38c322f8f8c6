"""What follows a leap.

Three successive notes of a line: after a leap of more than ``leap`` semitones the line turns back, by step if
``by_step``. A repeated note only delays the answer.
"""

from __future__ import annotations

import numpy as np

from composer.score.windows import Bools, Window, bools
from composer.theory.asks import Ask, Asks, flag, roles, whole

SCOPE = "line"
PLACE = 2
ASKS: dict[str, Ask] = {"leap": whole(5), "by_step": flag(False), "roles": roles()}
STEP_SEMITONES = 2


def span(_asks: Asks) -> int:
    """Moments in a window."""
    return 3


def broken(window: Window, asks: Asks) -> Bools:
    """(...): the line goes on in the direction of the leap, or turns back by another leap."""
    leap, answer = window.move[..., 0, 0], window.move[..., 1, 0]
    wrong = leap * answer > 0
    if asks["by_step"]:
        wrong = wrong | (np.abs(answer) > STEP_SEMITONES)
    return wrong & chances(window, asks)


def chances(window: Window, asks: Asks) -> Bools:
    """(...): there is a large leap, and all three notes belong to one phrase."""
    whole = ~((window.cadence[..., :-1] != 0) & (window.cadence[..., 1:] == 0)).any(axis=-1)
    return bools(whole & (np.abs(window.move[..., 0, 0]) > asks["leap"]))
