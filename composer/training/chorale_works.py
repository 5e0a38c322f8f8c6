"""The chorales that the harmoniser learns from: which they are, their sopranos as tunes, their chords as our own reader
of harmony hears them."""

from __future__ import annotations

import hashlib
import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from composer.analysis.read import read_score
from composer.analysis.tune_phrases import tune_phrases
from composer.analysis.votes import Weights
from composer.errors import InputError, ShelfError
from composer.files.musicxml_reader import read
from composer.pipeline.harmonize.chords import place_of
from composer.pipeline.harmonize.line import Line, line_of
from composer.pipeline.harmonize.task import Tune
from composer.score.note import Note
from composer.score.reading import ChordSpan
from composer.score.score import Score
from composer.theory.tables import Row
from composer.training.corpus import corpus_folder

LISTS = "harmony.toml"
CHOIR = ("Soprano", "Alto", "Tenor", "Bass")  # names of the parts of a choir among instruments
Place = tuple[int, str, int]  # root on the line of fifths above the signature's tonic, shape, inversion


@dataclass(frozen=True)
class Works:
    """Works and their tune families; ``tuning`` are whole families; ``same_tune`` and ``left_out`` are not learned
    from, with the work whose tune they share, or the reason."""

    family: Mapping[str, str]
    tuning: tuple[str, ...]
    same_tune: Mapping[str, str]
    left_out: Mapping[str, str]

    @property
    def names(self) -> tuple[str, ...]:
        """All works that are learned from."""
        return tuple(self.family)

    @property
    def others(self) -> tuple[str, ...]:
        """Those that no figure of the tuning works has seen."""
        return tuple(name for name in self.family if name not in self.tuning)


@dataclass(frozen=True)
class Lesson:
    """A chorale: its soprano as a tune of T units, the notes of the four voices (ties joined), and the chord of each
    unit, None where nothing is heard."""

    name: str
    tune: Tune
    line: Line
    voices: tuple[tuple[Note, ...], ...]
    labels: tuple[Place | None, ...]


def read_works(folder: Path) -> Works:
    """The lists of a corpus folder.

    Raises:
        ShelfError: missing or damaged.
    """
    path = folder / LISTS
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
        return Works(content["works"], tuple(content["tuning"]), content["same_tune"], content["left_out"])
    except (OSError, KeyError, tomllib.TOMLDecodeError) as error:
        raise ShelfError(f"{path}: missing or damaged ({error})") from None


def read_four_parts(name: str) -> Score:
    """A work's four voices; of a work with instruments the parts of the choir.

    Raises:
        InputError: no such work, or no four voices in it.
    """
    folder = corpus_folder() / "bach"
    path = next((one for end in (".mxl", ".xml") if (one := folder / f"{name}{end}").is_file()), None)
    if path is None:
        raise InputError(f"{name}: not in music21's bach folder")
    return four_parts(read(path), name)


def four_parts(score: Score, name: str) -> Score:
    """The score with its four voices, high to low.

    Raises:
        InputError: there are not four, and no parts with the names of a choir's.
    """
    if len(score.voices) == len(CHOIR):
        return score
    names = [part.name for part in score.parts]
    if len(names) != len(score.voices) or any(names.count(one) != 1 for one in CHOIR):
        raise InputError(f"{name}: four voices were expected")
    return score.with_voices(tuple(score.voices[names.index(one)] for one in CHOIR))


def lesson_of(name: str, score: Score, weights: Weights, numerals: Sequence[Row]) -> Lesson:
    """A four-part score as a lesson."""
    read_as = read_score(score, weights, numerals)
    soprano = score.voices[0]
    alone = score.with_voices((soprano,))
    signature = score.key_signatures[0][1] if score.key_signatures else score.key.fifths
    tune = Tune(alone, soprano, read_as.key, signature, tune_phrases(alone, read_as.key))
    line = line_of(tune)
    voices = tuple(tuple(voice.sounding()) for voice in score.voices)
    return Lesson(name, tune, line, voices, labels_of(line, read_as.chords))


def labels_of(line: Line, chords: Sequence[ChordSpan]) -> tuple[Place | None, ...]:
    """The chord that lasts longest in each unit; of equals the one at its beginning."""
    found: list[Place | None] = []
    for unit in line.units:
        lasts: Counter[Place] = Counter()
        for span in chords:
            begin, end = max(unit.onset_ticks, span.onset_ticks), min(unit.end_ticks, span.end_ticks)
            if end > begin:
                lasts[place_of(span.chord, span.key, line.signature)] += end - begin + (begin == unit.onset_ticks)
        found.append(lasts.most_common(1)[0][0] if lasts else None)
    return tuple(found)


def read_lessons(
    names: Iterable[str], weights: Weights, numerals: Sequence[Row], tick: Callable[[str], None] = lambda note: None
) -> tuple[Lesson, ...]:
    """The lessons of works in order; ``tick`` is called after each.

    Raises:
        InputError: a work cannot be read any more.
    """
    found = []
    for name in names:
        found.append(lesson_of(name, read_four_parts(name), weights, numerals))
        tick(name)
    return tuple(found)


def checksum(lessons: Iterable[Lesson]) -> str:
    """SHA-256 over names, signatures, metres and notes of lessons, in hex."""
    digest = hashlib.sha256()
    for lesson in lessons:
        digest.update(f"{lesson.name} {lesson.line.signature} {lesson.tune.score.meter.name}\n".encode())
        for voice in lesson.voices:
            for note in voice:
                row = note.onset_ticks, note.length_ticks, note.top.midi, note.top.fifths, note.fermata
                digest.update(f"{row}\n".encode())
    return digest.hexdigest()
