"""Harmony for songs and folk songs: chosen exactly, from what songs do, not from what chorales do."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise

import numpy as np

from composer.analysis.phrases import OPEN, cadence_of
from composer.pipeline.harmonize.song_grid import Grid, grid_of
from composer.pipeline.harmonize.song_harmony import SongHarmony, Tables, song_harmony
from composer.pipeline.harmonize.song_lattice import States, chord_path, goals, lattice_of, near_best, rates
from composer.pipeline.harmonize.song_schemata import schema_nats, schemata, walked
from composer.pipeline.harmonize.song_ties import like_bars, tied
from composer.pipeline.harmonize.song_votes import LEADING, Heard, leading_left, moves_into, rest_nats, tune_nats
from composer.pipeline.harmonize.task import Harmonized, Tune
from composer.pipeline.words import choose
from composer.score.chord import Chord
from composer.score.key import Key
from composer.score.note import Note
from composer.score.reading import ChordSpan, Phrase
from composer.score.time import OFF_BEAT
from composer.score.windows import Bools
from composer.search.alternatives import alternatives
from composer.search.draw import Floats
from composer.search.lattice import Lattice, Path, best
from composer.theory.law import Law
from composer.theory.rulebook import Rulebook
from composer.theory.tables import load_table

SUBTONIC = 10  # semitones above the tonic
# Design values.
BARS_APART = 4  # readings differ on the downbeat of one bar in so many
MOST_APART, MOST_TALLIES = 6, 600  # bars; combinations of differences, with which the search grows
NEAR_NATS = 14.0  # what no path within so much of the best one uses is not searched for other readings


@dataclass(frozen=True)
class Song:
    """A tune laid out for its chords: places, harmony, what its notes say, the lattice of all readings.

    ``untied`` is the lattice before like bars are tied.
    """

    grid: Grid
    harmony: SongHarmony
    heard: Heard
    lattice: Lattice
    untied: Lattice
    states: tuple[States, ...]


def harmonize_song(
    tune: Tune, book: Rulebook, seed: int, ways: int, mood: str | None = None,
    chords_per_bar: int | Fraction | None = None, style: str = "song", tables: Tables = load_table,
) -> tuple[Harmonized, ...]:
    """The best readings of a tune that really differ, the best first: chords over time and their cadences; no voices.

    ``mood`` brings its recipes; ``chords_per_bar`` replaces the habit of strains (0: one a beat). The search is exact,
    so ``seed``, which every engine takes, changes nothing.

    Raises:
        RequestError: no such style or mood.
    """
    song = lay_out(tune, book, mood, chords_per_bar, style, tables)
    return tuple(_answer(tune, song, reading) for reading in _readings(song, ways))


def lay_out(
    tune: Tune, book: Rulebook, mood: str | None, chords_per_bar: int | Fraction | None, style: str, tables: Tables,
    named: Sequence[Chord] = (),
) -> Song:
    """Everything that is known before a reading is chosen. Like bars are tied by the best reading without ties.

    ``named``: chords that are to be among those that may be chosen, whatever the tables say.
    """
    rules = book.style(style)
    row = choose("mood", mood, tables("moods")) if mood else None
    lifted = frozenset(str(rule) for rule in (row or {}).get("lifts", ()))
    plain = rules.settings.get("harmony") == "strain"
    key = heard_key(tune, plain)
    if key.mode not in {row["name"] for row in tables("modes")}:
        key = replace(key, mode=key.third)
    grid, notes = grid_of(tune, tables("meters")), tune.voice.sounding()
    walks = tuple(walked(notes, grid, key, schemata(tables("schemata"), book, style, key)))
    named = (*named, *(span.chord for span in tune.given), *(chord for one, _ in walks for chord in one.chords))
    harmony = song_harmony(key, Law.of(rules, lifted), tables, plain, row, named)
    over = tune_nats(tune.score, notes, grid, harmony.chords, key, tables("chord_tones"), plain)
    heard = Heard(
        over + schema_nats(grid, harmony.chords, walks) + _kept(tune, grid, harmony),
        rest_nats(tune.score, notes, grid, harmony.chords, key),
        leading_left(notes, grid, key), moves_into(notes, grid),
    )
    rate = rates(grid, harmony, None if chords_per_bar is None else Fraction(chords_per_bar))
    untied, states = lattice_of(grid, harmony, heard, rate)
    groups, lattice = like_bars(notes, grid), untied
    if groups:
        path = chord_path(states, best(untied).candidates)
        alike = replace(heard, over=heard.over + tied(grid, groups, path, heard.over))
        lattice, _ = lattice_of(grid, harmony, alike, rate)
    return Song(grid, harmony, heard, lattice, untied, tuple(states))


def _kept(tune: Tune, grid: Grid, harmony: SongHarmony) -> Floats:
    """(T, C) nats that leave nothing but the given chord where one is given."""
    nats = np.zeros((grid.count, len(harmony.chords)))
    for span in tune.given:
        inside = (grid.onset_ticks >= span.onset_ticks) & (grid.onset_ticks < span.end_ticks)
        others = np.array([chord != span.chord for chord in harmony.chords])
        nats[inside[:, None] & others[None, :]] = np.inf
    return nats


def heard_key(tune: Tune, plain: bool = True) -> Key:
    """The key with the mode that the tune's own degrees have: minor without its leading tone is an old mode, and so is
    major with a lowered seventh alone; in songs that are not ``plain``, only where the seventh steps up to the tonic.
    """
    key = tune.key
    above = [(note.top.midi - key.tonic_pc) % 12 for note in tune.voice.sounding()]
    heard = set(above)
    if LEADING in heard or SUBTONIC not in heard or not (plain or (SUBTONIC, 0) in set(pairwise(above))):
        return key
    if key.mode == "minor":
        return replace(key, mode="dorian" if 9 in heard and 8 not in heard else "aeolian")
    return replace(key, mode="mixolydian") if key.mode == "major" else key


@dataclass(frozen=True)
class Chosen:
    """A reading of T places: the chord of each, and whether it is the goal of a close."""

    chords: tuple[int, ...]
    goals: tuple[bool, ...]
    cost_nats: float

    @classmethod
    def of(cls, states: Sequence[States], path: Path) -> Chosen:
        """The reading of a path."""
        chosen = path.candidates
        return cls(tuple(chord_path(states, chosen)), tuple(goals(states, chosen)), path.cost_nats)


def _readings(song: Song, ways: int) -> list[Chosen]:
    """The best readings; those after the first differ on downbeats."""
    if ways == 1:
        return [Chosen.of(song.states, best(song.lattice))]
    lattice, kept = near_best(song.lattice, NEAR_NATS)
    states = [here.take(index) for here, index in zip(song.states, kept, strict=True)]
    roots = np.array([chord.root[1] % 12 for chord in song.harmony.chords])

    def differs(place: int, candidate: int) -> Bools:
        own = roots[states[place].chord]
        return np.asarray((own != own[candidate]) & bool(song.grid.downbeat[place]))

    bars = int(song.grid.bar[-1]) + 1
    apart = max(1, min(MOST_APART, bars // BARS_APART))
    while apart > 1 and (apart + 1) ** (ways - 1) > MOST_TALLIES:
        apart -= 1
    return [Chosen.of(states, path) for path in alternatives(lattice, ways, apart, differs)]


def _answer(tune: Tune, song: Song, chosen: Chosen) -> Harmonized:
    """A reading as chords in time, with the cadences they make."""
    grid, harmony = song.grid, song.harmony
    spans: list[ChordSpan] = []
    for place, index in enumerate(chosen.chords):
        chord = harmony.chords[index]
        onset, end = int(grid.onset_ticks[place]), int(grid.end_ticks[place])
        if spans and spans[-1].chord == chord:
            spans[-1] = replace(spans[-1], length_ticks=end - spans[-1].onset_ticks)
        else:
            spans.append(ChordSpan(onset, end - onset, chord, harmony.key))
    closed = {int(grid.rest_ticks[place]) for place in np.flatnonzero(grid.ends) if chosen.goals[place]}
    spans = _with_given(spans, tune.given, harmony.key)
    return Harmonized(tuple(spans), (), _phrases(tune, spans, closed), chosen.cost_nats)


def _with_given(spans: Sequence[ChordSpan], given: Sequence[ChordSpan], key: Key) -> list[ChordSpan]:
    """The chords with the given ones exactly where they stand, however they lie on the places."""
    found = list(spans)
    for own in given:
        cut: list[ChordSpan] = []
        for span in found:
            if span.onset_ticks < own.onset_ticks:
                end = min(span.end_ticks, own.onset_ticks)
                cut.append(replace(span, length_ticks=end - span.onset_ticks))
            if span.end_ticks > own.end_ticks:
                begin = max(span.onset_ticks, own.end_ticks)
                cut.append(replace(span, onset_ticks=begin, length_ticks=span.end_ticks - begin))
        found = sorted([*cut, replace(own, key=key)], key=lambda span: span.onset_ticks)
    return found


def _phrases(tune: Tune, spans: Sequence[ChordSpan], closed: set[int]) -> tuple[Phrase, ...]:
    """The tune's phrases with their cadences; a line that no cadence closes is part of the next one's phrase.

    ``closed``: the ticks at which a stretch ends in the goal of a close.
    """
    found: list[Phrase] = []
    begin, notes = tune.phrases[0].onset_ticks, tune.voice.sounding()
    for one in tune.phrases:
        final = one is tune.phrases[-1]
        end = _rests(tune, spans[-1], one.end_ticks) if final else one.end_ticks
        closes = final or _closes(notes, spans, end, end in closed)
        cadence = cadence_of(tune.score, spans, begin, end) if closes else OPEN
        if cadence != OPEN or final:
            found.append(Phrase(begin, end, cadence))
            begin = end
    return tuple(found)


def _closes(notes: Sequence[Note], spans: Sequence[ChordSpan], end_ticks: int, meant: bool) -> bool:
    """Whether the tune rests on a note of the chord that sounds before a tick, and that chord is meant as a goal or was
    entered like one: from another root, and not with a leading tone that does not rise."""
    last = bisect_left(notes, end_ticks, key=lambda note: note.onset_ticks) - 1
    place = bisect_left(spans, end_ticks, key=lambda span: span.onset_ticks) - 1
    if last < 0 or place < 1:
        return False
    goal = spans[place]
    rests = notes[last].top.midi % 12 in goal.chord.pitch_classes(goal.key)
    first = bisect_left(notes, goal.onset_ticks, key=lambda note: note.onset_ticks)
    left, here = (notes[number].top.midi for number in (first - 1, min(first, last)))
    falls = first > 0 and (left - goal.key.tonic_pc) % 12 == LEADING and here - left not in (0, 1)
    return rests and (meant or (not falls and spans[place - 1].chord.root != goal.chord.root))


def _rests(tune: Tune, goal: ChordSpan, end_ticks: int) -> int:
    """Where the last phrase ends: before notes that run on from the goal, off the beat and foreign to it, to lead back
    to the beginning, as an upbeat does."""
    inside = [note for note in tune.voice.sounding() if goal.onset_ticks <= note.onset_ticks < end_ticks]
    pitch_classes = goal.chord.pitch_classes(goal.key)
    own = [note.top.midi % 12 in pitch_classes for note in inside]
    if not inside or own[-1] or tune.score.strength(inside[-1].onset_ticks) > OFF_BEAT:
        return end_ticks
    at_rest = [
        note.end_ticks
        for note, belongs in zip(inside, own, strict=True)
        if belongs and tune.score.strength(note.onset_ticks) > OFF_BEAT
    ]
    return at_rest[-1] if at_rest else end_ticks
