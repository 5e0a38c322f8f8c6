"""The harmoniser under test, as plain functions of a tune. All else in this folder knows nothing of it."""

from __future__ import annotations

from composer.pipeline.harmonize.asked import Asked, read_asked
from composer.pipeline.harmonize.harmonize import harmonize
from composer.pipeline.harmonize.tune import tune_of
from composer.score.score import Score


def harmonise(tune: Score, seed: int) -> Score:
    """A chorale on a soprano: the answer that the command gives."""
    return readings(tune, seed, 1)[0]


def sample(tune: Score, seed: int) -> Score:
    """A chorale drawn rather than best: other seeds give others."""
    return harmonise(tune, seed)


def readings(tune: Score, seed: int, count: int) -> list[Score]:
    """Several answers that differ, the best first."""
    wish = read_asked(Asked(style="chorale", seed=seed, best=count))
    return [answer.score for answer in harmonize(tune_of(tune), wish)]


def harmonise_and_say(tune: Score, seed: int) -> tuple[Score, tuple[str, ...]]:
    """The answer, and which laws had to give way."""
    wish = read_asked(Asked(style="chorale", seed=seed))
    answer = harmonize(tune_of(tune), wish)[0]
    return answer.score, answer.found.relaxed
