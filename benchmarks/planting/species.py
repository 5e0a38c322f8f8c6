"""Two-voice species exercises of our own, each clean, and the faults that are planted in them by hand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from benchmarks.planting.grid import Edit, Ground, Plant, bare
from composer.score.note import Note
from composer.score.pitch import parse_pitch, pitch_at
from composer.score.text import parse_text

BAR = 1920
EXERCISES = {
    "first": "key: C major ; S: C5:4 | G4 | A4 | B4 | D5 | C5 | E5 | C5 | B4 | C5 ; "
             "CF(alto): C4:4 | E4 | D4 | G4 | F4 | A4 | G4 | E4 | D4 | C4",
    "first below": "key: G major ; CF(soprano): G4:4 | B4 | A4 | D5 | C5 | E5 | D5 | B4 | A4 | G4 ; "
                   "B: G3:4 | G3 | A3 | B3 | C4 | A3 | B3 | G3 | F#3 | G3",
    "second": "key: C major ; S: r:2 C5 | G4 A4 | B4 A4 | B4 C5 | D5 E5 | F5 C5 | D5 E5 | C5 G4 | A4 B4 | C5:4 ; "
              "CF(alto): C4:4 | E4 | D4 | G4 | F4 | A4 | G4 | E4 | D4 | C4",
    "third": "key: C major ; S: r C5 B4 A4 | B4 A4 G4 F4 | G4 A4 B4 C5 | B4 C5 D5 E5 | D5 C5 B4 A4 | C5 B4 A4 G4 | "
             "F4 G4 A4 B4 | C5:4 ; CF(alto): C4:4 | D4 | E4 | G4 | F4 | E4 | D4 | C4",
    "fourth": "key: C major ; S: r:2 G4_ | G4 C5_ | C5 B4_ | B4 E5_ | E5 D5_ | D5 C5_ | C5 B4 | C5:4 ; "
              "CF(alto): C4:4 | E4 | D4 | G4 | F4 | E4 | D4 | C4",
}  # fmt: skip


@dataclass(frozen=True)
class Slip:
    """A fault for one exercise. ``changes``: (voice 0 or 1, bar, beat, notes) as ``B4:2 C5:2`` over the same time."""

    rule: str
    exercise: str
    changes: tuple[tuple[int, int, int, str], ...]
    words: str
    also: tuple[str, ...] = ()


SLIPS = (
    Slip("S1-1", "first", ((0, 4, 1, "C5:4"),), "a fourth"),
    Slip("S1-1", "first", ((0, 8, 1, "D5:4"),), "a seventh"),
    Slip("S1-1", "first below", ((1, 6, 1, "B3:4"),), "a fourth over the octave"),
    Slip("S1-2", "first", ((0, 1, 1, "A4:4"),), "begins with a sixth"),
    Slip("S1-2", "first below", ((1, 1, 1, "C4:4"),), "begins with a fifth below"),
    Slip("S1-3", "first", ((0, 9, 1, "F4:4"),), "the last note leapt to"),
    Slip("S1-3", "first below", ((1, 9, 1, "C4:4"),), "the last note leapt to"),
    Slip("S1-4", "first", ((0, 6, 1, "E5:4"),), "a fifth by similar motion"),
    Slip("S1-5", "first", ((0, 4, 1, "D5:4"),), "two fifths in a row", ("S1-4",)),
    Slip("S1-6", "first", ((0, 6, 1, "F5:4"),), "five sixths in a row"),
    Slip("S1-7", "first", ((0, 6, 1, "A4:4"),), "a unison inside"),
    Slip("S1-8", "first below", ((1, 6, 1, "A2:4"),), "more than a twelfth"),
    Slip("S1-9", "first", ((0, 6, 1, "F5:4"),), "both tops at once"),
    Slip("MEL-7", "first", ((0, 5, 1, "F5:4"),), "a diminished fifth in the line", ("LIN-2",)),
    Slip("MEL-3b", "first", ((1, 7, 1, "A4:4"),), "the top of the cantus twice", ("MEL-3",)),
    Slip("MEL-1", "first", ((1, 10, 1, "E4:4"),), "the cantus ends off the tonic"),
    Slip("MEL-6", "first", ((0, 3, 1, "F4:4"),), "a fourth that goes on falling", ("LIN-4",)),
    Slip("S2-1", "second", ((0, 7, 1, "F5:2"),), "a seventh on the downbeat"),
    Slip("S2-1", "second", ((0, 5, 1, "G5:2"),), "a ninth on the downbeat"),
    Slip("S2-2", "second", ((0, 7, 3, "A4:2"),), "a second leapt to on the weak half"),
    Slip("S2-2", "second", ((0, 8, 3, "F4:2"),), "a second leapt to on the weak half"),
    Slip("S2-3", "second", ((0, 8, 1, "B4:2"),), "fifths on two downbeats"),
    Slip("S2-4", "second", ((0, 8, 3, "B4:2"),), "fifths over the bar line", ("PAR-5",)),
    Slip("S2-6", "second", ((0, 9, 3, "F4:2"),), "the leading tone is missing before the end"),
    Slip("S3-1", "third", ((0, 6, 1, "D5:1"),), "a seventh on the downbeat"),
    Slip("S3-1", "third", ((0, 4, 3, "A4:1"),), "a second leapt to and left by leap"),
    Slip("S3-1", "third", ((0, 3, 2, "D4:1"),), "a second below leapt to"),
    Slip("S3-2", "third", ((0, 7, 3, "D5:1"),), "an octave before an octave"),
    Slip("S3-3", "third", ((0, 3, 1, "B4:1"), (0, 4, 1, "D5:1"), (0, 5, 1, "C5:1"), (0, 5, 2, "D5:1")),
         "three bars begin with a fifth"),
    Slip("S3-4", "third", ((0, 6, 2, "D5:1"), (0, 6, 3, "B4:1"), (0, 6, 4, "C5:1")),
         "a double neighbour that leaps away"),
    Slip("S4-1", "fourth", ((0, 3, 3, "A4:2 B4:2"),), "a seventh that falls a third"),
    Slip("S4-1", "fourth", ((0, 6, 3, "E5:2 C5:2"),), "a seventh that rises"),
    Slip("S4-3", "fourth", ((0, 4, 3, "G5:4"), (0, 5, 3, "F5:4"), (0, 6, 3, "E5:2 C5:2")), "two ninths in a row",
         ("S4-3b",)),
    Slip("S4-4", "fourth", ((0, 6, 3, "C5:2 B4:2"),), "no suspension before the end"),
    Slip("S4-4", "fourth", ((0, 1, 1, "E4:2"),), "no rest at the beginning"),
)  # fmt: skip
SHIFTS = ((0, 0), (1, 2), (-1, -2))  # letters and semitones: as written, a tone up, a tone down


def exercise_grounds() -> Iterator[Ground]:
    """Every exercise in the keys it is set in."""
    for name, text in EXERCISES.items():
        score = parse_text(text)
        for letters, semitones in SHIFTS:
            key = score.key.pitch(letters, semitones, 4)
            moved = score.moved(letters, semitones)
            title = f"{name} species in {key.letter_name}"
            moved = replace(moved, key=replace(score.key, step=key.step, alter=key.alter))
            yield Ground(f"species {title}", name, bare(moved, title), profile="strict-species")


def slips_for(ground: Ground) -> Iterator[Plant]:
    """The faults of an exercise, in its key."""
    letters, semitones = _shift(ground)
    for slip in SLIPS:
        if slip.exercise == ground.source:
            edits = tuple(_edit(ground, change, letters, semitones) for change in slip.changes)
            voices = tuple(sorted({edit.voice for edit in edits}))
            yield Plant(slip.rule, edits[-1].tick, voices, edits, slip.words, slip.also)


def _shift(ground: Ground) -> tuple[int, int]:
    first = parse_text(EXERCISES[ground.source]).voices[1].sounding()[0].top
    here = ground.lines[1][0].top
    return here.letter_step - first.letter_step, here.midi - first.midi


def _edit(ground: Ground, change: tuple[int, int, int, str], letters: int, semitones: int) -> Edit:
    voice, bar, beat, text = change
    tick = (bar - 1) * BAR + (beat - 1) * 480
    notes, now = [], tick
    for word in text.split():
        name, _, length = word.partition(":")
        pitch = parse_pitch(name)
        moved = pitch_at(pitch.letter_step + letters, pitch.midi + semitones)
        notes.append(Note(now, int(length) * 480, (moved,)))
        now = notes[-1].end_ticks
    return Edit(voice, tick, tuple(notes))
