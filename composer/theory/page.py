"""A rule as a page to read, and a folder of rules tried: every example judged by the rule it stands in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from composer.errors import ComposerError, InputError, RequestError
from composer.score.reading import Reading
from composer.score.text import parse_text
from composer.theory.check import check
from composer.theory.rule import USES, Rule, load_rule, read_toml
from composer.theory.rulebook import Rulebook, load_rulebook

MOMENTS_OF_EVERY_SEARCH, MOMENTS_OF_MELODIES = 2, 3
_NOT_RULES = ("styles", "profiles", "tables")


def listing(book: Rulebook) -> list[tuple[str, str, str]]:
    """(id, what it is, title) of every rule and licence, by id."""
    rows = [(rule.id, rule.severity if rule.use == "law" else rule.use, rule.title) for rule in book.rules.values()]
    rows += [(one.id, f"licence of {rule.id}", one.why) for rule, one in book.licences.values()]
    return sorted(rows)


def page(rule_id: str, book: Rulebook) -> list[str]:
    """The page of a rule, or of the rule that a licence belongs to, line by line.

    Raises:
        RequestError: no such id.
    """
    known = {name.upper(): name for name in (*book.rules, *book.licences)}
    name = known.get(rule_id.strip().upper())
    if name is None:
        near = [one for one in known.values() if one.split("-")[0] == rule_id.upper().split("-")[0]]
        right = f"did you mean {', '.join(near)}?" if near else "compose rules lists them all"
        raise RequestError(f"rules show {rule_id}: no rule or licence has this id; {right}")
    rule = book.rules.get(name) or book.licences[name][0]
    return list(_lines(rule, book))


def _lines(rule: Rule, book: Rulebook) -> Iterator[str]:
    yield f"{rule.id}  {rule.title}"
    yield f"  {rule.severity}, a {rule.use} of the kind {rule.kind}"
    yield f"  {rule.why}"
    if rule.unless:
        yield f"  Unless: {rule.unless}"
    if rule.by_construction:
        yield f"  In composing: {rule.by_construction}"
    for licence in rule.licences:
        yield f"  Licence {licence.id}: {licence.why}"
        yield from (f"    excused: {music}" for music in licence.examples)
    for example in rule.examples:
        yield f"  {example.verdict}: {example.music}"
    severities = {name: book.profile(name).severity(rule) for name in sorted(book.profile_paths)}
    yield "  Profiles: " + ", ".join(f"{name} {severity}" for name, severity in severities.items())
    uses = list(_uses(rule, book))
    yield f"  When: {_when(rule)}"
    yield "  Styles: " + (", ".join(uses) if uses else "none; it is only checked")
    yield "  Source: " + "; ".join(rule.source)


def _when(rule: Rule) -> str:
    """Whether a search can ask the rule of every candidate, or it is weighed afterwards."""
    if rule.scope not in ("line", "slices", "harmony"):
        return "weighed on the finished piece, for it looks further than a search remembers"
    if rule.span <= MOMENTS_OF_EVERY_SEARCH:
        return "asked of every candidate of a search"
    if rule.scope == "line" and rule.span == MOMENTS_OF_MELODIES:
        return "asked of melodies, whose search remembers two notes; of other voices weighed afterwards"
    return "weighed on the finished piece"


def _uses(rule: Rule, book: Rulebook) -> Iterator[str]:
    for name in sorted(book.style_paths):
        style = book.style(name)
        if rule in style.forbid:
            yield f"{name} forbids it"
        yield from (f"{name} prices it at {nats:g} nats" for one, nats in style.prefer if one == rule)


def try_folder(folder: Path) -> tuple[int, list[str]]:
    """How many examples of a folder's rules were judged, and every slip, one line each with ``path:line``.

    Raises:
        InputError: no such folder, or no rule in it.
    """
    if not folder.is_dir():
        raise InputError(f"{folder}: no such folder; name a folder with rule files")
    paths = [path for path in sorted(folder.rglob("*.toml")) if path.parent.name not in _NOT_RULES]
    if not paths:
        raise InputError(f"{folder}: holds no rule; a rule is a .toml file with id, title, kind, message and why")
    slips: list[str] = []
    rules: list[Rule] = []
    for path in paths:
        try:
            rules.append(load_rule(path))
        except ComposerError as error:
            slips.append(str(error))
    if not slips:
        try:
            load_rulebook((folder,))
        except ComposerError as error:  # two files with one id, a slip in a profile or style
            slips.append(str(error))
    book = load_rulebook()
    return sum(_tried(rule, book, slips) for rule in rules), slips


def _tried(rule: Rule, book: Rulebook, slips: list[str]) -> int:
    """Judge the examples of one rule; slips are added to the list."""
    file = read_toml(rule.path)
    for number, example in enumerate(rule.examples):
        line = file.line_of("example", number)
        there = USES[rule.use][0]
        try:
            found = shows(rule, example.music, book)
        except ComposerError as error:
            slips.append(f"{rule.path}:{line}: {error}")
            continue
        if found != (example.verdict == there):
            other = next(verdict for verdict in USES[rule.use] if verdict != example.verdict)
            wrong = f"this example is said to be one that {example.verdict}, and it is one that {other}"
            slips.append(f"{rule.path}:{line}: {wrong}; change the notes, the verdict or [asks]")
    return len(rule.examples)


def shows(rule: Rule, music: str, book: Rulebook) -> bool:
    """Whether a rule finds anything in music of the text form.

    Raises:
        SlipError: the music cannot be read.
    """
    score = parse_text(music, rule.path)
    profile = _profile(rule, book)
    others = frozenset(book.rules) - {rule.id}
    law = replace(book, rules={**book.rules, rule.id: rule})
    report = check(score, score.reading or Reading(score.key), law, profile, others)
    return bool(report.findings or report.labels)


def _profile(rule: Rule, book: Rulebook) -> str:
    """A profile in which a rule is in force."""
    every = sorted(book.profile_paths)
    return next((name for name in every if book.profile(name).severity(rule) != "off"), every[0])
