"""The craft table, the styles, originality and form at their smallest size."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from benchmarks import craft, craft_page, form, originality, score_features, styles
from benchmarks.layers import Row
from benchmarks.pieces import STYLES, composed, over_styles, style_briefs, tune_score
from benchmarks.surprise import Listener, intervals
from composer import Brief
from composer.analysis.craft import TESTS, Tune
from composer.analysis.piece_craft import piece_measures
from composer.models.library import load_models
from composer.score.time import Meter

RANGE = next(test for test in TESTS if test.name == "range (semitones)")
BAR = 1920


def plain_tune(*pitches: int) -> Tune:
    """Quarters in 4/4."""
    count = len(pitches)
    return Tune(tuple(480 * n for n in range(count)), (480,) * count, pitches, BAR, 480, count // 4)


def test_briefs_share_the_styles_evenly_and_keep_to_their_forms() -> None:
    wanted = over_styles(44)
    assert len({brief.seed for brief in wanted}) == 44
    assert {brief.style for brief in wanted[:33]} == {"song", "folk-song", "chorale"}
    assert all(brief.form != "blues-12" for brief in style_briefs("chorale", 30))
    assert any("dorian" in str(brief.key) for brief in style_briefs("folk-song", 30))


def test_a_bare_tune_becomes_a_score() -> None:
    tune = replace(plain_tune(*(60, 62, 64, 65) * 16), pickup_ticks=0)
    score = tune_score(tune, Meter(4, 4), 0, False)
    assert score.reading is not None and [s.label for s in score.reading.sections] == ["A", "A"]
    found = piece_measures(score, 0)
    assert found["different section ends"] == 1.0 and "full stop in mid-strain" not in found
    assert "bridge ends on V" not in found


def test_what_is_not_judged() -> None:
    assert craft.left_out("song", "happy", ("A", "A", "B", "A")) == set()
    assert {13, 17} <= craft.left_out("chorale", "happy", ("A", "B"))
    assert {2, 6, 12} <= craft.left_out("song", "scary", ("A", "B"))
    assert 11 in craft.left_out("song", "happy", ("A", "A'", "A''"))
    assert craft.judged({"range (semitones)": 9.0, "run in one direction": 2.0}, {10}) == {"range (semitones)": 9.0}


def test_a_naive_piece_has_chords_and_sections() -> None:
    found = craft.naive(style_briefs("song", 1)[0], load_models("oneills-airs")).values
    assert {"chords in bars 4 and 7 to 1 and 5", "tonic share of the bridge"} <= set(found)
    assert found["lines begin at one place"] == 1.0


def test_verdicts() -> None:
    assert craft_page.nearness(12.0, 13.0, 27.0) == "within 20 %"
    assert craft_page.nearness(0.5, 0.2, 1.0) == "half the naive's distance"
    assert craft_page.nearness(0.9, 0.2, 1.0) == "no"
    row = Row("ours", ({"range (semitones)": 12.0}, {"range (semitones)": 18.0}, None))
    assert craft_page.failing(row, RANGE) == 0.5
    assert craft_page.pass_share(row, [RANGE], 7) == (0.5, 2)
    assert list(craft_page.failed_a_piece(row, [RANGE])) == [0.0, 1.0]


def test_the_page_names_the_worst_pieces() -> None:
    narrow, wide = {"range (semitones)": 12.0}, {"range (semitones)": 20.0}
    rows = {name: Row(name, (narrow, wide)) for name in ("ours", "real", "naive")}
    pieces = [("good", narrow), ("bad", wide)]
    text = craft_page.page(rows, {"song": rows}, [RANGE], pieces, {}, "command")
    assert text.index("`bad`: 7") < text.index("`good`")
    assert "| 7 range (semitones) | to 17 | 16.00" in text


def test_ends_of_bars_are_counted_with_their_upbeats() -> None:
    onsets = tuple(sorted(bar * BAR + place for bar in range(8) for place in (-480, 0, 960)))
    tune = Tune(onsets, (480,) * 24, (60,) * 24, BAR, 480, 8, pickup_ticks=480)
    assert craft_page.eight_bars([tune]) == [2.0, 2.0, 2.0, 2.0, 2.0, 2.0, 2.0, 2.0]
    assert craft_page.eight_bars([replace(tune, pickup_ticks=0)]) == []


def test_a_listener_is_surprised_by_what_is_new() -> None:
    listener = Listener([(60, 62, 64, 62) * 20])
    assert intervals((60, 80, 70)) == (12, -10)
    assert sum(listener.chance(move, (2, 2)) for move in range(-12, 13)) == pytest.approx(1.0)
    assert listener.bits((60, 62, 64, 62)).sum() < listener.bits((60, 67, 61, 70)).sum()
    uneven = plain_tune(*(60, 62, 64, 62) * 4, 60, 67, 61, 70)
    assert listener.spread(uneven) > listener.spread(plain_tune(*(60, 62, 64, 62) * 5))
    assert np.isnan(listener.spread(plain_tune(60, 62, 64, 62)))


def test_styles_are_told_apart_by_features_alone() -> None:
    rng = np.random.default_rng(0)
    examples = [
        styles.Example(n, style, {"tempo": 1.0, "steps": at + rng.normal(0, 0.1)}, ("AABA", "C major", "4/4"))
        for n in range(10) for at, style in enumerate(STYLES)
    ]  # fmt: skip
    truth = [one.style for one in examples]
    assert np.mean(styles.guessed(examples, ("tempo",)) == truth) > 0.9
    assert np.mean(styles.guessed(examples, ("steps",)) == truth) < 0.5
    assert styles.differing(examples) == (10, [])
    assert styles.differing([*examples, replace(examples[0], kept=("ABA", "C major", "4/4"))])[1]


def test_features_of_a_piece() -> None:
    piece = composed(Brief(form="period", key="G", mood="calm", style="folk-song", seed=3))
    assert piece is not None
    found = score_features.features(piece.score)
    assert all(np.isfinite(value) for value in found.values())
    assert 0 < found["steps"] < 1 and found["chords a bar"] >= 1


def test_originality_and_form_of_one_piece() -> None:
    brief = Brief(form="period", key="G", mood="calm", style="song", seed=4)
    one = originality.found(brief)
    assert one is not None and one.planned is not None and one.range > 4
    read = form.read(brief)
    assert read is not None and read.form == "period" and read.sections == 1
    assert all(brief.mood not in form.OPEN_MOODS for brief in form.wanted(20))
