"""How voices stand to each other at one moment.

- ``pair``: ``most`` and ``least`` are semitones from the lower of two voices up to the upper one; ``least = 0``
  forbids crossing.
- ``present``: where any of the voices sounds, at least ``least`` of them do; with ``out_quarters`` a voice that is
  silent for so many quarters or more is out of the texture and not missed (0: it is).
- ``hull``: several voices together reach at most ``most`` semitones from the lowest to the highest.
"""

from __future__ import annotations

from composer.score.time import TICKS_PER_QUARTER
from composer.score.windows import REST, Bools, Window, bools
from composer.theory.asks import Asks, roles, voices, whole
from composer.theory.judge import Judge


def pair_broken(window: Window, asks: Asks) -> Bools:
    """(...): the distance is above ``most`` or below ``least``."""
    apart = window.pitch_midi[..., 0, 0] - window.pitch_midi[..., 0, 1]
    return bools(((apart > asks["most"]) | (apart < asks["least"])) & pair_chances(window, asks))


def pair_chances(window: Window, _asks: Asks) -> Bools:
    """(...): both voices sound."""
    return bools((window.pitch_midi[..., 0, 0] != REST) & (window.pitch_midi[..., 0, 1] != REST))


def present_broken(window: Window, asks: Asks) -> Bools:
    """(...): some voices sound, but too few."""
    count = (window.pitch_midi[..., 0, :] != REST).sum(axis=-1)
    if asks["out_quarters"]:
        away = window.length_ticks[..., 0, :] >= asks["out_quarters"] * TICKS_PER_QUARTER
        gone = ((window.pitch_midi[..., 0, :] == REST) & away).sum(axis=-1)
        return bools((count > 0) & (count + gone < asks["least"]))
    return bools((count > 0) & (count < asks["least"]))


def present_chances(window: Window, _asks: Asks) -> Bools:
    """(...): some voice sounds."""
    return bools((window.pitch_midi[..., 0, :] != REST).any(axis=-1))


def hull_broken(window: Window, asks: Asks) -> Bools:
    """(...): the voices reach too far."""
    pitch = window.pitch_midi[..., 0, :]
    return bools(hull_chances(window, asks) & (pitch.max(axis=-1) - pitch.min(axis=-1) > asks["most"]))


def hull_chances(window: Window, _asks: Asks) -> Bools:
    """(...): all the voices sound."""
    return bools((window.pitch_midi[..., 0, :] != REST).all(axis=-1))


JUDGES: dict[str, Judge] = {
    "pair": Judge(
        "slices",
        {
            "most": whole(127),
            "least": whole(-127),
            "voices": voices("adjacent"),
            "roles": roles(),
        },
        pair_broken,
        pair_chances,
    ),
    "present": Judge(
        "slices",
        {"least": whole(4), "out_quarters": whole(0), "voices": voices("all"), "roles": roles()},
        present_broken,
        present_chances,
    ),
    "hull": Judge("slices", {"most": whole(12), "voices": voices("all"), "roles": roles()}, hull_broken, hull_chances),
}
