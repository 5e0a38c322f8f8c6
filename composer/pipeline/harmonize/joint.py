"""One lattice over (chord, voicing): harmony, cadences and voice leading decided together, the law asked where it
matters.

The cost of a state is what the window model and the learned voices say; the cost of a move is how the chords follow
and how the voices go, summing to one over the voicings of the next chord, so that the voices do not choose the chords.
The law is asked of every move that carries weight, and of every move of a path before it is accepted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise

import numpy as np

from composer.models.chorale import WIDEST_MOVE, ChoraleModel
from composer.pipeline.harmonize.asker import Asker, Moves, NoWay
from composer.pipeline.harmonize.bank import Bank, Moments
from composer.pipeline.harmonize.line import Line
from composer.score.chord import QUALITIES
from composer.score.windows import Bools, Ints
from composer.search.draw import Floats
from composer.search.lattice import Lattice

_SHAPES = tuple(QUALITIES)
UNWISHED_CHANGE = 12.0  # nats of a change of chord where the pace wants none; design value


@dataclass(frozen=True)
class Prices:
    """Weights of the votes: of the chords' (1 / temperature), of the bigram within them, and of the voices'."""

    chords: float = 2.0
    pair: float = 0.4
    voices: float = 1.0
    kept: int = 6  # chords a unit
    figures: float = 0.92  # temperature of the figures
    weighed: int = 12  # legal ways drawn, of which the one most to be expected is taken
    shade: tuple[float, ...] = ()  # (C,) nats for chords, beyond what is learned
    pace: Fraction | None = None  # chords a bar; 0: one a beat; None: as learned


@dataclass(frozen=True)
class States:
    """N states of a unit: ``chord`` (N,), ``pitch_midi``, ``letter_step`` (N, 4), ``nats`` (N,) by themselves."""

    chord: Ints
    pitch_midi: Ints
    letter_step: Ints
    nats: Floats


@dataclass(frozen=True)
class Joint:
    """The lattice of a line: states by unit, and costs of the moves between them, the law not yet asked."""

    line: Line
    bank: Bank
    states: tuple[States, ...]
    first: Floats
    steps: tuple[Floats, ...]
    last: Bools
    votes: Floats  # (T, C) posterior of chords in their own chain, at temperature 1


def chord_votes(model: ChoraleModel, heard: Floats, prices: Prices) -> Floats:
    """(T, C) posterior of chords in their own chain, voices not looked at."""
    weight = np.exp(prices.chords * (heard - heard.max(axis=1, keepdims=True)))
    move = np.exp(prices.chords * prices.pair * model.pair)
    ahead, behind = np.empty_like(weight), np.ones_like(weight)
    ahead[0] = weight[0] / weight[0].sum()
    for t in range(1, len(weight)):
        row = (ahead[t - 1] @ move) * weight[t]
        ahead[t] = row / row.sum()
    for t in range(len(weight) - 2, -1, -1):
        row = move @ (weight[t + 1] * behind[t + 1])
        behind[t] = row / row.sum()
    both = ahead * behind
    return np.asarray(both / both.sum(axis=1, keepdims=True))


def make_joint(line: Line, bank: Bank, heard: Floats, prices: Prices, stays: Bools | None = None) -> Joint:
    """The lattice; ``heard`` (T, C) votes for chords, minus infinity where a chord cannot stand; ``stays`` (T,) units
    at which the chord before should go on.

    Raises:
        NoWay: a unit has no state.
    """
    votes = chord_votes(bank.model, heard, prices)
    last = np.zeros(line.count, dtype=bool)
    last[-1] = True
    midi, step = line.midi(), line.step()
    order = np.argsort(-votes, axis=1, kind="stable")[:, : prices.kept]
    wanted = [
        [(c, int(midi[t]), int(step[t]), bool(last[t])) for c in sorted(row) if heard[t, c] > -np.inf]
        for t, row in enumerate(order.tolist())
    ]
    bank.learn([one for row in wanted for one in row])
    states = tuple(_states(bank, row) for row in wanted)
    if not all(len(state.chord) for state in states):
        raise NoWay("a unit has no voicing")
    turns = bank.model.turns
    waits = np.zeros(line.count, dtype=bool) if stays is None else stays
    steps = []
    for t, (a, b) in enumerate(pairwise(states)):
        step_ = _moves(bank.model, a, b, int(np.sign(midi[t + 1] - midi[t])), heard[t + 1], turns, prices)
        if waits[t + 1]:
            step_ = step_ + np.where(turns[a.chord][:, b.chord] > 1, UNWISHED_CHANGE, 0.0)
        steps.append(step_)
    first = -prices.chords * heard[0, states[0].chord] + prices.voices * _settled(states[0].nats, states[0].chord)
    expected = chord_votes(bank.model, heard, replace(prices, chords=1.0))
    return Joint(line, bank, states, first, tuple(steps), last, expected)


def _states(bank: Bank, wanted: Sequence[tuple[int, int, int, bool]]) -> States:
    found = [bank.known[one] for one in wanted]
    chord = np.repeat([one[0] for one in wanted], [len(one.nats) for one in found]).astype(np.int64)
    if not len(chord):
        return States(chord, np.empty((0, 4), np.int16), np.empty((0, 4), np.int16), np.empty(0))
    return States(
        chord, np.concatenate([one.pitch_midi for one in found]), np.concatenate([one.letter_step for one in found]),
        np.concatenate([one.nats for one in found]),
    )  # fmt: skip


def _settled(nats: Floats, chord: Ints) -> Floats:
    """(..., N) nats that sum to one over the voicings of each chord; chords stand in blocks."""
    starts = np.flatnonzero(np.diff(chord, prepend=-1))
    least = np.minimum.reduceat(nats, starts, axis=-1)
    sizes = np.diff(starts, append=len(chord))
    total = np.add.reduceat(np.exp(np.repeat(least, sizes, axis=-1) - nats), starts, axis=-1)
    return np.asarray(nats + np.repeat(np.log(total) - least, sizes, axis=-1))


def _moves(model: ChoraleModel, a: States, b: States, way: int, heard: Floats, turns: Ints,
           prices: Prices) -> Floats:  # fmt: skip
    """(N, N') cost of each move, the second state's own included."""
    root, shape = model.root, np.array([_SHAPES.index(name) for name in model.shape])
    same_root = root[a.chord][:, None] == root[b.chord][None, :]
    same = same_root & (shape[a.chord][:, None] == shape[b.chord][None, :])
    change = 2 - same_root.astype(np.int64) - same
    nats = np.repeat(b.nats[None, :], len(a.chord), axis=0)
    for voice in range(3):
        moved = b.pitch_midi[None, :, voice + 1] - a.pitch_midi[:, None, voice + 1]
        table = model.move[voice, :, way + 1]
        nats -= table[change, np.clip(moved, -WIDEST_MOVE, WIDEST_MOVE) + WIDEST_MOVE]
    cost = prices.voices * _settled(nats, b.chord)
    follow = prices.pair * model.pair[:, b.chord] + model.turn[way + 1][turns[:, b.chord]]
    chords = prices.chords * (follow + heard[b.chord][None, :])
    return np.asarray(cost - chords[a.chord])


class JointLaw:
    """What the law says of moves of a joint lattice."""

    def __init__(self, joint: Joint) -> None:
        self._joint = joint
        line = joint.line
        self._strength = np.array([unit.strength for unit in line.units])
        self._ends = (line.midi(-1), line.step(-1))

    def broken(self, fresh: Sequence[Moves]) -> Bools:
        """Whether each move breaks a law: from the soprano's last note of the unit, and from beat to beat."""
        states = self._joint.states
        sides: list[list[tuple[Ints, ...]]] = [[], []]
        for step, before, after in fresh:
            for side, unit, index in ((0, step, before), (1, step + 1, after)):
                here = states[unit]
                sides[side].append(
                    (here.pitch_midi[index], here.letter_step[index], here.chord[index], np.full(len(index), unit))
                )
        first, second = (Moments(*(np.concatenate(column) for column in zip(*side, strict=True))) for side in sides)
        bank = self._joint.bank
        broken = bank.broken(bank.window([first, second], self._strength, self._joint.last), alone=False)
        moved = self._ends[0][first.unit] != first.pitch_midi[:, 0]
        if moved.any():
            pitch, letter = first.pitch_midi[moved].copy(), first.letter_step[moved].copy()
            pitch[:, 0], letter[:, 0] = self._ends[0][first.unit[moved]], self._ends[1][first.unit[moved]]
            late = Moments(pitch, letter, first.chord[moved], first.unit[moved])
            window = bank.window([late, second.take(np.flatnonzero(moved))], self._strength, self._joint.last)
            broken[np.flatnonzero(moved)] |= bank.broken(window, alone=False)
        return np.asarray(broken)


def asker_of(joint: Joint, price: float = np.inf) -> Asker:
    """The joint lattice under the law, what carries weight asked; ``price`` of a break."""
    asker = Asker(Lattice(joint.first, joint.steps), JointLaw(joint).broken, price)
    asker.settle()
    return asker
