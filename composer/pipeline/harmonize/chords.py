"""The chords of the chorale style: where each stands above a signature, and what it is called in a key."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from composer.analysis.states import near_keys, relative_fifths, states, tonic_fifths
from composer.analysis.units import LOWEST
from composer.score.chord import QUALITIES, Chord
from composer.score.key import Key
from composer.score.windows import Bools, Ints
from composer.theory.tables import Row

NOWHERE = 99  # the seventh of a triad
REACH = 3  # fifths from the signature within which a chord's key is looked for


@dataclass(frozen=True)
class Vocabulary:
    """C chords. ``root`` (C,) places on the line of fifths above the signature's major tonic; ``shape`` names in
    ``QUALITIES``; ``inversion`` (C,)."""

    root: Ints
    shape: tuple[str, ...]
    inversion: Ints

    @property
    def count(self) -> int:
        """Number of chords."""
        return len(self.shape)

    @property
    def members(self) -> Ints:
        """(C, 4) places of root, third, fifth and seventh; NOWHERE where there is none."""
        rows = []
        for root, shape in zip(self.root.tolist(), self.shape, strict=True):
            places = [root + relative_fifths(*member) for member in QUALITIES[shape]]
            rows.append(places + [NOWHERE] * (4 - len(places)))
        return np.array(rows, dtype=np.int64)

    @property
    def bass(self) -> Ints:
        """(C,) places of the bass."""
        return np.asarray(self.members[np.arange(self.count), self.inversion])

    def holds(self, places: Ints) -> Bools:
        """(T, C) whether each of (T,) places above the tonic is a member of each chord."""
        return np.asarray((self.members[None] == places[:, None, None]).any(axis=2))


@dataclass(frozen=True)
class Name:
    """A chord as a numeral in a key."""

    chord: Chord
    key: Key


def names(vocabulary: Vocabulary, home: Key, signature: int, numerals: Sequence[Row]) -> tuple[Name | None, ...]:
    """What each chord is called: in the home key if it has such a chord, else in the nearest key that has; None if no
    key within reach has it."""
    keys = sorted(near_keys([signature], REACH), key=lambda key: (key != home, abs(key.fifths - signature), key.name))
    every = states(keys if home in keys else [home, *keys], numerals)
    known: dict[tuple[int, ...], int] = {}
    for number in range(every.count):
        places = every.member[number, : len(every.chords[number].members)] + LOWEST
        known.setdefault((*places.tolist(), int(every.inversion[number])), number)
    found: list[Name | None] = []
    for members, inversion in zip(vocabulary.members, vocabulary.inversion.tolist(), strict=True):
        places = [int(place) + signature for place in members if place != NOWHERE]
        at = known.get((*places, inversion))
        found.append(None if at is None else Name(every.chords[at], every.keys[every.key[at]]))
    return tuple(found)


def place_of(chord: Chord, key: Key, signature: int) -> tuple[int, str, int]:
    """(root above the signature's tonic, shape, inversion) of a numeral in a key."""
    return tonic_fifths(key) + relative_fifths(*chord.root) - signature, chord.quality, chord.inversion
