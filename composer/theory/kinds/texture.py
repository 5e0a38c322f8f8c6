"""What sounds around the tune: how the accompaniment changes, fills, thins out, and lies under the hand.

- ``change``: two successive sections of different letters are not accompanied alike: the second at another rate, with
  more or fewer parts, in another register, or in another rhythm.
- ``fill``: in at least the share ``least`` of the tune's held notes the accompaniment strikes.
- ``thin``: in the goal chord of a phrase the accompaniment does not strike ``times`` as often as before it, or oftener.
- ``hand``: a chord that one voice strikes spans at most ``most`` semitones and has at most ``keys`` notes.
"""

from __future__ import annotations

from composer.score.windows import Bools, bools
from composer.theory.asks import Asks, number, whole
from composer.theory.judge import WHOLE, Judge
from composer.theory.textures import Goals, Grips, Holds, Textures, changed

ENOUGH_HOLDS = 4


def change_broken(window: Textures, asks: Asks) -> Bools:
    """(...): nothing changes."""
    return bools(change_chances(window, asks) & ~changed(window))


def change_chances(window: Textures, _asks: Asks) -> Bools:
    """(...): two letters, both accompanied."""
    return bools((window.letter[..., 0] != window.letter[..., 1]) & window.accompanied.all(axis=-1))


def fill_broken(window: Holds, asks: Asks) -> Bools:
    """(...): long notes are left alone."""
    able = fill_chances(window, asks)
    return able if not able.any() else bools(able & (window.filled.mean(axis=-1) < asks["least"]))


def fill_chances(window: Holds, _asks: Asks) -> Bools:
    """(...): four held notes or more."""
    return bools((window.filled.sum(axis=-1) >= 0) & (window.filled.shape[-1] >= ENOUGH_HOLDS))


def thin_broken(window: Goals, asks: Asks) -> Bools:
    """(...): the accompaniment hurries through the close."""
    return bools(thin_chances(window, asks) & (window.goal_rate[..., 0] >= asks["times"] * window.rate[..., 0]))


def thin_chances(window: Goals, _asks: Asks) -> Bools:
    """(...): the accompaniment strikes before the goal chord."""
    return bools(window.rate[..., 0] > 0)


def hand_broken(window: Grips, asks: Asks) -> Bools:
    """(...): too wide, or too many keys."""
    wide = window.top_midi[..., 0] - window.bottom_midi[..., 0] > asks["most"]
    return bools(wide | (window.count[..., 0] > asks["keys"]))


def hand_chances(window: Grips, _asks: Asks) -> Bools:
    """(...): there is a chord."""
    return bools(window.count[..., 0] > 1)


JUDGES: dict[str, Judge] = {
    "change": Judge("textures", {}, change_broken, change_chances, span=2, place=1),
    "fill": Judge("holds", {"least": number(0.3)}, fill_broken, fill_chances, span=WHOLE),
    "thin": Judge("goals", {"times": number(1.5)}, thin_broken, thin_chances),
    "hand": Judge("grips", {"most": whole(12), "keys": whole(4)}, hand_broken, hand_chances),
}
