"""Where a tone that wants to move goes, and where it comes from.

- ``tone``: two successive notes of a line, the first the last one under its chord. ``tone``:

  - ``leading``: a leading tone, when the chord its dominant points to follows: up a semitone, or held;
  - ``seventh``: a chordal seventh, when the root changes: down by step, or held; ``passing_may_rise`` lets it rise by
    step from a second into a first inversion (V4/3 between I and I6);
  - ``deceptive``: a leading tone, when the chord on the sixth degree above its goal follows: up a semitone, or held;
  - ``flat-sixth``: the note a semitone above the dominant, when a chord with the dominant in it follows: down a
    semitone;
  - ``six-four``: the sixth and fourth of a cadential six-four, when its dominant follows: down by step.

  ``descent_excused`` lets a leading tone fall by step if it came down by step (2-1-7-6-5), ``ornament_excused`` a
  seventh off the beat step out as it stepped in; in a chord that was only read from the notes, one that passes up.
  ``major_fall_excused`` lets a leading tone fall by step in major. ``cadence_only`` asks only where the second note
  stands in the goal chord of a planned cadence.
- ``prepared``: two notes, the second the seventh of a new chord: it was there before, or comes by step.
- ``altered``: a note foreign to the scale, when its chord gives way: raised it goes up by step, lowered down by step;
  it may be held. The raised sixth and seventh of minor belong to the scale.
- ``tritone``: two voices with leading tone and seventh of a dominant, when its goal follows: an augmented fourth
  opens to a sixth, a diminished fifth closes to a third. A leading tone that drops a third, and a seventh that rises
  in a passing V4/3, have other rules.
- ``augmented-sixth``: two voices an augmented sixth apart, when a dominant or a six-four over it follows: they open
  to the octave, or hold.
"""

from __future__ import annotations

import numpy as np

from composer.score.key import MODES, SCALES
from composer.score.windows import ABSENT, REST, Bools, Ints, Window, bools
from composer.theory.asks import Asks, choice, flag, roles, voices
from composer.theory.judge import Judge

STEP_SEMITONES = 2
DIMINISHED_THIRD = 2  # semitones
AUGMENTED_FOURTH, AUGMENTED_SIXTH = 6, 10  # on the line of fifths
# (modes, 7) semitones above the tonic of each degree.
DEGREES = np.array([SCALES[mode] for mode in MODES])
MAJOR, MINOR, RAISED = MODES.index("major"), MODES.index("minor"), (5, 6)


def tone_lead(asks: Asks) -> int:
    """Moments looked back at."""
    return int(asks["descent_excused"] or asks["ornament_excused"])


def tone_span(asks: Asks) -> int:
    """Moments in a window."""
    return 2 + tone_lead(asks)


def tone_broken(window: Window, asks: Asks) -> Bools:
    """(...): the tone does not go where it wants to."""
    due = tone_chances(window, asks)
    if not due.any():
        return due
    move = window.pitch_midi[..., -1, 0] - window.pitch_midi[..., -2, 0]
    if asks["tone"] in ("leading", "deceptive"):
        good = (move == 0) | (move == 1)
        if asks["major_fall_excused"]:
            good = good | ((window.mode[..., -2] == MAJOR) & ((move == -1) | (move == -2)))
        if asks["descent_excused"]:
            came = window.move[..., 0, 0]
            good = good | ((came < 0) & (came >= -STEP_SEMITONES) & (move < 0) & (move >= -STEP_SEMITONES))
    elif asks["tone"] == "flat-sixth":
        good = move == -1
    else:
        good = (move == -1) | (move == -2)
        if asks["tone"] == "seventh":
            good = good | (move == 0)
        if asks["passing_may_rise"]:
            rises = (move == 1) | (move == 2)
            good = good | (rises & (window.inversion[..., -2] == 2) & (window.inversion[..., -1] == 1))
        if asks["ornament_excused"]:
            sizes = np.abs(window.move[..., 0])
            steps = (sizes > 0).all(axis=-1) & (sizes <= STEP_SEMITONES).all(axis=-1)
            on = (window.move[..., 0] > 0).all(axis=-1) & window.read[..., -2]
            good = good | (steps & ((window.strength[..., -2] == 0) | on))
    return bools(due & ~good)


def tone_chances(window: Window, asks: Asks) -> Bools:
    """(...): the first note is such a tone and the chord that resolves it follows."""
    changed = window.chord_id[..., -2] != window.chord_id[..., -1]
    if asks["cadence_only"]:
        changed = changed & (window.cadence[..., -1] != 0)
    if not changed.any():
        return bools(changed)
    pitch, members = window.pitch_midi[..., 0], window.member_pc
    sounding = (pitch[..., -2] != REST) & (pitch[..., -1] != REST)
    pc = pitch[..., -2] % 12
    root, next_root = members[..., -2, 0], members[..., -1, 0]
    if asks["tone"] == "leading":
        found = (pc == window.leading_pc[..., -2]) & (next_root == window.goal_pc[..., -2])
        passes = (members[..., -1, :] != (pitch[..., -1] % 12)[..., None]).all(axis=-1)
        found = found & ~(window.read[..., -1] & passes)  # a note foreign to the goal has not arrived yet
    elif asks["tone"] == "deceptive":
        sixth = (next_root - window.goal_pc[..., -2]) % 12
        found = (pc == window.leading_pc[..., -2]) & ((sixth == 8) | (sixth == 9)) & (next_root != ABSENT)
    elif asks["tone"] == "flat-sixth":
        dominant = (window.tonic_pc[..., -2] + 7) % 12
        known = (members[..., -2, 0] != ABSENT) & (window.tonic_pc[..., -2] == window.tonic_pc[..., -1])
        found = known & (pc == (dominant + 1) % 12) & (members[..., -1, :] == dominant[..., None]).any(axis=-1)
    elif asks["tone"] == "seventh":
        found = (pc == members[..., -2, 3]) & (next_root != root) & (next_root != ABSENT) & window.sure[..., -2]
        found = found & ((members[..., -2, 1] - root) % 12 != DIMINISHED_THIRD)  # a German sixth is no seventh chord
    else:
        goes = (next_root == members[..., -2, 2]) & (window.inversion[..., -1] == 0)
        six_four = (window.inversion[..., -2] == 2) & (members[..., -2, 3] == ABSENT)
        found = ((pc == root) | (pc == members[..., -2, 1])) & six_four & goes
    return bools(found & changed & sounding)


def prepared_broken(window: Window, asks: Asks) -> Bools:
    """(...): the seventh is leaped to."""
    enters = prepared_chances(window, asks)
    if not enters.any():
        return enters
    return bools(enters & (np.abs(window.move[..., 0, 0]) > STEP_SEMITONES))


def prepared_chances(window: Window, _asks: Asks) -> Bools:
    """(...): the second note is the seventh of a chord that was not there before."""
    pitch, seventh = window.pitch_midi[..., 0], window.member_pc[..., 1, 3]
    found = (seventh != ABSENT) & (window.chord_id[..., 0] != window.chord_id[..., 1])
    if not found.any():
        return bools(found)
    return bools(found & (pitch[..., 1] % 12 == seventh) & (pitch[..., 0] != REST) & (pitch[..., 1] != REST))


def _altered(window: Window) -> Ints:
    """(...) semitones by which the first note stands off the degree of its letter."""
    letter = (window.letter_step[..., 0, 0] - window.tonic_letter[..., 0]) % 7
    above = (window.pitch_midi[..., 0, 0] - window.tonic_pc[..., 0]) % 12
    off = (above - DEGREES[window.mode[..., 0], letter] + 6) % 12 - 6
    melodic = (window.mode[..., 0] == MINOR) & ((letter == RAISED[0]) | (letter == RAISED[1])) & (off == 1)
    found: Ints = np.where(melodic, 0, off)
    return found


def altered_broken(window: Window, asks: Asks) -> Bools:
    """(...): an altered note turns against its alteration, or leaps."""
    found = altered_chances(window, asks)
    if not found.any():
        return found
    onward = window.move[..., 0, 0] * np.sign(_altered(window))
    return bools(found & ((onward < 0) | (onward > STEP_SEMITONES)))


def altered_chances(window: Window, _asks: Asks) -> Bools:
    """(...): the first note is altered, and another chord follows."""
    changed = window.chord_id[..., 0] != window.chord_id[..., 1]
    if not changed.any():
        return bools(changed)
    sounding = (window.pitch_midi[..., 0, 0] != REST) & (window.pitch_midi[..., 1, 0] != REST)
    return bools(changed & sounding & (_altered(window) != 0))


def tritone_broken(window: Window, asks: Asks) -> Bools:
    """(...): the tritone does not open or close."""
    due = tritone_chances(window, asks)
    if not due.any():
        return due
    apart = window.letter_step[..., 1, 0] - window.letter_step[..., 1, 1]
    before = window.fifths[..., 0, 0] - window.fifths[..., 0, 1]
    wanted = np.where(before == AUGMENTED_FOURTH, 5, 2)
    drops = (window.move == -4) | (window.move == -3)
    leading = (window.pitch_midi[..., 0, :] % 12) == window.leading_pc[..., 0, None]
    frustrated = (drops[..., 0, :] & leading).any(axis=-1)
    passing = (window.inversion[..., 0] == 2) & (window.inversion[..., 1] == 1)
    return bools(due & (apart % 7 != wanted) & ~frustrated & ~passing)


def tritone_chances(window: Window, _asks: Asks) -> Bools:
    """(...): leading tone and seventh sound in the two voices, both move, and the goal chord follows."""
    changed = (window.chord_id[..., 0] != window.chord_id[..., 1]) & (window.leading_pc[..., 0] != ABSENT)
    changed = changed & (window.member_pc[..., 1, 0] == window.goal_pc[..., 0])
    if not changed.any():
        return bools(changed)
    pc, seventh = window.pitch_midi[..., 0, :] % 12, (window.goal_pc[..., 0] + 5) % 12
    leading = window.leading_pc[..., 0]
    both = (pc[..., 0] == leading) & (pc[..., 1] == seventh) | (pc[..., 1] == leading) & (pc[..., 0] == seventh)
    both = both & (window.member_pc[..., 0, :] == seventh[..., None]).any(axis=-1)
    return bools(changed & both & (window.move[..., 0, :] != 0).all(axis=-1))


def augmented_sixth_broken(window: Window, asks: Asks) -> Bools:
    """(...): the two notes do not go outwards by half steps."""
    due = augmented_sixth_chances(window, asks)
    if not due.any():
        return due
    up, low = window.move[..., 0, 0], window.move[..., 0, 1]
    return bools(due & ~(((up == 1) | (up == 0)) & ((low == -1) | (low == 0))))


def augmented_sixth_chances(window: Window, _asks: Asks) -> Bools:
    """(...): an augmented sixth of the chord stands over the dominant that follows."""
    apart = window.fifths[..., 0, 0] - window.fifths[..., 0, 1]
    dominant = (window.tonic_pc[..., 0] + 7) % 12
    root, inversion = window.member_pc[..., 1, 0], window.inversion[..., 1]
    follows = ((root == dominant) & (window.member_pc[..., 1, 3] == ABSENT)) | (
        (root == window.tonic_pc[..., 0]) & (inversion == 2)
    )
    belongs = (window.member[..., 0, :] != ABSENT).all(axis=-1)
    found = (apart == AUGMENTED_SIXTH) & follows & belongs & (window.chord_id[..., 0] != window.chord_id[..., 1])
    return bools(found & (window.pitch_midi != REST).all(axis=(-2, -1)))


JUDGES: dict[str, Judge] = {
    "tone": Judge(
        "line",
        {
            "tone": choice("leading", "leading", "deceptive", "seventh", "flat-sixth", "six-four"),
            "cadence_only": flag(False),
            "passing_may_rise": flag(False),
            "descent_excused": flag(False),
            "major_fall_excused": flag(False), "ornament_excused": flag(False),
            "roles": roles(),
        },
        tone_broken,
        tone_chances,
        span=tone_span,
        place=1,
        lead=tone_lead,
    ),
    "prepared": Judge("line", {"roles": roles()}, prepared_broken, prepared_chances, span=2, place=1),
    "altered": Judge("line", {"roles": roles()}, altered_broken, altered_chances, span=2, place=1),
    "tritone": Judge(
        "slices", {"voices": voices("pairs"), "roles": roles()}, tritone_broken, tritone_chances, span=2, place=1
    ),
    "augmented-sixth": Judge(
        "slices", {"voices": voices("pairs"), "roles": roles()}, augmented_sixth_broken, augmented_sixth_chances,
        span=2, place=1,
    ),
}
