"""Spelled pitches and the intervals between them.

A pitch is a letter (0 = C ... 6 = B), an alteration in semitones and an octave in scientific notation
(C4 = middle C = MIDI 60).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

LETTERS = "CDEFGAB"
LETTER_SEMITONES = (0, 2, 4, 5, 7, 9, 11)
# Place of each natural letter on the line of fifths, F = -1, C = 0, G = 1 ...
LETTER_FIFTHS = (0, 2, 4, -1, 1, 3, 5)
# Size in semitones of the major or perfect interval of each letter distance.
NATURAL_SIZES = LETTER_SEMITONES
PERFECT_LETTERS = (0, 3, 4)
_NAME = re.compile(r"^([A-Ga-g])(#{1,3}|b{1,3}|x|n)?(-?\d+)$")


def accidental(alter: int) -> str:
    """``#``, ``b`` and their repetitions; the empty string for a natural."""
    return "#" * alter if alter > 0 else "b" * -alter


@dataclass(frozen=True, order=True)
class Pitch:
    """A spelled pitch: ``letter_step`` orders by staff position, ``midi`` by sound."""

    octave: int
    step: int
    alter: int = 0

    @property
    def midi(self) -> int:
        """MIDI number, middle C = 60."""
        return 12 * (self.octave + 1) + LETTER_SEMITONES[self.step] + self.alter

    @property
    def letter_step(self) -> int:
        """Staff position: seven to the octave, C0 = 0."""
        return 7 * self.octave + self.step

    @property
    def fifths(self) -> int:
        """Place on the line of fifths, C = 0, G = 1, F = -1."""
        return LETTER_FIFTHS[self.step] + 7 * self.alter

    @property
    def name(self) -> str:
        """``C#4``, ``Bb3``."""
        return f"{LETTERS[self.step]}{accidental(self.alter)}{self.octave}"

    @property
    def letter_name(self) -> str:
        """The name without its octave."""
        return f"{LETTERS[self.step]}{accidental(self.alter)}"

    def __str__(self) -> str:
        return self.name


def parse_pitch(text: str) -> Pitch:
    """Read ``C#4``, ``Bb3``, ``Fx5``.

    Raises:
        ValueError: the text is no pitch name.
    """
    found = _NAME.match(text)
    if not found:
        raise ValueError(f"'{text}' is no pitch; write a letter, # or b, and an octave, as in F#4")
    letter, sign, octave = found.groups()
    sign = sign or ""
    alter = 2 if sign == "x" else 0 if sign == "n" else sign.count("#") - sign.count("b")
    return Pitch(int(octave), LETTERS.index(letter.upper()), alter)


def pitch_at(letter_step: int, midi: int) -> Pitch:
    """The pitch on staff position ``letter_step`` that sounds as ``midi``."""
    octave, step = divmod(letter_step, 7)
    return Pitch(octave, step, midi - (12 * (octave + 1) + LETTER_SEMITONES[step]))


def interval_name(low: Pitch, high: Pitch) -> str:
    """``P5``, ``m3``, ``A2``, ``d5`` ... (compound intervals keep their size: ``M10``)."""
    letters, semitones = high.letter_step - low.letter_step, high.midi - low.midi
    if letters < 0 or (letters == 0 and semitones < 0):
        letters, semitones = -letters, -semitones
    octaves, simple = divmod(letters, 7)
    excess = semitones - 12 * octaves - NATURAL_SIZES[simple]
    if simple in PERFECT_LETTERS:
        quality = "P" if excess == 0 else "A" * excess if excess > 0 else "d" * -excess
    else:
        quality = "M" if excess == 0 else "m" if excess == -1 else "A" * excess if excess > 0 else "d" * (-excess - 1)
    return f"{quality}{letters + 1}"
