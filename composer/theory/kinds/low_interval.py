"""Thick chords low down.

A moment at which something is struck: the lowest two notes that sound together stand no lower than their interval
allows. ``floor`` gives the lowest MIDI number of the lower note for intervals of 1 to 11 semitones; wider ones and
unisons are free.
"""

from __future__ import annotations

import numpy as np

from composer.score.windows import REST, Bools, bools
from composer.theory.asks import Ask, Asks, wholes
from composer.theory.sections import Strikes

SCOPE = "strikes"
PLACE = 0
ASKS: dict[str, Ask] = {"floor": wholes(52, 52, 48, 47, 45, 45, 37, 41, 41, 41, 41)}


def span(_asks: Asks) -> int:
    """Moments in a window."""
    return 1


def broken(window: Strikes, asks: Asks) -> Bools:
    """(...): the interval lies too low to be clear."""
    floor = np.array([0, *asks["floor"], 0])
    size = np.clip(window.second_midi - window.lowest_midi, 0, 12)[..., 0]
    return bools(chances(window, asks) & (window.lowest_midi[..., 0] < floor[size]))


def chances(window: Strikes, _asks: Asks) -> Bools:
    """(...): two notes sound together."""
    return bools((window.lowest_midi[..., 0] != REST) & (window.second_midi[..., 0] != REST))
