"""Bars of a tune that are alike take like chords: which bars repeat, and the votes that tie them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

import numpy as np

from composer.pipeline.harmonize.song_grid import HALF_STRAIN, Grid
from composer.score.note import Note
from composer.search.draw import Floats

# Design values.
TIE_NATS = 3.0  # a repeated bar under other chords than the first, shared by its places


def like_bars(notes: Sequence[Note], grid: Grid) -> list[list[int]]:
    """Groups of two bars or more that have the same notes at the same places, at like places of their strains."""
    groups: dict[tuple[object, ...], list[int]] = {}
    onsets = [note.onset_ticks for note in notes]
    for bar in range(int(grid.bar[-1]) + 1):
        inside = np.flatnonzero(grid.bar == bar)
        begin, end = int(grid.onset_ticks[inside[0]]), int(grid.end_ticks[inside[-1]])
        near = notes[max(bisect_left(onsets, begin) - 1, 0) : bisect_left(onsets, end)]
        sounds = tuple(
            (note.onset_ticks - begin, min(note.end_ticks, end) - begin, note.top.midi)
            for note in near if note.end_ticks > begin
        )  # fmt: skip
        if sounds:
            groups.setdefault((int(grid.strain_bar[inside[0]]) % HALF_STRAIN, sounds), []).append(bar)
    return [bars for bars in groups.values() if len(bars) > 1]


def tied(grid: Grid, groups: Sequence[Sequence[int]], path: Sequence[int], own: Floats) -> Floats:
    """(T, C) nats that ask of like bars for the chords that one of them has in ``path``: those that cost least over all
    of them by ``own`` (T, C), and are then most often found."""
    wish = np.zeros_like(own)
    chosen = np.array(path)
    for bars in groups:
        places = [np.flatnonzero(grid.bar == bar) for bar in bars]
        if len({len(inside) for inside in places}) > 1:
            continue
        price = TIE_NATS / len(places[0])
        found = chosen[np.stack(places)]  # (bars, places)
        ways = np.unique(found, axis=0)
        cost = [
            sum(float(own[inside, way].sum()) for inside in places) - price * float((found == way).sum())
            for way in ways
        ]
        way = ways[int(np.argmin(cost))]
        for inside in places:
            wish[inside] += price
            wish[inside, way] -= price
    return wish
