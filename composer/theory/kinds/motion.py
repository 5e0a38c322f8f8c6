"""How voices move together from one moment to the next.

- ``interval``: two voices moving into an interval. ``how``: ``parallel`` (same direction, the interval kept),
  ``contrary`` (opposite directions, the interval kept but for octaves) or ``similar`` (same direction, the interval
  new). ``into`` names the intervals arrived at and ``before`` those left (none named: any); ``upper_leaps`` asks only
  where the upper voice moves by more than a step. Both voices must move: a repeated or held note makes no motion;
  ``octaves_excused``: nor does a lower voice that leaps an octave; nor do two that leap an octave together, unless
  ``octave_leaps`` asks for them.
- ``overlap``: of two voices the upper one may not go below the lower one's last note, nor the lower above the upper's.
- ``together``: several voices all rise or all fall; ``leaps`` asks only where at least so many of them leap.
- ``cross-relation``: neither of two voices takes the letter that the other has just had in another form (F in one,
  then F sharp in the other), unless it comes by that very half step itself.
- ``against``: where the lowest voice moves, but not by a fourth or fifth, at most ``most`` of the others go its way.
- ``after-beat``: on successive beats two voices do not have the same one of ``into`` in parallel, though one of them
  moves in between. Only notes of the chord count.
"""

from __future__ import annotations

import numpy as np

from composer.score.windows import ABSENT, REST, Bools, Ints, Window, bools
from composer.theory.asks import Asks, choice, flag, intervals, roles, voices, whole
from composer.theory.judge import Judge

STEP_SEMITONES = 2
CHROMATIC = 7  # a chromatic half step on the line of fifths


def _among(interval: Ints, names: tuple[int, ...]) -> Bools:
    found = interval == names[0]
    for name in names[1:]:
        found |= interval == name
    return bools(found)


def interval_broken(window: Window, asks: Asks) -> Bools:
    """(...): the voices arrive at one of the intervals by the motion named."""
    upper, lower = window.fifths[..., 0], window.fifths[..., 1]
    sounding = np.where(window.pitch_midi[..., 0] < window.pitch_midi[..., 1], lower - upper, upper - lower)
    before, after = sounding[..., 0], sounding[..., 1]  # where voices cross, the interval that is heard
    up, low = window.move[..., 0, 0], window.move[..., 0, 1]
    found = _among(after, asks["into"])
    if asks["how"] == "contrary":
        found &= (up * low < 0) & (before == after)
    elif asks["how"] == "parallel":
        found &= (up * low > 0) & (before == after)
    else:
        found &= (up * low > 0) & (before != after)
    if not asks["octave_leaps"]:  # octave leaps of both make no new interval
        found &= (upper[..., 0] != upper[..., 1]) | (lower[..., 0] != lower[..., 1])
    if asks["octaves_excused"]:
        found &= lower[..., 0] != lower[..., 1]
    if asks["before"]:
        found &= _among(before, asks["before"])
    if asks["upper_leaps"]:
        found &= np.abs(up) > STEP_SEMITONES
    return found


def interval_chances(window: Window, _asks: Asks) -> Bools:
    """(...): both voices move."""
    return bools((window.move[..., 0, 0] != 0) & (window.move[..., 0, 1] != 0))


def overlap_broken(window: Window, asks: Asks) -> Bools:
    """(...): one voice passes the other's previous note."""
    upper, lower = window.pitch_midi[..., 0], window.pitch_midi[..., 1]
    passed = (upper[..., 1] < lower[..., 0]) | (lower[..., 1] > upper[..., 0])
    return passed & overlap_chances(window, asks)


def overlap_chances(window: Window, _asks: Asks) -> Bools:
    """(...): both voices sound at both moments and one of them moves."""
    pitch, move = window.pitch_midi, window.move
    sounding = (pitch != REST).all(axis=(-2, -1))
    return bools(sounding & ((move[..., 0, 0] != 0) | (move[..., 0, 1] != 0)))


def together_broken(window: Window, asks: Asks) -> Bools:
    """(...): all voices rise, or all fall."""
    move = window.move[..., 0, :]
    same = (move > 0).all(axis=-1) | (move < 0).all(axis=-1)
    return bools(same & ((np.abs(move) > STEP_SEMITONES).sum(axis=-1) >= asks["leaps"]))


def together_chances(window: Window, _asks: Asks) -> Bools:
    """(...): all voices move."""
    return bools((window.move[..., 0, :] != 0).all(axis=-1))


def cross_relation_broken(window: Window, asks: Asks) -> Bools:
    """(...): one voice contradicts the other."""
    able = cross_relation_chances(window, asks)
    if not able.any():
        return able
    upper, lower = window.fifths[..., 0], window.fifths[..., 1]
    down = np.abs(lower[..., 1] - upper[..., 0]) == CHROMATIC
    up = np.abs(upper[..., 1] - lower[..., 0]) == CHROMATIC
    down &= np.abs(lower[..., 1] - lower[..., 0]) != CHROMATIC
    up &= np.abs(upper[..., 1] - upper[..., 0]) != CHROMATIC
    return bools((down | up) & able)


def cross_relation_chances(window: Window, _asks: Asks) -> Bools:
    """(...): both voices sound, and the chord changes."""
    changed = window.chord_id[..., 0] != window.chord_id[..., 1]
    if not changed.any():
        return bools(changed)
    return bools((window.pitch_midi != REST).all(axis=(-2, -1)) & changed)


def against_broken(window: Window, asks: Asks) -> Bools:
    """(...): too many voices go with the bass."""
    move = window.move[..., 0, :]
    along = (move[..., :-1] * move[..., -1:] > 0).sum(axis=-1)
    return bools(against_chances(window, asks) & (along > asks["most"]))


def against_chances(window: Window, _asks: Asks) -> Bools:
    """(...): all voices sound, the chord changes, and the bass moves otherwise than by a fourth or fifth."""
    bass = np.abs(window.move[..., 0, -1])
    free = (bass != 0) & (bass != 5) & (bass != 7) & (window.chord_id[..., 0] != window.chord_id[..., 1])
    return bools(free & (window.pitch_midi != REST).all(axis=(-2, -1)))


def after_beat_broken(window: Window, asks: Asks) -> Bools:
    """(...): the same perfect interval on both beats, in parallel."""
    upper, lower = window.fifths[..., 0], window.fifths[..., 1]
    before, after = upper[..., 0] - lower[..., 0], upper[..., 1] - lower[..., 1]
    up, low = window.move[..., 0, 0], window.move[..., 0, 1]
    same = _among(after, asks["into"]) & (before == after) & (up * low > 0) & (upper[..., 0] != upper[..., 1])
    return bools(same & after_beat_chances(window, asks))


def after_beat_chances(window: Window, _asks: Asks) -> Bools:
    """(...): both voices have notes of the chord on both beats, and one of them moves in between."""
    moves_between = window.attack[..., 0, :].sum(axis=-1) == 1  # in a frame of beats: a strike before the next beat
    return bools(moves_between & (window.member != ABSENT).all(axis=(-2, -1)) & interval_chances(window, {}))


JUDGES: dict[str, Judge] = {
    "interval": Judge(
        "slices",
        {
            "into": intervals("P8"),
            "before": intervals(),
            "how": choice("parallel", "parallel", "contrary", "similar"),
            "upper_leaps": flag(False),
            "octaves_excused": flag(False), "octave_leaps": flag(False),
            "voices": voices("pairs"),
            "roles": roles(),
        },
        interval_broken,
        interval_chances,
        span=2,
        place=1,
    ),
    "overlap": Judge(
        "slices", {"voices": voices("adjacent"), "roles": roles()}, overlap_broken, overlap_chances, span=2, place=1
    ),
    "together": Judge(
        "slices",
        {"leaps": whole(0), "voices": voices("all"), "roles": roles()},
        together_broken,
        together_chances,
        span=2,
        place=1,
    ),
    "cross-relation": Judge(
        "slices",
        {"voices": voices("pairs"), "roles": roles()},
        cross_relation_broken,
        cross_relation_chances,
        span=2,
        place=1,
    ),
    "against": Judge(
        "slices", {"most": whole(1), "voices": voices("all"), "roles": roles()}, against_broken, against_chances,
        span=2, place=1,
    ),
    "after-beat": Judge(
        "beats", {"into": intervals("P8", "P5"), "voices": voices("pairs"), "roles": roles()}, after_beat_broken,
        after_beat_chances, span=2, place=1,
    ),
}
