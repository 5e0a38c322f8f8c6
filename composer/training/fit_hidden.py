"""Fit ``models.hidden.ChordHMM``: chords as hidden states behind the beats of the chorales.

What is heard on a beat is its bass degree and the set of its degrees, one symbol. Start: every beat is
labelled with the chord whose template explains it best; the labels are counted. Then expectation maximisation
with hmmlearn, each state tied to its chord by a Dirichlet prior on its template, so that states keep their
meaning. Last, the chords' posteriors say which bass and soprano notes each chord has: the emission that
composing uses.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from composer.models.hidden import DEGREES, ChordHMM, ModeChords, backward, forward
from composer.score.chord import Chord
from composer.training.chord_symbols import (
    OTHER,
    degrees,
    learned_chords,
    outer_template,
    symbol_template,
    symbols,
    vocabulary,
)
from composer.training.corpus import IntArray
from composer.training.data import COMMAND, SEED, Corpus
from composer.training.encode import Chorale
from composer.training.families import TEST, TRAIN, VALIDATION

FloatArray = NDArray[np.float64]
MODES = ("major", "minor")
OUTER_TEMPLATE = 0.4  # share of the template in each chord's bass and soprano, the rest is heard
_STRENGTHS = (10.0, 30.0)  # pseudo-beats a state of the emission prior
_LIFTS = (10.0, 100.0)  # pseudo-beats a state of the transition prior
_ROUNDS = (10, 30)
_ADDS = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0)


@dataclass(frozen=True)
class HeardHMM:
    """A hidden Markov model over symbols: ``start`` (C,), ``move`` (C, C), ``emit`` (C, V), probabilities."""

    start: FloatArray
    move: FloatArray
    emit: FloatArray

    def log_likelihood(self, seen: IntArray) -> float:
        """log p of symbols (B,), nats."""
        alpha = forward(np.log(self.start), np.log(self.move), np.log(self.emit)[:, seen].T)
        return float(np.logaddexp.reduce(alpha[-1]))

    def posterior(self, seen: IntArray) -> FloatArray:
        """p(chord | all symbols (B,)): (B, C)."""
        heard = np.log(self.emit)[:, seen].T
        joint = forward(np.log(self.start), np.log(self.move), heard) + backward(np.log(self.move), heard)
        return np.asarray(np.exp(joint - np.logaddexp.reduce(joint, axis=1)[:, None]))


def _of_mode(chorales: Sequence[Chorale], minor: bool) -> list[Chorale]:
    return [chorale for chorale in chorales if chorale.tune.minor == minor and len(chorale.beats) > 4]


def _normal(counts: FloatArray) -> FloatArray:
    return np.asarray(counts / counts.sum(-1, keepdims=True))


def labelled_start(seen: Sequence[IntArray], templates: FloatArray) -> HeardHMM:
    """Counts of beats (B,) labelled by their best template (C, V), each count softened."""
    size = len(templates)
    start, move, emit = np.full(size, 0.1), np.full((size, size), 0.05), templates * 30.0
    for symbol in seen:
        labels = np.argmax(templates[:, symbol], axis=0)
        start[labels[0]] += 1
        np.add.at(move, (labels[:-1], labels[1:]), 1)
        np.add.at(emit, (labels, symbol), 1)
    return HeardHMM(_normal(start), _normal(move), _normal(emit))


def expectation_maximisation(
    seen: Sequence[IntArray], templates: FloatArray, strength: float, lift: float, rounds: int
) -> HeardHMM:
    """``rounds`` of EM from the labelled start, under the templates' prior."""
    from hmmlearn.hmm import CategoricalHMM

    first = labelled_start(seen, templates)
    if rounds == 0:
        return first
    logging.getLogger("hmmlearn").setLevel(logging.ERROR)
    model = CategoricalHMM(
        n_components=len(templates),
        n_features=templates.shape[1],
        startprob_prior=1.0 + first.start,
        transmat_prior=1.0 + lift * first.move,
        emissionprob_prior=1.0 + strength * templates,
        n_iter=rounds,
        tol=-np.inf,
        params="ste",
        init_params="",
        random_state=SEED % 2**31,
    )
    model.startprob_, model.transmat_, model.emissionprob_ = first.start, first.move, first.emit
    model.fit(np.concatenate(seen)[:, None], [len(one) for one in seen])
    tiny = 1e-6
    return HeardHMM(
        _normal(model.startprob_ + tiny),
        _normal(model.transmat_ + tiny),
        _normal(model.emissionprob_ + tiny * templates),
    )


def outer_voices(
    chorales: Sequence[Chorale], chords: Sequence[Chord], heard: HeardHMM, known: IntArray
) -> ModeChords:
    """What composing uses: transitions of ``heard``, bass and soprano of each chord by its posteriors."""
    size = len(chords)
    templates = np.array([outer_template(chord) for chord in chords])
    emit = 0.1 * templates
    ends, before, share = np.full(size, 0.1), np.full(size, 0.1), np.full(size, 0.1)
    for chorale in chorales:
        seen, notes = symbols(chorale, known), degrees(chorale)
        posterior = heard.posterior(seen)
        clear = seen != OTHER
        np.add.at(emit.transpose(1, 2, 0), (notes[clear, 3], notes[clear, 0]), posterior[clear])
        held = chorale.fermata & ~np.append(False, chorale.fermata[:-1])
        held[-1] |= not chorale.fermata[-1]
        places = np.flatnonzero(held)
        ends += posterior[places].sum(0)
        before += posterior[places[places > 0] - 1].sum(0)
        share += posterior.sum(0)
    emit = (1 - OUTER_TEMPLATE) * emit / emit.sum((1, 2), keepdims=True) + OUTER_TEMPLATE * templates
    return ModeChords(
        tuple(chord.numeral for chord in chords),
        np.log(heard.start),
        np.log(heard.move),
        np.log(emit),
        np.log(_normal(ends)),
        np.log(_normal(before)),
        np.log(_normal(share)),
    )


def nats_a_beat(model: HeardHMM, sequences: Sequence[IntArray]) -> float:
    """Mean code length of symbols, nats a beat."""
    return -sum(model.log_likelihood(seen) for seen in sequences) / sum(len(seen) for seen in sequences)


def no_memory_nats(emit: FloatArray, share: FloatArray, sequences: Sequence[IntArray]) -> float:
    """The same emissions (C, V) with beats drawn independently from the chords' shares (C,), nats."""
    return -float(np.log(share @ emit)[np.concatenate(sequences)].mean())


def bigram_nats(
    train: Sequence[IntArray], validation: Sequence[IntArray], test: Sequence[IntArray], size: int
) -> float:
    """Held-out nats a beat of a bigram of ``size`` symbols, add-k with k tuned on validation."""
    counts = np.zeros((size + 1, size))
    for seen in train:
        np.add.at(counts, (np.append(size, seen[:-1]), seen), 1)

    def nats(sequences: Sequence[IntArray], add: float) -> float:
        log_p = np.log((counts + add) / (counts.sum(1, keepdims=True) + add * size))
        return -float(np.concatenate([log_p[np.append(size, seen[:-1]), seen] for seen in sequences]).mean())

    return nats(test, min(_ADDS, key=lambda value: nats(validation, value)))


def fit_mode(
    train: Sequence[Chorale], validation: Sequence[Chorale], mode: str
) -> tuple[HeardHMM, ModeChords, IntArray, dict[str, float]]:
    """The models of one mode, the vocabulary, and the settings chosen on the validation fold."""
    chords, known = learned_chords(mode), vocabulary(train)
    templates = np.array([symbol_template(chord, known) for chord in chords])
    ours = [symbols(chorale, known) for chorale in train]
    held = [symbols(chorale, known) for chorale in validation]
    trials = [
        (strength, lift, rounds, expectation_maximisation(ours, templates, strength, lift, rounds))
        for strength in _STRENGTHS
        for lift in _LIFTS
        for rounds in _ROUNDS
    ]
    strength, lift, rounds, best = min(trials, key=lambda trial: nats_a_beat(trial[3], held))
    settings = {"strength": strength, "lift": lift, "rounds": rounds, "vocabulary": len(known)}
    return best, outer_voices(train, chords, best, known), known, settings


def _figures(
    parts: Sequence[Sequence[Chorale]], heard: HeardHMM, outer: ModeChords, known: IntArray
) -> dict[str, float]:
    """Held-out figures of one mode: full chords, then bass and soprano alone."""
    full = [[symbols(chorale, known) for chorale in part] for part in parts]
    two = [[degrees(chorale)[:, 3] * DEGREES + degrees(chorale)[:, 0] for chorale in part] for part in parts]
    share = np.exp(outer.log_share)
    emit = np.exp(outer.log_emission_bass_soprano).reshape(len(share), -1)
    beats = np.concatenate(full[2])
    return {
        "beats": len(beats),
        "share_in_vocabulary": float((beats > 0).mean()),
        "nats_a_beat": nats_a_beat(heard, full[2]),
        "baseline_no_memory_nats": no_memory_nats(heard.emit, share, full[2]),
        "baseline_bigram_add_k_nats": bigram_nats(full[0], full[1], full[2], len(known)),
        "outer_voices_nats_a_beat": -sum(outer.log_likelihood(seen) for seen in two[2]) / len(beats),
        "outer_voices_no_memory_nats": no_memory_nats(emit, share, two[2]),
        "outer_voices_bigram_add_k_nats": bigram_nats(two[0], two[1], two[2], DEGREES * DEGREES),
    }


def build(corpus: Corpus) -> tuple[dict[str, Any], dict[str, Any]]:
    """Card and arrays of the chord model."""
    arrays: dict[str, Any] = {}
    held_out: dict[str, Any] = {}
    settings: dict[str, Any] = {}
    modes = []
    for mode in MODES:
        parts = [_of_mode(corpus.chorales[split], mode == "minor") for split in (TRAIN, VALIDATION, TEST)]
        heard, outer, known, chosen = fit_mode(parts[0], parts[1], mode)
        modes.append(outer)
        settings |= {f"{mode}_{key}": value for key, value in chosen.items()}
        held_out |= {f"{mode}_{key}": value for key, value in _figures(parts, heard, outer, known).items()}
        arrays |= {f"{mode}_{key}": value for key, value in outer.arrays().items()}
    model = ChordHMM((modes[0], modes[1]))
    card = {
        "model": "hidden",
        **corpus.origin(),
        "command": f"{COMMAND} --only hidden",
        "seed": SEED,
        "what": "hidden chords fitted by EM from chord templates on (bass, set of degrees) of each beat",
        "train_chorales": len(corpus.chorales[TRAIN]),
        "states": [len(found.states) for found in model.modes],
        "settings": settings,
        "held_out": held_out,
    }
    return card, arrays
