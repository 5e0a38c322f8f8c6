"""Windows of what sounds around the tune: accompaniment by section and phrase, held notes, grips of one hand.

Like ``composer.theory.frames`` they hold arrays with free leading axes, then ``span``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from composer.score.note import Note
from composer.score.reading import Reading
from composer.score.score import Score
from composer.score.windows import CADENCES, Bools, Ints
from composer.theory.rows import Rows, columns

Floats = NDArray[np.float64]
HELD_BEATS = 2  # a note of the tune as long as this waits for company
REGISTER_SEMITONES, RATE_SHARE, PARTS = 2.0, 0.15, 0.4  # what counts as a change of texture: design values


@dataclass(frozen=True)
class Textures(Rows):
    """Sections, and how they are accompanied."""

    number: Ints  # (..., span) place in the piece, from 0
    final: Bools  # (..., span) the last section
    letter: Ints  # (..., span) equal for equal letters, in the order of their coming
    accompanied: Bools  # (..., span) something sounds beside the tune
    rate: Floats  # (..., span) moments a bar at which the accompaniment strikes
    parts: Floats  # (..., span) its pitches at such a moment, in the mean
    register: Floats  # (..., span) its mean MIDI number
    rhythm: Ints  # (..., span) equal for equal sets of places in the bar at which it strikes
    tune_mean: Floats  # (..., span) mean MIDI number of the tune


@dataclass(frozen=True)
class Holds(Rows):
    """Long notes of the tune over an accompaniment."""

    filled: Bools  # (..., span) the accompaniment strikes while the note is held


@dataclass(frozen=True)
class Goals(Rows):
    """Phrases that close, and how busy the accompaniment is."""

    rate: Floats  # (..., span) its strikes a beat before the goal chord
    goal_rate: Floats  # (..., span) and in the goal chord


@dataclass(frozen=True)
class Grips(Rows):
    """Chords that one voice strikes together."""

    bottom_midi: Ints  # (..., span)
    top_midi: Ints  # (..., span)
    count: Ints  # (..., span) how many keys


def _others(score: Score) -> list[Note]:
    """The notes of all voices but the tune, by onset."""
    notes = [note for voice in score.voices if voice is not score.tune for note in voice.sounding()]
    return sorted(notes, key=lambda note: note.onset_ticks)


def textures(score: Score, reading: Reading) -> Textures:
    """All sections of a score: a frame of S sections, no leading axes."""
    letters = {name: place for place, name in enumerate(dict.fromkeys(one.letter for one in reading.sections))}
    rhythms: dict[frozenset[int], int] = {}
    others, tune = _others(score), score.tune.sounding()
    bar, rows = score.meter.bar_ticks, []
    for number, section in enumerate(reading.sections):
        begin, end = section.onset_ticks, section.end_ticks
        inside = [note for note in others if begin <= note.onset_ticks < end]
        pitches = [pitch.midi for note in inside for pitch in note.pitches]
        moments = {note.onset_ticks for note in inside}
        sung = [note.top.midi for note in tune if begin <= note.onset_ticks < end]
        places = frozenset((moment - begin) % bar for moment in moments)
        rows.append({
            "onset_ticks": begin, "number": number, "final": number == len(reading.sections) - 1,
            "letter": letters[section.letter], "accompanied": bool(inside),
            "rate": len(moments) * bar / max(end - begin, 1), "parts": len(pitches) / max(len(moments), 1),
            "register": float(np.mean(pitches)) if pitches else 0.0,
            "rhythm": rhythms.setdefault(places, len(rhythms)), "tune_mean": float(np.mean(sung)) if sung else 0.0,
        })  # fmt: skip
    return Textures(roles=(), **columns(Textures, rows, {}))


def holds(score: Score, _reading: Reading) -> Holds:
    """Every held note of the tune but the last: a frame of H notes, no leading axes."""
    others, tune = [note.onset_ticks for note in _others(score)], score.tune.sounding()
    least = HELD_BEATS * score.meter.beat_ticks
    rows: list[dict[str, object]] = [
        {"onset_ticks": note.onset_ticks, "filled": any(note.onset_ticks < at < note.end_ticks for at in others)}
        for note in tune[:-1] if note.length_ticks >= least and others
    ]  # fmt: skip
    return Holds(roles=(score.tune.role,), **columns(Holds, rows, {}))


def goals(score: Score, reading: Reading) -> Goals:
    """Every phrase that closes over an accompaniment: a frame of G phrases, no leading axes."""
    moments = sorted({note.onset_ticks for note in _others(score)})
    rows: list[dict[str, object]] = []
    for phrase in reading.phrases:
        goal = reading.chord_at(phrase.end_ticks - 1)
        if not moments or goal is None or CADENCES.index(phrase.cadence or "") == 0 or phrase.cadence == "open":
            continue
        begin = max(goal.onset_ticks, phrase.onset_ticks)
        rows.append({
            "onset_ticks": begin, "rate": _rate(moments, phrase.onset_ticks, begin, score),
            "goal_rate": _rate(moments, begin, phrase.end_ticks, score),
        })  # fmt: skip
    return Goals(roles=(), **columns(Goals, rows, {}))


def _rate(moments: Sequence[int], begin: int, end: int, score: Score) -> float:
    return sum(begin <= moment < end for moment in moments) * score.meter.beat_ticks / max(end - begin, 1)


def grips(score: Score, _reading: Reading) -> Grips:
    """Every chord struck by one voice: a frame of G chords, no leading axes."""
    struck = [(note, voice) for voice in score.voices for note in voice.sounding() if len(note.pitches) > 1]
    struck.sort(key=lambda pair: pair[0].onset_ticks)
    rows: list[dict[str, object]] = [
        {"onset_ticks": note.onset_ticks, "bottom_midi": note.bottom.midi, "top_midi": note.top.midi,
         "count": len(note.pitches)}
        for note, _ in struck
    ]  # fmt: skip
    return Grips(roles=(), **columns(Grips, rows, {}))


def changed(window: Textures) -> Bools:
    """(...): the accompaniment of the second of two sections differs from that of the first."""
    rate, parts, register = window.rate, window.parts, window.register
    return np.asarray(
        (np.abs(rate[..., 1] - rate[..., 0]) > RATE_SHARE * np.maximum(rate[..., 0], 1.0))
        | (np.abs(parts[..., 1] - parts[..., 0]) > PARTS)
        | (np.abs(register[..., 1] - register[..., 0]) > REGISTER_SEMITONES)
        | (window.rhythm[..., 1] != window.rhythm[..., 0]),
        dtype=bool,
    )
