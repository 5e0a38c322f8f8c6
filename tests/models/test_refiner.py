import numpy as np
import pytest

from composer.errors import ShelfError
from composer.models.library import load_refiner
from composer.models.refiner import FEATURE_SIZES, FEATURES, STYLES, Refiner, note_features
from composer.models.vocabulary import SIZE
from composer.score.time import Meter


@pytest.fixture(scope="module")
def model() -> Refiner:
    return load_refiner()


def tune(length: int = 12) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    symbols = np.resize([0, 2, 4, 5, 7, 5, 4, 2], length)
    place = np.arange(length) % 4 * 480
    features = note_features(np.full(length, 480), place, np.arange(length) // 4 + 1, Meter(4, 4), False, 1)
    return symbols, np.arange(length) % 3 == 1, features


def test_features_stay_within_their_sizes() -> None:
    for meter in (Meter(2, 4), Meter(3, 4), Meter(4, 4), Meter(6, 8), Meter(9, 8), Meter(12, 8), Meter(3, 2)):
        place = np.arange(0, meter.bar_ticks, 120)
        length = np.resize([1, 120, 240, 480, 960, 9000], len(place))
        made = note_features(length, place, np.arange(len(place)), meter, True, 2)
        assert made.shape == (len(place), len(FEATURES))
        assert (made >= 0).all() and (made < np.array(FEATURE_SIZES)).all()


def test_half_notes_as_beats_are_heard_as_quarters() -> None:
    place = np.arange(0, 1920, 240)
    one, other = (
        note_features(np.full(8, 240), place, np.ones(8), meter, False, 2) for meter in (Meter(2, 2), Meter(4, 4))
    )
    assert np.array_equal(one, other) and one[:, 1].max() == 3


def test_each_style_of_tune_is_heard_differently(model: Refiner) -> None:
    symbols, mask, features = tune()
    heard = []
    for style in sorted(STYLES.values()):
        features = features.copy()
        features[:, -1] = style
        heard.append(model.log_p(symbols, mask, features)[mask])
    assert STYLES == {"oneills-airs": 0, "bach-chorales": 1, "dances": 2}
    assert min(np.abs(heard[a] - heard[b]).max() for a, b in ((0, 1), (0, 2), (1, 2))) > 0.1


def test_every_distribution_sums_to_one(model: Refiner) -> None:
    log_p = model.log_p(*tune())
    assert log_p.shape == (12, SIZE)
    assert np.abs(np.exp(log_p).sum(1) - 1).max() < 1e-9


def test_masked_notes_are_not_seen(model: Refiner) -> None:
    symbols, mask, features = tune()
    other = np.where(mask, symbols + 3, symbols)
    assert np.array_equal(model.log_p(symbols, mask, features), model.log_p(other, mask, features))


def test_both_sides_are_heard(model: Refiner) -> None:
    symbols, _, features = tune()
    mask = np.arange(len(symbols)) == 6
    base = model.log_p(symbols, mask, features)[6]
    for neighbour in (5, 7):
        changed = symbols.copy()
        changed[neighbour] += 5
        assert np.abs(model.log_p(changed, mask, features)[6] - base).max() > 0.05


def test_a_batch_says_what_its_tunes_say(model: Refiner) -> None:
    symbols, mask, features = tune()
    batch = model.log_p_batch(
        np.stack([symbols, symbols + 1]), np.stack([mask, ~mask]), np.stack([features, features])
    )
    assert np.allclose(batch[1], model.log_p(symbols + 1, ~mask, features), atol=1e-5)


def test_a_foreign_symbol_is_refused(model: Refiner) -> None:
    symbols, mask, features = tune()
    with pytest.raises(ValueError, match="LOW"):
        model.log_p(symbols - 40, mask, features)


def test_a_missing_network_is_refused(tmp_path: object) -> None:
    with pytest.raises(ShelfError, match="no such model"):
        load_refiner(tmp_path)  # type: ignore[arg-type]


def test_the_card_beats_the_two_sided_markov_model(model: Refiner) -> None:
    assert model.card is not None
    held = model.card.held_out
    for corpus in ("bach_chorales", "oneills_airs", "dances"):
        assert held[f"{corpus}_nats_a_note"] < held[f"{corpus}_baseline_two_sided_markov_nats"]
        assert held[f"{corpus}_accuracy"] > held[f"{corpus}_baseline_two_sided_markov_accuracy"]
