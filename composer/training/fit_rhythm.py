"""Fit ``models.rhythm.BarRhythm``: count whole-bar patterns, weigh the contexts on the validation fold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from composer.models.rhythm import (
    FIRST,
    INNER,
    LINE_END,
    PHRASE_END,
    PLACES,
    SAME_RHYTHMS,
    BarRhythm,
    FloatArray,
    MeterRhythms,
    arrays_of,
    pattern_lengths,
)
from composer.theory.tables import load_table
from composer.training.data import COMMAND, Corpus
from composer.training.encode import Tune
from composer.training.families import TEST, TRAIN, VALIDATION

METERS = ("2/4", "3/4", "4/4", "6/8", "9/8", "12/8")  # and those written alike, models.rhythm.SAME_RHYTHMS
LEAST = 3  # a pattern must stand in so many bars
KIND_LEAST, KIND_TUNES = 2, 8  # the same of a kind of dance, which must have so many tunes in the meter
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


def rhythm_meter(tune: Tune) -> str:
    """The meter whose rhythms a tune has: 4/4 for one in 2/2."""
    return SAME_RHYTHMS.get(tune.meter.name, tune.meter.name)


def _bars(tunes: Sequence[Tune], name: str) -> Iterator[Bar]:
    """Bars of the tunes in a meter (``"4/4"``), or of a kind of dance in it (``"4/4 reel"``)."""
    meter, _, kind = name.partition(" ")
    for tune in tunes:
        if rhythm_meter(tune) == meter and kind in ("", tune.kind):
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
    return _counted(bars, known, seen, meter)


def count_kind(tunes: Sequence[Tune], name: str, whole: MeterRhythms) -> MeterRhythms:
    """Counts of a kind of dance (``"4/4 reel"``) over the patterns of its meter that are common in it."""
    bars = list(_bars(tunes, name))
    seen = Counter(pattern for _, _, pattern in bars if pattern in whole.patterns)
    known = {pattern for pattern, number in seen.items() if number >= KIND_LEAST}
    return _counted(bars, known, seen, name.partition(" ")[0])


def _counted(bars: Sequence[Bar], known: set[str], seen: Mapping[str, int], meter: str) -> MeterRhythms:
    """Counts over the ``known`` patterns, the commonest first."""
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


def nats_a_bar(
    model: BarRhythm, tunes: Sequence[Tune], context: int = 2, names: Iterable[str] = ()
) -> tuple[float, int]:
    """Mean code length (nats) and number of bars with a known pattern; ``context`` 1 drops the bar before.

    ``names``: meters or kinds of dance to count, otherwise all meters.
    """
    total, number = 0.0, 0
    for name in names or model.meters:
        index = {pattern: place for place, pattern in enumerate(model.patterns(name))}
        for place, before, pattern in _bars(tunes, name):
            if pattern in index:
                total -= float(model.log_p(place, before if context == 2 else None, name)[index[pattern]])
                number += 1
    return total / max(number, 1), number


def fit(train: Sequence[Tune], validation: Sequence[Tune]) -> BarRhythm:
    """Counts of ``train``; how far to trust shorter contexts fitted on ``validation``."""
    meters = {meter: count(train, meter) for meter in METERS}

    def nats(trust: FloatArray) -> float:
        return nats_a_bar(BarRhythm(meters, trust), validation)[0]

    return BarRhythm(meters, _climb(np.array([30.0, 30.0, 30.0]), _TRUSTS, nats))


def fit_kinds(
    model: BarRhythm, train: Sequence[Tune], validation: Sequence[Tune]
) -> tuple[BarRhythm, dict[str, MeterRhythms], float]:
    """The model with every kind of dance that has enough tunes, their own counts, and the bars their meter weighs.

    The latter and their trust are fitted on ``validation``, all kinds alike, so that the reels do not outvote the rest.
    """
    tunes = Counter(f"{rhythm_meter(tune)} {tune.kind}" for tune in train if tune.kind)
    own = {
        name: count_kind(train, name, model.meters[name.partition(" ")[0]])
        for name, number in sorted(tunes.items())
        if number >= KIND_TUNES
    }
    if not own:
        return model, {}, 0.0

    def nats(values: FloatArray) -> float:
        trial = model.with_kinds(own, values[3], values[:3])
        found = [nats_a_bar(trial, validation, 2, [name]) for name in own]
        return float(np.mean([one for one, bars in found if bars] or [0.0]))

    best = _climb(np.array([30.0, 30.0, 30.0, 30.0]), _TRUSTS, nats)
    return model.with_kinds(own, best[3], best[:3]), own, float(best[3])


def _climb(start: FloatArray, values: Sequence[float], nats: Callable[[FloatArray], float]) -> FloatArray:
    """Settings (N,) with fewer nats, each of ``values`` tried for one setting after another, twice."""
    chosen, best = start, nats(start)
    for _ in range(2):
        for place in range(len(start)):
            for value in values:
                trial = chosen.copy()
                trial[place] = value
                found = nats(trial)
                if found < best - 1e-9:
                    chosen, best = trial, found
    return chosen


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


def _kind_figures(model: BarRhythm, own: Mapping[str, MeterRhythms], test: Sequence[Tune]) -> dict[str, Any]:
    """Held-out figures of the kinds of dance, beside their meters' over the same patterns."""
    nothing = {name: MeterRhythms(one.patterns, one.prior, one.counts * 0, one.pairs * 0) for name, one in own.items()}
    bars = float(max(known.counts.sum() for known in model.meters.values()))
    nats, number = nats_a_bar(model, test, 2, own)
    return {
        "bars_of_kinds": number,
        "kinds_nats_a_bar": nats,
        "kinds_baseline_meter_without_kind_nats": nats_a_bar(
            model.with_kinds(nothing, bars, model.trust), test, 2, own
        )[0],
    }


def build(corpus: Corpus) -> tuple[dict[str, Any], dict[str, Any]]:
    """Card and arrays of the rhythm model of a corpus."""
    train, validation, test = (corpus.tunes[split] for split in (TRAIN, VALIDATION, TEST))
    model = fit(train, validation)
    model, own, kind_bars = fit_kinds(model, train, validation)
    table, meter = _plain(model)
    nats, bars = nats_a_bar(model, test)
    every = sum(1 for name in model.meters for _ in _bars(test, name))
    held_out = {
        "bars": bars,
        "share_of_bars_with_known_pattern": bars / every,
        "nats_a_bar": nats,
        "baseline_without_bar_before_nats": nats_a_bar(model, test, 1)[0],
        "baseline_meter_add_one_nats": nats_a_bar(meter, test)[0],
        "baseline_table_alone_nats": nats_a_bar(table, test)[0],
    }
    card = {
        "model": "rhythm",
        **corpus.origin(),
        "command": f"{COMMAND} --only rhythm",
        "what": "whole-bar rhythms by meter, place and the bar before; table bar_rhythms as prior",
        "train_tunes": len(train),
        "meters": list(model.meters),
        "patterns": [len(model.patterns(name)) for name in model.meters],
        "train_bars": [int(known.counts.sum()) for known in model.meters.values()],
        "kinds": list(own),
        "kind_patterns": [len(one.patterns) for one in own.values()],
        "kind_bars": [int(one.counts.sum()) for one in own.values()],
        "held_out": held_out | (_kind_figures(model, own, test) if own else {}),
    }
    return card, arrays_of(model, own, kind_bars)
