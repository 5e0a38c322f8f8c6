"""The one door to music21: works of its bundled corpus as plain integer arrays.

Three corpora: Bach's chorales (one file a work), O'Neill's airs and songs (books of ABC tunes, numbers 1-700), and
dances (O'Neill's numbers above 700, then Ryan's collection). Nothing is cached on disk; the order of works is fixed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from composer.errors import InputError
from composer.score.time import TICKS_PER_QUARTER
from composer.training import abc_books
from composer.training.abc_books import AbcTune

IntArray = NDArray[np.int64]


@dataclass(frozen=True)
class RawVoice:
    """One voice: ``events`` (N, 3) int of onset ticks, length ticks and MIDI pitch; ``fermata`` (N,) bool."""

    events: IntArray
    fermata: NDArray[np.bool_]


@dataclass(frozen=True)
class RawWork:
    """A work as read: voices from the top, bars, meters, signature, declared tonic, kind of dance."""

    name: str
    voices: tuple[RawVoice, ...]
    bars: IntArray  # (M, 2) onset and length in ticks
    meters: tuple[tuple[int, int], ...]
    fifths: int
    declared_tonic_pc: int | None = None
    kind: str = ""  # of a dance


def _ticks(length: Any) -> int:
    return round(Fraction(length) * TICKS_PER_QUARTER)


def _voice(part: Any) -> RawVoice:
    """Notes of a part, ties joined, grace notes left out, of chords the top note."""
    rows: list[list[int]] = []
    marks: list[bool] = []
    for note in part.flatten().notes:
        if note.duration.isGrace or note.duration.quarterLength == 0 or "ChordSymbol" in note.classes:
            continue
        pitch = int(max(p.midi for p in note.pitches))
        onset, length = _ticks(note.offset), _ticks(note.duration.quarterLength)
        held = any("Fermata" in mark.classes for mark in note.expressions)
        tied = note.tie is not None and note.tie.type in ("stop", "continue")
        if tied and rows and rows[-1][2] == pitch and rows[-1][0] + rows[-1][1] == onset:
            rows[-1][1] += length
            marks[-1] |= held
            continue
        if rows and onset < rows[-1][0] + rows[-1][1]:  # a second voice inside the part: keep the first
            continue
        rows.append([onset, length, pitch])
        marks.append(held)
    return RawVoice(np.array(rows, np.int64).reshape(-1, 3), np.array(marks, bool))


def _bars(part: Any) -> IntArray:
    from music21 import stream

    rows = [
        (_ticks(bar.offset), _ticks(bar.duration.quarterLength))
        for bar in part.getElementsByClass(stream.Measure)
    ]
    return np.array([row for row in rows if row[1] > 0], np.int64).reshape(-1, 2)


def _work(name: str, score: Any, declared: int | None, kind: str = "") -> RawWork:
    parts = list(score.parts)
    flat = parts[0].flatten()
    meters = tuple(
        dict.fromkeys((m.numerator, m.denominator) for m in flat.getElementsByClass("TimeSignature"))
    )
    keys = [k.sharps for k in flat.getElementsByClass("KeySignature")]
    voices = tuple(_voice(part) for part in parts)
    return RawWork(name, voices, _bars(parts[0]), meters, int(keys[0]) if keys else 0, declared, kind)


def corpus_folder() -> Path:
    """Where music21 keeps its corpus."""
    from music21 import common

    return Path(common.getCorpusFilePath())


def chorale_names() -> tuple[str, ...]:
    """Names of all works in music21's ``bach`` folder that are stored as scores, sorted."""
    folder = corpus_folder() / "bach"
    names = {
        p.stem for p in folder.iterdir() if p.suffix in (".mxl", ".xml", ".krn") and p.stem.startswith("bwv")
    }
    return tuple(sorted(names))


def read_chorale(name: str) -> RawWork:
    """One chorale by its file name without suffix (``bwv269``).

    Raises:
        InputError: music21 has no such work, or cannot read it.
    """
    from music21 import converter

    folder = corpus_folder() / "bach"
    for suffix in (".mxl", ".xml", ".krn"):
        path = folder / f"{name}{suffix}"
        if path.is_file():
            try:
                return _work(name, converter.parse(path, forceSource=True, storePickle=False), None)
            except Exception as error:
                raise InputError(f"{name}: music21 cannot read it ({error})") from error
    raise InputError(f"{name}: not in music21's bach folder")


def oneills_tunes() -> tuple[AbcTune, ...]:
    """The airs and songs of O'Neill's book, 1-700."""
    return abc_books.oneills(corpus_folder() / "oneills1850", 1, abc_books.LAST_AIR)


def dance_tunes() -> tuple[AbcTune, ...]:
    """The dances: O'Neill's tunes from 701 on, then Ryan's collection."""
    folder = corpus_folder()
    return (
        *abc_books.oneills(folder / "oneills1850", abc_books.LAST_AIR + 1, abc_books.LAST),
        *abc_books.ryans(folder / "ryansMammoth"),
    )


def essen_tunes(count: int) -> tuple[AbcTune, ...]:
    """About ``count`` German songs of the Essen collection, for evaluation only: none is learned from or shipped."""
    return abc_books.essen(corpus_folder() / "essenFolksong", count)


def read_abc(tune: AbcTune) -> RawWork:
    """One ABC tune.

    Raises:
        InputError: music21 cannot read it.
    """
    from music21 import converter

    declared = re.search(r"(?m)^K:\s*([A-G])([#b]?)", tune.text)
    pc = None
    if declared:
        pc = ("C D EF G A B".index(declared[1]) + {"#": 1, "b": -1, "": 0}[declared[2]]) % 12
    try:
        score = converter.parseData(tune.text, format="abc")
        return _work(tune.name, score, pc, tune.kind)
    except Exception as error:
        raise InputError(f"{tune.name}: music21 cannot read it ({error})") from error


def read_all(corpus: str, names: Iterable[str]) -> Iterator[RawWork | InputError]:
    """The works of a corpus in the order of ``names``; a work that cannot be read yields its error."""
    books = {"oneills-airs": oneills_tunes, "dances": dance_tunes}
    tunes = {tune.name: tune for tune in books[corpus]()} if corpus in books else {}
    for name in names:
        try:
            yield read_abc(tunes[name]) if tunes else read_chorale(name)
        except InputError as error:
            yield error
