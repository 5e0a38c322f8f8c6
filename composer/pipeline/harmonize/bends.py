"""Drawing a way through the joint lattice with a memory of two units: how lines bend, and which chords come again."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from composer.models.chorale import move_class
from composer.pipeline.harmonize.asker import Asker, Stretch
from composer.pipeline.harmonize.bank import FORBIDDEN, Moments
from composer.pipeline.harmonize.held import unresolved
from composer.pipeline.harmonize.joint import Joint
from composer.score.windows import Ints
from composer.search.draw import Floats
from composer.search.lattice import Lattice
from composer.search.particles import draw_many

PARTICLES = 32
FEWEST = 12  # ways of a stretch looked at
HELD = 8  # units looked back at for a seventh that is still held
LAST_RESORT = 30.0  # nats of three chords in a row that break the law
SPAN = 3  # chords in a row that the law of harmony looks at
CHORD_SHARE = 0.5  # worth of a chord wholly right beside a right root; design value
LOWER = (1, 2, 3)


class Bends:
    """Votes on three units in a row: how lines bend, chords that come again, and the law of three chords."""

    def __init__(self, joint: Joint) -> None:
        self._states, model = joint.states, joint.bank.model
        self._bend, self._again = model.bend, model.again
        self._unlawful = _unlawful(joint)

    def votes(self, step: int, before: Ints, here: Ints) -> Floats:
        """(M, K) nats of the states of unit ``step + 1`` after states ``before`` and ``here`` (M,) of the two
        earlier."""
        old, now, new = (self._states[step + k] for k in (-1, 0, 1))
        total = np.zeros((len(here), len(new.chord)))
        for voice in LOWER:
            pitch = now.pitch_midi[here, voice].astype(np.int64)
            came = move_class(pitch - old.pitch_midi[before, voice])
            goes = move_class(new.pitch_midi[None, :, voice] - pitch[:, None])
            total += self._bend[voice - 1][came[:, None], goes]
        for first, middle, last in self._unlawful.get(step, ()):
            wrong = (old.chord[before] == first) & (now.chord[here] == middle)
            total += LAST_RESORT * (wrong[:, None] & (new.chord == last)[None, :])
        back = old.chord[before][:, None] == new.chord[None, :]
        left = now.chord[here][:, None] != new.chord[None, :]
        return np.asarray(total + self._again[(back & left).astype(np.int64)])


def _unlawful(joint: Joint) -> dict[int, list[tuple[int, int, int]]]:
    """Three chords in a row that break the law of harmony, by the number of the middle unit; only six-fours can."""
    states, members = joint.states, joint.bank.six_four
    kept = [np.unique(state.chord).tolist() for state in states]
    rows = [(t, one, two, three) for t in range(1, len(states) - 1) for two in kept[t] if members[two]
            for one in kept[t - 1] for three in kept[t + 1]]  # fmt: skip
    if not rows:
        return {}
    table = np.array(rows)
    sides = []
    for place in range(SPAN):
        unit, chord = table[:, 0] + place - 1, table[:, 1 + place]
        first = [int(np.argmax(states[t].chord == c)) for t, c in zip(unit.tolist(), chord.tolist(), strict=True)]
        pitch = np.array([states[t].pitch_midi[k] for t, k in zip(unit.tolist(), first, strict=True)])
        letter = np.array([states[t].letter_step[k] for t, k in zip(unit.tolist(), first, strict=True)])
        sides.append(Moments(pitch, letter, chord, unit))
    strength = np.array([unit.strength for unit in joint.line.units])
    window = joint.bank.window(sides, strength, joint.last)
    broken = joint.bank.harmony.slice_cost(window, SPAN) >= FORBIDDEN
    found: dict[int, list[tuple[int, int, int]]] = {}
    for t, one, two, three in table[broken].tolist():
        found.setdefault(t, []).append((one, two, three))
    return found


def draw_bent(joint: Joint, asker: Asker, rng: np.random.Generator, weighed: int = 1) -> tuple[int, ...]:
    """A legal way drawn by lattice and bends: of ``weighed`` the one that is most to be expected.

    Raises:
        NoWay: there is no legal way.
    """
    bends = Bends(joint)

    def drawer(stretch: Stretch, rng: np.random.Generator) -> list[tuple[int, ...]]:
        """Ways of a stretch, those first that are most to be expected and leave no seventh hanging."""
        begin, done = stretch.begin, stretch.done
        part = stretch.lattice
        if len(done) > 1:
            before, here = (np.array([place]) for place in done[-2:])
            part = Lattice(part.first + bends.votes(begin - 1, before, here)[0], part.steps)
        paths, weights = draw_many(
            part, stretch.messages, lambda step, a, b: bends.votes(begin + step, a, b), PARTICLES, rng
        )
        order = np.argsort(-(weights + rng.gumbel(size=len(weights))), kind="stable")
        ways = [tuple(way) for way in paths[order].tolist()]
        good = [way for way in ways[: max(2 * weighed, FEWEST)] if not _held_wrongly(joint, begin, done[-HELD:], way)]
        best = sorted(good[:weighed], key=lambda way: -_merit(joint, begin, way))
        return best + good[weighed:]

    return asker.draw(rng, drawer)


def _merit(joint: Joint, begin: int, way: Sequence[int]) -> float:
    """How good a way from unit ``begin`` on is beside others: how many of its roots and chords the window model expects
    to be right."""
    states = joint.states[begin : begin + len(way)]
    chord = np.array([state.chord[k] for state, k in zip(states, way, strict=True)])
    places, roots, votes = np.arange(len(chord)), joint.bank.model.root, joint.votes[begin : begin + len(way)]
    same = roots[None, :] == roots[chord][:, None]
    return float((votes * same).sum() + CHORD_SHARE * votes[places, chord].sum())


def _held_wrongly(joint: Joint, begin: int, done: Sequence[int], way: Sequence[int]) -> bool:
    """Whether a seventh among the chord tones of ``way`` (from unit ``begin`` on, after ``done``) is held on and left
    otherwise than down by step."""
    first = begin - len(done)
    path, rows, unit = [*done, *way], [], []
    for place, (state, k) in enumerate(zip(joint.states[first : first + len(path)], path, strict=True)):
        tones = np.stack((state.pitch_midi[k], state.letter_step[k]), axis=1).astype(np.int64)
        for note in joint.line.units[first + place].notes:
            rows.append(np.concatenate(([(note.top.midi, note.top.letter_step)], tones[1:])))
            unit.append(place)
    chord = np.array([joint.states[first + place].chord[k] for place, k in enumerate(path)])
    strength = np.array([one.strength for one in joint.line.units[first : first + len(path)]])
    last = joint.last[first : first + len(path)]
    return bool(unresolved(joint.bank, (np.array(rows), np.array(unit)), chord, strength, last))
