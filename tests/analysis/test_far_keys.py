"""Keys with many signs are read, too: nothing near them falls off the line of fifths."""

from __future__ import annotations

from dataclasses import replace

import pytest

from composer.analysis.read import read_score
from composer.models.harmony import load_harmony
from composer.score.key import Key
from composer.score.pitch import LETTER_SEMITONES
from composer.score.text import parse_text
from composer.theory.tables import load_table

PLAIN = "S: E5:2 F5 | D5 C5 ; A: G4:2 A4 | G4 G4 ; T: C4:2 C4 | B3 E4 ; B: C3:2 F3 | G3 C3"


KEYS = [Key(0, 1, "major"), Key(0, -1, "major"), Key(3, 1, "major"), Key(6, 0, "major")]


@pytest.mark.parametrize("key", KEYS, ids=str)
def test_the_keys_of_most_signs(key: Key) -> None:
    score = replace(parse_text(PLAIN).moved(key.step, LETTER_SEMITONES[key.step] + key.alter), key=key)
    found = read_score(score, load_harmony().groups, load_table("numerals"))
    assert found.key == key
    assert [span.chord.numeral for span in found.chords] == ["I", "IV", "V", "I"]


def test_the_minor_key_of_seven_sharps() -> None:
    music = "key: A# minor ; S: C#5:2 D#5 | B#4 A#4 ; A: E#4:2 F#4 | E#4 E#4 ; T: A#3:2 A#3 | Gx3 C#4 ; "
    music += "B: A#2:2 D#3 | E#3 A#2"
    found = read_score(parse_text(music), load_harmony().groups, load_table("numerals"))
    assert found.key.name == "A# minor"
