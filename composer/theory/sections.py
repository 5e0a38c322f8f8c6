"""Windows of a whole piece: its sections in order, and what is struck together.

Like ``composer.theory.frames`` they hold arrays with free leading axes, then ``span``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from statistics import pstdev
from typing import Any

import numpy as np
from numpy.typing import NDArray

from composer.score.note import Note
from composer.score.reading import ChordSpan, Reading, Section
from composer.score.score import Score
from composer.score.windows import ABSENT, CADENCES, REST, Bools, Ints
from composer.theory.frames import bar_content

BLUES_BARS = 12
BLUES = "blues"
_FLAGS = ("final", "home", "blues", "phrased", "like_first", "on_dominant")


@dataclass(frozen=True)
class Sections:
    """Sections of a piece as arrays."""

    number: Ints  # (..., span) place in the piece, from 0
    final: Bools  # (..., span) the last section
    letter: Ints  # (..., span) equal for equal letters, in the order of their coming
    last_letter: Ints  # (..., span) letter of the last section
    home: Bools  # (..., span) in the key of the piece
    blues: Bools  # (..., span) a blues chorus
    phrased: Bools  # (..., span) its last phrase has a known cadence
    cadence: Ints  # (..., span) index into CADENCES of its last phrase
    final_degree: Ints  # (..., span) degree (1 to 7) of the tune's last note; ABSENT
    final_rhythm: Ints  # (..., span) equal for equal rhythms of the last bar; 0 = silent
    like_first: Bools  # (..., span) its first bar is that of the first section
    on_dominant: Bools  # (..., span) its last chord is a dominant of the home key
    tonic_bars: Ints  # (..., span) whole bars of tonic at its beginning; ABSENT without chords
    bar_degree: Ints  # (..., span, 12) degree of the root under each downbeat; ABSENT
    top_midi: Ints  # (..., span) highest note of the tune; REST
    piece_top: Ints  # (..., span) highest note of the whole tune
    tune_range: Ints  # (..., span) semitones between lowest and highest note of the whole tune
    tune_spread: NDArray[np.float64]  # (..., span) standard deviation of the whole tune's notes, semitones
    onset_ticks: Ints  # (..., span)

    def sliding(self, span: int) -> Sections:
        """From S sections without leading axes: all windows of ``span`` sections, (S - span + 1, span, ...)."""
        index = _index(len(self.onset_ticks), span)
        return replace(self, **{name: getattr(self, name)[index] for name in self.__dataclass_fields__})


@dataclass(frozen=True)
class Strikes:
    """Moments at which some voice strikes, as arrays: the lowest two of all sounding notes."""

    lowest_midi: Ints  # (..., span), REST where nothing sounds
    second_midi: Ints  # (..., span), REST where no second note sounds
    lowest_step: Ints  # (..., span) staff positions, C0 = 0
    second_step: Ints  # (..., span)
    onset_ticks: Ints  # (..., span)

    def sliding(self, span: int) -> Strikes:
        """From M moments without leading axes: all windows of ``span`` moments, (M - span + 1, span)."""
        index = _index(len(self.onset_ticks), span)
        return replace(self, **{name: getattr(self, name)[index] for name in self.__dataclass_fields__})


def _index(count: int, span: int) -> Ints:
    return np.arange(max(count - span + 1, 0))[:, None] + np.arange(span)[None, :]


def sections(score: Score, reading: Reading) -> Sections:
    """All sections of a score: a frame of S sections, no leading axes."""
    letters = {name: place for place, name in enumerate(dict.fromkeys(one.letter for one in reading.sections))}
    rhythms: dict[tuple[tuple[int, int], ...], int] = {(): 0}
    tune = [note.top.midi for note in score.tune.sounding()]
    rows: list[dict[str, object]] = []
    for number, section in enumerate(reading.sections):
        notes = _notes(score, section)
        ends = section.end_ticks - score.meter.bar_ticks
        rhythm = tuple((n.onset_ticks - ends, n.length_ticks) for n in notes if n.onset_ticks >= ends)
        rows.append(
            {
                "number": number,
                "final": number == len(reading.sections) - 1,
                "letter": letters[section.letter],
                "last_letter": letters[reading.sections[-1].letter],
                "home": section.key is None or section.key == reading.key,
                "blues": BLUES in section.theme,
                "final_degree": _degree(notes, section, reading),
                "final_rhythm": rhythms.setdefault(rhythm, len(rhythms)),
                "like_first": _opening(score, reading, section) == _opening(score, reading, reading.sections[0]),
                "top_midi": max((note.top.midi for note in notes), default=REST),
                "piece_top": max(tune, default=REST),
                "tune_range": max(tune, default=0) - min(tune, default=0),
                "tune_spread": pstdev(tune) if tune else 0.0,
                "onset_ticks": section.onset_ticks,
            }
            | _close(section, reading, score.pickup_ticks)
            | _harmony(score, section, reading)
        )
    return Sections(**_columns(rows))


def _columns(rows: list[dict[str, object]]) -> dict[str, Any]:
    """A column of each field; booleans and fractions keep their types."""
    kinds: dict[str, type] = dict.fromkeys(_FLAGS, bool) | {"tune_spread": float}
    found: dict[str, Any] = {}
    for name in Sections.__dataclass_fields__:
        column: Any = np.array([row[name] for row in rows], dtype=kinds.get(name, np.int64))
        found[name] = column.reshape(len(rows), BLUES_BARS) if name == "bar_degree" else column
    return found


def _notes(score: Score, section: Section) -> list[Note]:
    """The tune's notes of a section, its upbeat included."""
    begin, end = section.onset_ticks - score.pickup_ticks, section.end_ticks - score.pickup_ticks
    return [note for note in score.tune.sounding() if begin <= note.onset_ticks < end]


def _degree(notes: list[Note], section: Section, reading: Reading) -> int:
    key = section.key or reading.key
    return (notes[-1].top.step - key.step) % 7 + 1 if notes else ABSENT


def _opening(score: Score, reading: Reading, section: Section) -> object:
    tonic = (section.key or reading.key).tonic_pc
    end = section.onset_ticks + score.meter.bar_ticks
    return bar_content(score.tune, section.onset_ticks, end, tonic) or section.onset_ticks


def _close(section: Section, reading: Reading, pickup_ticks: int) -> dict[str, object]:
    """The cadence of the last phrase that begins inside the section; phrases begin with their upbeats."""
    begin, end = section.onset_ticks - pickup_ticks, section.end_ticks - pickup_ticks
    inside = [phrase for phrase in reading.phrases if phrase.onset_ticks < end and phrase.end_ticks > begin]
    name = inside[-1].cadence if inside else ""
    known = name in CADENCES and name not in ("", "open")
    return {"phrased": known, "cadence": CADENCES.index(name) if known else 0}


def _harmony(score: Score, section: Section, reading: Reading) -> dict[str, object]:
    """How the section's chords begin and end, and what stands under its downbeats."""
    bar = score.meter.bar_ticks
    chords = [c for c in reading.chords if section.onset_ticks <= c.onset_ticks < section.end_ticks]
    length = section.end_ticks - section.onset_ticks
    stays = min((c.onset_ticks - section.onset_ticks for c in chords if not _is_tonic(c, reading)), default=length)
    starts = range(section.onset_ticks, min(section.end_ticks, section.onset_ticks + BLUES_BARS * bar), bar)
    under = [reading.chord_at(start) for start in starts]
    degrees = [span.chord.root[0] + 1 if span else ABSENT for span in under]
    return {
        "tonic_bars": stays // bar if chords else ABSENT,
        "on_dominant": bool(chords) and _is_dominant(chords[-1], reading),
        "bar_degree": degrees + [ABSENT] * (BLUES_BARS - len(degrees)),
    }


def _is_tonic(span: ChordSpan, reading: Reading) -> bool:
    return (span.key.tonic_pc + span.chord.root[1]) % 12 == reading.key.tonic_pc


def _is_dominant(span: ChordSpan, reading: Reading) -> bool:
    """On the fifth degree of the home key, or with a leading tone to its tonic."""
    home = reading.key.tonic_pc
    above = (span.key.tonic_pc + span.chord.root[1] - home) % 12
    goal = (span.key.tonic_pc + (span.chord.target or (0, 0))[1]) % 12
    return above == 7 or (span.chord.is_dominant and goal == home)


def strikes(score: Score, _reading: Reading) -> Strikes:
    """Every moment at which a voice strikes: a frame of M moments, no leading axes."""
    notes = [note for voice in score.voices for note in voice.sounding()]
    moments = sorted({note.onset_ticks for note in notes})
    begins = sorted(notes, key=lambda note: note.onset_ticks)
    rows, sounding, place = [], list[Note](), 0
    for moment in moments:
        sounding = [note for note in sounding if note.end_ticks > moment]
        while place < len(begins) and begins[place].onset_ticks <= moment:
            sounding.append(begins[place])
            place += 1
        pitches = sorted({(pitch.midi, pitch.letter_step) for note in sounding for pitch in note.pitches})[:2]
        pitches += [(REST, REST)] * (2 - len(pitches))
        rows.append((pitches[0][0], pitches[1][0], pitches[0][1], pitches[1][1], moment))
    columns = np.array(rows, dtype=np.int64).reshape(-1, 5).T
    return Strikes(*columns)
