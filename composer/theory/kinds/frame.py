"""What a variation keeps.

A pair of sections with the same letter, the later with more primes: at least the share ``least`` of its bars stand on
the same degree as those of the first.
"""

from __future__ import annotations

from composer.score.windows import Bools, bools
from composer.theory.asks import Ask, Asks, number
from composer.theory.frames import RETURN, Pairs

SCOPE = "form"
PLACE = 0
ASKS: dict[str, Ask] = {"least": number(0.7)}


def span(_asks: Asks) -> int:
    """Pairs in a window."""
    return 1


def broken(window: Pairs, asks: Asks) -> Bools:
    """(...): the harmony is another one."""
    return bools(chances(window, asks) & (window.same_roots[..., 0] < asks["least"]))


def chances(window: Pairs, _asks: Asks) -> Bools:
    """(...): the pair is a theme and its variation, and their chords are known."""
    variation = (window.relation[..., 0] == RETURN) & window.varied[..., 0]
    return bools(variation & (window.same_roots[..., 0] >= 0))
