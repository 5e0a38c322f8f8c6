"""Tunes moved by a spelled interval, and how far a tune must move to lie in a range."""

from __future__ import annotations

from dataclasses import dataclass, replace

from composer.errors import RequestError
from composer.score.key import MAX_ACCIDENTALS, Key
from composer.score.note import Note
from composer.score.pitch import Pitch, pitch_at
from composer.score.reading import ChordSpan, Reading
from composer.score.score import Score

AUTO = "auto"
FARTHEST = 36  # semitones
MANY_SIGNS = 4  # signatures beyond it are shunned where there is a choice; design value


@dataclass(frozen=True)
class Interval:
    """A way up or down: staff steps and semitones; ``fifths`` is what it adds to a signature."""

    letters: int
    semitones: int

    @property
    def fifths(self) -> int:
        """Sharps that a signature gains (flats negative)."""
        return 7 * self.semitones - 12 * self.letters


def read_transpose(word: str) -> int | None:
    """Semitones, or None for ``auto``.

    Raises:
        RequestError: neither.
    """
    text = word.strip().lower()
    if text == AUTO:
        return None
    try:
        semitones = int(text)
    except ValueError:
        semitones = FARTHEST + 1
    if abs(semitones) > FARTHEST:
        raise RequestError(f"--transpose '{word}': write semitones, as in 2 or -3 (at most {FARTHEST}), or {AUTO}")
    return semitones


def interval_of(score: Score, semitones: int) -> Interval:
    """The spelling of an interval that gives the score's signatures the fewest signs."""
    sharps = [fifths for _, fifths in score.key_signatures] or [score.key.fifths]
    near = 7 * semitones % 12
    ways = [near + 12 * turn for turn in (-2, -1, 0, 1)]
    shift = min(ways, key=lambda fifths: (max(abs(one + fifths) for one in sharps), abs(sharps[0] + fifths), -fifths))
    return Interval((7 * semitones - shift) // 12, semitones)


def fitting(score: Score, low: int, high: int) -> int | None:
    """The fewest semitones that bring a tune between two MIDI numbers, keys of few signs first; None where it spans
    too much."""
    midis = [pitch.midi for note in score.voices[0].notes for pitch in note.pitches]
    least, most = low - min(midis), high - max(midis)
    if least > most:
        return None

    def price(semitones: int) -> tuple[bool, int, int]:
        own = max((abs(fifths) for _, fifths in score.key_signatures), default=0)
        shift = interval_of(score, semitones).fifths
        signs = max((abs(fifths + shift) for _, fifths in score.key_signatures), default=0)
        return signs > max(MANY_SIGNS, own), abs(semitones), signs

    return min(range(least, most + 1), key=price)


def moved(score: Score, by: Interval) -> Score:
    """The score of one line with every pitch, signature and chord moved by an interval."""

    def shift(pitch: Pitch) -> Pitch:
        return pitch_at(pitch.letter_step + by.letters, pitch.midi + by.semitones)

    def note(one: Note) -> Note:
        script = one.script
        if script is not None and script.graces:
            script = replace(script, graces=tuple(shift(pitch) for pitch in script.graces))
        return replace(one, pitches=tuple(shift(pitch) for pitch in one.pitches), script=script)

    voices = tuple(replace(voice, notes=tuple(note(one) for one in voice.notes)) for voice in score.voices)
    signatures = tuple((onset, _wrapped(fifths + by.fifths)) for onset, fifths in score.key_signatures)
    reading = score.reading
    if reading is not None:
        chords = tuple(replace(span, key=moved_key(span.key, by)) for span in reading.chords)
        reading = Reading(moved_key(reading.key, by), chords, reading.phrases, reading.sections, reading.guessed)
    return replace(
        score, voices=voices, key=moved_key(score.key, by), key_signatures=signatures, reading=reading
    )


def moved_key(key: Key, by: Interval) -> Key:
    """The key an interval away."""
    tonic = pitch_at(28 + key.step + by.letters, key.pitch(0, 0, 4).midi + by.semitones)
    return Key(tonic.step, tonic.alter, key.mode)


def moved_chord(span: ChordSpan, by: Interval) -> ChordSpan:
    """The chord an interval away."""
    return replace(span, key=moved_key(span.key, by))


def _wrapped(sharps: int) -> int:
    """A signature of at most seven signs that sounds the same."""
    return sharps if abs(sharps) <= MAX_ACCIDENTALS else sharps - 12 if sharps > 0 else sharps + 12
