"""Two leaps one after the other in the same direction.

Three successive notes of a line. Leaps that outline a triad (thirds and fourths) are excused by
``triads_excused``.
"""

from __future__ import annotations

import numpy as np

from composer.score.windows import Bools, Window, bools
from composer.theory.asks import Ask, Asks, flag, roles

SCOPE = "line"
PLACE = 2
ASKS: dict[str, Ask] = {"triads_excused": flag(True), "roles": roles()}
STEP_SEMITONES = 2
# Semitones of two leaps that outline a triad in some position.
TRIADS = ((3, 4), (4, 3), (3, 3), (3, 5), (5, 4), (4, 5), (5, 3), (3, 6), (6, 3))


def span(_asks: Asks) -> int:
    """Moments in a window."""
    return 3


def broken(window: Window, asks: Asks) -> Bools:
    """(...): two leaps in one direction that outline no triad."""
    first, second = np.abs(window.move[..., 0, 0]), np.abs(window.move[..., 1, 0])
    wrong = window.move[..., 0, 0] * window.move[..., 1, 0] > 0
    if asks["triads_excused"]:
        for low, high in TRIADS:
            wrong = wrong & ~((first == low) & (second == high))
    return wrong & chances(window, asks)


def chances(window: Window, _asks: Asks) -> Bools:
    """(...): both moves are leaps within one phrase."""
    leaps = (np.abs(window.move[..., 0]) > STEP_SEMITONES).all(axis=-1)
    whole = ~((window.cadence[..., :-1] != 0) & (window.cadence[..., 1:] == 0)).any(axis=-1)
    return bools(leaps & whole)
