"""Passing notes, neighbours, suspensions: one lattice over the figures of the three lower voices, under the law.

The chord tones stand; every unit chooses a figure for alto, tenor and bass together, and every onset that arises is a
moment of which the law is asked, from note to note and from beat to beat.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from composer.models.chorale import PLACES, FigureTable
from composer.pipeline.harmonize.asker import Asker, Moves
from composer.pipeline.harmonize.bank import Bank, Moments
from composer.pipeline.harmonize.figures import GRID, Options, Stand, options, plain
from composer.pipeline.harmonize.held import laid_out, unresolved
from composer.pipeline.harmonize.line import Line, Unit
from composer.score.time import DOWNBEAT
from composer.score.windows import Bools, Ints
from composer.search.draw import Floats
from composer.search.lattice import Lattice

LOWER = 3
MENDED = 12  # times that figures are drawn anew
KEPT_VOICE, KEPT_UNIT = 8, 48  # figures of a voice, and of all three together, in a unit


@dataclass(frozen=True)
class Ornamented:
    """K ways of a unit: ``figure`` (K, 3), ``notes`` (K, GRID, 4, 2: MIDI and staff position), ``nats`` (K,)."""

    figure: Ints
    notes: Ints
    nats: Floats

    @property
    def moves(self) -> Bools:
        """(K, 3) whether each lower voice has more than one note."""
        return np.asarray((self.notes[:, 1:, 1:, 0] != self.notes[:, :1, 1:, 0]).any(axis=1))


@dataclass(frozen=True)
class Ground:
    """What is to be ornamented: chord numbers (T,), chord tones ``pitch_midi``, ``letter_step`` (T, 4)."""

    line: Line
    bank: Bank
    chord: Ints
    pitch_midi: Ints
    letter_step: Ints


def ornament(ground: Ground, temperature: float, rng: np.random.Generator, price: float = np.inf) -> list[Ornamented]:
    """One way for every unit (K = 1), drawn exactly under the law.

    Raises:
        NoWay: not even the plain chord tones keep the law.
    """
    table = ground.bank.model.figures
    habit = table.habits[int(rng.integers(len(table.habits)))]
    ways = [_ways(ground, t, habit) for t in range(ground.line.count)]
    law = _Law(ground, ways)
    asker = Asker(_lattice(ground, ways, 1 / temperature), law.broken, price)
    asker.settle()
    for _ in range(MENDED):
        path = asker.draw(rng)
        wrong = law.over_time(path)
        for place in wrong:
            asker.forbid(place, path[place])
        if not wrong:
            break
    chosen = [(way, slice(k, k + 1)) for way, k in zip(ways, path, strict=True)]
    return [Ornamented(way.figure[one], way.notes[one], way.nats[one]) for way, one in chosen]


def _ways(ground: Ground, t: int, habit: Floats) -> Ornamented:
    """The likeliest ways of a unit that break nothing within it."""
    line, table = ground.line, ground.bank.model.figures
    unit = line.units[t]
    soprano = _soprano(unit)
    voices = [_options(ground, t, voice, habit[voice]) for voice in range(LOWER)]
    sizes = [np.arange(len(one.figure)) for one in voices]
    index = np.stack(np.meshgrid(*sizes, indexing="ij"), axis=-1).reshape(-1, LOWER)
    nats = sum((one.nats[index[:, v]] for v, one in enumerate(voices)), np.zeros(len(index)))
    lower = np.stack([one.notes[index[:, v]] for v, one in enumerate(voices)], axis=2)
    moving = (lower[:, 1:, :, 0] != lower[:, :1, :, 0]).any(axis=1).sum(axis=1)
    nats = nats + table.moving[int(len(unit.notes) > 1), moving]
    order = np.argsort(nats, kind="stable")[:KEPT_UNIT]
    figure = np.stack([one.figure[index[:, v]] for v, one in enumerate(voices)], axis=1)
    order = np.union1d(order, np.flatnonzero((figure == table.plain).all(axis=1)))
    notes = np.concatenate((np.broadcast_to(soprano, (len(order), GRID, 1, 2)), lower[order]), axis=2)
    return Ornamented(figure[order], notes, nats[order])


def _options(ground: Ground, t: int, voice: int, habit: Floats) -> Options:
    """The figures a voice can take in a unit, as a piece of such habits (G,) has them; a unit longer than a beat has
    its chord tone."""
    line, table = ground.line, ground.bank.model.figures
    last = t == line.count - 1
    here = (int(ground.pitch_midi[t, voice + 1]), int(ground.letter_step[t, voice + 1]))
    coming = None if last else (int(ground.pitch_midi[t + 1, voice + 1]), int(ground.letter_step[t + 1, voice + 1]))
    signs = ground.bank.signs
    stand = Stand(here, coming, signs[ground.chord[t]], {} if last else signs[ground.chord[t + 1]])
    unit = line.units[t]
    if last or unit.length_ticks != line.beat_ticks or line.units[t + 1].onset_ticks != unit.end_ticks:
        return plain(stand, table)
    bounds = ground.bank.bounds[voice]
    return options(table, voice, place_of(line, t), stand, line.signature, bounds, habit[table.group], KEPT_VOICE)


def place_of(line: Line, t: int) -> int:
    """Place in the phrase: 3 its last unit, 2 and 1 one and two before it, else 0."""
    close = line.close
    ahead = [k for k in range(PLACES - 1) if t + k < line.count and close[t + k]]
    return PLACES - 1 - ahead[0] if ahead else 0


def _soprano(unit: Unit) -> Ints:
    """(GRID, 1, 2) what the soprano has at the places of the grid."""
    rows = []
    for place in range(GRID):
        tick = unit.onset_ticks + unit.length_ticks * place // GRID
        note = [one for one in unit.notes if one.onset_ticks <= tick][-1:] or [unit.notes[0]]
        rows.append([(note[0].top.midi, note[0].top.letter_step)])
    return np.array(rows)


def _lattice(ground: Ground, ways: Sequence[Ornamented], sharp: float) -> Lattice:
    """Costs of the ways and of their successions, the law between units not yet asked."""
    table, law = ground.bank.model.figures, _Law(ground, ways)
    own = [sharp * (way.nats + np.where(broken, np.inf, 0.0)) for way, broken in zip(ways, law.inside(), strict=True)]
    steps = []
    for t, (a, b) in enumerate(pairwise(ways)):
        downbeat = ground.line.units[t + 1].strength == DOWNBEAT
        change = int(ground.chord[t] != ground.chord[t + 1]) + 2 * int(downbeat)
        cost = sharp * _joins(table, a, b, ground.pitch_midi[t, 1:], change)
        steps.append(cost + own[t + 1][None, :])
    return Lattice(own[0], tuple(steps))


def _joins(table: FigureTable, a: Ornamented, b: Ornamented, tones: Ints, change: int) -> Floats:
    """(K, K') nats of figures after one another; infinite where they do not fit: what is tied or leans has sounded.

    ``tones`` (3,) the chord tones of the first unit; ``change``: 1 where the chord is a new one, 2 more on a downbeat.
    """
    leans = np.array([row[0] != 0 for row in table.offsets])
    cost = np.zeros((len(a.figure), len(b.figure)))
    for voice in range(LOWER):
        last, first = a.notes[:, -1, voice + 1, 0], b.notes[:, 0, voice + 1, 0]
        tied = table.tied[b.figure[:, voice]]
        same = last[:, None] == first[None, :]
        home = (last == tones[voice])[:, None]
        fits = (~tied[None, :] | same) & (~leans[b.figure[:, voice]][None, :] | home)
        tie = table.tie[voice, change][a.moves[:, voice].astype(int)][:, tied.astype(int)]
        cost += np.where(fits, np.where(same, tie, 0.0), np.inf)
        cost += table.run[voice][a.moves[:, voice].astype(int)[:, None], b.moves[:, voice].astype(int)[None, :]]
    return cost


class _Law:
    """What the law says of figures, inside units and between them."""

    def __init__(self, ground: Ground, ways: Sequence[Ornamented]) -> None:
        self._ground, self._ways = ground, ways
        units = ground.line.units
        self._strength = np.array([unit.strength for unit in units])
        self._last = np.zeros(len(units), dtype=bool)
        self._last[-1] = True

    def inside(self) -> list[Bools]:
        """For each unit (K,) the ways that break a law within the unit."""
        rows: list[tuple[Ints, Ints, int, int]] = []
        owners: list[tuple[int, Ints]] = []
        for t, way in enumerate(self._ways):
            for place in range(GRID - 1):
                moved = (way.notes[:, place, 1:, 0] != way.notes[:, place + 1, 1:, 0]).any(axis=1)
                if moved.any():
                    index = np.flatnonzero(moved)
                    rows.append((way.notes[index, place], way.notes[index, place + 1], t, t))
                    owners.append((t, index))
        found = [np.zeros(len(way.nats), dtype=bool) for way in self._ways]
        if rows:
            broken, begin = self._ask(rows, alone=True), 0
            for (t, index), row in zip(owners, rows, strict=True):
                found[t][index] |= broken[begin : begin + len(row[0])]
                begin += len(row[0])
        return found

    def broken(self, fresh: Sequence[Moves]) -> Bools:
        """Whether moves between units break a law, from the last notes and from beat to beat."""
        ways = self._ways
        rows = [(ways[t].notes[a, -1], ways[t + 1].notes[b, 0], t, t + 1) for t, a, b in fresh]
        beats = [(ways[t].notes[a, 0], ways[t + 1].notes[b, 0], t, t + 1) for t, a, b in fresh]
        return self._ask(rows, alone=False) | self._ask(beats, alone=False)

    def over_time(self, path: Sequence[int]) -> list[int]:
        """Units whose figures make a seventh that is held on and then does not fall; plain units stay."""
        chosen = [way.notes[k] for way, k in zip(self._ways, path, strict=True)]
        ground = self._ground
        found = set()
        for sounding in (laid_out(chosen), laid_out([one[:1] for one in chosen])):  # at every onset, and beat by beat
            for first, second in unresolved(ground.bank, sounding, ground.chord, self._strength, self._last):
                between = range(int(sounding[1][first]), int(sounding[1][second]) + 1)
                figured = [t for t in between if (chosen[t][:, 1:, 0] != ground.pitch_midi[t, 1:]).any()]
                found |= set(figured[-1:])
        return sorted(found)

    def _ask(self, rows: Sequence[tuple[Ints, Ints, int, int]], alone: bool) -> Bools:
        """(sum of rows) for rows of notes (M, 4, 2) before and after and their units; ``alone`` as in
        ``Bank.broken``."""
        bank, chord = self._ground.bank, self._ground.chord
        sides = []
        before = ([row[0] for row in rows], [row[2] for row in rows])
        after = ([row[1] for row in rows], [row[3] for row in rows])
        for several, units in (before, after):
            notes = np.concatenate(several)
            unit = np.repeat(units, [len(one) for one in several])
            sides.append(Moments(notes[..., 0], notes[..., 1], chord[unit], unit))
        window = bank.window(sides, self._strength, self._last)
        return bank.broken(window, alone)


def notes_of(ground: Ground, chosen: Sequence[Ornamented], voice: int) -> list[tuple[int, int, int, int, bool]]:
    """(onset_ticks, end_ticks, MIDI, staff position, tied to the note before) of a lower voice, in order."""
    table = ground.bank.model.figures
    found = []
    for unit, way in zip(ground.line.units, chosen, strict=True):
        number = int(way.figure[0, voice])
        begins = [unit.onset_ticks + unit.length_ticks * place // GRID for place in table.rhythm[number]]
        for n, (begin, end) in enumerate(zip(begins, [*begins[1:], unit.end_ticks], strict=True)):
            midi, step = way.notes[0, table.rhythm[number][n], voice + 1].tolist()
            found.append((begin, end, midi, step, n == 0 and bool(table.tied[number])))
    return found
