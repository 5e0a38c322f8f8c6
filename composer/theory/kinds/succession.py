"""Which chord may follow which.

Two successive chords of one key. ``before`` and ``after`` are degrees (1 to 7) of their roots; such a pair
breaks the rule. ``dominant`` asks only where the first chord is a dominant with its leading tone;
``inverted_excused`` lets an inverted second chord pass.
"""

from __future__ import annotations

from composer.score.windows import ABSENT, Bools, Ints, Window, bools
from composer.theory.asks import Ask, Asks, flag, wholes

SCOPE = "harmony"
PLACE = 1
ASKS: dict[str, Ask] = {
    "before": wholes(5),
    "after": wholes(4),
    "dominant": flag(False),
    "inverted_excused": flag(False),
}


def span(_asks: Asks) -> int:
    """Chords in a window."""
    return 2


def _root_degree(window: Window, place: int) -> Ints:
    return (window.member_letter[..., place, 0] - window.tonic_letter[..., place]) % 7 + 1


def broken(window: Window, asks: Asks) -> Bools:
    """(...): the second chord is one of those that may not follow."""
    after = _root_degree(window, 1)
    wrong = chances(window, asks)
    hit = wrong & False
    for degree in asks["after"]:
        hit = hit | (after == degree)
    if asks["inverted_excused"]:
        hit = hit & (window.inversion[..., 1] == 0)
    return wrong & hit


def chances(window: Window, asks: Asks) -> Bools:
    """(...): the first chord is one of those named, and another chord of the same key follows."""
    before = _root_degree(window, 0)
    hit = (before == asks["before"][0]) if asks["before"] else before > 0
    for degree in asks["before"][1:]:
        hit = hit | (before == degree)
    known = (window.member_letter[..., 0, 0] != ABSENT) & (window.member_letter[..., 1, 0] != ABSENT)
    hit = hit & known & (window.tonic_pc[..., 0] == window.tonic_pc[..., 1])
    if asks["dominant"]:
        own = window.goal_pc[..., 0] == window.tonic_pc[..., 0]
        hit = hit & (window.leading_pc[..., 0] != ABSENT) & own
    return bools(hit & (window.chord_id[..., 0] != window.chord_id[..., 1]))
