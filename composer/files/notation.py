"""What a page needs beyond sound: note values, ties inside a bar, beams and accidentals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from composer.score.key import Key
from composer.score.note import Note, Voice
from composer.score.pitch import Pitch
from composer.score.time import TICKS_PER_QUARTER, Meter

# Ticks of the note values that one note head can show, longest first: (ticks, type, dots).
VALUES = tuple(
    (int(TICKS_PER_QUARTER * quarters * (1.5 if dots else 1)), name, dots)
    for quarters, name in ((4, "whole"), (2, "half"), (1, "quarter"), (0.5, "eighth"), (0.25, "16th"), (0.125, "32nd"))
    for dots in (1, 0)
)
LONGEST_SYNCOPATION = TICKS_PER_QUARTER * 3 // 2


@dataclass(frozen=True)
class Written:
    """A note as written: one note head (or rest) inside one bar."""

    onset_ticks: int  # from the start of the bar
    length_ticks: int
    pitches: tuple[Pitch, ...]
    tie_from: bool  # tied from the note before
    tie_to: bool
    fermata: bool
    source: Note


def bars_of(voice: Voice, meter: Meter, bar_count: int) -> list[list[Written]]:
    """The notes of a voice bar by bar, split at bar lines and into writable values, gaps filled with rests."""
    bars: list[list[Written]] = [[] for _ in range(bar_count)]
    tied = False
    for note in voice.notes:
        onset, left = note.onset_ticks, note.length_ticks
        first = True
        while left > 0:
            bar, place = divmod(onset, meter.bar_ticks)
            length = _first_value(place, min(left, meter.bar_ticks - place), meter)
            more = left > length
            bars[bar].append(Written(
                place, length, note.pitches, bool(note.pitches) and (tied if first else True),
                bool(note.pitches) and (more or note.tied), note.fermata and not more, note,
            ))
            onset, left, first = onset + length, left - length, False
        tied = note.tied
    return bars


def _first_value(place: int, length: int, meter: Meter) -> int:
    """The longest value that may begin at ``place``.

    Off the beat a note does not cross the next one (in simple meters a dotted quarter still may); in compound meters
    a note of more than a beat holds whole beats.
    """
    beat = meter.beat_ticks
    inside = place % beat
    longest = length
    if inside and inside + length > beat and (meter.is_compound or length > LONGEST_SYNCOPATION):
        longest = beat - inside
    fitting = (
        ticks for ticks, _, _ in VALUES
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
    groups: list[list[int]] = []
    current: list[int] = []
    half = meter.bar_ticks // 2 if meter.beats == 4 else 0
    for index, note in enumerate(bar):
        joins = bool(current) and bar[current[-1]].onset_ticks + bar[current[-1]].length_ticks == note.onset_ticks
        if joins:
            start = bar[current[0]].onset_ticks
            same_beat = start // meter.beat_ticks == note.onset_ticks // meter.beat_ticks
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


def accidentals(bars: Sequence[Sequence[Written]], key: Key) -> dict[tuple[int, int, int], bool]:
    """(bar, note, pitch index) of every pitch that needs a printed sign.

    A sign holds through its bar on its line; a line that was altered in the bar before gets a courtesy sign once.
    """
    shown: dict[tuple[int, int, int], bool] = {}
    altered_before: set[tuple[int, int]] = set()
    for bar_number, bar in enumerate(bars):
        state: dict[tuple[int, int], int] = {}
        altered: set[tuple[int, int]] = set()
        for note_number, note in enumerate(bar):
            for number, pitch in enumerate(note.pitches):
                line = (pitch.octave, pitch.step)
                usual = key.signature_alter(pitch.step)
                current = state.get(line, usual)
                courtesy = line in altered_before and line not in state
                if not note.tie_from and (pitch.alter != current or courtesy):
                    shown[(bar_number, note_number, number)] = True
                    state[line] = pitch.alter
                if pitch.alter != usual:
                    altered.add(line)
        altered_before = altered
    return shown
