"""Voicings of chords under a given soprano, and what the law says of them: worked out once, kept by whoever calls."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from composer.models.chorale import LEAST_GAP, LEAST_HEIGHT, MEMBERS, ChoraleModel
from composer.pipeline.candidates import PER_CHORD
from composer.pipeline.chord_table import SMALL
from composer.pipeline.four_parts import ROLES
from composer.pipeline.harmonize.chords import Name
from composer.score.pitch import LETTER_SEMITONES
from composer.score.windows import Bools, Ints, Window, chord_fields
from composer.search.draw import Floats
from composer.theory.law import Law

# Bounds of alto, tenor and bass: those of the chorales, wider than any textbook's.
BOUNDS = ((53, 74), (46, 70), (36, 64))
MOST_CROSSED, WIDEST_GAP, WIDEST_BELOW = 4, 16, 26  # semitones
FORBIDDEN = 1e4


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


@dataclass
class Bank:
    """Chords of the model as a key names them, their voicings, and the law's questions about them.

    ``strength`` and ``last`` (T,) describe the units of the tune at hand.
    """

    model: ChoraleModel
    law: Law
    named: tuple[Name | None, ...]
    signature: int
    bounds: tuple[tuple[int, int], ...] = BOUNDS
    known: dict[tuple[int, int, int, bool], Voicings] = field(default_factory=dict)

    def __post_init__(self) -> None:
        rows = [chord_fields(name.chord, name.key) if name else None for name in self.named]
        spare = next(row for row in rows if row)
        self.signs = tuple(_signs(name) if name else {} for name in self.named)
        self._chords = {name: np.array([(row or spare)[name] for row in rows], dtype=SMALL) for name in PER_CHORD}

    @property
    def usable(self) -> Bools:
        """(C,) chords that have a name."""
        return np.array([name is not None for name in self.named])

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
        legal = np.asarray(self.law.voicing_cost(self.window([moments], strength, last), 1) < FORBIDDEN)
        nats = self._nats(pitch, chord)
        for number, one in enumerate(new):
            here = legal & (place == number)
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
        tones = self._chords["member_pc"][chord]
        tones = tones[tones >= 0]
        bass = tones[min(int(self._chords["inversion"][chord]), len(tones) - 1)]
        notes = [np.array([soprano])]
        for number, (low, high) in enumerate(self.bounds):
            every = np.arange(low, high + 1)
            notes.append(every[np.isin(every % 12, [bass] if number == len(self.bounds) - 1 else tones)])
        grid = np.stack(np.meshgrid(*notes, indexing="ij"), axis=-1).reshape(-1, 4)
        gaps = grid[:, :-1] - grid[:, 1:]
        near = (gaps >= -MOST_CROSSED).all(axis=1) & (gaps[:, :2] <= WIDEST_GAP).all(axis=1)
        return np.asarray(grid[near & (gaps[:, 2] <= WIDEST_BELOW)], dtype=SMALL)

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


def _signs(name: Name) -> dict[int, int]:
    """Letter and alteration of each member of a chord."""
    return {pitch.step: pitch.alter for pitch in name.chord.spelled(name.key)}
