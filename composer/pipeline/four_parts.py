"""Exact four-part voicing: chords are given, the law decides, the lattice finds the best of all legal ways.

A voicing is four notes, highest voice first. What the law says of one note, of two voices, and of all four is asked
once for every distinct case and added up, so that a move from K voicings to K' costs far less than K x K' questions.
What lies in given notes alone is nobody's choice and is not asked.
Rules over three moments are not in the lattice; they are weighed in the check that follows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from composer.pipeline.chord_table import SMALL, ChordTable, Slot
from composer.score.windows import Ints
from composer.search.draw import Floats
from composer.search.lattice import Lattice
from composer.theory.law import Law

ROLES = ("soprano", "alto", "tenor", "bass")
# Notes looked at: wider than any textbook's ranges, crossings and gaps, so that the law decides.
WIDEST = ((57, 84), (50, 77), (45, 72), (36, 64))
MOST_CROSSED, WIDEST_GAP, WIDEST_BELOW = 3, 15, 28  # semitones
FORBIDDEN = 1e4  # nats of one forbidden break where nothing legal is left: fewest breaks first, then the best


@dataclass(frozen=True)
class Voicings:
    """K voicings of a slot: ``pitch_midi`` and ``letter_step`` (K, 4), ``cost`` (K,) nats, forbidden ones too."""

    pitch_midi: Ints
    letter_step: Ints
    cost: Floats


_Move = tuple[Slot, Slot, bool]


@dataclass
class Memory:
    """What has been worked out under one law: voicings of slots and costs of moves, kept by whoever calls."""

    law: Law
    voicings: dict[tuple[Slot, bool], Voicings] = field(default_factory=dict)
    moves: dict[tuple[_Move, bool], Floats] = field(default_factory=dict)


def lattice(slots: Sequence[Slot], memory: Memory, legal: bool = True) -> tuple[Lattice, list[Voicings]]:
    """The lattice of voicings, first-order; with ``legal`` only what breaks nothing, else everything at its price.

    Raises:
        ValueError: a slot has no voicing at all, or none that is legal.
    """
    _learn_slots([slot for slot in slots if (slot, legal) not in memory.voicings], memory, legal)
    states = [memory.voicings[slot, legal] for slot in slots]
    if any(not len(state.cost) for state in states):
        raise ValueError("a chord has no voicing")
    moves = [(a, b, _new(a, b)) for a, b in pairwise(slots)]
    _learn_moves(list(dict.fromkeys(move for move in moves if (move, legal) not in memory.moves)), memory, legal)
    steps = [memory.moves[move, legal] for move in moves]
    return Lattice(states[0].cost, tuple(steps)), states


def _new(before: Slot, here: Slot) -> bool:
    return before.chord != here.chord or before.key != here.key


def _learn_slots(slots: Sequence[Slot], memory: Memory, legal: bool) -> None:
    """Work out the voicings of slots, all at once."""
    slots = list(dict.fromkeys(slots))
    if not slots:
        return
    table = ChordTable(slots)
    drawn = [_candidates(slot) for slot in slots]
    place = np.repeat(np.arange(len(slots)), [len(pitches) for pitches in drawn])
    pitches = np.concatenate(drawn)
    letters = table.letters(pitches, place)
    for number, slot in enumerate(slots):
        if slot.given_step is not None:
            letters[place == number, 0 if slot.soprano is not None else 3] = slot.given_step
    cost = np.zeros(len(pitches))
    for group, entries in memory.law.by_group(ROLES, 1):
        rows = np.concatenate((pitches[:, group], place[:, None]), axis=1)
        once, back = _distinct(rows)
        window = table.window(_roles(group), [(pitches[once][:, group], letters[once][:, group], place[once])])
        asked = np.array([any(slot.free[voice] for voice in group) for slot in slots])
        cost += (memory.law.entries_cost(window, entries, FORBIDDEN) * asked[place[once]])[back]
    for number, slot in enumerate(slots):
        here = place == number
        if legal:
            here &= cost < FORBIDDEN
        memory.voicings[slot, legal] = Voicings(pitches[here], letters[here], cost[here])


def _learn_moves(moves: Sequence[_Move], memory: Memory, legal: bool) -> None:
    """Work out the costs of moves, all at once: (K, K') nats each, the price of the second voicing included."""
    if not moves:
        return
    table = ChordTable([slot for a, b, _ in moves for slot in (a, b)], [new for _, _, new in moves])
    states = [(memory.voicings[a, legal], memory.voicings[b, legal]) for a, b, _ in moves]
    totals = [np.repeat(after.cost[None, :], len(before.cost), axis=0) for before, after in states]
    for group, entries in memory.law.by_group(ROLES, 2):
        kinds = [_cases(before, after, group) for before, after in states]
        window = table.window(_roles(group), _pairs_of(kinds))
        cost = memory.law.entries_cost(window, entries, FORBIDDEN)
        begin = 0
        for total, (first, _, first_back, second, _, second_back), (a, b, _) in zip(totals, kinds, moves, strict=True):
            size = len(first) * len(second)
            grid = cost[begin : begin + size].reshape(len(first), len(second))
            if any(a.free[voice] or b.free[voice] for voice in group):
                total += grid[first_back[:, None], second_back[None, :]]
            begin += size
    for (_, b, _), total, (before, after) in zip(moves, totals, states, strict=True):
        if b.held:
            free = [voice for voice in range(len(ROLES)) if b.free[voice]]
            moved = before.pitch_midi[:, None, free] != after.pitch_midi[None, :, free]
            total[moved.any(axis=-1)] = np.inf
    for move, total in zip(moves, totals, strict=True):
        memory.moves[move, legal] = np.where(total < FORBIDDEN, total, np.inf) if legal else total


_Cases = tuple[Ints, Ints, Ints, Ints, Ints, Ints]


def _cases(before: Voicings, after: Voicings, group: Sequence[int]) -> _Cases:
    """The distinct notes of a group of voices on both sides, their letters, and which voicing has which."""
    found: list[Ints] = []
    for side in (before, after):
        once, back = _distinct(side.pitch_midi[:, group])
        found += [side.pitch_midi[once][:, group], side.letter_step[once][:, group], back]
    return found[0], found[1], found[2], found[3], found[4], found[5]


def _pairs_of(kinds: Sequence[_Cases]) -> list[tuple[Ints, Ints, Ints]]:
    """All pairs of cases of all moves, flat: (pitches, letters, slot) before and after."""
    sides: list[list[list[Ints]]] = [[[], [], []], [[], [], []]]
    for number, (first, first_letter, _, second, second_letter, _) in enumerate(kinds):
        a = np.repeat(np.arange(len(first)), len(second))
        b = np.tile(np.arange(len(second)), len(first))
        for side, rows, letters, index in ((0, first, first_letter, a), (1, second, second_letter, b)):
            sides[side][0].append(rows[index])
            sides[side][1].append(letters[index])
            sides[side][2].append(np.full(len(index), 2 * number + side))
    joined = [tuple(np.concatenate(column) for column in side) for side in sides]
    return [(side[0], side[1], side[2]) for side in joined]


def _distinct(rows: Ints) -> tuple[Ints, Ints]:
    """Numbers of the first of each kind of row, and the kind of every row."""
    code = np.zeros(len(rows), dtype=np.int64)
    for column in rows.T:
        code = code * 1024 + column
    _, once, back = np.unique(code, return_index=True, return_inverse=True)
    return once, back.ravel()


def _candidates(slot: Slot) -> Ints:
    """(K, 4) all notes of the chord in all voices, within the widest bounds."""
    tones = np.array([(slot.key.tonic_pc + semitones) % 12 for _, semitones in slot.chord.members])
    bass_pc = (slot.key.tonic_pc + slot.chord.bass[1]) % 12
    notes = []
    for role, (low, high) in zip(ROLES, WIDEST, strict=True):
        every = np.arange(low, high + 1)
        notes.append(every[np.isin(every % 12, [bass_pc] if role == "bass" else tones)])
    if slot.soprano is not None:
        notes[0] = np.array([slot.soprano])
    if slot.bass is not None:
        notes[3] = np.array([slot.bass])
    grid = np.stack(np.meshgrid(*notes, indexing="ij"), axis=-1).reshape(-1, 4)
    gaps = grid[:, :-1] - grid[:, 1:]
    near = (gaps >= -MOST_CROSSED).all(axis=1) & (gaps[:, :2] <= WIDEST_GAP).all(axis=1) & (gaps[:, 2] <= WIDEST_BELOW)
    return np.asarray(grid[near], dtype=SMALL)


def _roles(group: Sequence[int]) -> tuple[str, ...]:
    return tuple(ROLES[voice] for voice in group)
