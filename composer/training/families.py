"""Tune families: works that share a tune, so that no tune stands on both sides of a split."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence

import numpy as np

from composer.training.corpus import IntArray

TRAIN, VALIDATION, TEST = "train", "validation", "test"
CHORALE_RUN, CHORALE_SHARE = 5, 0.5
AIR_RUN = 12
DANCE_RUN = 16  # dances are made of common turns: runs of 12 would chain every second one into one family


def runs(pitch: IntArray, length: int) -> set[bytes]:
    """All runs of ``length`` melodic intervals of a tune (pitches (T,)) with three or more different ones."""
    intervals = np.diff(pitch).astype(np.int8)
    windows = (intervals[i : i + length] for i in range(len(intervals) - length + 1))
    return {window.tobytes() for window in windows if len(set(window.tolist())) >= min(3, length)}


def families(tunes: Mapping[str, IntArray], run: int, share: float = 0.0) -> dict[str, int]:
    """Family number of every tune: tunes that share a run, or ``share`` of the shorter's runs.

    Numbers count from 0 in the order of first members.
    """
    own = {name: runs(pitch, run) for name, pitch in tunes.items()}
    holders: dict[bytes, list[str]] = defaultdict(list)
    for name, found in own.items():
        for one in found:
            holders[one].append(name)
    parent = {name: name for name in tunes}

    def root(name: str) -> str:
        while parent[name] != name:
            name = parent[name]
        return name

    for name in tunes:
        common: dict[str, int] = defaultdict(int)
        for one in own[name]:
            for other in holders[one]:
                common[other] += 1
        for other, count in common.items():
            if other != name and count >= max(1, share * min(len(own[name]), len(own[other]))):
                first, second = sorted((root(name), root(other)))
                parent[second] = first
    numbers: dict[str, int] = {}
    return {name: numbers.setdefault(root(name), len(numbers)) for name in tunes}


def split_families(
    family: Mapping[str, int], fixed_test: Sequence[str], shares: tuple[float, float]
) -> dict[str, str]:
    """Split of every work by its family: those of ``fixed_test`` are test, the rest drawn by a hash.

    ``shares``: of the rest, the shares of validation and of (further) test.
    """
    test = {family[name] for name in fixed_test if name in family}
    first: dict[int, str] = {}
    for name, number in family.items():
        first.setdefault(number, name)
    chosen: dict[int, str] = {}
    for number, name in first.items():
        place = int(hashlib.sha256(name.encode()).hexdigest()[:8], 16) / 2**32
        rest = VALIDATION if place < shares[0] else TEST if place < sum(shares) else TRAIN
        chosen[number] = TEST if number in test else rest
    return {name: chosen[number] for name, number in family.items()}
