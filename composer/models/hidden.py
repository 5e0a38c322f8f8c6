"""Hidden chords: a hidden Markov model whose states are Roman numerals, heard through bass and soprano.

Time goes by beats. Degrees are semitones above the tonic of the piece (0-11); all results are nats; C =
number of states of the mode.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from composer.models.card import Card, load_arrays
from composer.models.vocabulary import MODES, mode_index

DEGREES = 12
FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


def forward(log_start: FloatArray, log_transition: FloatArray, heard: FloatArray) -> FloatArray:
    """log p(all heard so far, chord now) from log p(heard | chord) (B, C): (B, C) nats."""
    alpha = np.empty_like(heard)
    alpha[0] = log_start + heard[0]
    for t in range(1, len(heard)):
        alpha[t] = np.logaddexp.reduce(alpha[t - 1][:, None] + log_transition, axis=0) + heard[t]
    return alpha


def backward(log_transition: FloatArray, heard: FloatArray) -> FloatArray:
    """log p(all heard later | chord now) from log p(heard | chord) (B, C): (B, C) nats."""
    beta = np.zeros_like(heard)
    for t in range(len(heard) - 2, -1, -1):
        beta[t] = np.logaddexp.reduce(log_transition + heard[t + 1] + beta[t + 1], axis=1)
    return beta


@dataclass(frozen=True)
class ModeChords:
    """The chords of one mode.

    ``log_start`` (C,); ``log_transition`` (C, C) [from, to]; ``log_emission_bass_soprano`` (C, 12, 12);
    ``log_end`` (C,) share of the chords that line ends rest on; ``log_before_end``
    (C,) of those on the beat before;
    ``log_share`` (C,) of all beats.
    """

    states: tuple[str, ...]
    log_start: FloatArray
    log_transition: FloatArray
    log_emission_bass_soprano: FloatArray
    log_end: FloatArray
    log_before_end: FloatArray
    log_share: FloatArray

    def log_soprano(self) -> FloatArray:
        """log p(soprano degree | chord): (C, 12)."""
        return np.asarray(np.logaddexp.reduce(self.log_emission_bass_soprano, axis=1))

    def log_bass(self) -> FloatArray:
        """log p(bass degree | chord): (C, 12)."""
        return np.asarray(np.logaddexp.reduce(self.log_emission_bass_soprano, axis=2))

    def log_likelihood(self, seen: IntArray) -> float:
        """log p of a sequence of symbols bass * 12 + soprano (B,), nats."""
        return float(np.logaddexp.reduce(forward(self.log_start, self.log_transition, self._heard(seen))[-1]))

    def posterior(self, seen: IntArray) -> FloatArray:
        """p(chord | whole sequence) for symbols bass * 12 + soprano (B,): (B, C)."""
        heard = self._heard(seen)
        joint = forward(self.log_start, self.log_transition, heard) + backward(self.log_transition, heard)
        return np.asarray(np.exp(joint - np.logaddexp.reduce(joint, axis=1)[:, None]))

    def _heard(self, seen: IntArray) -> FloatArray:
        return np.asarray(self.log_emission_bass_soprano.reshape(len(self.states), -1)[:, seen].T)

    def arrays(self) -> dict[str, NDArray[Any]]:
        """The model as arrays to store."""
        names = np.frombuffer("|".join(self.states).encode(), np.uint8)
        rest = {key: value.astype(np.float32) for key, value in self.__dict__.items() if key != "states"}
        return {"states": names, **rest}


@dataclass(frozen=True)
class ChordHMM:
    """Chord model of a corpus for both modes; ``mode`` is ``"major"``, ``"minor"`` or 0, 1."""

    modes: tuple[ModeChords, ModeChords]
    card: Card | None = None

    def of(self, mode: str | int) -> ModeChords:
        """The chords of one mode."""
        return self.modes[mode_index(mode)]

    def states(self, mode: str | int) -> tuple[str, ...]:
        """Numerals of the states (C)."""
        return self.of(mode).states

    def log_start(self, mode: str | int) -> FloatArray:
        """log p(first chord): (C,)."""
        return self.of(mode).log_start

    def log_transition(self, mode: str | int) -> FloatArray:
        """log p(next chord | chord), a beat later: (C, C) [from, to]."""
        return self.of(mode).log_transition

    def log_emission_bass_soprano(self, mode: str | int) -> FloatArray:
        """log p(bass degree, soprano degree | chord): (C, 12, 12)."""
        return self.of(mode).log_emission_bass_soprano

    def log_soprano(self, mode: str | int) -> FloatArray:
        """log p(soprano degree | chord): (C, 12)."""
        return self.of(mode).log_soprano()

    def log_end(self, mode: str | int) -> FloatArray:
        """log share of chords under fermatas: (C,)."""
        return self.of(mode).log_end

    def log_before_end(self, mode: str | int) -> FloatArray:
        """log share of chords on the beat before a fermata: (C,)."""
        return self.of(mode).log_before_end


def _normal(log_p: FloatArray, axes: tuple[int, ...]) -> FloatArray:
    """Sum to one over ``axes`` again after storage in single precision."""
    return np.asarray(log_p - np.log(np.exp(log_p).sum(axis=axes, keepdims=True)))


def load(folder: Path) -> ChordHMM:
    """The chord model of a folder.

    Raises:
        ShelfError: missing or damaged.
    """
    card, arrays = load_arrays(folder, "hidden")
    modes = []
    for mode in MODES:
        own = {
            key.removeprefix(f"{mode}_"): value for key, value in arrays.items() if key.startswith(f"{mode}_")
        }
        states = tuple(own.pop("states").tobytes().decode().split("|"))
        axes = {"log_emission_bass_soprano": (1, 2), "log_transition": (1,)}
        logs = {key: _normal(value.astype(np.float64), axes.get(key, (0,))) for key, value in own.items()}
        modes.append(ModeChords(states, **logs))
    return ChordHMM((modes[0], modes[1]), card)
