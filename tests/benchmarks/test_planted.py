"""Faults planted in small pieces: the recipes edit what they say, and the page counts."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import planted
from benchmarks.planting.chords import RECIPES as CHORDS
from benchmarks.planting.effects import simple
from benchmarks.planting.function import RECIPES as FUNCTION
from benchmarks.planting.grid import Ground, bare, blocks, clear_chord
from benchmarks.planting.motion import RECIPES as MOTION
from benchmarks.planting.sources import with_blocks
from benchmarks.planting.species import EXERCISES, SLIPS, exercise_grounds, slips_for
from benchmarks.planting.trial import RECIPES, Bench, attempt, choose, keys_of
from composer.score.key import Key
from composer.score.pitch import parse_pitch
from composer.score.text import parse_text
from composer.study.marking import Desk, desk

CADENCE = """key: C major
S: E4 F4 D4 E4 | F4:2 D4 | E4:4@
A: C4:1 C4 B3 C4 | C4:2 B3 | C4:4
T: G3:1 A3 G3 G3 | A3:2 G3 | G3:4
B: C3:1 F3 G3 C3 | F3:2 G3 | C3:4
"""


@pytest.fixture(scope="module")
def usual() -> Desk:
    return desk("omt")


def small() -> Ground:
    return with_blocks(Ground("small", "realised", bare(parse_text(CADENCE), "small"), home=Key(0, 0, "major")))


def test_blocks_know_clear_chords() -> None:
    found = blocks(parse_text(CADENCE), ())
    assert [block.harmony.quality if block.harmony else "" for block in found] == ["major"] * 7
    assert found[1].harmony is not None and found[1].harmony.root == (3, 0)
    assert clear_chord([parse_pitch(name) for name in ("F4", "B3", "D3", "G2")]) is not None
    assert clear_chord([parse_pitch(name) for name in ("F4", "B3", "E3", "G2")]) is None
    assert simple(parse_pitch("C3"), parse_pitch("G4")) == "P5"


def test_recipes_edit_what_they_say() -> None:
    ground = small()
    range_recipe = next(recipe for rule, recipe in CHORDS if rule == "RNG-1")
    plants = list(range_recipe(ground))
    assert plants
    for plant in plants:
        score = ground.edited(plant.edits)
        assert score.end_ticks == ground.score.end_ticks
        changed = [(a, b) for a, b in zip(score.voices, ground.score.voices, strict=True) if a != b]
        assert len(changed) == 1
    fifths = next(recipe for rule, recipe in MOTION if rule == "PAR-5")
    assert all(len(plant.edits) == 1 for plant in fifths(ground))
    assert {rule for rule, _ in FUNCTION} >= {"TND-1", "DIS-1", "SIX-1", "CHR-2"}


def test_one_trial_finds_a_crossing(tmp_path: Path, usual: Desk) -> None:
    ground = small()
    bench = Bench(tmp_path, {"omt": usual}, frozenset({"CRS-1"}))
    clean = bench.marked(ground.score, ground, False)
    chosen = choose(bench, ground, clean, planted.Counter(), planted.random.Random(1))
    assert chosen is not None and RECIPES[chosen[0]][0] == "CRS-1"
    outcome = attempt(bench, ground, clean, chosen[1], False)
    assert outcome.found and outcome.exact and "bar" in outcome.place
    tally = planted.Tally([outcome])
    page = planted.page(tally, 1, 1, bench.known)
    assert "| CRS-1 | 1 | 1 | 1 | 100% | 0 |" in page
    assert not keys_of(clean, ("error",))


def test_every_slip_fits_its_exercise() -> None:
    assert len({slip.rule for slip in SLIPS}) > 15
    grounds = list(exercise_grounds())
    assert len(grounds) == 3 * len(EXERCISES)
    for ground in grounds:
        for plant in slips_for(ground):
            score = ground.edited(plant.edits)
            assert [len(voice.notes) for voice in score.voices]
            assert score.end_ticks == ground.score.end_ticks
            assert score != ground.score
