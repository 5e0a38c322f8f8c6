"""Four voices over the units of a tune, as counting needs them: the chord tones that stand, and figures over them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from composer.models.chorale import FigureTable
from composer.pipeline.harmonize.chords import NOWHERE
from composer.pipeline.harmonize.figures import GRID
from composer.pipeline.harmonize.line import Line, Unit
from composer.pipeline.harmonize.ornaments import Ground, Ornamented
from composer.score.note import Note
from composer.score.windows import Bools, Ints
from composer.training.chorale_chords import NONE, Chords
from composer.training.chorale_works import Lesson

LOWER = 3
WHOLE_TONE, HALF_TONE = 2, 1


@dataclass(frozen=True, order=True)
class Figure:
    """What a lower voice does in a unit: places of GRID at which notes begin, letters from the chord tone on which the
    voice stands, which notes belong to the chord, and whether the first was struck before."""

    rhythm: tuple[int, ...]
    offsets: tuple[int, ...]
    inside: tuple[bool, ...]
    tied: bool


@dataclass(frozen=True)
class Standing:
    """The first chord tone of each voice in each unit: ``pitch_midi``, ``letter_step`` (T, 4); ``chord`` (T,), NONE
    where it is not in the vocabulary or a voice has none of its tones."""

    line: Line
    chord: Ints
    pitch_midi: Ints
    letter_step: Ints


@dataclass(frozen=True)
class Surface:
    """Standing chord tones with figures, of the lower voices (T, 3): ``figure`` numbers (NONE where it is none of the
    table's), ``moves`` whether a voice strikes again, ``half`` 1 and 0 where its first foreign note is a half tone or a
    tone from the chord tone beside it, ``tie`` 1 and 0 where a note that comes again is tied or struck, else NONE."""

    standing: Standing
    figure: Ints
    moves: Bools
    half: Ints
    tie: Ints


def standing_of(lesson: Lesson, chords: Chords) -> Standing:
    """What stands in a chorale."""
    count = lesson.line.count
    chord = chords.of(lesson)
    pitch, letter = np.zeros((count, 4), dtype=np.int64), np.zeros((count, 4), dtype=np.int64)
    for t, unit in enumerate(lesson.line.units):
        members = _members(lesson, chords, int(chord[t]))
        tones = [next((n for n in within(v, unit) if n.top.fifths in members), None) for v in lesson.voices]
        if any(tone is None for tone in tones):
            chord[t] = NONE
            continue
        pitch[t] = [tone.top.midi for tone in tones if tone]
        letter[t] = [tone.top.letter_step for tone in tones if tone]
    return Standing(lesson.line, chord, pitch, letter)


def within(voice: Sequence[Note], unit: Unit) -> list[Note]:
    """The notes of a voice that sound in a unit."""
    return [note for note in voice if note.onset_ticks < unit.end_ticks and note.end_ticks > unit.onset_ticks]


def _members(lesson: Lesson, chords: Chords, chord: int) -> frozenset[int]:
    """Places on the line of fifths of a chord's notes."""
    if chord == NONE:
        return frozenset()
    row = chords.vocabulary.members[chord].tolist()
    return frozenset(place + lesson.line.signature for place in row if place != NOWHERE)


def figure_in(notes: Sequence[Note], unit: Unit, letter_step: int, members: frozenset[int]) -> Figure | None:
    """The figure that notes make in a unit; None where they begin beside the grid."""
    begins = [(max(note.onset_ticks, unit.onset_ticks) - unit.onset_ticks) * GRID for note in notes]
    if any(begin % unit.length_ticks for begin in begins):
        return None
    return Figure(
        tuple(begin // unit.length_ticks for begin in begins),
        tuple(note.top.letter_step - letter_step for note in notes),
        tuple(note.top.fifths in members for note in notes),
        notes[0].onset_ticks < unit.onset_ticks,
    )


def has_figures(line: Line, t: int) -> bool:
    """Whether voices may take figures in a unit: those of a beat, but for the last."""
    return line.units[t].length_ticks == line.beat_ticks and t + 1 < line.count


def figures_of(lesson: Lesson, chords: Chords, standing: Standing) -> list[list[Figure | None]]:
    """Of every unit the figures of alto, tenor and bass; None where there is none to tell."""
    found: list[list[Figure | None]] = []
    for t, unit in enumerate(lesson.line.units):
        row: list[Figure | None] = [None] * LOWER
        if standing.chord[t] != NONE and has_figures(lesson.line, t):
            members = _members(lesson, chords, int(standing.chord[t]))
            for voice in range(LOWER):
                notes = within(lesson.voices[voice + 1], unit)
                row[voice] = figure_in(notes, unit, int(standing.letter_step[t, voice + 1]), members)
        found.append(row)
    return found


def half_tone(inside: Sequence[bool], pitch_midi: Sequence[int]) -> int:
    """1 where the first foreign note lies a half tone from the note beside it, 0 a tone, NONE neither.

    >>> half_tone((True, False), (60, 59)), half_tone((False, True), (62, 60)), half_tone((True,), (60,))
    (1, 0, -1)
    """
    for place, own in enumerate(inside):
        if not own:
            beside = pitch_midi[place - 1] if place else pitch_midi[min(1, len(pitch_midi) - 1)]
            return {HALF_TONE: 1, WHOLE_TONE: 0}.get(abs(beside - pitch_midi[place]), NONE)
    return NONE


def surface_of(lesson: Lesson, chords: Chords, numbers: Mapping[Figure, int]) -> Surface:
    """A chorale as it was written, its figures by their ``numbers``."""
    standing = standing_of(lesson, chords)
    shape = (lesson.line.count, LOWER)
    figure, half, tie = np.full(shape, NONE), np.full(shape, NONE), np.full(shape, NONE)
    moves = np.zeros(shape, dtype=bool)
    for t, row in enumerate(figures_of(lesson, chords, standing)):
        if standing.chord[t] == NONE or not has_figures(lesson.line, t):
            continue
        unit = lesson.line.units[t]
        for voice, one in enumerate(row):
            notes = within(lesson.voices[voice + 1], unit)
            moves[t, voice] = len(notes) > 1
            if one is None:
                continue
            figure[t, voice] = numbers.get(one, NONE)
            half[t, voice] = half_tone(one.inside, [note.top.midi for note in notes])
            if t and standing.chord[t - 1] != NONE and _comes_again(lesson.voices[voice + 1], notes[0], unit):
                tie[t, voice] = int(one.tied)
    return Surface(standing, figure, moves, half, tie)


def _comes_again(voice: Sequence[Note], first: Note, unit: Unit) -> bool:
    """Whether the first note of a unit has the pitch that sounded up to it."""
    before = [note for note in voice if note.onset_ticks < unit.onset_ticks <= note.end_ticks]
    return bool(before) and before[-1].top.midi == first.top.midi


def surface_made(ground: Ground, chosen: Sequence[Ornamented], table: FigureTable) -> Surface:
    """A chorale of ours."""
    standing = Standing(ground.line, ground.chord, ground.pitch_midi, ground.letter_step)
    shape = (ground.line.count, LOWER)
    figure = np.array([one.figure[0] for one in chosen])
    moves = np.array([[len(table.rhythm[number]) > 1 for number in row] for row in figure.tolist()])
    half, tie = np.full(shape, NONE), np.full(shape, NONE)
    for t, row in enumerate(figure.tolist()):
        notes = chosen[t].notes[0, :, 1:, 0]
        for voice, number in enumerate(row):
            half[t, voice] = half_tone(table.inside[number], [int(notes[p, voice]) for p in table.rhythm[number]])
            if t and chosen[t - 1].notes[0, -1, voice + 1, 0] == notes[0, voice]:
                tie[t, voice] = int(table.tied[number])
    return Surface(standing, figure, moves, half, tie)
