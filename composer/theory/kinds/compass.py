"""How wide a tune is.

All sections of a piece taken together are one tune: its lowest and highest note lie at most ``range`` semitones apart
(0: any), and its notes spread by at most ``spread`` semitones (standard deviation; 0: any).
"""

from __future__ import annotations

from composer.score.windows import Bools, bools
from composer.theory.asks import Ask, Asks, number, whole
from composer.theory.sections import Sections

SCOPE = "sections"
PLACE = 0
ASKS: dict[str, Ask] = {"range": whole(0), "spread": number(0.0)}


def span(_asks: Asks) -> int:
    """Sections in a window: the first stands for the whole piece."""
    return 1


def broken(window: Sections, asks: Asks) -> Bools:
    """(...): the tune is too wide."""
    wide = (window.tune_range[..., 0] > asks["range"]) & (asks["range"] > 0)
    strewn = (window.tune_spread[..., 0] > asks["spread"]) & (asks["spread"] > 0)
    return bools(chances(window, asks) & (wide | strewn))


def chances(window: Sections, _asks: Asks) -> Bools:
    """(...): it is the first section."""
    return bools(window.number[..., 0] == 0)
