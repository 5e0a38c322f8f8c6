"""A voice passing the place its neighbour has just left.

Two successive slices of two neighbouring voices: the upper one may not go below the lower one's last note,
nor the lower one above the upper one's.
"""

from __future__ import annotations

from composer.score.windows import REST, Bools, Window, bools
from composer.theory.asks import Ask, Asks, roles, voices

SCOPE = "slices"
PLACE = 1
ASKS: dict[str, Ask] = {"voices": voices("adjacent"), "roles": roles()}


def span(_asks: Asks) -> int:
    """Moments in a window."""
    return 2


def broken(window: Window, asks: Asks) -> Bools:
    """(...): one voice passes the other's previous note."""
    upper, lower = window.pitch_midi[..., 0], window.pitch_midi[..., 1]
    passed = (upper[..., 1] < lower[..., 0]) | (lower[..., 1] > upper[..., 0])
    return passed & chances(window, asks)


def chances(window: Window, _asks: Asks) -> Bools:
    """(...): both voices sound at both moments and one of them moves."""
    pitch, move = window.pitch_midi, window.move
    sounding = (pitch != REST).all(axis=(-2, -1))
    return bools(sounding & ((move[..., 0, 0] != 0) | (move[..., 0, 1] != 0)))
