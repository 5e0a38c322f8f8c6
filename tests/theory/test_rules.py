"""Every example of every rule is run, and every rule is fit for a student to read."""

import tomllib
from pathlib import Path

import pytest

from composer.score.reading import Reading
from composer.score.text import parse_text
from composer.shelf import shelf_folder
from composer.theory.check import check
from composer.theory.rule import Example, Rule
from composer.theory.rulebook import load_rulebook

BOOK = load_rulebook()
CASES = [(rule, example) for rule in BOOK.rules.values() for example in rule.examples]


@pytest.mark.parametrize(
    ("rule", "example"),
    CASES,
    ids=[f"{rule.id}-{example.verdict}-{n}" for n, (rule, example) in enumerate(CASES)],
)
def test_example(rule: Rule, example: Example) -> None:
    score = parse_text(example.music, rule.path)
    profile = "pop" if BOOK.profile("omt").severity(rule) == "off" else "omt"
    report = check(score, score.reading or Reading(score.key), BOOK, profile)
    found = [finding for finding in report.findings if finding.rule_id == rule.id]
    assert bool(found) == (example.verdict == "breaks")
    for finding in found:
        assert "{" not in finding.message
        assert "?" not in finding.message


@pytest.mark.parametrize("rule", BOOK.rules.values(), ids=list(BOOK.rules))
def test_rule_reads_well(rule: Rule) -> None:
    assert len(rule.why) > 40
    assert rule.why.endswith(".")
    assert rule.message.endswith(".")
    assert {example.verdict for example in rule.examples} == {"breaks", "keeps"}


def test_the_rulebook_is_large_enough() -> None:
    for name in ("chorale", "pop"):
        profile = BOOK.profile(name)
        assert sum(profile.severity(rule) != "off" for rule in BOOK.rules.values()) >= 26


def test_profiles_name_known_rules_and_sources() -> None:
    for name in BOOK.profile_paths:
        profile = BOOK.profile(name)
        assert set(profile.rows) <= set(BOOK.rules)
        assert all(profile.sources.values())


def test_the_chorale_profile_lowers_only_what_it_may() -> None:
    profile = BOOK.profile("chorale")
    lowered = {rule.id for rule in BOOK.rules.values() if profile.severity(rule) != rule.severity}
    assert lowered == {"RNG-1", "CRS-1", "SPC-1", "NCT-1", "PAR-8b", "TND-1b"}


def test_the_pop_profile_keeps_its_errors() -> None:
    profile = BOOK.profile("pop")
    errors = {rule.id for rule in BOOK.rules.values() if profile.severity(rule) == "error"}
    kept = {"RNG-1", "CRS-1", "PAR-8b", "TND-1b", "SPL-1", "SPL-2", "SPL-4", "CAD-1", "CAD-2", "CAD-3"}
    assert errors >= kept


def test_rules_hold_data_only() -> None:
    files = [path for path in Path(shelf_folder("rules")).rglob("*") if path.is_file()]
    assert files
    for path in files:
        assert path.suffix == ".toml"
        tomllib.loads(path.read_text(encoding="utf-8"))
