"""Reading a Standard MIDI File through symusic: bars by its meters, values on a grid, lines out of every track.

A file says neither how notes are spelled nor where an upbeat ends; the first comes from ``spell_midi``, the second only
from a first meter that lasts one short bar. What sounds a little less than its value is taken as the whole value.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

from composer.errors import InputError
from composer.files.bar_plan import bar_plan, measures_of_meters
from composer.files.counted import Counted, counted
from composer.files.grid import key_of_signature
from composer.files.lines import Head, Line, TooThick, lines_of
from composer.files.midi_lines import parted
from composer.files.page_signs import key_of
from composer.files.roles import cast_roles
from composer.files.spell_midi import best_signature, spell
from composer.score.note import Voice
from composer.score.score import Part, Score, Staff
from composer.score.time import TICKS_PER_QUARTER, Meter

GRIDS = (TICKS_PER_QUARTER // 8, TICKS_PER_QUARTER // 12)  # of equals the first
MOST_NOTES = 200_000
MOST_QUARTERS = 100_000
LET_GO_SHARE = 0.4  # a rest after a note that is no longer than this share of it was the player's: a design value
TOUCH_SHARE = 0.6  # of the notes, which one touch must fit: a design value
LONGEST_LET_GO = TICKS_PER_QUARTER // 2
SURER = 0.1  # a signature of no sharps is often never said; the notes overrule it by this share of them
_FIRST_LOW = 60  # the middle of a part below it stands in the bass clef
_Raw = tuple[int, int, int, int]  # onset, end (ticks of ours, not rounded to a grid), MIDI, velocity


def read_midi(data: bytes, path: Path) -> tuple[Score, tuple[str, ...]]:
    """The score of a MIDI file, and what could not be kept.

    Raises:
        InputError: no Standard MIDI File, one without notes, or one that is too long.
    """
    import symusic

    try:
        found: Any = symusic.Score.from_midi(data)
    except Exception as error:  # whatever a native library raises
        text = " ".join(str(error).split()) or type(error).__name__
        raise InputError(f"{path}: not readable as MIDI ({text}); export it once more") from None
    tpq = int(found.ticks_per_quarter)
    tracks, drums = _tracks(found, tpq, path)
    heads = [_on_grid(raws) for raws in tracks]
    meters = _meters(found, tpq)
    measures = measures_of_meters(meters, max(head.end_ticks for inside in heads for head in inside))
    plan = bar_plan(measures)
    end = measures[-1].onset_ticks + measures[-1].length_ticks
    signs = _signatures(found, tpq, heads)
    heads = _spelled(heads, signs[0][1])
    try:
        lines = [line for number, inside in enumerate(heads) for line in lines_of(parted(inside), number, end)]
    except TooThick as error:
        raise InputError(f"{path}: {error}; export it once more") from None
    casts = cast_roles([Voice(f"line {number}", "", line.notes) for number, line in enumerate(lines)])
    voices = tuple(cast.voice for cast in casts)
    playing = [track for track in found.tracks if track.notes and not track.is_drum]
    score = Score(
        title="", meter=plan.meter, key=key_of(signs, voices), voices=voices,
        parts=_parts(playing, lines, [(cast.source, cast.voice.name) for cast in casts]),
        tempo_bpm=_tempo(found, plan.meter), pickup_ticks=plan.pickup_ticks, bar_lines=plan.lines,
        key_signatures=tuple((onset, fifths) for onset, fifths, _ in signs),
    )
    return score, counted([Counted("note on drums")] * drums)


def _tracks(found: Any, tpq: int, path: Path) -> tuple[list[list[_Raw]], int]:
    """The notes of every track that has pitches, and how many notes are drums'."""
    if tpq <= 0:
        raise InputError(f"{path}: its time is in seconds of film (SMPTE); export it with ticks a quarter")
    count = sum(len(track.notes) for track in found.tracks)
    drums = sum(len(track.notes) for track in found.tracks if track.is_drum)
    if not count - drums:
        wrong = "it holds drums alone" if drums else "no notes were found"
        raise InputError(f"{path}: {wrong}; name a MIDI file with notes")
    if count > MOST_NOTES:
        raise InputError(f"{path}: it holds more than {MOST_NOTES} notes; export a shorter piece")
    tracks = []
    for track in found.tracks:
        if track.is_drum or not track.notes:
            continue
        scale = TICKS_PER_QUARTER / tpq
        raws = [
            (round(n.time * scale), round((n.time + n.duration) * scale), int(n.pitch), int(n.velocity))
            for n in track.notes
        ]
        if min(raw[0] for raw in raws) < 0 or max(raw[1] for raw in raws) > MOST_QUARTERS * TICKS_PER_QUARTER:
            raise InputError(f"{path}: it is longer than {MOST_QUARTERS} quarters; export a shorter piece")
        tracks.append(raws)
    return tracks, drums


def _on_grid(raws: Sequence[_Raw]) -> list[Head]:
    """The notes of a track on the grid that fits each quarter best, none of length zero; small silences closed."""
    touch = _touch(raws)
    raws = [(onset, onset + round((end - onset) / touch), midi, velocity) for onset, end, midi, velocity in raws]
    misses: dict[int, list[int]] = {}
    for onset, *_ in raws:
        beat = misses.setdefault(onset // TICKS_PER_QUARTER, [0] * len(GRIDS))
        for place, grid in enumerate(GRIDS):
            beat[place] += abs(onset - _nearest(onset, grid))

    def grid_at(tick: int) -> int:
        beat = misses.get(tick // TICKS_PER_QUARTER, [0] * len(GRIDS))
        return GRIDS[beat.index(min(beat))]

    onsets = {onset: _nearest(onset, grid_at(onset)) for onset, *_ in raws}
    struck = sorted(set(onsets.values()))
    heads: list[Head] = []
    for raw_onset, raw_end, midi, velocity in sorted(raws):
        onset, grid = onsets[raw_onset], grid_at(raw_end)
        end = _written_end(onset, raw_end, struck) if touch == 1 else 0
        end = end or max(_nearest(raw_end, grid), onset + grid)
        heads.append(Head(onset, end, spell([midi])[0], velocity=velocity))
    return _cut_restruck(sorted(heads, key=lambda head: (head.onset_ticks, head.pitch.midi)))


def _touch(raws: Sequence[_Raw]) -> float:
    """The share of its value that every note of a track sounds, where one share fits nearly all; else 1."""
    onsets = sorted({raw[0] for raw in raws})
    following = dict(pairwise(onsets))
    shares = Counter(
        round((end - onset) / (following[onset] - onset), 2) for onset, end, *_ in raws if onset in following
    )
    exact = sum(end % (TICKS_PER_QUARTER // 4) == 0 for _, end, *_ in raws)
    if not shares or 2 * exact > len(raws):
        return 1.0
    share, count = shares.most_common(1)[0]
    return share if 0.5 < share < 1 and count >= TOUCH_SHARE * shares.total() else 1.0


def _nearest(tick: int, grid: int) -> int:
    return (2 * tick + grid) // (2 * grid) * grid


def _written_end(onset: int, raw_end: int, struck: Sequence[int]) -> int:
    """Where a note that was let go a little early ends on paper: at a beat, half a beat, or the next onset; else 0.

    An end that stands exactly on a grid is meant. ``struck``: all onsets of the track, ordered.
    """
    if any(raw_end % grid == 0 for grid in GRIDS):
        return 0
    half = TICKS_PER_QUARTER // 2
    nearest = -(-raw_end // half) * half
    place = bisect_left(struck, raw_end)
    end = min(nearest, struck[place]) if place < len(struck) else nearest
    return end if end - raw_end <= LET_GO_SHARE * (end - onset) and end - raw_end < LONGEST_LET_GO else 0


def _cut_restruck(heads: Sequence[Head]) -> list[Head]:
    """The same, each note ended where its own key is struck again."""
    coming: dict[int, int] = {}
    cut = []
    for head in reversed(heads):
        following = coming.get(head.pitch.midi, head.end_ticks)
        if head.onset_ticks < following < head.end_ticks:
            head = replace(head, end_ticks=following)
        cut.append(head)
        coming[head.pitch.midi] = head.onset_ticks
    return cut[::-1]


def _meters(found: Any, tpq: int) -> list[tuple[int, Meter]]:
    """Changes of meter from tick 0; 4/4 where none is said."""
    changes: dict[int, Meter] = {}
    for sign in found.time_signatures:
        if 1 <= sign.numerator <= 64 and sign.denominator in (1, 2, 4, 8, 16, 32):
            onset = round(sign.time * TICKS_PER_QUARTER / tpq)
            if 0 <= onset <= MOST_QUARTERS * TICKS_PER_QUARTER:
                changes[onset] = Meter(int(sign.numerator), int(sign.denominator))
    ordered = sorted({0: Meter(4, 4), **changes}.items())
    return [pair for place, pair in enumerate(ordered) if place == 0 or pair[1] != ordered[place - 1][1]]


def _signatures(
    found: Any, tpq: int, heads: Sequence[Sequence[Head]]
) -> list[tuple[int, int, str | None]]:
    """(onset, sharps, stated mode) from tick 0; a file that says none, or none in earnest, gets the likeliest one."""
    midis = [head.pitch.midi for inside in heads for head in inside]
    likely = best_signature(midis)
    said: dict[int, tuple[int, str | None]] = {}
    for sign in found.key_signatures:
        if -7 <= sign.key <= 7 and sign.time >= 0:
            mode = "minor" if sign.tonality == 1 else "major"
            said[round(sign.time * TICKS_PER_QUARTER / tpq)] = (int(sign.key), mode)
    if not said or (set(said.values()) == {(0, "major")} and _outside(midis, 0) > _outside(midis, likely) + SURER):
        return [(0, likely, None)]
    if set(said.values()) == {(0, "major")}:  # written by many programs whatever the key
        return [(0, 0, None)]
    first = said.get(0) or said[min(said)]
    return [(onset, *pair) for onset, pair in sorted({**said, 0: first}.items())]


def _outside(midis: Sequence[int], sharps: int) -> float:
    """Share of notes that are not in the scale of a signature."""
    scale = {(key_of_signature(sharps, "major").tonic_pc + step) % 12 for step in (0, 2, 4, 5, 7, 9, 11)}
    return sum(midi % 12 not in scale for midi in midis) / len(midis)


def _spelled(heads: Sequence[Sequence[Head]], sharps: int) -> list[list[Head]]:
    """The heads of all tracks with names by what sounds around them, whatever track it is in."""
    order = sorted(
        ((number, place) for number, inside in enumerate(heads) for place in range(len(inside))),
        key=lambda at: (heads[at[0]][at[1]].onset_ticks, heads[at[0]][at[1]].pitch.midi),
    )
    names = spell([heads[number][place].pitch.midi for number, place in order], sharps)
    made = [list(inside) for inside in heads]
    for (number, place), pitch in zip(order, names, strict=True):
        made[number][place] = replace(made[number][place], pitch=pitch)
    return made


def _tempo(found: Any, meter: Meter) -> float:
    """Felt beats a minute of the first tempo; 0 for none."""
    if not found.tempos:
        return 0.0
    return round(float(found.tempos[0].qpm) * TICKS_PER_QUARTER / meter.beat_ticks, 2)


def _parts(tracks: Sequence[Any], lines: Sequence[Line], names: Sequence[tuple[int, str]]) -> tuple[Part, ...]:
    """One part a track; its lines share a staff, or two where they are many."""
    made = []
    for number, track in enumerate(tracks):
        inside = [(source, name) for source, name in names if lines[source].part == number]
        if not inside:
            continue
        heights = Counter(
            "bass" if pitch.midi < _FIRST_LOW else "treble"
            for line in lines if line.part == number for note in line.notes for pitch in note.pitches
        )
        if len(inside) > 2:
            half = (len(inside) + 1) // 2
            rows = [("treble", inside[:half]), ("bass", inside[half:])]
        else:
            rows = [(heights.most_common(1)[0][0], inside)]
        staves = tuple(Staff(clef, tuple(name for _, name in row)) for clef, row in rows)
        name = " ".join(str(track.name).split())
        made.append(Part(name, name[:4], int(track.program) % 128, staves))
    return tuple(made)
