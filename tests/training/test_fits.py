"""Fits on small data: deterministic, better than plain baselines, true to their libraries."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from composer.models.vocabulary import LOW
from composer.training import fit_hidden, fit_markov, fit_mixture, fit_rhythm
from composer.training.chord_symbols import (
    learned_chords,
    outer_template,
    symbol_template,
    symbols,
    vocabulary,
)
from composer.training.data import Corpus
from composer.training.encode import Tune
from composer.training.store import npz_bytes
from composer.training.two_sided import posterior


@pytest.mark.parametrize("build", [fit_markov.build, fit_rhythm.build, fit_hidden.build, fit_mixture.build])
@pytest.mark.filterwarnings("ignore")
def test_fitting_twice_gives_the_same_bytes(
    build: object, chorales: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fit_hidden, "_ROUNDS", (3,))
    monkeypatch.setattr(fit_mixture, "_SIZES", (1, 2))
    first, second = (build(chorales) for _ in range(2))  # type: ignore[operator]
    assert first[0] == second[0]
    assert npz_bytes(first[1]) == npz_bytes(second[1])


def test_the_markov_model_learns_a_walk(tunes: list[Tune]) -> None:
    model = fit_markov.fit(tunes[:16], tunes[16:20], rounds=1)
    nats = fit_markov.nats_a_note(model, tunes[20:])
    assert nats < fit_markov.add_k_nats(tunes[:16], tunes[16:20], tunes[20:], 0) - 0.5
    after = np.exp(model.log_p([2], "major"))
    assert after[[0 - LOW, 2 - LOW, 4 - LOW]].sum() > 0.9


def test_raw_counts_at_the_top_and_kinds_of_contexts_below(made_tune: Callable[..., Any]) -> None:
    levels = fit_markov.count_levels([made_tune(1)])
    assert levels[-1].counts.sum() == 32
    assert levels[0].counts.sum() <= 32 and len(levels[0].codes) == 1
    for level in levels:
        assert (np.diff(level.codes) > 0).all() and level.starts[-1] == len(level.symbols)


def test_the_two_sided_posterior_is_exact(tunes: list[Tune]) -> None:
    model = fit_markov.fit(tunes[:12], tunes[12:16], rounds=1)
    heard = tunes[20].symbols[:7]
    mask = np.array([False, False, True, True, False, False, True])
    table, (first, second) = model.table(2, 0), model.start_tables(0)

    def log_p(notes: np.ndarray) -> float:
        total = first[notes[0]] + second[notes[0], notes[1]]
        return float(total + sum(table[tuple(notes[t - 2 : t + 1])] for t in range(2, len(notes))))

    size = len(first)
    joint = np.empty((size, size))
    index = heard - LOW
    rest = np.logaddexp.reduce(table[index[4], index[5]])
    for a in range(size):
        for b in range(size):
            notes = index[:6].copy()
            notes[2], notes[3] = a, b
            joint[a, b] = log_p(notes) + rest
    p = np.exp(joint - np.logaddexp.reduce(joint.ravel()))
    found = posterior(model, heard, mask, 0)
    assert np.allclose(found[2], p.sum(1), atol=1e-9) and np.allclose(found[3], p.sum(0), atol=1e-9)
    assert np.allclose(found[6], np.exp(table[index[4], index[5]]), atol=1e-9)


def test_templates_are_distributions_of_their_own_notes(chorales: Corpus) -> None:
    known = vocabulary(chorales.chorales["train"])
    for mode in ("major", "minor"):
        for chord in learned_chords(mode):
            outer = outer_template(chord)
            assert outer.sum() == pytest.approx(1) and outer.sum(1).argmax() == chord.bass[1]
            assert symbol_template(chord, known).sum() == pytest.approx(1)
    heard = symbols(chorales.chorales["test"][0], known)
    assert heard.min() >= 0 and heard.max() < len(known)


@pytest.mark.filterwarnings("ignore")
def test_the_labelled_start_hears_a_tonic_at_the_end(chorales: Corpus) -> None:
    train = [one for one in chorales.chorales["train"] if one.tune.minor]
    known = vocabulary(train)
    chords = learned_chords("minor")
    templates = np.array([symbol_template(chord, known) for chord in chords])
    heard = fit_hidden.labelled_start([symbols(one, known) for one in train], templates)
    assert np.allclose(heard.move.sum(1), 1) and np.allclose(heard.emit.sum(1), 1)
    outer = fit_hidden.outer_voices(train, chords, heard, known)
    assert outer.states[int(outer.log_end.argmax())] in ("i", "V", "III")


def test_the_mixture_equals_scikit_learn() -> None:
    from sklearn.mixture import GaussianMixture

    x = np.random.default_rng(8).normal(0, 1, (300, 10))
    x[:150] += 4
    for shape in ("full", "tied", "diag"):
        ours = fit_mixture.fit_one(x, 2, shape)
        theirs = GaussianMixture(
            2, covariance_type=shape, reg_covar=fit_mixture._FLOOR, n_init=3, max_iter=200,
            random_state=fit_mixture.SEED % 2**31,
        ).fit(x)  # fmt: skip
        assert np.allclose(ours.log_density(x), theirs.score_samples(x), atol=1e-8)


def test_phrase_features_mean_what_they_say(made_tune: Callable[..., Any]) -> None:
    tune = made_tune(2)
    row = fit_mixture.features(tune, 0, 16)
    height = tune.pitch[:16] - tune.tonic
    assert row[0] == pytest.approx(height.mean()) and row[-1] == pytest.approx(1.0)
    assert row[1] + row[0] == pytest.approx(height[:2].mean())
    assert fit_mixture.phrase_bounds(tune) == [(0, 16), (16, 32)]


def test_bars_have_patterns_and_places(made_tune: Callable[..., Any]) -> None:
    tune = made_tune(3)
    assert set(fit_rhythm.bar_patterns(tune).values()) == {"q q q q"}
    places = fit_rhythm.bar_places(tune)
    assert [places[bar] for bar in (1, 2, 4, 8)] == ["first", "inner", "line-end", "phrase-end"]
