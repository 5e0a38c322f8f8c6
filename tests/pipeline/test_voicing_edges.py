"""Where voicing meets what is written: given lines between the chords, a keyboard's hand, chords off the beat."""

from __future__ import annotations

import pytest

from composer.pipeline.chord_words import read_numerals
from composer.pipeline.four_parts import WIDEST, WIDEST_BELOW, Memory
from composer.pipeline.realise import Realised, realise, voicing_law
from composer.score.note import Voice
from composer.score.score import Score
from composer.score.text import parse_text
from composer.score.time import Meter
from composer.theory.check import check
from composer.theory.rulebook import load_rulebook
from composer.theory.tables import load_table

BOOK, METER, ENSEMBLES = load_rulebook(), Meter(4, 4), load_table("ensembles")
MEMORIES = {texture: Memory(voicing_law(BOOK, texture)) for texture in ("satb", "keyboard")}


def voiced(chords: str, key: str, ways: int = 1, texture: str = "satb", given: Voice | None = None) -> Realised:
    return realise(read_numerals(chords, key, METER), MEMORIES[texture], ways, texture, ENSEMBLES, given)


def errors(score: Score) -> list[str]:
    assert score.reading is not None
    return [finding.rule_id for finding in check(score, score.reading, BOOK, "omt").errors]


def test_the_law_decides_and_not_the_bounds_of_the_search() -> None:
    sung = [BOOK.rules["RNG-1"].asks["ranges"][role] for role in ("soprano", "alto", "tenor", "bass")]
    assert all(low <= least and most <= high for (low, high), (least, most) in zip(WIDEST, sung, strict=True))
    assert sung[2][1] - sung[3][0] <= WIDEST_BELOW


@pytest.mark.parametrize("chords", ["I IV V I", "I V4/3 I6 ii6/5 | I6/4 V7 I", "I vi V7/V V | V7/IV IV V7 I", "I V7 I"])
def test_a_keyboard_hand_holds_the_three_upper_voices(chords: str) -> None:
    for score in voiced(chords, "C", 3, "keyboard").scores:
        notes = zip(*([note.top.midi for note in voice.sounding()] for voice in score.voices), strict=True)
        assert all(max(sung[:3]) - min(sung[:3]) <= 12 for sung in notes)


@pytest.mark.parametrize(("text", "chords"), [
    ("S: G4:2 A4:1 B4 | C5:4", "I V | I"),  # a note that leans before the leading tone: nobody else doubles it
    ("S: C5:4 | C5:1 B4 C5:2", "I | V I"),
    ("B: C3:2 A2:1 B2 | G2:2 C3", "I V6 | V I"), ("S: C5:1 D5 E5 C5 | B4:2 D5 | C5:4", "I | V | I"),
])  # fmt: skip
def test_a_given_line_is_heard_between_the_chords_too(text: str, chords: str) -> None:
    found = voiced(chords, "C", given=parse_text(text).voices[0])
    assert found.legal_ways > 0
    assert errors(found.scores[0]) == []


@pytest.mark.parametrize("chords", ["i It6 V", "i Ger6 i6/4", "i bII6 V", "i V6 i"])
def test_three_chords_in_a_bar_of_four_are_whole_chords(chords: str) -> None:
    (score,) = voiced(chords, "c").scores
    assert score.reading is not None
    for place, span in enumerate(score.reading.chords):
        sung = {voice.sounding()[place].top.midi % 12 for voice in score.voices}
        assert set(span.chord.pitch_classes(span.key)[:2]) <= sung


def test_a_german_sixth_goes_to_the_six_four_of_a_major_key() -> None:
    found = voiced("I:2 Ger6:2 | I6/4 V7 | I", "C")
    assert found.legal_ways > 0
    assert errors(found.scores[0]) == []


def test_what_is_called_legal_has_no_error_in_the_textbook() -> None:
    found = voiced("i:2 Ger6:2 | V:2 i:2", "c")  # the fifths of this move cannot be helped
    assert found.legal_ways == 0 or errors(found.scores[0]) == []


@pytest.mark.parametrize("count", [3, 5, 6, 7, 9])
def test_any_number_of_chords_is_voiced(count: int) -> None:
    assert voiced(" ".join(["I", "V"] * (count // 2) + ["I"]), "C").legal_ways > 0
