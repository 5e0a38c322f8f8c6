"""Scores written by hand: upbeats, all meters and modes, keys of sections, two voices a staff, all clefs."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from composer.score.score import Mark, Part, Score, Staff
from composer.score.text import parse_text
from composer.score.time import TICKS_PER_QUARTER

HYMN = (Part("Choir", "Ch.", 52, (Staff("treble", ("S", "A")), Staff("bass", ("T", "B")))),)
QUARTET = tuple(
    Part(name, name[:3], program, (Staff(clef, (voice,)),))
    for name, clef, program, voice in (
        ("Violin I", "treble", 40, "S"), ("Violin II", "treble", 40, "A"), ("Viola", "alto", 41, "T"),
        ("Violoncello", "bass", 42, "B"),
    )
)
LIED = (
    Part("Voice", "V.", 52, (Staff("treble", ("M",)),)),
    Part("Piano", "Pno.", 0, (Staff("treble", ("right",)), Staff("bass", ("left",)))),
)
LEAD = (Part("Voice", "V.", 52, (Staff("treble", ("M",)),)),)

_FOUR = """S: D4 | G4:1/2 A4 B4:1 D5 | C5:2 r:1 | D5:1/2 C#5 D5:1 E5 | D5:{last}
A: B3:1 | D4:3 | D4:2 r:1 | F#4:3 | F#4:{last}
T: G3:1 | B3:3 | A3:2 r:1 | A3:2 C4:1 | A3:{last}
B: G3:1 | G3:3 | D3:2 D3:1 | D3:2 A2:1 | D3:{last}
"""
_FOUR_HEAD = "title: Hymn\nkey: G major\nmeter: 3/4\npickup: 1\ntempo: 90 Gently\n"
TEXTS: dict[str, tuple[str, tuple[Part, ...]]] = {
    "hymn with an upbeat": (
        _FOUR_HEAD + "form: A B(, D major)\nchords: - | I | V | [D major] I | V:2\n" + _FOUR.format(last=2), HYMN,
    ),
    "quartet with a full last bar": (_FOUR_HEAD + "form: A:2 B:2(, D major)\n" + _FOUR.format(last=3), QUARTET),
    "slip jig": (
        "title: Slip jig\nkey: A dorian\nmeter: 9/8\npickup: 1/2\ntempo: 112\nform: A:2\n"
        "M: E4:1/2 | A4:1 B4:1/2 C5 B4 A4 G4:1 E4:1/2 | A4:9/2_ | A4:5/2 r:3/2", LEAD,
    ),
    "reel": (
        "title: Reel\nkey: D mixolydian\nmeter: 2/2\nform: A B\nchords: I | bVII | I | bVII\n"
        "M: D4:1/2 F#4 A4 F#4 D5 A4 F#4 A4 | C5:3/2 E4:1 G4:3/2 | D4:1/4 E4 F#4 G4 A4:1 D5:2 | E4:1 C4:2 D4:1", LEAD,
    ),
    "polka": ("key: C lydian\nmeter: 2/4\nM: C4:1/2 E4 F#4 G4 | E4:1/2 D4:1 C4:1/2 | C4:2", LEAD),
    "pastorale": (
        "key: E phrygian\nmeter: 12/8\nM: E4:3/2 F4:9/2 | E4:5/2 D4:7/2_ | D4:3/2 r:9/2 | E4:6", LEAD,
    ),
    "song there and back": (
        "title: Song\nkey: F minor\nmeter: 4/4\nform: A:1(, F minor) B:2(, F major) A:1(, F minor)\n"
        "chords: i | [F major] IV | V | [F minor] i\n"
        "M: Ab4:2 G4 | Bb4 A4 | E4:4_ | E4:2 F4:2\nright(figuration): r:4 | r | G4+C5 | F4+Ab4+C5\n"
        "left(figuration): F3:4 | Bb2:2 D3 | C3:4 | F2", LIED,
    ),
    "sharps to flats": (
        "key: C# minor\nmeter: 6/8\npickup: 3/2\nform: A:1 B:2(, Db major)\n"
        "M: G#4:3/2 | C#5:3 | F4:2 Ab4:1 | Db5:3", LEAD,
    ),
}


def handmade(name: str) -> Score:
    """The score of ``TEXTS[name]`` with its parts."""
    text, parts = TEXTS[name]
    score = parse_text(text)
    marks = (Mark(0, "dynamic", "p"), Mark(score.pickup_ticks, "hairpin", "crescendo", score.end_ticks))
    return replace(score, parts=parts, marks=marks, chord_symbols=bool(score.reading and score.reading.chords))


Row = tuple[int, int, int, str]  # staff from 0, onset and length in ticks, pitch name


def staff_rows(score: Score) -> list[Row]:
    """Every sounding note, ties merged; staves numbered from the top of the page."""
    staves = [staff.voices for part in score.parts for staff in part.staves]
    voices = {voice.name: voice for voice in score.voices}
    return sorted(
        (number, note.onset_ticks, note.length_ticks, pitch.name)
        for number, names in enumerate(staves) for name in names
        for note in voices[name].sounding() for pitch in note.pitches
    )


def page_rows(stream: Any) -> list[Row]:
    """The same of a music21 score; tied heads of one pitch are one note."""
    rows: list[Row] = []
    for number, part in enumerate(stream.parts):
        held: dict[str, int] = {}
        for element in sorted(part.recurse().notes, key=lambda note: note.getOffsetInHierarchy(part)):
            if "Harmony" in element.classes:
                continue
            onset = round(element.getOffsetInHierarchy(part) * TICKS_PER_QUARTER)
            end = onset + round(element.quarterLength * TICKS_PER_QUARTER)
            for head in getattr(element, "notes", [element]):
                name = head.pitch.nameWithOctave.replace("-", "b")
                tie = (head.tie or element.tie).type if head.tie or element.tie else ""
                begin = held.pop(name, onset) if tie in ("continue", "stop") else onset
                if tie in ("start", "continue"):
                    held[name] = begin
                else:
                    rows.append((number, begin, end - begin, name))
    return sorted(rows)
