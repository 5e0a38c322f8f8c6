"""Two forms of one letter in two voices.

Two successive slices of two voices: no voice takes the letter that the other has just had in another form (F in one,
then F sharp in the other), unless it comes by that very half step itself.
"""

from __future__ import annotations

import numpy as np

from composer.score.windows import REST, Bools, Window, bools
from composer.theory.asks import Ask, Asks, roles, voices

SCOPE = "slices"
PLACE = 1
ASKS: dict[str, Ask] = {"voices": voices("pairs"), "roles": roles()}
CHROMATIC = 7  # a chromatic half step on the line of fifths


def span(_asks: Asks) -> int:
    """Moments in a window."""
    return 2


def broken(window: Window, asks: Asks) -> Bools:
    """(...): one voice contradicts the other."""
    able = chances(window, asks)
    if not able.any():
        return able
    upper, lower = window.fifths[..., 0], window.fifths[..., 1]
    down = np.abs(lower[..., 1] - upper[..., 0]) == CHROMATIC
    up = np.abs(upper[..., 1] - lower[..., 0]) == CHROMATIC
    down &= np.abs(lower[..., 1] - lower[..., 0]) != CHROMATIC
    up &= np.abs(upper[..., 1] - upper[..., 0]) != CHROMATIC
    return bools((down | up) & able)


def chances(window: Window, _asks: Asks) -> Bools:
    """(...): both voices sound, and the chord changes."""
    changed = window.chord_id[..., 0] != window.chord_id[..., 1]
    if not changed.any():
        return bools(changed)
    return bools((window.pitch_midi != REST).all(axis=(-2, -1)) & changed)
