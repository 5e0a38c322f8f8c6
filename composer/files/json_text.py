"""JSON for programs: notes with onsets and lengths in quarters, the reading, and the recipe."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any

from composer.score.note import Note
from composer.score.score import Score
from composer.score.time import quarters

FORMAT = "composer-score-1"


def to_bytes(score: Score) -> bytes:
    """The score as JSON, UTF-8: same score, same bytes."""
    return (json.dumps(as_dict(score), indent=1, ensure_ascii=False) + "\n").encode("utf-8")


def as_dict(score: Score) -> dict[str, Any]:
    """The score as plain values; times in quarters (whole numbers or decimals), pitches as names and MIDI numbers."""
    reading = score.reading
    return {
        "format": FORMAT, "title": score.title, "key": score.key.name, "meter": score.meter.name,
        "pickup": _number(score.pickup_ticks),
        "tempo_bpm": score.tempo_bpm, "tempo_words": score.tempo_words,
        "voices": [
            {"name": v.name, "role": v.role, "notes": [_note(note) for note in v.notes if note.pitches]}
            for v in score.voices
        ],
        "chords": [
            {"onset": _number(s.onset_ticks), "length": _number(s.length_ticks), "numeral": s.chord.numeral,
             "key": s.key.name}
            for s in (reading.chords if reading else ())
        ],
        "phrases": [
            {"onset": _number(p.onset_ticks), "end": _number(p.end_ticks), "cadence": p.cadence}
            for p in (reading.phrases if reading else ())
        ],
        "sections": [
            {"onset": _number(s.onset_ticks), "end": _number(s.end_ticks), "label": s.label, "theme": s.theme,
             "key": (s.key or score.key).name}
            for s in (reading.sections if reading else ())
        ],
        "recipe": score.recipe,
    }


def _note(note: Note) -> dict[str, Any]:
    syllables = note.script.syllables if note.script else ()
    return {
        "onset": _number(note.onset_ticks), "length": _number(note.length_ticks),
        "pitches": [pitch.name for pitch in note.pitches], "midi": [pitch.midi for pitch in note.pitches],
        "tied": note.tied, "velocity": note.velocity,
    } | ({"lyrics": {one.verse: one.text for one in syllables}} if syllables else {})


def _number(ticks: int) -> int | float:
    exact: Fraction = quarters(ticks)
    return int(exact) if exact.denominator == 1 else float(exact)
