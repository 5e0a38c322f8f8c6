"""Hands under a tune: a bass line through its chords, and a figure of the tables laid over them bar by bar."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np

from composer.files.grid import Bar, bars_of_score
from composer.pipeline.hands import make_hand
from composer.pipeline.harmonize.asked import Wish
from composer.pipeline.harmonize.task import Harmonized, Tune
from composer.pipeline.mood_words import USUAL_MOOD
from composer.pipeline.section_plan import ACCOMPANIMENT_SHARE
from composer.pipeline.skeleton import BASS_MOTION, SIMILAR_MOTION, Slot
from composer.pipeline.texture import Reach, closing, played, struck
from composer.score.note import Note, Voice
from composer.score.reading import ChordSpan
from composer.score.score import Score
from composer.score.time import TICKS_PER_QUARTER, Meter
from composer.search.lattice import Lattice, best
from composer.theory.tables import Row

Cells = tuple[str, ...]
HELD = "C"
LIKE = {2: "2/4", 3: "3/4", 4: "4/4"}  # whose figures other simple meters take, by their beats
# Nats, design values: bass and tune into an octave or fifth in one direction; a bass near the tune or off its middle.
INTO_PERFECT, BELOW_TUNE, BASS_SD = 3.0, 6.0, 6.0
CLEAR = 7  # semitones between bass and tune


def accompany(tune: Tune, found: Harmonized, wish: Wish, two_hands: bool) -> tuple[Voice, ...]:
    """The voices ``left``, or ``right`` and ``left``, over the chords of an answer; rests are left out."""
    score, bars = tune.score, bars_of_score(tune.score)
    pieces = [(bar, span) for bar in bars for span in _inside(bar, found.chords)]
    if not pieces:
        return ()
    figure = _figure(score, wish)
    slots = _slots(score, [span for _, span in pieces], wish)
    leads = _leading(found)
    hands: dict[str, list[Note]] = {"right": [], "left": []} if two_hands else {"left": []}
    top = 60
    for (bar, span), slot in zip(pieces, slots, strict=True):
        hand = make_hand(span.key, slot, _lowest(score, slot), top, two_hands)
        top = hand.close[-1]
        cells = figure.get(bar.meter) or (HELD,)
        cell_ticks = bar.meter.bar_ticks // len(cells)
        first, count = bar.place(slot.onset_ticks) // cell_ticks, slot.length_ticks // cell_ticks
        fits = bar.place(slot.onset_ticks) % cell_ticks == 0 and slot.length_ticks % cell_ticks == 0
        if bar is bars[-1] or not fits or _under_fermata(score, slot):
            places = closing(hand, max(count, 1), count, final=True)
        else:
            places = struck(cells, first, count, hand, leads=any(one[0] <= slot.onset_ticks < one[1] for one in leads))
        reach = Reach(tuple((slot.onset_ticks + at * cell_ticks, cell) for at, cell in places), hand, slot)
        for name, notes in hands.items():
            notes += played(reach, span.key, 0, two_hands, name)
    return tuple(Voice(name, "figuration", tuple(notes)) for name, notes in hands.items())


def _inside(bar: Bar, chords: Sequence[ChordSpan]) -> Iterator[ChordSpan]:
    """The chords of a bar, cut at its lines."""
    for span in chords:
        begin, end = max(span.onset_ticks, bar.onset_ticks), min(span.end_ticks, bar.end_ticks)
        if begin < end:
            yield replace(span, onset_ticks=begin, length_ticks=end - begin)


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


def _slots(score: Score, spans: Sequence[ChordSpan], wish: Wish) -> list[Slot]:
    """The chords with their bass notes: the line that moves best, near its middle and clear of the tune."""
    low, high = (int(midi) for midi in wish.ensemble["bass_range"])
    ways = [_basses(span, low, high) for span in spans]
    tunes = [_sounding(score, span.onset_ticks) for span in spans]
    first = _alone(ways[0], (low + high) / 2, tunes[0])
    steps = [
        _moves(before, after, tunes[n], tunes[n + 1], same=spans[n].chord == spans[n + 1].chord)
        + _alone(after, (low + high) / 2, tunes[n + 1])[None, :]
        for n, (before, after) in enumerate(pairwise(ways))
    ]
    path = best(Lattice(first, tuple(steps)))
    return [
        Slot(span.onset_ticks, span.length_ticks, span.chord, int(way[chosen]), 0)
        for span, way, chosen in zip(spans, ways, path.candidates, strict=True)
    ]


def _basses(span: ChordSpan, low: int, high: int) -> np.ndarray:
    pc = (span.key.tonic_pc + span.chord.bass[1]) % 12
    return np.array([midi for midi in range(low, high + 1) if midi % 12 == pc])


def _alone(basses: np.ndarray, middle: float, tune_midi: int) -> np.ndarray:
    """(K,) nats of bass notes by themselves, under a note of the tune (0 = it is silent)."""
    cost = (basses - middle) ** 2 / (2 * BASS_SD**2)
    return np.asarray(cost + BELOW_TUNE * (basses > tune_midi - CLEAR) * bool(tune_midi))


def _moves(before: np.ndarray, after: np.ndarray, tune: int, following: int, same: bool) -> np.ndarray:
    """(K, K') nats of a move of the bass under one of the tune."""
    distance = after[None, :] - before[:, None]
    size = np.abs(distance)
    cost = np.select([size <= most for most, _ in BASS_MOTION], [nats for _, nats in BASS_MOTION], np.inf)
    if same:
        cost = np.where(size == 0, 0.0, cost + 1.0)
    if tune and following:
        together = np.sign(distance) * np.sign(following - tune) > 0
        perfect = np.isin((following - after) % 12, (0, 7))[None, :]
        cost = cost + together * (SIMILAR_MOTION + INTO_PERFECT * perfect)
    return np.asarray(cost)


def _sounding(score: Score, tick: int) -> int:
    """The tune's MIDI number at a tick; 0 in silence."""
    notes = score.voices[0].notes
    return next((note.top.midi for note in notes if note.pitches and note.onset_ticks <= tick < note.end_ticks), 0)


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

