"""MIDI through symusic: one track a part, tempo curve, velocities, the recipe as a text event."""

from __future__ import annotations

import json
from typing import Any

from composer.files.grid import bars_of_score, key_changes
from composer.score.note import Note
from composer.score.score import Score
from composer.score.time import TICKS_PER_QUARTER, Meter

DEFAULT_VELOCITY = 72


def to_bytes(score: Score) -> bytes:
    """The score as a Standard MIDI File, format 1: same score, same bytes."""
    import symusic

    out = symusic.Score(TICKS_PER_QUARTER)
    for onset, meter in _meters(score):
        out.time_signatures.append(symusic.TimeSignature(onset, meter.numerator, meter.denominator))
    bars = bars_of_score(score)
    for bar in (*bars[:1], *key_changes(bars)):
        out.key_signatures.append(symusic.KeySignature(bar.onset_ticks, bar.key.fifths, int(bar.key.is_minor)))
    scale = score.meter.beat_ticks / TICKS_PER_QUARTER
    for onset, bpm in ((0, score.tempo_bpm or 100.0), *score.tempo_curve):
        out.tempos.append(symusic.Tempo(onset, qpm=bpm * scale))
    for section in score.reading.sections if score.reading else ():
        out.markers.append(symusic.TextMeta(section.onset_ticks, section.label))
    if score.recipe:
        out.markers.append(symusic.TextMeta(0, json.dumps(score.recipe, sort_keys=True)))
    names = {voice.name: voice for voice in score.voices}
    for part in score.parts:
        track = symusic.Track(part.name, part.program, False)
        for staff in part.staves:
            for name in staff.voices:
                for note in names[name].sounding():
                    for pitch in note.pitches:
                        length = _sounding(note.length_ticks, score)
                        loud = note.velocity or DEFAULT_VELOCITY
                        track.notes.append(symusic.Note(note.onset_ticks, length, pitch.midi, loud))
                    if word := _sung(note):
                        track.lyrics.append(symusic.TextMeta(note.onset_ticks, word))
        _let_go(track)
        track.sort()
        out.tracks.append(track)
    return bytes(out.dumps_midi())


def _sung(note: Note) -> str:
    """The syllable of the first verse, with a hyphen where its word goes on."""
    first = next(iter(note.script.syllables if note.script else ()), None)
    return f"{first.text}{'-' if first.place in ('begin', 'middle') else ''}" if first else ""


def _meters(score: Score) -> list[tuple[int, Meter]]:
    """The meter, and before it a short one for an upbeat, so that bars are counted right."""
    lines = score.bar_lines
    changes = [(b.onset_ticks, b.meter) for n, b in enumerate(lines) if n and b.meter != lines[n - 1].meter]
    first = lines[0].meter if lines else score.meter
    if not score.pickup_ticks:
        return [(0, first), *changes]
    upbeat = [(0, _short(score.pickup_ticks, first))]
    return upbeat + [(score.pickup_ticks, first)] * (score.pickup_ticks not in dict(changes)) + changes


def _short(length_ticks: int, meter: Meter) -> Meter:
    """A meter that lasts as long as an upbeat to bars of another one."""
    lengths = ((length_ticks * parts, 4 * TICKS_PER_QUARTER, parts) for parts in (4, 8, 16, 32, 64))
    return Meter(*next((
        (length // whole, parts) for length, whole, parts in lengths
        if length % whole == 0 and parts >= meter.denominator
    ), (1, 4)))  # fmt: skip


def _let_go(track: Any) -> None:
    """End a note where the same key is struck again: a MIDI track has one note of each pitch at a time."""
    last: dict[int, Any] = {}
    for note in sorted(track.notes, key=lambda note: (note.time, note.duration)):
        before = last.get(note.pitch)
        if before is not None and before.time < note.time < before.time + before.duration:
            before.duration = note.time - before.time
        last[note.pitch] = note


def _sounding(length_ticks: int, score: Score) -> int:
    """Length as played: the score's articulation, never less than a sixteenth of a quarter."""
    return max(int(length_ticks * score.articulation), min(length_ticks, TICKS_PER_QUARTER // 16))
