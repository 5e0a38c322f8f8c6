"""From sound to spelling: by chord member first, then by scale degree, then by the usual alteration of the mode."""

from __future__ import annotations

from composer.score.chord import Chord
from composer.score.key import Key
from composer.score.pitch import LETTER_SEMITONES, Pitch

# Letters above the tonic of each semitone where neither chord nor scale decides (raised 6 and 7 in minor, raised
# second, fourth and fifth, lowered seventh in major).
_MAJOR_LETTERS = (0, 0, 1, 1, 2, 3, 3, 4, 4, 5, 6, 6)
_MINOR_LETTERS = (0, 1, 1, 2, 2, 3, 3, 4, 5, 5, 6, 6)


def spelled(midi: int, key: Key, chord: Chord | None) -> Pitch:
    """Spell a MIDI number in a key over a chord."""
    semitones = (midi - key.tonic_pc) % 12
    scale = key.scale
    letters = (_MINOR_LETTERS if key.is_minor else _MAJOR_LETTERS)[semitones]
    if semitones in scale:
        letters = scale.index(semitones)
    for letter, member in chord.members if chord else ():
        if member % 12 == semitones:
            letters = letter
    step = (key.step + letters) % 7
    natural = LETTER_SEMITONES[step]
    alter = (midi - natural + 6) % 12 - 6
    return Pitch((midi - alter - natural) // 12 - 1, step, alter)
