"""How many voices share a chord tone.

A slice of all voices. ``tone`` is a member of the chord, its ``leading`` tone or its ``bass``; at ``most``
and at ``least`` so many voices may have it. ``inversion`` (0, 1, 2, 3; -1 any) and ``triads_only`` limit the
chords judged, ``weakest`` the metric strength (0 to 3).
"""

from __future__ import annotations

import numpy as np

from composer.score.windows import ABSENT, REST, Bools, Ints, Window, bools
from composer.theory.asks import Ask, Asks, choice, flag, roles, voices, whole

SCOPE = "slices"
PLACE = 0
MEMBERS = ("root", "third", "fifth", "seventh")
ASKS: dict[str, Ask] = {
    "tone": choice("leading", "leading", "bass", *MEMBERS),
    "most": whole(99),
    "least": whole(0),
    "inversion": whole(-1),
    "triads_only": flag(False),
    "weakest": whole(0),
    "voices": voices("all"),
    "roles": roles(),
}


def span(_asks: Asks) -> int:
    """Moments in a window."""
    return 1


def _target(window: Window, tone: str) -> Ints:
    """(...) pitch class of the tone, ABSENT where the chord has none."""
    if tone == "leading":
        return window.leading_pc[..., 0]
    members, inversion = window.member_pc[..., 0, :], window.inversion[..., 0]
    if tone == "bass":
        return np.take_along_axis(members, np.maximum(inversion, 0)[..., None], axis=-1)[..., 0]
    return members[..., MEMBERS.index(tone)]


def broken(window: Window, asks: Asks) -> Bools:
    """(...): too many or too few voices have the tone."""
    pitch = window.pitch_midi[..., 0, :]
    target = _target(window, asks["tone"])
    count = ((pitch % 12 == target[..., None]) & (pitch != REST)).sum(axis=-1)
    return bools(((count > asks["most"]) | (count < asks["least"])) & chances(window, asks))


def chances(window: Window, asks: Asks) -> Bools:
    """(...): all voices sound and the chord has the tone."""
    found = (window.pitch_midi[..., 0, :] != REST).all(axis=-1) & (_target(window, asks["tone"]) != ABSENT)
    if asks["inversion"] >= 0:
        found = found & (window.inversion[..., 0] == asks["inversion"])
    if asks["triads_only"]:
        found = found & (window.member_pc[..., 0, 3] == ABSENT)
    return bools(found & (window.strength[..., 0] >= asks["weakest"]))
