import numpy as np
import pytest

from composer.models.library import load_models
from composer.models.markov import ORDER, PitchMarkov
from composer.models.vocabulary import HIGH, LOW, SIZE, START

CORPORA = ("bach-chorales", "oneills-airs")


@pytest.fixture(params=CORPORA, scope="module")
def model(request: pytest.FixtureRequest) -> PitchMarkov:
    pitch = load_models(request.param).pitch
    assert pitch is not None
    return pitch


@pytest.mark.parametrize("mode", ["major", "minor"])
def test_every_distribution_sums_to_one(model: PitchMarkov, mode: str) -> None:
    contexts = np.random.default_rng(1).integers(LOW, HIGH + 1, (200, ORDER))
    assert np.abs(np.exp(model.log_p_batch(contexts, mode)).sum(1) - 1).max() < 1e-9
    for order in (1, 2):
        assert np.abs(np.exp(model.table(order, mode)).sum(-1) - 1).max() < 1e-9
    for table in model.start_tables(mode):
        assert np.abs(np.exp(table).sum(-1) - 1).max() < 1e-9


def test_an_unknown_context_backs_off_to_the_known_end_of_it(model: PitchMarkov) -> None:
    never = [HIGH, LOW, HIGH]
    assert np.array_equal(model.log_p([*never, 2]), model.log_p([2]))
    assert np.array_equal(model.log_p([0, HIGH]), model.log_p([]))
    assert not np.array_equal(model.log_p([4, 2]), model.log_p([2]))


def test_table_batch_and_single_say_the_same(model: PitchMarkov) -> None:
    table = model.table(2, "minor")
    for a, b in ((0, 2), (7, 5), (HIGH, LOW)):
        assert np.array_equal(table[a - LOW, b - LOW], model.log_p([a, b], "minor"))
    assert np.array_equal(model.log_p_batch(np.array([[0, 2, 4, 5]]))[0], model.log_p([0, 2, 4, 5]))
    assert np.array_equal(model.log_p_batch(np.array([[0, 2, 4, 5]]))[0], model.log_p([9, 0, 2, 4, 5]))


def test_the_start_is_known(model: PitchMarkov) -> None:
    first, second = model.start_tables("major")
    assert np.array_equal(first, model.log_p([START] * ORDER, "major"))
    assert np.array_equal(second[-LOW], model.log_p([START, START, START, 0], "major"))
    tune = np.array([0, 2, 4, 0])
    p = model.log_p_tune(tune)
    assert p.shape == (4,) and p[0] == first[-LOW] and p[1] == second[-LOW, 2 - LOW]


def test_it_has_learned_keys(model: PitchMarkov) -> None:
    major, minor = np.exp(model.log_p([], "major")), np.exp(model.log_p([], "minor"))
    assert major.shape == (SIZE,)
    assert major[4 - LOW] > 3 * major[3 - LOW] and minor[3 - LOW] > 3 * minor[4 - LOW]


def test_the_card_beats_plain_counting(model: PitchMarkov) -> None:
    assert model.card is not None
    held = model.card.held_out
    rivals = [value for name, value in held.items() if name.startswith("baseline")]
    assert len(rivals) == 3 and held["nats_a_note"] < min(rivals)
