"""Where an applied dominant goes.

Two successive chords. The first has a leading tone to a goal that is not the tonic; the second must stand on that goal
(a dominant seventh on it counts, so that dominants may follow in a chain) or on the first chord's own root.
"""

from __future__ import annotations

from composer.score.windows import ABSENT, Bools, Window, bools
from composer.theory.asks import Ask, Asks

SCOPE = "harmony"
PLACE = 1
ASKS: dict[str, Ask] = {}


def span(_asks: Asks) -> int:
    """Chords in a window."""
    return 2


def broken(window: Window, asks: Asks) -> Bools:
    """(...): the second chord stands neither on the goal nor on the first chord's root."""
    root = window.member_pc[..., 1, 0]
    right = (root == window.goal_pc[..., 0]) | (root == window.member_pc[..., 0, 0])
    return bools(chances(window, asks) & ~right)


def chances(window: Window, _asks: Asks) -> Bools:
    """(...): the first chord is an applied dominant, and another chord follows."""
    applied = (window.leading_pc[..., 0] != ABSENT) & (window.goal_pc[..., 0] != window.tonic_pc[..., 0])
    known = window.member_pc[..., 1, 0] != ABSENT
    return bools(applied & known & (window.chord_id[..., 0] != window.chord_id[..., 1]))
