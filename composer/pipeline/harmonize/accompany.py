"""Hands under a tune: a figure of the tables laid bar by bar over its chords and a bass line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from composer.files.grid import Bar, bars_of_score
from composer.pipeline.hands import make_hand
from composer.pipeline.harmonize.asked import Wish
from composer.pipeline.harmonize.bass_line import bass_line
from composer.pipeline.harmonize.task import Harmonized, Tune
from composer.pipeline.mood_words import USUAL_MOOD
from composer.pipeline.section_plan import ACCOMPANIMENT_SHARE
from composer.pipeline.skeleton import Slot
from composer.pipeline.texture import Reach, closing, played, struck
from composer.score.note import Note, Voice
from composer.score.reading import ChordSpan
from composer.score.score import Score
from composer.score.time import TICKS_PER_QUARTER, Meter
from composer.theory.tables import Row

Cells = tuple[str, ...]
HELD = "C"
LIKE = {2: "2/4", 3: "3/4", 4: "4/4"}  # whose figures other simple meters take, by their beats


def accompany(tune: Tune, found: Harmonized, wish: Wish, two_hands: bool) -> tuple[Harmonized, tuple[Voice, ...]]:
    """The answer with the inversions that its bass line has, and the voices ``left``, or ``right`` and ``left``."""
    hands: dict[str, list[Note]] = {"right": [], "left": []} if two_hands else {"left": []}
    if found.chords:
        low, high = (int(midi) for midi in wish.ensemble["bass_range"])
        chords, basses = bass_line(tune, found, low, high)
        found = replace(found, chords=chords)
        for reach, span in _reaches(tune.score, found, basses, _figure(tune.score, wish), two_hands):
            for name, notes in hands.items():
                notes += played(reach, span.key, 0, two_hands, name)
    return found, tuple(Voice(name, "figuration", tuple(notes)) for name, notes in hands.items())


def _reaches(
    score: Score, found: Harmonized, basses: Sequence[int], figure: dict[Meter, Cells], two_hands: bool
) -> Iterator[tuple[Reach, ChordSpan]]:
    """What is struck over every chord, bar by bar."""
    bars, leads, top = bars_of_score(score), _leading(found), 60
    for bar in bars:
        for span, bass in _inside(bar, found.chords, basses):
            slot = Slot(span.onset_ticks, span.length_ticks, span.chord, bass, 0)
            hand = make_hand(span.key, slot, _lowest(score, slot), top, two_hands)
            top = hand.close[-1]
            cells = figure.get(bar.meter) or (HELD,)
            cell_ticks = bar.meter.bar_ticks // len(cells)
            place, count = bar.place(slot.onset_ticks), slot.length_ticks // cell_ticks
            cells *= 1 + (place // cell_ticks + count) // len(cells)  # a bar may be longer than its meter
            fits = place % cell_ticks == 0 and slot.length_ticks % cell_ticks == 0
            if bar is bars[-1] or not fits or _under_fermata(score, slot):
                found_cells = closing(hand, max(count, 1), count, final=True)
            else:
                leading = any(begin <= slot.onset_ticks < end for begin, end in leads)
                found_cells = struck(cells, place // cell_ticks, count, hand, leads=leading)
            yield Reach(tuple((slot.onset_ticks + at * cell_ticks, cell) for at, cell in found_cells), hand, slot), span


def _inside(bar: Bar, chords: Sequence[ChordSpan], basses: Sequence[int]) -> Iterator[tuple[ChordSpan, int]]:
    """The chords of a bar with their bass notes, cut at its lines."""
    for span, bass in zip(chords, basses, strict=True):
        begin, end = max(span.onset_ticks, bar.onset_ticks), min(span.end_ticks, bar.end_ticks)
        if begin < end:
            yield replace(span, onset_ticks=begin, length_ticks=end - begin), bass


def _figure(score: Score, wish: Wish) -> dict[Meter, Cells]:
    """The figure of every meter of the score: of those of the style or mood, the one whose strikes a bar go best with
    the tune's."""
    mood = next(row for row in wish.table("moods") if row["name"] == (wish.mood or USUAL_MOOD))
    own = [] if wish.mood else wish.settings.get("textures", [])
    names = [str(name) for name in own or mood["textures"]]
    meters = {line.meter for line in score.bar_lines} or {score.meter}
    rows = {(str(row["name"]), str(row["meter"])): row for row in wish.table("textures")}
    bars = max(score.end_ticks / score.meter.bar_ticks, 1.0)
    strikes = len(score.voices[0].sounding()) / bars
    wanted = strikes * ACCOMPANIMENT_SHARE / (1 - ACCOMPANIMENT_SHARE)

    def far(name: str) -> float:
        row = rows.get((name, like(score.meter)))
        return abs(float(np.log(float(row["rate"]) / wanted))) if row else np.inf

    name = min(names, key=far)
    found = {meter: _cells(rows.get((name, like(meter)))) for meter in meters}
    return {meter: cells for meter, cells in found.items() if cells and meter.bar_ticks % len(cells) == 0}


def _cells(row: Row | None) -> Cells:
    return tuple(str(row["figure"]).split()) if row else ()


def like(meter: Meter) -> str:
    """The meter of the tables whose figures fit; empty where none does."""
    if meter.is_compound:
        return f"{meter.numerator}/8"
    if meter.bar_ticks == 4 * TICKS_PER_QUARTER:
        return "4/4"
    return LIKE.get(meter.numerator, "6/8" if meter.numerator == 6 else "")


def _lowest(score: Score, slot: Slot) -> int:
    """The tune's lowest MIDI number over a chord, below which the figure stays."""
    end = slot.onset_ticks + slot.length_ticks
    notes = score.voices[0].notes
    under = [n.bottom.midi for n in notes if n.pitches and n.onset_ticks < end and n.end_ticks > slot.onset_ticks]
    return min(under, default=72)


def _under_fermata(score: Score, slot: Slot) -> bool:
    """Whether the chord ends with a note that is held freely."""
    end = slot.onset_ticks + slot.length_ticks
    return any(note.fermata and note.onset_ticks < end <= note.end_ticks for note in score.voices[0].notes)


def _leading(found: Harmonized) -> list[tuple[int, int]]:
    """When the chords sound that lead to the last chord of a line."""
    stretches = []
    for phrase in found.phrases:
        inside = [span for span in found.chords if span.onset_ticks < phrase.end_ticks]
        if len(inside) > 1 and inside[-2].onset_ticks >= phrase.onset_ticks:
            stretches.append((inside[-2].onset_ticks, inside[-2].end_ticks))
    return stretches

