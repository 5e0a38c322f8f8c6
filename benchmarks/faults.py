"""Which craft tests our pieces fail, style by style, beside real tunes: means and shares of failing pieces.

    python -m benchmarks.faults [--pieces 60] [--jobs 2] [--ensembles piano,satb]

The nearest way to see what to mend next: the rows are ordered by how much oftener ours fail than real music.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

import numpy as np

from benchmarks.layers import CORPUS, Row, briefs, centre, composed, real_row
from composer.analysis.craft import TESTS, Test, failed


def failing(row: Row, test: Test) -> float:
    """Share of pieces that fail a test, NaN where it never applies."""
    values = row.column(test)
    values = values[~np.isnan(values)]
    low = -np.inf if test.low is None else test.low
    high = np.inf if test.high is None else test.high
    return float(np.mean((values < low) | (values > high))) if len(values) else float("nan")


def faults(row: Row) -> float:
    """Test numbers failed a piece."""
    counts = [len(failed(piece)) for piece in row.pieces if piece]
    return float(np.mean(counts)) if counts else float("nan")


def cell(value: float) -> str:
    """A figure, or nothing."""
    return "" if np.isnan(value) else f"{value:.2f}"


def table(made: Row, real: Row) -> list[str]:
    """A test a line, what ours fail oftener first."""

    def worse(test: Test) -> float:
        return failing(made, test) - float(np.nan_to_num(failing(real, test)))

    lines = ["| test | bounds | ours | real | songs | ours failing | real failing |", "|---|---|---|---|---|---|---|"]
    for test in sorted((t for t in TESTS if not np.isnan(centre(made, t))), key=worse, reverse=True):
        bounds = f"{'' if test.low is None else f'{test.low:g}'} to {'' if test.high is None else f'{test.high:g}'}"
        figures = [centre(made, test), centre(real, test), test.real, failing(made, test), failing(real, test)]
        cells = " | ".join(cell(figure) for figure in figures)
        lines.append(f"| {test.number} {test.name} | {bounds if bounds != ' to ' else 'none'} | {cells} |")
    return lines


def main(arguments: Sequence[str] | None = None) -> int:
    """Print a table an ensemble."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pieces", type=int, default=60)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--ensembles", default="piano,satb", help=f"of {', '.join(CORPUS)}, with commas")
    options = parser.parse_args(arguments)
    for ensemble in options.ensembles.replace(" ", "").split(","):
        made = Row("ours", tuple(composed(briefs(options.pieces, ensemble), options.jobs)))
        real = real_row(ensemble)
        print(f"## {ensemble}: {len(made.pieces)} pieces, {len(real.pieces)} real tunes of {CORPUS[ensemble]}\n")
        print("\n".join(table(made, real)))
        print(f"\nFailed a piece: ours {faults(made):.2f} of all tests, real {faults(real):.2f} of the tune's own\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
