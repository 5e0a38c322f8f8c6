"""Integer arrays over a score: what rules and search look at.

A ``Window`` has free leading axes, then ``span`` (moments in time) and ``voices``. The checker slides
windows over one piece; the search builds windows of all candidates at once; rules see no difference.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from composer.score.chord import Chord
from composer.score.key import MODES, Key
from composer.score.note import Note, Voice
from composer.score.reading import ChordSpan, Reading
from composer.score.score import Score

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
REST = -1
ABSENT = -1
# Codes of the cadence whose goal chord sounds at a moment; 0 = none is planned here.
CADENCES = ("", "PAC", "IAC", "HC", "PC", "DC", "open", "MC")


def bools(found: object) -> Bools:
    """A boolean expression over arrays as a boolean array of the same shape."""
    return np.asarray(found, dtype=bool)


@dataclass(frozen=True)
class Window:
    """Moments of music as arrays; ``...`` stands for free leading axes.

    Voices come highest first; ``roles`` names them. Chord arrays describe the chord sounding at each moment;
    pitch classes are absolute (C = 0), letters 0-6 (C = 0), ``ABSENT`` where there is none.
    """

    roles: tuple[str, ...]
    pitch_midi: Ints  # (..., span, voices), REST where silent
    letter_step: Ints  # (..., span, voices), staff position, C0 = 0
    attack: Bools  # (..., span, voices), the voice strikes at this moment (else it is held)
    length_ticks: Ints  # (..., span, voices), whole length of the sounding note, or of the silence between two
    strength: Ints  # (..., span), metric strength 0-3 (3 = downbeat)
    member_pc: Ints  # (..., span, 4), root, third, fifth, seventh of the chord
    member_letter: Ints  # (..., span, 4)
    inversion: Ints  # (..., span)
    leading_pc: Ints  # (..., span), leading tone if the chord is a dominant
    goal_pc: Ints  # (..., span), the pitch class a dominant points to (tonic, or the applied target)
    chord_id: Ints  # (..., span), changes when the chord changes
    tonic_pc: Ints  # (..., span)
    tonic_letter: Ints  # (..., span)
    mode: Ints  # (..., span), index into score.key.MODES
    cadence: Ints  # (..., span), index into CADENCES at the goal chord of a cadence, else 0
    last: Bools  # (..., span), the last moment of the piece
    onset_ticks: Ints  # (..., span)
    heard: Bools  # (..., span, 4), the chord's member sounds in some voice while the chord lasts; none in a search
    read: Bools  # (..., span), the chord was read from the notes, neither planned nor given
    confirmed: Bools  # (..., span), a chord that was read as a dominant goes to its goal, or above it
    rooted: Bools  # (..., span), the root of the chord sounds at the moment

    @property
    def span(self) -> int:
        """Number of moments."""
        return int(self.pitch_midi.shape[-2])

    @property
    def sure(self) -> Bools:
        """(..., span) the chord was planned or given, or its root sounds."""
        return np.asarray(~self.read | self.rooted, dtype=bool)

    @property
    def degree(self) -> Ints:
        """(..., span, voices) semitones above the tonic, 0-11; ABSENT for rests."""
        degree = (self.pitch_midi - self.tonic_pc[..., None]) % 12
        return np.where(self.pitch_midi == REST, ABSENT, degree)

    @property
    def member(self) -> Ints:
        """(..., span, voices) 0 root, 1 third, 2 fifth, 3 seventh; ABSENT for non-chord tones and rests."""
        same = (self.pitch_midi % 12)[..., None] == self.member_pc[..., None, :]
        found = np.where(same.any(axis=-1), same.argmax(axis=-1), ABSENT)
        return np.where(self.pitch_midi == REST, ABSENT, found)

    @cached_property
    def fifths(self) -> Ints:
        """(..., span, voices) place on the line of fifths, up to a constant: 7 x semitones - 12 x letters.

        The difference of two notes names their interval without regard to octaves: P8 0, P5 1, A2 9, d5 -6.
        """
        fifths: Ints = 7 * self.pitch_midi - 12 * self.letter_step
        return fifths

    @cached_property
    def move(self) -> Ints:
        """(..., span - 1, voices) semitones from each moment to the next; 0 where one of them is silent."""
        before, after = self.pitch_midi[..., :-1, :], self.pitch_midi[..., 1:, :]
        moved: Ints = (after - before) * ((before != REST) & (after != REST))
        return moved

    def take(self, voices: tuple[int, ...]) -> Window:
        """The same window with some voices only; views of the arrays where the voices are evenly apart."""
        steps = {b - a for a, b in pairwise(voices)}
        chosen: slice | list[int] = list(voices)
        if voices and len(steps) <= 1 and min(steps, default=1) > 0:
            chosen = slice(voices[0], voices[-1] + 1, min(steps, default=1))
        return replace(
            self, roles=tuple(self.roles[v] for v in voices),
            pitch_midi=self.pitch_midi[..., chosen], letter_step=self.letter_step[..., chosen],
            attack=self.attack[..., chosen], length_ticks=self.length_ticks[..., chosen],
        )

    def moment(self, place: int) -> Window:
        """One moment of each, as a window of span 1."""
        return replace(self, **{name: getattr(self, name)[..., [place], :] if name in _VOICED | _MEMBERED
                                else getattr(self, name)[..., [place]] for name in _MOMENT_FIELDS})  # fmt: skip

    def keep(self, index: Ints) -> Window:
        """Some of the windows of one leading axis."""
        return replace(self, **{name: getattr(self, name)[index] for name in _MOMENT_FIELDS})

    def sliding(self, span: int) -> Window:
        """From a window of T moments and no leading axes: all T - span + 1 windows of ``span`` moments."""
        count = self.span - span + 1
        index = np.arange(max(count, 0))[:, None] + np.arange(span)[None, :]
        arrays = {name: getattr(self, name)[index] for name in _MOMENT_FIELDS}
        return replace(self, **arrays)


_VOICED = {"pitch_midi", "letter_step", "attack", "length_ticks"}
_MEMBERED = {"member_pc", "member_letter", "heard"}
_MOMENT_FIELDS = tuple(name for name in Window.__dataclass_fields__ if name != "roles")


def chord_fields(chord: Chord, key: Key) -> dict[str, object]:
    """The chord arrays' values at one moment."""
    pcs = [ABSENT] * 4
    letters = [ABSENT] * 4
    slots = (0, 2) if chord.quality == "power" else range(len(chord.members))
    for slot, (letter, semitones) in zip(slots, chord.members, strict=False):
        pcs[slot] = (key.tonic_pc + semitones) % 12
        letters[slot] = (key.step + letter) % 7
    leading = chord.leading
    goal = chord.target or (0, 0)
    return {
        "member_pc": pcs, "member_letter": letters, "inversion": chord.inversion,
        "leading_pc": ABSENT if leading is None else (key.tonic_pc + leading[1]) % 12,
        "goal_pc": (key.tonic_pc + goal[1]) % 12,
        "tonic_pc": key.tonic_pc, "tonic_letter": key.step, "mode": MODES.index(key.mode),
    }


def no_chord_fields(key: Key) -> dict[str, object]:
    """The chord arrays' values where no chord sounds."""
    return {
        "member_pc": [ABSENT] * 4, "member_letter": [ABSENT] * 4, "inversion": ABSENT, "leading_pc": ABSENT,
        "goal_pc": key.tonic_pc, "tonic_pc": key.tonic_pc, "tonic_letter": key.step, "mode": MODES.index(key.mode),
    }


def real_voices(score: Score, reading: Reading) -> list[tuple[str, list[Note]]]:
    """(role, sounding notes) of the real parts, highest first.

    Of a figuration only the bass line is real: the lowest note at the start of each chord, held through it; what
    a right hand has of the figure is none.
    """
    lines: list[tuple[str, list[Note]]] = []
    for voice in score.voices:
        if voice.role == "figuration" and voice.name.startswith("right"):
            continue
        if voice.role == "figuration":
            lines.append(("left", _figuration_bass(voice, reading)))
        elif voice.role != "doubling":
            lines.append((voice.role, voice.sounding()))
    return lines


def _figuration_bass(voice: Voice, reading: Reading) -> list[Note]:
    notes = voice.sounding()
    line: list[Note] = []
    for span in reading.chords:
        within = [note for note in notes if span.onset_ticks <= note.onset_ticks < span.end_ticks]
        if within:
            first = within[0]
            line.append(Note(first.onset_ticks, span.end_ticks - first.onset_ticks, (first.bottom,)))
    return line


def _chord_rows(onsets: list[int], reading: Reading) -> tuple[list[dict[str, object]], list[int]]:
    rows, ids = [], []
    known: dict[ChordSpan, dict[str, object]] = {}
    number = -1
    last: ChordSpan | None = None
    for onset in onsets:
        span = reading.chord_at(onset)
        if span is None:  # an upbeat stands in the key it leads to
            coming = next((later for later in reading.chords if later.onset_ticks > onset), None)
            rows.append(no_chord_fields(coming.key if coming else reading.key))
            number += last is not None or number < 0
        else:
            if span not in known:
                known[span] = chord_fields(span.chord, span.key)
            rows.append(known[span])
            same = last is not None and last.chord == span.chord and last.key == span.key
            number += not same
        last = span
        ids.append(number)
    return rows, ids


def _cadence_codes(onsets: list[int], reading: Reading) -> list[int]:
    """The code of a phrase's cadence at every moment of the phrase's last chord."""
    codes = [0] * len(onsets)
    for phrase in reading.phrases:
        goal = reading.chord_at(phrase.end_ticks - 1)
        if goal is None or phrase.cadence not in CADENCES:
            continue
        begin = goal.onset_ticks
        for earlier in reversed(reading.chords):  # a goal chord restruck or revoiced is one goal
            same = earlier.end_ticks == begin and earlier.chord.root == goal.chord.root
            same = same and earlier.chord.quality == goal.chord.quality
            if same and earlier.chord.inversion == goal.chord.inversion:
                begin = earlier.onset_ticks
        for place, onset in enumerate(onsets):
            if max(begin, phrase.onset_ticks) <= onset < phrase.end_ticks:
                codes[place] = CADENCES.index(phrase.cadence)
    return codes


def _assemble(
    roles: tuple[str, ...], onsets: list[int], columns: list[list[tuple[int, int, bool, int]]], score: Score,
    reading: Reading, end_ticks: int, others: Sequence[Sequence[Note]] = (),
) -> Window:
    rows, ids = _chord_rows(onsets, reading)
    grid = np.array(columns, dtype=np.int64).reshape(len(roles), len(onsets), 4).transpose(1, 0, 2)

    def chord_array(name: str) -> Ints:
        width = (4,) if name.startswith("member") else ()
        return np.array([row[name] for row in rows], dtype=np.int64).reshape(len(onsets), *width)

    members, numbers = chord_array("member_pc"), np.array(ids, dtype=np.int64)
    read = np.full(len(onsets), reading.guessed)
    return Window(
        roles=roles, pitch_midi=grid[..., 0], letter_step=grid[..., 1], attack=grid[..., 2].astype(bool),
        length_ticks=grid[..., 3],
        strength=np.array([score.strength(onset) for onset in onsets], dtype=np.int64),
        member_pc=chord_array("member_pc"), member_letter=chord_array("member_letter"),
        inversion=chord_array("inversion"), leading_pc=chord_array("leading_pc"),
        goal_pc=chord_array("goal_pc"),
        chord_id=np.array(ids, dtype=np.int64), tonic_pc=chord_array("tonic_pc"),
        tonic_letter=chord_array("tonic_letter"), mode=chord_array("mode"),
        cadence=np.array(_cadence_codes(onsets, reading), dtype=np.int64),
        last=np.array([onset == end_ticks for onset in onsets], dtype=bool),
        onset_ticks=np.array(onsets, dtype=np.int64), read=read,
        heard=_heard(grid[..., 0], members, numbers + _phrase(onsets, reading) * (len(onsets) + 1)),
        rooted=((grid[..., 0] % 12 == members[:, :1]) & (grid[..., 0] != REST)).any(axis=1)
        | _rooted(onsets, members[:, 0], others),
        confirmed=~read | _confirmed(members, chord_array("goal_pc"), chord_array("leading_pc"), numbers),
    )


def _phrase(onsets: list[int], reading: Reading) -> Ints:
    """(T,) the number of the phrase of each moment."""
    ends = [phrase.end_ticks for phrase in reading.phrases]
    return np.array([bisect_right(ends, onset) for onset in onsets], dtype=np.int64)


def _confirmed(member_pc: Ints, goal_pc: Ints, leading_pc: Ints, chord_id: Ints) -> Bools:
    """(T,) the chord after that of each moment stands on its goal, or on the sixth degree above; or it is another
    dominant of the same goal that is confirmed."""
    first = {int(number): place for place, number in reversed(list(enumerate(chord_id)))}
    known: dict[int, bool] = {}
    for number in sorted(first, reverse=True):
        here, after = first[number], first.get(number + 1)
        known[number] = False
        if after is not None and member_pc[after, 0] != ABSENT:
            again = leading_pc[after] != ABSENT and goal_pc[after] == goal_pc[here] and known[number + 1]
            known[number] = bool((member_pc[after, 0] - goal_pc[here]) % 12 in (0, 8, 9) or again)
    return np.array([known[int(number)] for number in chord_id], dtype=bool)


def _rooted(onsets: list[int], roots: Ints, others: Sequence[Sequence[Note]]) -> Bools:
    """(T,) whether the root of the chord of each moment sounds in one of the other voices."""
    found = np.zeros(len(onsets), dtype=bool)
    for notes in others:
        starts = [note.onset_ticks for note in notes]
        for place, onset in enumerate(onsets):
            at = bisect_right(starts, onset) - 1
            if at >= 0 and notes[at].end_ticks > onset:
                found[place] |= any(pitch.midi % 12 == roots[place] for pitch in notes[at].pitches)
    return found


def _heard(pitch_midi: Ints, member_pc: Ints, stretch: Ints) -> Bools:
    """(T, 4) which members of the chord of each moment sound in its stretch, a chord as far as a phrase goes."""
    same = pitch_midi[:, :, None] % 12 == member_pc[:, None, :]
    now = (same & (pitch_midi != REST)[:, :, None]).any(axis=1)
    _, number = np.unique(stretch, return_inverse=True)
    found = np.zeros((int(number.max(initial=0)) + 1, 4), dtype=bool)
    np.logical_or.at(found, number, now)
    return np.asarray(found[number])


def slices(score: Score, reading: Reading) -> Window:
    """Every moment at which a real part begins or ends a note: a Window of T moments, no leading axes."""
    lines = real_voices(score, reading)
    moments = {note.onset_ticks for _, notes in lines for note in notes}
    moments |= {note.end_ticks for _, notes in lines for note in notes}
    moments |= {span.onset_ticks for span in reading.chords}
    end = max(moments, default=0)
    onsets = sorted(moment for moment in moments if moment < end)
    columns = []
    for _, notes in lines:
        column, place = [], 0
        for onset in onsets:
            while place < len(notes) and notes[place].end_ticks <= onset:
                place += 1
            if place < len(notes) and notes[place].onset_ticks <= onset:
                note = notes[place]
                top = note.bottom
                column.append((top.midi, top.letter_step, note.onset_ticks == onset, note.length_ticks))
            else:
                begin = notes[place - 1].end_ticks if place else 0
                until = notes[place].onset_ticks if place < len(notes) else end
                column.append((REST, REST, False, until - begin))
        columns.append(column)
    roles = tuple(role for role, _ in lines)
    return _assemble(roles, onsets, columns, score, reading, onsets[-1] if onsets else 0)


def line(score: Score, reading: Reading, role: str) -> Window:
    """The notes of one real part in order (rests left out): a Window of T moments and one voice."""
    lines = real_voices(score, reading)
    for name, notes in lines:
        if name == role:
            column = [(n.bottom.midi, n.bottom.letter_step, True, n.length_ticks) for n in notes]
            onsets = [note.onset_ticks for note in notes]
            others = [other for _, other in lines] if reading.guessed else []
            return _assemble((role,), onsets, [column], score, reading, onsets[-1] if onsets else 0, others)
    raise KeyError(role)
