"""The home key of a tune without chords: of the tonics that its signature allows, the one the tune dwells and ends on.

The weights are design values: those that fit 156 chorale sopranos and 298 dances and airs, rounded.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from composer.score.key import MAX_ACCIDENTALS, Key, mode_scale
from composer.score.note import Note
from composer.score.pitch import LETTER_FIFTHS
from composer.score.score import Score
from composer.score.time import DOWNBEAT

LONGEST_TICKS = 960  # a note that lasts longer says no more than that


@dataclass(frozen=True)
class Place:
    """A tonic beside the signature's major one: fifths above it, the mode it is taken for, what it costs beforehand."""

    fifths: int
    mode: str
    cost_nats: float


# Major, its relative minor, minor written with the signature of dorian, major with that of mixolydian.
PLACES = (Place(0, "major", 0.0), Place(3, "minor", 2.0), Place(2, "minor", 2.3), Place(1, "major", 3.0))
ENDS, ENDS_LONG, BEGINS, BEGINS_ON_FIFTH = 2.0, 4.0, 1.0, 0.7  # nats
OUTSIDE, SIGNS = 30.0, 0.1  # nats for all of the time outside the scale; for every sign of the signature
DWELLS = {0: 7.0, 2: 2.0, 4: 4.0}  # nats for all of the time on the root, the third, the fifth


def home_of(score: Score, sharps: int) -> Key:
    """The home key of a score of one line, under a signature (flats negative).

    Raises:
        IndexError: no note sounds.
    """
    notes = score.voices[0].sounding()
    first = next((note for note in notes if score.strength(note.onset_ticks) == DOWNBEAT), notes[0])
    return max(
        (key_at(sharps + place.fifths, place.mode) for place in PLACES),
        key=lambda key: _score(key, sharps, score.meter.beat_ticks, notes, first),
    )


def home_by_notes(score: Score) -> Key:
    """The home key of a score of one line where no signature is written: as above, less what lies outside the scale, of
    which a minor key has both sixths and sevenths.

    Raises:
        IndexError: no note sounds.
    """
    notes = score.voices[0].sounding()
    first = next((note for note in notes if score.strength(note.onset_ticks) == DOWNBEAT), notes[0])
    times = [0] * 12
    for note in notes:
        times[note.top.midi % 12] += min(note.length_ticks, LONGEST_TICKS)

    def speaks(key: Key) -> float:
        inside = {(key.tonic_pc + step) % 12 for step in (*key.scale, *((9, 11) if key.is_minor else ()))}
        outside = sum(time for pc, time in enumerate(times) if pc not in inside) / sum(times)
        inner = _score(key, key.fifths, score.meter.beat_ticks, notes, first)
        return inner - OUTSIDE * outside - SIGNS * abs(key.fifths)

    reach = range(-MAX_ACCIDENTALS, MAX_ACCIDENTALS + 1)
    return max((key_at(sharps + place.fifths, place.mode) for place in PLACES[:2] for sharps in reach), key=speaks)


def key_at(fifths: int, mode: str) -> Key:
    """The key whose tonic stands at a place on the line of fifths (C = 0)."""
    step = LETTER_FIFTHS.index((fifths + 1) % 7 - 1)
    return Key(step, (fifths - LETTER_FIFTHS[step]) // 7, mode)


def _score(key: Key, sharps: int, beat_ticks: int, notes: Sequence[Note], first: Note) -> float:
    """How much speaks for a key, in nats."""
    place = next(one for one in PLACES if key == key_at(sharps + one.fifths, one.mode))
    times = [0] * 12
    for note in notes:
        times[(note.top.midi - key.tonic_pc) % 12] += min(note.length_ticks, LONGEST_TICKS)
    scale = mode_scale(key.mode)
    dwells = sum(nats * times[scale[degree]] for degree, nats in DWELLS.items()) / sum(times)
    above = (first.top.midi - key.tonic_pc) % 12
    begins = BEGINS if above == 0 else BEGINS_ON_FIFTH if above == 7 else 0.0
    ends = 0.0
    if (notes[-1].top.midi - key.tonic_pc) % 12 == 0:
        ends = ENDS + ENDS_LONG * (notes[-1].length_ticks >= beat_ticks)
    return dwells + begins + ends - place.cost_nats
