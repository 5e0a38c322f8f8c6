"""Notes of the scale.

A line of one note: it stands on a degree of the key, the raised sixth and seventh of minor included.
"""

from __future__ import annotations

import numpy as np

from composer.score.windows import REST, Bools, Window, bools
from composer.theory.asks import Ask, Asks, roles
from composer.theory.kinds.spelling import LETTERS

SCOPE = "line"
PLACE = 0
ASKS: dict[str, Ask] = {"roles": roles()}
# (modes, 12) whether the semitone above the tonic belongs to the scale.
KNOWN = LETTERS >= 0


def span(_asks: Asks) -> int:
    """Moments in a window."""
    return 1


def broken(window: Window, asks: Asks) -> Bools:
    """(...): the note is foreign to the scale."""
    above = (window.pitch_midi[..., 0, 0] - window.tonic_pc[..., 0]) % 12
    return bools(chances(window, asks) & ~KNOWN[window.mode[..., 0], above])


def chances(window: Window, _asks: Asks) -> Bools:
    """(...): a note sounds."""
    return np.asarray(window.pitch_midi[..., 0, 0] != REST, dtype=bool)
