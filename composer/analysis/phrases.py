"""Where phrases end (at fermatas, or else at rests and long notes of the tune), and the cadences that close them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from statistics import median

from composer.analysis.cadences import IAC, OTHER, PAC, Harmony, named
from composer.score.key import Key
from composer.score.note import Note
from composer.score.reading import ChordSpan, Phrase
from composer.score.score import Score

OPEN = "open"
# Design values: a line ends where the tune stands or rests, not sooner than two bars after the last end.
LONG, REST_BEATS, LEAST_BARS = 2.0, 0.5, 2


def phrases(score: Score, chords: Sequence[ChordSpan]) -> tuple[Phrase, ...]:
    """The phrases of a score, each with the cadence its last chords make (``open`` where they make none)."""
    found = []
    begin = min((note.onset_ticks for voice in score.voices for note in voice.sounding()), default=0)
    for end in phrase_ends(score):
        cadence = cadence_of(score, chords, begin, end)
        found.append(Phrase(begin, end, cadence))
        begin = end
    return tuple(found)


def phrase_ends(score: Score) -> list[int]:
    """Ticks at which phrases end, the end of the piece last."""
    tune = score.tune.sounding()
    if not tune:
        return []
    held = sorted({note.end_ticks for voice in score.voices for note in voice.sounding() if note.fermata})
    ends = _at_fermatas(score, held) if held else _at_breaths(score, tune)
    last = max(note.end_ticks for voice in score.voices for note in voice.sounding())
    return [end for end in ends if end < last] + [last]


def _at_fermatas(score: Score, held: Sequence[int]) -> list[int]:
    """The last end of each group of fermatas that stand within a beat."""
    found: list[int] = []
    for end in held:
        if found and end - found[-1] <= score.meter.beat_ticks:
            found[-1] = end
        else:
            found.append(end)
    return found


def _at_breaths(score: Score, tune: Sequence[Note]) -> list[int]:
    usual = median(note.length_ticks for note in tune)
    beat, least = score.meter.beat_ticks, LEAST_BARS * score.meter.bar_ticks - score.meter.beat_ticks
    found, begin = [], tune[0].onset_ticks
    for note, after in pairwise(tune):
        rests = after.onset_ticks - note.end_ticks >= REST_BEATS * beat
        stands = note.length_ticks >= max(LONG * usual, 1.5 * beat)
        if (rests or stands) and after.onset_ticks - begin >= least:
            found.append(note.end_ticks)
            begin = after.onset_ticks
    return found


def cadence_of(score: Score, chords: Sequence[ChordSpan], begin: int, end: int) -> str:
    """The cadence of the last two different chords of a phrase, in the key in which it ends."""
    inside = [span for span in chords if span.onset_ticks < end and span.end_ticks > begin]
    if not inside:
        return OPEN
    goal = inside[-1]
    before = next((span for span in reversed(inside[:-1]) if _root(span) != _root(goal)), None)
    notes = [note for note in score.tune.sounding() if note.onset_ticks < end and note.end_ticks > goal.onset_ticks]
    degree = (notes[-1].top.midi - goal.key.tonic_pc) % 12 if notes else -1
    heard = None if before is None else _heard(before, goal.key)
    cadence = named(_heard(goal, goal.key), heard, degree, goal.key)
    led = goal.key.is_modal or heard is None or heard.is_dominant or cadence not in (PAC, IAC)
    return cadence if led and cadence != OTHER else OPEN


def _root(span: ChordSpan) -> int:
    return (span.key.tonic_pc + span.chord.root[1]) % 12


def _heard(span: ChordSpan, key: Key) -> Harmony:
    """A chord as a harmony above the tonic of a key."""
    root, bass = (
        (span.key.tonic_pc + member[1] - key.tonic_pc) % 12 for member in (span.chord.root, span.chord.bass)
    )
    return Harmony(root, span.chord.quality, bass, 1.0, 1.0)
