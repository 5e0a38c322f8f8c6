"""Where the lines of a tune end: at fermatas, repeats and double bars; between them where it breathes and its bars ask.

Between two ends that are written, the likeliest division is found exactly: every note end is weighed by how long the
note is, what it stands on, what is sung on it and what follows it, and every line by its length. The weights are design
values: those that fit the fermatas of 152 chorale sopranos from which these were taken, rounded.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from composer.score.key import Key
from composer.score.note import Note
from composer.score.reading import Phrase
from composer.score.score import Score
from composer.score.time import HALF_BAR
from composer.search.draw import Floats

OPEN = "open"
LEAST_FERMATAS = 2  # that make a tune one whose lines are marked: then
MOST_BARS = 8  # between written ends that lie no further apart nothing is divided
LONGEST_BARS = 17  # that a line may have
USUAL_BEATS = 8  # of a line
WRITTEN = ("repeat-forward", "repeat-backward", "double", "ending-stop")  # signs at which a line ends
# Nats for a line that ends with a note, and for its length.
EACH, LONG, RESTS, STRONG, LEAP, SAME_RHYTHM, FOUR_BARS = -6.0, 2.0, 5.0, 1.3, 1.0, 1.4, 1.0
COMMA, IN_WORD, HELD = 3.0, -6.0, -4.0  # after the word before a sign; inside a word; where a syllable is sung on
DEGREES = {0: 1.0, 7: 1.0, 3: 1.0, 4: 1.0, 2: 0.5, 11: 0.5}  # by semitones above the tonic
LENGTH, WHOLE_BARS, THREE_BARS, TOO_SHORT = -3.0, 1.3, -1.0, -9.0
SHORTEST_BARS = 0.9
SIGNS_OF_REST = ",.;:!?—–"
RHYTHM_NOTES = 3  # whose lengths make a beginning known again


@dataclass(frozen=True)
class Notes:
    """A tune as arrays (N,): onsets and ends in ticks, MIDI numbers, time to the next onset, metric strength, place in
    the bar."""

    onset_ticks: Floats
    end_ticks: Floats
    pitch_midi: Floats
    apart_ticks: Floats
    strength: Floats
    place_ticks: Floats


def tune_phrases(score: Score, key: Key) -> tuple[Phrase, ...]:
    """The lines of a score of one voice in order, contiguous from its beginning, their cadences open.

    An upbeat belongs to the line it leads into; silence after a line belongs to the next.
    """
    notes = score.voices[0].sounding()
    ends = _written_ends(score, notes)
    held = sum(note.fermata for note in notes) >= LEAST_FERMATAS
    whole = MOST_BARS * score.meter.bar_ticks if held else 0
    found: list[int] = []
    for begin, end in pairwise([0, *ends]):
        inside = [note for note in notes if begin < note.end_ticks <= end]
        found += _divided(score, inside, key) if end - begin > whole else [end]
    return tuple(Phrase(begin, end, OPEN) for begin, end in pairwise([0, *found]))


def _written_ends(score: Score, notes: Sequence[Note]) -> list[int]:
    """The ends of notes under fermatas and at signs of bar lines, and of the last note.

    Of fermatas within a beat the last counts.
    """
    signs = {sign.onset_ticks for sign in score.bar_signs if sign.kind in WRITTEN}
    found: list[int] = []
    begin = notes[0].onset_ticks
    for note, after in pairwise([*notes, None]):
        assert note is not None
        if found and note.onset_ticks >= found[-1] > begin:
            begin = note.onset_ticks
        reach = note.end_ticks if after is None else after.onset_ticks
        is_line = note.end_ticks - begin >= SHORTEST_BARS * score.meter.bar_ticks  # no upbeat to what is repeated
        written = is_line and any(note.end_ticks <= tick <= reach for tick in signs)
        if not (note.fermata or written or after is None):
            continue
        near = found and note.end_ticks - found[-1] <= score.meter.beat_ticks
        if near:
            found.pop()
        found.append(note.end_ticks)
    return found


def _divided(score: Score, inside: Sequence[Note], key: Key) -> list[int]:
    """The ends of the lines into which a stretch of notes is best divided."""
    notes = _arrays(score, inside)
    count, bar, beat = len(inside), score.meter.bar_ticks, score.meter.beat_ticks
    votes = _ends(notes, key, bar, beat)
    votes[:-1] += _words(inside)
    following = np.append(notes.onset_ticks[1:], notes.onset_ticks[-1] + notes.apart_ticks[-1])
    best, back = np.full(count + 1, -np.inf), np.zeros(count + 1, dtype=int)
    best[0] = 0.0
    for place in range(count):
        bars = (following[place] - notes.onset_ticks[: place + 1]) / bar
        first = min(int(np.searchsorted(-bars, -LONGEST_BARS)), place)
        ways = best[first : place + 1] + _lengths(bars[first:], bar / beat) + votes[place]
        chosen = int(ways.argmax())
        best[place + 1], back[place + 1] = ways[chosen], first + chosen
    ends, at = [], count
    while at:
        ends.append(int(notes.end_ticks[at - 1]))
        at = int(back[at])
    return ends[::-1]


def _arrays(score: Score, notes: Sequence[Note]) -> Notes:
    onsets = np.array([note.onset_ticks for note in notes], dtype=float)
    ends = np.array([note.end_ticks for note in notes], dtype=float)
    last = max(ends[-1] - onsets[-1], float(score.meter.beat_ticks))
    return Notes(
        onsets, ends, np.array([note.top.midi for note in notes], dtype=float), np.append(np.diff(onsets), last),
        np.array([score.strength(note.onset_ticks) for note in notes], dtype=float),
        np.array([_place(score, note.onset_ticks) for note in notes], dtype=float),
    )


def _place(score: Score, onset_ticks: int) -> int:
    """Ticks from the bar line, as if the bar were full."""
    line = score.bar_line_at(onset_ticks)
    return line.place(onset_ticks) if line else (onset_ticks - score.pickup_ticks) % score.meter.bar_ticks


def _ends(notes: Notes, key: Key, bar_ticks: int, beat_ticks: int) -> Floats:
    """(N,) nats for a line that ends with each note; nothing for the last, with which one ends whatever it is."""
    apart, onsets = notes.apart_ticks, notes.onset_ticks
    votes = np.full(len(onsets), EACH)
    votes += LONG * np.clip(np.log2(apart / np.median(apart)), -2, 2)
    votes += STRONG * (notes.strength >= HALF_BAR)
    above = ((notes.pitch_midi - key.tonic_pc) % 12).astype(int)
    votes += np.array([DEGREES.get(degree, 0.0) for degree in range(12)])[above]
    rests = (onsets[1:] - notes.end_ticks[:-1]) / beat_ticks
    votes[:-1] += RESTS * np.where(rests >= 0.25, np.minimum(rests, 1), 0)
    votes[:-1] += LEAP * np.minimum(np.abs(np.diff(notes.pitch_midi)), 12) / 12
    gone = (onsets[1:] - onsets[0]) / (4 * bar_ticks)
    votes[:-1] += FOUR_BARS * (np.abs(gone - np.round(gone)) < 0.01)
    for place in range(len(onsets) - RHYTHM_NOTES):
        again = (apart[place + 1 : place + 1 + RHYTHM_NOTES] == apart[:RHYTHM_NOTES]).all()
        votes[place] += SAME_RHYTHM * bool(again and notes.place_ticks[place + 1] == notes.place_ticks[0])
    votes[-1] = 0.0
    return votes


def _words(notes: Sequence[Note]) -> Floats:
    """(N - 1,) nats for a line that ends with each note but the last, by the words of the first verse."""
    sung = [next(iter(note.script.syllables if note.script else ()), None) for note in notes]
    votes = np.zeros(len(notes) - 1)
    last = None
    for place in range(max((place for place, one in enumerate(sung) if one), default=0)):
        last = sung[place] or last
        if last is None:
            continue
        if sung[place + 1] is None:
            votes[place] = HELD
        elif last.place in ("begin", "middle"):
            votes[place] = IN_WORD
        elif last.text[-1:] in SIGNS_OF_REST:
            votes[place] = COMMA
    return votes


def _lengths(bars: Floats, beats_a_bar: float) -> Floats:
    """Nats for lines of so many bars each."""
    votes = LENGTH * np.log2(np.maximum(bars, 0.01) * beats_a_bar / USUAL_BEATS) ** 2
    votes += WHOLE_BARS * (np.abs(bars - np.round(bars)) < 0.01)
    votes += THREE_BARS * (np.abs(bars - 3) < 0.25)
    votes += TOO_SHORT * (bars < SHORTEST_BARS)
    return np.asarray(votes)
