"""Windows over candidates: what the law is asked while a lattice is being built."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from composer.score.chord import Chord
from composer.score.key import Key
from composer.score.spelling import spelled
from composer.score.windows import Ints, Window, chord_fields

PER_CHORD = (
    "member_pc",
    "member_letter",
    "inversion",
    "leading_pc",
    "goal_pc",
    "tonic_pc",
    "tonic_letter",
    "mode",
)


@dataclass(frozen=True)
class Moment:
    """K candidates for one moment: pitches (K, voices) and chord arrays, each (K, ...) or (1, ...)."""

    pitch_midi: Ints  # (K, voices)
    letter_step: Ints  # (K, voices)
    chord: dict[str, Ints]  # (K or 1, ...)
    chord_id: Ints  # (K or 1,)
    strength: int
    cadence: int
    last: bool
    length_ticks: int
    onset_ticks: int
    attack: tuple[bool, ...]
    sounded: tuple[int, ...] = ()  # pitch classes that are heard in the chord besides, sooner or later

    def heard(self) -> Ints:
        """(K or 1, 4) which members of the chord are among them."""
        return np.isin(self.chord["member_pc"], self.sounded).astype(np.int64)

    def keep(self, index: np.ndarray) -> Moment:
        """The same moment with some of its candidates (chord arrays must be shared by all)."""
        return replace(self, pitch_midi=self.pitch_midi[index], letter_step=self.letter_step[index])


def stack_chords(chords: Sequence[Chord], key: Key) -> dict[str, Ints]:
    """Chord arrays of several chords, (K, ...) each."""
    rows = [chord_fields(chord, key) for chord in chords]
    return {name: np.array([row[name] for row in rows], dtype=np.int64) for name in PER_CHORD}


def letters_of(pitches: Sequence[int], key: Key, chord: Chord | None) -> list[int]:
    """Staff positions of MIDI numbers spelled over a chord."""
    return [spelled(midi, key, chord).letter_step for midi in pitches]


def window(moments: Sequence[Moment], roles: tuple[str, ...]) -> Window:
    """All combinations: leading shape (K_0, ..., K_s-1), span s = number of moments."""
    span = len(moments)
    shape = tuple(len(moment.pitch_midi) for moment in moments)

    def spread(arrays: list[Ints]) -> Ints:
        if all(len(array) == 1 for array in arrays):  # the same for all candidates: leave it to broadcasting
            return np.concatenate(arrays).reshape((1,) * span + (span,) + arrays[0].shape[1:])
        out = np.empty((*shape, span, *arrays[0].shape[1:]), dtype=np.int64)
        for place, array in enumerate(arrays):
            tail = array.shape[1:]
            view = array.reshape((1,) * place + (array.shape[0],) + (1,) * (span - place - 1) + tail)
            out[(slice(None),) * span + (place,)] = view
        return out

    def constant(values: list[int]) -> Ints:
        return np.array(values, dtype=np.int64).reshape((1,) * span + (span,))

    voices = len(roles)
    chords = {name: spread([moment.chord[name] for moment in moments]) for name in PER_CHORD}
    attack = np.array([moment.attack for moment in moments], dtype=bool)
    lengths = np.array([[moment.length_ticks] * voices for moment in moments], dtype=np.int64)
    return Window(
        roles=roles,
        pitch_midi=spread([m.pitch_midi for m in moments]),
        letter_step=spread([m.letter_step for m in moments]),
        attack=attack.reshape((1,) * span + (span, voices)),
        length_ticks=lengths.reshape((1,) * span + (span, voices)),
        strength=constant([m.strength for m in moments]),
        chord_id=spread([m.chord_id for m in moments]),
        cadence=constant([m.cadence for m in moments]),
        last=constant([m.last for m in moments]).astype(bool),
        onset_ticks=constant([m.onset_ticks for m in moments]),
        heard=spread([moment.heard() for moment in moments]).astype(bool),
        read=np.zeros((1,) * span + (span,), dtype=bool),
        confirmed=np.ones((1,) * span + (span,), dtype=bool),
        rooted=np.ones((1,) * span + (span,), dtype=bool),
        **chords,
    )
