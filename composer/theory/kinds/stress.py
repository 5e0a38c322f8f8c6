"""Chord tones on strong places.

A line of one note: from the metric strength ``from`` (0 to 3) upwards notes belong to the chord.
"""

from __future__ import annotations

from composer.score.windows import ABSENT, REST, Bools, Window, bools
from composer.theory.asks import Ask, Asks, roles, whole

SCOPE = "line"
PLACE = 0
ASKS: dict[str, Ask] = {"from": whole(2), "roles": roles()}


def span(_asks: Asks) -> int:
    """Moments in a window."""
    return 1


def broken(window: Window, asks: Asks) -> Bools:
    """(...): a strong note is foreign to the chord."""
    foreign = ((window.pitch_midi[..., 0, 0] % 12)[..., None] != window.member_pc[..., 0, :]).all(axis=-1)
    return bools(foreign & chances(window, asks))


def chances(window: Window, asks: Asks) -> Bools:
    """(...): a note begins on a strong place over a known chord."""
    strong = (window.strength[..., 0] >= asks["from"]) & window.attack[..., 0, 0]
    return bools(strong & (window.pitch_midi[..., 0, 0] != REST) & (window.member_pc[..., 0, 0] != ABSENT))
