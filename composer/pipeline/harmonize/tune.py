"""The tune that somebody hands in, made ready: one line, its key and its phrases; what stands in the way is said."""

from __future__ import annotations

from dataclasses import replace

from composer.analysis.phrases import phrase_ends
from composer.analysis.read import signatures
from composer.errors import RequestError
from composer.pipeline.chord_words import read_wish_key
from composer.pipeline.harmonize.task import Tune
from composer.pipeline.words import either
from composer.score.note import Voice
from composer.score.reading import Phrase
from composer.score.score import Score

LEAST_NOTES = 2


def tune_of(score: Score, voice: str | None = None, key: str | None = None) -> Tune:
    """The tune of a score; ``voice`` names a line of a score of several, ``key`` wins over what is found.

    Raises:
        RequestError: no line, or several and none is named; too few notes; no such key.
    """
    line = _chosen(score, voice)
    home = read_wish_key(key) if key else score.key
    alone = replace(score, voices=(line,), parts=(), reading=None)
    sharps = signatures(alone, home if key else None)[0][1]
    return Tune(alone, line, home, sharps, phrases_of(alone))


def _chosen(score: Score, voice: str | None) -> Voice:
    names = list(dict.fromkeys(one.role for one in score.voices))
    if voice is None:
        if len(score.voices) > 1:
            raise RequestError(
                f"the file holds {len(score.voices)} voices, and a tune is one; name it, as in --voice {names[0]} "
                f"({either(names)})"
            )
        line = score.voices[0]
    else:
        found = [one for one in score.voices if one.role == voice]
        if not found:
            raise RequestError(f"--voice '{voice}': the file has no such line; write {either(names)}")
        line = found[0]
    if len(line.sounding()) < LEAST_NOTES:
        raise RequestError(f"the tune has fewer than {LEAST_NOTES} notes; hand in a whole line")
    return line


def phrases_of(score: Score) -> tuple[Phrase, ...]:
    """The phrases of a tune, their cadences open."""
    begin, found = 0, []
    for end in phrase_ends(score):
        found.append(Phrase(begin, end, "open"))
        begin = end
    return tuple(found)
