"""Tunes put to the harmoniser of songs, and what is counted of each answer."""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from composer.errors import ComposerError
from composer.pipeline.harmonize.asked import Asked, Wish, read_asked
from composer.pipeline.harmonize.harmonize import harmonize
from composer.pipeline.harmonize.song import harmonize_song
from composer.pipeline.harmonize.song_grid import Grid, grid_of
from composer.pipeline.harmonize.task import Harmonized, Tune
from composer.pipeline.harmonize.tune import Read, read_tune
from composer.score.reading import Reading
from composer.theory.check import Finding, check
from composer.theory.tables import load_table
from composer.training import abc_books
from composer.training.abc_books import AbcTune
from composer.training.corpus import corpus_folder, essen_tunes

BOOKS = ("oneill", "ryan", "kinder")
KINDER = "kinder"  # the Essen collection's songs for children
ALL_ESSEN = 10**6
STAND_INS = 3


@dataclass(frozen=True)
class Trial:
    """One tune in one style: lines read, phrases found, chords by bar, chord tones, errors by ensemble and kind."""

    name: str
    lines: int
    cadences: tuple[str, ...]
    chords: tuple[str, ...]
    in_bar: tuple[tuple[int, int], ...]  # (bar of the strain, chords in it), where fours divide the tune
    triple: bool
    tones: tuple[tuple[int, bool], ...]  # (metric strength, whether the note belongs to its chord)
    early: int  # chords that begin under an upbeat
    weak: int  # chords that begin neither on a bar line nor where two chords divide a bar
    seconds: float
    bars: int
    errors: dict[str, Counter[str]] = field(default_factory=dict)  # by ensemble: own, line, harmony


def book_tunes(count: int) -> list[tuple[AbcTune, ...]]:
    """``count`` tunes of each book, evenly spread, each with those that follow it, should it be refused."""
    folder = corpus_folder()
    books = (
        abc_books.oneills(folder / "oneills1850", 1, abc_books.LAST), abc_books.ryans(folder / "ryansMammoth"),
        tuple(tune for tune in essen_tunes(ALL_ESSEN) if KINDER in tune.name),
    )
    places = [((2 * n + 1) * len(book) // (2 * count), book) for book in books for n in range(count)]
    return [book[place : place + STAND_INS + 1] for place, book in places]


def read_abc_tune(tune: AbcTune, wish: Wish, folder: Path) -> Read | None:
    """A tune as the command would read it; None where it is refused, with the reason on stderr."""
    path = folder / f"{tune.name}.abc"
    path.write_text(tune.text, encoding="latin-1")
    try:
        return read_tune(path, 1, wish)
    except ComposerError as error:
        print(f"{tune.name}: {error}", file=sys.stderr)
        return None


def wish_of(style: str, ensemble: str, mood: str | None = None) -> Wish:
    """A request that takes tunes in any range."""
    return read_asked(Asked(style=style, ensemble=ensemble, mood=mood, transpose="auto"))


def tried(name: str, read: Read, wishes: Sequence[Wish]) -> Trial:
    """A tune harmonised, and laid out for every ensemble of ``wishes`` (one style)."""
    tune, wish = read.tune, wishes[0]
    begin = time.process_time()
    found = harmonize_song(tune, wish.book, 0, 1, style=wish.style)[0]
    seconds = time.process_time() - begin
    grid = grid_of(tune, load_table("meters"))
    regular = len(set(grid.strain_bar.tolist())) == 8
    onsets = {span.onset_ticks for span in found.chords}
    places = {int(tick): place for place, tick in enumerate(grid.onset_ticks)}
    begun = [places[tick] for tick in onsets if tick in places]
    return Trial(
        name, len(tune.phrases), tuple(phrase.cadence for phrase in found.phrases),
        tuple(span.chord.numeral for span in found.chords), tuple(_in_bars(grid, found)) if regular else (),
        tune.score.meter.beats == 3, tuple(_tones(tune, found)),
        sum(bool(grid.upbeat[place]) for place in begun) + sum(tick < int(grid.onset_ticks[0]) for tick in onsets),
        sum(not grid.main[place] for place in begun), seconds, int(grid.bar[-1]) + 1,
        {str(one.ensemble["name"]): errors(read, one) for one in wishes},
    )  # fmt: skip


def _in_bars(grid: Grid, found: Harmonized) -> Iterator[tuple[int, int]]:
    for bar in range(int(grid.bar[-1]) + 1):
        inside = np.flatnonzero(grid.bar == bar)
        begin, end = int(grid.onset_ticks[inside[0]]), int(grid.end_ticks[inside[-1]])
        yield int(grid.strain_bar[inside[0]]), sum(s.onset_ticks < end and s.end_ticks > begin for s in found.chords)


def _tones(tune: Tune, found: Harmonized) -> Iterator[tuple[int, bool]]:
    reading = Reading(tune.key, found.chords)
    for note in tune.voice.sounding():
        span = reading.chord_at(note.onset_ticks)
        if span is not None:
            belongs = note.top.midi % 12 in span.chord.pitch_classes(span.key)
            yield tune.score.strength(note.onset_ticks), belongs


def errors(read: Read, wish: Wish) -> Counter[str]:
    """Errors of the page under the style's profile: ``own`` has the tune without any chord; ``line`` are notes of the
    tune over the closes that were chosen; ``harmony`` is the rest."""
    answer = harmonize(read, wish)[0]
    reading = answer.score.reading
    assert reading is not None
    alone = check(answer.score.with_voices(answer.score.voices[:1]), reading, wish.book, wish.profile)
    line = {_place(one) for one in alone.findings}
    found: Counter[str] = Counter(own=sum(one.severity == "error" for one in answer.given))
    for finding in answer.report.findings:
        if finding.severity == "error":
            found["line" if _place(finding) in line and finding.voices else "harmony"] += 1
    return found


def _place(finding: Finding) -> tuple[str, int, float]:
    return finding.rule_id, finding.bar, finding.beat
