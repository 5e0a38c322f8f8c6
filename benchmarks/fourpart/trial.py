"""One tune put to a harmoniser: its answers, the time they took, and what each is found to be."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from benchmarks.fourpart.bach import Chorale, soprano_alone
from benchmarks.fourpart.faults import Counts, counts
from benchmarks.fourpart.features import features
from benchmarks.fourpart.labels import labels
from benchmarks.fourpart.likeness import Likeness, likeness
from benchmarks.fourpart.piece import Piece, piece_of
from composer.errors import ComposerError
from composer.score.score import Score

READINGS = 5
FIRST_SEED = 1
Harmonise = Callable[[Score, int], Score]
Readings = Callable[[Score, int, int], list[Score]]


@dataclass(frozen=True)
class System:
    """What is measured. ``readings`` and ``sample`` are None where there is one answer only."""

    name: str
    harmonise: Harmonise
    sample: Harmonise | None = None
    readings: Readings | None = None


@dataclass(frozen=True)
class Setting:
    """A four-part piece measured: faults at the surface and on the grid, style."""

    piece: Piece
    surface: Counts
    grid: Counts
    style: Mapping[str, float]


@dataclass(frozen=True)
class Trial:
    """An answer beside Bach's own setting.

    ``best``: likeness of the reading nearest to Bach; ``samples``: likeness of two draws to Bach and to one another;
    ``seconds``: CPU of one answer; ``refused``: why there is none.
    """

    chorale: Chorale
    score: Score | None = None
    setting: Setting | None = None
    likeness: Likeness = field(default_factory=Likeness)
    best: Likeness | None = None
    samples: tuple[Likeness, Likeness, Likeness] | None = None
    seconds: float = 0.0
    refused: str = ""


def setting_of(piece: Piece) -> Setting:
    """Measure a piece."""
    return Setting(piece, counts(piece), counts(piece, beats_only=True), features(piece))


def try_tune(system: System, chorale: Chorale) -> Trial:
    """Harmonise a soprano and measure; a refusal is kept as what it says, anything else that is raised is a crash."""
    tune = soprano_alone(chorale)
    begin = time.process_time()
    try:
        score = system.harmonise(tune, FIRST_SEED)
    except ComposerError as error:
        return Trial(chorale, refused=str(error))
    seconds = time.process_time() - begin
    best, samples = _best(system, tune, chorale.piece), _samples(system, tune, chorale.piece)
    return replace(compared(chorale, score), best=best, samples=samples, seconds=seconds)


def compared(chorale: Chorale, score: Score) -> Trial:
    """A finished page beside Bach's."""
    piece = piece_of(score, chorale.name)
    return Trial(chorale, score, setting_of(piece), _like(piece, chorale.piece))


def _like(ours: Piece, theirs: Piece) -> Likeness:
    return likeness(labels(ours), labels(theirs))


def _best(system: System, tune: Score, bach: Piece) -> Likeness | None:
    if system.readings is None:
        return None
    several = [_like(piece_of(score), bach) for score in system.readings(tune, FIRST_SEED, READINGS)]
    return max(several, key=lambda one: one.root_share)


def _samples(system: System, tune: Score, bach: Piece) -> tuple[Likeness, Likeness, Likeness] | None:
    if system.sample is None:
        return None
    one, two = (piece_of(system.sample(tune, FIRST_SEED + 1 + n)) for n in range(2))
    return _like(one, bach), _like(two, bach), _like(one, two)
