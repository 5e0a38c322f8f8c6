"""Who owns the highest note.

Two successive sections of different letters: the highest note of the piece is not in both.
"""

from __future__ import annotations

from composer.score.windows import REST, Bools, bools
from composer.theory.asks import Ask, Asks
from composer.theory.sections import Sections

SCOPE = "sections"
PLACE = 1
ASKS: dict[str, Ask] = {}


def span(_asks: Asks) -> int:
    """Sections in a window."""
    return 2


def broken(window: Sections, asks: Asks) -> Bools:
    """(...): both reach the top."""
    return bools(chances(window, asks) & (window.top_midi[..., 0] == window.top_midi[..., 1]))


def chances(window: Sections, _asks: Asks) -> Bools:
    """(...): the letters differ, and one of the two has the highest note."""
    top = window.piece_top[..., :1] == window.top_midi
    letters = window.letter[..., 0] != window.letter[..., 1]
    return bools(letters & top.any(axis=-1) & (window.top_midi != REST).all(axis=-1))
