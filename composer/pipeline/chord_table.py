"""Chords in their places as arrays: what the law is asked over many cases at once, one row a case."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from composer.pipeline.candidates import PER_CHORD
from composer.score.chord import Chord
from composer.score.key import Key
from composer.score.pitch import LETTER_SEMITONES
from composer.score.windows import Ints, Window, chord_fields

SMALL = np.int16  # pitches, letters and degrees are small, and many


@dataclass(frozen=True)
class Slot:
    """A chord to be voiced: where it stands, and what is given of it (MIDI pitches, or None)."""

    chord: Chord
    key: Key
    strength: int = 1
    cadence: int = 0
    last: bool = False
    soprano: int | None = None
    bass: int | None = None
    given_step: int | None = None  # staff position of the note that is given, C0 = 0
    sounded: tuple[int, ...] = ()  # pitch classes that the given line has had over the chord before
    held: bool = False  # the chord before goes on under another given note: nothing else moves

    @property
    def free(self) -> tuple[bool, bool, bool, bool]:
        """Which voices are to be found."""
        return self.soprano is None, True, True, self.bass is None


class ChordTable:
    """Chord arrays of slots, one row a slot; ``new`` says of every second slot whether its chord is new."""

    def __init__(self, slots: Sequence[Slot], new: Iterable[bool] = ()) -> None:
        rows = [chord_fields(slot.chord, slot.key) for slot in slots]
        self._chords: dict[str, Any] = {name: np.array([row[name] for row in rows], dtype=SMALL) for name in PER_CHORD}
        members = self._chords["member_pc"].tolist()
        self._strength = np.array([slot.strength for slot in slots], dtype=np.int64)
        self._cadence = np.array([slot.cadence for slot in slots], dtype=np.int64)
        self._last = np.array([slot.last for slot in slots], dtype=bool)
        self._heard = np.array([[pc in slot.sounded for pc in row] for row, slot in zip(members, slots, strict=True)])
        fresh = list(new)
        steps = [fresh[number // 2] if number % 2 else True for number in range(len(slots))] if fresh else []
        self._number = np.cumsum(steps) if steps else np.arange(len(slots))

    def letters(self, pitches: Ints, place: Ints) -> Ints:
        """(K, voices) staff positions of chord tones; ``place`` (K,) their slots."""
        same = pitches[..., None] % 12 == self._chords["member_pc"][place][:, None, :]
        member = np.where(same.any(axis=-1), same.argmax(axis=-1), 0)
        letter = np.take_along_axis(self._chords["member_letter"][place], member, axis=1)
        natural = np.array(LETTER_SEMITONES)[letter]
        alter = (pitches - natural + 6) % 12 - 6
        return np.asarray(7 * ((pitches - alter - natural) // 12 - 1) + letter, dtype=SMALL)

    def window(self, roles: tuple[str, ...], moments: Sequence[tuple[Ints, Ints, Ints]]) -> Window:
        """(N, span, voices) from (pitches (N, voices), letters, slots (N,)) of each moment."""
        place = np.stack([slots for _, _, slots in moments], axis=1)
        pitch = np.stack([pitches for pitches, _, _ in moments], axis=1)
        ones = np.ones(pitch.shape, dtype=bool)
        return Window(
            roles=roles, pitch_midi=pitch,
            letter_step=np.stack([letters for _, letters, _ in moments], axis=1), attack=ones,
            length_ticks=ones * 480, strength=self._strength[place], cadence=self._cadence[place],
            last=self._last[place], chord_id=self._number[place], onset_ticks=place,
            heard=self._heard[place], read=np.zeros(place.shape, dtype=bool),
            confirmed=np.ones(place.shape, dtype=bool), rooted=np.ones(place.shape, dtype=bool),
            **{name: array[place] for name, array in self._chords.items()},
        )
