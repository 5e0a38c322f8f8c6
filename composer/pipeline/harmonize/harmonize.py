"""One call harmonises a tune: the engine of the style, the page, the check. The file to read first.

tune -> engine (chords; in a chorale voices, too) -> page of the ensemble -> check
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace

from composer.pipeline.harmonize.answers import Wished, harmonize_chorale
from composer.pipeline.harmonize.asked import Wish
from composer.pipeline.harmonize.page import page_of
from composer.pipeline.harmonize.song import harmonize_song
from composer.pipeline.harmonize.task import Harmonized, Tune
from composer.pipeline.harmonize.tune import Read
from composer.pipeline.harmonize.words import Facts, differences, facts
from composer.pipeline.recipe import made_by
from composer.score.score import Score
from composer.theory.check import Finding, Report, check

_Place = tuple[str, int, float]
_Page = tuple[Score, Harmonized]


@dataclass(frozen=True)
class Answer:
    """One harmonisation: its page, what was found, what it is made of, and how the check marks it.

    ``beside`` says how it differs from the first answer; ``report`` holds what was chosen here alone, ``given`` what
    lies in the tune itself and is nobody's choice.
    """

    score: Score
    found: Harmonized
    facts: Facts
    beside: tuple[str, ...]
    report: Report
    given: tuple[Finding, ...]


def harmonize(read: Read, wish: Wish) -> tuple[Answer, ...]:
    """The best answers to a tune, the best first, at most as many as wished.

    Raises:
        RequestError: the tune cannot be harmonised as asked.
    """
    tune = read.tune
    pages = [page_of(tune, found, wish) for found in _found(tune, wish)]
    alone, _ = page_of(tune, Harmonized((), (), tune.phrases, 0.0), wish)
    own = frozenset(_place(finding) for finding in _checked(alone.with_voices(alone.voices[:1]), wish).findings)
    return tuple(_answer(read, page, pages[0], own, wish) for page in pages)


def _found(tune: Tune, wish: Wish) -> tuple[Harmonized, ...]:
    """What the engine of the style finds."""
    book, seed, ways, mood, pace = wish.book, wish.seed, wish.asked.best, wish.mood, wish.chords_per_bar
    if wish.four_voices:
        row = next((row for row in wish.table("moods") if row["name"] == mood), None)
        return harmonize_chorale(tune, book, wish.table("numerals"), seed, ways, Wished(row, pace))
    return harmonize_song(tune, book, seed, ways, mood, pace, wish.style, wish.tables)


def _answer(read: Read, page: _Page, first: _Page, own: frozenset[_Place], wish: Wish) -> Answer:
    score, found = page
    score = replace(score, recipe=_recipe(read, wish))
    report = _checked(score, wish)
    seams = _seams(score)
    heard = [f for f in report.findings if not any(_over(f.moments_ticks, seam) for seam in seams)]
    role = score.voices[0].role
    given = tuple(
        f for f in heard
        if (_place(f) in own and (role in f.voices or not f.voices)) or _over_silence(f, read.tune, wish)
    )
    ours = tuple(finding for finding in heard if finding not in given)
    beside = differences(read.tune, first[1], found) if page is not first else ()
    return Answer(score, found, facts(read.tune, found), beside, Report(ours, report.chances, report.labels), given)


def _seams(score: Score) -> set[int]:
    """Ticks at which one ending stands beside another on the page: nobody hears the two in turn."""
    stops = {sign.onset_ticks for sign in score.bar_signs if sign.kind in ("ending-stop", "ending-discontinue")}
    return {sign.onset_ticks for sign in score.bar_signs if sign.kind == "ending-start"} & stops


def _over(moments_ticks: tuple[int, ...], seam: int) -> bool:
    return bool(moments_ticks) and min(moments_ticks) < seam <= max(moments_ticks)


def _over_silence(finding: Finding, tune: Tune, wish: Wish) -> bool:
    """Whether a chord lacks a voice because the tune rests."""
    if wish.book.rules[finding.rule_id].kind != "spacing":
        return False
    notes = tune.voice.sounding()
    return any(not any(n.onset_ticks <= tick < n.end_ticks for n in notes) for tick in finding.moments_ticks)


def _checked(score: Score, wish: Wish) -> Report:
    assert score.reading is not None
    return check(score, score.reading, wish.book, wish.profile)


def _place(finding: Finding) -> _Place:
    return finding.rule_id, finding.bar, finding.beat


def _recipe(read: Read, wish: Wish) -> dict[str, object]:
    """What it takes to make the same bytes again; the tune and folders of rules are named by their content."""
    asked = {
        name: value for name, value in asdict(wish.asked).items()
        if value not in (None, (), "", False) and name not in ("rules", "rulebook")
    }
    asked |= {"style": wish.style, "ensemble": wish.ensemble["name"], "seed": wish.seed}
    return made_by(f"seed {wish.seed}", wish.asked.rules, wish.asked.rulebook) | {
        "harmonize": asked, "tune": {"number": read.number, "sha256": read.sha256},
    }
