"""Keys: tonic, mode and signature; reading what a person types; spelling by degree."""

from __future__ import annotations

import re
from dataclasses import dataclass

from composer.score.pitch import LETTER_FIFTHS, LETTER_SEMITONES, LETTERS, Pitch, accidental, pitch_at

# Distance of each mode's signature from that of the major key on the same tonic, in fifths.
MODE_FIFTHS = {
    "major": 0, "minor": -3, "dorian": -2, "phrygian": -4, "lydian": 1, "mixolydian": -1, "locrian": -5,
    "aeolian": -3,
}
MODES = tuple(MODE_FIFTHS)  # a mode's place here is its code in arrays


def mode_scale(mode: str) -> tuple[int, ...]:
    """Semitones of the seven degrees of a mode above its tonic.

    >>> mode_scale("dorian")
    (0, 2, 3, 5, 7, 9, 10)
    """
    order = (0, 2, 4, -1, 1, 3, 5)  # fifths above the tonic of the degrees of the major scale
    lowest = MODE_FIFTHS[mode] - 1  # seven neighbours on the line of fifths
    return tuple(7 * (lowest + (fifth - lowest) % 7) % 12 for fifth in order)


SCALES = {mode: mode_scale(mode) for mode in MODES}
MAX_ACCIDENTALS = 7
_GERMAN = {
    "h": "B", "his": "B#", "cis": "C#", "dis": "D#", "eis": "E#", "fis": "F#", "gis": "G#", "ais": "A#",
    "ces": "Cb", "des": "Db", "es": "Eb", "fes": "Fb", "ges": "Gb", "as": "Ab", "hes": "Bb",
}
_WISH = re.compile(
    r"^\s*([A-Ga-g])\s*-?\s*(##|#|bb|b|♯|♭|sharp|flat)?\s*-?\s*(m|min|minor|maj|major|M|dorian|phrygian|lydian|"
    r"mixolydian|locrian|aeolian|ionian)?\s*$"
)
_MODE_WORDS = {
    "m": "minor", "min": "minor", "minor": "minor", "M": "major", "maj": "major",
    "major": "major", "ionian": "major",
}
_WORD = {0: "", 1: " sharp", -1: " flat", 2: " double sharp", -2: " double flat"}


@dataclass(frozen=True)
class Key:
    """A tonic (letter and alteration) and a mode of ``MODE_FIFTHS``."""

    step: int
    alter: int
    mode: str

    @property
    def tonic_pc(self) -> int:
        """Pitch class of the tonic, C = 0."""
        return (LETTER_SEMITONES[self.step] + self.alter) % 12

    @property
    def fifths(self) -> int:
        """Signature: sharps positive, flats negative."""
        return LETTER_FIFTHS[self.step] + 7 * self.alter + MODE_FIFTHS[self.mode]

    @property
    def is_minor(self) -> bool:
        """True for modes whose third is minor."""
        return MODE_FIFTHS[self.mode] <= -2

    @property
    def is_modal(self) -> bool:
        """True for the modes beside major and minor, whose seventh degree is not raised at cadences."""
        return self.mode not in ("major", "minor")

    @property
    def third(self) -> str:
        """``major`` or ``minor``: the kind of the third above the tonic."""
        return "minor" if self.is_minor else "major"

    @property
    def scale(self) -> tuple[int, ...]:
        """Semitones of the seven degrees above the tonic; in minor the natural ones."""
        return SCALES[self.mode]

    @property
    def tonic_name(self) -> str:
        """``Bb``, ``F#``."""
        return LETTERS[self.step] + accidental(self.alter)

    @property
    def name(self) -> str:
        """``D minor``, ``Bb major``."""
        return f"{self.tonic_name} {self.mode}"

    @property
    def spoken(self) -> str:
        """``B flat major``."""
        return f"{LETTERS[self.step]}{_WORD.get(self.alter, '')} {self.mode}"

    def signature_alter(self, step: int) -> int:
        """Alteration of a letter by the signature."""
        order = LETTER_FIFTHS[step]  # F = -1 is sharpened first, B = 5 last
        return (self.fifths + 5 - order) // 7

    def pitch(self, letters: int, semitones: int, octave: int = 0) -> Pitch:
        """The pitch ``letters`` staff steps and ``semitones`` above this key's tonic , the tonic in ``octave``.

        Both may be negative or above an octave; the spelling follows ``letters``.
        """
        tonic = Pitch(octave, self.step, self.alter)
        return pitch_at(tonic.letter_step + letters, tonic.midi + semitones)

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True)
class KeyWish:
    """What a person asked for: a tonic, and a mode if one was said."""

    step: int
    alter: int
    mode: str | None


def parse_key(text: str) -> KeyWish:
    """Read ``D``, ``d``, ``Dm``, ``D minor``, ``Bb``, ``F#m``, ``B-flat``; lower case means minor.

    Raises:
        ValueError: no key; German names are answered with the English one.
    """
    words = text.strip()
    german = re.match(r"^([A-Za-z]+?)[\s-]*(dur|moll|major|minor)?$", words)
    if german and german.group(1).lower() in _GERMAN and (
        german.group(1).lower() != "as" or words.lower().startswith("as")
    ):
        english = _GERMAN[german.group(1).lower()]
        raise ValueError(f"'{text}' is a German name; write {english} (B is B natural, Bb is B flat)")
    found = _WISH.match(words)
    if not found and words[:1].isalpha():
        found = _WISH.match(words[0] + words[1:].lower())
    if not found:
        raise ValueError(f"'{text}' is no key; write a tonic and perhaps a mode, as in D, Dm, 'Bb major', F#m")
    letter, sign, mode_word = found.groups()
    alter = {"#": 1, "♯": 1, "sharp": 1, "b": -1, "♭": -1, "flat": -1, "##": 2, "bb": -2}.get(sign or "", 0)
    if abs(alter) == 2:
        raise ValueError(f"'{text}': a tonic has at most one sharp or flat, as in Bb or F#")
    mode = _MODE_WORDS.get(mode_word, mode_word) if mode_word else ("minor" if letter.islower() else None)
    return KeyWish(LETTERS.index(letter.upper()), alter, mode)


def respelled(key: Key) -> Key:
    """The same key, its tonic respelled if it would need more than seven accidentals."""
    if abs(key.fifths) <= MAX_ACCIDENTALS:
        return key
    shift = -12 if key.fifths > 0 else 12
    tonic_fifths = LETTER_FIFTHS[key.step] + 7 * key.alter + shift
    step = LETTER_FIFTHS.index((tonic_fifths + 1) % 7 - 1)
    return Key(step, (tonic_fifths - LETTER_FIFTHS[step]) // 7, key.mode)
