"""Fit ``models.rhythm.BarRhythm``: count whole-bar patterns, weigh the contexts on the validation fold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from composer.models.rhythm import (
    FIRST,
    INNER,
    LINE_END,
    PHRASE_END,
    PLACES,
    BarRhythm,
    MeterRhythms,
    arrays_of,
    pattern_lengths,
)
from composer.theory.tables import load_table
from composer.training.data import COMMAND, Corpus
from composer.training.encode import Tune
from composer.training.families import TEST, TRAIN, VALIDATION

METERS = ("2/4", "3/4", "4/4", "6/8")
LEAST = 3  # a pattern must stand in so many bars
FLOOR = 0.02  # share of the prior spread evenly over all patterns
_TRUSTS = (1.0, 3.0, 10.0, 30.0, 100.0, 300.0)
_WORDS = {pattern_lengths(word)[0]: word for letter in "whqest" for word in (letter, f"{letter}.")}
Bar = tuple[str, str | None, str | None]  # place, pattern before, pattern


def bar_patterns(tune: Tune) -> dict[int, str | None]:
    """Pattern of every full bar, None with other values or a held first note; rests lengthen."""
    bar_ticks = tune.meter.bar_ticks
    found: dict[int, str | None] = {}
    for bar in range(1, tune.bars + 1):
        places = tune.place[tune.bar == bar]
        if len(places) == 0 or places[0] != 0:
            found[bar] = None
            continue
        lengths = np.diff(np.append(places, bar_ticks))
        words = [_WORDS.get(int(length)) for length in lengths]
        found[bar] = None if None in words else " ".join(str(word) for word in words)
    return found


def bar_places(tune: Tune) -> dict[int, str]:
    """Place of every full bar: by fermatas where the tune has them, else by fours and eights of bars."""
    held = {int(bar) for bar in tune.bar[tune.fermata]}
    places = {}
    for bar in range(1, tune.bars + 1):
        if bar == tune.bars or (not held and bar % 8 == 0):
            places[bar] = PHRASE_END
        elif bar in held or (not held and bar % 4 == 0):
            places[bar] = LINE_END
        elif bar == 1 or (not held and bar % 8 == 1):
            places[bar] = FIRST
        else:
            places[bar] = INNER
    return places


def _bars(tunes: Sequence[Tune], meter: str) -> Iterator[Bar]:
    for tune in tunes:
        if tune.meter.name == meter:
            patterns, places = bar_patterns(tune), bar_places(tune)
            for bar, pattern in patterns.items():
                yield places[bar], patterns.get(bar - 1), pattern


def _prior(meter: str, patterns: Sequence[str]) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Shares from the table of bar rhythms, (P, K): its own place, else its inner bars, else even."""
    rows = [row for row in load_table("bar_rhythms") if row["meter"] == meter]
    prior = np.zeros((len(PLACES), len(patterns)))
    for index, place in enumerate(PLACES):
        for where in (INNER, place):
            for row in rows:
                if row["place"] == where and row["pattern"] in patterns:
                    prior[index, patterns.index(row["pattern"])] = row["weight"]
    prior = prior / np.maximum(prior.sum(1, keepdims=True), 1e-12)
    even = 1.0 / len(patterns)
    return np.where(prior.sum(1, keepdims=True) > 0, (1 - FLOOR) * prior + FLOOR * even, even)


def count(tunes: Sequence[Tune], meter: str) -> MeterRhythms:
    """Counts of one meter over the patterns of the table and those common in ``tunes``."""
    bars = list(_bars(tunes, meter))
    seen = Counter(pattern for _, _, pattern in bars if pattern)
    table = [row["pattern"] for row in load_table("bar_rhythms") if row["meter"] == meter]
    known = {pattern for pattern, number in seen.items() if number >= LEAST} | set(table)
    patterns = tuple(sorted(known, key=lambda pattern: (-seen[pattern], pattern)))
    index = {pattern: number for number, pattern in enumerate(patterns)}
    counts = np.zeros((len(PLACES), len(patterns)))
    pairs = np.zeros((len(PLACES), len(patterns), len(patterns)))
    for place, before, pattern in bars:
        if pattern in index:
            counts[PLACES.index(place), index[pattern]] += 1
            if before in index:
                pairs[PLACES.index(place), index[before], index[pattern]] += 1
    return MeterRhythms(patterns, _prior(meter, patterns), counts, pairs)


def nats_a_bar(model: BarRhythm, tunes: Sequence[Tune], context: int = 2) -> tuple[float, int]:
    """Mean code length (nats) and number of bars with a known pattern; ``context`` 1 drops the bar before."""
    total, number = 0.0, 0
    for meter in model.meters:
        index = {pattern: place for place, pattern in enumerate(model.patterns(meter))}
        for place, before, pattern in _bars(tunes, meter):
            if pattern in index:
                total -= float(model.log_p(place, before if context == 2 else None, meter)[index[pattern]])
                number += 1
    return total / max(number, 1), number


def fit(train: Sequence[Tune], validation: Sequence[Tune]) -> BarRhythm:
    """Counts of ``train``; how far to trust shorter contexts fitted on ``validation``."""
    meters = {meter: count(train, meter) for meter in METERS}
    model = BarRhythm(meters, np.array([30.0, 30.0, 30.0]))
    best = nats_a_bar(model, validation)[0]
    for _ in range(2):
        for place in range(3):
            for value in _TRUSTS:
                trust = model.trust.copy()
                trust[place] = value
                trial = BarRhythm(meters, trust)
                nats = nats_a_bar(trial, validation)[0]
                if nats < best - 1e-9:
                    model, best = trial, nats
    return model


def _plain(model: BarRhythm) -> tuple[BarRhythm, BarRhythm]:
    """Baselines on the same patterns: the table alone, and the meter's frequencies with add-one."""
    table, meter = {}, {}
    for name, known in model.meters.items():
        size = len(known.patterns)
        nothing = MeterRhythms(known.patterns, known.prior, known.counts * 0, known.pairs * 0)
        one = (known.counts.sum(0) + 1) / (known.counts.sum() + size)
        table[name] = nothing
        meter[name] = MeterRhythms(
            known.patterns, np.tile(one, (len(PLACES), 1)), known.counts * 0, known.pairs * 0
        )
    return BarRhythm(table, np.ones(3)), BarRhythm(meter, np.ones(3))


def build(corpus: Corpus) -> tuple[dict[str, Any], dict[str, Any]]:
    """Card and arrays of the rhythm model of a corpus."""
    train, validation, test = (corpus.tunes[split] for split in (TRAIN, VALIDATION, TEST))
    model = fit(train, validation)
    table, meter = _plain(model)
    nats, bars = nats_a_bar(model, test)
    every = sum(1 for name in model.meters for _ in _bars(test, name))
    card = {
        "model": "rhythm",
        **corpus.origin(),
        "command": f"{COMMAND} --only rhythm",
        "what": "whole-bar rhythms by meter, place and the bar before; table bar_rhythms as prior",
        "train_tunes": len(train),
        "meters": list(model.meters),
        "patterns": [len(model.patterns(name)) for name in model.meters],
        "train_bars": [int(known.counts.sum()) for known in model.meters.values()],
        "held_out": {
            "bars": bars,
            "share_of_bars_with_known_pattern": bars / every,
            "nats_a_bar": nats,
            "baseline_without_bar_before_nats": nats_a_bar(model, test, 1)[0],
            "baseline_meter_add_one_nats": nats_a_bar(meter, test)[0],
            "baseline_table_alone_nats": nats_a_bar(table, test)[0],
        },
    }
    return card, arrays_of(model.meters, model.trust)
