import numpy as np
import pytest

from composer.errors import ShelfError
from composer.models.library import load_models
from composer.models.rhythm import PLACES, BarRhythm, pattern_lengths
from composer.score.time import parse_meter
from composer.theory.tables import load_table

CORPORA = ("bach-chorales", "oneills-airs")


@pytest.fixture(params=CORPORA, scope="module")
def model(request: pytest.FixtureRequest) -> BarRhythm:
    rhythm = load_models(request.param).rhythm
    assert rhythm is not None
    return rhythm


def test_every_pattern_fills_its_bar(model: BarRhythm) -> None:
    for meter in model.meters:
        for pattern in model.patterns(meter):
            assert sum(pattern_lengths(pattern)) == parse_meter(meter).bar_ticks, (meter, pattern)


def test_the_table_fills_its_bars_and_names_known_places() -> None:
    for row in load_table("bar_rhythms"):
        assert sum(pattern_lengths(row["pattern"])) == parse_meter(row["meter"]).bar_ticks, row
        assert row["place"] in PLACES and row["weight"] > 0


def test_every_distribution_sums_to_one(model: BarRhythm) -> None:
    for meter in model.meters:
        for place in PLACES:
            pairs = model.log_pairs(place, meter)
            assert np.abs(np.exp(pairs).sum(1) - 1).max() < 1e-9
            for index, before in enumerate(model.patterns(meter)):
                assert np.allclose(model.log_p(place, before, meter), pairs[index], atol=1e-12)
            assert abs(np.exp(model.log_p(place, None, meter)).sum() - 1) < 1e-9


def test_an_unknown_pattern_before_counts_as_none(model: BarRhythm) -> None:
    known, unknown = model.log_p("inner", None, "4/4"), model.log_p("inner", "s s s s", "4/4")
    assert np.array_equal(known, unknown)


def test_lines_end_on_longer_notes(model: BarRhythm) -> None:
    for meter in ("3/4", "4/4"):
        last = np.array([pattern_lengths(pattern)[-1] for pattern in model.patterns(meter)])
        inner, end = (np.exp(model.log_p(place, None, meter)) @ last for place in ("inner", "phrase-end"))
        assert end > 1.2 * inner


def test_a_foreign_meter_is_refused(model: BarRhythm) -> None:
    with pytest.raises(ShelfError, match="7/8"):
        model.patterns("7/8")


def test_a_slip_in_a_pattern_is_named() -> None:
    for slip in ("x", "q..", "qq"):
        with pytest.raises(ValueError, match=slip.replace(".", r"\.")):
            pattern_lengths(f"q {slip}")


def test_the_card_beats_frequencies_and_the_table(model: BarRhythm) -> None:
    assert model.card is not None
    held = model.card.held_out
    assert held["nats_a_bar"] < held["baseline_meter_add_one_nats"] < held["baseline_table_alone_nats"]
    assert held["share_of_bars_with_known_pattern"] > 0.85
