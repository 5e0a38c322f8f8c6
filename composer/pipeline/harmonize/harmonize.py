"""One call harmonises a tune: the engine of the style, the page, the check. The file to read first.

tune -> engine (chords; in a chorale voices, too) -> page of the ensemble -> check
"""

from __future__ import annotations

from dataclasses import dataclass

from composer.pipeline.harmonize.asked import Wish
from composer.pipeline.harmonize.page import page_of
from composer.pipeline.harmonize.song import harmonize_song
from composer.pipeline.harmonize.stand_in import harmonize_plain
from composer.pipeline.harmonize.task import Harmonized, Tune
from composer.score.score import Score
from composer.theory.check import Finding, Report, check


@dataclass(frozen=True)
class Answer:
    """One harmonisation: its page, what was found, and how the check marks it.

    ``report`` holds what was chosen here alone; ``given`` what lies in the tune itself and is nobody's choice.
    """

    score: Score
    found: Harmonized
    report: Report
    given: tuple[Finding, ...]


def harmonize(tune: Tune, wish: Wish) -> tuple[Answer, ...]:
    """The best answers to a tune, the best first, at most as many as wished.

    Raises:
        RequestError: the tune cannot be harmonised as asked.
    """
    return tuple(_answer(tune, found, wish) for found in _found(tune, wish))


def _found(tune: Tune, wish: Wish) -> tuple[Harmonized, ...]:
    """What the engine of the style finds."""
    book, seed, ways, mood, pace = wish.book, wish.seed, wish.asked.best, wish.mood, wish.chords_per_bar
    if wish.four_voices:
        return harmonize_plain(tune, book, seed, ways, mood, pace, four=True)
    return harmonize_song(tune, book, seed, ways, mood, pace, wish.style, wish.tables)


def _answer(tune: Tune, found: Harmonized, wish: Wish) -> Answer:
    score = page_of(tune, found, wish)
    assert score.reading is not None
    report = check(score, score.reading, wish.book, wish.profile)
    alone = score.with_voices(score.voices[:1])
    own = {_place(f) for f in check(alone, score.reading, wish.book, wish.profile).findings}
    given = tuple(finding for finding in report.findings if _place(finding) in own)
    ours = tuple(finding for finding in report.findings if finding not in given)
    return Answer(score, found, Report(ours, report.chances, report.labels), given)


def _place(finding: Finding) -> tuple[str, int, float, tuple[str, ...]]:
    return finding.rule_id, finding.bar, finding.beat, finding.voices
