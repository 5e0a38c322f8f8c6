"""The harmoniser under test, as plain functions of a tune. All else in this folder knows nothing of it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from composer.analysis.tune_key import home_of
from composer.analysis.tune_phrases import tune_phrases
from composer.models.chorale import load_chorale
from composer.pipeline.harmonize.answers import answers
from composer.pipeline.harmonize.task import Tune
from composer.pipeline.harmonize.workshop import Workshop, workshop_of
from composer.score.score import Score
from composer.theory.rulebook import Rulebook, load_rulebook
from composer.theory.tables import load_table


@dataclass(frozen=True)
class Ours:
    """The chorale engine, its rulebook and model loaded once."""

    book: Rulebook
    workshop: Workshop

    def harmonise(self, tune: Score, seed: int) -> Score:
        """A chorale on a soprano: the answer that the command gives."""
        return self.readings(tune, seed, 1)[0]

    def readings(self, tune: Score, seed: int, count: int) -> list[Score]:
        """Several answers that differ."""
        return [score for score, _ in self.said(tune, seed, count)]

    def harmonise_and_say(self, tune: Score, seed: int) -> tuple[Score, tuple[str, ...]]:
        """The answer, and which laws had to give way."""
        return self.said(tune, seed, 1)[0]

    def said(self, tune: Score, seed: int, count: int) -> list[tuple[Score, tuple[str, ...]]]:
        """Answers with what gave way."""
        asked = tune_of(tune)
        found = answers(self.workshop, self.book, asked, seed, count)
        return [(replace(asked.score, voices=(asked.voice, *one.voices)), one.relaxed) for one in found]


def ours() -> Ours:
    """The engine as it is shipped."""
    book = load_rulebook()
    return Ours(book, workshop_of(book, load_chorale(), load_table("numerals")))


def tune_of(score: Score) -> Tune:
    """The tune of a soprano alone: its key and lines found as the command finds them."""
    sharps = score.key_signatures[0][1] if score.key_signatures else score.key.fifths
    line = replace(score.voices[0], name="soprano", role="soprano")
    alone = replace(score, voices=(line,), parts=(), reading=None)
    key = home_of(alone, sharps)
    return Tune(replace(alone, key=key), line, key, sharps, tune_phrases(alone, key))
