"""A tune cut into units, each of which takes one chord: its beats, a note under a fermata taken whole."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from composer.pipeline.harmonize.task import Tune
from composer.score.note import Note
from composer.score.windows import Bools, Ints


@dataclass(frozen=True)
class Unit:
    """A stretch of the tune that takes one chord. ``notes`` are those that sound in it, the first at its beginning."""

    onset_ticks: int
    end_ticks: int
    notes: tuple[Note, ...]
    strength: int
    attack: bool  # the first note is struck at the beginning
    close: bool  # a phrase ends in it
    fermata: bool

    @property
    def length_ticks(self) -> int:
        """How long it lasts."""
        return self.end_ticks - self.onset_ticks


@dataclass(frozen=True)
class Line:
    """T units of a tune in order, silence left out."""

    units: tuple[Unit, ...]
    signature: int
    beat_ticks: int

    @property
    def count(self) -> int:
        """Number of units."""
        return len(self.units)

    @property
    def close(self) -> Bools:
        """(T,) units in which a phrase ends; the last always."""
        found = np.array([unit.close for unit in self.units], dtype=bool)
        found[-1:] = True
        return found

    def midi(self, place: int = 0) -> Ints:
        """(T,) the pitch at the beginning of each unit, or at its end (``place`` -1)."""
        return np.array([unit.notes[place].top.midi for unit in self.units], dtype=np.int64)

    def step(self, place: int = 0) -> Ints:
        """(T,) staff positions of ``midi``."""
        return np.array([unit.notes[place].top.letter_step for unit in self.units], dtype=np.int64)


def line_of(tune: Tune) -> Line:
    """The units of a tune: one a beat, from beat to beat of the bar; a fermata's beats are one."""
    notes = tune.voice.sounding()
    beat = tune.score.meter.beat_ticks if tune.score.meter.is_compound else 480
    ends = {phrase.end_ticks for phrase in tune.phrases}
    units = []
    for onset, end in _spans(tune, notes, beat):
        inside = tuple(note for note in notes if note.onset_ticks < end and note.end_ticks > onset)
        if not inside:
            continue
        close = any(onset < tick <= end for tick in ends)
        fermata = any(note.fermata for note in inside)
        attack = inside[0].onset_ticks >= onset
        units.append(Unit(onset, end, inside, tune.score.strength(onset), attack, close, fermata))
    return Line(tuple(units), tune.signature, beat)


def _spans(tune: Tune, notes: list[Note], beat: int) -> Iterator[tuple[int, int]]:
    """Beats in order; the beats that a note under a fermata, or the last of a phrase, is held through make one."""
    end = max((note.end_ticks for note in notes), default=0)
    ends = {phrase.end_ticks for phrase in tune.phrases}
    held = [note for note in notes if note.fermata or note.end_ticks in ends]
    edges = [tick for tick in _edges(tune, beat, end) if not any(n.onset_ticks < tick < n.end_ticks for n in held)]
    edges = sorted({*edges, *(note.onset_ticks for note in held if note.length_ticks >= beat), 0, end})
    yield from pairwise(edges)


def _edges(tune: Tune, beat: int, end: int) -> list[int]:
    """Where beats begin: counted from every bar line."""
    score = tune.score
    if not score.bar_lines:
        return list(range(score.pickup_ticks % beat, end, beat))
    found = []
    for line, after in zip(score.bar_lines, [*(row.onset_ticks for row in score.bar_lines[1:]), end], strict=True):
        first = line.onset_ticks + (-line.lead_ticks) % beat
        found += list(range(first, after, beat))
    return found
