"""How a chordal seventh enters.

Two successive notes of a line, the second the seventh of a new chord: it was there before, or comes by step.
"""

from __future__ import annotations

import numpy as np

from composer.score.windows import ABSENT, REST, Bools, Window, bools
from composer.theory.asks import Ask, Asks, roles

SCOPE = "line"
PLACE = 1
ASKS: dict[str, Ask] = {"roles": roles()}
STEP_SEMITONES = 2


def span(_asks: Asks) -> int:
    """Moments in a window."""
    return 2


def broken(window: Window, asks: Asks) -> Bools:
    """(...): the seventh is leaped to."""
    enters = chances(window, asks)
    if not enters.any():
        return enters
    return bools(enters & (np.abs(window.move[..., 0, 0]) > STEP_SEMITONES))


def chances(window: Window, _asks: Asks) -> Bools:
    """(...): the second note is the seventh of a chord that was not there before."""
    pitch, seventh = window.pitch_midi[..., 0], window.member_pc[..., 1, 3]
    found = (seventh != ABSENT) & (window.chord_id[..., 0] != window.chord_id[..., 1])
    if not found.any():
        return bools(found)
    return bools(found & (pitch[..., 1] % 12 == seventh) & (pitch[..., 0] != REST) & (pitch[..., 1] != REST))
