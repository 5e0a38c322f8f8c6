"""Frames of phrases, keys, themes, textures and held notes, and what check says of labels and profiles."""

from composer.score.reading import Reading
from composer.score.text import parse_text
from composer.score.windows import CADENCES
from composer.theory.check import Report, check
from composer.theory.passages import delays, key_runs, phrases
from composer.theory.rulebook import load_rulebook
from composer.theory.textures import goals, grips, holds, textures
from composer.theory.themes import TYPES, themes

BOOK = load_rulebook()
SONG = """
form: A:2(period) B:2
chords: I V | V I | IV V | V:2 I
phrases: HC@2 PAC@4
M: E5:2 D5:1 C5 | D5:4 | F5:2 D5 | C5:4
L: C3+E3:2 G2+D3 | G2:2 C3 | F2:1 C3 G2 D3 | G2+B2+D3+G3:2 C2+E3
"""
MODULATING = "chords: I V I vi | [G major] V I V I ; phrases: HC@1 PAC@2 ; S: C5:4 | D5:2 D5"


def marked(text: str, profile: str = "omt") -> Report:
    score = parse_text(text)
    return check(score, score.reading or Reading(score.key), BOOK, profile)


def test_phrases_know_how_they_begin_and_rest() -> None:
    score = parse_text(SONG)
    assert score.reading
    found = phrases(score, score.reading)
    assert found.place_ticks.tolist() == [0, 0]
    assert found.rest_strength.tolist() == [3, 3]
    assert found.breath.tolist() == [False, True]
    assert [CADENCES[code] for code in found.cadence] == ["HC", "PAC"]
    assert found.begins_home.tolist() == [True, False]


def test_keys_are_confirmed_by_cadences_and_reached_by_pivots() -> None:
    score = parse_text(MODULATING)
    assert score.reading
    found = key_runs(score, score.reading)
    assert found.home.tolist() == [True, False]
    assert found.closed.tolist() == [False, True]
    assert found.pivot.tolist() == [False, True]


def test_accompaniments_and_grips() -> None:
    score = parse_text(SONG)
    assert score.reading
    found = textures(score, score.reading)
    assert found.accompanied.all()
    assert found.rate[1] > found.rate[0]
    assert holds(score, score.reading).filled.tolist() == [False, True, True, True]
    assert goals(score, score.reading).span == 2
    assert grips(score, score.reading).count.tolist() == [2, 2, 4, 2]


def test_themes_with_a_type_are_frames() -> None:
    score = parse_text("form: A:8(sentence) ; phrases: PAC@8 ; M: C4:4 | C4 | C4 | C4 | C4:2 D4 | C4 D4 | C4 D4 | C4:4")
    assert score.reading
    found = themes(score, score.reading)
    assert TYPES[int(found.type[0])] == "sentence"
    assert found.said_again[0] and found.moves_on[0] and not found.stops_early[0]


def test_held_notes_lean_and_fall() -> None:
    score = parse_text("chords: IV | V ; S: A4:2 C5_ | C5:1 B4:3 ; B: F3:4 | G3")
    assert score.reading
    found = delays(score, score.reading, "soprano")
    assert found.span == 1
    assert found.prepared[0] and found.leans[0] and found.falls[0]
    assert delays(score, score.reading, "bass").span == 0


def test_labels_stand_apart_from_findings_and_count_no_chances() -> None:
    report = marked("chords: IV I ; phrases: PC@1 ; S: A4:2 G4 ; B: F3:2 C3")
    assert [one.message for one in report.labels if one.rule_id == "CAD-4"] == ["IV to I is a plagal close."]
    assert not {one.rule_id for one in report.findings} & {one.rule_id for one in report.labels}
    assert "CAD-4" not in report.chances


def test_a_finding_says_who_made_it_graver_or_lighter() -> None:
    fifths = "S: G4 D4 ; B: C3 G3"
    (own,) = [one for one in marked(fifths).findings if one.rule_id == "PAR-C"]
    (ap,) = [one for one in marked(fifths, "ap").findings if one.rule_id == "PAR-C"]
    assert (own.severity, own.source) == ("warning", "")
    assert (ap.severity, ap.source) == ("error", "AP Music Theory 2015, question 6")


def test_a_profile_may_take_a_licence_back() -> None:
    rising = "chords: V4/3 I6 ; S: F5:2 G5"
    assert "DIS-1" not in {one.rule_id for one in marked(rising).findings}
    score = parse_text(rising)
    assert score.reading
    report = check(score, score.reading, BOOK, "omt", frozenset({"DIS-3"}))
    assert "DIS-1" in {one.rule_id for one in report.errors}
