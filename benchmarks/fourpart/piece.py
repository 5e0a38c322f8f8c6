"""Four voices as plain notes on a grid of quarter beats: all that is measured is measured on these."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from composer.score.score import Score
from composer.score.time import TICKS_PER_QUARTER

SOPRANO, ALTO, TENOR, BASS = range(4)
ROLES = ("soprano", "alto", "tenor", "bass")
PAIRS = tuple((upper, lower) for upper in range(4) for lower in range(upper + 1, 4))  # voices from the top
NEIGHBOURS = ((SOPRANO, ALTO), (ALTO, TENOR), (TENOR, BASS))
_LETTER_FIFTHS = (0, 2, 4, -1, 1, 3, 5)
_LETTER_SEMITONES = (0, 2, 4, 5, 7, 9, 11)


@dataclass(frozen=True)
class Tone:
    """A note that sounds, ties joined. ``step``: staff position, seven to the octave, C0 = 0."""

    onset_ticks: int
    length_ticks: int
    step: int
    midi: int
    fermata: bool = False

    @property
    def end_ticks(self) -> int:
        """First tick after the note."""
        return self.onset_ticks + self.length_ticks

    @property
    def fifths(self) -> int:
        """Place on the line of fifths, C = 0, G = 1, F = -1."""
        octave, letter = divmod(self.step, 7)
        return _LETTER_FIFTHS[letter] + 7 * (self.midi - 12 * (octave + 1) - _LETTER_SEMITONES[letter])


@dataclass(frozen=True)
class Slice:
    """What sounds from a tick on, from the top; None for a voice that rests."""

    onset_ticks: int
    tones: tuple[Tone | None, ...]

    @property
    def is_full(self) -> bool:
        """All four voices sound."""
        return None not in self.tones

    @property
    def sounding(self) -> tuple[Tone, ...]:
        """The tones without rests."""
        return tuple(tone for tone in self.tones if tone is not None)

    @property
    def pitches(self) -> tuple[tuple[int, int] | None, ...]:
        """Staff position and MIDI number of each voice."""
        return tuple(None if tone is None else (tone.step, tone.midi) for tone in self.tones)


@dataclass(frozen=True)
class Piece:
    """Soprano, alto, tenor, bass. ``beats``: ticks of all quarter beats; ``strengths``: of each, 1 to 3 (downbeat)."""

    name: str
    voices: tuple[tuple[Tone, ...], ...]
    signature: int  # sharps, flats negative
    beats: tuple[int, ...]
    strengths: tuple[int, ...]

    @property
    def end_ticks(self) -> int:
        """First tick after the last note."""
        return max((voice[-1].end_ticks for voice in self.voices if voice), default=0)

    @property
    def fermatas(self) -> tuple[Tone, ...]:
        """The soprano's notes under a fermata."""
        return tuple(tone for tone in self.voices[SOPRANO] if tone.fermata)

    def at(self, tick: int) -> Slice:
        """What sounds at a tick."""
        return Slice(tick, tuple(_sounding(voice, tick) for voice in self.voices))


def _sounding(voice: Sequence[Tone], tick: int) -> Tone | None:
    place = bisect_right(voice, tick, key=lambda tone: tone.onset_ticks) - 1
    return voice[place] if place >= 0 and voice[place].end_ticks > tick else None


def piece_of(score: Score, name: str = "") -> Piece:
    """The four voices of a score, found by their roles or else taken from the top.

    Raises:
        ValueError: not four voices.
    """
    named = [score.voice(role) for role in ROLES]
    chosen = [voice for voice in named if voice is not None]
    if len(chosen) < 4:
        chosen = list(score.voices)
    if len(chosen) != 4:
        raise ValueError(f"{name or score.title}: {len(chosen)} voices, four are measured")
    voices = tuple(
        tuple(
            Tone(note.onset_ticks, note.length_ticks, note.top.letter_step, note.top.midi, note.fermata)
            for note in voice.sounding()
        )
        for voice in chosen
    )
    end = max((voice[-1].end_ticks for voice in voices if voice), default=0)
    beats = tuple(tick for tick in _beats(score) if tick < end)
    signature = score.key_signatures[0][1] if score.key_signatures else score.key.fifths
    return Piece(name, voices, signature, beats, tuple(max(1, score.strength(tick)) for tick in beats))


def _beats(score: Score) -> Iterator[int]:
    if not score.bar_lines:
        yield from range(score.pickup_ticks % TICKS_PER_QUARTER, score.end_ticks, TICKS_PER_QUARTER)
        return
    for line in score.bar_lines:
        end = line.onset_ticks + line.length_ticks
        first = line.onset_ticks - line.lead_ticks
        yield from (tick for tick in range(first, end, TICKS_PER_QUARTER) if tick >= line.onset_ticks)


def surface(piece: Piece) -> tuple[Slice, ...]:
    """Slices at every onset and release of any voice, equal neighbours merged."""
    ticks = {tick for voice in piece.voices for tone in voice for tick in (tone.onset_ticks, tone.end_ticks)}
    return _merged(piece, sorted(ticks))


def grid(piece: Piece) -> tuple[Slice, ...]:
    """Slices at quarter beats only, equal neighbours merged."""
    return _merged(piece, piece.beats)


def _merged(piece: Piece, ticks: Sequence[int]) -> tuple[Slice, ...]:
    places = [0] * 4
    found: list[Slice] = []
    for tick in ticks:
        tones: list[Tone | None] = []
        for number, voice in enumerate(piece.voices):
            while places[number] < len(voice) and voice[places[number]].end_ticks <= tick:
                places[number] += 1
            tone = voice[places[number]] if places[number] < len(voice) else None
            tones.append(tone if tone is not None and tone.onset_ticks <= tick else None)
        here = Slice(tick, tuple(tones))
        if not found or here.pitches != found[-1].pitches:
            found.append(here)
    return tuple(found)


def changes(slices: Sequence[Slice]) -> list[tuple[Slice, Slice]]:
    """Chord changes: slices in a row with four voices in both."""
    return [(one, two) for one, two in pairwise(slices) if one.is_full and two.is_full]


def units(piece: Piece) -> tuple[tuple[int, int], ...]:
    """First and last tick of every beat; the beats under one fermata note of the soprano are one."""
    ends = [*piece.beats[1:], max(piece.end_ticks, piece.beats[-1] + 1)] if piece.beats else []
    found: list[tuple[int, int]] = []
    for begin, end in zip(piece.beats, ends, strict=True):
        tone = _sounding(piece.voices[SOPRANO], begin)
        if found and tone is not None and tone.fermata and tone.onset_ticks <= found[-1][0]:
            found[-1] = (found[-1][0], end)
        else:
            found.append((begin, end))
    return tuple(found)
