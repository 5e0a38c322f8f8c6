"""The last chord of a piece.

One chord. ``goal`` lists the degrees (1 to 7) its root may have; ``goal_inverted`` says whether it may be
inverted.
"""

from __future__ import annotations

from composer.score.windows import ABSENT, Bools, Window, bools
from composer.theory.asks import Ask, Asks, flag, wholes

SCOPE = "harmony"
PLACE = 0
ASKS: dict[str, Ask] = {"goal": wholes(1), "goal_inverted": flag(False)}


def span(_asks: Asks) -> int:
    """Chords in a window."""
    return 1


def broken(window: Window, asks: Asks) -> Bools:
    """(...): the piece ends on another chord."""
    degree = (window.member_letter[..., 0, 0] - window.tonic_letter[..., 0]) % 7 + 1
    good = degree == asks["goal"][0]
    for other in asks["goal"][1:]:
        good = good | (degree == other)
    if not asks["goal_inverted"]:
        good = good & (window.inversion[..., 0] == 0)
    return bools(chances(window, asks) & ~good)


def chances(window: Window, _asks: Asks) -> Bools:
    """(...): the last chord is known."""
    return bools(window.last[..., 0] & (window.member_letter[..., 0, 0] != ABSENT))
