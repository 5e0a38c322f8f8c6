"""Where a tone that wants to move goes when its chord gives way.

Two successive notes of a line, the first the last one under its chord. ``tone``:

- ``leading``: a leading tone, when the chord its dominant points to follows: up a semitone, or held;
- ``seventh``: a chordal seventh, when the root changes: down by step, or held; ``passing_may_rise`` lets it
  rise by step from a second into a first inversion (V4/3 between I and I6);
- ``deceptive``: a leading tone, when the chord on the sixth degree above its goal follows: up a semitone, or held;
- ``flat-sixth``: the note a semitone above the dominant, when a chord with the dominant in it follows: down a semitone;
- ``six-four``: the sixth and fourth of a cadential six-four, when its dominant follows: down by step.

``cadence_only`` asks only where the second note stands in the goal chord of a planned cadence.
"""

from __future__ import annotations

from composer.score.windows import ABSENT, REST, Bools, Window, bools
from composer.theory.asks import Ask, Asks, choice, flag, roles

SCOPE = "line"
PLACE = 1
ASKS: dict[str, Ask] = {
    "tone": choice("leading", "leading", "deceptive", "seventh", "flat-sixth", "six-four"),
    "cadence_only": flag(False),
    "passing_may_rise": flag(False),
    "roles": roles(),
}


def span(_asks: Asks) -> int:
    """Moments in a window."""
    return 2


def broken(window: Window, asks: Asks) -> Bools:
    """(...): the tone does not go where it wants to."""
    due = chances(window, asks)
    if not due.any():
        return due
    move = window.pitch_midi[..., 1, 0] - window.pitch_midi[..., 0, 0]
    if asks["tone"] in ("leading", "deceptive"):
        good = (move == 0) | (move == 1)
    elif asks["tone"] == "flat-sixth":
        good = move == -1
    else:
        good = (move == -1) | (move == -2)
        if asks["tone"] == "seventh":
            good = good | (move == 0)
        if asks["passing_may_rise"]:
            rises = (move == 1) | (move == 2)
            good = good | (rises & (window.inversion[..., 0] == 2) & (window.inversion[..., 1] == 1))
    return bools(due & ~good)


def chances(window: Window, asks: Asks) -> Bools:
    """(...): the first note is such a tone and the chord that resolves it follows."""
    changed = window.chord_id[..., 0] != window.chord_id[..., 1]
    if asks["cadence_only"]:
        changed = changed & (window.cadence[..., 1] != 0)
    if not changed.any():
        return bools(changed)
    pitch, members = window.pitch_midi[..., 0], window.member_pc
    sounding = (pitch[..., 0] != REST) & (pitch[..., 1] != REST)
    pc = pitch[..., 0] % 12
    root, next_root = members[..., 0, 0], members[..., 1, 0]
    if asks["tone"] == "leading":
        found = (pc == window.leading_pc[..., 0]) & (next_root == window.goal_pc[..., 0])
    elif asks["tone"] == "deceptive":
        sixth = (next_root - window.goal_pc[..., 0]) % 12
        found = (pc == window.leading_pc[..., 0]) & ((sixth == 8) | (sixth == 9)) & (next_root != ABSENT)
    elif asks["tone"] == "flat-sixth":
        dominant = (window.tonic_pc[..., 0] + 7) % 12
        known = (members[..., 0, 0] != ABSENT) & (window.tonic_pc[..., 0] == window.tonic_pc[..., 1])
        found = known & (pc == (dominant + 1) % 12) & (members[..., 1, :] == dominant[..., None]).any(axis=-1)
    elif asks["tone"] == "seventh":
        found = (pc == members[..., 0, 3]) & (next_root != root) & (next_root != ABSENT)
    else:
        goes = (next_root == members[..., 0, 2]) & (window.inversion[..., 1] == 0)
        six_four = (window.inversion[..., 0] == 2) & (members[..., 0, 3] == ABSENT)
        found = ((pc == root) | (pc == members[..., 0, 1])) & six_four & goes
    return bools(found & changed & sounding)
