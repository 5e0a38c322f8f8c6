"""From noteheads to lines: ties joined, chords put together, what overlaps moved to a line beside, gaps rested."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from composer.score.note import Note
from composer.score.pitch import Pitch

MOST_LINES = 64  # out of one voice, and
MOST_VOICES = 256  # of a whole score: design values, far above what hands play and orchestras are


class TooThick(ValueError):
    """More notes of one voice sound at once than ``MOST_LINES``, or there are more lines than ``MOST_VOICES``."""


@dataclass(frozen=True, slots=True)
class Head:
    """One sounding pitch; ``elements`` are what writes it in a document, several where it is tied."""

    onset_ticks: int
    end_ticks: int
    pitch: Pitch
    voice: str = "1"
    staff: int = 1
    fermata: bool = False
    elements: tuple[Any, ...] = ()
    velocity: int = 0


@dataclass(frozen=True)
class Line:
    """Notes and rests without gaps or overlaps, and the elements that write each note, by onset and MIDI number."""

    part: int
    staff: int
    notes: tuple[Note, ...]
    elements: dict[tuple[int, int], tuple[Any, ...]]


def joined(heads: Iterable[tuple[Head, bool, bool]]) -> list[Head]:
    """Tied heads (head, held on, held from before) of one part as one head each, ordered by onset."""
    whole: list[Head] = []
    open_at: dict[tuple[int, int], list[int]] = {}  # (MIDI, end) -> places in ``whole``
    for head, holds, held in sorted(heads, key=lambda entry: (entry[0].onset_ticks, not entry[2])):
        waiting = open_at.get((head.pitch.midi, head.onset_ticks), []) if held else []
        if waiting:
            same = next((place for place in waiting if whole[place].voice == head.voice), waiting[0])
            waiting.remove(same)
            first = whole[same]
            whole[same] = replace(
                first, end_ticks=head.end_ticks, fermata=first.fermata or head.fermata,
                elements=(*first.elements, *head.elements),
            )
        else:
            same = len(whole)
            whole.append(head)
        if holds:
            open_at.setdefault((head.pitch.midi, head.end_ticks), []).append(same)
    return whole


def lines_of(heads: Sequence[Head], part: int, end_ticks: int) -> list[Line]:
    """The lines of one part, its top staff first; a voice whose notes overlap takes as many lines as it needs.

    Raises:
        TooThick: one voice would need more than ``MOST_LINES``, or the part has more than ``MOST_VOICES``.
    """
    groups: dict[tuple[int, str], list[Head]] = {}
    for head in _homes(heads):
        groups.setdefault((head.staff, head.voice), []).append(head)
    if len(groups) > MOST_VOICES:
        raise TooThick(f"there are more than {MOST_VOICES} voices")
    made = []
    for (staff, _), inside in sorted(groups.items(), key=lambda entry: (entry[0][0], _order(entry[0][1]))):
        made += [_line(strikes, part, staff, end_ticks) for strikes in _without_overlaps(inside)]
    return made


def _order(voice: str) -> tuple[int, str]:
    return (int(voice), "") if voice.isdigit() and len(voice) < 9 else (1 << 30, voice)


def _homes(heads: Sequence[Head]) -> list[Head]:
    """Every voice on one staff: one that crosses staves stays whole, unless its number means two voices at once."""
    by_voice: dict[str, list[Head]] = {}
    for head in heads:
        by_voice.setdefault(head.voice, []).append(head)
    homed = []
    for inside in by_voice.values():
        staves = [head.staff for head in inside]
        home = max(sorted(set(staves)), key=staves.count)
        crosses = len(set(staves)) > 1 and not _clash(inside)
        homed += [replace(head, staff=home) for head in inside] if crosses else inside
    return homed


def _clash(heads: Sequence[Head]) -> bool:
    """Whether notes on different staves sound at once without being one chord."""
    last: dict[int, tuple[int, int]] = {}  # the note that reaches furthest on each staff
    for head in sorted(heads, key=lambda head: head.onset_ticks):
        span = (head.onset_ticks, head.end_ticks)
        if any(end > span[0] and (onset, end) != span for staff, (onset, end) in last.items() if staff != head.staff):
            return True
        if head.staff not in last or last[head.staff][1] < span[1]:
            last[head.staff] = span
    return False


def _without_overlaps(heads: Sequence[Head]) -> list[list[list[Head]]]:
    """Chords (heads that begin and end together) dealt to as few lines as hold them, the upper ones first."""
    chords: dict[tuple[int, int], list[Head]] = {}
    for head in heads:
        chords.setdefault((head.onset_ticks, head.end_ticks), []).append(head)
    ordered = sorted(chords.values(), key=lambda chord: (chord[0].onset_ticks, -max(h.pitch.midi for h in chord)))
    rows: list[list[list[Head]]] = []
    for chord in ordered:
        row = next((row for row in rows if row[-1][0].end_ticks <= chord[0].onset_ticks), None)
        if row is None:
            if len(rows) == MOST_LINES:
                raise TooThick(f"more than {MOST_LINES} notes of one voice sound at once")
            rows.append([chord])
        else:
            row.append(chord)
    return rows


def _line(chords: Sequence[Sequence[Head]], part: int, staff: int, end_ticks: int) -> Line:
    notes: list[Note] = []
    elements: dict[tuple[int, int], tuple[Any, ...]] = {}
    for chord in chords:
        onset, length = chord[0].onset_ticks, chord[0].end_ticks - chord[0].onset_ticks
        pitches: set[Pitch] = set()
        for head in chord:
            pitches.add(head.pitch)
            key = (onset, head.pitch.midi)
            elements[key] = (*elements.get(key, ()), *head.elements)
        fermata = any(head.fermata for head in chord)
        loud = max(head.velocity for head in chord)
        ordered = tuple(sorted(pitches, key=lambda pitch: (pitch.midi, pitch.letter_step)))
        notes.append(Note(onset, length, ordered, False, fermata, loud))
    return Line(part, staff, rested(notes, end_ticks), elements)


def rested(notes: Iterable[Note], end_ticks: int) -> tuple[Note, ...]:
    """The notes with rests in the gaps, from 0 to ``end_ticks``."""
    full: list[Note] = []
    now = 0
    for note in notes:
        if note.onset_ticks > now:
            full.append(Note(now, note.onset_ticks - now))
        full.append(note)
        now = note.end_ticks
    if now < end_ticks:
        full.append(Note(now, end_ticks - now))
    return tuple(full)
