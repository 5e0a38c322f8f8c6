"""Reading MusicXML through music21: voices, key, meter, tempo, sections from rehearsal marks, chord symbols, recipe.

Lyrics, dynamics and layout are not read. One meter a piece: a change is refused. A change of key signature is the key
of the section that begins with it.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

from composer.errors import InputError
from composer.files.marks import KINDS, RECIPE_FIELD
from composer.score.chord import QUALITIES, Chord
from composer.score.headings import Frame
from composer.score.key import MODE_FIFTHS, Key
from composer.score.note import Note, Voice
from composer.score.pitch import LETTER_FIFTHS, LETTERS, Pitch
from composer.score.reading import ChordSpan, Reading, Section
from composer.score.score import Part, Score, Staff
from composer.score.time import TICKS_PER_QUARTER, Meter

MOST_VOICES = 100  # larger numbers are ids that music21 gives
NAMED_ROLES = ("soprano", "alto", "tenor", "bass", "melody")
_QUALITY_OF = {kind: quality for quality, (kind, _) in KINDS.items() if kind != "other"} | {
    "dominant-seventh": "dominant-seventh", "half-diminished-seventh": "half-diminished",
}  # music21's own names beside those of MusicXML
_ROMANS = ("I", "II", "III", "IV", "V", "VI", "VII")
_SIGNS = {-2: "bb", -1: "b", 0: "", 1: "#", 2: "##"}
_SUFFIXES = {
    "diminished": "°", "augmented": "+", "suspended": "sus4", "power": "5", "dominant-seventh": "7",
    "major-seventh": "maj7", "minor-seventh": "7", "half-diminished": "ø7", "diminished-seventh": "°7",
    "suspended-seventh": "7sus4",
}
_SMALL = frozenset({"minor", "diminished", "minor-seventh", "half-diminished", "diminished-seventh"})


def read(path: Path) -> Score:
    """The score in a MusicXML file (plain or compressed).

    Raises:
        InputError: the file is missing, is no MusicXML, or holds what a score of ours cannot.
    """
    if not path.is_file():
        raise InputError(f"{path}: there is no such file; name a MusicXML file")
    stream = _parsed(path)
    parts = list(stream.parts)
    if not any(True for part in parts for _ in part.recurse().notes):
        raise InputError(f"{path}: no notes were found; is it a MusicXML score?")
    meter = _meter(parts[0], path)
    pickup = _pickup(parts[0], meter)
    lines = [_lines(part, path) for part in parts]
    staves = [_voices(part, number, lines) for number, part in enumerate(parts)]
    voices = _padded(tuple(voice for staff in staves for voice in staff))
    key = _key(parts[0], voices)
    bpm, words = _tempo(parts[0], meter)
    score = Score(
        title=" ".join(str(stream.metadata.bestTitle or "").split()) if stream.metadata else "",
        meter=meter, key=key, voices=voices, parts=_parts(parts, staves), tempo_bpm=bpm, tempo_words=words,
        pickup_ticks=pickup, recipe=_recipe(stream),
    )
    sections = _sections(parts[0], key, Frame(meter, pickup, score.end_ticks).form_end)
    chords = _chords(parts[0], key, sections, score.end_ticks)
    reading = Reading(key, chords, (), sections) if chords or sections else None
    return replace(score, reading=reading, chord_symbols=bool(chords))


def _parsed(path: Path) -> Any:
    from music21 import converter, stream

    reader = converter.Converter()
    try:
        reader.parseFile(path, format="musicxml", forceSource=True, storePickle=False)
    except Exception as error:  # music21 raises whatever its parsers raise
        text = " ".join(str(error).split()) or type(error).__name__
        raise InputError(f"{path}: not readable as MusicXML ({text}); export it once more") from None
    found = reader.stream
    if not isinstance(found, stream.Score) or not found.parts:
        raise InputError(f"{path}: no parts were found; is it a MusicXML score?")
    return found


def _ticks(quarters: Any) -> int:
    return round(float(quarters) * TICKS_PER_QUARTER)


def _onset(element: Any, part: Any) -> int:
    return _ticks(element.getOffsetInHierarchy(part))


def _meter(part: Any, path: Path) -> Meter:
    found: list[tuple[int, int]] = []
    for sign in part.recurse().getElementsByClass("TimeSignature"):
        pair = (sign.numerator, sign.denominator)
        if pair not in found:
            found.append(pair)
    if len(found) > 1:
        raise InputError(f"{path}: the meter changes inside the piece; one meter a piece can be read")
    return Meter(*found[0]) if found else Meter(4, 4)


def _pickup(part: Any, meter: Meter) -> int:
    first = next(iter(part.getElementsByClass("Measure")), None)
    if first is None:
        return 0
    length = _ticks(first.highestTime)
    return length if 0 < length < meter.bar_ticks and (first.number == 0 or first.paddingLeft) else 0


def _lines(part: Any, path: Path) -> list[list[Note]]:
    """The notes of every voice of one staff that sounds, top first."""
    lines: dict[int, list[Note]] = {}
    for measure in part.getElementsByClass("Measure"):
        start = _ticks(measure.offset)
        inner = [(_voice_number(line.id, place), line) for place, line in enumerate(measure.voices)]
        for number, line in inner or [(min(lines, default=1), measure)]:
            held = lines.setdefault(number, [])
            for element in line.notesAndRests:
                note = _note(element, start, path)
                if note is not None and (not held or note.onset_ticks >= held[-1].end_ticks):
                    held.append(note)
    ordered = [list(_filled(notes)) for _, notes in sorted(lines.items())]
    return [notes for notes in ordered if any(note.pitches for note in notes)]


def _voice_number(name: Any, place: int) -> int:
    return int(name) if str(name).isdigit() and int(name) < MOST_VOICES else place + 1


def _voices(part: Any, number: int, lines: list[list[list[Note]]]) -> tuple[Voice, ...]:
    """The voices of one staff, top first; two staves of two voices each are a choir's."""
    name = str(part.partName or part.id or f"part {number + 1}").strip()
    choir = [len(staff) for staff in lines] == [2, 2]
    made = []
    for place, notes in enumerate(lines[number]):
        role = NAMED_ROLES[2 * number + place] if choir else _role(name, number, len(lines), place)
        label = role if role in NAMED_ROLES else f"{role} {number + 1}"
        made.append(Voice(label if not place or choir else f"{label} {place + 1}", role, tuple(notes)))
    return tuple(made)


def _role(name: str, number: int, count: int, place: int) -> str:
    word = name.lower()
    if word in NAMED_ROLES and not place:
        return word
    if number == 0 and not place:
        return "melody"
    return "bass" if count > 2 and number == count - 1 and not place else "figuration"


def _note(element: Any, start: int, path: Path) -> Note | None:
    if element.duration.isGrace or "ChordSymbol" in element.classes or "NoChord" in element.classes:
        return None
    begin = start + _ticks(element.offset)
    end = start + _ticks(element.offset + element.quarterLength)
    if end <= begin:
        return None
    if element.isRest:
        return Note(begin, end - begin)
    if not hasattr(element, "pitches") or not element.pitches:
        raise InputError(f"{path}: a note without pitch (percussion?) stands in it; leave that part out")
    pitches = sorted((_pitch(pitch) for pitch in element.pitches), key=lambda pitch: (pitch.midi, pitch.letter_step))
    tie = element.tie or next((head.tie for head in getattr(element, "notes", ()) if head.tie), None)
    fermata = any("Fermata" in sign.classes for sign in element.expressions)
    return Note(begin, end - begin, tuple(pitches), bool(tie and tie.type in ("start", "continue")), fermata)


def _pitch(pitch: Any) -> Pitch:
    return Pitch(pitch.implicitOctave, LETTERS.index(pitch.step), int(pitch.alter))


def _filled(notes: list[Note]) -> Iterator[Note]:
    """The notes with rests in the gaps."""
    now = 0
    for note in notes:
        if note.onset_ticks > now:
            yield Note(now, note.onset_ticks - now)
        yield note
        now = note.end_ticks


def _padded(voices: tuple[Voice, ...]) -> tuple[Voice, ...]:
    end = max(voice.notes[-1].end_ticks for voice in voices)
    return tuple(
        voice if voice.notes[-1].end_ticks == end
        else replace(voice, notes=(*voice.notes, Note(voice.notes[-1].end_ticks, end - voice.notes[-1].end_ticks)))
        for voice in voices
    )


def _key(part: Any, voices: tuple[Voice, ...]) -> Key:
    """The key: a mode that the file states, or else major or minor by the last bass note and the leading tone."""
    sign = next(iter(part.recurse().getElementsByClass("KeySignature")), None)
    fifths = int(sign.sharps or 0) if sign is not None else 0
    mode = getattr(sign, "mode", None)
    return _named_key(fifths, mode if mode in MODE_FIFTHS else _guessed_mode(fifths, voices))


def _named_key(fifths: int, mode: str) -> Key:
    line = fifths - MODE_FIFTHS[mode]  # the tonic's place on the line of fifths
    step = LETTER_FIFTHS.index((line + 1) % 7 - 1)
    return Key(step, (line - LETTER_FIFTHS[step]) // 7, mode)


def _key_at(part: Any, key: Key, onset_ticks: int) -> Key | None:
    """The key of what begins at a tick, if another signature than the piece's is in force there."""
    signs = [sign for sign in part.recurse().getElementsByClass("KeySignature") if _onset(sign, part) <= onset_ticks]
    if not signs or int(signs[-1].sharps or 0) == key.fifths:
        return None
    mode = getattr(signs[-1], "mode", None)
    return _named_key(int(signs[-1].sharps or 0), mode if mode in MODE_FIFTHS else key.mode)


def _guessed_mode(fifths: int, voices: tuple[Voice, ...]) -> str:
    major_pc = fifths * 7 % 12
    minor_pc = (major_pc + 9) % 12
    sounding = [note for voice in voices for note in voice.sounding()]
    end = max(note.end_ticks for note in sounding)
    last_bass = min(pitch.midi for note in sounding if note.end_ticks == end for pitch in note.pitches) % 12
    if last_bass in (major_pc, minor_pc):
        return "minor" if last_bass == minor_pc else "major"
    counts = Counter(pitch.midi % 12 for note in sounding for pitch in note.pitches)
    return "minor" if counts[(minor_pc + 11) % 12] > counts[(major_pc + 7) % 12] else "major"


def _tempo(part: Any, meter: Meter) -> tuple[float, str]:
    mark = next((m for m in part.recurse().getElementsByClass("MetronomeMark") if m.number), None)
    if mark is None:
        return 0.0, ""
    bpm = float(mark.getQuarterBPM()) * TICKS_PER_QUARTER / meter.beat_ticks
    start = mark.getOffsetInHierarchy(part)
    words = next(
        (w.content for w in part.recurse().getElementsByClass("TextExpression")
         if w.getOffsetInHierarchy(part) == start), "",
    )
    return round(bpm, 4), str(words).replace("\u00a0", " ").strip()


def _sections(part: Any, key: Key, end_ticks: int) -> tuple[Section, ...]:
    marks = part.recurse().getElementsByClass("RehearsalMark")
    starts = [(_onset(mark, part), str(mark.content).strip()) for mark in marks]
    return tuple(
        Section(label, onset, end, "", _key_at(part, key, onset))
        for (onset, label), (end, _) in pairwise([*starts, (end_ticks, "")])
    )


def _chords(part: Any, key: Key, sections: tuple[Section, ...], end_ticks: int) -> tuple[ChordSpan, ...]:
    """Printed chord symbols, each lasting to the next; one of a kind we do not know ends the one before."""
    found = [(_onset(sign, part), sign) for sign in part.recurse().getElementsByClass("Harmony")]
    found.sort(key=lambda pair: pair[0])
    spans = []
    for (onset, sign), (end, _) in pairwise([*found, (end_ticks, None)]):
        own = next((s.key for s in sections if s.key and s.onset_ticks <= onset < s.end_ticks), None) or key
        chord = _chord(sign, own)
        if chord is not None and end > onset:
            spans.append(ChordSpan(onset, end - onset, chord, own))
    return tuple(spans)


def _chord(sign: Any, key: Key) -> Chord | None:
    quality = _QUALITY_OF.get(getattr(sign, "chordKind", ""))
    if getattr(sign, "chordKindStr", "") == KINDS["suspended-seventh"][1]:
        quality = "suspended-seventh"
    if quality is None or sign.root() is None:
        return None
    letters, semitones = _interval(sign.root(), key)
    natural = key.pitch(0, 0, 4).midi
    usual = next(
        key.pitch(letters, above, 4).midi - natural for above in range(12)
        if key.pitch(letters, above, 4).alter == key.signature_alter((key.step + letters) % 7)
    )
    roman = _ROMANS[letters]
    numeral = _SIGNS.get((semitones - usual + 6) % 12 - 6, "") + (roman.lower() if quality in _SMALL else roman)
    members = tuple(((letters + up) % 7, (semitones + high) % 12) for up, high in QUALITIES[quality])
    bass = _interval(sign.bass(), key) if sign.bass() is not None else members[0]
    inversion = members.index(bass) if bass in members else 0
    return Chord(numeral + _SUFFIXES.get(quality, ""), quality, inversion, members)


def _interval(pitch: Any, key: Key) -> tuple[int, int]:
    """(letters, semitones) of a pitch above the tonic."""
    return (LETTERS.index(pitch.step) - key.step) % 7, (pitch.pitchClass - key.tonic_pc) % 12


def _parts(parts: list[Any], staves: list[tuple[Voice, ...]]) -> tuple[Part, ...]:
    made: list[Part] = []
    before = ""
    for part, voices in zip(parts, staves, strict=True):
        if not voices:
            continue
        clef = next(iter(part.recurse().getElementsByClass("Clef")), None)
        kind = {"F": "bass", "C": "alto"}.get(clef.sign, "treble") if clef is not None else "treble"
        if clef is not None and clef.sign == "G" and clef.octaveChange == -1:
            kind = "tenor8"
        staff = Staff(kind, tuple(voice.name for voice in voices))
        instrument = part.getInstrument(returnDefault=True)
        group = str(part.id).rpartition("-Staff")[0]
        if group and group == before:
            made[-1] = replace(made[-1], staves=(*made[-1].staves, staff))
        else:
            program = instrument.midiProgram if instrument.midiProgram is not None else 0
            made.append(Part(str(part.partName or ""), str(part.partAbbreviation or ""), int(program), (staff,)))
        before = group
    return tuple(made)


def _recipe(stream: Any) -> dict[str, object]:
    texts = stream.metadata.getCustom(RECIPE_FIELD) if stream.metadata else ()
    try:
        found = json.loads(str(texts[0])) if texts else {}
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
