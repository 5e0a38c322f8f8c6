"""What the project's own ``compose check`` says of a finished page: another counter of parallels, and all errors."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from composer.files.musicxml import to_bytes
from composer.score.score import Part, Score, Staff
from composer.study.marking import Desk, desk, mark_file

PARALLELS = ("PAR-5", "PAR-8")
_CHOIR = (
    ("Soprano", "S.", "treble"), ("Alto", "A.", "treble"), ("Tenor", "T.", "tenor8"), ("Bass", "B.", "bass"),
)  # fmt: skip


@dataclass(frozen=True)
class Checked:
    """Parallels, errors, and those errors that are there when the tune sounds alone."""

    parallels: int
    errors: int
    of_the_tune: int


def checked(scores: Sequence[Score]) -> list[Checked]:
    """Each score written as MusicXML and marked under the profile chorale, as a user would."""
    on = desk("chorale")
    with tempfile.TemporaryDirectory() as folder:
        return [_checked(score, Path(folder) / "page.musicxml", on) for score in scores]


def _checked(score: Score, path: Path, on: Desk) -> Checked:
    found = _errors(score, path, on)
    alone = set(_errors(score.with_voices(score.voices[:1]), path, on))
    return Checked(sum(rule in PARALLELS for rule, *_ in found), len(found), sum(one in alone for one in found))


def _errors(score: Score, path: Path, on: Desk) -> list[tuple[str, int, float]]:
    parts = tuple(
        Part(name, short, 52, (Staff(clef, (voice.name,)),))
        for (name, short, clef), voice in zip(_CHOIR, score.voices, strict=False)
    )
    path.write_bytes(to_bytes(replace(score, parts=parts, numerals=False, chord_symbols=False)))
    return [(finding.rule_id, finding.bar, finding.beat) for finding in mark_file(path, on).report.errors]
