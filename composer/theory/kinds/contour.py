"""The shape of a line: where it stands still, and where its top is.

- ``standstill``: ``times`` successive notes of a line have the same pitch; notes of two phrases do not count together.
- ``summit``: two successive sections of different letters do not both reach the highest note of the piece.
- ``statistics``: of a whole line at least the share ``steps`` of moves are steps or repetitions, and of leaps beyond
  a major third at least the share ``turns`` is followed by a turn or a repetition.
- ``climax``: the highest note of a whole line first comes before the share ``latest`` of its notes is over, and once
  lasts at least as long as half of them do.
- ``ramp``: of four phrases or more the one before the highest is not the lowest.
- ``cantus``: a cantus firmus has ``least`` to ``most`` notes and begins and ends on the tonic.
- ``cantus-top``: its highest note comes once.
- ``cantus-minor``: in minor its raised seventh goes to the last note, and its raised sixth to the raised seventh.
"""

from __future__ import annotations

import numpy as np

from composer.score.key import MODES
from composer.score.windows import REST, Bools, Ints, Window, bools
from composer.theory.asks import Asks, number, roles, whole
from composer.theory.judge import WHOLE, Judge
from composer.theory.passages import Phrases
from composer.theory.sections import Sections

ENOUGH_NOTES = 16
LEAP_SEMITONES = 4
MINOR = MODES.index("minor")


def standstill_span(asks: Asks) -> int:
    """Moments in a window."""
    return int(asks["times"])


def standstill_broken(window: Window, asks: Asks) -> Bools:
    """(...): all notes are one pitch."""
    pitch = window.pitch_midi[..., 0]
    return bools((pitch == pitch[..., :1]).all(axis=-1) & standstill_chances(window, asks))


def standstill_chances(window: Window, _asks: Asks) -> Bools:
    """(...): the notes lie in one phrase."""
    borders = (window.cadence[..., :-1] != 0) & (window.cadence[..., 1:] == 0)
    return bools(~borders.any(axis=-1))


def summit_broken(window: Sections, asks: Asks) -> Bools:
    """(...): both reach the top."""
    return bools(summit_chances(window, asks) & (window.top_midi[..., 0] == window.top_midi[..., 1]))


def summit_chances(window: Sections, _asks: Asks) -> Bools:
    """(...): the letters differ, and one of the two has the highest note."""
    top = window.piece_top[..., :1] == window.top_midi
    letters = window.letter[..., 0] != window.letter[..., 1]
    return bools(letters & top.any(axis=-1) & (window.top_midi != REST).all(axis=-1))


def statistics_broken(window: Window, asks: Asks) -> Bools:
    """(...): too many leaps, or too few of them answered."""
    able = whole_line(window, asks)
    if not able.any():
        return able
    move = window.move[..., 0]
    steps = (np.abs(move) <= 2).mean(axis=-1)
    wide = np.abs(move[..., :-1]) > LEAP_SEMITONES
    turned = (wide & (move[..., :-1] * move[..., 1:] <= 0)).sum(axis=-1)
    bold = turned < asks["turns"] * wide.sum(axis=-1)
    return bools(able & ((steps < asks["steps"]) | bold))


def whole_line(window: Window, _asks: Asks) -> Bools:
    """(...): a line of sixteen notes or more."""
    return bools((window.pitch_midi[..., 0] != REST).sum(axis=-1) >= ENOUGH_NOTES)


def climax_broken(window: Window, asks: Asks) -> Bools:
    """(...): the top comes at the very end, or only in passing."""
    able = whole_line(window, asks)
    if not able.any():
        return able
    pitch, length = window.pitch_midi[..., 0], window.length_ticks[..., 0]
    top = pitch == pitch.max(axis=-1, keepdims=True)
    late = top.argmax(axis=-1) >= asks["latest"] * pitch.shape[-1]
    short = (length * top).max(axis=-1) < np.median(length, axis=-1)
    return bools(able & (late | short))


def ramp_broken(window: Phrases, asks: Asks) -> Bools:
    """(...): the summit comes straight out of the cellar."""
    able = ramp_chances(window, asks)
    if not able.any():
        return able
    top = window.top_midi
    summit = top.argmax(axis=-1)
    before = np.take_along_axis(top, np.maximum(summit - 1, 0)[..., None], axis=-1)[..., 0]
    lowest = (before == top.min(axis=-1)) & (before < np.median(top, axis=-1)) & (summit > 0)
    return bools(able & lowest)


def ramp_chances(window: Phrases, _asks: Asks) -> Bools:
    """(...): four phrases or more with notes."""
    return bools((window.top_midi != REST).all(axis=-1) & (window.top_midi.shape[-1] >= 4))


def _degree(window: Window, place: int) -> Ints:
    found: Ints = (window.letter_step[..., place, 0] - window.tonic_letter[..., place]) % 7 + 1
    return found


def cantus_broken(window: Window, asks: Asks) -> Bools:
    """(...): too few or too many notes, or an end that is not on the tonic."""
    count = window.pitch_midi.shape[-2]
    wrong = (_degree(window, 0) != 1) | (_degree(window, -1) != 1)
    return bools(wrong | (count < asks["least"]) | (count > asks["most"]))


def cantus_chances(window: Window, _asks: Asks) -> Bools:
    """(...): there is a cantus firmus."""
    return bools(window.pitch_midi[..., 0, 0] != REST)


def cantus_top_broken(window: Window, asks: Asks) -> Bools:
    """(...): the highest note comes more than once."""
    pitch = window.pitch_midi[..., 0]
    return bools(cantus_chances(window, asks) & ((pitch == pitch.max(axis=-1, keepdims=True)).sum(axis=-1) > 1))


def cantus_minor_broken(window: Window, asks: Asks) -> Bools:
    """(...): a raised degree goes elsewhere."""
    above = (window.pitch_midi[..., 0] - window.tonic_pc) % 12
    sixth = (above[..., 0] == 9) & (above[..., 1] != 11)
    seventh = (above[..., 0] == 11) & ~(window.last[..., 1] & (above[..., 1] == 0))
    return bools(cantus_minor_chances(window, asks) & (sixth | seventh))


def cantus_minor_chances(window: Window, _asks: Asks) -> Bools:
    """(...): the first of two notes of a cantus in minor is a raised sixth or seventh."""
    above = (window.pitch_midi[..., 0, 0] - window.tonic_pc[..., 0]) % 12
    return bools((window.mode[..., 0] == MINOR) & ((above == 9) | (above == 11)))


JUDGES: dict[str, Judge] = {
    "standstill": Judge(
        "line",
        {"times": whole(3), "roles": roles()},
        standstill_broken,
        standstill_chances,
        span=standstill_span,
        place=1,
    ),
    "summit": Judge("sections", {}, summit_broken, summit_chances, span=2, place=1),
    "statistics": Judge(
        "line", {"steps": number(0.5), "turns": number(0.4), "roles": roles()}, statistics_broken, whole_line,
        span=WHOLE,
    ),
    "climax": Judge("line", {"latest": number(0.9), "roles": roles()}, climax_broken, whole_line, span=WHOLE),
    "ramp": Judge("phrases", {}, ramp_broken, ramp_chances, span=WHOLE),
    "cantus": Judge("cantus", {"least": whole(8), "most": whole(16)}, cantus_broken, cantus_chances, span=WHOLE),
    "cantus-top": Judge("cantus", {}, cantus_top_broken, cantus_chances, span=WHOLE),
    "cantus-minor": Judge("cantus", {}, cantus_minor_broken, cantus_minor_chances, span=2),
}
