"""How many voices must sound together.

A slice of all voices: where any sounds, at least ``least`` do.
"""

from __future__ import annotations

from composer.score.windows import REST, Bools, Window, bools
from composer.theory.asks import Ask, Asks, roles, voices, whole

SCOPE = "slices"
PLACE = 0
ASKS: dict[str, Ask] = {"least": whole(4), "voices": voices("all"), "roles": roles()}


def span(_asks: Asks) -> int:
    """Moments in a window."""
    return 1


def broken(window: Window, asks: Asks) -> Bools:
    """(...): some voices sound, but too few."""
    count = (window.pitch_midi[..., 0, :] != REST).sum(axis=-1)
    return bools((count > 0) & (count < asks["least"]))


def chances(window: Window, _asks: Asks) -> Bools:
    """(...): some voice sounds."""
    return bools((window.pitch_midi[..., 0, :] != REST).any(axis=-1))
