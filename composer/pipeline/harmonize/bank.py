"""Voicings of chords under a given soprano, and what the law says of them: worked out once, kept by whoever calls."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from composer.models.chorale import LEAST_GAP, LEAST_HEIGHT, MEMBERS, ChoraleModel
from composer.pipeline.candidates import PER_CHORD
from composer.pipeline.chord_table import SMALL
from composer.pipeline.four_parts import ROLES
from composer.pipeline.harmonize.chords import Name, Names
from composer.pipeline.harmonize.sonority import Sonorities
from composer.score.pitch import LETTER_SEMITONES
from composer.score.windows import Bools, Ints, Window, chord_fields
from composer.search.draw import Floats
from composer.theory.law import Law

# Bounds of alto, tenor and bass: those of the chorales, wider than any textbook's.
BOUNDS = ((53, 74), (46, 70), (38, 64))
MOST_CROSSED, WIDEST_GAP, WIDEST_BELOW = 4, 16, 26  # semitones
FORBIDDEN = 1e4
HARMONY = "harmony"  # the scope of rules about chords in a row
RESOLUTION = "resolution"  # the kind of rules that ask how a chord's notes go on
WORSE = 4.0  # nats beyond the likeliest from which on a voicing is not looked at


@dataclass(frozen=True)
class Voicings:
    """K voicings of a chord under a note of the soprano: ``pitch_midi``, ``letter_step`` (K, 4), ``nats`` (K,)."""

    pitch_midi: Ints
    letter_step: Ints
    nats: Floats


@dataclass(frozen=True)
class Moments:
    """N moments of four voices: ``pitch_midi``, ``letter_step`` (N, 4), numbers of their chords and units (N,)."""

    pitch_midi: Ints
    letter_step: Ints
    chord: Ints
    unit: Ints

    def take(self, index: Ints) -> Moments:
        """Some of them."""
        return Moments(self.pitch_midi[index], self.letter_step[index], self.chord[index], self.unit[index])


@dataclass
class Bank:
    """Chords of the model as a key names them, their voicings, and the law's questions about them.

    ``strength`` and ``last`` (T,) describe the units of the tune at hand.
    """

    model: ChoraleModel
    law: Law
    heard_law: Law
    names: Names
    signature: int
    sonorities: Sonorities
    bounds: tuple[tuple[int, int], ...] = BOUNDS
    free: bool = False  # voicings by themselves need not keep the law
    known: dict[tuple[int, int, int, bool], Voicings] = field(default_factory=dict)
    below: dict[int, Ints] = field(default_factory=dict)

    def __post_init__(self) -> None:
        rows = [chord_fields(name.chord, name.key) if name else None for name in self.names.usual]
        spare = next(row for row in rows if row)
        self.harmony = Law(tuple(entry for entry in self.law.entries if entry[0].scope == HARMONY))
        self._chordal = (chordal(self.law), chordal(self.heard_law))
        self.signs = tuple(_signs(name) if name else {} for name in self.names.usual)
        chords = {name: np.array([(row or spare)[name] for row in rows], dtype=SMALL) for name in PER_CHORD}
        self._chords: dict[str, Any] = chords

    @property
    def usable(self) -> Bools:
        """(C,) chords that have a name."""
        return np.array([name is not None for name in self.names.usual])

    @property
    def six_four(self) -> Bools:
        """(C,) triads over their fifth."""
        return np.asarray((self._chords["inversion"] == 2) & (self._chords["member_pc"][:, 3] < 0))

    def window(self, moments: Sequence[Moments], strength: Ints, last: Bools) -> Window:
        """(N, span, 4) the moments one after another; ``strength``, ``last`` (T,) of the units."""
        chord = np.stack([moment.chord for moment in moments], axis=1)
        unit = np.stack([moment.unit for moment in moments], axis=1)
        pitch = np.stack([moment.pitch_midi for moment in moments], axis=1)
        fresh = np.concatenate((np.zeros_like(chord[:, :1]), chord[:, 1:] != chord[:, :-1]), axis=1)
        ones = np.ones(pitch.shape, dtype=bool)
        return Window(
            roles=ROLES, pitch_midi=pitch, letter_step=np.stack([moment.letter_step for moment in moments], axis=1),
            attack=ones, length_ticks=ones * 480, strength=strength[unit], cadence=np.zeros_like(unit),
            last=last[unit], chord_id=np.cumsum(fresh, axis=1), onset_ticks=unit,
            heard=np.zeros((*chord.shape, 4), dtype=bool), read=np.zeros(chord.shape, dtype=bool),
            confirmed=np.ones(chord.shape, dtype=bool), rooted=np.ones(chord.shape, dtype=bool),
            **{name: array[chord] for name, array in self._chords.items()},
        )  # fmt: skip

    def broken(self, window: Window, alone: bool) -> Bools:
        """(N,) pairs of moments that break a law, by the chords planned or by those that are heard; with ``alone`` the
        second moment is asked by itself, too."""
        found = self._costs(self.law, window, 2) >= FORBIDDEN
        if alone:
            found |= self._costs(self.law, window.moment(1), 1) >= FORBIDDEN
        left = np.flatnonzero(~found)
        if len(left):
            heard = self.sonorities.read(window.keep(left))
            found[left] = self._costs(self.heard_law, heard, 2) >= FORBIDDEN
            found[left] |= self._costs(self.heard_law, heard.moment(1), 1) >= FORBIDDEN
        return np.asarray(found)

    def _costs(self, law: Law, window: Window, span: int) -> Floats:
        """(N,) what four voices cost; of the soprano, which is given, only what depends on the chords."""
        total = law.slice_cost(window, span)
        for voice in range(1, len(ROLES)):
            total = total + law.line_cost(window.take((voice,)), span)
        own = self._chordal[law is self.heard_law]
        return np.asarray(total + own.line_cost(window.take((0,)), span))

    def learn(self, wanted: Sequence[tuple[int, int, int, bool]]) -> None:
        """Work out voicings of (chord, soprano's MIDI pitch, its staff position, last chord), all at once."""
        new = [one for one in dict.fromkeys(wanted) if one not in self.known]
        if not new:
            return
        drawn = [self._candidates(chord, midi) for chord, midi, _, _ in new]
        place = np.repeat(np.arange(len(new)), [len(rows) for rows in drawn])
        pitch = np.concatenate(drawn)
        chord = np.array([one[0] for one in new])[place]
        letter = self.letters(pitch, chord)
        letter[:, 0] = np.array([one[2] for one in new])[place]
        moments = Moments(pitch, letter, chord, place)
        strength, last = np.ones(len(new), dtype=np.int64), np.array([one[3] for one in new])
        legal = np.asarray(self._costs(self.law, self.window([moments], strength, last), 1) < FORBIDDEN)
        nats = self._nats(pitch, chord)
        for number, one in enumerate(new):
            here = (legal | self.free) & (place == number)
            here &= nats <= nats[here].min(initial=np.inf) + WORSE
            self.known[one] = Voicings(pitch[here], letter[here], nats[here])

    def letters(self, pitch: Ints, chord: Ints) -> Ints:
        """(N, 4) staff positions of chord tones."""
        members = self._chords["member_pc"][chord]
        same = pitch[..., None] % 12 == members[:, None, :]
        member = np.where(same.any(axis=-1), same.argmax(axis=-1), 0)
        letter = np.take_along_axis(self._chords["member_letter"][chord], member, axis=1)
        natural = np.array(LETTER_SEMITONES)[letter]
        alter = (pitch - natural + 6) % 12 - 6
        return np.asarray(7 * ((pitch - alter - natural) // 12 - 1) + letter, dtype=SMALL)

    def _candidates(self, chord: int, soprano: int) -> Ints:
        """(K, 4) all notes of the chord in the lower voices, within bounds and not too far apart."""
        if chord not in self.below:
            self.below[chord] = self._lower(chord)
        below = self.below[chord]
        gap = soprano - below[:, 0]
        below = below[(gap >= -MOST_CROSSED) & (gap <= WIDEST_GAP)]
        return np.concatenate((np.full((len(below), 1), soprano, dtype=SMALL), below), axis=1)

    def _lower(self, chord: int) -> Ints:
        """(K, 3) notes of a chord in alto, tenor and bass."""
        tones = {int(tone) for tone in self._chords["member_pc"][chord] if tone >= 0}
        root = self._chords["member_pc"][chord].tolist()
        bass = root[min(int(self._chords["inversion"][chord]), len(tones) - 1)]
        inner = [np.array([n for n in range(low, high + 1) if n % 12 in tones]) for low, high in self.bounds[:-1]]
        low, high = self.bounds[-1]
        lowest = np.array([n for n in range(low, high + 1) if n % 12 == bass])
        grid = np.stack(np.meshgrid(*inner, lowest, indexing="ij"), axis=-1).reshape(-1, 3)
        upper, lower = grid[:, 0] - grid[:, 1], grid[:, 1] - grid[:, 2]
        near = (upper >= -MOST_CROSSED) & (upper <= WIDEST_GAP) & (lower >= -MOST_CROSSED) & (lower <= WIDEST_BELOW)
        return np.asarray(grid[near], dtype=SMALL)

    def _nats(self, pitch: Ints, chord: Ints) -> Floats:
        """(N,) nats of voicings by themselves: gaps, heights and doublings as learned, negative logs."""
        model = self.model
        total = np.zeros(len(pitch))
        for voice in range(3):
            gap = np.clip(pitch[:, voice] - pitch[:, voice + 1] - LEAST_GAP, 0, model.gap.shape[1] - 1)
            height = np.clip(pitch[:, voice + 1] - LEAST_HEIGHT, 0, model.height.shape[1] - 1)
            total -= model.gap[voice, gap] + model.height[voice, height]
        members = self._chords["member_pc"][chord]
        counts = (pitch[:, :, None] % 12 == members[:, None, :]).sum(axis=1)
        code = (counts * MEMBERS ** np.arange(4)).sum(axis=1)
        return np.asarray(total - model.doubling[chord, code])


def chordal(law: Law) -> Law:
    """Those rules of a law that ask how a chord's notes go on."""
    return Law(tuple(entry for entry in law.entries if entry[0].kind == RESOLUTION))


def _signs(name: Name) -> dict[int, int]:
    """Letter and alteration of each member of a chord."""
    return {pitch.step: pitch.alter for pitch in name.chord.spelled(name.key)}
