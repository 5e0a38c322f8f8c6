"""Reading harmony: one lattice over (key, chord, inversion), with learned weights."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from composer.analysis.states import States, tonic_fifths
from composer.analysis.units import LOWEST, Floats, Units
from composer.analysis.votes import (
    MOVES,
    SIZES,
    Kept,
    Weights,
    close,
    degree,
    far,
    figure,
    key_distance,
    pair_codes,
    sound_planes,
)
from composer.score.key import Key
from composer.score.windows import Ints
from composer.search.lattice import Lattice, best

STATES_KEPT = 60  # a unit; design value


def alone(units: Units, states: States, weights: Weights) -> Floats:
    """(T, S) score of each state over each unit by itself."""
    score = np.zeros((units.count, states.count))
    for weight, plane in zip(weights["sound"], sound_planes(units, states), strict=True):
        score += weight * plane
    score += weights["far"][far(units, states)] * units.beats[:, None]
    score += np.where(units.phrase_end[:, None], weights["close"][close(states)][None, :], 0.0)
    score[-1] += weights["final"][close(states)]
    return np.asarray(score)


def entering(states: States, weights: Weights) -> Floats:
    """(S,) score of a state with which a piece begins."""
    own = degree(states)
    return np.asarray(
        weights["shape"][states.shape] + weights["kind"][states.kind] + weights["figure"][figure(states)]
        + np.where(own >= 0, weights["degree"][own], 0.0) + weights["opening"][(states.degree != 0).astype(int)]
    )


def together(units: Units, kept: Kept, weights: Weights) -> Floats:
    """(T - 1, N, N) score of two states in a row."""
    total = weights["move"][MOVES.index("fifths between the keys")] * key_distance(kept)
    for group, code in pair_codes(units, kept):
        total += np.append(weights[group], 0.0)[code]  # code -1 takes the last, which is nothing
    return np.asarray(total)


def keep(score: Floats, count: int) -> Ints:
    """(T, N) numbers of the states with the best scores, in order of number."""
    count = min(count, score.shape[1])
    found = np.argpartition(-score, count - 1, axis=1)[:, :count]
    return np.sort(found, axis=1)


def read_states(units: Units, states: States, weights: Weights, more: Floats | None = None) -> Ints:
    """(T,) the best state of every unit; ``more`` (T, S) is added to the scores."""
    score = alone(units, states, weights)
    if more is not None:
        score = score + more
    index = keep(score, STATES_KEPT)
    kept = Kept.of(states, index)
    own = np.take_along_axis(score, index, axis=1)
    own[0] += entering(states, weights)[index[0]]
    steps = -together(units, kept, weights) - own[1:, None, :]
    path = best(Lattice(-own[0], tuple(steps)))
    return _settled(states, np.asarray(index[np.arange(units.count), list(path.candidates)]))


def _settled(states: States, found: Ints) -> Ints:
    """(T,) states in which a key holds more than one chord: a chord alone in its key is named in the key before it (at
    the beginning, after it), where that key has such a chord."""
    found = found.copy()
    alike = np.concatenate((states.member, states.inversion[:, None]), axis=1)
    starts = [0, *(np.flatnonzero(np.diff(states.key[found])) + 1), len(found)]
    for first, after in pairwise(starts):
        inside = found[first:after]
        if len(np.unique(states.member[inside, 0])) > 1 or after - first == len(found):
            continue
        key = states.key[found[first - 1 if first else after]]
        for place in range(first, after):
            same = np.flatnonzero((states.key == key) & (alike == alike[found[place]]).all(axis=1))
            if len(same):
                found[place] = same[0]
    return found


def home_key(units: Units, states: States, found: Ints) -> Key:
    """The key of a piece: that of its end where it ends on a tonic or has lasted longest; else the signature's own if
    the last chord is its tonic (a major close in minor may be taken for a dominant); else the one that lasts longest.
    """
    last = int(found[-1])
    closing: Key = states.keys[states.key[last]]
    if states.member[last, 0] + LOWEST == tonic_fifths(closing):
        return closing
    lasting = np.bincount(states.key[found], units.beats, minlength=len(states.keys))
    longest = states.keys[int(lasting.argmax())]
    if closing != longest:
        for key in states.keys:
            if key.fifths == units.signature[-1] and states.member[last, 0] + LOWEST == tonic_fifths(key):
                return key
    return longest


def no_weights() -> dict[str, Floats]:
    """All weights zero."""
    return {name: np.zeros(size) for name, size in SIZES.items()}
