"""The same bar again and again.

``times`` successive bars of the tune: not all alike in notes and rhythm.
"""

from __future__ import annotations

from composer.score.windows import Bools, bools
from composer.theory.asks import Ask, Asks, whole
from composer.theory.frames import Bars

SCOPE = "bars"
PLACE = 0
ASKS: dict[str, Ask] = {"times": whole(3)}


def span(asks: Asks) -> int:
    """Bars in a window."""
    return int(asks["times"])


def broken(window: Bars, asks: Asks) -> Bools:
    """(...): all bars are alike."""
    return bools((window.content[..., 1:] == window.content[..., :1]).all(axis=-1) & chances(window, asks))


def chances(window: Bars, _asks: Asks) -> Bools:
    """(...): the first bar has notes."""
    return window.content[..., 0] > 0
