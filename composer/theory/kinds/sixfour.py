"""What surrounds a triad in second inversion.

Three successive chords. ``judge = "kinds"``: the middle one, a six-four, must be one of ``allowed``:
``cadential`` (its bass stays and becomes the root of the next chord), ``passing`` (the bass goes by step in
one direction), ``pedal`` (the bass stays in all three), ``arpeggio`` (same root as the chord before).
``judge = "place"``: a cadential six-four may not stand on a weaker place than its dominant.
"""

from __future__ import annotations

import numpy as np

from composer.score.windows import ABSENT, Bools, Ints, Window, bools
from composer.theory.asks import Ask, Asks, choice, choices

SCOPE = "harmony"
PLACE = 1
FORMS = ("cadential", "passing", "pedal", "arpeggio")
ASKS: dict[str, Ask] = {
    "judge": choice("kinds", "kinds", "place"),
    "allowed": choices(("cadential", "passing", "pedal"), *FORMS),
}


def span(_asks: Asks) -> int:
    """Chords in a window."""
    return 3


def _bass(window: Window) -> Ints:
    """(..., span) pitch class of the bass."""
    place = np.maximum(window.inversion, 0)[..., None]
    return np.take_along_axis(window.member_pc, place, axis=-1)[..., 0]


def _forms(window: Window) -> dict[str, Bools]:
    bass, root = _bass(window), window.member_pc[..., 0]
    first, second = (bass[..., 1] - bass[..., 0]) % 12, (bass[..., 2] - bass[..., 1]) % 12
    up = (first >= 1) & (first <= 2) & (second >= 1) & (second <= 2)
    down = (first >= 10) & (second >= 10)
    return {
        "cadential": (root[..., 2] == bass[..., 1]) & (window.inversion[..., 2] == 0),
        "passing": up | down,
        "pedal": (first == 0) & (second == 0),
        "arpeggio": root[..., 0] == root[..., 1],
    }


def broken(window: Window, asks: Asks) -> Bools:
    """(...): the six-four is none of the allowed forms, or stands on a weak place."""
    forms = _forms(window)
    if asks["judge"] == "place":
        weaker = window.strength[..., 1] < window.strength[..., 2]
        return chances(window, asks) & weaker
    wrong = chances(window, asks)
    for name in asks["allowed"]:
        wrong = wrong & ~forms[name]
    return wrong


def chances(window: Window, asks: Asks) -> Bools:
    """(...): the middle chord is a six-four among different chords, and cadential if its place is judged."""
    ids = window.chord_id
    found = (window.inversion[..., 1] == 2) & (window.member_pc[..., 1, 3] == ABSENT)
    found = found & (ids[..., 0] != ids[..., 1]) & (ids[..., 1] != ids[..., 2])
    found = found & (window.member_pc[..., 2, 0] != ABSENT)
    return bools(found & _forms(window)["cadential"] if asks["judge"] == "place" else found)
