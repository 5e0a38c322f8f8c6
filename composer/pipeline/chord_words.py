"""Chords as a person writes them for four parts: Roman numerals, or a bass with figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from composer.analysis.states import inverted
from composer.errors import RequestError
from composer.score.chord import Chord, parse_chord
from composer.score.figured import GRAMMAR, tones_above
from composer.score.headings import Frame, read_chords
from composer.score.key import Key, parse_key
from composer.score.pitch import Pitch, parse_pitch
from composer.score.reading import ChordSpan
from composer.score.time import TICKS_PER_QUARTER, Meter
from composer.theory.tables import Row

USUAL_KEY = "C"
MOST_CHORDS = 2000


@dataclass(frozen=True)
class Task:
    """Chords in time, and the bass notes that are given with them (none where numerals were written)."""

    key: Key
    meter: Meter
    chords: tuple[ChordSpan, ...]
    bass: tuple[Pitch, ...] = ()


def read_wish_key(text: str) -> Key:
    """A key as asked; lower case means minor.

    Raises:
        RequestError: no key.
    """
    try:
        wish = parse_key(text)
    except ValueError as error:
        raise RequestError(f"--key {error}") from None
    return Key(wish.step, wish.alter, wish.mode or "major")


def read_numerals(text: str, key: str | None, meter: Meter) -> Task:
    """``I V6 | I ii6 V7 I``: ``|`` divides bars, chords without a length share their bar evenly.

    Raises:
        RequestError: a word is no numeral, or a bar holds too much.
    """
    home = read_wish_key(key or USUAL_KEY)
    if "-" in text.split():
        raise RequestError("chords: '-' is silence, but four voices are written without rests; leave it out")
    try:
        chords = read_chords(_in_beats(text, meter), home, Frame(meter, 0, 0))
    except ValueError as error:
        raise RequestError(f"chords: {error}") from None
    return Task(home, meter, _some(chords))


def _in_beats(text: str, meter: Meter) -> str:
    """Chords without bar lines or lengths that do not divide a bar into plain notes: one a beat, the last fills up.

    >>> _in_beats("I ii V7 I I", Meter(4, 4))
    'I ii V7 I | I:4'
    """
    words = text.split()
    plain = all(mark not in text for mark in "|:[")
    if not plain or not words or _divides(len(words), meter):
        return text
    bars = [words[start : start + meter.beats] for start in range(0, len(words), meter.beats)]
    left = meter.beats - len(bars[-1]) + 1
    if left > 1:
        beat = Fraction(meter.beat_ticks, TICKS_PER_QUARTER)
        lengths = [1] * (len(bars[-1]) - 1) + [left]
        bars[-1] = [f"{word}:{beat * length}" for word, length in zip(bars[-1], lengths, strict=True)]
    return " | ".join(" ".join(bar) for bar in bars)


def _divides(count: int, meter: Meter) -> bool:
    """Whether so many equal chords of a bar are plain notes, no shorter than an eighth."""
    length = Fraction(meter.bar_ticks, TICKS_PER_QUARTER * count)
    plain = {Fraction(1, 2) * 2**n * dot for n in range(5) for dot in (1, Fraction(3, 2))}
    return length in plain


def read_figured(text: str, key: str | None, meter: Meter, numerals: Sequence[Row]) -> Task:
    """``C3 E3^6 | F3 G3^7 C3``: bass notes with figures; bars as in ``read_numerals``. Without a key the last bass
    note is the tonic of a major one.

    Raises:
        RequestError: no note, no figures, or figures that make no chord that is known in the key.
    """
    bars = [[_figured_word(word) for word in bar.split()] for bar in _in_beats(text, meter).split("|")]
    words = [word for bar in bars for word in bar]
    if not words:
        raise RequestError(f"--figured: there is no bass note; write C3 E3^6 G3^7 C3; {GRAMMAR}")
    last = words[-1][0]
    home = read_wish_key(key) if key else Key(last.step, last.alter, "major")
    chords, onset = [], 0
    for number, bar in enumerate(bars):
        begin = number * meter.bar_ticks
        fixed = sum(length for _, _, length in bar)
        free = sum(1 for _, _, length in bar if not length)
        if free and fixed >= meter.bar_ticks:
            raise RequestError(f"--figured: bar {number + 1} is more than a bar; give shorter lengths, as in G3:1")
        onset = max(onset, begin)
        for bass, figures, length in bar:
            length = length or (meter.bar_ticks - fixed) // free
            chords.append(ChordSpan(onset, length, chord_of(bass, figures, home, numerals), home))
            onset += length
    return Task(home, meter, _some(tuple(chords)), tuple(bass for bass, _, _ in words))


def _some(chords: tuple[ChordSpan, ...]) -> tuple[ChordSpan, ...]:
    if not 1 <= len(chords) <= MOST_CHORDS:
        raise RequestError(f"{len(chords)} chords were given; from 1 to {MOST_CHORDS} are right, as in 'I ii6 V7 I'")
    return chords


def _figured_word(word: str) -> tuple[Pitch, str, int]:
    """(bass, figures, length in ticks; 0 where none is written)."""
    rest, _, length = word.partition(":")
    name, _, figures = rest.partition("^")
    try:
        ticks = int(Fraction(length) * TICKS_PER_QUARTER) if length else 0
        return parse_pitch(name), figures, ticks
    except (ValueError, ZeroDivisionError):
        wrong = f"--figured: '{word}' is no bass note with figures"
        raise RequestError(f"{wrong}; write B3^6/5 or G3:2; {GRAMMAR}") from None


def chord_of(bass: Pitch, figures: str, key: Key, numerals: Sequence[Row]) -> Chord:
    """The chord that a bass and its figures spell: the key's own before applied and borrowed ones.

    Raises:
        RequestError: no figures, or no chord that the tables know.
    """
    try:
        tones = tones_above(bass, figures, key)
    except ValueError as error:
        raise RequestError(f"--figured: {error}") from None
    wanted = frozenset((tone.step, tone.midi % 12) for tone in (bass, *tones))
    for mode in (key.third, "minor" if key.third == "major" else "major"):
        for row in numerals:
            for numeral in row["numerals"] if row["mode"] == mode else ():
                for chord in inverted(numeral, parse_chord(numeral, key.is_minor)):
                    if _sounding(chord, key) == wanted and chord.bass == _above(bass, key):
                        return chord
    names = " ".join(tone.letter_name for tone in (bass, *tones))
    raise RequestError(
        f"--figured: {bass.name}^{figures} asks for {names}, which is no chord known in {key.spoken}; "
        "check the figures, or name another --key"
    )


def _sounding(chord: Chord, key: Key) -> frozenset[tuple[int, int]]:
    return frozenset(((key.step + letters) % 7, (key.tonic_pc + above) % 12) for letters, above in chord.members)


def _above(pitch: Pitch, key: Key) -> tuple[int, int]:
    return (pitch.step - key.step) % 7, (pitch.midi - key.tonic_pc) % 12
