"""Which chord may follow which.

- ``degrees``: two chords of one key. ``before`` and ``after`` are degrees (1 to 7) of their roots; such a pair breaks
  the rule. ``dominant`` asks only where the first chord is a dominant with its leading tone; ``inverted_excused``
  lets an inverted second chord pass.
- ``applied``: the first chord has a leading tone to a goal that is not the tonic; the second must stand on that goal (a
  dominant seventh on it counts, so that dominants may follow in a chain) or on the first chord's own root.
- ``minor-dominant``: in a minor key a chord on one of the degrees ``before`` that goes to the tonic has the raised
  seventh.
"""

from __future__ import annotations

from composer.score.key import MODES
from composer.score.windows import ABSENT, Bools, Ints, Window, bools
from composer.theory.asks import Asks, flag, wholes
from composer.theory.judge import Judge

MINOR = MODES.index("minor")


def _root_degree(window: Window, place: int) -> Ints:
    return (window.member_letter[..., place, 0] - window.tonic_letter[..., place]) % 7 + 1


def degrees_broken(window: Window, asks: Asks) -> Bools:
    """(...): the second chord is one of those that may not follow."""
    after = _root_degree(window, 1)
    wrong = degrees_chances(window, asks)
    hit = wrong & False
    for degree in asks["after"]:
        hit = hit | (after == degree)
    if asks["inverted_excused"]:
        hit = hit & (window.inversion[..., 1] == 0)
    return wrong & hit


def degrees_chances(window: Window, asks: Asks) -> Bools:
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


def applied_broken(window: Window, asks: Asks) -> Bools:
    """(...): the second chord stands neither on the goal nor on the first chord's root."""
    root = window.member_pc[..., 1, 0]
    right = (root == window.goal_pc[..., 0]) | (root == window.member_pc[..., 0, 0])
    return bools(applied_chances(window, asks) & ~right)


def applied_chances(window: Window, _asks: Asks) -> Bools:
    """(...): the first chord is an applied dominant, and another chord follows."""
    applied = (window.leading_pc[..., 0] != ABSENT) & (window.goal_pc[..., 0] != window.tonic_pc[..., 0])
    known = window.member_pc[..., 1, 0] != ABSENT
    return bools(applied & known & (window.chord_id[..., 0] != window.chord_id[..., 1]))


def minor_dominant_broken(window: Window, asks: Asks) -> Bools:
    """(...): the chord before the tonic has no leading tone."""
    return bools(minor_dominant_chances(window, asks) & (window.leading_pc[..., 0] == ABSENT))


def minor_dominant_chances(window: Window, asks: Asks) -> Bools:
    """(...): such a chord goes to the tonic of its minor key."""
    letters, tonic = window.member_letter[..., 0], window.tonic_letter
    found = (window.mode[..., 0] == MINOR) & (letters[..., 0] != ABSENT) & (letters[..., 1] == tonic[..., 1])
    if not found.any():
        return bools(found)
    hit = found & False
    for degree in asks["before"]:
        hit = hit | ((letters[..., 0] - tonic[..., 0]) % 7 + 1 == degree)
    same = window.tonic_pc[..., 0] == window.tonic_pc[..., 1]
    return bools(found & hit & same & (window.chord_id[..., 0] != window.chord_id[..., 1]))


JUDGES: dict[str, Judge] = {
    "degrees": Judge(
        "harmony",
        {
            "before": wholes(5),
            "after": wholes(4),
            "dominant": flag(False),
            "inverted_excused": flag(False),
        },
        degrees_broken,
        degrees_chances,
        span=2,
        place=1,
    ),
    "applied": Judge("harmony", {}, applied_broken, applied_chances, span=2, place=1),
    "minor-dominant": Judge("harmony", {"before": wholes(5, 7)}, minor_dominant_broken, minor_dominant_chances, span=2),
}
