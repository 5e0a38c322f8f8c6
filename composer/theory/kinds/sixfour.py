"""What surrounds a triad in second inversion.

Three successive chords, the middle one a six-four that enters on a place of at least the strength ``weakest``.

- ``kinds``: it must be one of ``allowed``: ``cadential`` (its bass stays and becomes the root of the next chord),
  ``passing`` (the bass goes by step in one direction), ``pedal`` (the bass stays in all three), ``arpeggio`` (same root
  as the chord before), ``held`` (the bass was there before) or ``neighbour`` (the bass goes by step and comes back).
- ``place``: a cadential one may not stand on a weaker place than its dominant; over a bass on which a dominant stood
  before, it is none.
"""

from __future__ import annotations

import numpy as np

from composer.score.windows import ABSENT, Bools, Ints, Window, bools
from composer.theory.asks import Asks, choices, whole
from composer.theory.judge import Judge

FORMS = ("cadential", "passing", "pedal", "arpeggio", "held", "neighbour")


def bass_pc(window: Window) -> Ints:
    """(..., span) pitch class of the bass."""
    place = np.maximum(window.inversion, 0)[..., None]
    return np.take_along_axis(window.member_pc, place, axis=-1)[..., 0]


def _forms(window: Window) -> dict[str, Bools]:
    bass, root = bass_pc(window), window.member_pc[..., 0]
    first, second = (bass[..., 1] - bass[..., 0]) % 12, (bass[..., 2] - bass[..., 1]) % 12
    up = (first >= 1) & (first <= 2) & (second >= 1) & (second <= 2)
    down = (first >= 10) & (second >= 10)
    return {
        "cadential": (root[..., 2] == bass[..., 1]) & (window.inversion[..., 2] == 0),
        "passing": up | down,
        "pedal": (first == 0) & (second == 0),
        "arpeggio": root[..., 0] == root[..., 1],
        "held": first == 0,
        "neighbour": ((first + second) % 12 == 0) & ((first <= 2) | (first >= 10)),
    }


def kinds_broken(window: Window, asks: Asks) -> Bools:
    """(...): the six-four is none of the allowed forms."""
    forms = _forms(window)
    wrong = kinds_chances(window, asks)
    for name in asks["allowed"]:
        wrong = wrong & ~forms[name]
    return wrong


def kinds_chances(window: Window, asks: Asks) -> Bools:
    """(...): the middle chord is a six-four among different chords."""
    ids = window.chord_id
    found = (window.inversion[..., 1] == 2) & (window.member_pc[..., 1, 3] == ABSENT)
    found = found & (ids[..., 0] != ids[..., 1]) & (ids[..., 1] != ids[..., 2])
    found = found & (window.strength[..., 1] >= asks["weakest"])
    return bools(found & (window.member_pc[..., 2, 0] != ABSENT))


def place_broken(window: Window, asks: Asks) -> Bools:
    """(...): the cadential six-four stands on a weaker place than its dominant."""
    return place_chances(window, asks) & (window.strength[..., 1] < window.strength[..., 2])


def place_chances(window: Window, asks: Asks) -> Bools:
    """(...): the middle chord is a cadential six-four."""
    bass = bass_pc(window)
    pedal = (bass[..., 0] == bass[..., 1]) & (window.leading_pc[..., 0] != ABSENT)
    return bools(kinds_chances(window, asks) & _forms(window)["cadential"] & ~pedal)


JUDGES: dict[str, Judge] = {
    "kinds": Judge(
        "harmony",
        {
            "allowed": choices(("cadential", "passing", "pedal"), *FORMS),
            "weakest": whole(0),
        },
        kinds_broken,
        kinds_chances,
        span=3,
        place=1,
    ),
    "place": Judge("harmony", {"weakest": whole(0)}, place_broken, place_chances, span=3, place=1),
}
