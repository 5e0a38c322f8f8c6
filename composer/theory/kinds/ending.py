"""The note on which a melody rests.

``degrees`` are the scale degrees (1 to 7) it may have. With ``cadence`` the last note in the goal chord of
each such cadence is judged (two successive notes of a line: the first, where the second lies beyond the
goal); with ``cadence = "final"`` the last note of the piece.
"""

from __future__ import annotations

from composer.score.windows import CADENCES, REST, Bools, Window, bools
from composer.theory.asks import Ask, Asks, choice, roles, wholes

SCOPE = "line"
PLACE = 0
FINAL = "final"
ASKS: dict[str, Ask] = {
    "cadence": choice(FINAL, FINAL, *CADENCES[1:]),
    "degrees": wholes(1),
    "roles": roles(),
}


def span(asks: Asks) -> int:
    """Moments in a window: one for the end of the piece, else two."""
    return 1 if asks["cadence"] == FINAL else 2


def _wrong(window: Window, asks: Asks, place: int) -> Bools:
    degree = (window.letter_step[..., place, 0] - window.tonic_letter[..., place]) % 7 + 1
    wrong = window.pitch_midi[..., place, 0] != REST
    for good in asks["degrees"]:
        wrong = wrong & (degree != good)
    return bools(wrong)


def broken(window: Window, asks: Asks) -> Bools:
    """(...): the melody rests on another degree."""
    if asks["cadence"] == FINAL:
        return window.last[..., 0] & _wrong(window, asks, 0) if window.last.any() else bools(window.last[..., 0])
    code = CADENCES.index(asks["cadence"])
    leaves = (window.cadence[..., 0] == code) & (window.cadence[..., 1] != code)
    closes = (window.cadence[..., 1] == code) & window.last[..., 1]
    if not (leaves | closes).any():
        return bools(leaves)
    return bools((leaves & _wrong(window, asks, 0)) | (closes & _wrong(window, asks, 1)))


def chances(window: Window, asks: Asks) -> Bools:
    """(...): such a resting note is there."""
    if asks["cadence"] == FINAL:
        return bools(window.last[..., 0] & (window.pitch_midi[..., 0, 0] != REST))
    code = CADENCES.index(asks["cadence"])
    leaves = (window.cadence[..., 0] == code) & (window.cadence[..., 1] != code)
    return bools(leaves | ((window.cadence[..., 1] == code) & window.last[..., 1]))
