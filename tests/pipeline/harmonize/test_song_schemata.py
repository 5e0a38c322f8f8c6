"""Schemata in a tune: every row parses, a walk is found at the right places and its chords are wished there."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from composer.pipeline.harmonize.song_grid import Grid, grid_of
from composer.pipeline.harmonize.song_schemata import SCHEMA_NATS, schema_nats, schemata, walked
from composer.pipeline.harmonize.task import Tune
from composer.score.key import Key
from composer.score.reading import Phrase
from composer.score.text import parse_text
from composer.theory.rulebook import Rulebook, load_rulebook
from composer.theory.tables import load_table

ROWS = load_table("schemata")
BARS = "key: {key}\nmeter: 4/4\nM: {one}:2 G4:2 | {two}:2 G4:2 | {three}:2 G4:2 | {four}:4"


@pytest.fixture(scope="module")
def book() -> Rulebook:
    return load_rulebook()


def walk(text: str, book: Rulebook, style: str) -> tuple[Grid, list[tuple[str, list[int]]]]:
    score = parse_text(text, Path("tune"))
    tune = Tune(score, score.tune, score.key, 0, (Phrase(0, score.end_ticks, "open"),))
    grid = grid_of(tune, load_table("meters"))
    found = walked(tune.voice.sounding(), grid, tune.key, schemata(ROWS, book, style, tune.key))
    return grid, [(schema.name, places.tolist()) for schema, places in found]


def test_every_row_has_a_melody_and_a_chord_a_stage(book: Rulebook) -> None:
    found = [one for mode in ("major", "minor") for style in ("song", "folk-song")
             for one in schemata(ROWS, book, style, Key(0, 0, mode))]
    assert {one.name for one in found} == {str(row["name"]) for row in ROWS}
    assert all(len(one.melody) == len(one.chords) for one in found)
    assert not schemata(ROWS, book, "song", Key(0, 0, "dorian"))
    plain = [chord for one in schemata(ROWS, book, "folk-song", Key(0, 0, "major")) for chord in one.chords]
    assert plain and not any(chord.inversion for chord in plain)


def test_a_tune_that_walks_by_bars_and_one_that_does_not(book: Rulebook) -> None:
    meyer = BARS.format(key="C", one="C5", two="B4", three="F4", four="E4")
    assert ("Meyer", [0, 4, 8, 12]) in walk(meyer, book, "song")[1]
    other = BARS.format(key="C", one="C5", two="B4", three="F4", four="G4")
    assert "Meyer" not in [name for name, _ in walk(other, book, "song")[1]]
    lament = BARS.format(key="A minor", one="A4", two="B4", three="A4", four="G#4").replace("G4:2", "E4:2")
    assert ("lament bass", [0, 4, 8, 12]) in walk(lament, book, "song")[1]


def test_all_stages_together_bring_the_whole_wish(book: Rulebook) -> None:
    meyer = next(one for one in schemata(ROWS, book, "song", Key(0, 0, "major")) if one.name == "Meyer")
    grid, found = walk(BARS.format(key="C", one="C5", two="B4", three="F4", four="E4"), book, "song")
    places = next(places for name, places in found if name == "Meyer")
    chords = tuple(dict.fromkeys(meyer.chords))
    nats = schema_nats(grid, chords, [(meyer, np.array(places))])
    assert nats.sum() == pytest.approx(-SCHEMA_NATS) and (nats <= 0).all()
    assert [int(nats[place].argmin()) for place in places] == [chords.index(chord) for chord in meyer.chords]
