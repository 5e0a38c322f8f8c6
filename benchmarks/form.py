"""Form read back from the page, without the plan: returns, contrast, cadences, the close.

    python -m benchmarks.form [--pieces 200] [--jobs 2]

Composes named forms in all styles, writes MusicXML, reads it with our reader and verifies the letters; counts section
cadences read otherwise than planned. Moods that lift cadences (scary, suspense, tense) are left out.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.pieces import STYLES, composed, spread_out, style_briefs, words
from composer import Brief
from composer.analysis.form import read_form, verify_form
from composer.files import musicxml, musicxml_reader

OPEN_MOODS = frozenset({"scary", "suspense", "tense"})


@dataclass(frozen=True)
class Reading:
    """What was read of a piece: cadences other than planned, and what is wrong with the form."""

    brief: Brief
    style: str
    form: str
    sections: int
    misread: tuple[str, ...]
    problems: tuple[str, ...]


def wanted(count: int) -> list[Brief]:
    """Equal shares of the styles, moods that close only."""
    share = -(-count // len(STYLES))
    made = []
    for style in STYLES:
        closed = [brief for brief in style_briefs(style, 2 * share) if brief.mood not in OPEN_MOODS]
        made += closed[:share]
    return made[:count]


def read(brief: Brief) -> Reading | None:
    """One piece through MusicXML, None where none was found."""
    piece = composed(brief)
    if piece is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "piece.musicxml"
        path.write_bytes(musicxml.to_bytes(piece.score))
        score = musicxml_reader.read(path)
    planned = [section.phrases[-1].kind for section in piece.plan.sections]
    found = [section.cadence for section in read_form(score).sections]
    misread = tuple(f"{a} read as {b}" for a, b in zip(planned, found, strict=True) if a != b)
    problems = tuple(verify_form(score, piece.request.labels))
    return Reading(brief, piece.request.style, str(piece.request.form["name"]), len(planned), misread, problems)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print what was read otherwise than planned."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pieces", type=int, default=200)
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args(arguments)
    rows = [row for row in spread_out(read, wanted(options.pieces), options.jobs) if row]
    misread = Counter(text for row in rows for text in row.misread)
    sections = sum(row.sections for row in rows)
    print(f"{len(rows)} pieces, {sections} sections: {misread.total()} cadences read otherwise {dict(misread)}")
    faulty = [row for row in rows if row.problems]
    print(f"{len(rows) - len(faulty)} of {len(rows)} pieces verified")
    for name in ("style", "form"):
        kinds = Counter(getattr(row, name) for row in rows)
        good = kinds - Counter(getattr(row, name) for row in faulty)
        print("; ".join(f"{kind} {good[kind]} of {count}" for kind, count in kinds.items()))
    for row in faulty:
        print(f"  {words(row.brief)}: {' | '.join(row.problems)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
