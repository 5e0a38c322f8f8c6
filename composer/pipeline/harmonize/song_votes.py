"""How a tune lies over each chord: probabilities of chord tones by place, of foreign notes by how they are led."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from composer.pipeline.harmonize.song_grid import Grid
from composer.score.chord import Chord
from composer.score.key import Key
from composer.score.note import Note
from composer.score.score import Score
from composer.score.time import HALF_BAR, OFF_BEAT
from composer.score.windows import Bools, Ints
from composer.search.draw import Floats
from composer.theory.tables import Row

STEP_SEMITONES = 2
LEADING = 11  # semitones above the tonic
# Design values.
TUNE_WEIGHT = 0.65  # of all notes beside the other votes: notes of one chord say the same thing more than once
MEMBER_SHARES = (0.36, 0.33, 0.31, 0.12)  # of root, third, fifth, seventh among a chord's notes in the tune
CHROMATIC = 0.08  # share of a foreign note outside the scale beside one inside
SHORTEST, LONGEST = 0.5, 1.4  # weight of a short and of a long note; a note of a beat has 1
UPBEAT_WEIGHT = 0.4  # of the notes before a phrase's first bar line, which belong to the chord that comes
FOREIGN_REST_NATS = 6.0  # a phrase that rests on a note foreign to its last chord
HELD_WEIGHT = 0.6  # of a note that goes on under a new place


@dataclass(frozen=True)
class Heard:
    """What a tune says of C chords at T places, nats: ``over`` (T, C) its notes over each chord; ``rest`` (T, C)
    closing on a chord where a stretch ends; ``leaves`` (T,): the leading tone sounds before a place and does not rise;
    ``moves`` (T, 2) pitch classes of the tune just before a place and at it, -1 where it does not move there.
    """

    over: Floats
    rest: Floats
    leaves: Bools
    moves: Ints


@dataclass(frozen=True)
class Sung:
    """N notes of a tune, repeated ones apart: pitch class, how each is led (place in ``kinds``), onset, length."""

    notes: tuple[Note, ...]
    pc: Ints
    led: Ints


def sung(notes: Sequence[Note], kinds: Sequence[str]) -> Sung:
    """How each note comes and goes; a note repeated is led as its whole group is, but for its later strokes."""
    pitch = [note.top.midi for note in notes]
    led = []
    for here in range(len(pitch)):
        first, last = here, here
        while first and pitch[first - 1] == pitch[here]:
            first -= 1
        while last + 1 < len(pitch) and pitch[last + 1] == pitch[here]:
            last += 1
        into = pitch[here] - pitch[first - 1] if first else 99
        out = pitch[last + 1] - pitch[here] if last + 1 < len(pitch) else 99
        led.append(kinds.index(_kind(into, out, first < here)))
    return Sung(tuple(notes), np.array(pitch, dtype=np.int64) % 12, np.array(led, dtype=np.int64))


def _kind(into: int, out: int, repeated: bool) -> str:
    comes, goes = abs(into) <= STEP_SEMITONES, abs(out) <= STEP_SEMITONES
    if repeated and goes:
        return "held"
    if comes and goes:
        return "passing" if into * out > 0 else "neighbour"
    return "appoggiatura" if goes else "escape" if comes else "free"


def tune_nats(
    score: Score, notes: Sequence[Note], grid: Grid, chords: Sequence[Chord], key: Key, tones: Sequence[Row],
    plain: bool = True,
) -> Floats:
    """(T, C) nats of the tune's notes over each chord at each place; ``tones`` are the rows of chord_tones.toml,
    ``plain`` says that foreign notes are led as in folk songs."""
    places = {int(row["strength"]): float(row["share"]) for row in tones if "strength" in row}
    ways = [row for row in tones if "name" in row]
    own = sung(notes, [str(row["name"]) for row in ways])
    columns = ("foreign_share" if plain else "song_share", "member_share")
    foreign, member = (np.array([float(row[name]) for row in ways]) for name in columns)
    inside, outside = _tone_shares(chords, key)
    nats = np.zeros((grid.count, len(chords)))
    held = next((n for n, row in enumerate(ways) if row["name"] == "held"), 0)
    for number, note in enumerate(own.notes):
        first = int(np.searchsorted(grid.onset_ticks, note.onset_ticks, side="right")) - 1
        if first < 0 and note.end_ticks <= grid.onset_ticks[0]:
            continue
        for place in range(max(first, 0), grid.count):
            if grid.onset_ticks[place] >= note.end_ticks:
                break
            begins = place == first
            share = places[score.strength(note.onset_ticks) if begins else HALF_BAR]
            led = own.led[number] if begins else held
            pc = own.pc[number]
            p = share * member[led] * inside[:, pc] + (1 - share) * foreign[led] * outside[:, pc]
            until = min(note.end_ticks, int(grid.end_ticks[place]))
            beats = (until - max(note.onset_ticks, int(grid.onset_ticks[place]))) / score.meter.beat_ticks
            weight = min(max(beats**0.5, SHORTEST), LONGEST) * (1.0 if begins else HELD_WEIGHT)
            early = grid.upbeat[place] or (grid.ends[place] and note.onset_ticks >= grid.rest_ticks[place])
            nats[place] -= TUNE_WEIGHT * (UPBEAT_WEIGHT if early else 1.0) * weight * np.log(p)
    return nats


def moves_into(notes: Sequence[Note], grid: Grid) -> Ints:
    """(T, 2) pitch classes of the tune just before each place and struck at it, -1 where it strikes no other note."""
    found = np.full((grid.count, 2), -1, dtype=np.int64)
    onsets = np.array([note.onset_ticks for note in notes])
    for place, tick in enumerate(grid.onset_ticks.tolist()):
        at = int(np.searchsorted(onsets, tick))
        if 0 < at < len(notes) and notes[at].onset_ticks == tick and notes[at - 1].top != notes[at].top:
            found[place] = notes[at - 1].top.midi % 12, notes[at].top.midi % 12
    return found


def leading_left(notes: Sequence[Note], grid: Grid, key: Key) -> Bools:
    """(T,) places at which the tune leaves its leading tone other than upwards: no dominant should close there."""
    found = np.zeros(grid.count, dtype=bool)
    onsets = np.array([note.onset_ticks for note in notes])
    for place in range(grid.count):
        after = int(np.searchsorted(onsets, grid.onset_ticks[place]))
        if 0 < after < len(notes) and (notes[after - 1].top.midi - key.tonic_pc) % 12 == LEADING:
            found[place] = notes[after].top.midi - notes[after - 1].top.midi not in (0, 1)
    return found


def rest_nats(score: Score, notes: Sequence[Note], grid: Grid, chords: Sequence[Chord], key: Key) -> Floats:
    """(T, C) nats of closing on each chord where a stretch ends: its last note is to belong to it. Where all ends, the
    last note on a beat will do: what runs on off the beat leads back to the beginning."""
    nats = np.zeros((grid.count, len(chords)))
    member = _tone_shares(chords, key)[0] > 0
    onsets = np.array([note.onset_ticks for note in notes])
    for end in np.flatnonzero(grid.ends):
        count = int(np.searchsorted(onsets, grid.rest_ticks[end]))
        last = list(notes[max(count - 1, 0) : count])
        if end + 1 == grid.count:
            last += [note for note in notes[:count] if score.strength(note.onset_ticks) > OFF_BEAT][-1:]
        if last:
            rests = member[:, [note.top.midi % 12 for note in last]].any(axis=1)
            nats[end] = np.where(rests, 0.0, FOREIGN_REST_NATS)
    return nats


def _tone_shares(chords: Sequence[Chord], key: Key) -> tuple[Floats, Floats]:
    """(C, 12) of absolute pitch classes: share among the chord's notes, and among notes foreign to it."""
    inside = np.zeros((len(chords), 12))
    for place, chord in enumerate(chords):
        for share, (_, semitones) in zip(MEMBER_SHARES, chord.members, strict=False):
            inside[place, (key.tonic_pc + semitones) % 12] = share
    inside /= inside.sum(axis=1, keepdims=True)
    scale = {*key.scale, 11, 9} if key.mode == "minor" else set(key.scale)
    usual = np.array([1.0 if (pc - key.tonic_pc) % 12 in scale else CHROMATIC for pc in range(12)])
    outside = np.where(inside > 0, 0.0, usual)
    return inside, outside / outside.sum(axis=1, keepdims=True)
