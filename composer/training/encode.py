"""Works as arrays for learning: onsets, places in the bar, symbols above the tonic, four voices by beats."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from composer.models.vocabulary import symbols_of, tonic_midi
from composer.score.time import Meter
from composer.training.corpus import IntArray, RawVoice, RawWork

_MINOR_ABOVE = (2, 4, 9)  # tonic above the signature's major tonic: dorian, phrygian, aeolian


@dataclass(frozen=True)
class Tune:
    """A melody ready for learning; arrays have one entry a note (T,).

    ``onset``, ``length``, ``place`` (in the bar) in ticks; ``bar`` counts full bars from 1, an upbeat is bar
    0; ``pitch`` MIDI; ``tonic`` the MIDI tonic of ``vocabulary.tonic_midi``; ``fermata`` bool; ``kind`` of dance or
    nothing.
    """

    name: str
    onset: IntArray
    length: IntArray
    place: IntArray
    bar: IntArray
    pitch: IntArray
    fermata: NDArray[np.bool_]
    meter: Meter
    bars: int
    tonic: int
    minor: bool
    kind: str = ""

    @property
    def symbols(self) -> IntArray:
        """Semitones above the tonic, LOW..HIGH: (T,)."""
        return symbols_of(self.pitch, self.tonic)

    @property
    def strength(self) -> IntArray:
        """Metric strength of each note, 0..3: (T,)."""
        return np.array([self.meter.strength(int(place)) for place in self.place], np.int64)


@dataclass(frozen=True)
class Chorale:
    """A four-part work: its soprano as a tune and what sounds on each beat.

    ``beats``: (B, 4) MIDI of soprano, alto, tenor, bass; ``fermata``: (B,) bool, a beat under a fermata.
    """

    tune: Tune
    beats: IntArray
    fermata: NDArray[np.bool_]
    tonic_pc: int


def main_meter(work: RawWork) -> Meter:
    """The meter of the piece; the short meter of an upbeat bar does not count."""
    meters = work.meters or ((4, 4),)
    if len(meters) > 1 and meters[0][0] / meters[0][1] < meters[1][0] / meters[1][1]:
        meters = meters[1:]
    return Meter(*meters[0])


def bar_grid(bars: IntArray, bar_ticks: int) -> tuple[IntArray, IntArray]:
    """Where each notated bar stands: place in a full bar and number of that bar, both (M,).

    Short bars are joined: the upbeat, and a bar cut by a repeat sign with its rest.
    """
    places = np.zeros(len(bars), np.int64)
    numbers = np.zeros(len(bars), np.int64)
    number, filled = 0, bar_ticks
    for index, (_, length) in enumerate(bars):
        if index == 0 and length < bar_ticks:
            places[0], numbers[0], filled = bar_ticks - length, 0, bar_ticks
            continue
        if length < bar_ticks and filled < bar_ticks and filled + length <= bar_ticks:
            places[index] = filled
            filled += length
        else:
            number += 1
            filled = int(length)
        numbers[index] = number
    return places, numbers


def tonic_of(work: RawWork) -> tuple[int, bool]:
    """Tonic pitch class and whether the mode is minor-like, from signature, declared key and last bass note.

    The last note of the lowest voice is the tonic if it is the first, second, fifth or sixth degree of the
    signature's major key and, where a tonic is declared, sounds longer than the declared one; a close on the
    third degree is read as a half close in the relative minor.
    """
    major = (7 * work.fifths) % 12
    last = int(work.voices[-1].events[-1, 2]) % 12
    tonic = work.declared_tonic_pc
    if tonic is None or (
        last != tonic and (last - major) % 12 in (0, 2, 7, 9) and _longer(work, last, tonic)
    ):
        tonic = last
    above = (tonic - major) % 12
    if above not in (0, 2, 4, 5, 7, 9) or (above == 4 and work.declared_tonic_pc is None):
        above = 9 if above == 4 else 0
    return (major + above) % 12, above in _MINOR_ABOVE


def _longer(work: RawWork, one: int, other: int) -> bool:
    events = work.voices[0].events
    classes = events[:, 2] % 12
    return bool(events[classes == one, 1].sum() > events[classes == other, 1].sum())


def encode_tune(work: RawWork, voice: int = 0) -> Tune:
    """One voice of a work (the top one by default) as a tune."""
    events, fermata = work.voices[voice].events, work.voices[voice].fermata
    meter = main_meter(work)
    places, numbers = bar_grid(work.bars, meter.bar_ticks)
    index = np.maximum(np.searchsorted(work.bars[:, 0], events[:, 0], side="right") - 1, 0)
    tonic_pc, minor = tonic_of(work)
    mean = float(np.average(events[:, 2], weights=events[:, 1]))
    return Tune(
        name=work.name,
        onset=events[:, 0],
        length=events[:, 1],
        place=places[index] + events[:, 0] - work.bars[index, 0],
        bar=numbers[index],
        pitch=events[:, 2],
        fermata=fermata,
        meter=meter,
        bars=int(numbers[-1]),
        tonic=tonic_midi(tonic_pc, mean),
        minor=minor,
        kind=work.kind,
    )


def _sounding(voice: RawVoice, at: IntArray) -> IntArray:
    """MIDI pitch sounding in a voice at ticks (B,), -1 where it rests: (B,)."""
    onset, length, pitch = voice.events.T
    index = np.searchsorted(onset, at, side="right") - 1
    sounds = (index >= 0) & (at < onset[index] + length[index])
    return np.where(sounds, pitch[index], -1)


def encode_chorale(work: RawWork) -> Chorale:
    """The four voices on every beat at which all sound and at least one begins."""
    tune = encode_tune(work)
    end = int(work.bars[-1].sum())
    at = np.arange(0, end, tune.meter.beat_ticks, dtype=np.int64)
    beats = np.stack([_sounding(voice, at) for voice in work.voices], axis=1)
    begins = np.any([np.isin(at, voice.events[:, 0]) for voice in work.voices], axis=0)
    kept = (beats >= 0).all(axis=1) & begins
    onset, length, _ = work.voices[0].events.T
    index = np.maximum(np.searchsorted(onset, at, side="right") - 1, 0)
    held = work.voices[0].fermata[index] & (at < onset[index] + length[index])
    return Chorale(tune, beats[kept], held[kept], tonic_of(work)[0])


def faults(work: RawWork, voices: int) -> str | None:
    """Why a work is not to be learned from, or None."""
    if len(work.voices) != voices:
        return f"{len(work.voices)} parts instead of {voices}"
    if any(len(voice.events) < 8 for voice in work.voices):
        return "a part without notes"
    meters = {main_meter(work).name}
    if len(work.meters) > 2 or (len(work.meters) == 2 and Meter(*work.meters[0]).name in meters):
        return "changing meter"
    meter = main_meter(work)
    if (work.bars[:, 1] > meter.bar_ticks).any():
        return "a bar longer than its meter"
    places, _ = bar_grid(work.bars, meter.bar_ticks)
    odd = Counter((places + work.bars[:, 1]) == meter.bar_ticks)[False]
    joined = int((places[1:] > 0).sum())
    if odd - joined > 2:
        return "bars that do not fill the meter"
    pitch = work.voices[0].events[:, 2]
    if np.abs(np.diff(pitch)).max() > 16 or np.ptp(pitch) > 29:
        return "a leap or range no voice sings"
    return None
