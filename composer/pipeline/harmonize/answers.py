"""Answers of the chorale engine: the first drawn by the seed, others that really differ, each with what gave way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from composer.analysis.phrases import cadence_of
from composer.models.chorale import load_chorale
from composer.pipeline.harmonize.chorale import Chorale, harmonize_line
from composer.pipeline.harmonize.joint import Prices
from composer.pipeline.harmonize.task import Harmonized, Tune
from composer.pipeline.harmonize.workshop import Workshop, workshop_of
from composer.score.reading import Reading
from composer.theory.check import check
from composer.theory.rulebook import Rulebook
from composer.theory.tables import Row

DIFFERENT = 0.15  # of the units have another root
TRIES = 8  # draws for every further answer
FREER = 0.5  # of the chords' price in further answers, so that they differ
# What a mood adds to chords, nats at its extremes; design values.
SHADE, TENSION = 1.2, 0.8
DARK = ("minor", "minor-seventh", "diminished", "half-diminished", "diminished-seventh")
TENSE = ("dominant-seventh", "diminished-seventh", "half-diminished", "diminished")


@dataclass(frozen=True)
class Wished:
    """What is wished beyond the tune: a mood's row or None, and chords a bar (0: one a beat; None: as learned)."""

    mood: Row | None = None
    pace: Fraction | None = None


def harmonize_chorale(
    tune: Tune, book: Rulebook, numerals: Sequence[Row], seed: int, ways: int, wished: Wished = Wished()
) -> tuple[Harmonized, ...]:
    """Up to ``ways`` answers, the first as the seed draws it, the others by their price.

    Raises:
        LimitError: no four voices were found under the tune.
        ShelfError: the model is missing or damaged.
    """
    return answers(workshop_of(book, load_chorale(), numerals), book, tune, seed, ways, wished)


def answers(
    workshop: Workshop, book: Rulebook, tune: Tune, seed: int, ways: int, wished: Wished = Wished()
) -> tuple[Harmonized, ...]:
    """The same with a workshop at hand."""
    prices = prices_of(workshop, wished)
    found = [harmonize_line(workshop, tune, prices, seed)]
    for way in range(1, TRIES * (ways - 1) + 1):
        if len(found) == ways:
            break
        other = harmonize_line(workshop, tune, replace(prices, weighed=1, chords=FREER * prices.chords), seed, way)
        if all(_apart(workshop, other, one) >= DIFFERENT for one in found):
            found.append(other)
    found = [found[0], *sorted(found[1:], key=lambda one: one.cost_nats)]
    return tuple(_answer(tune, one, book) for one in found)


def prices_of(workshop: Workshop, wished: Wished) -> Prices:
    """The prices that a wish comes to."""
    shade = np.zeros(len(workshop.model.shape))
    if wished.mood is not None:
        dark, tense = (np.isin(workshop.model.shape, kinds) for kinds in (DARK, TENSE))
        shade = SHADE * float(wished.mood["valence"]) * np.where(dark, -0.5, 0.5)
        shade = shade + TENSION * float(wished.mood["arousal"]) * np.where(tense, 0.5, 0.0)
    return replace(Prices(), shade=tuple(shade.tolist()), pace=wished.pace)


def _apart(workshop: Workshop, one: Chorale, other: Chorale) -> float:
    """Share of the units whose roots differ."""
    root = workshop.model.root
    return float((root[one.chord] != root[other.chord]).mean())


def _answer(tune: Tune, found: Chorale, book: Rulebook) -> Harmonized:
    phrases = tuple(
        replace(one, cadence=cadence_of(tune.score, found.chords, one.onset_ticks, one.end_ticks))
        for one in tune.phrases
    )
    relaxed = () if found.rung.price == np.inf else _given_up(tune, found, book)
    return Harmonized(found.chords, found.voices, phrases, found.cost_nats, relaxed)


def _given_up(tune: Tune, found: Chorale, book: Rulebook) -> tuple[str, ...]:
    """Which laws had to give way, and where, in words."""
    soprano = replace(tune.voice, name="soprano", role="soprano")
    score = replace(tune.score, voices=(soprano, *found.voices))
    reading = Reading(tune.key, found.chords, tune.phrases)
    report = check(score, reading, book, "omt")
    titles: dict[str, list[int]] = {}
    for finding in report.findings:
        if finding.severity == "error":
            titles.setdefault(f"{book.rules[finding.rule_id].title} ({finding.rule_id})", []).append(finding.bar)
    told = [f"{title} in bar {', '.join(map(str, sorted(set(bars))))}" for title, bars in titles.items()]
    if found.rung.lower:
        told.append("lower voices go deeper than choirs do")
    if found.rung.foreign:
        told.append("the tune may be foreign to its chords")
    return tuple(told)
