"""Chords as Roman numerals: root, quality and inversion relative to a key.

Grammar of a numeral: ``[b|#]ROMAN[°|ø|+][maj7|sus4|add9][figures][/TARGET]``, figures ``6 6/4 7 6/5 4/3 4/2`` (the
stroke may be left out); an inverted major seventh is ``IVmaj6/5``. Upper case is a major triad, with ``7`` a dominant
seventh; lower case is minor.
``It6 Ger6 Fr6`` are the augmented sixths, the same in both modes: the lowered sixth degree in the bass, the raised
fourth above it. They are built by thirds, Italian and German on the raised fourth, French on the second degree.
Without a sign ``III VI VII`` stand on the minor degrees in minor; a sign counts from the major scale in both modes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from composer.score.key import Key
from composer.score.pitch import Pitch

ROOT, THIRD, FIFTH, SEVENTH = 0, 1, 2, 3
# Members above the root as (letters, semitones).
QUALITIES: dict[str, tuple[tuple[int, int], ...]] = {
    "major": ((0, 0), (2, 4), (4, 7)),
    "minor": ((0, 0), (2, 3), (4, 7)),
    "diminished": ((0, 0), (2, 3), (4, 6)),
    "augmented": ((0, 0), (2, 4), (4, 8)),
    "suspended": ((0, 0), (3, 5), (4, 7)),
    "power": ((0, 0), (4, 7)),
    "dominant-seventh": ((0, 0), (2, 4), (4, 7), (6, 10)),
    "major-seventh": ((0, 0), (2, 4), (4, 7), (6, 11)),
    "minor-seventh": ((0, 0), (2, 3), (4, 7), (6, 10)),
    "half-diminished": ((0, 0), (2, 3), (4, 6), (6, 10)),
    "diminished-seventh": ((0, 0), (2, 3), (4, 6), (6, 9)),
    "suspended-seventh": ((0, 0), (3, 5), (4, 7), (6, 10)),
    "italian-sixth": ((0, 0), (2, 2), (4, 6)),
    "german-sixth": ((0, 0), (2, 2), (4, 6), (6, 9)),
    "french-sixth": ((0, 0), (2, 4), (4, 6), (6, 10)),
}
# Numeral: root above the tonic (letters, semitones), quality, inversion.
AUGMENTED_SIXTHS = {
    "It6": ((3, 6), "italian-sixth", 1), "Ger6": ((3, 6), "german-sixth", 1), "Fr6": ((1, 2), "french-sixth", 2),
}
_SEVENTHS = {
    "major": "dominant-seventh", "minor": "minor-seventh", "diminished": "diminished-seventh",
    "suspended": "suspended-seventh",
}
_MAJOR = (0, 2, 4, 5, 7, 9, 11)
_MINOR = (0, 2, 3, 5, 7, 8, 10)
_ROMANS = ("I", "II", "III", "IV", "V", "VI", "VII")
_FIGURES = {
    "": (0, False), "5/3": (0, False), "6": (1, False), "6/4": (2, False), "7": (0, True), "6/5": (1, True),
    "4/3": (2, True), "4/2": (3, True), "2": (3, True), "64": (2, False), "65": (1, True), "43": (2, True),
    "42": (3, True), "53": (0, False),
}
_NUMERAL = re.compile(
    r"^(?P<sign>[b#]?)(?P<roman>[IViv]+)(?P<mark>[°oø+]?)(?P<colour>maj7|maj(?=6/5|4/3|4/2)|sus4|5)?"
    r"(?P<figures>6/4|6/5|4/3|4/2|5/3|64|65|43|42|53|[267])?(?P<after>sus4)?(?:/(?P<target>[b#]?[IViv]+°?))?$"
)


@dataclass(frozen=True)
class Chord:
    """A chord relative to a tonic. ``members``: (letters, semitones) above the tonic, root first."""

    numeral: str
    quality: str
    inversion: int
    members: tuple[tuple[int, int], ...]
    target: tuple[int, int] | None = None  # root of the chord an applied chord points to

    @property
    def root(self) -> tuple[int, int]:
        """(letters, semitones) of the root above the tonic."""
        return self.members[0]

    @property
    def bass(self) -> tuple[int, int]:
        """(letters, semitones) of the bass above the tonic."""
        return self.members[min(self.inversion, len(self.members) - 1)]

    @property
    def is_dominant(self) -> bool:
        """V, V7, vii° and their applied forms: chords with a leading tone that wants to rise."""
        return self.leading is not None

    @property
    def leading(self) -> tuple[int, int] | None:
        """(letters, semitones) of the leading tone of a dominant chord, else None."""
        _, goal = self.target or (0, 0)
        _, semitones = self.members[0]
        if self.quality in ("major", "dominant-seventh") and (semitones - goal) % 12 == 7:
            return self.members[1]
        if self.quality in ("diminished", "half-diminished", "diminished-seventh") and (goal - semitones) % 12 == 1:
            return self.members[0]
        return None

    @property
    def seventh(self) -> tuple[int, int] | None:
        """(letters, semitones) of the chordal seventh, else None."""
        return self.members[3] if len(self.members) > 3 else None

    def pitch_classes(self, key: Key) -> tuple[int, ...]:
        """Pitch classes of the members in a key, root first."""
        return tuple((key.tonic_pc + semitones) % 12 for _, semitones in self.members)

    def spelled(self, key: Key) -> tuple[Pitch, ...]:
        """The members as pitches of octave 4 upwards, root first: for names, not for sound."""
        near = [(letters, (semitones - _MAJOR[letters] + 6) % 12 - 6) for letters, semitones in self.members]
        return tuple(key.pitch(letters, _MAJOR[letters] + off, 4) for letters, off in near)

    def __str__(self) -> str:
        return self.numeral


def _roman_root(sign: str, roman: str, mark: str, minor: bool) -> tuple[int, int]:
    letters = _ROMANS.index(roman.upper())
    if sign:
        return letters, _MAJOR[letters] + (1 if sign == "#" else -1)
    raised = letters in (5, 6) and mark in ("°", "o", "ø") and minor  # vii° stands on the leading tone, vi° below it
    return letters, (_MAJOR if raised or not minor else _MINOR)[letters]


def _quality(triad: str, mark: str, colours: tuple[str | None, str | None], seventh: bool) -> str:
    """The name in QUALITIES of a triad with its colour and seventh."""
    if colours[0] in ("maj7", "maj"):
        return "major-seventh"
    if colours[0] == "5":
        return "power"
    if "sus4" in colours:
        return "suspended-seventh" if seventh else "suspended"
    if not seventh:
        return triad
    return "half-diminished" if mark == "ø" else _SEVENTHS.get(triad, "dominant-seventh")


def parse_chord(numeral: str, minor: bool) -> Chord:
    """Read a Roman numeral in a major or minor key.

    Raises:
        ValueError: no numeral of the grammar above.
    """
    if numeral in AUGMENTED_SIXTHS:
        root, quality, inversion = AUGMENTED_SIXTHS[numeral]
        return Chord(numeral, quality, inversion, _members(root, quality))
    found = _NUMERAL.match(numeral)
    if not found or found["roman"].upper() not in _ROMANS:
        raise ValueError(f"'{numeral}' is no Roman numeral; write it as V7, ii6/5, bVI, vii°7, V7/V, Imaj7 or Ger6")
    if found["roman"] not in (found["roman"].upper(), found["roman"].lower()):
        raise ValueError(f"'{numeral}' mixes upper and lower case; upper case is major, lower case minor")
    base, target = (0, 0), None
    applied_minor = minor
    if found["target"]:
        goal = parse_chord(found["target"], minor)
        base = target = goal.root
        applied_minor = goal.quality in ("minor", "diminished") and found["roman"].upper() == "VII"
    mark = "" if found["mark"] is None else found["mark"]
    if target is not None:
        letters = _ROMANS.index(found["roman"].upper())
        minor_letters = applied_minor and not (letters == 6 and mark in ("°", "o", "ø"))
        root = (letters, (_MINOR if minor_letters else _MAJOR)[letters])
    else:
        root = _roman_root(found["sign"], found["roman"], mark, minor)
    triad = "major" if found["roman"].isupper() else "minor"
    triad = {"°": "diminished", "o": "diminished", "ø": "diminished", "+": "augmented"}.get(mark, triad)
    inversion, seventh = _FIGURES[found["figures"] or ""]
    quality = _quality(triad, mark, (found["colour"], found["after"]), seventh)
    return Chord(numeral, quality, inversion, _members((root[0] + base[0], root[1] + base[1]), quality), target)


def _members(root: tuple[int, int], quality: str) -> tuple[tuple[int, int], ...]:
    """(letters, semitones) above the tonic of a chord's members, root first."""
    return tuple(((root[0] + letters) % 7, (root[1] + semitones) % 12) for letters, semitones in QUALITIES[quality])
