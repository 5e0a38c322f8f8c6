"""Marking somebody's score: it is opened, read, and judged by the rulebook under a profile."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from composer.analysis.read import read_score
from composer.analysis.votes import Weights
from composer.errors import RequestError
from composer.files.door import Opened, open_score
from composer.models.harmony import load_harmony
from composer.pipeline.chord_words import read_wish_key
from composer.pipeline.form_words import read_form
from composer.score.key import Key
from composer.score.reading import Reading, Section
from composer.score.score import Score
from composer.theory.check import Report, check
from composer.theory.mark import Mark, mark
from composer.theory.rulebook import Rulebook, load_rulebook
from composer.theory.tables import Row, load_table

USUAL_PROFILE = "omt"


@dataclass(frozen=True)
class Desk:
    """What is needed to mark any number of scores, loaded once: the law, the profile, and the reader's weights."""

    rulebook: Rulebook
    profile: str
    weights: Weights
    numerals: tuple[Row, ...]
    key: Key | None = None
    labels: tuple[str, ...] = ()


@dataclass(frozen=True)
class Marked:
    """A score with what was read and found in it."""

    opened: Opened
    reading: Reading
    report: Report
    profile: str
    rulebook: Rulebook
    mark: Mark | None  # where the profile gives one


def desk(
    profile: str | None = None, key: str | None = None, form: str | None = None, rules: Sequence[Path] = (),
    rulebook: Path | None = None,
) -> Desk:
    """Load law and weights, and read what was asked.

    Raises:
        RequestError: no such profile, key or form.
        SlipError: a slip in a rule file.
    """
    book = load_rulebook(tuple(rules), rulebook)
    name = profile or USUAL_PROFILE
    if name not in book.profile_paths:
        raise RequestError(f"--profile '{name}': no such profile; write one of {', '.join(sorted(book.profile_paths))}")
    labels = read_form(form, load_table("forms", tuple(rules), rulebook))[1] if form else ()
    numerals = load_table("numerals", tuple(rules), rulebook)
    return Desk(book, name, load_harmony().groups, numerals, read_wish_key(key) if key else None, labels)


def mark_file(path: Path, on: Desk, tune: int = 1) -> Marked:
    """Open, read and judge one file.

    Raises:
        InputError: no score that can be read.
        RequestError: the form asked for does not fit the score.
    """
    opened = open_score(path, tune)
    said = opened.score.key if opened.says_key else None
    sections = _sections(opened.score, on.labels, path)
    reading = read_score(opened.score, on.weights, on.numerals, on.key or said, sections)
    report = check(opened.score, reading, on.rulebook, on.profile)
    points = mark(report, reading, on.rulebook.profile(on.profile))
    return Marked(opened, reading, report, on.profile, on.rulebook, points)


def _sections(score: Score, labels: Sequence[str], path: Path) -> tuple[Section, ...]:
    """Sections of equal numbers of bars, named by the letters of a form."""
    if not labels:
        return ()
    bars = round((score.end_ticks - score.pickup_ticks) / score.meter.bar_ticks)
    if bars < len(labels) or bars % len(labels):
        raise RequestError(
            f"{path}: {bars} bars do not divide into the {len(labels)} equal sections of {''.join(labels)}; "
            "leave --form out"
        )
    length = bars // len(labels) * score.meter.bar_ticks
    begin = score.pickup_ticks
    return tuple(
        Section(label, begin + number * length, min(begin + (number + 1) * length, score.end_ticks))
        for number, label in enumerate(labels)
    )
