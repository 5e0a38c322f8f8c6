"""The dominant of a minor key.

Two successive chords of one minor key, the first on the fifth or seventh degree, the second on the tonic: the first
has the raised seventh.
"""

from __future__ import annotations

from composer.score.key import MODES
from composer.score.windows import ABSENT, Bools, Window, bools
from composer.theory.asks import Ask, Asks, wholes

SCOPE = "harmony"
PLACE = 0
ASKS: dict[str, Ask] = {"before": wholes(5, 7)}
MINOR = MODES.index("minor")


def span(_asks: Asks) -> int:
    """Chords in a window."""
    return 2


def broken(window: Window, asks: Asks) -> Bools:
    """(...): the chord before the tonic has no leading tone."""
    return bools(chances(window, asks) & (window.leading_pc[..., 0] == ABSENT))


def chances(window: Window, asks: Asks) -> Bools:
    """(...): such a chord goes to the tonic of its minor key."""
    letters, tonic = window.member_letter[..., 0], window.tonic_letter
    found = (window.mode[..., 0] == MINOR) & (letters[..., 0] != ABSENT) & (letters[..., 1] == tonic[..., 1])
    if not found.any():
        return bools(found)
    hit = found & False
    for degree in asks["before"]:
        hit = hit | ((letters[..., 0] - tonic[..., 0]) % 7 + 1 == degree)
    same = window.tonic_pc[..., 0] == window.tonic_pc[..., 1]
    return bools(found & hit & same & (window.chord_id[..., 0] != window.chord_id[..., 1]))
