"""Sopranos that nobody wrote: low, high, chromatic, leaping, repeated, wandering, odd in rhythm; and long ones."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

from composer.score.key import Key
from composer.score.note import Note, Voice
from composer.score.pitch import Pitch, pitch_at
from composer.score.score import Score
from composer.score.time import TICKS_PER_QUARTER, Meter

KEYS = (Key(0, 0, "major"), Key(5, 0, "minor"), Key(4, 0, "major"), Key(1, 0, "minor"), Key(6, -1, "major"))
METERS = (Meter(4, 4), Meter(3, 4), Meter(6, 8), Meter(2, 2))
EVEN, MIXED, ODD = (1.0,), (1.0, 1.0, 0.5, 0.5, 2.0), (0.25, 0.75, 1.5, 1 / 3, 0.5, 3.0)  # lengths in quarters
PHRASE = 8  # notes


@dataclass(frozen=True)
class Kind:
    """How a random soprano goes: its bounds in MIDI, its moves in semitones or (diatonic) steps, its rhythm."""

    name: str
    low: int
    high: int
    moves: tuple[int, ...]
    is_chromatic: bool = False
    lengths: tuple[float, ...] = EVEN


KINDS = (
    Kind("wandering", 60, 79, (-2, -1, -1, 0, 1, 1, 2)),
    Kind("wandering, mixed rhythm", 60, 79, (-2, -1, -1, 0, 1, 1, 2), lengths=MIXED),
    Kind("low", 55, 62, (-1, 0, 1)),
    Kind("very low", 43, 53, (-2, -1, 1, 2)),
    Kind("high", 76, 84, (-1, 0, 1)),
    Kind("very high", 86, 96, (-2, -1, 1, 2)),
    Kind("chromatic", 60, 79, (-3, -2, -1, 1, 2, 3), True),
    Kind("leaping", 60, 81, (-7, -6, -5, -4, 4, 5, 6, 7)),
    Kind("leaping, chromatic", 58, 82, (-13, -11, -6, 6, 11, 13), True),
    Kind("repeated", 62, 74, (0, 0, 0, 0, 0, 1)),
    Kind("odd rhythm", 60, 79, (-2, -1, 0, 1, 2), lengths=ODD),
    Kind("scales", 60, 81, (1,)),
)  # fmt: skip


def random_tune(kind: Kind, seed: int, notes: int | None = None) -> Score:
    """A soprano of a kind: key, meter, upbeat, fermatas and rests drawn with it."""
    draw = random.Random(f"{kind.name} {seed}")
    key, meter = draw.choice(KEYS), draw.choice(METERS)
    with_fermatas, with_rests = draw.random() < 0.6, draw.random() < 0.2
    pickup = draw.choice((0, 0, TICKS_PER_QUARTER)) if meter.denominator == 4 else 0
    many = notes or draw.choice((2, 3, 8, 16, 32, 48))
    written, onset = [], 0
    for place, pitch in zip(range(many), _pitches(kind, key, draw), strict=False):
        closes = place % PHRASE == PHRASE - 1
        length = round(draw.choice(kind.lengths) * TICKS_PER_QUARTER) * (2 if closes and draw.random() < 0.5 else 1)
        written.append(Note(onset, length, (pitch,), fermata=closes and with_fermatas))
        onset += length
        if closes and with_rests:
            written.append(Note(onset, TICKS_PER_QUARTER))
            onset += TICKS_PER_QUARTER
    return Score(f"{kind.name} {seed}", meter, key, (Voice("soprano", "soprano", tuple(written)),), pickup_ticks=pickup)


def long_tune(beats: int, seed: int = 1) -> Score:
    """Quarters in 4/4 that wander by step in C major, a fermata every eighth beat."""
    draw = random.Random(seed)
    kind = Kind("long", 62, 77, (-1, -1, 1, 1, 0, 2, -2))
    notes = tuple(
        Note(n * TICKS_PER_QUARTER, TICKS_PER_QUARTER, (pitch,), fermata=n % PHRASE == PHRASE - 1)
        for n, pitch in zip(range(beats), _pitches(kind, KEYS[0], draw), strict=False)
    )
    return Score(f"{beats} beats", METERS[0], KEYS[0], (Voice("soprano", "soprano", notes),))


def _pitches(kind: Kind, key: Key, draw: random.Random) -> Iterator[Pitch]:
    """Endless moves, turned back at the bounds; chromatic ones are spelled with the nearest letter."""
    ladder = _ladder(kind, key)
    place, direction = draw.randrange(len(ladder)), 1
    while True:
        yield ladder[place]
        step = draw.choice(kind.moves) * direction
        if not 0 <= place + step < len(ladder):
            direction = -direction
            step = -step
        place = min(max(place + step, 0), len(ladder) - 1)


def _ladder(kind: Kind, key: Key) -> list[Pitch]:
    scale = {(7 * (key.fifths + fifth)) % 12 for fifth in range(-1, 6)}
    sharps = key.fifths >= 0
    found = []
    for midi in range(kind.low, kind.high + 1):
        if kind.is_chromatic or midi % 12 in scale:
            options = [pitch_at(step, midi) for step in range(7 * (midi // 12 - 2), 7 * (midi // 12 + 1))]
            near = [pitch for pitch in options if abs(pitch.alter) <= 1]
            natural = [pitch for pitch in near if (7 * pitch.fifths) % 12 in scale and _in_key(pitch, key)]
            leaning = [pitch for pitch in near if pitch.alter == (1 if sharps else -1)]
            plain = [pitch for pitch in near if pitch.alter == 0]
            found.append((natural or plain or leaning)[0])
    return found


def _in_key(pitch: Pitch, key: Key) -> bool:
    return -1 <= pitch.fifths - key.fifths <= 5
