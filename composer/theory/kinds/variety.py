"""Neighbours that do not close alike.

Two successive sections of different letters: cadence, last degree and last rhythm of the tune are not all the same.
"""

from __future__ import annotations

from composer.score.windows import Bools, bools
from composer.theory.asks import Ask, Asks
from composer.theory.sections import Sections

SCOPE = "sections"
PLACE = 1
ASKS: dict[str, Ask] = {}


def span(_asks: Asks) -> int:
    """Sections in a window."""
    return 2


def broken(window: Sections, asks: Asks) -> Bools:
    """(...): both close in the same way."""
    same = window.cadence[..., 0] == window.cadence[..., 1]
    same &= window.final_degree[..., 0] == window.final_degree[..., 1]
    return bools(chances(window, asks) & same & (window.final_rhythm[..., 0] == window.final_rhythm[..., 1]))


def chances(window: Sections, _asks: Asks) -> Bools:
    """(...): two letters, both with a cadence."""
    return bools((window.letter[..., 0] != window.letter[..., 1]) & (window.cadence != 0).all(axis=-1))
