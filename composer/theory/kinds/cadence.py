"""The two chords of a planned cadence.

Two successive chords, the second the goal of a cadence of the name ``cadence``. ``goal`` lists the degrees
(1 to 7) its root may have; ``goal_inverted`` and ``goal_seventh`` say whether it may be inverted or carry a
seventh; ``approach`` says whether a ``dominant`` of the key or a chord on ``another`` root must come before it,
``approach_inverted`` whether a dominant may be inverted.
"""

from __future__ import annotations

from composer.score.windows import ABSENT, CADENCES, Bools, Window, bools
from composer.theory.asks import Ask, Asks, choice, flag, wholes

SCOPE = "harmony"
PLACE = 1
ASKS: dict[str, Ask] = {
    "cadence": choice("PAC", *CADENCES[1:]),
    "goal": wholes(1),
    "goal_inverted": flag(False),
    "goal_seventh": flag(True),
    "approach": choice("any", "any", "another", "dominant"),
    "approach_inverted": flag(False),
}


def span(_asks: Asks) -> int:
    """Chords in a window."""
    return 2


def broken(window: Window, asks: Asks) -> Bools:
    """(...): goal or approach is not what the cadence promises."""
    degree = (window.member_letter[..., 1, 0] - window.tonic_letter[..., 1]) % 7 + 1
    good = degree == asks["goal"][0]
    for other in asks["goal"][1:]:
        good = good | (degree == other)
    if not asks["goal_inverted"]:
        good = good & (window.inversion[..., 1] == 0)
    if not asks["goal_seventh"]:
        good = good & (window.member_pc[..., 1, 3] == ABSENT)
    if asks["approach"] == "dominant":
        good = (
            good & (window.leading_pc[..., 0] != ABSENT) & (window.goal_pc[..., 0] == window.tonic_pc[..., 1])
        )
        if not asks["approach_inverted"]:
            fifth = (window.member_pc[..., 0, 0] - window.tonic_pc[..., 1]) % 12 == 7
            good = good & (window.inversion[..., 0] == 0) & fifth
    if asks["approach"] == "another":
        good = good & (window.member_pc[..., 0, 0] != window.member_pc[..., 1, 0])
    return bools(chances(window, asks) & ~good)


def chances(window: Window, asks: Asks) -> Bools:
    """(...): the second chord is the goal of such a cadence, newly entered."""
    code = CADENCES.index(asks["cadence"])
    entered = window.chord_id[..., 0] != window.chord_id[..., 1]
    return bools((window.cadence[..., 1] == code) & (window.cadence[..., 0] != code) & entered)
