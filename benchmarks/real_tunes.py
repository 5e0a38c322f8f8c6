"""Tunes to hold ours against: real ones that no model has seen, and naive ones drawn bar by bar."""

from __future__ import annotations

import numpy as np

from composer.analysis.craft import Tune
from composer.errors import InputError
from composer.models.library import Models
from composer.models.rhythm import pattern_lengths
from composer.models.vocabulary import LOW
from composer.score.time import parse_meter
from composer.shelf import shelf_folder
from composer.training import encode
from composer.training.abc_books import AbcTune
from composer.training.corpus import RawWork, essen_tunes, read_abc, read_all
from composer.training.survey import read_listing

LONGEST_BARS = 32  # of a real tune no more is measured: as long as ours


def real_tunes(corpus: str, split: str = "test", meters: tuple[str, ...] = ()) -> list[encode.Tune]:
    """The tunes (sopranos of chorales) of one split of a corpus, in the given meters or in all."""
    listing = read_listing(shelf_folder("corpora") / corpus / "corpus.toml")
    names = [name for name, own in listing.split.items() if own == split]
    tunes = [encode.encode_tune(work) for work in read_all(corpus, names) if not isinstance(work, InputError)]
    return [tune for tune in tunes if not meters or tune.meter.name in meters]


def real_songs(count: int = 500) -> list[encode.Tune]:
    """About ``count`` German songs, for evaluation only; what models could not learn from is left out."""
    works = [_read(tune) for tune in essen_tunes(count)]
    return [encode.encode_tune(work) for work in works if work is not None and not encode.faults(work, 1)]


def _read(tune: AbcTune) -> RawWork | None:
    try:
        return read_abc(tune)
    except InputError:
        return None


def columns(tune: encode.Tune, most_bars: int = LONGEST_BARS) -> Tune:
    """A real tune as the measures want it: bar 1 at tick 0, its upbeat before."""
    bar_ticks = tune.meter.bar_ticks
    place = (tune.bar - 1) * bar_ticks + tune.place
    kept = place < most_bars * bar_ticks
    onsets, lengths, pitches = (tuple(int(v) for v in a[kept]) for a in (place, tune.length, tune.pitch))
    pickup = max(0, -onsets[0]) if onsets else 0
    bars = min(tune.bars, most_bars)
    return Tune(onsets, lengths, pitches, bar_ticks, tune.meter.beat_ticks, bars, 8, pickup)


def naive_tune(models: Models, meter_name: str, minor: bool, bars: int, rng: np.random.Generator) -> Tune:
    """Bars drawn one by one from the rhythms of the training corpus; pitches by an order-2 Markov chain."""
    assert models.rhythm is not None and models.pitch is not None
    meter = parse_meter(meter_name)
    rows = models.rhythm.meters[meter_name]
    counts = rows.counts if rows.counts.any() else rows.prior  # a meter that the corpus lacks: its table
    weights = counts.sum(axis=0)
    onsets: list[int] = []
    lengths: list[int] = []
    for bar, pick in enumerate(rng.choice(len(weights), bars, p=weights / weights.sum())):
        at = bar * meter.bar_ticks
        for length in pattern_lengths(rows.patterns[int(pick)]):
            onsets.append(at)
            lengths.append(length)
            at += length
    first, second = (np.exp(table) for table in models.pitch.start_tables(int(minor)))
    chain = np.exp(models.pitch.table(2, int(minor)))
    symbols: list[int] = []
    for number in range(len(onsets)):
        row = first if number == 0 else second[symbols[-1]] if number == 1 else chain[symbols[-2], symbols[-1]]
        symbols.append(int(rng.choice(len(row), p=row / row.sum())))
    pitches = tuple(60 + LOW + symbol for symbol in symbols)
    return Tune(tuple(onsets), tuple(lengths), pitches, meter.bar_ticks, meter.beat_ticks, bars, 8)
