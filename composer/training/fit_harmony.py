"""Teaching the reader of harmony: weights by which the annotated readings of chorales win over all others.

Structured learning with a margin (Crammer and Singer's passive-aggressive step on whole paths; Collins's averaging):
the best wrong reading, made more attractive by what is wrong in it, must not beat the annotation. Weights start from
design values and are pulled back towards them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from composer.analysis.harmony import STATES_KEPT, alone, keep, no_weights
from composer.analysis.read import KEY_REACH
from composer.analysis.states import NO_PLACE, States, near_keys, states, tonic_fifths
from composer.analysis.units import LOWEST, Floats, Units, units
from composer.analysis.votes import (
    MOVES,
    SIZES,
    SOUNDS,
    Kept,
    Weights,
    close,
    degree,
    far,
    figure,
    key_distance,
    pair_codes,
    sounds,
)
from composer.score.windows import Ints
from composer.theory.tables import load_table
from composer.training.annotated import NUMBERS, Annotated, Numeral, read_annotated

EPOCHS, AGGRESSION, PULL = 6, 0.03, 0.002  # design values
WRONG_ROOT, WRONG_KEY, WRONG_FIGURE, OFF_BEAT = 1.0, 0.7, 0.5, 0.5  # what is wrong in a reading, a unit
# Where learning starts: design values.
_SOUND = {
    "in start": 1.0, "in later": 0.6, "out start led": -0.8, "out start half led": -1.2, "out start free": -2.0,
    "out later led": -0.2, "out later half led": -0.6, "out later free": -1.5, "no root": -2.0, "no third": -0.8,
    "no fifth": -0.3, "no seventh": -2.0, "bass fits": 1.0, "bass line fits": 0.5, "outside the scale": -0.8,
    "bass out free": -0.5, "seventh passes": -0.5, "seventh rises": -1.0, "seventh without third": -1.0,
}
_MOVE = {
    "a dominant resolves": 0.6, "an applied chord does not": -1.0, "a seventh is added": 0.5, "the key changes": -2.5,
    "the key changes after a close": -1.5, "fifths between the keys": -0.3, "a six-four falls to its dominant": 1.0,
}
_GROUPS = {
    "far": [0.3, 0.0, -0.4, -0.8, -1.2], "change": [-1.5, -0.6, -0.2, 0.0], "turn": [-0.8, -0.4, -0.2, -0.2],
    "kind": [0.0, -0.3, -0.5, -0.8, -1.2, -1.5], "close": [0.8, 0.0, 0.4, -0.5] * 2, "opening": [0.5, 0.0],
    "final": [1.0, 0.3, 0.2, -0.5] * 2,
}
# Sounds that never speak for a reading, whatever few examples seem to say.
_AGAINST = tuple(name.startswith(("out ", "no ", "bass out", "bass is another", "seventh without")) for name in SOUNDS)
# A fifth may be missing, a root hardly: bounds that few examples may not move.
_LEAST = np.array([-0.6 if name == "no fifth" else -np.inf for name in SOUNDS])
_MOST = np.where([name == "no root" for name in SOUNDS], -2.5, np.where(_AGAINST, 0.0, np.inf))
_PLACES = dict(zip(SIZES, np.cumsum([0, *SIZES.values()]), strict=False))
_LENGTH = sum(SIZES.values())


def design_weights() -> dict[str, Floats]:
    """The weights learning starts from."""
    weights = no_weights()
    for names, values, group in ((SOUNDS, _SOUND, "sound"), (MOVES, _MOVE, "move")):
        for name, value in values.items():
            weights[group][names.index(name)] = value
    for group, row in _GROUPS.items():
        weights[group][:] = row
    return weights


def packed(weights: Weights) -> Floats:
    """All weights in one vector."""
    return np.concatenate([weights[group] for group in SIZES])


def unpacked(vector: Floats) -> dict[str, Floats]:
    """The vector as groups."""
    return {group: vector[_PLACES[group] : _PLACES[group] + size] for group, size in SIZES.items()}


@dataclass(frozen=True)
class Lesson:
    """A chorale cut into units, with the state of each that the annotation names (-1: none of ours)."""

    work: Annotated
    units: Units
    states: States
    right: Ints

    @classmethod
    def of(cls, number: int) -> Lesson:
        """Read a chorale by Riemenschneider's number."""
        work = read_annotated(number)
        sharps = work.score.key.fifths
        cut = units(work.score, [(0, sharps)])
        every = states(near_keys([sharps], KEY_REACH), load_table("numerals"))
        names = {_name(every, number): number for number in reversed(range(every.count))}
        right = [_right(work.at(int(onset)), names) for onset in cut.onset_ticks]
        return cls(work, cut, every, np.array(right, dtype=np.int64))


def _name(every: States, number: int) -> tuple[object, ...]:
    key = every.keys[every.key[number]]
    members = frozenset(int(place) + LOWEST for place in every.member[number] if place != NO_PLACE)
    return tonic_fifths(key), key.mode, members, int(every.inversion[number])


def _right(numeral: Numeral | None, names: dict[tuple[object, ...], int]) -> int:
    if numeral is None:
        return -1
    return names.get((tonic_fifths(numeral.key), numeral.key.mode, numeral.members, numeral.inversion), -1)


class Rivals:
    """The states kept of each unit of one lesson, with all features: quick to weigh again and again."""

    def __init__(self, lesson: Lesson, weights: Weights) -> None:
        cut, every = lesson.units, lesson.states
        score = alone(cut, every, weights)
        index = keep(score, STATES_KEPT)
        for place, right in enumerate(lesson.right):
            if right >= 0 and right not in index[place]:
                index[place, np.argmin(score[place, index[place]])] = right
        self._sounds = sounds(cut, every, index)
        self._alone = _alone_codes(cut, every, index)
        kept = Kept.of(every, index)
        self._pairs, self._fifths = pair_codes(cut, kept), key_distance(kept)
        self._right = [int(np.flatnonzero(row == right)[0]) if right >= 0 else -1
                       for row, right in zip(index, lesson.right, strict=True)]  # fmt: skip
        self.wrong = _wrong(lesson, index)

    def path(self, vector: Floats, temptation: float, right: bool) -> tuple[list[int], float]:
        """The best path (only through the annotation if ``right``) and its score."""
        weights = unpacked(vector)
        own = self._sounds @ weights["sound"] + temptation * self.wrong
        for group, code, weight in self._alone:
            own += np.append(weights[group], 0.0)[code] * weight
        pair = weights["move"][MOVES.index("fifths between the keys")] * self._fifths
        for group, code in self._pairs:
            pair = pair + np.append(weights[group], 0.0)[code]
        if right:
            for place, name in enumerate(self._right):
                if name >= 0:
                    own[place] -= 1e5 * (np.arange(own.shape[1]) != name)
        ways, back = own[0], []
        for place in range(1, len(own)):
            reached = ways[:, None] + pair[place - 1]
            back.append(reached.argmax(axis=0))
            ways = reached.max(axis=0) + own[place]
        found = [int(ways.argmax())]
        for step in reversed(back):
            found.append(int(step[found[-1]]))
        return found[::-1], float(ways.max())

    def features(self, path: Sequence[int]) -> Floats:
        """How often each feature occurs on a path."""
        found, here, walk = np.zeros(_LENGTH), np.arange(len(path)), np.array(path)
        place = _PLACES["sound"]
        found[place : place + len(SOUNDS)] += self._sounds[here, walk].sum(axis=0)
        for group, code, weight in self._alone:
            found += _counts(group, code[here, walk], weight[here, walk])
        for group, code in self._pairs:
            hits = code[here[:-1], walk[:-1], walk[1:]]
            found += _counts(group, hits, np.ones(len(hits)))
        fifths = self._fifths[here[:-1], walk[:-1], walk[1:]].sum()
        found[_PLACES["move"] + MOVES.index("fifths between the keys")] += fifths
        return found


def _counts(group: str, code: Ints, weight: Floats) -> Floats:
    known = code >= 0
    return np.asarray(np.bincount(_PLACES[group] + code[known], weight[known], minlength=_LENGTH), dtype=np.float64)


def _alone_codes(cut: Units, every: States, index: Ints) -> list[tuple[str, Ints, Floats]]:
    """(group, (T, N) code, (T, N) weight) of the features of single states."""
    shape = index.shape
    ones, first, last = np.ones(shape), np.zeros(shape, dtype=bool), np.zeros(shape, dtype=bool)
    first[0], last[-1] = True, True
    codes = [
        ("far", np.take_along_axis(far(cut, every), index, axis=1), np.broadcast_to(cut.beats[:, None], shape)),
        ("close", np.where(cut.phrase_end[:, None], close(every)[index], -1), ones),
        ("final", np.where(last, close(every)[index], -1), ones),
    ]
    entries = {
        "shape": every.shape, "kind": every.kind, "degree": degree(every), "figure": figure(every),
        "opening": (every.degree != 0).astype(np.int64),
    }
    return codes + [(group, np.where(first, code[index], -1), ones) for group, code in entries.items()]


def _wrong(lesson: Lesson, index: Ints) -> Floats:
    """(T, N) how wrong each state kept is."""
    every, right = lesson.states, np.maximum(lesson.right, 0)
    root = every.member[index, 0] != every.member[right, 0][:, None]
    key = every.key[index] != every.key[right][:, None]
    form = every.shape[index] != every.shape[right][:, None]
    form |= every.inversion[index] != every.inversion[right][:, None]
    wrong = WRONG_ROOT * root + WRONG_KEY * key + WRONG_FIGURE * form
    weight = np.where(lesson.units.strength > 0, 1.0, OFF_BEAT) * (lesson.right >= 0)
    return np.asarray(wrong * weight[:, None])


def teach(lessons: Sequence[Lesson], tick: Callable[[], None] = lambda: None) -> dict[str, Floats]:
    """Learn the weights of the lessons; the same every time."""
    start = packed(design_weights())
    vector, total, steps = start.copy(), np.zeros(_LENGTH), 0
    rng = np.random.default_rng(0)
    rivals: list[Rivals] = []
    for epoch in range(EPOCHS):
        if epoch % 3 == 0:
            rivals = [Rivals(lesson, unpacked(vector)) for lesson in lessons]
        for number in rng.permutation(len(rivals)):
            vector = _step(rivals[number], vector) - PULL * AGGRESSION * (vector - start)
            here = slice(_PLACES["sound"], _PLACES["sound"] + len(SOUNDS))
            vector[here] = np.clip(vector[here], _LEAST, _MOST)
            total, steps = total + vector, steps + 1
        tick()
    return unpacked(total / steps)


def _step(rival: Rivals, vector: Floats) -> Floats:
    tempting, high = rival.path(vector, 1.0, right=False)
    if rival.wrong[np.arange(len(tempting)), tempting].sum() == 0:
        return vector
    wanted, low = rival.path(vector, 0.0, right=True)
    way = rival.features(wanted) - rival.features(tempting)
    length = float(way @ way)
    if high <= low or length == 0:
        return vector
    return vector + min(AGGRESSION, (high - low) / length) * way


def weights_text(weights: Weights) -> str:
    """The weights as JSON, each by its name where it has one."""
    names: dict[str, Sequence[str]] = {"sound": SOUNDS, "move": MOVES}
    content: dict[str, Any] = {}
    for group, row in weights.items():
        values = [round(float(value), 6) for value in row]
        content[group] = dict(zip(names[group], values, strict=True)) if group in names else values
    return json.dumps(content, indent=1) + "\n"


def lessons(tick: Callable[[], None] = lambda: None) -> list[Lesson]:
    """All annotated chorales that fit their scores."""
    found = []
    for number in NUMBERS:
        found.append(Lesson.of(number))
        tick()
    return found
