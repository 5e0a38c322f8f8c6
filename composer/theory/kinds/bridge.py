"""A section that leads away and back.

Three successive sections of a piece that begins and ends with the letter of the outer two; the middle one has another
letter and is in the home key: within ``bars`` bars it leaves the tonic chord, and it ends on a dominant of that key.
"""

from __future__ import annotations

from composer.score.windows import Bools, bools
from composer.theory.asks import Ask, Asks, whole
from composer.theory.sections import Sections

SCOPE = "sections"
PLACE = 1
ASKS: dict[str, Ask] = {"bars": whole(2)}


def span(_asks: Asks) -> int:
    """Sections in a window."""
    return 3


def broken(window: Sections, asks: Asks) -> Bools:
    """(...): it stays on the tonic, or does not end on the dominant."""
    stays = window.tonic_bars[..., 1] >= asks["bars"]
    return bools(chances(window, asks) & (stays | ~window.on_dominant[..., 1]))


def chances(window: Sections, _asks: Asks) -> Bools:
    """(...): the middle section is a bridge whose chords are known."""
    letter = window.letter
    between = (letter[..., 0] == letter[..., 2]) & (letter[..., 1] != letter[..., 0])
    between &= (letter[..., 0] == 0) & (window.last_letter[..., 0] == 0)
    return bools(between & window.home[..., 1] & (window.tonic_bars[..., 1] >= 0))
