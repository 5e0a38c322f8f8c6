"""The benchmark scripts run at their smallest size, and their figures mean what they say."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmarks import bites, layers, seeds
from benchmarks.real_tunes import columns, naive_tune
from composer import Brief, compose
from composer.analysis.craft import TESTS, Tune, measures
from composer.analysis.piece_craft import piece_measures
from composer.models.library import load_models
from composer.score.time import Meter
from composer.theory.rulebook import load_rulebook
from composer.training import encode

BAR = 1920


def test_a_piece_measures_every_test() -> None:
    brief = Brief(form="AABA", key="D minor", mood="sad", seed=3)
    piece = compose(brief)
    owner = next(section.number for section in piece.plan.sections if section.owns_top)
    found = piece_measures(piece.score, owner)
    often = {test.name for test in TESTS} - {"leaps that rise"}  # tunes with fewer than three leaps have none
    assert often <= set(found) <= {test.name for test in TESTS}
    assert all(np.isfinite(value) for value in found.values())


def test_lines_begin_with_their_upbeat() -> None:
    """Four bars that each start with an upbeat quarter: lines begin at one place, and end long before it."""
    onsets = [bar * BAR + place for bar in range(4) for place in (-480, 0, 480)]
    lengths = [480, 480, 960] * 4
    tune = Tune(tuple(onsets), tuple(lengths), (67, 60, 64) * 4, BAR, 480, 4, 4, pickup_ticks=480)
    found = measures(tune)
    assert found["lines begin at one place"] == 1.0
    assert found["line ends twice the median"] == 1.0


def test_real_tunes_keep_their_upbeat() -> None:
    tune = encode.Tune(
        "made", onset=np.array([0, 480, 960]), length=np.array([480, 480, 480]), place=np.array([1440, 0, 480]),
        bar=np.array([0, 1, 1]), pitch=np.array([67, 72, 76]), fermata=np.zeros(3, bool), meter=Meter(4, 4), bars=1,
        tonic=60, minor=False,
    )  # fmt: skip
    assert columns(tune).onsets == (-480, 0, 480)
    assert columns(tune).pickup_ticks == 480


def test_naive_bars_are_full() -> None:
    models = load_models("oneills-airs")
    tune = naive_tune(models, "3/4", True, 8, np.random.default_rng(1))
    assert sum(tune.lengths) == 8 * 1440 and len(tune.pitches) == len(tune.onsets)


def test_verdicts_know_chance_from_change() -> None:
    name = "range (semitones)"
    rng = np.random.default_rng(2)
    base = rng.normal(13, 1, 40)
    full = layers.Row("full", tuple({name: float(v)} for v in base))
    wider = layers.Row("-x", tuple({name: float(v) + 3} for v in base + rng.normal(0, 0.1, 40)))
    same = layers.Row("-y", tuple({name: float(v)} for v in base + rng.normal(0, 0.1, 40)))
    real = layers.Row("real", ({name: 13.0},))
    moved = layers.verdicts(full, wider, real, 1)[0]
    assert moved.away and moved.how == "paired**, apart" and 2.9 < moved.change < 3.1
    assert not layers.verdicts(full, same, real, 1)[0].how


def test_table_of_two_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layers, "LAYERS", ("gmm",))
    monkeypatch.setattr(layers, "real_row", lambda ensemble: layers.Row("real", ({"range (semitones)": 13.0},)))
    page = layers.report(layers.all_rows(2, 1, "piano"), "piano", "command")
    assert "| test | full (2) | -gmm (2) | real (1) | naive (2) | songs |" in page
    assert "Without **gmm**" in page


def test_a_rule_bites_when_its_file_is_gone() -> None:
    trial = bites.try_rule("PAR-5", "chorale", "satb", 6)
    assert trial.broken_at and trial.message
    shelf = load_rulebook()
    assert "PAR-5" in shelf.rules, "the shelf itself must stay whole"


def test_a_rule_of_construction_does_not_bite() -> None:
    trial = bites.try_rule("SPL-4", "song", "lead-sheet", 2)
    assert not trial.broken_at and trial.chances
    assert "not within 2" in bites.report([trial], "command")


def test_short_drafts_leave_out_moods_that_lift_the_rule() -> None:
    moods = {brief.mood for brief in bites.short_briefs("piano", "END-1", Path(), 60)}
    assert "scary" not in moods and len(moods) > 10


def test_shared_runs() -> None:
    up = (2, 2, 1, 2, 2, 2, 1)
    assert seeds.shares([up, up]) == [1.0]
    assert seeds.shares([up, tuple(-i for i in up)]) == [0.0]
    assert seeds.Known([up]).longest((9, 1, 2, 2, 9)) == 3
