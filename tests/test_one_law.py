"""One law: a rule's file taken away, the check no longer knows the rule and whoever composes begins to break it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from composer import Brief, compose
from composer.pipeline.chord_words import read_numerals
from composer.pipeline.four_parts import Memory
from composer.pipeline.realise import realise, voicing_law
from composer.score.reading import Reading
from composer.score.score import Score
from composer.score.text import parse_text
from composer.score.time import Meter
from composer.shelf import shelf_folder
from composer.theory.check import check
from composer.theory.rulebook import Rulebook, load_rulebook
from composer.theory.tables import load_table

BOOK = load_rulebook()
VOICED = ("PAR-5", "PAR-8", "DBL-1", "DIS-1", "CMP-1", "RNG-1")
COMPOSED = (*VOICED, "CAD-1")
SEEDS = range(1, 13)
PROGRESSIONS = (
    ("I IV V7 I | vi ii6 V I", "C"), ("I V6 I V4/3 | I6 ii6/5 V7 I", "G"), ("i iv V7 i | VI iiø6/5 V i", "d"),
    ("i ii°6 V i6 | iv6 V7 VI iv | i6/4 V7 i", "a"), ("I V7/V V V4/2 | I6 V7/IV IV V7 | I", "Bb"),
)


@pytest.fixture
def without(tmp_path: Path) -> Callable[[str], Path]:
    """A function from a rule's id to a copy of the rules without its file."""

    def copy(rule_id: str) -> Path:
        folder = tmp_path / "rules"
        shutil.copytree(shelf_folder("rules"), folder)
        (folder / BOOK.rules[rule_id].path.relative_to(shelf_folder("rules"))).unlink()
        return folder

    return copy


def broken(rule_id: str, score: Score, book: Rulebook, profile: str) -> int:
    """How often the check finds a rule broken."""
    report = check(score, score.reading or Reading(score.key), book, profile)
    return sum(finding.rule_id == rule_id for finding in report.findings)


def voiced(rule_id: str, book: Rulebook) -> list[int]:
    """How often the full law finds a rule broken in each progression, voiced under the law of ``book``."""
    memory, ensembles = Memory(voicing_law(book, "satb")), load_table("ensembles")
    found = []
    for chords, key in PROGRESSIONS:
        made = realise(read_numerals(chords, key, Meter(4, 4)), memory, 3, "satb", ensembles)
        found.append(sum(broken(rule_id, score, BOOK, "omt") for score in made.scores))
    return found


@pytest.mark.parametrize("rule_id", COMPOSED)
def test_the_check_forgets_a_rule_without_its_file(rule_id: str, without: Callable[[str], Path]) -> None:
    poorer = load_rulebook(replace=without(rule_id))
    assert set(BOOK.rules) - set(poorer.rules) == {rule_id}
    faults = [example.music for example in BOOK.rules[rule_id].examples if example.verdict == "breaks"]
    for music in faults:
        score = parse_text(music)
        assert broken(rule_id, score, BOOK, "omt") > 0
        assert broken(rule_id, score, poorer, "omt") == 0


@pytest.mark.parametrize("rule_id", VOICED)
def test_voicing_breaks_a_rule_only_without_its_file(rule_id: str, without: Callable[[str], Path]) -> None:
    assert sum(voiced(rule_id, BOOK)) == 0
    assert sum(voiced(rule_id, load_rulebook(replace=without(rule_id)))) > 0


@pytest.mark.parametrize("rule_id", COMPOSED)
def test_composing_breaks_a_rule_only_without_its_file(rule_id: str, without: Callable[[str], Path]) -> None:
    folder = without(rule_id)

    def breaks(seed: int, rulebook: Path | None) -> int:
        made = compose(Brief(style="chorale", form="AB", bars=4, seed=seed, rulebook=rulebook))
        return broken(rule_id, made.score, BOOK, "chorale")

    told = next((seed for seed in SEEDS if breaks(seed, folder)), None)
    assert told is not None
    assert breaks(told, None) == 0
