"""How well the sopranos of Bach's fixed hundred are harmonised: law, likeness, style and time in one table.

    python -m benchmarks.harmonize [--count 100] [--random 1000] [--data TUNES.json] [--out docs/harmonize.md]
    python -m benchmarks.harmonize --pieces FOLDER         # pages named by work instead: bwv269.musicxml, .mxl, .txt
    python -m benchmarks.harmonize --system bach|shaved    # the measuring itself, tried on Bach

``--data``: tunes with a ``group`` each, for Bach against himself; without it the families of the corpus.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

from benchmarks.fourpart.bach import Chorale, fixed
from benchmarks.fourpart.cold import ONE_THREAD, cold_start
from benchmarks.fourpart.page import page
from benchmarks.fourpart.robust import length_lines, outcomes, robust_lines
from benchmarks.fourpart.trial import System, Trial, compared, try_tune
from benchmarks.pieces import publish
from composer.files.door import open_score

OURS, BACH, SHAVED = "ours", "bach", "shaved"
PAGES = (".musicxml", ".mxl", ".xml", ".txt")


def system_of(name: str, chorales: Sequence[Chorale]) -> System:
    """The harmoniser of a name."""
    if name == OURS:
        from benchmarks.fourpart.ours import ours

        engine = ours()
        return System(name, engine.harmonise, engine.harmonise, engine.readings)
    from benchmarks.fourpart.stand_ins import Bach

    return System(name, Bach(tuple(chorales), name == SHAVED).answer)


def trials_of(system: System, chorales: Sequence[Chorale], jobs: int) -> list[Trial]:
    """Every soprano tried, after one that nobody measures (so that all are warm)."""
    if jobs > 1:
        with ProcessPoolExecutor(jobs) as pool:
            return list(pool.map(partial(try_tune, system), chorales))
    try_tune(system, chorales[0])
    return [try_tune(system, chorale) for chorale in chorales]


def from_folder(folder: Path, chorales: Sequence[Chorale]) -> list[Trial]:
    """Finished pages that lie in a folder under the names of the works; works without a page are left out."""
    found = []
    for chorale in chorales:
        paths = [folder / f"{chorale.name}{end}" for end in PAGES]
        path = next((path for path in paths if path.is_file()), None)
        if path is not None:
            found.append(compared(chorale, open_score(path).score))
    return found


def any_soprano(number: int) -> list[str]:
    """Random sopranos, and how time grows with length."""
    from benchmarks.fourpart.ours import ours

    engine = ours()

    return [
        "## Any soprano", "", *robust_lines(outcomes(number, engine.harmonise_and_say)),
        "## Length", "", *length_lines(engine.harmonise_and_say),
    ]  # fmt: skip


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, print and publish."""
    for name in ONE_THREAD:  # time is meant for one thread; numpy reads this when it is first used
        os.environ.setdefault(name, "1")
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--random", type=int, default=1000, help="random sopranos; 0 leaves them and the long ones out")
    parser.add_argument("--system", choices=(OURS, BACH, SHAVED), default=OURS)
    parser.add_argument("--pieces", type=Path)
    parser.add_argument("--no-check", action="store_true", help="leave compose check out, which takes longest")
    parser.add_argument("--out", type=Path)
    chosen = parser.parse_args(arguments)
    chorales = fixed(chosen.count)
    if chosen.pieces:
        trials, name = from_folder(chosen.pieces, chorales), chosen.pieces.name
    else:
        trials, name = trials_of(system_of(chosen.system, chorales), chorales, chosen.jobs), chosen.system
    cold = cold_start(chorales[0].name) if name == OURS else None
    text = page(name, trials, cold, chosen.data, not chosen.no_check)
    if name == OURS and chosen.random:
        text += "\n".join(["", *any_soprano(chosen.random)])
    publish(text, chosen.out)


if __name__ == "__main__":
    main()
