"""Sections and strikes as arrays, and what styles may charge."""

from typing import Any

import numpy as np
import pytest

from composer.score.reading import Reading
from composer.score.text import parse_text
from composer.score.windows import ABSENT, CADENCES
from composer.theory.check import check
from composer.theory.frames import bars, pairs
from composer.theory.rule import Rule
from composer.theory.rulebook import load_rulebook
from composer.theory.sections import Sections, sections, strikes

BOOK = load_rulebook()
BUILDERS: dict[str, Any] = {"bars": bars, "form": pairs, "sections": sections, "strikes": strikes}
SONG = """
key: C major
pickup: 1
form: A:2 B:2(sentence, G major) A':2
chords: - | I | V | [G major] I | V | [C major] I | I
phrases: HC@2 PAC@4 PAC@6
M: G4:1 | C5:2 E5 | D5:3 B4:1 | D5:2 G5 | F#5:3 G4:1 | C5:2 E5 | C5:3
L: r:1 | C3:4 | G2:4 | G2:4 | D3:4 | C3:4 | C3:3
"""
# What the search asks: lines and slices of one to three moments, chords one by one or in pairs.
CHARGED = {("line", 1), ("line", 2), ("line", 3), ("slices", 1), ("slices", 2), ("harmony", 2)}


def song_sections() -> Sections:
    score = parse_text(SONG)
    assert score.reading
    return sections(score, score.reading)


def test_sections_know_letters_keys_and_closes() -> None:
    frame = song_sections()
    assert frame.letter.tolist() == [0, 1, 0]
    assert frame.home.tolist() == [True, False, True]
    assert [CADENCES[code] for code in frame.cadence] == ["HC", "PAC", "PAC"]
    assert frame.final.tolist() == [False, False, True]
    assert frame.like_first.tolist() == [True, False, True]
    assert frame.final_degree.tolist() == [2, 7, 1]  # the upbeat of the next section is not of this one
    assert frame.on_dominant.tolist() == [True, False, False]
    assert frame.tonic_bars.tolist() == [1, 0, 2]
    assert frame.bar_degree[0].tolist() == [1, 5] + [ABSENT] * 10
    assert frame.top_midi.tolist() == [76, 79, 76]
    assert set(frame.tune_range.tolist()) == {12}


def test_a_period_with_an_upbeat_is_judged() -> None:
    text = "pickup: 1\nform: A(period)\nchords: - | I V | V I\nphrases: {}@1 PAC@2\nM: G4:1 | E5:2 D5:1 G4 | E5:2 C5:1"
    for cadence, found in (("HC", False), ("PAC", True)):
        score = parse_text(text.format(cadence))
        assert score.reading
        report = check(score, score.reading, BOOK, "omt")
        assert report.chances["FRM-2"] == 1
        assert ("FRM-2" in {finding.rule_id for finding in report.findings}) == found


def test_windows_of_sections_slide() -> None:
    frame = song_sections().sliding(2)
    assert frame.letter.tolist() == [[0, 1], [1, 0]]
    assert frame.bar_degree.shape == (2, 2, 12)
    assert song_sections().sliding(5).letter.shape == (0, 5)


def test_strikes_name_the_two_lowest_notes() -> None:
    score = parse_text("T: E3:2 F3 ; B: C3:4")
    frame = strikes(score, Reading(score.key))
    assert frame.lowest_midi.tolist() == [48, 48]
    assert frame.second_midi.tolist() == [52, 53]
    report = check(parse_text("T: E2:4 ; B: C2:4"), Reading(score.key), BOOK, "omt")
    assert [f.message for f in report.findings if f.rule_id == "BAS-2"] == [
        "E2 stands over C2: so close together they are muddy that low."
    ]


@pytest.mark.parametrize(
    "rule", [rule for rule in BOOK.rules.values() if rule.scope in BUILDERS], ids=lambda rule: rule.id
)
def test_what_is_broken_was_a_chance(rule: Rule) -> None:
    texts = [example.music for other in BOOK.rules.values() for example in other.examples]
    for text in (*texts, SONG):
        score = parse_text(text)
        window = BUILDERS[rule.scope](score, score.reading or Reading(score.key)).sliding(rule.span)
        broken, chances = rule.broken(window), rule.chances(window)
        assert broken.dtype == chances.dtype == bool
        assert broken.shape == chances.shape
        assert not (broken & ~chances).any()
        assert np.ndim(broken) == 1


@pytest.mark.parametrize("name", ["song", "folk-song", "dance", "chorale"])
def test_styles_price_only_what_a_lattice_can_charge(name: str) -> None:
    style = BOOK.style(name)
    assert style.missing == ()
    for rule, nats in style.prefer:
        assert (rule.scope, rule.span) in CHARGED, rule.id
        assert nats > 0
    forbidden = {rule.id for rule in style.forbid}
    assert not forbidden & {rule.id for rule, _ in style.prefer}
    for rule in style.forbid:
        assert (rule.scope, rule.span) in CHARGED or rule.by_construction, rule.id


def test_enough_rules_are_in_force() -> None:
    in_force = set()
    for name in BOOK.style_paths:
        style = BOOK.style(name)
        in_force |= {rule.id for rule in style.forbid} | {rule.id for rule, _ in style.prefer}
    assert len(in_force) >= 60


def test_folk_songs_are_plainer_than_songs_and_dances_leap() -> None:
    song, folk, dance = ({r.id: n for r, n in BOOK.style(s).prefer} for s in ("song", "folk-song", "dance"))
    for rule_id in ("CHR-1", "CHR-4", "MEL-4", "MEL-5", "NCT-3", "NCT-4", "LIN-3b"):
        assert folk[rule_id] > song[rule_id]
    assert "MEL-14" in folk and "MEL-14" not in song
    assert "MEL-4" not in dance and dance["MEL-13"] < song["MEL-13"]
