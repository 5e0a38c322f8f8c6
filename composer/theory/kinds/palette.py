"""How many rhythms a tune is made of.

``bars`` successive bars of the tune: at most ``most`` different rhythms.
"""

from __future__ import annotations

import numpy as np

from composer.score.windows import Bools, bools
from composer.theory.asks import Ask, Asks, whole
from composer.theory.frames import Bars

SCOPE = "bars"
PLACE = 0
ASKS: dict[str, Ask] = {"bars": whole(12), "most": whole(8)}


def span(asks: Asks) -> int:
    """Bars in a window."""
    return int(asks["bars"])


def broken(window: Bars, asks: Asks) -> Bools:
    """(...): too many different rhythms."""
    order = np.sort(window.rhythm, axis=-1)
    distinct = 1 + (order[..., 1:] != order[..., :-1]).sum(axis=-1)
    return bools((distinct > asks["most"]) & chances(window, asks))


def chances(window: Bars, _asks: Asks) -> Bools:
    """(...): every bar has notes."""
    return bools((window.rhythm > 0).all(axis=-1))
