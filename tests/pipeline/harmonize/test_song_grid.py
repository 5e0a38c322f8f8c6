"""Places for chords: bars, strains, lines, upbeats; and what notes say of chords by how they are led."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from composer.pipeline.harmonize.song_grid import CLOSE_AT, SHORT, UNMARKED, grid_of, strain_bars
from composer.pipeline.harmonize.song_ties import like_bars
from composer.pipeline.harmonize.song_votes import leading_left, moves_into, tune_nats
from composer.pipeline.harmonize.task import Tune
from composer.score.chord import parse_chord
from composer.score.reading import Phrase
from composer.score.text import parse_text
from composer.theory.tables import load_table

METERS = load_table("meters")
TONES = load_table("chord_tones")
CHORDS = tuple(parse_chord(numeral, False) for numeral in ("I", "IV", "V7", "ii"))


def tune(text: str, *ends: int) -> Tune:
    """A tune of our text form with lines that end at some ticks."""
    score = parse_text(text, Path("tune"))
    cuts = [0, *ends, score.end_ticks]
    phrases = tuple(Phrase(a, b, "open") for a, b in pairwise(cuts))
    return Tune(score, score.tune, score.key, score.key.fifths, phrases)


def bars(count: int, meter: str = "4/4", note: str = "C4:4") -> str:
    return f"key: C\nmeter: {meter}\nM: " + " | ".join([note] * count)


@pytest.mark.parametrize(
    ("meter", "note", "places", "main"),
    [("4/4", "C4:4", 4, 2), ("3/4", "C4:3", 3, 2), ("6/8", "C4:3", 2, 2), ("2/4", "C4:2", 2, 2), ("5/4", "C4:5", 5, 2)],
)
def test_places_are_beats_and_two_of_them_are_for_two_chords(meter: str, note: str, places: int, main: int) -> None:
    grid = grid_of(tune(bars(8, meter, note)), METERS)
    assert grid.count == 8 * places and grid.main.sum() == 8 * main and grid.downbeat.sum() == 8
    assert (grid.onset_ticks[1:] == grid.end_ticks[:-1]).all()
    assert sorted(set(grid.strain_bar.tolist())) == list(range(8))


def test_strains_of_eight_of_twelve_and_of_odd_bars() -> None:
    assert strain_bars(16, []) == [*range(8), *range(8)]
    assert strain_bars(12, []) == [0, 1, 2, 3, 4, 5, 6, 7, 4, 5, 6, 7]
    assert strain_bars(4, []) == [0, 1, 2, 3]
    assert strain_bars(10, [4, 9]) == [0, 1, 1, 2, 3, 4, 5, 5, 6, 7]
    for count in range(1, 40):
        found = strain_bars(count, sorted({count // 2, count - 1}))
        assert len(found) == count and set(found) <= set(range(8)) and (found[-1] == 7 or count == 4)


def test_what_ends_where() -> None:
    whole = 1920
    grid = grid_of(tune(bars(16), 2 * whole, 4 * whole), METERS)
    ends = {int(grid.bar[place]): int(grid.close[place]) for place in np.flatnonzero(grid.ends)}
    assert ends == {1: SHORT, 3: CLOSE_AT.index("middle"), 7: UNMARKED, 15: CLOSE_AT.index("last")}
    assert [int(grid.bar[place]) for place in np.flatnonzero(grid.opens)] == [2, 4, 8]
    assert not grid.upbeat.any()


def test_the_beats_after_a_line_are_the_next_lines_upbeat() -> None:
    lines = " | ".join(["C5:1 C5 E5 E5", "D5:3 G4:1"] * 3)
    text = f"key: C\nmeter: 4/4\npickup: 1\nM: G4:1 | {lines} | C5:4 | C5:3"
    grid = grid_of(tune(text, 480 + 4 * 1920 - 480), METERS)
    place = int(np.flatnonzero(grid.opens)[0])
    assert grid.onset_ticks[0] == 480 and grid.upbeat[place] and not grid.downbeat[place] and grid.downbeat[place + 1]
    assert grid.upbeat.sum() == 1


def test_bars_that_repeat_are_found_at_like_places_of_strains() -> None:
    text = "key: C\nmeter: 2/4\nM: C4 D4 | E4 F4 | C4 D4 | G4:2 | C4:1 D4 | E4 F4 | G4 F4 | C4:2"
    own = tune(text)
    assert like_bars(own.voice.sounding(), grid_of(own, METERS)) == [[0, 4], [1, 5]]


def test_a_note_that_passes_costs_less_than_one_that_is_leapt_to() -> None:
    passes, leaps = (
        tune(f"key: C\nmeter: 4/4\nM: {notes} | C4:4")
        for notes in ("C4:1 C4:1/2 D4:1/2 E4:1 E4:1", "C4:1 G4:1/2 D4:1/2 G4:1 E4:1")
    )
    nats = []
    for own in (passes, leaps):
        grid = grid_of(own, METERS)
        nats.append(tune_nats(own.score, own.voice.sounding(), grid, CHORDS, own.key, TONES)[1])
    assert nats[0][0] < nats[1][0] - 0.5  # D over I
    assert nats[0][2] > nats[1][2] + 0.5  # over V7 it is the leap that is at home


def test_a_member_costs_less_than_a_foreign_note_on_any_beat() -> None:
    own = tune("key: C\nmeter: 4/4\nM: C4 G4 E4 G4 | F4 C5 A4 F4")
    nats = tune_nats(own.score, own.voice.sounding(), grid_of(own, METERS), CHORDS, own.key, TONES)
    assert nats[:4].sum(axis=0).argmin() == 0 and nats[4:].sum(axis=0).argmin() == 1


def test_leading_tones_and_moves_into_places() -> None:
    own = tune("key: C\nmeter: 2/4\nM: C4 B3 | C4 B3 | G3 G3 | C4:2")
    grid = grid_of(own, METERS)
    notes = own.voice.sounding()
    assert leading_left(notes, grid, own.key).tolist() == [False, False, False, False, True, False, False, False]
    moves = moves_into(notes, grid)
    assert moves[2].tolist() == [11, 0] and moves[5].tolist() == [-1, -1] and moves[6].tolist() == [7, 0]
    assert moves[0].tolist() == [-1, -1]
