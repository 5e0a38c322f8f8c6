"""The plain text form of a score: headings and voices, one a line or divided by ``;``.

::

    title: Two bars
    key: D minor
    meter: 3/4
    chords: i | V i:1
    phrases: PAC@2
    S: D5 E5 F5 | E5:2 D5:1@
    B: D3:3 | A2:2 D3:1

A note is ``PITCH[+PITCH...][:LENGTH][_][@]``: a length in quarters that starts at 1 and is kept until
changed, ``_`` for a tie into the next note, ``@`` for a fermata; ``r`` is a rest and ``|`` a bar line,
checked against the meter (the last bar may lack the pickup). ``composer.score.headings`` says what the
headings mean. A note over a bar line is written as two tied notes; parts, marks and loudness have no place in
the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import NoReturn

from composer.errors import SlipError
from composer.score.headings import (
    Frame,
    chords_text,
    form_text,
    phrases_text,
    read_chords,
    read_form,
    read_phrases,
    tempo_text,
)
from composer.score.key import Key, parse_key
from composer.score.note import Note, Voice
from composer.score.pitch import parse_pitch
from composer.score.reading import Reading
from composer.score.score import Score
from composer.score.time import Meter, parse_meter, quarters, ticks

HEADINGS = ("title", "key", "meter", "pickup", "tempo", "form", "chords", "phrases")
# Names that say their role without being told.
ROLE_NAMES = {
    "S": "soprano",
    "A": "alto",
    "T": "tenor",
    "B": "bass",
    "M": "melody",
    "L": "figuration",
    "soprano": "soprano",
    "alto": "alto",
    "tenor": "tenor",
    "bass": "bass",
    "melody": "melody",
}
_FIELD = re.compile(r"^\s*(?P<name>[^\W\d][^:;|()]*?)\s*(?:\((?P<role>[a-z]+)\))?\s*:(?!\d)(?P<rest>.*)$")
_NOTE = re.compile(r"^(?P<pitches>[^:_@]+)(?P<early>[_@]*)(?::(?P<length>\d+(?:/\d+)?))?(?P<late>[_@]*)$")


@dataclass(frozen=True)
class _Field:
    line: int
    name: str
    role: str
    rest: str


def parse_text(text: str, path: object = "text") -> Score:
    """Read the text form; ``path`` is named in errors.

    Raises:
        SlipError: a line that means nothing, or a bar that does not add up to the meter.
    """
    fields = list(_fields(text, path))
    heads = {field.name: field for field in fields if field.name in HEADINGS and not field.role}
    key, meter, pickup = _key(heads, path), _meter(heads, path), _pickup(heads, path)
    voices = tuple(_voice(field, meter, pickup, path) for field in fields if field not in heads.values())
    bpm, words = _tempo(heads, path)
    score = Score(
        title=heads["title"].rest if "title" in heads else "",
        meter=meter,
        key=key,
        voices=voices,
        tempo_bpm=bpm,
        tempo_words=words,
        pickup_ticks=pickup,
    )
    return replace(score, reading=_reading(heads, score, path))


def format_text(score: Score) -> str:
    """The canonical text of a score: headings, then one voice a line."""
    frame = Frame(score.meter, score.pickup_ticks, score.end_ticks)
    heads = [("title", " ".join(score.title.split())), ("key", score.key.name), ("meter", score.meter.name)]
    heads.append(("pickup", str(quarters(score.pickup_ticks)) if score.pickup_ticks else ""))
    heads.append(("tempo", tempo_text(score.tempo_bpm, score.tempo_words)))
    if score.reading is not None:
        heads.append(("form", form_text(score.reading.sections, frame)))
        heads.append(("chords", chords_text(score.reading.chords, score.key, frame)))
        heads.append(("phrases", phrases_text(score.reading.phrases, frame)))
    lines = [f"{name}: {value}" for name, value in heads if value]
    lines += [f"{_voice_name(voice)}: {_notes_text(voice, frame)}".rstrip() for voice in score.voices]
    return "\n".join(lines) + "\n"


def _fields(text: str, path: object) -> Iterator[_Field]:
    seen: set[str] = set()
    for number, row in enumerate(text.splitlines(), 1):
        whole = row.lstrip().startswith(("title:", "#"))
        for part in [row] if whole else row.split(";"):
            if not part.strip() or part.lstrip().startswith("#"):
                continue
            found = _FIELD.match(part)
            if not found:
                raise SlipError(
                    path, number, f"'{part.strip()}' has no name", "begin with 'S:' or a heading as 'key:'"
                )
            name = found["name"]
            if name in seen:
                raise SlipError(path, number, f"'{name}:' is there twice", "keep one of them")
            seen.add(name)
            yield _Field(number, name, found["role"] or "", found["rest"].strip())


def _key(heads: dict[str, _Field], path: object) -> Key:
    if "key" not in heads:
        return Key(0, 0, "major")
    try:
        wish = parse_key(heads["key"].rest)
    except ValueError as error:
        raise SlipError(path, heads["key"].line, *_halves(error)) from None
    return Key(wish.step, wish.alter, wish.mode or "major")


def _meter(heads: dict[str, _Field], path: object) -> Meter:
    try:
        return parse_meter(heads["meter"].rest) if "meter" in heads else Meter(4, 4)
    except ValueError as error:
        raise SlipError(path, heads["meter"].line, *_halves(error)) from None


def _pickup(heads: dict[str, _Field], path: object) -> int:
    return _ticks(heads["pickup"].rest, heads["pickup"].line, path) if "pickup" in heads else 0


def _tempo(heads: dict[str, _Field], path: object) -> tuple[float, str]:
    if "tempo" not in heads:
        return 0.0, ""
    number, _, words = heads["tempo"].rest.partition(" ")
    try:
        return float(number), words.strip()
    except ValueError:
        raise SlipError(
            path, heads["tempo"].line, f"'{number}' is no tempo", "write beats a minute, as in 72"
        ) from None


def _reading(heads: dict[str, _Field], score: Score, path: object) -> Reading | None:
    if not heads.keys() & {"chords", "phrases", "form"}:
        return None
    frame = Frame(score.meter, score.pickup_ticks, score.end_ticks)
    readers = {"chords": read_chords, "phrases": read_phrases, "form": read_form}
    found: dict[str, tuple[object, ...]] = {}
    for name, reader in readers.items():
        try:
            found[name] = reader(heads[name].rest, score.key, frame) if name in heads else ()
        except ValueError as error:
            raise SlipError(path, heads[name].line, *_halves(error)) from None
    return Reading(score.key, found["chords"], found["phrases"], found["form"])  # type: ignore[arg-type]


def _voice(field: _Field, meter: Meter, pickup: int, path: object) -> Voice:
    role = field.role or ROLE_NAMES.get(field.name, "")
    if not role:
        right = f"write its role, as in '{field.name}(melody):', or use S, A, T, B, M or L"
        raise SlipError(path, field.line, f"'{field.name}:' is no heading and no known voice", right)
    notes: list[Note] = []
    onset, length = 0, ticks(1)
    bar_end = pickup or meter.bar_ticks
    groups = field.rest.split("|")
    last = max((number for number, group in enumerate(groups) if group.strip()), default=0)
    for number, group in enumerate(groups):
        for token in group.split():
            note, length = _note(token, onset, length, field.line, path)
            notes.append(note)
            onset = note.end_ticks
        closed = number < len(groups) - 1
        if number == last and pickup and bar_end - onset == pickup:
            closed = False  # the last bar and the pickup are one bar together
        odd = onset > bar_end or (closed and onset != bar_end and bool(group.strip()))
        if odd and len(groups) > 1:  # without bar lines nothing was promised
            _odd_bar(field, number, onset, bar_end, meter, pickup, path)
        bar_end += meter.bar_ticks if group.strip() else 0
    return Voice(field.name, role, tuple(notes))


def _odd_bar(
    field: _Field, number: int, onset: int, bar_end: int, meter: Meter, pickup: int, path: object
) -> NoReturn:
    wanted = pickup if number == 0 and pickup else meter.bar_ticks
    have = quarters(onset - (bar_end - wanted))
    right = f"make it {quarters(wanted)} quarters"
    if number == 0 and not pickup and have < quarters(wanted):
        right += f", or add 'pickup: {have}'"
    if have == 2 * quarters(wanted):
        right += "; a length holds until another is written, as in G4:2 A4:1"
    place = f"bar {number + (0 if pickup else 1)} of {field.name}"
    raise SlipError(path, field.line, f"{place} has {have} quarters", right)


def _note(token: str, onset: int, length: int, line: int, path: object) -> tuple[Note, int]:
    found = _NOTE.match(token)
    if not found:
        raise SlipError(path, line, f"'{token}' is no note", "write it as G4, G4:2, G4_, r or C3+E3")
    if found["length"]:
        length = _ticks(found["length"], line, path)
    signs = found["early"] + found["late"]
    pitches = []
    for name in found["pitches"].split("+") if found["pitches"] != "r" else ():
        try:
            pitches.append(parse_pitch(name))
        except ValueError as error:
            raise SlipError(path, line, *_halves(error)) from None
    ordered = tuple(sorted(pitches, key=lambda pitch: (pitch.midi, pitch.letter_step)))
    return Note(onset, length, ordered, "_" in signs, "@" in signs), length


def _ticks(text: str, line: int, path: object) -> int:
    try:
        length = ticks(Fraction(text))
    except (ValueError, ZeroDivisionError):
        length = 0
    if length <= 0:
        raise SlipError(path, line, f"'{text}' is no length", "write quarters, as in 2 or 3/2")
    return length


def _halves(error: ValueError) -> tuple[str, str]:
    wrong, _, right = str(error).partition("; ")
    return wrong, right or "mend it"


def _voice_name(voice: Voice) -> str:
    return voice.name if ROLE_NAMES.get(voice.name) == voice.role else f"{voice.name}({voice.role})"


def _notes_text(voice: Voice, frame: Frame) -> str:
    words: list[str] = []
    length = ticks(1)
    end = voice.notes[-1].end_ticks if voice.notes else 0
    for note in _cut_at_bars(voice, frame):
        word = "+".join(pitch.name for pitch in note.pitches) or "r"
        if note.length_ticks != length:
            length = note.length_ticks
            word += f":{quarters(length)}"
        words.append(word + "_" * note.tied + "@" * note.fermata)
        if frame.is_bar_line(note.end_ticks) and note.end_ticks < end:
            words.append("|")
    return " ".join(words)


def _cut_at_bars(voice: Voice, frame: Frame) -> Iterator[Note]:
    """The notes without gaps, those over a bar line cut into tied halves."""
    now = 0
    for note in voice.notes:
        if note.onset_ticks > now:
            yield from _cut(Note(now, note.onset_ticks - now), frame)
        yield from _cut(note, frame)
        now = note.end_ticks


def _cut(note: Note, frame: Frame) -> Iterator[Note]:
    line = frame.next_bar_line(note.onset_ticks)
    while line < note.end_ticks:
        head = replace(note, length_ticks=line - note.onset_ticks, tied=not note.is_rest, fermata=False)
        yield head
        note = replace(note, onset_ticks=line, length_ticks=note.end_ticks - line)
        line = frame.next_bar_line(line)
    yield note
