"""Chords and melodies of every table in every key are spelled as a book on harmony spells them.

The speller here is slow and knows nothing of ``composer.score.chord``: letters by stacked thirds from the root's
letter, roots by scale degree, alterations by counting semitones.
"""

from __future__ import annotations

import re

import pytest

from composer.score.chord import parse_chord
from composer.score.key import MAX_ACCIDENTALS, MODE_FIFTHS, Key
from composer.score.pitch import LETTER_SEMITONES
from composer.score.spelling import spelled
from composer.theory.tables import load_table

_ON_C = """
major C D E F G A B
minor C D Eb F G Ab Bb
dorian C D Eb F G A Bb
phrygian C Db Eb F G Ab Bb
lydian C D E F# G A B
mixolydian C D E F G A Bb
aeolian C D Eb F G Ab Bb
"""
SCALES = {line.split()[0]: line.split()[1:] for line in _ON_C.strip().splitlines()}
ROMAN = {"I": 0, "II": 1, "III": 2, "IV": 3, "V": 4, "VI": 5, "VII": 6}
# Thirds (or what stands for them) above the root in semitones: (letters above the root, semitones).
TRIADS = {
    "major": [(0, 0), (2, 4), (4, 7)], "minor": [(0, 0), (2, 3), (4, 7)], "diminished": [(0, 0), (2, 3), (4, 6)],
    "sus4": [(0, 0), (3, 5), (4, 7)], "power": [(0, 0), (4, 7)],
}  # fmt: skip
BOOK_SIXTHS = {"It6": ["Ab", "C", "F#"], "Ger6": ["Ab", "C", "Eb", "F#"], "Fr6": ["Ab", "C", "D", "F#"]}
Name = tuple[int, int]  # letter (C = 0) and alteration


def keys_of(mode: str) -> list[Key]:
    """Every tonic of a mode whose signature has at most seven accidentals."""
    keys = [Key(step, alter, mode) for step in range(7) for alter in (-1, 0, 1)]
    return [key for key in keys if abs(key.fifths) <= MAX_ACCIDENTALS]


def name(text: str) -> Name:
    return "CDEFGAB".index(text[0]), text.count("#") - text.count("b")


def sound(note: Name) -> int:
    return (LETTER_SEMITONES[note[0]] + note[1]) % 12


def above(tonic: Name, letters: int, semitones: int) -> Name:
    """The note so many letters and semitones above another."""
    letter = (tonic[0] + letters) % 7
    return letter, (sound(tonic) + semitones - LETTER_SEMITONES[letter] + 6) % 12 - 6


def moved(text: str, tonic: Name) -> Name:
    """A note named in C, in the same place above another tonic."""
    note = name(text)
    return above(tonic, note[0], sound(note))


def scale(key: Key) -> list[Name]:
    return [moved(text, (key.step, key.alter)) for text in SCALES[key.mode]]


def book(numeral: str, key: Key) -> list[Name]:
    """The members of a chord as a book spells them, root first (augmented sixths from the bass up)."""
    tonic = (key.step, key.alter)
    if numeral in BOOK_SIXTHS:
        return [moved(text, tonic) for text in BOOK_SIXTHS[numeral]]
    found = re.fullmatch(r"([b#]?)([IViv]+)(.*?)(?:/([b#]?[IViv]+))?", numeral)
    assert found
    sign, roman, tail, target = found.groups()
    degree = ROMAN[roman.upper()]
    if target:  # as the same chord of the major key on the target's root
        goal = book(target, key)[0]
        root = moved(SCALES["major"][degree], goal)
    elif sign:
        plain = moved(SCALES["major"][degree], tonic)
        root = plain[0], plain[1] + (1 if sign == "#" else -1)
    elif degree == 6 and "°" in tail:  # on the leading tone, in minor too
        root = moved("B", tonic)
    elif MODE_FIFTHS[key.mode] <= -2:
        root = moved(SCALES["minor"][degree], tonic)
    else:
        root = moved("CDEFGAB"[degree], tonic)
    kind = "diminished" if tail[:1] in "°ø" and tail else "major" if roman.isupper() else "minor"
    kind = "sus4" if "sus4" in tail else "power" if re.fullmatch("5", tail) else kind
    members = [above(root, letters, semitones) for letters, semitones in TRIADS[kind]]
    if "maj7" in tail:
        members.append(above(root, 6, 11))
    elif re.search(r"7|6/5|4/3|4/2", tail):
        members.append(above(root, 6, 9 if tail[0] == "°" else 10))
    return members


CHORDS = [
    (str(row["numeral"]), key)
    for row in load_table("chords")
    for key in keys_of(str(row["mode"]))
] + [
    (numeral, key)
    for row in load_table("modes")
    for numeral in row.get("chords", [])
    for key in keys_of(str(row["name"]))
]  # fmt: skip


def test_there_are_thirty_keys_of_major_and_minor() -> None:
    assert len(keys_of("major")) == len(keys_of("minor")) == 15
    assert {key.mode for _, key in CHORDS} == set(SCALES)


@pytest.mark.parametrize("mode", SCALES)
def test_chords_are_spelled_as_in_books(mode: str) -> None:
    for numeral, key in (pair for pair in CHORDS if pair[1].mode == mode):
        chord = parse_chord(numeral, key.is_minor)
        ours = [(pitch.step, pitch.alter) for pitch in chord.spelled(key)]
        books = book(numeral, key)
        assert set(ours) == set(books), (numeral, key.name)
        if numeral not in BOOK_SIXTHS:
            assert ours == books, (numeral, key.name)
        assert all(abs(alter) <= 2 for _, alter in ours), (numeral, key.name)


@pytest.mark.parametrize("mode", SCALES)
def test_melodies_agree_with_chord_and_scale(mode: str) -> None:
    """A chord member is spelled as that member; any other note of the scale as that degree."""
    for numeral, key in (pair for pair in CHORDS if pair[1].mode == mode):
        chord = parse_chord(numeral, key.is_minor)
        known = {sound(note): note for note in scale(key)}
        if mode == "minor":  # raised sixth and seventh
            known = {sound(note): note for note in (moved(text, (key.step, key.alter)) for text in "AB")} | known
        known |= {sound(note): note for note in book(numeral, key)}
        for midi in range(60, 72):
            pitch = spelled(midi, key, chord)
            assert pitch.midi == midi
            assert abs(pitch.alter) <= 2, (numeral, key.name, pitch)
            if midi % 12 in known:
                assert (pitch.step, pitch.alter) == known[midi % 12], (numeral, key.name, pitch)


@pytest.mark.parametrize(
    ("key", "notes"), [("C major", "Ab C Eb F#"), ("A minor", "F A C D#"), ("B major", "G B D E#")]
)
def test_a_german_sixth_has_its_sixth_degree_in_the_bass(key: str, notes: str) -> None:
    tonic, mode = key.split()
    here = Key("CDEFGAB".index(tonic), 0, mode)
    chord = parse_chord("Ger6", here.is_minor)
    assert {pitch.letter_name for pitch in chord.spelled(here)} == set(notes.split())
    assert here.pitch(*chord.bass).letter_name == notes.split()[0]
    assert chord.leading is None
