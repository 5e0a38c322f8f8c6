"""Bars that add up.

One bar of all voices: the notes and rests of each fill it, without gaps or overlaps.
"""

from __future__ import annotations

from composer.score.windows import Bools, bools
from composer.theory.asks import Ask, Asks
from composer.theory.frames import Bars

SCOPE = "bars"
PLACE = 0
ASKS: dict[str, Ask] = {}


def span(_asks: Asks) -> int:
    """Bars in a window."""
    return 1


def broken(window: Bars, _asks: Asks) -> Bools:
    """(...): some voice does not fill the bar exactly."""
    wrong = window.filled_ticks[..., 0, :] != window.bar_ticks[..., 0, None]
    return bools(wrong.any(axis=-1) | (window.overlap_ticks[..., 0, :] != 0).any(axis=-1))


def chances(window: Bars, _asks: Asks) -> Bools:
    """(...): there is a bar."""
    return window.bar_ticks[..., 0] > 0
