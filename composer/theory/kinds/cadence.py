"""How a phrase or a piece comes to rest: its chords, and the note above them.

- ``chords``: the two chords of a cadence of the name ``cadence``. ``goal`` lists the degrees (1 to 7) the second one's
  root may have; ``goal_inverted`` and ``goal_seventh`` say whether it may be inverted or carry a seventh; ``approach``
  says whether a ``dominant`` of the key or a chord on ``another`` root must come before it, ``approach_inverted``
  whether a dominant may be inverted.
- ``last-chord``: the last chord of a piece: degrees of its root, and whether it may be inverted.
- ``note``: ``degrees`` are the scale degrees (1 to 7) a melody may rest on. With ``cadence`` the last note in the goal
  chord of each such cadence is judged (two successive notes of a line: the first, where the second lies beyond the
  goal); with ``cadence = "final"`` the last note of the piece.
- ``approach``: the note that stands in the goal chord of one of ``cadences`` is reached by no more than ``most``
  semitones.
- ``first-note``: the first note of a melody stands on one of ``degrees``.
- ``special``: names a plagal, a deceptive and a Phrygian close.
- ``compound``: names a dominant goal that enters over a suspension: ``6/4-5/3`` or ``4-3``.
"""

from __future__ import annotations

import numpy as np

from composer.score.key import MODES
from composer.score.windows import ABSENT, CADENCES, REST, Bools, Ints, Window, bools
from composer.theory.asks import Asks, choice, choices, flag, roles, whole, wholes
from composer.theory.judge import Judge

FINAL = "final"
CLOSES = tuple(name for name in CADENCES if name not in ("", "open"))
SPECIALS = ("", "plagal", "deceptive", "Phrygian")
MINOR = MODES.index("minor")


def chords_broken(window: Window, asks: Asks) -> Bools:
    """(...): goal or approach is not what the cadence promises."""
    degree = (window.member_letter[..., 1, 0] - window.tonic_letter[..., 1]) % 7 + 1
    good = degree == asks["goal"][0]
    for other in asks["goal"][1:]:
        good = good | (degree == other)
    if not asks["goal_inverted"]:
        good = good & (window.inversion[..., 1] == 0)
    if not asks["goal_seventh"]:
        good = good & (window.member_pc[..., 1, 3] == ABSENT)
    if asks["approach"] == "dominant":
        good = good & (window.leading_pc[..., 0] != ABSENT) & (window.goal_pc[..., 0] == window.tonic_pc[..., 1])
        if not asks["approach_inverted"]:
            fifth = (window.member_pc[..., 0, 0] - window.tonic_pc[..., 1]) % 12 == 7
            good = good & (window.inversion[..., 0] == 0) & fifth
    if asks["approach"] == "another":
        good = good & (window.member_pc[..., 0, 0] != window.member_pc[..., 1, 0])
    return bools(chords_chances(window, asks) & ~good)


def chords_chances(window: Window, asks: Asks) -> Bools:
    """(...): the second chord is the goal of such a cadence, newly entered."""
    code = CADENCES.index(asks["cadence"])
    entered = window.chord_id[..., 0] != window.chord_id[..., 1]
    return bools((window.cadence[..., 1] == code) & (window.cadence[..., 0] != code) & entered)


def last_chord_broken(window: Window, asks: Asks) -> Bools:
    """(...): the piece ends on another chord."""
    degree = (window.member_letter[..., 0, 0] - window.tonic_letter[..., 0]) % 7 + 1
    good = degree == asks["goal"][0]
    for other in asks["goal"][1:]:
        good = good | (degree == other)
    if not asks["goal_inverted"]:
        good = good & (window.inversion[..., 0] == 0)
    return bools(last_chord_chances(window, asks) & ~good)


def last_chord_chances(window: Window, _asks: Asks) -> Bools:
    """(...): the last chord is known."""
    return bools(window.last[..., 0] & (window.member_letter[..., 0, 0] != ABSENT))


def note_span(asks: Asks) -> int:
    """Moments in a window: one for the end of the piece, else two."""
    return 1 if asks["cadence"] == FINAL else 2


def _wrong(window: Window, asks: Asks, place: int) -> Bools:
    degree = (window.letter_step[..., place, 0] - window.tonic_letter[..., place]) % 7 + 1
    wrong = window.pitch_midi[..., place, 0] != REST
    for good in asks["degrees"]:
        wrong = wrong & (degree != good)
    return bools(wrong)


def note_broken(window: Window, asks: Asks) -> Bools:
    """(...): the melody rests on another degree."""
    if asks["cadence"] == FINAL:
        return window.last[..., 0] & _wrong(window, asks, 0) if window.last.any() else bools(window.last[..., 0])
    code = CADENCES.index(asks["cadence"])
    leaves = (window.cadence[..., 0] == code) & (window.cadence[..., 1] != code)
    closes = (window.cadence[..., 1] == code) & window.last[..., 1]
    if not (leaves | closes).any():
        return bools(leaves)
    return bools((leaves & _wrong(window, asks, 0)) | (closes & _wrong(window, asks, 1)))


def note_chances(window: Window, asks: Asks) -> Bools:
    """(...): such a resting note is there."""
    if asks["cadence"] == FINAL:
        return bools(window.last[..., 0] & (window.pitch_midi[..., 0, 0] != REST))
    code = CADENCES.index(asks["cadence"])
    leaves = (window.cadence[..., 0] == code) & (window.cadence[..., 1] != code)
    return bools(leaves | ((window.cadence[..., 1] == code) & window.last[..., 1]))


def approach_broken(window: Window, asks: Asks) -> Bools:
    """(...): the resting note is leaped to."""
    rests = approach_chances(window, asks)
    if not rests.any():
        return rests
    return bools(rests & (np.abs(window.move[..., 0, 0]) > asks["most"]))


def approach_chances(window: Window, asks: Asks) -> Bools:
    """(...): the second note stands in the goal chord of such a cadence."""
    wanted = np.array([name in asks["cadences"] for name in CADENCES])
    goal = wanted[window.cadence[..., 1]]
    if not goal.any():
        return bools(goal)
    pitch = window.pitch_midi[..., 0]
    return bools(goal & (pitch[..., 0] != REST) & (pitch[..., 1] != REST))


def first_note_lead(_asks: Asks) -> int:
    """Moments looked back at: none sounds before the first note."""
    return 1


def first_note_broken(window: Window, asks: Asks) -> Bools:
    """(...): the melody begins on another degree."""
    return bools(first_note_chances(window, asks) & _wrong(window, asks, 1))


def first_note_chances(window: Window, _asks: Asks) -> Bools:
    """(...): nothing sounds before the second note."""
    return bools((window.pitch_midi[..., 0, 0] == REST) & (window.pitch_midi[..., 1, 0] != REST))


def _special(window: Window) -> Ints:
    """(...) place in SPECIALS of the close that two chords make."""
    degree = (window.member_letter[..., 0] - window.tonic_letter) % 7 + 1
    known = (window.member_letter[..., 0] != ABSENT).all(axis=-1) & (window.cadence[..., 1] != 0)
    own = (window.leading_pc[..., 0] != ABSENT) & (window.goal_pc[..., 0] == window.tonic_pc[..., 0])
    first, second = degree[..., 0], degree[..., 1]
    phrygian = (window.mode[..., 1] == MINOR) & (window.inversion[..., 0] == 1) & (window.inversion[..., 1] == 0)
    found: Ints = np.select(
        [
            known & (first == 4) & (second == 1) & (window.inversion[..., 1] == 0),
            known & own & (first == 5) & (second == 6),
            known & phrygian & (first == 4) & (second == 5) & (window.leading_pc[..., 1] != ABSENT),
        ],
        [1, 2, 3],
        0,
    )
    return found


def special_shown(window: Window, asks: Asks) -> Bools:
    """(...): the close has such a name."""
    return bools(special_chances(window, asks) & (_special(window) > 0))


def special_chances(window: Window, _asks: Asks) -> Bools:
    """(...): the second chord is the goal of a phrase, newly entered, in the key of the first."""
    same = window.tonic_pc[..., 0] == window.tonic_pc[..., 1]
    return bools(same & (window.cadence[..., 1] != 0) & (window.chord_id[..., 0] != window.chord_id[..., 1]))


def special_name(window: Window, _asks: Asks, place: int) -> str:
    """What the close of a window is."""
    return SPECIALS[int(np.atleast_1d(_special(window))[place])]


def _compound(window: Window) -> Ints:
    """(...) 1 a six-four, 2 a suspended fourth over the dominant that follows, 0 neither."""
    dominant = (window.tonic_pc[..., 1] + 7) % 12
    goes = (window.member_pc[..., 1, 0] == dominant) & (window.inversion[..., 1] == 0)
    goes = goes & (window.leading_pc[..., 1] != ABSENT)
    six_four = (window.inversion[..., 0] == 2) & (window.member_pc[..., 0, 2] == dominant)
    letters = (window.member_letter[..., 0, 1] - window.member_letter[..., 0, 0]) % 7
    fourth = (window.member_pc[..., 0, 0] == dominant) & (letters == 3)
    found: Ints = np.select([goes & six_four & (window.member_pc[..., 0, 3] == ABSENT), goes & fourth], [1, 2], 0)
    return found


def compound_shown(window: Window, asks: Asks) -> Bools:
    """(...): the dominant comes late."""
    return bools(compound_chances(window, asks) & (_compound(window) > 0))


def compound_chances(window: Window, _asks: Asks) -> Bools:
    """(...): a chord changes into a dominant of its key."""
    return bools((window.chord_id[..., 0] != window.chord_id[..., 1]) & (window.leading_pc[..., 1] != ABSENT))


def compound_name(window: Window, _asks: Asks, place: int) -> str:
    """The figures of the delay in a window."""
    return ("", "6/4-5/3", "4-3")[int(np.atleast_1d(_compound(window))[place])]


JUDGES: dict[str, Judge] = {
    "chords": Judge(
        "harmony",
        {
            "cadence": choice("PAC", *CADENCES[1:]),
            "goal": wholes(1),
            "goal_inverted": flag(False),
            "goal_seventh": flag(True),
            "approach": choice("any", "any", "another", "dominant"),
            "approach_inverted": flag(False),
        },
        chords_broken,
        chords_chances,
        span=2,
        place=1,
    ),
    "last-chord": Judge(
        "harmony", {"goal": wholes(1), "goal_inverted": flag(False)}, last_chord_broken, last_chord_chances
    ),
    "note": Judge(
        "line",
        {
            "cadence": choice(FINAL, FINAL, *CADENCES[1:]),
            "degrees": wholes(1),
            "roles": roles(),
        },
        note_broken,
        note_chances,
        span=note_span,
        ends_late=True,
    ),
    "approach": Judge(
        "line",
        {"most": whole(4), "cadences": choices(CLOSES, *CLOSES), "roles": roles()},
        approach_broken,
        approach_chances,
        span=2,
        place=1,
    ),
    "first-note": Judge(
        "line", {"degrees": wholes(1, 3, 5), "roles": roles()}, first_note_broken, first_note_chances, span=2,
        lead=first_note_lead,
    ),
    "special": Judge("harmony", {}, special_shown, special_chances, span=2, place=1, what=special_name),
    "compound": Judge("harmony", {}, compound_shown, compound_chances, span=2, what=compound_name),
}
