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
# Naming chords in keys, nats; design values. Kinds as in ``analysis.states.KINDS``: diatonic, seventh, melodic,
# applied,
# borrowed, chromatic.
KIND_NATS = (0.0, 0.1, 0.6, 1.2, 1.8, 2.4)
TURN_NATS, FIFTH_NATS, AWAY_NATS, FLAT_DOMINANT_NATS = 1.2, 0.3, 2.5, 4.0
DOMINANT = 7  # semitones of its root above the tonic
CLOSE_NATS = {0: 1.6, 7: 0.8}  # a line that ends on the tonic or the dominant (semitones of the root) of its key


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
    """A chord as a numeral in a key, and its price there: what leaves the key's own chords costs (nats)."""

    chord: Chord
    key: Key
    nats: float


@dataclass(frozen=True)
class Names:
    """What every chord of a vocabulary is called: ``usual`` in the home key or the nearest that has it (None: nowhere),
    ``every`` its names in all keys within reach."""

    home: Key
    usual: tuple[Name | None, ...]
    every: tuple[tuple[Name, ...], ...]


def names(vocabulary: Vocabulary, home: Key, signature: int, numerals: Sequence[Row]) -> Names:
    """The names of chords under a signature."""
    near = near_keys([signature], REACH)
    keys = sorted({*near, home}, key=lambda key: (key != home, abs(key.fifths - signature), key.name))
    states_ = states(keys, numerals)
    known: dict[tuple[int, ...], list[int]] = {}
    for number, members in enumerate((states_.member + LOWEST).tolist()):
        size = len(states_.chords[number].members)
        known.setdefault((*members[:size], int(states_.inversion[number])), []).append(number)
    every = []
    for members, inversion in zip(vocabulary.members.tolist(), vocabulary.inversion.tolist(), strict=True):
        places = [place + signature for place in members if place != NOWHERE]
        found = known.get((*places, inversion), [])
        every.append(tuple(Name(states_.chords[n], keys[states_.key[n]], KIND_NATS[states_.kind[n]]) for n in found))
    return Names(home, tuple(row[0] if row else None for row in every), tuple(every))


def named_in_keys(names_: Names, chords: Sequence[int], closes: Sequence[bool]) -> list[Name]:
    """The names of chords in a row, in keys that change as seldom as the chords allow; exact.

    A line that ends on a tonic or a dominant of its key is worth something; a piece begins and ends at home.
    """
    last = len(chords) - 1
    costs: list[list[float]] = []
    back: list[list[int]] = []
    for place, chord in enumerate(chords):
        row, links = [], []
        for name in names_.every[chord]:
            own = name.nats - (CLOSE_NATS.get(name.chord.root[1], 0.0) if closes[place] else 0.0)
            own += AWAY_NATS * (name.key != names_.home) * (place in (0, last))
            earlier = names_.every[chords[place - 1]] if place else ()
            known = costs[-1] if place else []
            ways = [cost + _turn(one, name) for cost, one in zip(known, earlier, strict=True)] or [0.0]
            links.append(min(range(len(ways)), key=ways.__getitem__))
            row.append(own + ways[links[-1]])
        costs.append(row)
        back.append(links)
    at = min(range(len(costs[-1])), key=costs[-1].__getitem__)
    found = []
    for place in range(last, -1, -1):
        found.append(names_.every[chords[place]][at])
        at = back[place][at]
    return found[::-1]


def _turn(before: Name, after: Name) -> float:
    """Nats of one name after another: for a new key, and for a dominant that does not lead."""
    if before.key != after.key:
        return TURN_NATS + FIFTH_NATS * abs(before.key.fifths - after.key.fifths)
    root, quality = before.chord.root[1], before.chord.quality
    flat = before.key.is_minor and root == DOMINANT and quality.startswith("minor") and after.chord.root[1] == 0
    return FLAT_DOMINANT_NATS if flat else 0.0


def place_of(chord: Chord, key: Key, signature: int) -> tuple[int, str, int]:
    """(root above the signature's tonic, shape, inversion) of a numeral in a key."""
    return tonic_fifths(key) + relative_fifths(*chord.root) - signature, chord.quality, chord.inversion
