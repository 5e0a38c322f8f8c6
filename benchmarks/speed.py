"""How long a piece takes, against what any program must pay that loads the same libraries.

    python -m benchmarks.speed [--runs 7]

Cold: a fresh process writes one 32-bar piano piece as MusicXML and MIDI; beside it, in turn, a process that only
imports the libraries. Light: ``--help`` beside importing the command-line library. Warm: ``compose()`` again and
again in one process. Ratios are of medians measured in this one run.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from composer import Brief, compose

LIBRARIES = "import music21, onnxruntime, numpy, typer"
COMMAND_LINE = "import typer, rich"
PIECE = ("--form", "AABA", "--key", "D", "--mood", "calm")


def timed(command: Sequence[str], folder: str) -> tuple[float, float]:
    """(CPU, wall) seconds of a process that must succeed."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL, env=dict(os.environ))
    after, end = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, end - start


def in_turn(ours: Sequence[str], theirs: Sequence[str], runs: int) -> tuple[list[tuple[float, float]], ...]:
    """Times of two commands run alternately, after one of each that does not count."""
    times: tuple[list[tuple[float, float]], ...] = ([], [])
    with tempfile.TemporaryDirectory() as folder:
        for number in range(runs + 1):
            for own, command in zip(times, (ours, theirs), strict=True):
                seeded = [word.replace("SEED", str(number)) for word in command]
                spent = timed(seeded, folder)
                if number:
                    own.append(spent)
        written = {path.suffix for path in Path(folder).iterdir()}
        if "--force" in ours and written != {".musicxml", ".mid"}:
            raise SystemExit(f"the piece was written as {sorted(written)}")
    return times


def compared(title: str, ours: Sequence[str], theirs: Sequence[str], runs: int) -> None:
    """Print medians and ratios of two commands."""
    mine, other = in_turn(ours, theirs, runs)
    print(title)
    for name, place in (("CPU", 0), ("wall", 1)):
        a, b = (statistics.median(spent[place] for spent in times) for times in (mine, other))
        spread = f"{min(t[place] for t in mine):.2f} to {max(t[place] for t in mine):.2f}"
        print(f"  {name}: {a:.2f} s ({spread}) against {b:.2f} s, ratio {a / b:.2f}")


def warm(ensemble: str, runs: int) -> None:
    """Print the time of ``compose()`` in this process, the first call left out."""
    spent = []
    for number in range(runs + 1):
        start = time.process_time()
        compose(Brief(form="AABA", key="D", mood="calm", ensemble=ensemble, seed=number))
        spent.append(time.process_time() - start)
    rest = spent[1:]
    print(
        f"warm compose(), 32 bars {ensemble}: median {statistics.median(rest):.2f} s CPU "
        f"({min(rest):.2f} to {max(rest):.2f}); first call {spent[0]:.2f} s"
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run all comparisons."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=7)
    options = parser.parse_args(arguments)
    python = sys.executable
    piece = (python, "-m", "composer", *PIECE, "--seed", "SEED", "--force", "--quiet")
    compared(f"cold piece against python -c '{LIBRARIES}'", piece, (python, "-c", LIBRARIES), options.runs)
    help_ = (python, "-m", "composer", "--help")
    compared(f"compose --help against python -c '{COMMAND_LINE}'", help_, (python, "-c", COMMAND_LINE), options.runs)
    for ensemble in ("piano", "satb"):
        warm(ensemble, options.runs)
    return 0


if __name__ == "__main__":
    sys.exit(main())
