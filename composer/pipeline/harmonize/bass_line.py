"""A bass under a tune whose chords are known: one exact path through its octaves, with sixth chords where they help."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from composer.analysis.states import inverted
from composer.pipeline.harmonize.task import Harmonized, Tune
from composer.pipeline.skeleton import BASS_MOTION, SIMILAR_MOTION
from composer.score.chord import Chord
from composer.score.note import Note
from composer.score.reading import ChordSpan
from composer.search.draw import Floats
from composer.search.lattice import Lattice, best

# Nats, design values.
PARALLEL_OCTAVE, PARALLEL_FIFTH, INTO_PERFECT, BELOW_TUNE, INVERTED, THIRD_DOUBLED = 30.0, 2.0, 3.0, 6.0, 2.5, 3.0
BASS_SD = 6.0  # semitones
CLEAR = 7  # semitones between bass and tune
OCTAVE, FIFTH = 0, 7
SIXTH_CHORDS = ("major", "minor", "diminished", "dominant-seventh")  # shapes that may stand on their third


@dataclass(frozen=True)
class Way:
    """What may sound under the tune: a chord in an inversion, and its bass note."""

    chord: Chord
    bass_midi: int
    cost_nats: float


def bass_line(tune: Tune, found: Harmonized, low: int, high: int) -> tuple[tuple[ChordSpan, ...], tuple[int, ...]]:
    """The chords, some of them on their third, and a bass note (MIDI, from ``low`` to ``high``) for each.

    A chord that closes a line, leads to its close, begins the piece or was given stays as it is.
    """
    spans = found.chords
    notes = tune.voice.sounding()
    firm = _firm(found) | {span.onset_ticks for span in tune.given}
    over = [(_sounding(notes, span.onset_ticks), _sounding(notes, span.end_ticks - 1)) for span in spans]
    middle = (low + high) / 2
    ways = [_ways(span, low, high, span.onset_ticks not in firm and number > 0) for number, span in enumerate(spans)]
    alone = [_alone(here, span, middle, above) for here, span, (above, _) in zip(ways, spans, over, strict=True)]
    steps = []
    for number, (before, after) in enumerate(pairwise(ways)):
        same = spans[number].chord == spans[number + 1].chord
        steps.append(_moves(before, after, over[number][1], over[number + 1][0], same) + alone[number + 1][None, :])
    path = best(Lattice(alone[0], tuple(steps)))
    chosen = [here[place] for here, place in zip(ways, path.candidates, strict=True)]
    chords = tuple(replace(span, chord=way.chord) for span, way in zip(spans, chosen, strict=True))
    return chords, tuple(way.bass_midi for way in chosen)


def _firm(found: Harmonized) -> set[int]:
    """When the last two chords of every line begin."""
    firm: set[int] = set()
    for phrase in found.phrases:
        inside = [span.onset_ticks for span in found.chords if span.onset_ticks < phrase.end_ticks]
        firm |= set(inside[-2:])
    return firm


def _ways(span: ChordSpan, low: int, high: int, free: bool) -> list[Way]:
    chords = [(span.chord, 0.0)]
    if free and span.chord.inversion == 0 and span.chord.quality in SIXTH_CHORDS:
        chords += [(chord, INVERTED) for chord in inverted(span.chord.numeral, span.chord)[1:2]]
    return [
        Way(chord, midi, cost) for chord, cost in chords for midi in range(low, high + 1)
        if (midi - span.key.tonic_pc - chord.bass[1]) % 12 == 0
    ]


def _alone(ways: Sequence[Way], span: ChordSpan, middle: float, tune_midi: int) -> Floats:
    """(K,) nats of each way by itself, under a note of the tune (0: it is silent)."""
    basses = np.array([way.bass_midi for way in ways])
    cost = np.array([way.cost_nats for way in ways]) + (basses - middle) ** 2 / (2 * BASS_SD**2)
    if tune_midi:
        cost = cost + BELOW_TUNE * (basses > tune_midi - CLEAR)
        inverted_now = np.array([way.chord.inversion != span.chord.inversion for way in ways])
        cost = cost + THIRD_DOUBLED * (inverted_now & ((tune_midi - basses) % 12 == 0))
    return np.asarray(cost)


def _moves(before: Sequence[Way], after: Sequence[Way], tune: int, following: int, same: bool) -> Floats:
    """(K, K') nats of a move of the bass under one of the tune (0: silent)."""
    first, second = (np.array([way.bass_midi for way in ways]) for ways in (before, after))
    distance = second[None, :] - first[:, None]
    size = np.abs(distance)
    cost = np.select([size <= most for most, _ in BASS_MOTION], [nats for _, nats in BASS_MOTION], np.inf)
    if same:
        cost = np.where(size == 0, 0.0, cost + 1.0)
    if tune and following:
        together = np.sign(distance) * np.sign(following - tune) > 0
        moved = (distance != 0) & (following != tune)
        apart = ((tune - first) % 12)[:, None], ((following - second) % 12)[None, :]
        into = np.isin(apart[1], (OCTAVE, FIFTH))
        cost = cost + together * (SIMILAR_MOTION + INTO_PERFECT * into)
        cost = cost + moved * PARALLEL_OCTAVE * (apart[0] == OCTAVE) * (apart[1] == OCTAVE)
        cost = cost + moved * PARALLEL_FIFTH * (apart[0] == FIFTH) * (apart[1] == FIFTH)
    return np.asarray(cost)


def _sounding(notes: Sequence[Note], tick: int) -> int:
    """The tune's MIDI number at a tick; 0 in silence."""
    return next((note.top.midi for note in notes if note.onset_ticks <= tick < note.end_ticks), 0)
