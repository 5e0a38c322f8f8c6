"""Schemata in a given tune: where its downbeats or half bars walk the degrees of one, the chords of it are wished."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from composer.pipeline.harmonize.song_grid import Grid
from composer.score.chord import Chord, parse_chord
from composer.score.key import Key
from composer.score.note import Note
from composer.score.windows import Ints
from composer.search.draw import Floats
from composer.theory.rulebook import Rulebook
from composer.theory.tables import Row

SCHEMA_NATS = 2.0  # design value: for all stages together
RULE = "SCH-1"  # which names the outer voices


@dataclass(frozen=True)
class Schema:
    """The degrees (semitones above the tonic) a tune walks, and a chord a stage."""

    name: str
    melody: tuple[int, ...]
    chords: tuple[Chord, ...]


def schemata(rows: Sequence[Row], book: Rulebook, style: str, key: Key) -> tuple[Schema, ...]:
    """The schemata of a style in a key; none in the old modes."""
    if key.is_modal:
        return ()
    rule = book.rules.get(RULE)
    known = {str(name): melody for name, _, melody in (rule.asks["schemata"] if rule else ())}
    scale = (*key.scale[:6], 11)
    found = []
    for row in rows:
        melody = str(row["melody"]).split() if "melody" in row else known.get(str(row["name"]), ())
        if melody and key.third in row and style in row["styles"]:
            degrees = tuple(scale[int(degree) - 1] for degree in melody)
            chords = tuple(parse_chord(numeral, key.is_minor) for numeral in str(row[key.third]).split())
            found.append(Schema(str(row["name"]), degrees, chords))
    return tuple(found)


def walked(notes: Sequence[Note], grid: Grid, key: Key, known: Sequence[Schema]) -> Iterator[tuple[Schema, Ints]]:
    """Each schema that the tune walks, and the place of every stage: one a bar, or one each half bar."""
    if not known:
        return
    onsets = [note.onset_ticks for note in notes]
    for step in (grid.downbeat, grid.main):
        places = np.flatnonzero(step)
        heard = []
        for tick in grid.onset_ticks[places].tolist():
            note = notes[max(bisect_right(onsets, tick) - 1, 0)]
            sounds = note.onset_ticks <= tick < note.end_ticks
            heard.append((note.top.midi - key.tonic_pc) % 12 if sounds else -1)
        for schema in known:
            stages = len(schema.melody)
            for first in range(len(places) - stages + 1):
                here = places[first : first + stages]
                if grid.downbeat[here[0]] and tuple(heard[first : first + stages]) == schema.melody:
                    yield schema, here


def schema_nats(grid: Grid, chords: Sequence[Chord], found: Sequence[tuple[Schema, Ints]]) -> Floats:
    """(T, C) nats, none above zero, for the chords of the schemata that a tune walks."""
    nats = np.zeros((grid.count, len(chords)))
    for schema, places in found:
        for place, wish in zip(places, schema.chords, strict=True):
            share = -SCHEMA_NATS / len(schema.chords)
            nats[place, chords.index(wish)] = min(float(nats[place, chords.index(wish)]), share)
    return nats
