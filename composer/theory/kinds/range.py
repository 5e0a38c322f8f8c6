"""Each voice stays between a lowest and a highest note.

A line of one note. ``ranges`` gives each role its lowest and highest pitch; other roles are not judged.
"""

from __future__ import annotations

import numpy as np

from composer.score.windows import REST, Bools, Window, bools
from composer.theory.asks import Ask, Asks, ranges, roles

SCOPE = "line"
PLACE = 0
ASKS: dict[str, Ask] = {"ranges": ranges(), "roles": roles()}


def span(_asks: Asks) -> int:
    """Moments in a window."""
    return 1


def broken(window: Window, asks: Asks) -> Bools:
    """(...): the note lies outside its role's range."""
    if window.roles[0] not in asks["ranges"]:
        return np.zeros(window.pitch_midi.shape[:-2], dtype=bool)
    low, high = asks["ranges"][window.roles[0]]
    pitch = window.pitch_midi[..., 0, 0]
    return bools(((pitch < low) | (pitch > high)) & (pitch != REST))


def chances(window: Window, asks: Asks) -> Bools:
    """(...): a note of a role with a range sounds."""
    judged = window.roles[0] in asks["ranges"]
    return bools((window.pitch_midi[..., 0, 0] != REST) & judged)
