"""The chord of every beat by template matching: no key and no neighbours are asked, so one judge serves any piece.

A template earns the weight of the tones that are in it and pays for those that are not, for a root or third that does
not sound, and for being a seventh chord.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.fourpart.piece import BASS, SOPRANO, Piece, Tone, units
from benchmarks.fourpart.spelled import TYPES

LABELS = tuple(name for name in TYPES if name != "augmented")


@dataclass(frozen=True)
class Weights:
    """What a template pays, in beats of one voice; ``onset`` is what a tone at the beat counts more."""

    onset: float = 0.5
    outside: float = 0.25
    no_root: float = 0.5
    no_third: float = 0.5
    no_fifth: float = 0.1
    seventh: float = 1.1
    diminished: float = 0.1
    bass_root: float = 0.2


@dataclass(frozen=True)
class Label:
    """The chord of a unit: root as pitch class, a name of ``LABELS``, inversion 0 to 3."""

    begin_ticks: int
    end_ticks: int
    root: int
    type: str
    inversion: int
    fermata: bool  # the soprano's note is held under a fermata


def labels(piece: Piece, weights: Weights | None = None) -> tuple[Label, ...]:
    """The chords of all units in which something sounds."""
    chosen = weights or Weights()
    found = []
    places = [0] * 4
    for begin, end in units(piece):
        heard: list[list[Tone]] = []
        for number, voice in enumerate(piece.voices):
            while places[number] < len(voice) and voice[places[number]].end_ticks <= begin:
                places[number] += 1
            place = places[number]
            while place < len(voice) and voice[place].onset_ticks < end:
                place += 1
            heard.append(list(voice[places[number] : place]))
        if any(heard):
            found.append(_label(heard, begin, end, chosen))
    return tuple(found)


def _label(heard: Sequence[Sequence[Tone]], begin: int, end: int, weights: Weights) -> Label:
    amount = [0.0] * 12
    lowest: dict[int, float] = {}
    for number, tones in enumerate(heard):
        for tone in tones:
            share = (min(tone.end_ticks, end) - max(tone.onset_ticks, begin)) / (end - begin)
            share += weights.onset if tone.onset_ticks <= begin else 0.0
            amount[tone.midi % 12] += share
            if number == BASS:
                lowest[tone.midi % 12] = lowest.get(tone.midi % 12, 0.0) + share
    if not lowest:
        low = min((tone for tones in heard for tone in tones), key=lambda tone: tone.midi)
        lowest = {low.midi % 12: 1.0}
    bass = max(lowest, key=lambda pc: lowest[pc])
    _, root, name = max(
        ((_score(amount, bass, root, name, weights), root, name) for name in LABELS for root in range(12)),
        key=lambda row: row[0],
    )
    members = [(root + member) % 12 for member in TYPES[name]]
    inside = [pc for pc in lowest if pc in members]
    inversion = members.index(max(inside, key=lambda pc: lowest[pc])) if inside else 0
    fermata = any(tone.fermata for tone in heard[SOPRANO])
    return Label(begin, end, root, name, inversion, fermata)


def _score(amount: Sequence[float], bass: int, root: int, name: str, weights: Weights) -> float:
    members = [(root + member) % 12 for member in TYPES[name]]
    inside = sum(amount[pc] for pc in members)
    score = inside - weights.outside * (sum(amount) - inside)
    for pc, price in zip(members, (weights.no_root, weights.no_third, weights.no_fifth), strict=False):
        score -= price if amount[pc] == 0.0 else 0.0
    if len(members) > 3:
        score -= weights.seventh
    if TYPES[name][2] == 6:
        score -= weights.diminished
    return score + (weights.bass_root if bass == root else 0.0)
