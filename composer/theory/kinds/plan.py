"""What the sections of a form promise.

A whole piece whose letters are ``letters``: the sections in ``closed`` (counted from 1) end with a cadence on the
tonic, the one in ``half`` on the tonic or the dominant (0: none is asked), and no section of a later letter begins
with the tune of the first, if ``new`` says so.
"""

from __future__ import annotations

import numpy as np

from composer.score.windows import CADENCES, Bools, bools
from composer.theory.asks import Ask, Asks, flag, letters, whole, wholes
from composer.theory.sections import Sections

SCOPE = "sections"
PLACE = 0
ASKS: dict[str, Ask] = {"letters": letters("AABA"), "closed": wholes(), "half": whole(0), "new": flag(True)}
CLOSES = [CADENCES.index(name) for name in ("PAC", "IAC", "PC", "MC")]
STOPS = [*CLOSES, CADENCES.index("HC")]


def span(asks: Asks) -> int:
    """Sections in a window."""
    return len(asks["letters"])


def broken(window: Sections, asks: Asks) -> Bools:
    """(...): a section does not close as promised, or is not new."""
    wrong = bools(chances(window, asks) & False)
    for place in asks["closed"]:
        wrong = wrong | ~np.isin(window.cadence[..., place - 1], CLOSES)
    if asks["half"]:
        wrong = wrong | ~np.isin(window.cadence[..., asks["half"] - 1], STOPS)
    if asks["new"]:
        wrong = wrong | (window.like_first & (window.letter != window.letter[..., :1])).any(axis=-1)
    return bools(wrong & chances(window, asks))


def chances(window: Sections, asks: Asks) -> Bools:
    """(...): these are all sections, their letters are those, and their cadences are known."""
    whole_piece = (window.number[..., 0] == 0) & window.final[..., -1]
    known = dict[str, int]()
    wanted = [known.setdefault(name, len(known)) for name in asks["letters"]]
    same = ((window.letter - window.letter[..., :1]) == np.array(wanted)).all(axis=-1)

    return bools(whole_piece & same & window.phrased.all(axis=-1))
