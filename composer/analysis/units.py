"""A score cut into units for reading its harmony: what sounds in each, spelled, and how each note is led.

A unit begins where a voice strikes on a half beat (a third of a beat in compound meters); what is struck between
belongs to the unit before. Pitch classes are places on the line of fifths (C = 0, G = 1, F = -1), so that G sharp and
A flat differ; ``LOWEST`` is the first place of the arrays.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from composer.score.note import Note
from composer.score.score import Score
from composer.score.windows import Bools, Ints

Floats = NDArray[np.float64]
LOWEST, PLACES = -17, 37  # Ebbb to Ax: one double accidental beyond every key of seven signs
LED, HALF_LED, FREE = 0, 1, 2  # how a note is led if it is foreign: by step on both sides, on one, on none
STEP_SEMITONES = 2
MOST_BEATS = 2.0  # design value: a longer chord says no more about itself


@dataclass(frozen=True)
class Units:
    """T units; arrays without leading axes."""

    onset_ticks: Ints  # (T,)
    end_ticks: Ints  # (T,)
    beats: Floats  # (T,) length in felt beats, at most MOST_BEATS
    strength: Ints  # (T,) metric strength 0-3 of the beginning
    phrase_end: Bools  # (T,) a fermata or the last sound stands in the unit
    signature: Ints  # (T,) sharps of the key signature, flats negative
    start: Floats  # (T, PLACES, 3) notes sounding at the unit's beginning, by place and leading
    later: Floats  # (T, PLACES, 3) share of the unit in which notes struck later sound
    bass: Ints  # (T,) place of the lowest note at the beginning, counted from LOWEST; -1 where nothing sounds
    bass_led: Ints  # (T,) how that note is led
    low: Floats  # (T, PLACES) share of the unit in which a place is the lowest line's
    falls: Bools  # (T, PLACES) a note there leaves down by step
    rises: Bools  # (T, PLACES) a note there leaves up by step

    @property
    def count(self) -> int:
        """Number of units."""
        return len(self.onset_ticks)


def units(score: Score, signatures: Sequence[tuple[int, int]]) -> Units:
    """Cut a score; ``signatures`` are (onset_ticks, sharps) in order, at least one from tick 0."""
    lines = [notes for notes in (voice.sounding() for voice in score.voices) if notes]
    bounds = _bounds(score, lines)
    count = len(bounds) - 1
    sheet = _Sheet(bounds)
    for notes in lines:
        for number, note in enumerate(notes):
            sheet.lay(note, _leading(notes, number), _step_out(notes, number))
    for note in lines[-1] if lines else []:
        for unit, share in sheet.shares(note):
            sheet.low[unit, _place(note.bottom.fifths)] += share
    if count:
        sheet.ends[-1] = True
    onsets, closes = np.array(bounds[:-1], dtype=np.int64), np.array(bounds[1:], dtype=np.int64)
    places = [onset for onset, _ in signatures]
    signs = [signatures[max(bisect_right(places, onset) - 1, 0)][1] for onset in bounds[:-1]]
    return Units(
        onsets, closes, np.minimum((closes - onsets) / score.meter.beat_ticks, MOST_BEATS),
        np.array([score.strength(onset) for onset in bounds[:-1]], dtype=np.int64), sheet.ends,
        np.array(signs, dtype=np.int64), sheet.start, sheet.later, sheet.bass, sheet.bass_led, sheet.low,
        sheet.goes[..., 0], sheet.goes[..., 1],
    )


class _Sheet:
    """The arrays of ``Units`` while notes are laid on them."""

    def __init__(self, bounds: list[int]) -> None:
        count = len(bounds) - 1
        self.bounds, self.count = bounds, count
        self.start, self.later = np.zeros((count, PLACES, 3)), np.zeros((count, PLACES, 3))
        self.low = np.zeros((count, PLACES))
        self.goes = np.zeros((count, PLACES, 2), dtype=bool)
        self.bass, self.bass_led = np.full(count, -1), np.full(count, FREE)
        self.ends = np.zeros(count, dtype=bool)
        self._lowest = [1000] * count

    def shares(self, note: Note) -> Iterator[tuple[int, float]]:
        """Each unit a note sounds in, and the share of the unit it fills."""
        for unit in range(max(bisect_right(self.bounds, note.onset_ticks) - 1, 0), self.count):
            begin, end = self.bounds[unit], self.bounds[unit + 1]
            if begin >= note.end_ticks:
                return
            yield unit, (min(note.end_ticks, end) - max(note.onset_ticks, begin)) / (end - begin)

    def lay(self, note: Note, led: int, step_out: int) -> None:
        """One note with the way it is led and its step to the next (-1 down, 1 up, 0 none)."""
        places = [_place(pitch.fifths) for pitch in note.pitches]
        for unit, share in self.shares(note):
            sounds = note.onset_ticks <= self.bounds[unit]
            for place in places:
                if step_out:
                    self.goes[unit, place, int(step_out > 0)] = True
                if sounds:
                    self.start[unit, place, led] += 1.0
                else:
                    self.later[unit, place, led] += share
            if sounds and note.bottom.midi < self._lowest[unit]:
                self._lowest[unit] = note.bottom.midi
                self.bass[unit], self.bass_led[unit] = places[0], led
            self.ends[unit] |= note.fermata and note.end_ticks <= self.bounds[unit + 1]


def _place(fifths: int) -> int:
    return min(max(fifths - LOWEST, 0), PLACES - 1)


def _bounds(score: Score, lines: Sequence[Sequence[Note]]) -> list[int]:
    """Where units begin, and where the last one ends."""
    meter = score.meter
    grid = meter.beat_ticks // (3 if meter.is_compound else 2)
    struck = {note.onset_ticks for notes in lines for note in notes}
    bounds = sorted(onset for onset in struck if round((score.bar_of(onset)[1] - 1) * meter.beat_ticks) % grid == 0)
    first, end = min(struck, default=0), max((note.end_ticks for notes in lines for note in notes), default=0)
    return [*([] if first in bounds[:1] else [first]), *bounds, end] if struck else [0]


def _step_out(notes: Sequence[Note], number: int) -> int:
    """-1 or 1 where a note goes on by step down or up, else 0."""
    after = () if notes[number].fermata else notes[number + 1 : number + 2]
    move = after[0].top.midi - notes[number].top.midi if after else 0
    return (move > 0) - (move < 0) if abs(move) <= STEP_SEMITONES else 0


def _leading(notes: Sequence[Note], number: int) -> int:
    """LED, HALF_LED or FREE: whether a note comes and goes by step (or is held over, or comes early)."""
    here = notes[number]
    before = notes[number - 1] if number else None
    after = notes[number + 1] if number + 1 < len(notes) else None
    joined_before = before is not None and before.end_ticks == here.onset_ticks
    joined_after = after is not None and after.onset_ticks == here.end_ticks
    move_in = here.top.midi - before.top.midi if before and joined_before else 99
    move_out = after.top.midi - here.top.midi if after and joined_after else 99
    comes = abs(move_in) <= STEP_SEMITONES
    goes = abs(move_out) <= STEP_SEMITONES
    return LED if comes and goes else HALF_LED if comes or goes else FREE
