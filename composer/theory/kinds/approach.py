"""How a melody comes to rest.

Two successive notes of a line, the second in the goal chord of a cadence (one of ``cadences``): it is reached by
no more than ``most`` semitones.
"""

from __future__ import annotations

import numpy as np

from composer.score.windows import CADENCES, REST, Bools, Window, bools
from composer.theory.asks import Ask, Asks, choices, roles, whole

SCOPE = "line"
PLACE = 1
CLOSES = tuple(name for name in CADENCES if name not in ("", "open"))
ASKS: dict[str, Ask] = {"most": whole(4), "cadences": choices(CLOSES, *CLOSES), "roles": roles()}


def span(_asks: Asks) -> int:
    """Moments in a window."""
    return 2


def broken(window: Window, asks: Asks) -> Bools:
    """(...): the resting note is leaped to."""
    rests = chances(window, asks)
    if not rests.any():
        return rests
    return bools(rests & (np.abs(window.move[..., 0, 0]) > asks["most"]))


def chances(window: Window, asks: Asks) -> Bools:
    """(...): the second note stands in the goal chord of such a cadence."""
    wanted = np.array([name in asks["cadences"] for name in CADENCES])
    goal = wanted[window.cadence[..., 1]]
    if not goal.any():
        return bools(goal)
    pitch = window.pitch_midi[..., 0]
    return bools(goal & (pitch[..., 0] != REST) & (pitch[..., 1] != REST))
