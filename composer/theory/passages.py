"""Windows of phrases, and of stretches in one key.

Like ``composer.theory.frames`` they hold arrays with free leading axes, then ``span``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from statistics import median

import numpy as np
from numpy.typing import NDArray

from composer.score.key import Key
from composer.score.note import Note
from composer.score.reading import ChordSpan, Phrase, Reading
from composer.score.score import Score
from composer.score.windows import ABSENT, CADENCES, REST, Bools, Ints, real_voices
from composer.theory.rows import Rows, columns

# What a chord does, by the degree of its root: tonic, pre-dominant, dominant.
TONIC, BEFORE, DOMINANT = 0, 1, 2
FUNCTIONS = {1: TONIC, 3: TONIC, 6: TONIC, 2: BEFORE, 4: BEFORE, 5: DOMINANT, 7: DOMINANT}


@dataclass(frozen=True)
class Phrases(Rows):
    """Phrases of a piece, with what the tune does in them."""

    place_ticks: Ints  # (..., span) where in the bar the first note begins; ABSENT without notes
    rest_strength: Ints  # (..., span) metric strength of the last note
    rest_share: NDArray[np.float64]  # (..., span) from the last note to the next phrase, in medians of the tune
    breath: Bools  # (..., span) a fermata or a rest before the next phrase, or the piece ends
    top_midi: Ints  # (..., span) highest note; REST
    begins_home: Bools  # (..., span) its first chord stands on the tonic
    goes_back: Bools  # (..., span) a pre-dominant follows a dominant before the tonic has come
    cadence: Ints  # (..., span) index into CADENCES
    chords: Ints  # (..., span) how many chords it has


def phrases(score: Score, reading: Reading) -> Phrases:
    """All phrases of a score: a frame of P phrases, no leading axes."""
    tune = score.tune.sounding()
    gaps = [after.onset_ticks - before.onset_ticks for before, after in pairwise(tune)]
    usual = median(gaps) if gaps else 1
    rows = [_phrase(score, reading, phrase, tune, usual) for phrase in reading.phrases]
    return Phrases(roles=(score.tune.role,), **columns(Phrases, rows, {}))


def _phrase(score: Score, reading: Reading, phrase: Phrase, tune: Sequence[Note], usual: float) -> dict[str, object]:
    inside = [note for note in tune if phrase.onset_ticks <= note.onset_ticks < phrase.end_ticks]
    after = next((note for note in tune if note.onset_ticks >= phrase.end_ticks), None)
    chords = [c for c in reading.chords if phrase.onset_ticks < c.end_ticks and c.onset_ticks < phrase.end_ticks]
    until = after.onset_ticks if after else score.end_ticks
    last = inside[-1] if inside else None
    return {
        "onset_ticks": phrase.onset_ticks,
        "place_ticks": _place(score, inside[0].onset_ticks) if inside else ABSENT,
        "rest_strength": score.strength(last.onset_ticks) if last else 0,
        "rest_share": (until - last.onset_ticks) / usual if last else 0.0,
        "breath": after is None or (last is not None and (last.fermata or last.end_ticks < after.onset_ticks)),
        "top_midi": max((note.top.midi for note in inside), default=REST),
        "begins_home": bool(chords) and chords[0].chord.root[0] == 0,
        "goes_back": _goes_back(chords),
        "cadence": CADENCES.index(phrase.cadence) if phrase.cadence in CADENCES else 0,
        "chords": len(chords),
    }


def _place(score: Score, onset_ticks: int) -> int:
    """Ticks from the bar line to a tick."""
    return round((score.bar_of(onset_ticks)[1] - 1) * score.meter.beat_ticks)


def _goes_back(chords: Sequence[ChordSpan]) -> bool:
    functions = [FUNCTIONS[span.chord.root[0] + 1] for span in chords if span.chord.target is None]
    return any(pair == (DOMINANT, BEFORE) for pair in pairwise(functions))


@dataclass(frozen=True)
class KeyRuns(Rows):
    """Stretches of chords in one key, in order."""

    home: Bools  # (..., span) it is the key of the piece
    long: Bools  # (..., span) it has more chords than a passing tonicisation, and was planned or given: a key that was
    # only read in the notes and has no cadence may be the reader's
    closed: Bools  # (..., span) a phrase closes in it on the tonic of its key
    pivot: Bools  # (..., span) the chord before it belongs to its scale, too
    onset_key: Ints  # (..., span) pitch class of its tonic


LONG_RUN = 4  # chords


def key_runs(score: Score, reading: Reading) -> KeyRuns:
    """All stretches in one key of a score: a frame of R runs, no leading axes."""
    rows: list[dict[str, object]] = []
    before: ChordSpan | None = None
    for key, group in groupby(reading.chords, key=lambda span: span.key):
        run = list(group)
        begin, end = run[0].onset_ticks, run[-1].end_ticks
        closes = [p.cadence for p in reading.phrases if begin < p.end_ticks <= end]
        rows.append({
            "onset_ticks": begin, "home": key == reading.key, "long": len(run) >= LONG_RUN and not reading.guessed,
            "closed": any(name in ("PAC", "IAC", "MC") for name in closes),
            "pivot": before is not None and set(before.chord.pitch_classes(before.key)) <= key_scale(key),
            "onset_key": key.tonic_pc,
        })  # fmt: skip
        before = run[-1]
    return KeyRuns(roles=(), **columns(KeyRuns, rows, {}))


def key_scale(key: Key) -> set[int]:
    """Pitch classes of a key's scale; in minor the raised seventh, too."""
    found = {(key.tonic_pc + semitones) % 12 for semitones in key.scale}
    return found | ({(key.tonic_pc + 11) % 12} if key.mode == "minor" else set())


@dataclass(frozen=True)
class Delays(Rows):
    """Notes of one voice that are held into a chord foreign to them."""

    pitch_midi: Ints  # (..., span)
    letter_step: Ints  # (..., span) staff position, C0 = 0
    prepared: Bools  # (..., span) it belonged to the chord it was struck with
    leans: Bools  # (..., span) the new chord enters on a place as strong as its own, or stronger
    falls: Bools  # (..., span) the next note is a step below
    rises: Bools  # (..., span) the next note is a step above
    stays: Bools  # (..., span) it is held until it belongs again, or is the voice's last


def delays(score: Score, reading: Reading, role: str) -> Delays:
    """All such notes of a voice, by the chord they are held into: a frame of D notes, no leading axes."""
    notes = next((notes for name, notes in real_voices(score, reading) if name == role), [])
    rows: list[dict[str, object]] = []
    for place, note in enumerate(notes):
        own = reading.chord_at(note.onset_ticks)
        under = [c for c in reading.chords if note.onset_ticks < c.onset_ticks < note.end_ticks]
        foreign = [not _belongs(note, span) for span in under]
        after = notes[place + 1] if place + 1 < len(notes) else None
        step = after.bottom.letter_step - note.bottom.letter_step if after else 0
        for number, span in enumerate(under):
            if not foreign[number] or (number and foreign[number - 1]):
                continue
            rows.append({
                "onset_ticks": span.onset_ticks, "pitch_midi": note.bottom.midi,
                "letter_step": note.bottom.letter_step, "prepared": own is not None and _belongs(note, own),
                "leans": score.strength(span.onset_ticks) >= score.strength(note.onset_ticks),
                "falls": step == -1, "rises": step == 1, "stays": not all(foreign[number:]) or after is None,
            })  # fmt: skip
    return Delays(roles=(role,), **columns(Delays, rows, {}))


def _belongs(note: Note, span: ChordSpan) -> bool:
    return note.bottom.midi % 12 in span.chord.pitch_classes(span.key)
