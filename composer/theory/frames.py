"""Windows wider than a moment: bars of a piece, and pairs of sections or phrases that belong together.

Like ``composer.score.windows`` they hold integer arrays with free leading axes, then ``span``.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from composer.score.note import Voice
from composer.score.reading import Phrase, Reading, Section
from composer.score.score import Score
from composer.score.windows import ABSENT, CADENCES, Bools, Ints

# Relations of a pair.
RETURN, PERIOD = 1, 2
Content = tuple[tuple[object, ...], ...]


@dataclass(frozen=True)
class Bars:
    """Bars as arrays."""

    roles: tuple[str, ...]
    filled_ticks: Ints  # (..., span, voices) notes and rests inside the bar
    overlap_ticks: Ints  # (..., span, voices) how far notes reach into their successors
    bar_ticks: Ints  # (..., span) what the meter (or the pickup) promises
    content: Ints  # (..., span) equal for bars whose tune is alike in degrees and rhythm; 0 = silent
    rhythm: Ints  # (..., span) equal for bars whose tune is alike in rhythm; 0 = silent
    entry_strength: Ints  # (..., span) metric strength where the downbeat's chord entered; ABSENT if unknown
    onset_ticks: Ints  # (..., span)

    def sliding(self, span: int) -> Bars:
        """From B bars without leading axes: all windows of ``span`` bars, (B - span + 1, span, ...)."""
        index = _index(len(self.onset_ticks), span)
        return replace(
            self,
            filled_ticks=self.filled_ticks[index],
            overlap_ticks=self.overlap_ticks[index],
            bar_ticks=self.bar_ticks[index],
            content=self.content[index],
            rhythm=self.rhythm[index],
            entry_strength=self.entry_strength[index],
            onset_ticks=self.onset_ticks[index],
        )


@dataclass(frozen=True)
class Pairs:
    """Pairs of sections or phrases as arrays."""

    relation: Ints  # (..., span) RETURN or PERIOD
    same_share: NDArray[np.float64]  # (..., span) share of bars alike, 0 to 1
    varied: Bools  # (..., span) the later label promises a variation
    cadence: Ints  # (..., span, 2) indices into CADENCES
    same_opening: Bools  # (..., span) first bars alike in rhythm or in degrees
    same_roots: NDArray[np.float64]  # (..., span) share of bars on the same degree; -1 where chords are unknown
    onset_ticks: Ints  # (..., span) where the later of the pair begins

    def sliding(self, span: int) -> Pairs:
        """From P pairs without leading axes: all windows of ``span`` pairs, (P - span + 1, span, ...)."""
        index = _index(len(self.onset_ticks), span)
        return Pairs(
            self.relation[index],
            self.same_share[index],
            self.varied[index],
            self.cadence[index],
            self.same_opening[index],
            self.same_roots[index],
            self.onset_ticks[index],
        )


def _index(count: int, span: int) -> Ints:
    return np.arange(max(count - span + 1, 0))[:, None] + np.arange(span)[None, :]


def bar_content(tune: Voice, begin_ticks: int, end_ticks: int, tonic_pc: int) -> Content:
    """What a tune does between two ticks: (onset, length, degrees) of the notes that begin there.

    Onsets count from ``begin_ticks``; degrees are semitones above the tonic; rests are left out.
    """
    return tuple(
        (note.onset_ticks - begin_ticks, note.length_ticks, *((p.midi - tonic_pc) % 12 for p in note.pitches))
        for note in tune.notes
        if begin_ticks <= note.onset_ticks < end_ticks and not note.is_rest
    )


def bars(score: Score, reading: Reading) -> Bars:
    """All bars of a score, the pickup first: a frame of B bars, no leading axes."""
    lines = _bar_lines(score)
    count = len(lines) - 1
    filled = np.zeros((count, len(score.voices)), dtype=np.int64)
    overlap = np.zeros_like(filled)
    for place, voice in enumerate(score.voices):
        _fill(voice, lines, filled[:, place], overlap[:, place])
    for onset, role, written in score.misfilled:
        places = [number for number, voice in enumerate(score.voices) if voice.role == role]
        bar = max(bisect_right(lines, onset) - 1, 0)
        filled[min(bar, count - 1), places[:1]] = written
    promised = [line.length_ticks for line in score.bar_lines] or [b - a for a, b in pairwise(lines)]
    known: dict[Content, int] = {(): 0}
    rhythms: dict[Content, int] = {(): 0}
    contents = [
        bar_content(score.tune, before, after, reading.key.tonic_pc) for before, after in pairwise(lines)
    ]
    struck = [tuple(note[:2] for note in content) for content in contents]
    return Bars(
        roles=tuple(voice.role for voice in score.voices),
        filled_ticks=filled,
        overlap_ticks=overlap,
        bar_ticks=np.array(promised, dtype=np.int64),
        content=np.array([known.setdefault(one, len(known)) for one in contents], dtype=np.int64),
        rhythm=np.array([rhythms.setdefault(one, len(rhythms)) for one in struck], dtype=np.int64),
        entry_strength=np.array([_entry(line, score, reading) for line in lines[:-1]], dtype=np.int64),
        onset_ticks=np.array(lines[:-1], dtype=np.int64),
    )


def _bar_lines(score: Score) -> list[int]:
    """Where bars begin, and where the last one should end."""
    if score.bar_lines:
        last = score.bar_lines[-1]
        return [*(line.onset_ticks for line in score.bar_lines), last.onset_ticks + last.length_ticks]
    bar, end = score.meter.bar_ticks, score.end_ticks
    lines = [0] if score.pickup_ticks else []
    lines += range(score.pickup_ticks, max(end, score.pickup_ticks + 1), bar)
    short = bar - score.pickup_ticks  # with a pickup the last bar may be shorter by it
    lines.append(end if score.pickup_ticks and end - lines[-1] == short else lines[-1] + bar)
    return lines


def _fill(voice: Voice, lines: list[int], filled: Ints, overlap: Ints) -> None:
    place, reached = 0, 0
    for note in voice.notes:
        while place > 0 and lines[place] > note.onset_ticks:
            place -= 1
        while place < len(filled) - 1 and lines[place + 1] <= note.onset_ticks:
            place += 1
        overlap[place] += max(0, reached - note.onset_ticks)
        begin = note.onset_ticks
        while place < len(filled) - 1 and note.end_ticks > lines[place + 1]:
            filled[place] += lines[place + 1] - begin
            begin = lines[place + 1]
            place += 1
        filled[place] += note.end_ticks - begin
        reached = note.end_ticks


def _entry(onset_ticks: int, score: Score, reading: Reading) -> int:
    span = reading.chord_at(onset_ticks)
    if span is None:
        return ABSENT
    entered = span.onset_ticks
    while entered > 0:
        earlier = reading.chord_at(entered - 1)
        if earlier is None or earlier.chord != span.chord or earlier.key != span.key:
            break
        entered = earlier.onset_ticks
    if onset_ticks == 0 or entered < score.pickup_ticks or entered <= reading.chords[0].onset_ticks:
        return ABSENT
    return score.strength(entered)


def pairs(score: Score, reading: Reading) -> Pairs:
    """Every return of a letter with its first statement, and every period: a frame of P pairs."""
    rows = [*_returns(score, reading), *_periods(score, reading)]
    columns: list[list[object]] = [list(column) for column in zip(*rows, strict=True)] or [
        [] for _ in range(7)
    ]
    return Pairs(
        np.array(columns[0], dtype=np.int64),
        np.array(columns[1], dtype=np.float64),
        np.array(columns[2], dtype=bool),
        np.array(columns[3], dtype=np.int64).reshape(-1, 2),
        np.array(columns[4], dtype=bool),
        np.array(columns[6], dtype=np.float64),
        np.array(columns[5], dtype=np.int64),
    )


_Row = tuple[int, float, bool, tuple[int, int], bool, int, float]


def _section_bars(score: Score, reading: Reading, section: Section) -> list[Content]:
    tonic = (section.key or reading.key).tonic_pc
    starts: Sequence[int] = range(section.onset_ticks, section.end_ticks, score.meter.bar_ticks)
    ends = [min(start + score.meter.bar_ticks, section.end_ticks) for start in starts]
    if score.bar_lines:
        inside = [b.onset_ticks for b in score.bar_lines if section.onset_ticks < b.onset_ticks < section.end_ticks]
        starts, ends = [section.onset_ticks, *inside], [*inside, section.end_ticks]
    return [bar_content(score.tune, start, end, tonic) for start, end in zip(starts, ends, strict=True)]


def _returns(score: Score, reading: Reading) -> list[_Row]:
    first: dict[str, Section] = {}
    rows: list[_Row] = []
    for section in reading.sections:
        model = first.setdefault(section.letter, section)
        if model is section:
            continue
        ours, theirs = _section_bars(score, reading, section), _section_bars(score, reading, model)
        same = sum(a == b for a, b in zip(ours, theirs, strict=False))
        share = same / max(len(ours), len(theirs), 1)
        varied = section.label.count("'") != model.label.count("'")
        roots = _same_roots(score, reading, model, section)
        rows.append((RETURN, share, varied, (0, 0), ours[:1] == theirs[:1], section.onset_ticks, roots))
    return rows


def _same_roots(score: Score, reading: Reading, model: Section, section: Section) -> float:
    """Share of the first statement's bars whose downbeat has a root on the same degree; -1 where one has no chord."""
    starts = range(0, model.end_ticks - model.onset_ticks, score.meter.bar_ticks)
    pairs_of = [[reading.chord_at(one.onset_ticks + start) for one in (model, section)] for start in starts]
    degrees = [(a.chord.root[0], b.chord.root[0]) for a, b in pairs_of if a is not None and b is not None]
    if not degrees or len(degrees) < len(pairs_of):
        return -1.0
    return sum(a == b for a, b in degrees) / len(degrees)


def _periods(score: Score, reading: Reading) -> list[_Row]:
    rows: list[_Row] = []
    for section in reading.sections:
        inside = [
            phrase
            for phrase in reading.phrases
            if section.onset_ticks - score.pickup_ticks <= phrase.onset_ticks < section.end_ticks - score.pickup_ticks
        ]
        if "period" not in section.theme or not inside or len(inside) % 2:
            continue
        half = len(inside) // 2
        codes = (CADENCES.index(inside[half - 1].cadence), CADENCES.index(inside[-1].cadence))
        alike = _same_opening(score, inside[0], inside[half])
        rows.append((PERIOD, 0.0, False, codes, alike, inside[half].onset_ticks, -1.0))
    return rows


def _same_opening(score: Score, first: Phrase, second: Phrase) -> bool:
    bar = score.meter.bar_ticks
    ours, theirs = (
        bar_content(score.tune, phrase.onset_ticks, phrase.onset_ticks + bar, 0) for phrase in (first, second)
    )
    rhythm = [note[:2] for note in ours] == [note[:2] for note in theirs]
    return rhythm or [note[2:] for note in ours] == [note[2:] for note in theirs]
