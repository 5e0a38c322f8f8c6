"""Chorales with the Roman numerals that scholars gave them: read from music21's corpus, laid over their scores.

Twenty analyses in RomanText lie there; three of them (Riemenschneider 11, 14 and 17) do not fit their scores and are
left out. One score (277) writes its repeat out, its analysis does not: the repeated lines are read twice.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from composer.errors import InputError
from composer.files.musicxml_reader import read
from composer.score.key import Key
from composer.score.pitch import Pitch, parse_pitch
from composer.score.score import Score
from composer.score.time import TICKS_PER_QUARTER
from composer.training.corpus import corpus_folder

NUMBERS = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 13, 15, 16, 18, 19, 20)  # by Riemenschneider
_NAMES = {"248(2).12": "248.12-2"}  # as the analyses write them, and as the files are called
_REPEATED_TICKS = {15: 16 * TICKS_PER_QUARTER}  # length of the lines that the score writes twice


@dataclass(frozen=True)
class Numeral:
    """A chord as annotated: key, members on the line of fifths (C = 0), inversion, and the figure as written."""

    onset_ticks: int
    key: Key
    root: int
    members: frozenset[int]
    inversion: int
    figure: str


@dataclass(frozen=True)
class Annotated:
    """A score and its annotation, in order."""

    name: str
    score: Score
    numerals: tuple[Numeral, ...]

    def at(self, onset_ticks: int) -> Numeral | None:
        """The chord in force at a tick."""
        earlier = [numeral for numeral in self.numerals if numeral.onset_ticks <= onset_ticks]
        return earlier[-1] if earlier else None


def read_annotated(number: int) -> Annotated:
    """One chorale by Riemenschneider's number.

    Raises:
        InputError: music21's corpus holds no such analysis or score.
    """
    from music21 import converter, roman

    folder = corpus_folder() / "bach"
    path = folder / "choraleAnalyses" / f"riemenschneider{number:03d}.rntxt"
    if not path.is_file():
        raise InputError(f"{path}: no such analysis; is music21's corpus installed?")
    found = re.search(r"^BWV:\s*(\S+)", path.read_text(encoding="utf-8"), re.MULTILINE)
    bwv = found[1] if found else ""
    score = read(Path(folder / f"bwv{_NAMES.get(bwv, bwv)}.mxl"))
    stream = converter.parse(path, format="romantext", forceSource=True)
    rows = [
        _numeral(element, round(float(element.getOffsetInHierarchy(stream)) * TICKS_PER_QUARTER))
        for element in stream.recurse().getElementsByClass(roman.RomanNumeral)
    ]
    return Annotated(f"bwv{bwv}", score, tuple(_unfolded(rows, _REPEATED_TICKS.get(number, 0))))


def _numeral(element: Any, onset_ticks: int) -> Numeral:
    tonic = _pitch(element.key.tonic.name)
    return Numeral(
        onset_ticks, Key(tonic.step, tonic.alter, str(element.key.mode)), _pitch(element.root().name).fifths,
        frozenset(_pitch(pitch.name).fifths for pitch in element.pitches), int(element.inversion()),
        str(element.figure),
    )


def _pitch(name: str) -> Pitch:
    return parse_pitch(name.replace("-", "b") + "4")


def _unfolded(rows: list[Numeral], repeated_ticks: int) -> list[Numeral]:
    if not repeated_ticks:
        return rows
    first = [row for row in rows if row.onset_ticks < repeated_ticks]
    again = [
        Numeral(row.onset_ticks + repeated_ticks, row.key, row.root, row.members, row.inversion, row.figure)
        for row in rows
    ]
    return first + again
