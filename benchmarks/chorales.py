"""What ``check`` finds in Bach: the fixed hundred chorales under the profile chorale.

    python -m benchmarks.chorales [--sample 60] [--seed 1] [--out docs/chorales.md]

Parallel fifths, octaves and unisons are counted per hundred chord changes: two moments in a row, all four voices
sounding in both, at least one pitch new. ``--sample`` also prints so many error findings, drawn by the seed.
"""

from __future__ import annotations

import argparse
import random
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from benchmarks.pieces import publish
from composer.score.score import Score
from composer.shelf import shelf_folder
from composer.study.marking import Marked, desk, mark_file
from composer.training.corpus import corpus_folder
from composer.training.survey import read_listing

PARALLELS = ("PAR-5", "PAR-8")
SUFFIXES = (".mxl", ".xml")


def paths() -> list[Path]:
    """The files of the fixed hundred."""
    listing = read_listing(shelf_folder("corpora") / "bach-chorales" / "corpus.toml")
    folder = corpus_folder() / "bach"
    found = []
    for name in listing.fixed_test:
        path = next((folder / f"{name}{end}" for end in SUFFIXES if (folder / f"{name}{end}").is_file()), None)
        if path is not None:
            found.append(path)
    return found


def chord_changes(score: Score) -> int:
    """Pairs of moments in a row in which all four voices sound and at least one pitch is new."""
    lines = [voice.sounding() for voice in score.voices if voice.role in ("soprano", "alto", "tenor", "bass")]
    ticks = sorted({tick for notes in lines for note in notes for tick in (note.onset_ticks, note.end_ticks)})
    before: tuple[int | None, ...] = ()
    count = 0
    places = [0] * len(lines)
    for tick in ticks:
        sounding: list[int | None] = []
        for number, notes in enumerate(lines):
            while places[number] < len(notes) and notes[places[number]].end_ticks <= tick:
                places[number] += 1
            here = notes[places[number]] if places[number] < len(notes) else None
            sounding.append(here.top.midi if here is not None and here.onset_ticks <= tick else None)
        slice_ = tuple(sounding)
        if slice_ != before:
            count += bool(before) and None not in before and None not in slice_
            before = slice_
    return count


def page(found: Sequence[tuple[Path, Marked]], seconds: float) -> list[str]:
    """The figures."""
    changes = sum(chord_changes(marked.opened.score) for _, marked in found)
    errors = Counter(finding.rule_id for _, marked in found for finding in marked.report.errors)
    warnings = Counter(finding.rule_id for _, marked in found for finding in marked.report.warnings)
    chances: Counter[str] = Counter()
    for _, marked in found:
        chances.update(marked.report.chances)
    parallels = sum(errors[name] for name in PARALLELS)
    lines = [
        "# Bach, checked", "",
        f"{len(found)} chorales, profile chorale; {changes} chord changes; {seconds / len(found):.3f} s CPU each.",
        f"Parallels: {parallels}, {100 * parallels / changes:.2f} per 100 chord changes. Error findings: "
        f"{sum(errors.values())}, {sum(errors.values()) / len(found):.2f} a chorale.", "",
        "| rule | severity | found | chances |", "|---|---|---|---|",
    ]  # fmt: skip
    for severity, counted in (("error", errors), ("warning", warnings)):
        lines += [f"| {name} | {severity} | {times} | {chances[name]} |" for name, times in counted.most_common()]
    return lines


def main(arguments: Sequence[str] | None = None) -> None:
    """Check all, print and publish."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sample", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path)
    chosen = parser.parse_args(arguments)
    on = desk("chorale")
    begin = time.process_time()
    found = [(path, mark_file(path, on)) for path in paths()]
    publish("\n".join([*page(found, time.process_time() - begin), ""]), chosen.out)
    every = [(path, finding) for path, marked in found for finding in marked.report.errors]
    for path, finding in random.Random(chosen.seed).sample(every, min(chosen.sample, len(every))):
        print(f"{path.name} bar {finding.bar} beat {finding.beat:g} {finding.rule_id}: {finding.message}")


if __name__ == "__main__":
    main()
