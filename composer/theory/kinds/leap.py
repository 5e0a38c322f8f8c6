"""How far a voice may move from one note to the next.

Two successive notes of a line. ``most`` is the largest leap in semitones; ``intervals`` names intervals that
may not be sung in either direction, compared by spelling and without regard to octaves. Leaps between two
phrases do not count unless ``over_phrases``.
"""

from __future__ import annotations

import numpy as np

from composer.score.windows import Bools, Window, bools
from composer.theory.asks import Ask, Asks, flag, intervals, roles, whole

SCOPE = "line"
PLACE = 1
ASKS: dict[str, Ask] = {
    "most": whole(127),
    "intervals": intervals(),
    "over_phrases": flag(False),
    "roles": roles(),
}


def span(_asks: Asks) -> int:
    """Moments in a window."""
    return 2


def broken(window: Window, asks: Asks) -> Bools:
    """(...): the leap is too large, or one of the intervals named."""
    move = window.move[..., 0, 0]
    found = np.abs(move) > asks["most"]
    if asks["intervals"]:
        fifths, step = window.fifths[..., 0], window.letter_step[..., 0]
        letters = step[..., 1] - step[..., 0]
        upward = (letters > 0) | ((letters == 0) & (move > 0))
        interval = np.where(upward, fifths[..., 1] - fifths[..., 0], fifths[..., 0] - fifths[..., 1])
        for name in asks["intervals"]:
            found |= (interval == name) & (move != 0)
    return bools(found & chances(window, asks))


def chances(window: Window, asks: Asks) -> Bools:
    """(...): the voice moves within a phrase."""
    moves = window.move[..., 0, 0] != 0
    if asks["over_phrases"]:
        return bools(moves)
    return bools(moves & ~((window.cadence[..., 0] != 0) & (window.cadence[..., 1] == 0)))
