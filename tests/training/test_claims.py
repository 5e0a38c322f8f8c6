"""The figures on the cards, measured again on a few held-out works."""

from __future__ import annotations

import numpy as np
import pytest

from composer.models.library import load_models, load_refiner
from composer.models.refiner import STYLES
from composer.shelf import shelf_folder
from composer.training import fit_markov, fit_mixture, fit_rhythm
from composer.training.corpus import read_all
from composer.training.data import CORPORA
from composer.training.encode import Tune, encode_tune
from composer.training.network_input import lesson
from composer.training.survey import read_listing

WORKS = 14


@pytest.fixture(scope="module", params=CORPORA)
def held(request: pytest.FixtureRequest) -> tuple[str, list[Tune]]:
    split = read_listing(shelf_folder("corpora") / request.param / "corpus.toml").split
    names = [name for name, part in split.items() if part == "test"]
    chosen = names[:: max(1, len(names) // WORKS)][:WORKS]
    return request.param, [encode_tune(work) for work in read_all(request.param, chosen)]  # type: ignore[arg-type]


def test_melody_rhythm_and_phrases_are_as_the_cards_say(held: tuple[str, list[Tune]]) -> None:
    name, tunes = held
    models = load_models(name)
    assert models.pitch and models.pitch.card and models.rhythm and models.rhythm.card
    assert models.phrase and models.phrase.card
    nats = fit_markov.nats_a_note(models.pitch, tunes)
    assert nats == pytest.approx(models.pitch.card.held_out["nats_a_note"], abs=0.2)
    bars, _ = fit_rhythm.nats_a_bar(models.rhythm, tunes)
    assert bars == pytest.approx(models.rhythm.card.held_out["nats_a_bar"], abs=0.5)
    density = float(models.phrase.log_density(fit_mixture.phrases(tunes)).mean())
    assert density == pytest.approx(models.phrase.card.held_out["log_density_nats"], abs=2.0)


def test_the_refiner_beats_the_one_sided_model_on_single_notes(held: tuple[str, list[Tune]]) -> None:
    name, tunes = held
    refiner, pitch = load_refiner(), load_models(name).pitch
    assert pitch is not None
    ours, theirs = [], []
    for tune in tunes:
        one = lesson(tune, STYLES[name])
        mask = np.arange(len(one.index)) % 6 == 3
        log_p = refiner.log_p(tune.symbols, mask, one.features)
        ours.append(log_p[mask, one.index[mask]])
        theirs.append(pitch.log_p_tune(tune.symbols, tune.minor)[mask])
    assert np.concatenate(ours).mean() > np.concatenate(theirs).mean() + 0.1
