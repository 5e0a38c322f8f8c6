"""The changes of a twelve-bar blues.

A section of the theme ``blues``: the bars listed in ``tonic``, ``subdominant`` and ``dominant`` (counted from 1) begin
on those degrees.
"""

from __future__ import annotations

import numpy as np

from composer.score.windows import ABSENT, Bools, bools
from composer.theory.asks import Ask, Asks, wholes
from composer.theory.sections import Sections

SCOPE = "sections"
PLACE = 0
ASKS: dict[str, Ask] = {"tonic": wholes(1, 7, 11), "subdominant": wholes(5), "dominant": wholes()}
DEGREES = {"tonic": 1, "subdominant": 4, "dominant": 5}


def span(_asks: Asks) -> int:
    """Sections in a window."""
    return 1


def broken(window: Sections, asks: Asks) -> Bools:
    """(...): a bar stands on another degree."""
    wrong = bools(chances(window, asks) & False)
    for name, degree in DEGREES.items():
        for bar in asks[name]:
            wrong = wrong | (window.bar_degree[..., 0, bar - 1] != degree)
    return bools(wrong & chances(window, asks))


def chances(window: Sections, _asks: Asks) -> Bools:
    """(...): the section is a blues chorus whose bars all have chords."""
    return bools(window.blues[..., 0] & np.all(window.bar_degree[..., 0, :] != ABSENT, axis=-1))
