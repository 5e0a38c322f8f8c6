"""MusicXML 4.0 through music21, without its notation maker: our score knows its bars, beams, ties and voices."""

from __future__ import annotations

from typing import Any

from composer.files.marks import finish
from composer.files.notation import Written, accidentals, bars_of, beams
from composer.score.note import Voice
from composer.score.score import Part, Score, Staff
from composer.score.time import TICKS_PER_QUARTER

BARS_A_SYSTEM = 4  # counted from the section's first bar
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
    bar_count = -(-score.end_ticks // score.meter.bar_ticks)
    groups = []
    for number, part in enumerate(score.parts):
        staves = [_staff(score, part, number, staff, bar_count, index) for index, staff in enumerate(part.staves)]
        for staff in staves:
            out.insert(0, staff)
        if len(staves) > 1:
            groups.append(layout.StaffGroup(staves, symbol="brace", barTogether=True))
    if len(score.parts) > 1:
        every = list(out.parts)
        groups.append(layout.StaffGroup(every, symbol="bracket", barTogether=True))
    for group in groups:
        out.insert(0, group)
    return out


def _staff(score: Score, part: Part, number: int, staff: Staff, bar_count: int, index: int) -> Any:
    from music21 import stream

    made = (stream.PartStaff if len(part.staves) > 1 else stream.Part)(id=f"P{number + 1}-{index + 1}")
    made.insert(0, _player(part, number))
    made.partName, made.partAbbreviation = part.name, part.abbreviation
    voice = next(v for v in score.voices if v.name == staff.voices[0])
    bars = bars_of(voice, score.meter, bar_count)
    signs = accidentals(bars, score.key)
    numerals = _numerals(score, voice)
    for place in range(bar_count):
        measure = stream.Measure(number=place + 1)
        if place == 0:
            _signature(measure, score, staff)
        _lines(measure, place, bar_count, score, on_top=number == 0 and index == 0)
        _fill(measure, bars[place], place, score, signs, numerals)
        made.append(measure)
    return made


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


def _signature(measure: Any, score: Score, staff: Staff) -> None:
    from music21 import clef, key, meter

    clefs = {"treble": clef.TrebleClef, "bass": clef.BassClef, "tenor8": clef.Treble8vbClef}
    measure.clef = clefs[staff.clef]()
    measure.keySignature = key.Key(score.key.tonic_name.replace("b", "-"), score.key.mode)
    measure.timeSignature = meter.TimeSignature(score.meter.name)


def _lines(measure: Any, place: int, bar_count: int, score: Score, on_top: bool) -> None:
    """The bar line on the right, and a new system every few bars of a section."""
    from music21 import bar, layout

    onset = place * score.meter.bar_ticks
    starts = {section.onset_ticks for section in score.reading.sections} if score.reading else set()
    begin = max((start for start in starts if start <= onset), default=0)
    new_system = (onset - begin) // score.meter.bar_ticks % BARS_A_SYSTEM == 0
    if place and new_system and on_top:
        measure.insert(0, layout.SystemLayout(isNew=True))
    if place + 1 == bar_count:
        measure.rightBarline = bar.Barline("final")
    elif onset + score.meter.bar_ticks in starts:
        measure.rightBarline = bar.Barline("double")


def _numerals(score: Score, voice: Voice) -> dict[int, str]:
    """Roman numerals to print under a bass voice, by tick."""
    if voice.role != "bass" or score.reading is None:
        return {}
    found: dict[int, str] = {}
    last = ""
    for span in score.reading.chords:
        if span.chord.numeral != last:
            found[span.onset_ticks] = span.chord.numeral
        last = span.chord.numeral
    return found


def _fill(
    measure: Any, notes: list[Written], place: int, score: Score, signs: dict[tuple[int, int, int], bool],
    numerals: dict[int, str],
) -> None:
    words = beams(notes, score.meter)
    for number, written in enumerate(notes):
        shown = [signs.get((place, number, index), False) for index in range(len(written.pitches))]
        made = _element(written, shown, score.meter.bar_ticks)
        _sign(made, written, words[number])
        numeral = numerals.get(place * score.meter.bar_ticks + written.onset_ticks)
        if numeral and written.pitches and not written.tie_from:
            made.lyric = numeral
        measure.insert(written.onset_ticks / TICKS_PER_QUARTER, made)


def _element(written: Written, shown: list[bool], bar_ticks: int) -> Any:
    """A music21 rest, note or chord; ``shown``: which heads print an accidental."""
    from music21 import chord, note

    length = written.length_ticks / TICKS_PER_QUARTER
    if not written.pitches:
        rest = note.Rest(quarterLength=length)
        rest.fullMeasure = True if written.length_ticks == bar_ticks else "auto"
        return rest
    heads = [_pitch(p.name, p.alter, show) for p, show in zip(written.pitches, shown, strict=True)]
    if len(heads) == 1:
        return note.Note(heads[0], quarterLength=length)
    return chord.Chord(heads, quarterLength=length)


def _sign(made: Any, written: Written, words: list[str]) -> None:
    """Ties, beams and fermatas."""
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
        fermata.type = "upright"
        made.expressions.append(fermata)


def _pitch(name: str, alter: int, shown: bool) -> Any:
    from music21 import pitch

    made = pitch.Pitch(name.replace("b", "-"))
    if alter == 0 and shown:
        made.accidental = pitch.Accidental("natural")
    if made.accidental is not None:
        made.accidental.displayStatus = shown
    return made
