"""Form read back from the page, without the plan: returns, contrast, cadences, the close.

    python -m benchmarks.form [--pieces 72]

Composes the first pieces of the sweep, writes MusicXML, reads it with our reader and verifies the letters; counts
section cadences read otherwise than planned. Moods that lift cadences (scary, suspense, tense) are left out.
"""

from __future__ import annotations

import argparse
import tempfile
from collections import Counter
from pathlib import Path

from benchmarks.sweep import briefs
from composer import compose
from composer.analysis.form import read_form, verify_form
from composer.files import musicxml, musicxml_reader

OPEN_MOODS = frozenset({"scary", "suspense", "tense"})


def main() -> int:
    """Print what was read otherwise than planned."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pieces", type=int, default=72)
    options = parser.parse_args()
    wanted = [brief for brief in briefs(216) if brief.mood not in OPEN_MOODS]
    wanted = wanted[:: max(len(wanted) // options.pieces, 1)][: options.pieces]
    sections, misread, faulty = 0, Counter(), []
    for brief in wanted:
        piece = compose(brief)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "piece.musicxml"
            path.write_bytes(musicxml.to_bytes(piece.score))
            score = musicxml_reader.read(path)
        read = read_form(score)
        planned = [section.phrases[-1].cadence.replace("bridge", "HC") for section in piece.plan.sections]
        for plan, found in zip(planned, (section.cadence for section in read.sections), strict=True):
            sections += 1
            misread[f"{plan} read as {found}"] += plan != found
        problems = verify_form(score, piece.request.labels)
        if problems:
            faulty.append((brief, problems))
    wrong = +misread
    print(f"{len(wanted)} pieces, {sections} sections: {sum(wrong.values())} cadences read otherwise {dict(wrong)}")
    print(f"{len(wanted) - len(faulty)} of {len(wanted)} pieces verified")
    for brief, problems in faulty[:12]:
        words = (brief.form, brief.key, brief.mood, brief.meter, brief.bars, brief.ensemble, brief.seed)
        print(f"  {' '.join(map(str, words))}: {problems}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
