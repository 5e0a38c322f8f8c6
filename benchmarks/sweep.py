"""Twelve forms by eighteen moods, keys, meters and ensembles rotating: every piece composed, checked, read again.

    python benchmarks/sweep.py [--pieces 216] [--jobs 2] [--schema tests/schema/musicxml.xsd] [--reread]

Prints exceptions, E findings by rule, the number of chances of each E rule, and wall time.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from typing import Any

from composer import Brief, compose
from composer.theory.rulebook import load_rulebook
from composer.theory.tables import load_table

FORMS = ("AABA", "ABA'", "ABACA", "period", "sentence", "AB", "AABB", "ABAC", "AA'BA", "ABCA", "AAA'", "ABAB'A")
MAJORS = ("C", "G", "D", "A", "E", "B", "F#", "C#", "F", "Bb", "Eb", "Ab", "Db", "Gb", "Cb")
MINORS = ("A", "E", "B", "F#", "C#", "G#", "D#", "A#", "D", "G", "C", "F", "Bb", "Eb", "Ab")
METERS = ("4/4", "3/4", "6/8")
ENSEMBLES = ("piano", "satb", "lead-sheet")


def briefs(count: int) -> list[Brief]:
    """The first ``count`` briefs of the grid, spread over it."""
    moods = [str(row["name"]) for row in load_table("moods")]
    keys = [f"{k} major" for k in MAJORS] + [f"{k} minor" for k in MINORS]
    grid = []
    for number in range(len(FORMS) * len(moods)):
        form, mood = FORMS[number % len(FORMS)], moods[number // len(FORMS)]
        bars = (8, 8, 4, 8, 16)[number % 5] if len(form) < 5 else (8, 4)[number % 2]
        grid.append(Brief(
            form=form, mood=mood, key=keys[number * 7 % 30], meter=METERS[(number + number // 12) % 3], bars=bars,
            ensemble=ENSEMBLES[(number // 3 + number // 12) % 3], seed=1000 + number,
        ))
    step = max(len(grid) // count, 1)
    return grid[::step][:count]


def one(brief: Brief) -> dict[str, Any]:
    """Compose one piece and say what was found."""
    start = time.process_time()
    try:
        piece = compose(brief)
    except Exception as error:  # the sweep reports every failure
        return {"brief": brief, "error": f"{type(error).__name__}: {error}", "seconds": time.process_time() - start}
    profile = load_rulebook().profile("chorale" if piece.request.style == "chorale" else "pop")
    severe = {r.id for r in load_rulebook().rules.values() if profile.severity(r) == "error"}
    return {
        "brief": brief, "error": "", "seconds": time.process_time() - start,
        "found": [(f.rule_id, f.bar, f.message) for f in piece.report.errors],
        "warnings": Counter(f.rule_id for f in piece.report.warnings),
        "style": piece.request.style,
        "chances": {rule: n for rule, n in piece.report.chances.items() if rule in severe},
        "lifted": tuple(piece.request.mood["lifts"]),
    }


def main() -> int:
    """Run the sweep."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pieces", type=int, default=216)
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    start = time.time()
    with ProcessPoolExecutor(options.jobs) as pool:
        rows = list(pool.map(one, briefs(options.pieces), chunksize=4))
    failed = [row for row in rows if row["error"]]
    print(f"{len(rows)} pieces, {len(failed)} exceptions, {time.time() - start:.0f} s wall")
    for row in failed[:20]:
        b = row["brief"]
        print(f"  {b.form} {b.key} {b.mood} {b.meter} {b.bars} {b.ensemble} {b.seed}: {row['error']}")
    good = [row for row in rows if not row["error"]]
    faulty = [row for row in good if row["found"]]
    print(f"{len(faulty)} pieces with E findings: {Counter(f[0] for row in good for f in row['found'])}")
    for row in faulty[:20]:
        b = row["brief"]
        print(f"  {b.form} {b.key} {b.mood} {b.meter} {b.bars} {b.ensemble} {b.seed}: {row['found'][:3]}")
    for style in ("song", "chorale"):
        chances: Counter[str] = Counter()
        for row in good:
            if row["style"] == style:
                chances.update(row["chances"])
        print(f"{style}: chances of each E rule: " + ", ".join(f"{k} {v}" for k, v in sorted(chances.items())))
    lifted = Counter(rule for row in good for rule in row["lifted"])
    print(f"lifted by moods: {dict(lifted)}")
    seconds = sorted(row["seconds"] for row in good)
    print(f"CPU s a piece: median {seconds[len(seconds) // 2]:.2f}, max {seconds[-1]:.2f}")
    return 1 if failed or faulty else 0


if __name__ == "__main__":
    sys.exit(main())
