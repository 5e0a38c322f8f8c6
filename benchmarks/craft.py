"""The craft table: twenty ways a machine betrays itself, measured on pieces of all styles, real tunes and naive ones.

    python -m benchmarks.craft [--pieces 300] [--jobs 2] [--out docs/craft-table.md]

Forms, moods, keys, meters and ensembles rotate; upbeats follow the style's habit. Pieces that fail most are named.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from benchmarks import craft_page
from benchmarks.layers import Row
from benchmarks.pieces import (
    STYLES,
    SUNG,
    composed,
    corpus_of,
    over_styles,
    owner_of,
    publish,
    spread_out,
    style_briefs,
    tune_score,
    words,
)
from benchmarks.real_tunes import LONGEST_BARS, columns, naive_tune, real_songs, real_tunes
from benchmarks.surprise import Listener
from composer import Brief
from composer.analysis.craft import TESTS, Test, Tune, tune_of
from composer.analysis.piece_craft import piece_measures
from composer.models.library import Models, load_models
from composer.pipeline.interpret import read_brief
from composer.score.chord import parse_chord
from composer.score.key import Key
from composer.score.reading import ChordSpan
from composer.score.time import parse_meter
from composer.training import encode

SURPRISE = Test(20, "spread of surprise to the corpus's", 1.0, 0.6, None)
ALL_TESTS = sorted((*TESTS, SURPRISE), key=lambda test: test.number)
OPEN_MOODS = {"scary": (2, 3, 4, 5, 6, 11, 12), "suspense": (2, 3, 4, 5, 6, 11, 12)}
LEFT_OUT = {"chorale": (13, 17), "dance": (17,)}
NAIVE_LABELS, NAIVE_BARS = "AABA", 32


@dataclass(frozen=True)
class Measured:
    """A tune with its measures; ``name`` says how to make it again."""

    name: str
    style: str
    values: dict[str, float]
    tune: Tune


def left_out(style: str, mood: str, labels: Sequence[str]) -> set[int]:
    """Numbers of the tests that do not judge a piece: moods without rest, styles of another habit, and forms of one
    letter, whose sections are meant to close alike."""
    alike = (11,) if len({label[0] for label in labels}) == 1 else ()
    return {*OPEN_MOODS.get(mood, ()), *LEFT_OUT.get(style, ()), *alike}


def judged(values: dict[str, float], out: set[int]) -> dict[str, float]:
    """The measures without those of some numbers."""
    unasked = {test.name for test in ALL_TESTS if test.number in out}
    return {name: value for name, value in values.items() if name not in unasked}


def made(brief: Brief) -> Measured | None:
    """Measures of a piece of ours."""
    piece = composed(brief)
    if piece is None:
        return None
    request = piece.request
    out = left_out(request.style, str(request.mood["name"]), request.labels)
    values = judged(piece_measures(piece.score, owner_of(piece)), out)
    return Measured(words(brief), request.style, values, tune_of(piece.score))


def real(work: encode.Tune, style: str) -> Measured:
    """Measures of a real tune: strains of eight bars as sections; the climax is wherever it is."""
    tune = columns(work)
    score = tune_score(tune, work.meter, work.tonic, work.minor)
    values = piece_measures(score, _top_section(tune))
    out = {19} if work.bars > LONGEST_BARS else set()  # its end was cut off
    return Measured(work.name, style, judged(values, out), tune)


def _top_section(tune: Tune) -> int:
    top = tune.onsets[tune.pitches.index(max(tune.pitches))] + tune.pickup_ticks
    return max(top, 0) // (8 * tune.bar_ticks)


def naive(brief: Brief, models: Models) -> Measured:
    """A tune drawn bar by bar in the meter and mode of a brief, chords drawn half bar by half bar, form AABA."""
    request = read_brief(brief, 0)
    rng = np.random.default_rng(brief.seed)
    minor = request.key.is_minor
    tune = naive_tune(models, request.meter.name, minor, NAIVE_BARS, rng)
    chords = _naive_chords(models, request.meter.name, Key(0, 0, request.key.third), rng)
    score = tune_score(tune, request.meter, 0, minor, chords, NAIVE_LABELS)
    values = piece_measures(score, NAIVE_LABELS.index("B"))
    out = left_out(request.style, str(request.mood["name"]), NAIVE_LABELS)
    return Measured(f"naive {brief.seed}", request.style, judged(values, out), tune)


def _naive_chords(models: Models, meter_name: str, key: Key, rng: np.random.Generator) -> tuple[ChordSpan, ...]:
    """Chords by their share of all beats, one each half bar (bar, where meters do not halve); equal ones joined."""
    meter = parse_meter(meter_name)
    step = meter.bar_ticks // 2 if meter.beats % 2 == 0 else meter.bar_ticks
    mode = models.hidden.of(key.mode)
    share = np.exp(mode.log_share)
    spans: list[ChordSpan] = []
    for n, pick in enumerate(rng.choice(len(share), NAIVE_BARS * meter.bar_ticks // step, p=share / share.sum())):
        chord = parse_chord(mode.states[int(pick)], key.is_minor)
        if spans and spans[-1].chord == chord:
            spans[-1] = replace(spans[-1], length_ticks=spans[-1].length_ticks + step)
        else:
            spans.append(ChordSpan(n * step, step, chord, key))
    return tuple(spans)


def with_surprise(pieces: Sequence[Measured], listener: Listener, corpus_spread: float) -> list[Measured]:
    """The measures, and how unevenly a tune surprises beside the tunes of its corpus."""
    found = []
    for piece in pieces:
        spread = listener.spread(piece.tune)
        values = piece.values if np.isnan(spread) else {**piece.values, SURPRISE.name: spread / corpus_spread}
        found.append(replace(piece, values=values))
    return found


def gathered(ours: Sequence[Measured], count: int) -> dict[str, dict[str, list[Measured]]]:
    """By style: ours, real, naive."""
    found: dict[str, dict[str, list[Measured]]] = {}
    known: dict[str, tuple[Listener, list[encode.Tune], Models]] = {}
    for style in STYLES:
        corpus = corpus_of(style)
        if corpus not in known:
            listener = Listener([list(map(int, tune.pitch)) for tune in real_tunes(corpus, "train")])
            known[corpus] = (listener, real_tunes(corpus, "test"), load_models(corpus))
        listener, works, models = known[corpus]
        rows = {
            "ours": [piece for piece in ours if piece.style == style],
            "real": [real(work, style) for work in works],
            "naive": [naive(brief, models) for brief in style_briefs(style, count // len(STYLES))],
        }
        spread = float(np.nanmean([listener.spread(piece.tune) for piece in rows["real"]]))
        found[style] = {name: with_surprise(row, listener, spread) for name, row in rows.items()}
    return found


def song_rows(found: dict[str, dict[str, list[Measured]]], songs: Sequence[encode.Tune]) -> dict[str, Row]:
    """The rows of song and folk-song together, with German songs measured by the same code."""
    row = Row("german songs", tuple(real(work, "song").values for work in songs))
    return {**rows_of(found, SUNG), "german songs": row}


def rows_of(found: dict[str, dict[str, list[Measured]]], styles: Sequence[str]) -> dict[str, Row]:
    """ours, real, naive over some styles; what two styles share of real tunes is taken once."""
    rows = {}
    for name in ("ours", "real", "naive"):
        pieces = {piece.name: piece.values for style in styles for piece in found[style][name]}
        rows[name] = Row(name, tuple(pieces.values()))
    return rows


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the page, and write it where asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pieces", type=int, default=300)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args(arguments)
    command = f"python -m benchmarks.craft --pieces {options.pieces}"
    command += f" --out {options.out}" if options.out else ""
    ours = [piece for piece in spread_out(made, over_styles(options.pieces), options.jobs) if piece]
    found = gathered(ours, options.pieces)
    corpus = corpus_of("song")
    airs = [tune for split in ("train", "validation", "test") for tune in real_tunes(corpus, split, ("4/4",))]
    songs = real_songs()
    page = craft_page.page(
        song_rows(found, songs), {style: rows_of(found, (style,)) for style in STYLES}, ALL_TESTS,
        [(piece.name, piece.values) for style in STYLES for piece in found[style]["ours"]],
        {"airs": [columns(tune, 10**6) for tune in airs],
         "German songs": [columns(tune, 10**6) for tune in songs if tune.meter.name == "4/4"]}, command,
    )  # fmt: skip
    publish(page, options.out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
