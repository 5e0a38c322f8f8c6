"""Small made-up tunes and a few real chorales for the training tests."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from composer.score.time import Meter
from composer.training.corpus import RawVoice, RawWork
from composer.training.data import Corpus, encode_works
from composer.training.encode import Tune
from composer.training.survey import Listing

CHORALES = ("bwv123.6", "bwv104.6", "bwv14.5", "bwv112.5", "bwv158.4", "bwv127.5", "bwv162.6-lpz", "bwv140.7")
SPLITS = ("train", "train", "train", "train", "validation", "validation", "test", "test")


def _made_tune(seed: int, bars: int = 8, minor: bool = False) -> Tune:
    """A seeded walk in quarters on the scale of C, four notes a bar."""
    rng = np.random.default_rng(seed)
    scale = np.array([0, 2, 3 if minor else 4, 5, 7, 8 if minor else 9, 11, 12])
    steps = np.clip(np.cumsum(rng.integers(-1, 2, bars * 4)) + 3, 0, 7)
    time = np.arange(bars * 4)
    return Tune(
        f"made{seed}", time * 480, np.full(bars * 4, 480), time % 4 * 480, time // 4 + 1, 60 + scale[steps],
        np.zeros(bars * 4, bool), Meter(4, 4), bars, 60, minor,
    )  # fmt: skip


def _made_work(
    pitches: list[int], bars: list[tuple[int, int]], lengths: list[int], fifths: int = 0
) -> RawWork:
    """One voice of the given pitches and lengths (ticks) over bars (onset, length)."""
    onsets = np.cumsum([0, *lengths[:-1]])
    events = np.column_stack([onsets, lengths, pitches]).astype(np.int64)
    voice = RawVoice(events, np.zeros(len(pitches), bool))
    return RawWork("made", (voice,), np.array(bars), ((4, 4),), fifths)


@pytest.fixture(scope="session")
def made_tune() -> Callable[..., Tune]:
    return _made_tune


@pytest.fixture(scope="session")
def made_work() -> Callable[..., RawWork]:
    return _made_work


@pytest.fixture(scope="session")
def tunes() -> list[Tune]:
    return [_made_tune(seed, minor=seed % 3 == 0) for seed in range(24)]


@pytest.fixture(scope="session")
def chorales() -> Corpus:
    """Eight real chorales read by music21, four to train."""
    from composer.training.corpus import read_chorale

    family = {name: number for number, name in enumerate(CHORALES)}
    listing = Listing("bach-chorales", family, dict(zip(CHORALES, SPLITS, strict=True)), {}, (), "")
    return encode_works(listing, [read_chorale(name) for name in CHORALES])
