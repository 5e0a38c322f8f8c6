"""Harmony for songs and folk songs: chosen exactly, from what songs do, not from what chorales do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from composer.analysis.phrases import cadence_of
from composer.pipeline.harmonize.song_grid import Grid, grid_of
from composer.pipeline.harmonize.song_harmony import SongHarmony, Tables, song_harmony
from composer.pipeline.harmonize.song_lattice import chord_path, lattice_of, rates
from composer.pipeline.harmonize.song_votes import tune_nats
from composer.pipeline.harmonize.task import Harmonized, Tune
from composer.pipeline.words import choose
from composer.score.key import Key
from composer.score.reading import ChordSpan
from composer.search.lattice import k_best
from composer.theory.law import Law
from composer.theory.rulebook import Rulebook
from composer.theory.tables import load_table


def harmonize_song(
    tune: Tune, book: Rulebook, seed: int, ways: int, mood: str | None = None, chords_per_bar: int | None = None,
    style: str = "song", tables: Tables = load_table,
) -> tuple[Harmonized, ...]:
    """The best readings of a tune, the best first: chords over time and the cadences they make; no voices.

    ``mood`` brings its recipes; ``chords_per_bar`` replaces the habit of strains.

    Raises:
        RequestError: no such style or mood.
    """
    rules = book.style(style)
    row = choose("mood", mood, tables("moods")) if mood else None
    lifted = frozenset(str(rule) for rule in (row or {}).get("lifts", ()))
    key = heard_key(tune)
    harmony = song_harmony(key, style, Law.of(rules, lifted), tables, rules.settings.get("harmony") == "strain", row)
    grid = grid_of(tune, tables("meters"))
    votes = tune_nats(tune.score, tune.voice.sounding(), grid, harmony.chords, key, tables("chord_tones"))
    lattice, states = lattice_of(grid, harmony, votes, rates(grid, harmony, chords_per_bar))
    return tuple(
        _answer(tune, grid, harmony, chord_path(states, path.candidates), path.cost_nats)
        for path in k_best(lattice, ways)
    )


def heard_key(tune: Tune) -> Key:
    """The key with the mode that the tune's own degrees have: minor without its leading tone is an old mode, and so is
    major with a lowered seventh alone."""
    key = tune.key
    heard = {(note.top.midi - key.tonic_pc) % 12 for note in tune.voice.sounding()}
    if key.mode == "minor" and 11 not in heard and 10 in heard:
        return replace(key, mode="dorian" if 9 in heard and 8 not in heard else "aeolian")
    if key.mode == "major" and 10 in heard and 11 not in heard:
        return replace(key, mode="mixolydian")
    return key


def _answer(tune: Tune, grid: Grid, harmony: SongHarmony, path: Sequence[int], cost_nats: float) -> Harmonized:
    """A path as chords in time, with the cadences they make."""
    spans: list[ChordSpan] = []
    for place, index in enumerate(path):
        chord = harmony.chords[index]
        onset, end = int(grid.onset_ticks[place]), int(grid.end_ticks[place])
        if spans and spans[-1].chord == chord:
            spans[-1] = replace(spans[-1], length_ticks=end - spans[-1].onset_ticks)
        else:
            spans.append(ChordSpan(onset, end - onset, chord, harmony.key))
    phrases = tuple(
        replace(one, cadence=cadence_of(tune.score, spans, one.onset_ticks, one.end_ticks)) for one in tune.phrases
    )
    return Harmonized(tuple(spans), (), phrases, cost_nats)
