"""Teach the refiner to guess masked notes of whole tunes, all corpora together, and write it as ONNX.

Needs PyTorch (extra ``train``). The card sets the network beside the exact two-sided posterior of the order-2
Markov model on the same masked notes.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from composer.models import refiner
from composer.models.refiner import MODEL, STYLES, Refiner
from composer.training import fit_markov, network
from composer.training.data import COMMAND, SEED, Corpus
from composer.training.families import TEST, TRAIN, VALIDATION
from composer.training.network_input import Lesson, draw_mask, lesson
from composer.training.progress import Progress
from composer.training.store import write_model
from composer.training.two_sided import posterior

EPOCHS = 60
MOST = 500  # tunes of one corpus an epoch: all airs and chorales, the dances in turns


def _lessons(corpora: Sequence[Corpus], split: str) -> list[list[Lesson]]:
    return [[lesson(tune, STYLES[corpus.name]) for tune in corpus.tunes[split]] for corpus in corpora]


def held_out(model: Refiner, corpus: Corpus) -> dict[str, float]:
    """Figures on masked notes of a corpus's test tunes: the network, and the two-sided Markov model."""
    markov = fit_markov.fit(corpus.tunes[TRAIN], corpus.tunes[VALIDATION])
    rng = np.random.default_rng(SEED)
    ours: list[np.ndarray[tuple[int, ...], np.dtype[np.float64]]] = []
    rival, hits, rival_hits = [], [], []
    for tune in corpus.tunes[TEST]:
        one = lesson(tune, STYLES[corpus.name])
        mask = draw_mask(rng, len(one.index))
        log_p = model.log_p(tune.symbols, mask, one.features)[mask]
        p = posterior(markov, tune.symbols, mask, int(tune.minor))[mask]
        right = one.index[mask]
        place = np.arange(len(right))
        ours.append(log_p[place, right])
        rival.append(np.log(p[place, right]))
        hits.append(log_p.argmax(1) == right)
        rival_hits.append(p.argmax(1) == right)
    key = corpus.name.replace("-", "_")
    return {
        f"{key}_masked_notes": int(sum(len(part) for part in ours)),
        f"{key}_nats_a_note": -float(np.concatenate(ours).mean()),
        f"{key}_accuracy": float(np.concatenate(hits).mean()),
        f"{key}_baseline_two_sided_markov_nats": -float(np.concatenate(rival).mean()),
        f"{key}_baseline_two_sided_markov_accuracy": float(np.concatenate(rival_hits).mean()),
    }


def write(corpora: Sequence[Corpus], folder: Path, epochs: int = EPOCHS) -> None:
    """Train, export, measure and write the refiner's folder."""
    train, validation = _lessons(corpora, TRAIN), _lessons(corpora, VALIDATION)
    with Progress("refiner", epochs) as bar:
        taught, epoch = network.train(train, validation, SEED % 2**31, epochs, MOST, bar.tick)
    data = network.onnx_bytes(taught)
    card = {
        "model": "refiner",
        "corpus": [corpus.name for corpus in corpora],
        "corpus_checksum": [corpus.checksum for corpus in corpora],
        "command": f"{COMMAND} --only refiner",
        "seed": SEED,
        "what": "bidirectional LSTM that guesses masked notes from all notes around them",
        "train_tunes": [len(part) for part in train],
        "train_notes": [sum(len(one.index) for one in part) for part in train],
        "most_tunes_of_a_corpus_an_epoch": MOST,
        "parameters": sum(value.numel() for value in taught.parameters()),
        "epochs": epochs,
        "best_epoch": epoch,
        "features": list(refiner.FEATURES),
    }
    with tempfile.TemporaryDirectory() as scratch:
        write_model(Path(scratch), card, data, MODEL)
        model = refiner.load(Path(scratch))
        figures = {name: value for corpus in corpora for name, value in held_out(model, corpus).items()}
    write_model(folder, {**card, "held_out": figures}, data, MODEL)
