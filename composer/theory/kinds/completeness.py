"""Which members of the chord must sound.

A slice of all voices. ``members`` are those that may not be missing; ``when``: ``always``, only ``inverted``
or only in ``root-position``. Not judged where a voice has a tone foreign to the chord (it stands for a
member that comes later), nor below the metric strength ``weakest``.
"""

from __future__ import annotations

from composer.score.windows import ABSENT, REST, Bools, Window, bools
from composer.theory.asks import Ask, Asks, choice, choices, roles, voices, whole

SCOPE = "slices"
PLACE = 0
MEMBERS = ("root", "third", "fifth", "seventh")
ASKS: dict[str, Ask] = {
    "members": choices(("third",), *MEMBERS),
    "when": choice("always", "always", "inverted", "root-position"),
    "weakest": whole(1),
    "voices": voices("all"),
    "roles": roles(),
}


def span(_asks: Asks) -> int:
    """Moments in a window."""
    return 1


def broken(window: Window, asks: Asks) -> Bools:
    """(...): one of the members is missing."""
    pitch, members = window.pitch_midi[..., 0, :] % 12, window.member_pc[..., 0, :]
    missing = chances(window, asks)
    anyone = missing & False
    for name in asks["members"]:
        member = members[..., MEMBERS.index(name)]
        anyone = anyone | ((member != ABSENT) & (pitch != member[..., None]).all(axis=-1))
    return missing & anyone


def chances(window: Window, asks: Asks) -> Bools:
    """(...): all voices sound members of a known chord."""
    pitch, members = window.pitch_midi[..., 0, :], window.member_pc[..., 0, :]
    belongs = ((pitch % 12)[..., :, None] == members[..., None, :]).any(axis=-1)
    found = (belongs & (pitch != REST)).all(axis=-1) & (members[..., 0] != ABSENT)
    inverted = window.inversion[..., 0] > 0
    if asks["when"] != "always":
        found = found & (inverted if asks["when"] == "inverted" else ~inverted)
    return bools(found & (window.strength[..., 0] >= asks["weakest"]))
