"""Pieces that several tests look at, each composed once a test process, and ways to compare their notes."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from composer import Brief, Piece, compose
from composer.score.score import Score
from composer.score.time import TICKS_PER_QUARTER

SCHEMA = Path(__file__).parent / "schema" / "musicxml.xsd"
# Letters, keys, moods, meters, lengths and ensembles mixed; seeds drawn once and kept.
BRIEFS = {
    "sad piano": Brief("AABA", "D", "sad", "4/4", 8, None, "piano", 7),
    "happy lead sheet": Brief("ABA", "Bb", "happy", "3/4", 8, None, "lead-sheet", 11),
    "calm choir": Brief("ABA", None, "calm", "4/4", 8, None, "satb", 3),
    "heroic piano": Brief("ABAC", "Eb", "heroic", "6/8", 4, None, "piano", 5),
    "tender choir": Brief("AB", "A", "tender", "3/4", 8, None, "satb", 12),
    "scary piano": Brief("ABA", "c#", "scary", "4/4", 8, None, "piano", 21),
    "dreamy lead sheet": Brief("ABA'", "F", "dreamy", "6/8", 8, None, "lead-sheet", 4),
    "playful piano": Brief("ABACA", "G", "playful", "3/4", 4, None, "piano", 9),
    "mournful choir": Brief("AABB", "f", "mournful", "4/4", 8, None, "satb", 2),
    "solemn period": Brief("period", "Dbm", "solemn", "4/4", 16, None, "piano", 6),
    "suspense piano": Brief("AB", "e", "suspense", "4/4", 8, None, "piano", 8),
}
# Moods whose recipes leave closes out on purpose.
OPEN_MOODS = frozenset({"scary", "suspense", "tense"})

NoteRow = tuple[int, int, int, str]  # staff from 0, onset and length in ticks, pitch name


@cache
def piece(name: str) -> Piece:
    """The piece composed from ``BRIEFS[name]``."""
    return compose(BRIEFS[name])


@cache
def musicxml_bytes(name: str) -> bytes:
    """The MusicXML of a piece."""
    from composer.files import musicxml

    return musicxml.to_bytes(piece(name).score)


def score_notes(score: Score) -> list[NoteRow]:
    """Every sounding note, ties merged, ordered; staves numbered from the top of the page."""
    staves = [staff for part in score.parts for staff in part.staves]
    number = {name: place for place, staff in enumerate(staves) for name in staff.voices}
    rows = [
        (number[voice.name], note.onset_ticks, note.length_ticks, pitch.name)
        for voice in score.voices for note in voice.sounding() for pitch in note.pitches
    ]
    return sorted(rows)


def stream_notes(stream: Any) -> list[NoteRow]:
    """The same of a music21 score, tied heads joined by pitch where one ends as the next begins."""
    return sorted(row for place, part in enumerate(stream.parts) for row in _part_notes(place, part))


def _part_notes(place: int, part: Any) -> Iterator[NoteRow]:
    held: dict[tuple[str, int], list[int]] = {}  # (pitch, end) -> onsets of what is tied there
    for element in part.flatten().notes:
        if "Harmony" in element.classes:
            continue
        onset, length = (round(one * TICKS_PER_QUARTER) for one in (element.offset, element.quarterLength))
        for head in element.notes if element.isChord else [element]:
            name = head.pitch.nameWithOctave.replace("-", "b")
            tie = (head.tie or element.tie).type if head.tie or element.tie else ""
            begin = onset
            if tie in ("stop", "continue") and held.get((name, onset)):
                begin = held[name, onset].pop()
            if tie in ("start", "continue"):
                held.setdefault((name, onset + length), []).append(begin)
            else:
                yield place, begin, onset + length - begin, name
