"""What comes again: rhythms, bars and sections.

- ``palette``: ``bars`` successive bars of the tune have at most ``most`` different rhythms.
- ``repeat``: ``times`` successive bars of the tune are not all alike in notes and rhythm.
- ``return``: of two sections with the same letter the later one equals the first in at least the share ``least`` of its
  bars, ``least_varied`` if its label has more primes. Bars are compared by scale degree and rhythm.
- ``memory``: of eight bars or more of the tune at least the share ``least`` have the rhythm of another one.
"""

from __future__ import annotations

import numpy as np

from composer.score.windows import Bools, bools
from composer.theory.asks import Asks, number, whole
from composer.theory.frames import RETURN, Bars, Pairs
from composer.theory.judge import WHOLE, Judge


def palette_span(asks: Asks) -> int:
    """Bars in a window."""
    return int(asks["bars"])


def palette_broken(window: Bars, asks: Asks) -> Bools:
    """(...): too many different rhythms."""
    order = np.sort(window.rhythm, axis=-1)
    distinct = 1 + (order[..., 1:] != order[..., :-1]).sum(axis=-1)
    return bools((distinct > asks["most"]) & palette_chances(window, asks))


def palette_chances(window: Bars, _asks: Asks) -> Bools:
    """(...): every bar has notes."""
    return bools((window.rhythm > 0).all(axis=-1))


def repeat_span(asks: Asks) -> int:
    """Bars in a window."""
    return int(asks["times"])


def repeat_broken(window: Bars, asks: Asks) -> Bools:
    """(...): all bars are alike."""
    return bools((window.content[..., 1:] == window.content[..., :1]).all(axis=-1) & repeat_chances(window, asks))


def repeat_chances(window: Bars, _asks: Asks) -> Bools:
    """(...): the first bar has notes."""
    return window.content[..., 0] > 0


def return_broken(window: Pairs, asks: Asks) -> Bools:
    """(...): the return has too little in common with the first statement."""
    least = np.where(window.varied[..., 0], asks["least_varied"], asks["least"])
    return return_chances(window, asks) & (window.same_share[..., 0] < least)


def return_chances(window: Pairs, _asks: Asks) -> Bools:
    """(...): the pair is a statement and its return."""
    return bools(window.relation[..., 0] == RETURN)


def memory_broken(window: Bars, asks: Asks) -> Bools:
    """(...): hardly any rhythm comes again."""
    rhythm = window.rhythm
    again = ((rhythm[..., :, None] == rhythm[..., None, :]).sum(axis=-1) > 1) & (rhythm > 0)
    return bools(memory_chances(window, asks) & (again.sum(axis=-1) < asks["least"] * (rhythm > 0).sum(axis=-1)))


def memory_chances(window: Bars, _asks: Asks) -> Bools:
    """(...): eight bars or more have notes."""
    return bools((window.rhythm > 0).sum(axis=-1) >= 8)


JUDGES: dict[str, Judge] = {
    "palette": Judge("bars", {"bars": whole(12), "most": whole(8)}, palette_broken, palette_chances, span=palette_span),
    "repeat": Judge("bars", {"times": whole(3)}, repeat_broken, repeat_chances, span=repeat_span),
    "return": Judge("form", {"least": number(0.75), "least_varied": number(0.25)}, return_broken, return_chances),
    "memory": Judge("bars", {"least": number(0.25)}, memory_broken, memory_chances, span=WHOLE),
}
