"""Where harmony changes: not held from a weak place over the bar line.

One bar: the chord at its downbeat may not be the one that entered on a weaker place before.
"""

from __future__ import annotations

from composer.score.time import DOWNBEAT
from composer.score.windows import ABSENT, Bools, bools
from composer.theory.asks import Ask, Asks
from composer.theory.frames import Bars

SCOPE = "bars"
PLACE = 0
ASKS: dict[str, Ask] = {}


def span(_asks: Asks) -> int:
    """Bars in a window."""
    return 1


def broken(window: Bars, asks: Asks) -> Bools:
    """(...): the chord of the downbeat entered on a weaker place of an earlier bar."""
    return chances(window, asks) & (window.entry_strength[..., 0] < DOWNBEAT)


def chances(window: Bars, _asks: Asks) -> Bools:
    """(...): a chord sounds on the downbeat and this is not the first bar."""
    return bools(window.entry_strength[..., 0] != ABSENT)
