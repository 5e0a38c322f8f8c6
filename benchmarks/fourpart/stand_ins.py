"""Harmonisers that need no model, to try the measuring itself: Bach in disguise, and Bach with his ornaments shaved."""

from __future__ import annotations

from dataclasses import dataclass, replace

from benchmarks.fourpart.bach import Chorale
from benchmarks.fourpart.piece import SOPRANO
from composer.score.note import Note, Voice
from composer.score.score import Score
from composer.score.time import TICKS_PER_QUARTER


@dataclass(frozen=True)
class Bach:
    """Answers with Bach's own setting; with ``shaved``, of lower voices only what sounds on beats."""

    chorales: tuple[Chorale, ...]
    shaved: bool = False

    def answer(self, tune: Score, seed: int) -> Score:
        """Bach's setting of this tune."""
        found = next(
            one for one in self.chorales if one.score.voices[SOPRANO].notes == tune.voices[0].notes
        )
        if not self.shaved:
            return found.score
        voices = found.score.voices
        lower = (_shaved(voice, found.piece.beats) for voice in voices[SOPRANO + 1 :])
        return found.score.with_voices((voices[SOPRANO], *lower))


def _shaved(voice: Voice, beats: tuple[int, ...]) -> Voice:
    """Quarters: on every beat what sounds there."""
    notes = []
    for tick in beats:
        here = next((note for note in voice.notes if note.onset_ticks <= tick < note.end_ticks), None)
        pitches = here.pitches if here is not None else ()
        notes.append(Note(tick, TICKS_PER_QUARTER, pitches, False, here is not None and here.fermata))
    return replace(voice, notes=tuple(notes))
