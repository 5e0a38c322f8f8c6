"""What is asked of a harmoniser, and what it answers: the same for chorale and song."""

from __future__ import annotations

from dataclasses import dataclass

from composer.score.key import Key
from composer.score.note import Voice
from composer.score.reading import ChordSpan, Phrase
from composer.score.score import Score


@dataclass(frozen=True)
class Tune:
    """A tune to be harmonised. ``phrases`` cover it in order, their cadences still open.

    ``score`` holds the tune as it was read, with its bars, signatures and words; ``voice`` is the line itself, its
    heads as they were written (``sounding()`` joins what is tied); ``signature`` counts sharps (flats negative),
    ``key`` is the home key. ``given`` are chords that are not to be chosen: the file's own symbols, if they are kept;
    between them everything is open.
    """

    score: Score
    voice: Voice
    key: Key
    signature: int
    phrases: tuple[Phrase, ...]
    given: tuple[ChordSpan, ...] = ()


@dataclass(frozen=True)
class Harmonized:
    """One answer: chords in time, the lower voices (none where chords alone were asked), and its price.

    ``phrases`` are the tune's with the cadences that the chords make; ``relaxed`` says in words which laws had to give
    way and where, empty as a rule; ``cost_nats`` is comparable among answers to the same tune only.
    """

    chords: tuple[ChordSpan, ...]
    voices: tuple[Voice, ...]
    phrases: tuple[Phrase, ...]
    cost_nats: float
    relaxed: tuple[str, ...] = ()
