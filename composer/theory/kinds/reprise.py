"""A section that comes back.

A pair of sections with the same letter: the later one equals the first in at least the share ``least`` of
its bars, ``least_varied`` if its label has more primes. Bars are compared by scale degree and rhythm.
"""

from __future__ import annotations

import numpy as np

from composer.score.windows import Bools, bools
from composer.theory.asks import Ask, Asks, number
from composer.theory.frames import RETURN, Pairs

SCOPE = "form"
PLACE = 0
ASKS: dict[str, Ask] = {"least": number(0.75), "least_varied": number(0.25)}


def span(_asks: Asks) -> int:
    """Pairs in a window."""
    return 1


def broken(window: Pairs, asks: Asks) -> Bools:
    """(...): the return has too little in common with the first statement."""
    least = np.where(window.varied[..., 0], asks["least_varied"], asks["least"])
    return chances(window, asks) & (window.same_share[..., 0] < least)


def chances(window: Pairs, _asks: Asks) -> Bools:
    """(...): the pair is a statement and its return."""
    return bools(window.relation[..., 0] == RETURN)
