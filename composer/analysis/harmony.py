"""Reading harmony: one lattice over (key, chord, inversion), with learned weights."""

from __future__ import annotations

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
    return np.asarray(index[np.arange(units.count), list(path.candidates)])


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
