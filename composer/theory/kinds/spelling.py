"""The letter of a note.

- ``letter``: ``by = "chord"``: a note that sounds like a member of the chord is written as that member. ``by =
  "scale"``: a note that is no chord member but sounds like a degree of the key (raised sixth and seventh of minor
  included) is written as that degree.
- ``scale``: a note stands on a degree of the key, the raised sixth and seventh of minor included.
- ``sign``: a note on the letter of one of the chord's ``members`` has that member's sign.
"""

from __future__ import annotations

import numpy as np

from composer.score.key import MODES, SCALES
from composer.score.windows import ABSENT, REST, Bools, Window, bools
from composer.theory.asks import Asks, choice, choices, roles
from composer.theory.judge import Judge

# (modes, 12) letters above the tonic of each semitone above it; ABSENT where the scale leaves the spelling open.
LETTERS = np.full((len(MODES), 12), ABSENT)
for _number, _mode in enumerate(MODES):
    LETTERS[_number, list(SCALES[_mode])] = range(7)
LETTERS[MODES.index("minor"), [9, 11]] = 5, 6  # the raised sixth and seventh
# (modes, 12) whether the semitone above the tonic belongs to the scale.
KNOWN = LETTERS >= 0
MEMBERS = ("root", "third", "fifth", "seventh")


def letter_broken(window: Window, asks: Asks) -> Bools:
    """(...): the note is written on the wrong letter."""
    pitch, letter = window.pitch_midi[..., 0, 0], window.letter_step[..., 0, 0] % 7
    if asks["by"] == "chord":
        same = (pitch % 12)[..., None] == window.member_pc[..., 0, :]
        wrong = (same & (letter[..., None] != window.member_letter[..., 0, :])).any(axis=-1)
    else:
        above = (pitch - window.tonic_pc[..., 0]) % 12
        letters = LETTERS[window.mode[..., 0], above]
        wrong = (letter - window.tonic_letter[..., 0]) % 7 != letters
    return bools(wrong & letter_chances(window, asks))


def letter_chances(window: Window, asks: Asks) -> Bools:
    """(...): the chord (or the scale, where the chord is silent) knows the note."""
    pitch = window.pitch_midi[..., 0, 0]
    member = ((pitch % 12)[..., None] == window.member_pc[..., 0, :]).any(axis=-1)
    if asks["by"] == "chord":
        return bools(member & (pitch != REST))
    above = (pitch - window.tonic_pc[..., 0]) % 12
    known = LETTERS[window.mode[..., 0], above] != ABSENT
    return bools(known & ~member & (pitch != REST))


def scale_broken(window: Window, asks: Asks) -> Bools:
    """(...): the note is foreign to the scale."""
    above = (window.pitch_midi[..., 0, 0] - window.tonic_pc[..., 0]) % 12
    return bools(scale_chances(window, asks) & ~KNOWN[window.mode[..., 0], above])


def scale_chances(window: Window, _asks: Asks) -> Bools:
    """(...): a note sounds."""
    return np.asarray(window.pitch_midi[..., 0, 0] != REST, dtype=bool)


def sign_broken(window: Window, asks: Asks) -> Bools:
    """(...): the letter is right and the sign is wrong."""
    pc = window.pitch_midi[..., 0, 0] % 12
    wrong = bools(sign_chances(window, asks) & False)
    for name in asks["members"]:
        slot = MEMBERS.index(name)
        on = window.letter_step[..., 0, 0] % 7 == window.member_letter[..., 0, slot]
        wrong = wrong | (on & (pc != window.member_pc[..., 0, slot]) & (window.member_pc[..., 0, slot] != ABSENT))
    return bools(wrong & sign_chances(window, asks))


def sign_chances(window: Window, _asks: Asks) -> Bools:
    """(...): a note sounds over a known chord."""
    return bools((window.pitch_midi[..., 0, 0] != REST) & (window.member_pc[..., 0, 0] != ABSENT))


JUDGES: dict[str, Judge] = {
    "letter": Judge("line", {"by": choice("chord", "chord", "scale"), "roles": roles()}, letter_broken, letter_chances),
    "scale": Judge("line", {"roles": roles()}, scale_broken, scale_chances),
    "sign": Judge("line", {"members": choices(("third",), *MEMBERS), "roles": roles()}, sign_broken, sign_chances),
}
