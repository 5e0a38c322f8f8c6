import numpy as np
import pytest

from composer.models.library import load_models
from composer.models.mixture import FEATURES, PhraseGMM, contour

CORPORA = ("bach-chorales", "oneills-airs")


@pytest.fixture(params=CORPORA, scope="module")
def model(request: pytest.FixtureRequest) -> PhraseGMM:
    phrase = load_models(request.param).phrase
    assert phrase is not None
    return phrase


def test_density_equals_scipy(model: PhraseGMM) -> None:
    stats = pytest.importorskip("scipy.stats")
    x = np.random.default_rng(2).normal(0, 2, (20, len(FEATURES)))
    parts = [
        weight * stats.multivariate_normal(mean, cov).pdf(x)
        for weight, mean, cov in zip(model.weights, model.means, model.covariances, strict=True)
    ]
    assert np.allclose(model.log_density(x), np.log(np.sum(parts, axis=0)), atol=1e-8)
    assert np.allclose(np.exp(model.log_components(x)).sum(1), 1)


def test_a_draw_keeps_what_is_fixed(model: PhraseGMM) -> None:
    drawn = model.conditional_draw(np.random.default_rng(5), {0: 4.0, 9: 1.25})
    assert drawn[0] == 4.0 and drawn[9] == 1.25
    again = model.conditional_draw(np.random.default_rng(5), {0: 4.0, 9: 1.25})
    assert np.array_equal(drawn, again)


def test_draws_have_the_mean_and_conditional_mean_of_the_mixture() -> None:
    cov = np.array([[2.0, 1.2], [1.2, 1.0]])
    one = PhraseGMM(np.ones(1), np.array([[1.0, -1.0]]), cov[None])
    rng = np.random.default_rng(7)
    free = np.array([one.conditional_draw(rng) for _ in range(4000)])
    assert np.allclose(free.mean(0), [1.0, -1.0], atol=0.1) and np.allclose(np.cov(free.T), cov, atol=0.15)
    given = np.array([one.conditional_draw(rng, {0: 3.0})[1] for _ in range(4000)])
    assert given.mean() == pytest.approx(-1.0 + 1.2 / 2.0 * 2.0, abs=0.05)
    assert given.var() == pytest.approx(1.0 - 1.2**2 / 2.0, abs=0.05)


def test_contour_is_register_and_deviations() -> None:
    x = np.array([5.0, 1, 1, 1, 1, -1, -1, -1, 2.0, 1.0])
    assert contour(x).tolist() == [6, 6, 6, 6, 4, 4, 4, 4]
    assert contour(x).mean() == 5.0


def test_the_card_beats_one_gaussian(model: PhraseGMM) -> None:
    assert model.card is not None
    held = model.card.held_out
    assert held["log_density_nats"] > held["baseline_one_gaussian_nats"]
