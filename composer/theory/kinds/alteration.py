"""Where a note foreign to the scale goes when its chord gives way.

Two successive notes of a line: a raised degree goes up by step, a lowered one down by step; either may be held.
The raised sixth and seventh of minor belong to the scale.
"""

from __future__ import annotations

import numpy as np

from composer.score.key import MODES, SCALES
from composer.score.windows import REST, Bools, Ints, Window, bools
from composer.theory.asks import Ask, Asks, roles

SCOPE = "line"
PLACE = 1
ASKS: dict[str, Ask] = {"roles": roles()}
# (modes, 7) semitones above the tonic of each degree.
DEGREES = np.array([SCALES[mode] for mode in MODES])
STEP_SEMITONES = 2
MINOR, RAISED = MODES.index("minor"), (5, 6)


def span(_asks: Asks) -> int:
    """Moments in a window."""
    return 2


def _altered(window: Window) -> Ints:
    """(...) semitones by which the first note stands off the degree of its letter."""
    letter = (window.letter_step[..., 0, 0] - window.tonic_letter[..., 0]) % 7
    above = (window.pitch_midi[..., 0, 0] - window.tonic_pc[..., 0]) % 12
    off = (above - DEGREES[window.mode[..., 0], letter] + 6) % 12 - 6
    melodic = (window.mode[..., 0] == MINOR) & ((letter == RAISED[0]) | (letter == RAISED[1])) & (off == 1)
    found: Ints = np.where(melodic, 0, off)
    return found


def broken(window: Window, asks: Asks) -> Bools:
    """(...): an altered note turns against its alteration, or leaps."""
    found = chances(window, asks)
    if not found.any():
        return found
    onward = window.move[..., 0, 0] * np.sign(_altered(window))
    return bools(found & ((onward < 0) | (onward > STEP_SEMITONES)))


def chances(window: Window, _asks: Asks) -> Bools:
    """(...): the first note is altered, and another chord follows."""
    changed = window.chord_id[..., 0] != window.chord_id[..., 1]
    if not changed.any():
        return bools(changed)
    sounding = (window.pitch_midi[..., 0, 0] != REST) & (window.pitch_midi[..., 1, 0] != REST)
    return bools(changed & sounding & (_altered(window) != 0))
