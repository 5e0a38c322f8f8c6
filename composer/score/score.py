"""A score: voices on staves of parts, with everything a page or a player needs."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field, replace

from composer.score.key import Key
from composer.score.note import Note, Voice
from composer.score.pitch import Pitch
from composer.score.reading import Reading
from composer.score.time import BarLine, Meter


@dataclass(frozen=True)
class Staff:
    """A staff of a part: a clef (``treble``, ``alto``, ``bass``, ``tenor8``) and the names of its voices, top first."""

    clef: str
    voices: tuple[str, ...]


@dataclass(frozen=True)
class Part:
    """An instrument or singer: General MIDI program 0-127 and its staves."""

    name: str
    abbreviation: str
    program: int
    staves: tuple[Staff, ...]


@dataclass(frozen=True)
class Mark:
    """A sign on the time line: ``dynamic`` (mp), ``hairpin`` (cresc/dim, with an end), ``words`` (rit.), ``letter``
    (a rehearsal mark that somebody wrote)."""

    onset_ticks: int
    kind: str
    text: str
    end_ticks: int = 0


@dataclass(frozen=True)
class BarSign:
    """A sign at a bar line that somebody wrote: ``repeat-forward``, ``repeat-backward``, ``double``, or
    ``ending-start``, ``ending-stop`` and ``ending-discontinue`` with the ending's number."""

    onset_ticks: int
    kind: str
    number: str = ""


@dataclass(frozen=True)
class Score:
    """A whole piece. ``voices`` cover the same time; ``reading`` says what they mean.

    ``bar_lines`` and ``key_signatures`` are empty for our own pieces, whose bars are a pickup and equal bars and whose
    keys stand in the reading; scores of others may have bars and signatures that change.
    """

    title: str
    meter: Meter
    key: Key
    voices: tuple[Voice, ...]
    parts: tuple[Part, ...] = ()
    reading: Reading | None = None
    tempo_bpm: float = 0.0  # felt beats a minute; 0 = not said
    tempo_words: str = ""
    marks: tuple[Mark, ...] = ()
    tempo_curve: tuple[tuple[int, float], ...] = ()  # (onset_ticks, bpm) after the first
    pickup_ticks: int = 0
    articulation: float = 1.0  # sounding part of a note
    chord_symbols: bool = False  # print chord names above the top staff
    numerals: bool = True  # print Roman numerals under a bass voice
    figures: bool = False  # print a figured bass instead
    recipe: dict[str, object] = field(default_factory=dict, compare=False)
    bar_lines: tuple[BarLine, ...] = ()  # every bar, where bars are not simply a pickup and equal bars
    key_signatures: tuple[tuple[int, int], ...] = ()  # (onset_ticks, sharps), flats negative, the first at 0
    misfilled: tuple[tuple[int, str, int], ...] = ()  # (onset_ticks, role, ticks) of bars whose written lengths differ
    bar_signs: tuple[BarSign, ...] = ()  # repeats, endings and double bars, where somebody wrote them
    author: str = ""  # who wrote the tune, where it is not ours

    @property
    def end_ticks(self) -> int:
        """First tick after the last note of any voice."""
        return max((voice.notes[-1].end_ticks for voice in self.voices if voice.notes), default=0)

    def voice(self, role: str) -> Voice | None:
        """The first voice with a role, or None."""
        return next((voice for voice in self.voices if voice.role == role), None)

    @property
    def tune(self) -> Voice:
        """The melody, soprano, or else the first voice."""
        return self.voice("melody") or self.voice("soprano") or self.voices[0]

    def bar_of(self, onset_ticks: int) -> tuple[int, float]:
        """Bar number as printed (a pickup is bar 0, else from 1) and beat (from 1) of a tick."""
        line = self.bar_line_at(onset_ticks)
        if line is not None:
            return line.number, 1 + line.place(onset_ticks) / line.meter.beat_ticks
        shifted = onset_ticks - self.pickup_ticks
        bar, inside = divmod(shifted, self.meter.bar_ticks)
        return bar + 1, 1 + inside / self.meter.beat_ticks

    def bar_line_at(self, onset_ticks: int) -> BarLine | None:
        """The bar in which a tick lies, or None where bars are a pickup and equal bars."""
        if not self.bar_lines:
            return None
        place = bisect_right(self.bar_lines, onset_ticks, key=lambda line: line.onset_ticks) - 1
        return self.bar_lines[max(place, 0)]

    def strength(self, onset_ticks: int) -> int:
        """Metric strength of a tick, 0 (off the beat) to 3 (downbeat), in the meter that is in force there."""
        line = self.bar_line_at(onset_ticks)
        if line is not None:
            return line.meter.strength(line.place(onset_ticks))
        return self.meter.strength(onset_ticks - self.pickup_ticks)

    def with_voices(self, voices: tuple[Voice, ...]) -> Score:
        """The same score with other notes."""
        return replace(self, voices=voices)

    def moved(self, letters: int, semitones: int) -> Score:
        """The notes transposed by a spelled interval (key and reading stay: for tests of invariance)."""

        def shift(pitch: Pitch) -> Pitch:
            octave, step = divmod(pitch.letter_step + letters, 7)
            natural = Pitch(octave, step, 0)
            return Pitch(octave, step, pitch.midi + semitones - natural.midi)

        def move(note: Note) -> Note:
            return replace(note, pitches=tuple(shift(pitch) for pitch in note.pitches))

        return self.with_voices(
            tuple(replace(v, notes=tuple(move(note) for note in v.notes)) for v in self.voices)
        )
