import numpy as np
import pytest

from composer.errors import ShelfError
from composer.models.library import load_models
from composer.models.rhythm import PLACES, BarRhythm, pattern_lengths
from composer.score.time import parse_meter
from composer.theory.tables import load_table

CORPORA = ("bach-chorales", "oneills-airs", "dances")
METERS = ("2/4", "2/2", "3/4", "4/4", "6/8", "9/8", "12/8")


@pytest.fixture(params=CORPORA, scope="module")
def model(request: pytest.FixtureRequest) -> BarRhythm:
    rhythm = load_models(request.param).rhythm
    assert rhythm is not None
    return rhythm


def test_every_pattern_fills_its_bar(model: BarRhythm) -> None:
    for name in (*METERS, *model.kinds):
        for pattern in model.patterns(name):
            assert sum(pattern_lengths(pattern)) == parse_meter(name.split()[0]).bar_ticks, (name, pattern)


def test_the_table_fills_its_bars_and_names_known_places() -> None:
    for row in load_table("bar_rhythms"):
        assert sum(pattern_lengths(row["pattern"])) == parse_meter(row["meter"]).bar_ticks, row
        assert row["place"] in PLACES and row["weight"] > 0


def test_every_distribution_sums_to_one(model: BarRhythm) -> None:
    for meter in (*METERS, *model.kinds):
        for place in PLACES:
            pairs = model.log_pairs(place, meter)
            assert np.abs(np.exp(pairs).sum(1) - 1).max() < 1e-9
            for index, before in enumerate(model.patterns(meter)[:40]):
                assert np.allclose(model.log_p(place, before, meter), pairs[index], atol=1e-12)
            assert abs(np.exp(model.log_p(place, None, meter)).sum() - 1) < 1e-9


def test_an_unknown_pattern_before_counts_as_none(model: BarRhythm) -> None:
    known, unknown = model.log_p("inner", None, "4/4"), model.log_p("inner", "s s s s", "4/4")
    assert np.array_equal(known, unknown)


def test_lines_end_on_longer_notes(model: BarRhythm) -> None:
    for meter in ("2/4", "4/4") if "4/4 reel" in model.kinds else ("3/4", "4/4"):
        last = np.array([pattern_lengths(pattern)[-1] for pattern in model.patterns(meter)])
        inner, end = (np.exp(model.log_p(place, None, meter)) @ last for place in ("inner", "phrase-end"))
        assert end > 1.2 * inner


def test_half_notes_as_beats_change_no_rhythm(model: BarRhythm) -> None:
    assert model.patterns("2/2") == model.patterns("4/4")
    assert np.array_equal(model.log_pairs("inner", "2/2"), model.log_pairs("inner", "4/4"))
    assert model.patterns("2/2 reel") == model.patterns("4/4 reel")


def test_a_kind_not_learned_is_answered_with_its_meter(model: BarRhythm) -> None:
    for name in ("3/4 waltz", "12/8 gavotte", "4/4 unheard-of"):
        meter = name.split()[0]
        assert model.patterns(name) == model.patterns(meter)
        assert np.array_equal(model.log_p("inner", None, name), model.log_p("inner", None, meter))


def test_kinds_of_dance_have_their_own_rhythms() -> None:
    model = load_models("dances").rhythm
    assert {"6/8 jig", "4/4 reel", "4/4 hornpipe", "2/4 hornpipe", "9/8 slip-jig"} <= set(model.kinds)
    assert not load_models("oneills-airs").rhythm.kinds

    def dotted(name: str) -> float:
        share = np.exp(model.log_p("inner", None, name))
        return float(share @ np.array(["e. s" in pattern for pattern in model.patterns(name)]))

    assert dotted("4/4 strathspey") > 5 * dotted("4/4 reel")
    for name in model.kinds:
        assert set(model.patterns(name)) <= set(model.patterns(name.split()[0]))


def test_compound_bars_may_end_on_a_held_note(model: BarRhythm) -> None:
    for meter, whole in (("9/8", 2160), ("12/8", 2880)):
        last = np.array([pattern_lengths(pattern)[-1] for pattern in model.patterns(meter)])
        assert (last >= whole // 3).any()


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
    if model.kinds:
        assert held["kinds_nats_a_bar"] < held["kinds_baseline_meter_without_kind_nats"]
