"""The two halves of a period.

A pair of phrases of a section planned as a period: the first closes with one of ``weak``, the second with
one of ``strong``, and the second begins with the bar of the first (its rhythm, or its degrees).
"""

from __future__ import annotations

import numpy as np

from composer.score.windows import CADENCES, Bools, bools
from composer.theory.asks import Ask, Asks, choices
from composer.theory.frames import PERIOD, Pairs

SCOPE = "form"
PLACE = 0
ASKS: dict[str, Ask] = {
    "weak": choices(("HC", "IAC"), *CADENCES[1:]),
    "strong": choices(("PAC",), *CADENCES[1:]),
}


def span(_asks: Asks) -> int:
    """Pairs in a window."""
    return 1


def broken(window: Pairs, asks: Asks) -> Bools:
    """(...): a cadence is wrong, or the consequent begins with something new."""
    weak = np.isin(window.cadence[..., 0, 0], [CADENCES.index(name) for name in asks["weak"]])
    strong = np.isin(window.cadence[..., 0, 1], [CADENCES.index(name) for name in asks["strong"]])
    return chances(window, asks) & ~(weak & strong & window.same_opening[..., 0])


def chances(window: Pairs, _asks: Asks) -> Bools:
    """(...): the pair is the two halves of a period."""
    return bools(window.relation[..., 0] == PERIOD)
