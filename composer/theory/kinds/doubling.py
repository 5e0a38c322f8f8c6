"""How many voices share a chord tone, and which must not be missing.

- ``count``: ``tone`` is a member of the chord, its ``leading`` tone or its ``bass``; at ``most`` and at ``least`` so
  many voices may have it. ``inversion`` (0, 1, 2, 3; -1 any) and ``triads_only`` limit the chords judged, ``weakest``
  the metric strength (0 to 3).
- ``complete``: ``members`` are those that may not be missing; ``when``: ``always``, only ``inverted`` or only in
  ``root-position``. Not judged where a voice has a tone foreign to the chord (it stands for a member that comes
  later), nor below the metric strength ``weakest``.
"""

from __future__ import annotations

import numpy as np

from composer.score.windows import ABSENT, REST, Bools, Ints, Window, bools
from composer.theory.asks import Asks, choice, choices, flag, roles, voices, whole
from composer.theory.judge import Judge

MEMBERS = ("root", "third", "fifth", "seventh")


def _target(window: Window, tone: str) -> Ints:
    """(...) pitch class of the tone, ABSENT where the chord has none."""
    if tone == "leading":
        return window.leading_pc[..., 0]
    members, inversion = window.member_pc[..., 0, :], window.inversion[..., 0]
    if tone == "bass":
        return np.take_along_axis(members, np.maximum(inversion, 0)[..., None], axis=-1)[..., 0]
    return members[..., MEMBERS.index(tone)]


def count_broken(window: Window, asks: Asks) -> Bools:
    """(...): too many or too few voices have the tone."""
    pitch = window.pitch_midi[..., 0, :]
    target = _target(window, asks["tone"])
    count = ((pitch % 12 == target[..., None]) & (pitch != REST)).sum(axis=-1)
    return bools(((count > asks["most"]) | (count < asks["least"])) & count_chances(window, asks))


def count_chances(window: Window, asks: Asks) -> Bools:
    """(...): all voices sound and the chord has the tone."""
    found = (window.pitch_midi[..., 0, :] != REST).all(axis=-1) & (_target(window, asks["tone"]) != ABSENT)
    if asks["inversion"] >= 0:
        found = found & (window.inversion[..., 0] == asks["inversion"])
    if asks["triads_only"]:
        found = found & (window.member_pc[..., 0, 3] == ABSENT)
    return bools(found & (window.strength[..., 0] >= asks["weakest"]))


def complete_broken(window: Window, asks: Asks) -> Bools:
    """(...): one of the members is missing."""
    pitch, members = window.pitch_midi[..., 0, :] % 12, window.member_pc[..., 0, :]
    missing = complete_chances(window, asks)
    anyone = missing & False
    for name in asks["members"]:
        member = members[..., MEMBERS.index(name)]
        anyone = anyone | ((member != ABSENT) & (pitch != member[..., None]).all(axis=-1))
    return missing & anyone


def complete_chances(window: Window, asks: Asks) -> Bools:
    """(...): all voices sound members of a known chord."""
    pitch, members = window.pitch_midi[..., 0, :], window.member_pc[..., 0, :]
    belongs = ((pitch % 12)[..., :, None] == members[..., None, :]).any(axis=-1)
    found = (belongs & (pitch != REST)).all(axis=-1) & (members[..., 0] != ABSENT)
    inverted = window.inversion[..., 0] > 0
    if asks["when"] != "always":
        found = found & (inverted if asks["when"] == "inverted" else ~inverted)
    return bools(found & (window.strength[..., 0] >= asks["weakest"]))


JUDGES: dict[str, Judge] = {
    "count": Judge(
        "slices",
        {
            "tone": choice("leading", "leading", "bass", *MEMBERS),
            "most": whole(99),
            "least": whole(0),
            "inversion": whole(-1),
            "triads_only": flag(False),
            "weakest": whole(0),
            "voices": voices("all"),
            "roles": roles(),
        },
        count_broken,
        count_chances,
    ),
    "complete": Judge(
        "slices",
        {
            "members": choices(("third",), *MEMBERS),
            "when": choice("always", "always", "inverted", "root-position"),
            "weakest": whole(1),
            "voices": voices("all"),
            "roles": roles(),
        },
        complete_broken,
        complete_chances,
    ),
}
