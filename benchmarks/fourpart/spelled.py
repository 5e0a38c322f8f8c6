"""Intervals as they are spelled, and chords by the pitch classes that sound."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.fourpart.piece import Tone

TYPES: dict[str, tuple[int, ...]] = {
    "major": (0, 4, 7), "minor": (0, 3, 7), "diminished": (0, 3, 6), "augmented": (0, 4, 8),
    "dominant7": (0, 4, 7, 10), "major7": (0, 4, 7, 11), "minor7": (0, 3, 7, 10),
    "half-diminished7": (0, 3, 6, 10), "diminished7": (0, 3, 6, 9),
}  # fmt: skip
INCOMPLETE: dict[str, tuple[int, ...]] = {
    "dominant7": (0, 4, 10), "major7": (0, 4, 11), "minor7": (0, 3, 10), "major third": (0, 4), "minor third": (0, 3),
    "open fifth": (0, 7), "unison": (0,),
}  # fmt: skip
MAJOR_THIRDS = ("major", "augmented", "dominant7", "major7", "major third")
DIMINISHED = ("diminished", "half-diminished7", "diminished7")
RESOLVING = ("dominant7", "half-diminished7", "diminished7")
_BY_MEMBERS = {
    frozenset((root + member) % 12 for member in members): (root, name)
    for table in (INCOMPLETE, TYPES) for name, members in table.items() for root in range(12)
}  # fmt: skip
_NATURAL = (0, 2, 4, 5, 7, 9, 11)


@dataclass(frozen=True)
class Chord:
    """A chord by its pitch classes: ``root`` (C = 0) and a name of ``TYPES`` or ``INCOMPLETE``."""

    root: int
    type: str

    @property
    def third(self) -> int | None:
        """Pitch class of the third, None where the chord has none."""
        if self.type in ("open fifth", "unison"):
            return None
        return (self.root + (4 if self.type in MAJOR_THIRDS else 3)) % 12

    @property
    def seventh(self) -> int | None:
        """Pitch class of the seventh, if the chord is one that has it."""
        return (self.root + TYPES[self.type][3]) % 12 if self.type in TYPES and len(TYPES[self.type]) > 3 else None


def chord_of(tones: Sequence[Tone]) -> Chord | None:
    """The chord that is exactly these tones, or None; of chords that divide the octave evenly the spelling tells."""
    classes = frozenset(tone.midi % 12 for tone in tones)
    found = _BY_MEMBERS.get(classes)
    if found is None:
        return None
    root, name = found
    if name == "diminished7":
        root = max(tones, key=lambda tone: tone.fifths).midi % 12
    elif name == "augmented":
        root = min(tones, key=lambda tone: tone.fifths).midi % 12
    return Chord(root, name)


def simple(low: Tone, high: Tone) -> tuple[int, int]:
    """Letters (0 to 6) and excess over the major or perfect size of a harmonic interval, octaves taken off."""
    if (high.step, high.midi) < (low.step, low.midi):
        low, high = high, low
    octaves, letters = divmod(high.step - low.step, 7)
    return letters, high.midi - low.midi - 12 * octaves - _NATURAL[letters]


def is_perfect_fifth(low: Tone, high: Tone) -> bool:
    """A perfect fifth or its compounds, as spelled."""
    return simple(low, high) == (4, 0)


def is_diminished_fifth(low: Tone, high: Tone) -> bool:
    """A diminished fifth or its compounds, as spelled."""
    return simple(low, high) == (4, -1)


def is_unison(low: Tone, high: Tone) -> bool:
    """The same note."""
    return (low.step, low.midi) == (high.step, high.midi)


def is_octave(low: Tone, high: Tone) -> bool:
    """An octave or its compounds, as spelled; no unison."""
    return simple(low, high) == (0, 0) and not is_unison(low, high)


def is_augmented_step(before: Tone, after: Tone) -> bool:
    """Any augmented melodic interval but the unison (and its compounds)."""
    letters, excess = simple(before, after)
    if letters == 0:
        return False
    return excess > 0
