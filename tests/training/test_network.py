"""The refiner's training, at small scale; skipped where PyTorch is not installed."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from composer.models import refiner
from composer.models.refiner import MODEL, note_features
from composer.models.vocabulary import LOW
from composer.training.data import Corpus
from composer.training.encode import Tune
from composer.training.store import write_model

pytestmark = [
    pytest.mark.skipif(
        any(find_spec(name) is None for name in ("torch", "onnx", "onnxscript")),
        reason="the refiner is taught with torch, onnx and onnxscript (extra 'train')",
    ),
    pytest.mark.filterwarnings("ignore"),
]


def lessons(tunes: list[Tune]) -> list[Any]:
    from composer.training.network_input import lesson

    return [lesson(tune, 0) for tune in tunes]


@pytest.fixture(scope="module")
def taught(tunes: list[Tune]) -> Any:
    from composer.training import network

    return network.train([lessons(tunes[:8])], [lessons(tunes[8:10])], seed=5, epochs=2)[0]


def test_onnx_says_what_torch_says(taught: Any, tunes: list[Tune], tmp_path: Path) -> None:
    import torch

    from composer.training import network

    write_model(tmp_path, {"model": "refiner"}, network.onnx_bytes(taught), MODEL)
    model = refiner.load(tmp_path)
    for size, count in ((3, 1), (17, 1), (30, 4)):
        symbols = np.stack([tune.symbols[:size] for tune in tunes[:count]])
        mask = np.random.default_rng(size).random(symbols.shape) < 0.4
        features = np.stack([one.features[:size] for one in lessons(tunes[:count])])
        index = torch.from_numpy(np.where(mask, refiner.MASK, symbols - LOW))
        with torch.no_grad():
            expected = torch.log_softmax(taught(index, torch.from_numpy(features)), -1).numpy()
        assert np.abs(model.log_p_batch(symbols, mask, features) - expected).max() < 1e-4


def test_padding_changes_nothing(taught: Any, tunes: list[Tune]) -> None:
    import torch

    one = lessons(tunes[:1])[0]
    index, features = torch.from_numpy(one.index)[None], torch.from_numpy(one.features)[None]
    padded = torch.cat([index, torch.zeros((1, 9), dtype=torch.int64)], 1)
    more = torch.cat([features, torch.zeros((1, 9, features.shape[2]), dtype=torch.int64)], 1)
    with torch.no_grad():
        alone = taught(index, features)
        among = taught(padded, more, torch.tensor([len(one.index)]))
    assert torch.allclose(alone, among[:, : len(one.index)], atol=1e-5)


def test_teaching_twice_gives_the_same_bytes(taught: Any, tunes: list[Tune]) -> None:
    from composer.training import network

    again, _ = network.train([lessons(tunes[:8])], [lessons(tunes[8:10])], seed=5, epochs=2)
    assert network.onnx_bytes(again) == network.onnx_bytes(taught)


def test_masks_hide_the_asked_share_in_spans() -> None:
    from composer.training.network_input import LONGEST, SHARES, draw_mask

    rng = np.random.default_rng(1)
    for length in (8, 20, 96):
        for _ in range(50):
            mask = draw_mask(rng, length)
            assert mask.any() and mask.shape == (length,)
            assert mask.sum() <= length * SHARES[1] + LONGEST


def test_a_large_corpus_is_heard_in_turns(tunes: list[Tune]) -> None:
    from composer.training import network

    small, large = lessons(tunes[:3]), lessons(tunes[3:13])
    turns = network.in_turns(np.random.default_rng(3), [small, large], most=5)
    first, second = next(turns), next(turns)
    assert len(first) == len(second) == 8
    ours = [[id(one) for one in epoch] for epoch in (first, second)]
    assert all(id(one) in epoch for epoch in ours for one in small)
    assert {id(one) for one in large} <= {*ours[0], *ours[1]}


def test_the_card_has_both_corpora_beside_the_rival(chorales: Corpus, tmp_path: Path) -> None:
    from composer.training import fit_refiner

    fit_refiner.write([chorales], tmp_path, epochs=1)
    held = refiner.load(tmp_path).card.held_out  # type: ignore[union-attr]
    assert held["bach_chorales_masked_notes"] > 10
    assert held["bach_chorales_nats_a_note"] > 0 and held["bach_chorales_baseline_two_sided_markov_nats"] > 0


def test_a_doubled_note_length_is_another_class() -> None:
    from composer.score.time import Meter

    made = note_features([240, 480, 960], [0, 240, 720], [1, 1, 1], Meter(4, 4), False, 1)
    assert made[:, 0].tolist() == [2, 4, 6] and made[:, 2].tolist() == [0, 1, 3]
