"""Every example of every rule is run, and every rule is fit for a student to read."""

import tomllib
from pathlib import Path

import pytest

from composer.score.reading import Reading
from composer.score.text import parse_text
from composer.shelf import shelf_folder
from composer.theory.check import check
from composer.theory.rule import USES, Example, Licence, Rule
from composer.theory.rulebook import load_rulebook

BOOK = load_rulebook()
LICENCES = [(rule, one, music) for rule, one in BOOK.licences.values() for music in one.examples]
CASES = [(rule, example) for rule in BOOK.rules.values() for example in rule.examples]


def at_home(rule: Rule) -> str:
    """A profile under which a rule is judged."""
    names = ("omt", "pop", "strict-species", "continuo")
    return next(name for name in names if BOOK.profile(name).severity(rule) != "off")


@pytest.mark.parametrize(
    ("rule", "example"),
    CASES,
    ids=[f"{rule.id}-{example.verdict}-{n}" for n, (rule, example) in enumerate(CASES)],
)
def test_example(rule: Rule, example: Example) -> None:
    score = parse_text(example.music, rule.path)
    profile = at_home(rule)
    report = check(score, score.reading or Reading(score.key), BOOK, profile)
    found = [finding for finding in report.findings + report.labels if finding.rule_id == rule.id]
    assert bool(found) == (example.verdict == USES[rule.use][0])
    assert not any(finding in report.findings for finding in found) or rule.use != "label"
    for finding in found:
        assert "{" not in finding.message
        assert "?" not in finding.message


@pytest.mark.parametrize(
    ("rule", "licence", "music"), LICENCES, ids=[f"{one.id}-{n}" for n, (_, one, _) in enumerate(LICENCES)]
)
def test_a_licence_excuses_what_would_break_its_rule(rule: Rule, licence: Licence, music: str) -> None:
    score = parse_text(music, rule.path)
    reading = score.reading or Reading(score.key)
    profile = at_home(rule)
    for lifted, broken in ((frozenset[str](), False), (frozenset({licence.id}), True)):
        report = check(score, reading, BOOK, profile, lifted)
        assert (rule.id in {finding.rule_id for finding in report.findings}) == broken
    assert len(licence.why) > 40


@pytest.mark.parametrize("rule", BOOK.rules.values(), ids=list(BOOK.rules))
def test_rule_reads_well(rule: Rule) -> None:
    assert len(rule.why) > 40
    assert rule.why.endswith(".")
    assert rule.message.endswith(".")
    assert {example.verdict for example in rule.examples} == set(USES[rule.use])


def test_the_rulebook_is_large_enough() -> None:
    for name in ("chorale", "pop"):
        profile = BOOK.profile(name)
        assert sum(profile.severity(rule) != "off" for rule in BOOK.rules.values()) >= 26


def test_profiles_name_known_rules_and_sources() -> None:
    for name in BOOK.profile_paths:
        profile = BOOK.profile(name)
        assert set(profile.rows) <= set(BOOK.rules) | set(BOOK.licences)
        assert all(profile.sources.values())


def test_the_chorale_profile_lowers_only_what_it_may() -> None:
    profile, textbook = BOOK.profile("chorale"), BOOK.profile("omt")
    other = {rule.id for rule in BOOK.rules.values() if profile.severity(rule) != textbook.severity(rule)}
    assert other == {"RNG-1", "CRS-1", "SPC-1", "NCT-1", "DIR-5", "CMP-3", "DBL-5", "DIS-4", "HRM-6"}


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
