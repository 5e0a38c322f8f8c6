"""How low, how high and how wide: notes, tunes, and what stands in the cellar.

- ``note``: each note of a line lies between the lowest and highest pitch that ``ranges`` gives its role; other roles
  are not judged.
- ``tune``: all sections of a piece taken together are one tune: its lowest and highest note lie at most ``range``
  semitones apart (0: any), and its notes spread by at most ``spread`` semitones (standard deviation; 0: any).
- ``low``: where something is struck, the lowest two notes that sound together stand no lower than their interval
  allows. ``floor`` gives the lowest MIDI number of the lower note for intervals of 1 to 11 semitones; wider ones and
  unisons are free.
- ``middle``: of a whole line at least the share ``least`` of its time lies between the pitches that ``ranges`` gives
  its role.
"""

from __future__ import annotations

import numpy as np

from composer.score.windows import REST, Bools, Window, bools
from composer.theory.asks import Asks, number, ranges, roles, whole, wholes
from composer.theory.judge import WHOLE, Judge
from composer.theory.sections import Sections, Strikes

ENOUGH_NOTES = 8


def note_broken(window: Window, asks: Asks) -> Bools:
    """(...): the note lies outside its role's range."""
    if window.roles[0] not in asks["ranges"]:
        return np.zeros(window.pitch_midi.shape[:-2], dtype=bool)
    low, high = asks["ranges"][window.roles[0]]
    pitch = window.pitch_midi[..., 0, 0]
    return bools(((pitch < low) | (pitch > high)) & (pitch != REST))


def note_chances(window: Window, asks: Asks) -> Bools:
    """(...): a note of a role with a range sounds."""
    judged = window.roles[0] in asks["ranges"]
    return bools((window.pitch_midi[..., 0, 0] != REST) & judged)


def tune_broken(window: Sections, asks: Asks) -> Bools:
    """(...): the tune is too wide."""
    wide = (window.tune_range[..., 0] > asks["range"]) & (asks["range"] > 0)
    strewn = (window.tune_spread[..., 0] > asks["spread"]) & (asks["spread"] > 0)
    return bools(tune_chances(window, asks) & (wide | strewn))


def tune_chances(window: Sections, _asks: Asks) -> Bools:
    """(...): it is the first section."""
    return bools(window.number[..., 0] == 0)


def low_broken(window: Strikes, asks: Asks) -> Bools:
    """(...): the interval lies too low to be clear."""
    floor = np.array([0, *asks["floor"], 0])
    size = np.clip(window.second_midi - window.lowest_midi, 0, 12)[..., 0]
    return bools(low_chances(window, asks) & (window.lowest_midi[..., 0] < floor[size]))


def low_chances(window: Strikes, _asks: Asks) -> Bools:
    """(...): two notes sound together."""
    return bools((window.lowest_midi[..., 0] != REST) & (window.second_midi[..., 0] != REST))


def middle_broken(window: Window, asks: Asks) -> Bools:
    """(...): too much of the line lies outside the middle."""
    judged = middle_chances(window, asks)
    if not judged.any():
        return judged
    low, high = asks["ranges"][window.roles[0]]
    pitch, length = window.pitch_midi[..., 0], window.length_ticks[..., 0]
    inside = (length * ((pitch >= low) & (pitch <= high))).sum(axis=-1)
    return bools(judged & (inside < asks["least"] * length.sum(axis=-1)))


def middle_chances(window: Window, asks: Asks) -> Bools:
    """(...): a line of eight notes or more, of a role with a middle."""
    sounding = (window.pitch_midi[..., 0] != REST).sum(axis=-1) >= ENOUGH_NOTES
    return bools(sounding & (window.roles[0] in asks["ranges"]))


JUDGES: dict[str, Judge] = {
    "note": Judge("line", {"ranges": ranges(), "roles": roles()}, note_broken, note_chances),
    "tune": Judge("sections", {"range": whole(0), "spread": number(0.0)}, tune_broken, tune_chances),
    "low": Judge("strikes", {"floor": wholes(52, 52, 48, 47, 45, 45, 37, 41, 41, 41, 41)}, low_broken, low_chances),
    "middle": Judge(
        "line", {"ranges": ranges(), "least": number(0.6), "roles": roles()}, middle_broken, middle_chances, span=WHOLE
    ),
}
