"""How far a line may jump, and what it owes afterwards.

- ``size``: two notes. ``most`` is the largest leap in semitones; ``intervals`` names intervals that may not be sung in
  either direction, compared by spelling and without regard to octaves. Leaps between two phrases do not count unless
  ``over_phrases``.
- ``twice``: three notes, two leaps in the same direction. Leaps that outline a triad (thirds and fourths) are excused
  by ``triads_excused``.
- ``recovery``: three notes: after a leap of more than ``leap`` semitones the line turns back, by step if ``by_step``.
  A repeated note only delays the answer. ``intervals`` names the leaps asked about (none named: all).
- ``kept``: two notes: a line does not leap away from a note that the next chord has, too.
"""

from __future__ import annotations

import numpy as np

from composer.score.windows import REST, Bools, Window, bools
from composer.theory.asks import Asks, flag, intervals, roles, whole
from composer.theory.judge import Judge

STEP_SEMITONES = 2
# Semitones of two leaps that outline a triad in some position.
TRIADS = ((3, 4), (4, 3), (3, 3), (3, 5), (5, 4), (4, 5), (5, 3), (3, 6), (6, 3))


def size_broken(window: Window, asks: Asks) -> Bools:
    """(...): the leap is too large, or one of the intervals named."""
    move = window.move[..., 0, 0]
    found = np.abs(move) > asks["most"]
    if asks["intervals"]:
        fifths, step = window.fifths[..., 0], window.letter_step[..., 0]
        letters = step[..., 1] - step[..., 0]
        upward = (letters > 0) | ((letters == 0) & (move > 0))
        interval = np.where(upward, fifths[..., 1] - fifths[..., 0], fifths[..., 0] - fifths[..., 1])
        for name in asks["intervals"]:
            found |= (interval == name) & (move != 0)
    return bools(found & size_chances(window, asks))


def size_chances(window: Window, asks: Asks) -> Bools:
    """(...): the voice moves within a phrase."""
    moves = window.move[..., 0, 0] != 0
    if asks["over_phrases"]:
        return bools(moves)
    return bools(moves & ~((window.cadence[..., 0] != 0) & (window.cadence[..., 1] == 0)))


def twice_broken(window: Window, asks: Asks) -> Bools:
    """(...): two leaps in one direction that outline no triad."""
    first, second = np.abs(window.move[..., 0, 0]), np.abs(window.move[..., 1, 0])
    wrong = window.move[..., 0, 0] * window.move[..., 1, 0] > 0
    if asks["triads_excused"]:
        for low, high in TRIADS:
            wrong = wrong & ~((first == low) & (second == high))
    return wrong & twice_chances(window, asks)


def twice_chances(window: Window, _asks: Asks) -> Bools:
    """(...): both moves are leaps within one phrase."""
    leaps = (np.abs(window.move[..., 0]) > STEP_SEMITONES).all(axis=-1)
    whole = ~((window.cadence[..., :-1] != 0) & (window.cadence[..., 1:] == 0)).any(axis=-1)
    return bools(leaps & whole)


def recovery_broken(window: Window, asks: Asks) -> Bools:
    """(...): the line goes on in the direction of the leap, or turns back by another leap."""
    leap, answer = window.move[..., 0, 0], window.move[..., 1, 0]
    found = recovery_chances(window, asks)
    if not found.any():
        return found
    wrong = leap * answer > 0
    if asks["by_step"]:
        wrong = wrong | (np.abs(answer) > STEP_SEMITONES)
    return bools(wrong & found)


def _named(window: Window, names: tuple[int, ...]) -> Bools:
    """(...): the leap is one of these intervals, up or down."""
    rise = window.fifths[..., 1, 0] - window.fifths[..., 0, 0]
    upward = np.where(window.move[..., 0, 0] > 0, rise, -rise)
    found = upward == names[0]
    for name in names[1:]:
        found = found | (upward == name)
    return bools(found)


def recovery_chances(window: Window, asks: Asks) -> Bools:
    """(...): there is such a leap, and all three notes belong to one phrase."""
    whole = ~((window.cadence[..., :-1] != 0) & (window.cadence[..., 1:] == 0)).any(axis=-1)
    leaps = whole & (np.abs(window.move[..., 0, 0]) > asks["leap"])
    return bools(leaps & _named(window, asks["intervals"]) if asks["intervals"] else leaps)


def kept_broken(window: Window, asks: Asks) -> Bools:
    """(...): a common tone is left by leap."""
    return bools(kept_chances(window, asks) & (np.abs(window.move[..., 0, 0]) > STEP_SEMITONES))


def kept_chances(window: Window, _asks: Asks) -> Bools:
    """(...): both chords, which are different ones, have the first note."""
    pitch = window.pitch_midi[..., 0]
    common = ((pitch[..., 0] % 12)[..., None, None] == window.member_pc).any(axis=-1).all(axis=-1)
    changed = window.chord_id[..., 0] != window.chord_id[..., 1]
    return bools(common & changed & (pitch != REST).all(axis=-1))


JUDGES: dict[str, Judge] = {
    "size": Judge(
        "line",
        {
            "most": whole(127),
            "intervals": intervals(),
            "over_phrases": flag(False),
            "roles": roles(),
        },
        size_broken,
        size_chances,
        span=2,
        place=1,
    ),
    "twice": Judge(
        "line", {"triads_excused": flag(True), "roles": roles()}, twice_broken, twice_chances, span=3, place=2
    ),
    "recovery": Judge(
        "line",
        {"leap": whole(5), "by_step": flag(False), "intervals": intervals(), "roles": roles()},
        recovery_broken,
        recovery_chances,
        span=3,
        place=2,
    ),
    "kept": Judge("line", {"roles": roles()}, kept_broken, kept_chances, span=2, place=1),
}
