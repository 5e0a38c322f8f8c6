"""Faults of four-part writing counted in slices, at the surface or on the grid of quarter beats.

A *slice* is what sounds from an onset or release of any voice on; a *chord change*, the denominator of all rates, is
two slices in a row that differ with four voices sounding in both. The eleven of ``CORE11`` are law nearly anywhere;
the rest is counted beside them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from benchmarks.fourpart.piece import (
    ALTO,
    BASS,
    NEIGHBOURS,
    PAIRS,
    SOPRANO,
    TENOR,
    Piece,
    Slice,
    Tone,
    changes,
    grid,
    surface,
)
from benchmarks.fourpart.spelled import (
    DIMINISHED,
    RESOLVING,
    Chord,
    chord_of,
    is_augmented_step,
    is_diminished_fifth,
    is_octave,
    is_perfect_fifth,
    is_unison,
)

PAR = ("parallel fifth", "parallel octave", "parallel unison")
CORE11 = (
    *PAR, "direct fifth", "direct octave", "range", "leading tone at a cadence", "seventh", "augmented step",
    "doubled leading tone", "missing third",
)  # fmt: skip
BESIDE = (
    "crossing", "overlap", "spacing", "non-chord beat", "anti-parallel", "diminished to perfect fifth",
)  # fmt: skip
RANGES = {SOPRANO: (59, 81), ALTO: (53, 74), TENOR: (46, 70), BASS: (36, 64)}
OWN = ("range", "augmented step")  # what a soprano alone can break
_OCTAVE = 12


@dataclass(frozen=True)
class Fault:
    """Where (tick) and in which voices (0 = soprano) something named in ``CORE11`` or ``BESIDE`` is."""

    onset_ticks: int
    name: str
    voices: tuple[int, ...]

    @property
    def is_sopranos(self) -> bool:
        """It lies in the soprano alone."""
        return self.name in OWN and self.voices == (SOPRANO,)


@dataclass(frozen=True)
class Counts:
    """Faults of a piece by name, those of the given soprano apart, over its chord changes."""

    changes: int
    found: Mapping[str, int]
    sopranos: Mapping[str, int]

    @property
    def par(self) -> int:
        """Parallel fifths, octaves and unisons."""
        return sum(self.found.get(name, 0) for name in PAR)

    @property
    def core11(self) -> int:
        """Faults of all eleven kinds, those of the soprano alone set aside."""
        return sum(self.found.get(name, 0) for name in CORE11)


def faults(piece: Piece, beats_only: bool = False) -> list[Fault]:
    """All faults at the surface, or of the slices at quarter beats only."""
    slices = grid(piece) if beats_only else surface(piece)
    tonic = _tonic(piece)
    found = [*_motions(slices), *_lines(piece, slices if beats_only else None)]
    chords = [chord_of(one.sounding) if one.is_full else None for one in slices]
    found += _leading(piece, slices, chords, tonic)
    found += _sevenths(slices, chords)
    found += _standing(piece, slices, chords)
    return sorted(found, key=lambda fault: (fault.onset_ticks, fault.name, fault.voices))


def counts(piece: Piece, beats_only: bool = False) -> Counts:
    """Faults by name and the number of chord changes."""
    every = faults(piece, beats_only)
    number = len(changes(grid(piece) if beats_only else surface(piece)))
    return Counts(
        number,
        Counter(fault.name for fault in every if not fault.is_sopranos),
        Counter(fault.name for fault in every if fault.is_sopranos),
    )


def together(every: Sequence[Counts]) -> Counts:
    """The sum over pieces."""
    found: Counter[str] = Counter()
    own: Counter[str] = Counter()
    for one in every:
        found.update(one.found)
        own.update(one.sopranos)
    return Counts(sum(one.changes for one in every), found, own)


def _moves(one: Slice, two: Slice, upper: int, lower: int) -> tuple[Tone, Tone, Tone, Tone] | None:
    """Both tones before and after, if both voices move."""
    high, low, high_after, low_after = one.tones[upper], one.tones[lower], two.tones[upper], two.tones[lower]
    if high is None or low is None or high_after is None or low_after is None:
        return None
    if is_unison(high, high_after) or is_unison(low, low_after):
        return None
    return high, low, high_after, low_after


def _motions(slices: Sequence[Slice]) -> Iterator[Fault]:
    """Faults of two voices from one slice to the next."""
    for one, two in changes(slices):
        for upper, lower in PAIRS:
            moved = _moves(one, two, upper, lower)
            if moved is not None:
                yield from (Fault(two.onset_ticks, name, (upper, lower)) for name in _motion(*moved, (upper, lower)))
        for upper, lower in NEIGHBOURS:
            if _overlaps(one, two, upper, lower):
                yield Fault(two.onset_ticks, "overlap", (upper, lower))


def _motion(high: Tone, low: Tone, high_after: Tone, low_after: Tone, voices: tuple[int, int]) -> Iterator[str]:
    alike = (high_after.midi - high.midi) * (low_after.midi - low.midi) > 0
    fifth, octave, unison = (
        (test(low, high), test(low_after, high_after)) for test in (is_perfect_fifth, is_octave, is_unison)
    )
    for name, pair in (("fifth", fifth), ("octave", octave), ("unison", unison)):
        if all(pair) and alike:
            yield f"parallel {name}"
    if not alike and (all(fifth) or ((octave[0] or unison[0]) and (octave[1] or unison[1]))):
        yield "anti-parallel"
    if alike and is_diminished_fifth(low, high) and fifth[1]:
        yield "diminished to perfect fifth"
    if alike and voices == (SOPRANO, BASS) and abs(high_after.midi - high.midi) > 2:
        if fifth[1] and not fifth[0]:
            yield "direct fifth"
        if octave[1] and not octave[0]:
            yield "direct octave"


def _overlaps(one: Slice, two: Slice, upper: int, lower: int) -> bool:
    """A voice moves past the note that its neighbour has just had."""
    high, low, high_after, low_after = one.tones[upper], one.tones[lower], two.tones[upper], two.tones[lower]
    if high is None or low is None or high_after is None or low_after is None:
        return False
    rises = low_after.midi > high.midi and low_after.midi != low.midi
    sinks = high_after.midi < low.midi and high_after.midi != high.midi
    return rises or sinks


def _lines(piece: Piece, slices: Sequence[Slice] | None) -> Iterator[Fault]:
    """Range and augmented steps; of ``slices`` only, where those are given."""
    for number, voice in enumerate(piece.voices):
        tones: Sequence[Tone] = voice if slices is None else _line(slices, number)
        low, high = RANGES[number]
        yield from (Fault(tone.onset_ticks, "range", (number,)) for tone in tones if not low <= tone.midi <= high)
        for before, after in pairwise(tones):
            if is_augmented_step(before, after):
                yield Fault(after.onset_ticks, "augmented step", (number,))


def _line(slices: Sequence[Slice], number: int) -> list[Tone]:
    line: list[Tone] = []
    for one in slices:
        tone = one.tones[number]
        if tone is not None and (not line or line[-1] is not tone):
            line.append(tone)
    return line


def _tonic(piece: Piece) -> int:
    """Pitch class on which the last bass note stands."""
    return piece.voices[BASS][-1].midi % 12 if piece.voices[BASS] else 0


def _leading_tone(piece: Piece, chord: Chord | None, tonic: int) -> int | None:
    """Pitch class of the third of a dominant: the triad on 5, one with a minor seventh, or one with a raised third."""
    if chord is None or chord.type not in ("major", "dominant7"):
        return None
    third = (chord.root + 4) % 12
    scale = {(7 * (piece.signature + place)) % 12 for place in range(-1, 6)}
    if chord.type == "dominant7" or chord.root == (tonic + 7) % 12 or third not in scale:
        return third
    return None


def _leading(
    piece: Piece, slices: Sequence[Slice], chords: Sequence[Chord | None], tonic: int
) -> Iterator[Fault]:
    for number, (one, chord) in enumerate(zip(slices, chords, strict=True)):
        leading = _leading_tone(piece, chord, tonic)
        after = slices[number + 1] if number + 1 < len(slices) else None
        following = chords[number + 1] if after else None
        if chord is not None and chord.type in DIMINISHED and following and following.root == (chord.root + 1) % 12:
            leading = chord.root
        if leading is None or chord is None:
            continue
        holders = [v for v, tone in enumerate(one.tones) if tone is not None and tone.midi % 12 == leading]
        if len(holders) > 1:
            yield Fault(one.onset_ticks, "doubled leading tone", tuple(holders))
        if after is None or not after.is_full or following is None or following.root != (chord.root + 5) % 12:
            continue
        if number + 2 < len(slices) and not any(tone.fermata for tone in after.sounding):
            continue
        for v in holders:
            before, then = one.tones[v], after.tones[v]
            if v in (SOPRANO, BASS) and before and then and then.midi - before.midi not in (0, 1):
                yield Fault(after.onset_ticks, "leading tone at a cadence", (v,))


def _sevenths(slices: Sequence[Slice], chords: Sequence[Chord | None]) -> Iterator[Fault]:
    """A dissonant seventh whose voice does not go down by step when the root changes."""
    for number, (one, chord) in enumerate(zip(slices, chords, strict=True)):
        if chord is None or chord.type not in RESOLVING:
            continue
        following = next((later for later in chords[number + 1 :] if later is not None), None)
        if following is None or following.root == chord.root:
            continue
        for v, tone in enumerate(one.tones):
            if tone is None or tone.midi % 12 != chord.seventh:
                continue
            later = (two.tones[v] for two in slices[number + 1 :])
            then = next((t for t in later if t is None or t.midi != tone.midi), None)
            if then is not None and tone.midi - then.midi not in (1, 2):
                yield Fault(one.onset_ticks, "seventh", (v,))


def _standing(piece: Piece, slices: Sequence[Slice], chords: Sequence[Chord | None]) -> Iterator[Fault]:
    """What is heard in one slice."""
    on_beat = set(piece.beats)
    for one, chord in zip(slices, chords, strict=True):
        if not one.is_full:
            continue
        if one.onset_ticks in on_beat:
            if chord is None:
                yield Fault(one.onset_ticks, "non-chord beat", ())
            elif chord.type == "open fifth":
                yield Fault(one.onset_ticks, "missing third", ())
        heights = [tone.midi for tone in one.sounding]
        for upper, lower in NEIGHBOURS:
            if heights[upper] < heights[lower]:
                yield Fault(one.onset_ticks, "crossing", (upper, lower))
        for upper, lower in ((SOPRANO, ALTO), (ALTO, TENOR)):
            if heights[upper] - heights[lower] > _OCTAVE:
                yield Fault(one.onset_ticks, "spacing", (upper, lower))
