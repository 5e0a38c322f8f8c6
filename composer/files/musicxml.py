"""MusicXML 4.0 through music21, without its notation maker: our score knows its bars, beams, ties and voices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from composer.files.grid import Bar, bars_of_score
from composer.files.marks import finish
from composer.files.notation import Written, accidentals, bars_of, beams
from composer.files.systems import section_starts, system_starts
from composer.files.under_bass import lowest_voice, numerals_of
from composer.score.note import Voice
from composer.score.score import Part, Score, Staff
from composer.score.time import TICKS_PER_QUARTER

DRUM_CHANNEL = 9  # counted from 0: General MIDI keeps it for drums


def to_bytes(score: Score) -> bytes:
    """The score as a MusicXML document: same score, same bytes."""
    from music21.musicxml.m21ToXml import ScoreExporter

    stream = to_music21(score)
    root = ScoreExporter(stream, makeNotation=False).parse()
    return finish(root, score)


def to_music21(score: Score) -> Any:
    """A music21 Score with measures, beams, ties and accidentals set; marks and chord symbols are not in it."""
    from music21 import layout, metadata, stream

    out = stream.Score(id="score")
    out.metadata = metadata.Metadata(title=score.title)
    out.insert(0, layout.ScoreLayout(scalingMillimeters=6.35, scalingTenths=40))
    bars = bars_of_score(score)
    for number, part in enumerate(score.parts):
        staves = [_staff(score, part, number, index, bars) for index in range(len(part.staves))]
        for staff in staves:
            out.insert(0, staff)
        if len(staves) > 1:
            out.insert(0, layout.StaffGroup(staves, symbol="brace", barTogether=True))
    if len(score.parts) > 1 and all(len(part.staves) == 1 for part in score.parts):
        out.insert(0, layout.StaffGroup(list(out.parts), symbol="bracket", barTogether=True))
    return out


def _staff(score: Score, part: Part, number: int, index: int, bars: tuple[Bar, ...]) -> Any:
    from music21 import stream

    staff = part.staves[index]
    made = (stream.PartStaff if len(part.staves) > 1 else stream.Part)(id=f"P{number + 1}-{index + 1}")
    made.insert(0, _player(part, number))
    made.partName, made.partAbbreviation = part.name, part.abbreviation
    voices = [next(v for v in score.voices if v.name == name) for name in staff.voices]
    written = [bars_of(voice, bars) for voice in voices]
    signs = accidentals(written, bars)
    numerals = [_numerals(score, voice) for voice in voices]
    systems = system_starts(score, bars)
    for place, bar in enumerate(bars):
        measure = _measure(bar, bar.onset_ticks in systems and number == 0 and index == 0)
        _signature(measure, staff, bar, bars[place - 1] if place else None)
        _right_line(measure, bar, place + 1 == len(bars), score)
        for which, line in enumerate(written):
            side = "" if len(written) == 1 else "down" if which else "up"
            hidden = _both_rest(written[0][place], line[place]) if which else set()
            shown = {(note, head) for voice, at, note, head in signs if (voice, at) == (which, place)}
            entry = _Entry(bar, side, shown, numerals[which], hidden)
            inside = measure if not side else stream.Voice(id=str(which + 1))
            _fill(inside, line[place], entry)
            if side:
                measure.insert(0, inside)
        made.append(measure)
    return made


def _measure(bar: Bar, new_system: bool) -> Any:
    from music21 import layout, stream
    from music21.stream.enums import ShowNumber

    measure = stream.Measure(number=bar.number)
    if bar.number == 0 or bar.lead_ticks:
        measure.showNumber = ShowNumber.NEVER  # written as implicit, so that programs count the next bar as the first
        measure.paddingLeft = bar.lead_ticks / TICKS_PER_QUARTER
    if new_system:
        measure.insert(0, layout.SystemLayout(isNew=True))
    return measure


def _both_rest(upper: list[Written], lower: list[Written]) -> set[int]:
    """Places of the lower voice's rests that the upper voice's rest already shows."""
    above = {(note.onset_ticks, note.length_ticks) for note in upper if not note.pitches}
    return {
        place for place, note in enumerate(lower)
        if not note.pitches and (note.onset_ticks, note.length_ticks) in above
    }


def _player(part: Part, number: int) -> Any:
    """The instrument, with ids that are the same in every run."""
    from music21 import instrument

    player = instrument.Instrument(part.name)
    player.partName, player.partAbbreviation = part.name, part.abbreviation
    player.instrumentName = part.name
    player.partId, player.instrumentId = f"P{number + 1}", f"P{number + 1}-I1"
    player.midiChannel = number if number < DRUM_CHANNEL else number + 1
    player.midiProgram = part.program
    return player


def _signature(measure: Any, staff: Staff, bar: Bar, before: Bar | None) -> None:
    """Clef at the beginning; meter and key signature there and wherever they change."""
    from music21 import clef, key, meter

    if before is None:
        clefs = {"treble": clef.TrebleClef, "bass": clef.BassClef, "tenor8": clef.Treble8vbClef, "alto": clef.AltoClef}
        measure.clef = clefs[staff.clef]()
    if before is None or bar.meter != before.meter:
        measure.timeSignature = meter.TimeSignature(bar.meter.name)
    if before is None or bar.key.fifths != before.key.fifths:
        measure.keySignature = key.Key(bar.key.tonic_name.replace("b", "-"), bar.key.mode)


def _right_line(measure: Any, bar: Bar, is_last: bool, score: Score) -> None:
    """The bar line on the right: double where a section ends, final at the end."""
    from music21 import bar as lines

    if is_last:
        measure.rightBarline = lines.Barline("final")
    elif bar.number and bar.end_ticks in section_starts(score):
        measure.rightBarline = lines.Barline("double")


def _numerals(score: Score, voice: Voice) -> dict[int, str]:
    """Roman numerals to print under a bass voice, by tick."""
    return numerals_of(score) if score.numerals and voice is lowest_voice(score) else {}


@dataclass(frozen=True)
class _Entry:
    """What the notes of one voice in one bar need to be set."""

    bar: Bar
    side: str  # where stems point when two voices share the staff; empty for one voice
    shown: set[tuple[int, int]]  # (note, head) whose accidental is printed
    numerals: dict[int, str]
    hidden: set[int]  # rests that another voice shows


def _fill(measure: Any, notes: list[Written], entry: _Entry) -> None:
    words = beams(notes, entry.bar.meter)
    for number, written in enumerate(notes):
        shown = [(number, head) in entry.shown for head in range(len(written.pitches))]
        made = _element(written, shown, entry.bar.meter.bar_ticks)
        _sign(made, written, words[number], entry.side)
        if entry.side and written.pitches:
            made.stemDirection = entry.side
        made.style.hideObjectOnPrint = number in entry.hidden
        place = written.onset_ticks - entry.bar.lead_ticks
        begin = entry.bar.onset_ticks + place
        under = [text for tick, text in entry.numerals.items() if begin <= tick < begin + written.length_ticks]
        if under and written.pitches:  # several where chords change over a held note
            made.lyric = " ".join(under)
        measure.insert(place / TICKS_PER_QUARTER, made)


def _element(written: Written, shown: list[bool], bar_ticks: int) -> Any:
    """A music21 rest, note or chord; ``shown``: which heads print an accidental."""
    from music21 import chord, note

    length = written.length_ticks / TICKS_PER_QUARTER
    if not written.pitches:
        rest = note.Rest(quarterLength=length)
        rest.fullMeasure = True if written.length_ticks == bar_ticks else "auto"
        return rest
    tied = written.tie_from or written.tie_to  # readers join tied heads only if all are written alike
    heads = [_pitch(p.name, p.alter, show, tied) for p, show in zip(written.pitches, shown, strict=True)]
    if len(heads) == 1:
        return note.Note(heads[0], quarterLength=length)
    return chord.Chord(heads, quarterLength=length)


def _sign(made: Any, written: Written, words: list[str], side: str) -> None:
    """Ties, beams and fermatas; those of a lower voice hang below the staff."""
    from music21 import beam, expressions, tie

    if written.tie_from or written.tie_to:
        both = written.tie_from and written.tie_to
        made.tie = tie.Tie("continue" if both else "stop" if written.tie_from else "start")
    for level, word in enumerate(words, 1):
        kind, _, side = word.partition("-")
        mark = beam.Beam(number=level, type=kind)
        if side:
            mark.direction = side
        made.beams.append(mark)
    if written.fermata:
        fermata = expressions.Fermata()
        fermata.type = "inverted" if side == "down" else "upright"
        made.expressions.append(fermata)


def _pitch(name: str, alter: int, shown: bool, tied: bool) -> Any:
    from music21 import pitch

    made = pitch.Pitch(name.replace("b", "-"))
    if alter == 0 and (shown or tied):
        made.accidental = pitch.Accidental("natural")
    if made.accidental is not None:
        made.accidental.displayStatus = shown
    return made
