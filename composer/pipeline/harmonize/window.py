"""What the window model sees of a tune around each unit: degrees, places in bar and phrase, steps, all as numbers."""

from __future__ import annotations

import numpy as np

from composer.pipeline.harmonize.line import Line
from composer.score.windows import Ints
from composer.search.draw import Floats

LOWEST, DEGREES = -3, 12  # places on the line of fifths above the signature's major tonic: b3 to #2
NONE = DEGREES
AHEAD = 4  # units looked at to each side
FAR = 0.7  # weight of what lies more than two units off
SINCE, UNTIL = 6, 8  # places in a phrase told apart, from its beginning and to its end
STEPS, FURTHER = 5, 3  # semitones told apart


def degree(fifths: int, signature: int) -> int:
    """Class of a pitch above the signature's tonic, 0 to DEGREES - 1; the outermost take what lies beyond."""
    return min(max(fifths - signature - LOWEST, 0), DEGREES - 1)


def features(line: Line) -> Floats:
    """(T, F) features of every unit."""
    count = line.count
    rows = [[degree(note.top.fifths, line.signature) for note in unit.notes] for unit in line.units]
    first = np.array([row[0] for row in rows])
    second = np.array([row[1] if len(row) > 1 else NONE for row in rows])
    last = np.array([row[-1] if len(row) > 1 else NONE for row in rows])
    close = line.close
    attack = np.array([float(unit.attack) for unit in line.units])
    strength = np.array([unit.strength for unit in line.units])
    midi = line.midi()
    columns = [_one_hot(_moved(first, k, NONE), DEGREES + 1) * (1.0 if abs(k) <= 2 else FAR)
               for k in range(-AHEAD, AHEAD + 1)]  # fmt: skip
    columns += [_one_hot(_moved(last, k, NONE), DEGREES + 1) for k in range(-2, 3)]
    columns.append(_one_hot(second, DEGREES + 1))
    columns += [_moved(close.astype(float), k, 0.0)[:, None] for k in range(-3, 5)]
    columns += [_moved(attack, k, 0.0)[:, None] for k in range(-2, 4)]
    columns += [_one_hot(strength, 4), _one_hot(_moved(strength, 1, 0), 4)]
    columns += _phrase_columns(first, close)
    columns += _piece_columns(first)
    move, coming = np.diff(midi, prepend=midi[:1]), np.diff(midi, append=midi[-1:])
    columns += [_one_hot(np.clip(move, -STEPS, STEPS) + STEPS, 2 * STEPS + 1)]
    columns += [_one_hot(np.clip(coming, -STEPS, STEPS) + STEPS, 2 * STEPS + 1)]
    beyond = np.clip(_moved(move, 2, 0), -FURTHER, FURTHER) + FURTHER
    columns += [FAR * _one_hot(beyond, 2 * FURTHER + 1)]
    columns += [_one_hot(np.array([min(len(row) - 1, 2) for row in rows]), 3)]
    beats = np.array([unit.length_ticks for unit in line.units]) / line.beat_ticks
    columns += [np.clip(beats - 1, 0, 3)[:, None], ((midi - midi.mean()) / 4)[:, None]]
    return np.concatenate([np.asarray(column, dtype=np.float64).reshape(count, -1) for column in columns], axis=1)


def _phrase_columns(first: Ints, close: np.ndarray) -> list[np.ndarray]:
    """Place in the phrase, the degrees on which this phrase and the one before close, first and last phrase."""
    count = len(first)
    ends = np.flatnonzero(close)
    here = ends[np.searchsorted(ends, np.arange(count))]
    number = np.searchsorted(ends, np.arange(count))
    before = np.where(number > 0, ends[np.maximum(number - 1, 0)], -1)
    until, since = here - np.arange(count), np.arange(count) - before - 1
    goal = _one_hot(first[here], DEGREES + 1)
    earlier = _one_hot(np.where(before >= 0, first[before], NONE), DEGREES + 1)
    place = np.arange(count)
    return [
        _one_hot(np.minimum(until, UNTIL - 1), UNTIL), _one_hot(np.minimum(since, SINCE - 1), SINCE),
        goal, goal * (until <= 2)[:, None], FAR * earlier,
        (place == count - 1)[:, None], (place <= 1)[:, None], (here == count - 1)[:, None], (here == ends[0])[:, None],
    ]  # fmt: skip


def _piece_columns(first: Ints) -> list[np.ndarray]:
    """The last degree, and how often each degree stands on units: in the piece, and within eight units."""
    count = len(first)
    final = np.repeat(_one_hot(first[-1:], DEGREES + 1), count, axis=0)
    counted = np.concatenate((np.zeros((1, DEGREES)), np.cumsum(_one_hot(first, DEGREES + 1)[:, :DEGREES], axis=0)))
    low, high = np.maximum(np.arange(count) - 8, 0), np.minimum(np.arange(count) + 9, count)
    near = (counted[high] - counted[low]) / (high - low)[:, None]
    return [final, np.repeat(3 * counted[-1:] / count, count, axis=0), 3 * near]


def _moved(values: np.ndarray, by: int, fill: float) -> np.ndarray:
    """What stands ``by`` units later."""
    found = np.full_like(values, fill)
    if by > 0:
        found[:-by] = values[by:]
    elif by < 0:
        found[-by:] = values[:by]
    else:
        found = values.copy()
    return found


def _one_hot(values: np.ndarray, size: int) -> Floats:
    return np.asarray(np.eye(size)[values], dtype=np.float64)
