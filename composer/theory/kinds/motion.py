"""Two voices moving together into an interval.

Two successive slices of two voices. ``how``: ``parallel`` (same direction, the interval kept), ``contrary``
(opposite directions, the interval kept but for octaves) or ``similar`` (same direction, the interval new).
``into`` names the intervals arrived at and ``before`` those left (none named: any); ``upper_leaps`` asks
only where the upper voice moves by more than a step. Both voices must move: a repeated or held note makes no
motion.
"""

from __future__ import annotations

import numpy as np

from composer.score.windows import Bools, Ints, Window, bools
from composer.theory.asks import Ask, Asks, choice, flag, intervals, roles, voices

SCOPE = "slices"
PLACE = 1
ASKS: dict[str, Ask] = {
    "into": intervals("P8"),
    "before": intervals(),
    "how": choice("parallel", "parallel", "contrary", "similar"),
    "upper_leaps": flag(False),
    "voices": voices("pairs"),
    "roles": roles(),
}
STEP_SEMITONES = 2


def span(_asks: Asks) -> int:
    """Moments in a window."""
    return 2


def _among(interval: Ints, names: tuple[int, ...]) -> Bools:
    found = interval == names[0]
    for name in names[1:]:
        found |= interval == name
    return bools(found)


def broken(window: Window, asks: Asks) -> Bools:
    """(...): the voices arrive at one of the intervals by the motion named."""
    upper, lower = window.fifths[..., 0], window.fifths[..., 1]
    before, after = upper[..., 0] - lower[..., 0], upper[..., 1] - lower[..., 1]
    up, low = window.move[..., 0, 0], window.move[..., 0, 1]
    found = _among(after, asks["into"])
    if asks["how"] == "contrary":
        found &= (up * low < 0) & (before == after)
    elif asks["how"] == "parallel":
        found &= (up * low > 0) & (before == after)
    else:
        found &= (up * low > 0) & (before != after)
    found &= upper[..., 0] != upper[..., 1]  # an octave leap of both is no new interval
    if asks["before"]:
        found &= _among(before, asks["before"])
    if asks["upper_leaps"]:
        found &= np.abs(up) > STEP_SEMITONES
    return found


def chances(window: Window, _asks: Asks) -> Bools:
    """(...): both voices move."""
    return bools((window.move[..., 0, 0] != 0) & (window.move[..., 0, 1] != 0))
