"""The harmoniser of songs beside chords that somebody wrote: of tunes with chord symbols, and of our own pieces."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from benchmarks.song_trials import wish_of
from composer import Brief
from composer.analysis.tune_phrases import tune_phrases
from composer.pipeline.harmonize.song import Song, harmonize_song, lay_out
from composer.pipeline.harmonize.song_grid import Grid, grid_of
from composer.pipeline.harmonize.song_lattice import chord_path
from composer.pipeline.harmonize.task import Tune
from composer.score.chord import Chord
from composer.score.key import Key
from composer.score.reading import ChordSpan, Reading
from composer.score.score import Score
from composer.search.lattice import Lattice, best
from composer.theory.tables import load_table


@dataclass(frozen=True)
class Agreement:
    """Shares of beats with a chord in both: the same root, the same function; and what plain baselines reach."""

    name: str
    root: float
    function: float
    tonic_root: float
    fitting_root: float


FUNCTIONS = {0: "T", 4: "T", 9: "T", 3: "T", 5: "S", 2: "S", 8: "S", 7: "D", 11: "D", 10: "D"}  # by root


def agreement(name: str, tune: Tune, style: str) -> Agreement:
    """A tune with written chords (``tune.given``), harmonised without them."""
    wish = wish_of(style, "lead-sheet")
    bare = replace(tune, given=())
    found = harmonize_song(bare, wish.book, 0, 1, style=style)[0]
    written, ours = Reading(tune.key, tune.given), Reading(tune.key, found.chords)
    grid = grid_of(bare, load_table("meters"))
    plain = fitting_roots(bare, grid)
    rows = []
    for place, tick in enumerate(grid.onset_ticks.tolist()):
        a, b = written.chord_at(tick), ours.chord_at(tick)
        if a is not None and b is not None:
            here, there = (span.chord.root[1] % 12 for span in (a, b))
            same = FUNCTIONS.get(here, "S") == FUNCTIONS.get(there, "S")
            rows.append((here == there, same, here == 0, here == plain[int(grid.bar[place])]))
    return Agreement(name, *(float(share) for share in np.mean(np.array(rows, dtype=float), axis=0)))


def fitting_roots(tune: Tune, grid: Grid) -> list[int]:
    """For each bar the degree whose triad of the scale holds most of its notes, the tonic of equals."""
    scale = tune.key.scale
    found = []
    for bar in range(int(grid.bar[-1]) + 1):
        inside = np.flatnonzero(grid.bar == bar)
        begin, end = int(grid.onset_ticks[inside[0]]), int(grid.end_ticks[inside[-1]])
        time_of: Counter[int] = Counter()
        for note in tune.voice.sounding():
            time_of[(note.top.midi - tune.key.tonic_pc) % 12] += max(
                0, min(note.end_ticks, end) - max(note.onset_ticks, begin)
            )
        held = [sum(time_of[scale[(degree + third) % 7]] for third in (0, 2, 4)) for degree in range(7)]
        found.append(scale[int(np.argmax(held))])
    return found


@dataclass(frozen=True)
class Again:
    """A piece of ours harmonised again: nats a chord by which its written chords cost more than the best reading, and
    shares of time with the same function and the same root."""

    name: str
    cost_nats: float
    function: float
    root: float


def again(brief: Brief, piece: Score, mood: bool) -> Again:
    """A piece harmonised again without its chords; ``mood``: its mood is told."""
    style = str(brief.style)
    wish = wish_of(style, "lead-sheet", brief.mood if mood else None)
    line = piece.tune
    bare = replace(piece, voices=(line,), parts=(), reading=None)
    tune = Tune(bare, line, piece.key, piece.key.fifths, tune_phrases(bare, piece.key))
    spans = piece.reading.chords if piece.reading else ()
    home = [span.chord for span in spans if span.key == piece.key]
    song = lay_out(tune, wish.book, wish.mood, None, style, load_table, home)
    written = [_written(song, spans, int(tick), piece.key) for tick in song.grid.onset_ticks]
    best_nats = best(song.untied).cost_nats
    theirs = best(_only(song, written)).cost_nats
    path = chord_path(song.states, best(song.lattice).candidates)
    length = song.grid.end_ticks - song.grid.onset_ticks
    known = [place for place, chord in enumerate(written) if chord >= 0]
    total = sum(length[place] for place in known)
    functions, chords = song.harmony.functions, song.harmony.chords
    same = sum(length[p] for p in known if functions[path[p]] == functions[written[p]])
    roots = sum(length[p] for p in known if chords[path[p]].root[1] == chords[written[p]].root[1])
    count = 1 + sum(a != b for a, b in pairwise(written))
    return Again(f"{style} {brief.seed}", (theirs - best_nats) / count, float(same / total), float(roots / total))


def _written(song: Song, spans: Sequence[ChordSpan], tick: int, home: Key) -> int:
    """The written chord at a tick as one of the song's, by its notes where it stands in another key; -1 if none."""
    span = Reading(home, tuple(spans)).chord_at(tick)
    if span is None:
        return -1
    for index, chord in enumerate(song.harmony.chords):
        if _same(chord, home, span, home == span.key):
            return index
    return -1


def _same(chord: Chord, home: Key, span: ChordSpan, at_home: bool) -> bool:
    if at_home:
        return chord.numeral == span.chord.numeral
    return set(chord.pitch_classes(home)) == set(span.chord.pitch_classes(span.key))


def _only(song: Song, written: Sequence[int]) -> Lattice:
    """The lattice without ties that has the written chords alone, free where none is known."""
    lattice = song.untied
    kept = [
        np.flatnonzero(here.chord == chord if chord >= 0 else here.chord >= 0)
        for here, chord in zip(song.states, written, strict=True)
    ]
    steps = tuple(step[np.ix_(a, b)] for step, (a, b) in zip(lattice.steps, pairwise(kept), strict=True))
    return Lattice(lattice.first[kept[0]], steps)
