"""All voices moving in one direction.

Two successive slices of several voices. ``leaps`` asks only where at least so many of them leap.
"""

from __future__ import annotations

import numpy as np

from composer.score.windows import Bools, Window, bools
from composer.theory.asks import Ask, Asks, roles, voices, whole

SCOPE = "slices"
PLACE = 1
ASKS: dict[str, Ask] = {"leaps": whole(0), "voices": voices("all"), "roles": roles()}
STEP_SEMITONES = 2


def span(_asks: Asks) -> int:
    """Moments in a window."""
    return 2


def broken(window: Window, asks: Asks) -> Bools:
    """(...): all voices rise, or all fall."""
    move = window.move[..., 0, :]
    same = (move > 0).all(axis=-1) | (move < 0).all(axis=-1)
    return bools(same & ((np.abs(move) > STEP_SEMITONES).sum(axis=-1) >= asks["leaps"]))


def chances(window: Window, _asks: Asks) -> Bools:
    """(...): all voices move."""
    return bools((window.move[..., 0, :] != 0).all(axis=-1))
