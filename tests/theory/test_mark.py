"""A mark adds up what chords and pairs of chords keep of their points."""

from pathlib import Path

import pytest

from composer.errors import SlipError
from composer.score.reading import Reading
from composer.score.text import parse_text
from composer.theory.check import check
from composer.theory.mark import Mark, mark
from composer.theory.rulebook import load_rulebook

BOOK = load_rulebook()
SOUND = """
chords: I ii6/5 | V I
S: C5:2 C5 | B4 C5
A: G4:2 A4 | G4 G4
T: E4:2 D4 | D4 E4
B: C3:2 F3 | G3 C3
"""


def marked(text: str, profile: str = "ap") -> Mark | None:
    score = parse_text(text)
    reading = score.reading or Reading(score.key)
    return mark(check(score, reading, BOOK, profile), reading, BOOK.profile(profile))


def test_a_sound_setting_keeps_all_its_points() -> None:
    found = marked(SOUND)
    assert found is not None
    assert (found.points, found.most) == (10, 10)
    assert found.sentence == "10 of 10 points in the style of the AP rubric: chords 4 of 4, voice leading 6 of 6."


def test_faults_cost_points_where_they_stand() -> None:
    twice = SOUND.replace("T: E4:2 D4 | D4 E4", "T: E4:2 D4 | B3 C4").replace("| G4 G4", "| G4 E4")
    doubled = marked(twice)  # the leading tone in two voices, which rise in octaves
    assert doubled is not None
    assert (doubled.chords, doubled.pairs) == (3, 4)
    hollow = marked(SOUND.replace("T: E4:2", "T: C4:2"))  # no third in the first chord
    assert hollow is not None
    assert hollow.chords == 3


def test_chords_struck_again_count_once_and_nothing_falls_under_zero() -> None:
    worst = marked("chords: I I V V ; S: C5 C5 D5 D5 ; A: E4 E4 G4 G4 ; T: G3 G3 A3 A3 ; B: C3 C3 D3 D3")
    assert worst is not None
    assert worst.most == 4
    assert worst.pairs == 0
    assert worst.chords >= 0


def test_no_mark_without_points_or_chords() -> None:
    assert marked(SOUND, "omt") is None
    assert marked("S: C5 D5 E5 C5") is None


@pytest.mark.parametrize(
    ("right", "wrong", "answer"),
    [
        ("pair_points = 2.0\n", "", "is not complete"),
        ("DBL-6 = 0.5", 'DBL-6 = "half"', "no number of points"),
    ],
)
def test_slips_in_a_mark(tmp_path: Path, right: str, wrong: str, answer: str) -> None:
    text = BOOK.profile_paths["ap"].read_text(encoding="utf-8")
    assert right in text
    (tmp_path / "profiles").mkdir()
    (tmp_path / "profiles" / "ap.toml").write_text(text.replace(right, wrong, 1), encoding="utf-8")
    with pytest.raises(SlipError, match=answer):
        load_rulebook([tmp_path]).profile("ap")
