"""A piece is marked: places, severities, chances, words."""

import pytest

from composer.errors import RequestError
from composer.score.reading import Reading
from composer.score.text import parse_text
from composer.theory.check import Report, check
from composer.theory.rulebook import load_rulebook

BOOK = load_rulebook()
GOOD = """
key: C major
chords: I | ii6/5 V | I
phrases: PAC@3
S: E5:2 D5:1 C5 | C5:2 B4 | C5:4
A: G4:4 | A4:2 G4 | G4:4
T: C4:2 E4 | D4 D4 | E4:4
B: C3:4 | F3:2 G3 | C3:4
"""
BAD = """
chords: I IV | V I
phrases: PAC@2
S: G4:2 A4 | B4 G4
A: E4:2 F4 | D4 E4
T: C4:2 C4 | B3 C4
B: C3:2 F3 | G3 C3
"""


def mark(text: str, profile: str = "omt", lifted: frozenset[str] = frozenset()) -> Report:
    score = parse_text(text)
    return check(score, score.reading or Reading(score.key), BOOK, profile, lifted)


def test_a_sound_setting_has_no_errors() -> None:
    report = mark(GOOD)
    assert report.errors == ()
    assert report.chances["PAR-5"] > 0
    assert report.chances["DIS-1"] == 1


def test_findings_have_places_and_words() -> None:
    report = mark(BAD)
    found = {finding.rule_id: finding for finding in report.findings}
    assert {"DBL-1", "TND-1", "CAD-1"} <= set(found)
    leading = found["TND-1"]
    assert (leading.bar, leading.beat, leading.voices) == (2, 3.0, ("soprano",))
    assert leading.message == "Soprano: the leading tone B4 should rise by step, not go to G4."
    assert leading in report.errors
    assert list(report.findings) == sorted(report.findings, key=lambda f: (f.bar, f.beat))


def test_a_profile_lowers_and_a_mood_lifts() -> None:
    assert "PAR-5" in {f.rule_id for f in mark("S: G4 A4 ; B: C3 D3").errors}
    pop = mark("S: G4 A4 ; B: C3 D3", "pop")
    assert "PAR-5" in {f.rule_id for f in pop.of("info")}
    assert "PAR-5" not in mark("S: G4 A4 ; B: C3 D3", "omt", frozenset({"PAR-5"})).chances


def test_octaves_with_the_bass_stay_errors_in_songs() -> None:
    assert "PAR-8b" in {f.rule_id for f in mark("M: C5 D5 ; B: C3 D3", "pop").errors}


def test_a_pickup_is_bar_0() -> None:
    report = mark("pickup: 1 ; S: C4 | D5:3")
    assert [(f.bar, f.beat) for f in report.findings if f.rule_id == "LIN-3"] == [(1, 1.0)]


def test_figuration_counts_as_its_bass() -> None:
    text = "chords: I IV ; M: C5:2 D5 ; L: C3:1/2 G3 E4 G3 D3 A3 F4 A3"
    report = mark(text, "pop")
    assert "PAR-8b" in {f.rule_id for f in report.errors}
    assert report.chances["PAR-5"] == 1  # only the bass of the pattern moves against the melody


def test_rests_and_empty_scores_are_not_judged() -> None:
    assert mark("S: r:4").of("error") == ()
    assert mark("S: C5 r C5 r ; B: C3 r C3 r").errors == ()


def test_music_without_voices_or_chords() -> None:
    assert mark("key: D").findings == ()
    assert mark("L: C3 E3 G3 C4", "pop").errors == ()
    assert mark("S: C5 D5 E5 C5").chances["NCT-1"] == 0


def test_an_unknown_profile() -> None:
    with pytest.raises(RequestError, match="chorale"):
        mark("S: C4", "corale")


def test_a_held_note_makes_no_parallel() -> None:
    report = mark("S: G4:2 A4 ; B: C3:2 C3")
    assert "PAR-5" not in {f.rule_id for f in report.findings}


def test_a_leap_between_phrases_is_free() -> None:
    text = "chords: V I | I V ; phrases: PAC@1 HC@2 ; S: B4:2 C5 | F4 G4"
    assert "LIN-3b" not in {f.rule_id for f in mark(text).findings}
    text = "chords: I V | I IV | I V\nphrases: HC@1 HC@3\nM: C4:2 B3 | C5 A4 | E4 D4"
    assert "LIN-3" not in {f.rule_id for f in mark(text).findings}
