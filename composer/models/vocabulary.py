"""The symbols melodies are learned in: semitones above a tonic near the tune's register.

``tonic_midi`` is the tonic that puts the mean pitch of the tune (weighted by length) between ``MEAN_LOW`` and
``MEAN_LOW + 12`` semitones above it. A symbol is ``pitch_midi - tonic_midi``, from ``LOW`` to ``HIGH``; its
index in arrays is ``symbol - LOW``.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

LOW, HIGH = -12, 24
SIZE = HIGH - LOW + 1  # S
START = LOW - 1  # stands before the first note in contexts
MEAN_LOW = -3.0
MODES = ("major", "minor")


def tonic_midi(tonic_pc: int, mean_pitch_midi: float) -> int:
    """The tonic (MIDI) that a tune of this mean pitch is measured from.

    >>> tonic_midi(2, 67.0), tonic_midi(2, 72.5)
    (62, 74)
    """
    return tonic_pc + 12 * int(np.floor((mean_pitch_midi - MEAN_LOW - tonic_pc) / 12))


def symbols_of(pitch_midi: ArrayLike, tonic: int) -> NDArray[np.int64]:
    """Symbols of pitches (any shape), folded by octaves into LOW..HIGH."""
    symbols = np.asarray(pitch_midi, np.int64) - tonic
    symbols = np.where(symbols < LOW, symbols + 12 * -((symbols - LOW) // 12), symbols)
    return np.where(symbols > HIGH, symbols - 12 * -((HIGH - symbols) // 12), symbols)


def mode_index(mode: str | bool | int) -> int:
    """0 for major-like, 1 for minor-like; takes ``"minor"``, a mode's name, True for minor, or the index."""
    if isinstance(mode, str):
        return int(mode in ("minor", "dorian", "phrygian", "locrian", "aeolian"))
    return int(mode)
