"""What a page needs beyond sound: note values, ties inside a bar, beams and accidentals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from composer.files.grid import Bar, bar_at
from composer.score.note import Note, Voice
from composer.score.pitch import Pitch
from composer.score.time import TICKS_PER_QUARTER, Meter

# Ticks of the note values that one note head can show, longest first: (ticks, type, dots).
VALUES = tuple(
    (int(TICKS_PER_QUARTER * quarters * (1.5 if dots else 1)), name, dots)
    for quarters, name in ((4, "whole"), (2, "half"), (1, "quarter"), (0.5, "eighth"), (0.25, "16th"), (0.125, "32nd"))
    for dots in (1, 0)
)
TRIPLETS = tuple(ticks * 2 // 3 for ticks, _, dots in VALUES if not dots)
_FINEST = VALUES[-1][0] // 2  # what is no multiple of it belongs to triplets
_WITH_TRIPLETS = tuple(sorted({*TRIPLETS, *(ticks for ticks, _, _ in VALUES)}, reverse=True))
MOST_DOTS = 3
TUPLETS = (Fraction(1), Fraction(3, 2), Fraction(5, 4))  # plain notes in the time of fewer
LEAST_VALUE, MOST_VALUE = Fraction(1, 32), Fraction(8)  # of a quarter: a 128th; a double whole note
LONGEST_SYNCOPATION = TICKS_PER_QUARTER * 3 // 2


@dataclass(frozen=True)
class Written:
    """A note as written: one note head (or rest) inside one bar."""

    onset_ticks: int  # from where a full bar would begin
    length_ticks: int
    pitches: tuple[Pitch, ...]
    tie_from: bool  # tied from the note before
    tie_to: bool
    fermata: bool
    source: Note
    begins: bool = True  # the first head of its note
    ends: bool = True


def is_value(length_ticks: int) -> bool:
    """Whether one head can show a length: a power of two of a quarter with up to three dots, perhaps in a triplet or
    quintuplet."""
    for dots in range(MOST_DOTS + 1):
        plain = Fraction(length_ticks, TICKS_PER_QUARTER) / (2 - Fraction(1, 2**dots))
        for share in TUPLETS:
            value = plain * share
            if LEAST_VALUE <= value <= MOST_VALUE and value.numerator & (value.numerator - 1) == 0 and (
                value.denominator & (value.denominator - 1) == 0
            ):
                return True
    return False


def bars_of(voice: Voice, bars: Sequence[Bar]) -> list[list[Written]]:
    """The notes of a voice bar by bar, split at bar lines and into writable values."""
    written: list[list[Written]] = [[] for _ in bars]
    tied = False
    for note in voice.notes:
        onset, left = note.onset_ticks, note.length_ticks
        first = True
        while left > 0:
            number = bar_at(bars, onset)
            bar = bars[number]
            length = min(left, bar.end_ticks - onset)
            if note.script is None or length < note.length_ticks or not is_value(length):
                length = _first_length(bar.place(onset), length, bar.meter, note.is_rest)
            more = left > length
            written[number].append(Written(
                bar.place(onset), length, note.pitches, bool(note.pitches) and (tied if first else True),
                bool(note.pitches) and (more or note.tied), note.fermata and not more, note, first, not more,
            ))
            onset, left, first = onset + length, left - length, False
        tied = note.tied
    return written


def _beat(meter: Meter) -> int:
    """The beat that the eye counts: a quarter also where the half note is felt."""
    return meter.beat_ticks if meter.is_compound else min(meter.beat_ticks, TICKS_PER_QUARTER)


def _half(meter: Meter) -> int:
    """Half of a bar of four beats, which a page shows; 0 in other meters."""
    return meter.bar_ticks // 2 if meter.bar_ticks == 4 * _beat(meter) else 0


def _first_length(place: int, length: int, meter: Meter, is_rest: bool) -> int:
    """The longest value that may begin at ``place``; a bar's rest stays whole."""
    if is_rest and length == meter.bar_ticks:
        return length
    if length % _FINEST or place % _FINEST:
        return next((ticks for ticks in _WITH_TRIPLETS if ticks <= length), length)
    fitting = (ticks for ticks, _, dots in VALUES if ticks <= length and _rest_fits(place, ticks, dots, meter))
    return next(fitting, length) if is_rest else _first_value(place, length, meter)


def _rest_fits(place: int, ticks: int, dots: int, meter: Meter) -> bool:
    """Rests show the beats: dotted ones only for whole beats of compound meters, none across a stronger beat."""
    beat = _beat(meter)
    if ticks >= beat and (meter.is_compound or ticks > beat):
        return bool(dots) == meter.is_compound and place % ticks == 0 and meter.bar_ticks % ticks == 0
    return not dots and place % beat % ticks == 0 and place % beat + ticks <= beat


def _first_value(place: int, length: int, meter: Meter) -> int:
    """The longest value that a note may have at ``place``.

    Off the beat a note does not cross the next one (in simple meters a dotted quarter still may); in compound meters
    a note of more than a beat holds whole beats; the middle of a bar of four beats is crossed only by a note that
    begins the bar, or by one that begins and ends on beats.
    """
    beat, half, end = _beat(meter), _half(meter), place + length
    values = [ticks for ticks, _, _ in VALUES]
    on_beats = place % beat == 0 and end % beat == 0 and length in values
    if 0 < place < half < end and not on_beats:
        length = half - place
    inside = place % beat
    longest = length
    if inside and inside + length > beat and (meter.is_compound or length > LONGEST_SYNCOPATION):
        longest = beat - inside
    fitting = (
        ticks for ticks in values
        if ticks <= longest and (not meter.is_compound or ticks <= beat or ticks % beat == 0)
    )
    return next(fitting, length)


def beams(bar: Sequence[Written], meter: Meter) -> list[list[str]]:
    """For each note its beams by level (eighths, sixteenths ...): start, continue, stop, or partial-left/-right."""
    found: list[list[str]] = [[] for _ in bar]
    for group in _beam_groups(bar, meter):
        for level in range(1, 4):
            limit = TICKS_PER_QUARTER >> (level - 1)
            flagged = [_flags(bar[index]) >= level and bar[index].length_ticks < limit for index in group]
            for place, index in enumerate(group):
                if not flagged[place]:
                    continue
                left = place > 0 and flagged[place - 1]
                right = place + 1 < len(group) and flagged[place + 1]
                if left and right:
                    word = "continue"
                elif right:
                    word = "start"
                elif left:
                    word = "stop"
                else:
                    word = "partial-left" if place else "partial-right"
                found[index].append(word)
    return found


def _flags(note: Written) -> int:
    """Number of flags of a note value: 1 for eighths (dotted too), 2 for sixteenths."""
    flags, limit = 0, TICKS_PER_QUARTER
    while note.length_ticks < limit and flags < 4:
        flags += 1
        limit //= 2
    return flags


def _beam_groups(bar: Sequence[Written], meter: Meter) -> list[list[int]]:
    """Neighbouring flagged notes of one beat; in 4/4 and 2/2 the plain eighths of half a bar together."""
    beat, half = _beat(meter), 0 if meter.is_compound else _half(meter)
    groups: list[list[int]] = []
    current: list[int] = []
    for index, note in enumerate(bar):
        joins = bool(current) and bar[current[-1]].onset_ticks + bar[current[-1]].length_ticks == note.onset_ticks
        if joins:
            start = bar[current[0]].onset_ticks
            same_beat = start // beat == note.onset_ticks // beat
            plain = all(bar[i].length_ticks == TICKS_PER_QUARTER // 2 for i in (*current, index))
            same_half = bool(half) and start // half == note.onset_ticks // half
            joins = same_beat or (plain and same_half)
        if note.pitches and _flags(note):
            if not joins:
                groups.append(current)
                current = []
            current.append(index)
        else:
            groups.append(current)
            current = []
    groups.append(current)
    return [group for group in groups if len(group) > 1]


def accidentals(
    voices: Sequence[Sequence[Sequence[Written]]], bars: Sequence[Bar]
) -> set[tuple[int, int, int, int]]:
    """(voice, bar, note, pitch index) of every pitch on one staff that needs a printed sign.

    A sign holds through its bar on its line, for all voices of the staff; a line that was altered in the bar before
    gets a courtesy sign once, and a note tied into another signature shows its sign again.
    """
    shown: set[tuple[int, int, int, int]] = set()
    altered_before: set[tuple[int, int]] = set()
    for number, bar in enumerate(bars):
        new_signature = number > 0 and bars[number - 1].key.fifths != bar.key.fifths
        state: dict[tuple[int, int], int] = {}
        altered: set[tuple[int, int]] = set()
        for voice, place, note in _in_time([voice[number] for voice in voices]):
            for head, pitch in enumerate(note.pitches):
                line = (pitch.octave, pitch.step)
                usual = bar.key.signature_alter(pitch.step)
                courtesy = line in altered_before and line not in state
                held = note.tie_from and (pitch.alter == usual or not new_signature)
                if not held and (pitch.alter != state.get(line, usual) or courtesy):
                    shown.add((voice, number, place, head))
                    state[line] = pitch.alter
                if pitch.alter != usual:
                    altered.add(line)
        altered_before = altered
    return shown


def _in_time(voices: Sequence[Sequence[Written]]) -> list[tuple[int, int, Written]]:
    """(voice, place, note) of one bar in order of time, upper voices first."""
    notes = [(voice, place, note) for voice, line in enumerate(voices) for place, note in enumerate(line)]
    return sorted(notes, key=lambda entry: (entry[2].onset_ticks, entry[0]))
