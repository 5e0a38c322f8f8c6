"""How far two voices stand apart at one moment.

A slice of two voices. ``most`` and ``least`` are semitones from the lower voice up to the upper one; ``least
= 0`` forbids crossing.
"""

from __future__ import annotations

from composer.score.windows import REST, Bools, Window, bools
from composer.theory.asks import Ask, Asks, roles, voices, whole

SCOPE = "slices"
PLACE = 0
ASKS: dict[str, Ask] = {
    "most": whole(127),
    "least": whole(-127),
    "voices": voices("adjacent"),
    "roles": roles(),
}


def span(_asks: Asks) -> int:
    """Moments in a window."""
    return 1


def broken(window: Window, asks: Asks) -> Bools:
    """(...): the distance is above ``most`` or below ``least``."""
    apart = window.pitch_midi[..., 0, 0] - window.pitch_midi[..., 0, 1]
    return bools(((apart > asks["most"]) | (apart < asks["least"])) & chances(window, asks))


def chances(window: Window, _asks: Asks) -> Bools:
    """(...): both voices sound."""
    return bools((window.pitch_midi[..., 0, 0] != REST) & (window.pitch_midi[..., 0, 1] != REST))
