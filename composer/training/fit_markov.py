"""Fit ``models.markov.PitchMarkov``: count, then fit discounts on the validation fold."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from composer.models.markov import BASE, ORDER, CountLevel, IntArray, PitchMarkov, context_codes
from composer.models.vocabulary import LOW, SIZE, START
from composer.training.data import COMMAND, Corpus
from composer.training.encode import Tune
from composer.training.families import TEST, TRAIN, VALIDATION

_DISCOUNTS = (0.1, 0.3, 0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95)
_ADDS = (0.01, 0.03, 0.1, 0.3, 1.0)
_STRENGTHS = (0.01, 0.1, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0)


def _grams(tunes: Sequence[Tune]) -> IntArray:
    """Rows (mode, four notes before, note) for every note: (N, ORDER + 2)."""
    rows = []
    for tune in tunes:
        padded = np.concatenate([np.full(ORDER, START), tune.symbols]).astype(np.int64)
        windows = np.lib.stride_tricks.sliding_window_view(padded, ORDER + 1)
        rows.append(np.column_stack([np.full(len(windows), int(tune.minor)), windows]))
    return np.concatenate(rows)


def _level(rows: IntArray, mode: IntArray, k: int) -> CountLevel:
    """Counts of order ``k`` from distinct rows (N, k + 1) with their multiplicity one each."""
    codes = np.zeros(len(rows), np.int64)
    for number in (0, 1):
        here = mode == number
        codes[here] = context_codes(rows[here, :k], number)
    pairs, counts = np.unique(np.column_stack([codes, rows[:, k] - LOW]), axis=0, return_counts=True)
    contexts, first = np.unique(pairs[:, 0], return_index=True)
    return CountLevel(
        contexts, np.append(first, len(pairs)).astype(np.int64), pairs[:, 1], counts.astype(np.float64)
    )


def count_levels(tunes: Sequence[Tune]) -> tuple[CountLevel, ...]:
    """Counts of all orders: raw at the longest, numbers of distinct longer contexts below (Kneser-Ney)."""
    grams = _grams(tunes)
    levels = [_level(grams[:, 1:], grams[:, 0], ORDER)]
    for k in range(ORDER - 1, -1, -1):
        longer = np.unique(grams[:, [0, *range(ORDER - k, ORDER + 2)]], axis=0)
        # a context that reaches back to the start has no longer one: keep its raw counts
        whole = (
            grams[grams[:, ORDER - k + 1] == START][:, [0, *range(ORDER - k, ORDER + 2)]] if k else longer[:0]
        )
        rows = np.concatenate([longer[longer[:, 2] != START] if k else longer, whole])
        levels.insert(0, _level(rows[:, 2:], rows[:, 0], k))
    return tuple(levels)


def nats_a_note(model: PitchMarkov, tunes: Sequence[Tune]) -> float:
    """Mean code length of every note of the tunes, nats."""
    total = sum(float(model.log_p_tune(tune.symbols, tune.minor).sum()) for tune in tunes)
    return -total / sum(len(tune.pitch) for tune in tunes)


def fit(train: Sequence[Tune], validation: Sequence[Tune], rounds: int = 2) -> PitchMarkov:
    """Counts of ``train`` with discounts and strengths fitted on ``validation`` by coordinate search."""
    model = PitchMarkov(count_levels(train), np.full(ORDER + 1, 0.7), np.full(ORDER + 1, 1.0))
    best = nats_a_note(model, validation)
    for _ in range(rounds):
        for k in range(ORDER + 1):
            for name, choices in (("discounts", _DISCOUNTS), ("strengths", _STRENGTHS)):
                for value in choices:
                    changed = {"discounts": model.discounts.copy(), "strengths": model.strengths.copy()}
                    changed[name][k] = value
                    trial = PitchMarkov(model.levels, changed["discounts"], changed["strengths"])
                    nats = nats_a_note(trial, validation)
                    if nats < best - 1e-9:
                        model, best = trial, nats
    return model


def add_k_nats(train: Sequence[Tune], validation: Sequence[Tune], test: Sequence[Tune], order: int) -> float:
    """Held-out nats a note of the plain baseline: n-grams of one order, add-k with k tuned on validation."""

    def codes_and_notes(tunes: Sequence[Tune]) -> tuple[IntArray, IntArray]:
        grams = _grams(tunes)
        codes = grams[:, 0].copy()
        for column in grams[:, ORDER - order + 1 : ORDER + 1].T:
            codes = codes * BASE + column - START
        return codes, grams[:, -1] - LOW

    seen, notes = codes_and_notes(train)
    known = np.unique(seen)
    counts = np.zeros((len(known) + 1, SIZE))  # the last row: contexts never seen
    np.add.at(counts, (np.searchsorted(known, seen), notes), 1)

    def nats(tunes: Sequence[Tune], add: float) -> float:
        codes, heard = codes_and_notes(tunes)
        place = np.searchsorted(known, codes)
        place[~np.isin(codes, known)] = len(known)
        rows = counts[place]
        hit = rows[np.arange(len(rows)), heard]
        return float(-np.mean(np.log((hit + add) / (rows.sum(1) + add * SIZE))))

    return nats(test, min(_ADDS, key=lambda value: nats(validation, value)))


def build(corpus: Corpus) -> tuple[dict[str, Any], dict[str, Any]]:
    """Card and arrays of the Markov model of a corpus."""
    train, validation, test = (corpus.tunes[split] for split in (TRAIN, VALIDATION, TEST))
    model = fit(train, validation)
    arrays: dict[str, Any] = {"discounts": model.discounts, "strengths": model.strengths}
    for k, level in enumerate(model.levels):
        arrays |= {
            f"codes_{k}": level.codes.astype(np.uint32),
            f"starts_{k}": level.starts.astype(np.uint32),
            f"symbols_{k}": level.symbols.astype(np.uint8),
            f"counts_{k}": level.counts.astype(np.uint16),
        }
    held_out = {
        "notes": sum(len(tune.pitch) for tune in test),
        "nats_a_note": nats_a_note(model, test),
        "baseline_order_0_add_k_nats": add_k_nats(train, validation, test, 0),
        "baseline_order_1_add_k_nats": add_k_nats(train, validation, test, 1),
        "baseline_order_2_add_k_nats": add_k_nats(train, validation, test, 2),
    }
    card = {
        "model": "markov",
        **corpus.origin(),
        "command": f"{COMMAND} --only markov",
        "what": "interpolated back-off over semitones above the tonic, orders 0 to 4, by mode",
        "train_tunes": len(train),
        "validation_tunes": len(validation),
        "test_tunes": len(test),
        "train_notes": sum(len(tune.pitch) for tune in train),
        "contexts": [len(level.codes) for level in model.levels],
        "held_out": held_out,
    }
    return card, arrays
