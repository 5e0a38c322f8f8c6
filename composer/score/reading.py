"""A reading: what a score means, laid over its time line: keys, chords, phrases, sections."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

from composer.score.chord import Chord
from composer.score.key import Key


@dataclass(frozen=True)
class ChordSpan:
    """A chord sounding in a key for a time."""

    onset_ticks: int
    length_ticks: int
    chord: Chord
    key: Key

    @property
    def end_ticks(self) -> int:
        """First tick after the chord."""
        return self.onset_ticks + self.length_ticks


@dataclass(frozen=True)
class Phrase:
    """A phrase and the cadence that closes it: PAC, IAC, HC, PC (plagal), DC (deceptive) or open."""

    onset_ticks: int
    end_ticks: int
    cadence: str


@dataclass(frozen=True)
class Section:
    """A section with its letter (primes included) and theme type (period, sentence, hybrid ...)."""

    label: str
    onset_ticks: int
    end_ticks: int
    theme: str = ""
    key: Key | None = None

    @property
    def letter(self) -> str:
        """The letter without primes."""
        return self.label.rstrip("'")


@dataclass(frozen=True)
class Reading:
    """Keys, chords, phrases and sections of a score, each ordered by onset."""

    key: Key
    chords: tuple[ChordSpan, ...] = ()
    phrases: tuple[Phrase, ...] = ()
    sections: tuple[Section, ...] = ()
    guessed: bool = False  # the chords were found in the notes

    def chord_at(self, onset_ticks: int) -> ChordSpan | None:
        """The chord that sounds at a tick, or None."""
        place = bisect_right(self.chords, onset_ticks, key=lambda span: span.onset_ticks) - 1
        if place < 0 or onset_ticks >= self.chords[place].end_ticks:
            return None
        return self.chords[place]
