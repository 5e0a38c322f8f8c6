"""What each learned layer is worth: the same pieces with all of them and without each, beside real tunes.

    python -m benchmarks.layers [--pieces 100] [--jobs 2] [--ensemble piano] [--out docs/layers.md]

A removed layer earns its place where a measure of the pieces moves away from the mean of held-out real tunes.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.pieces import publish
from benchmarks.real_tunes import columns, naive_tune, real_tunes
from composer import Brief, compose
from composer.analysis.craft import TESTS, Test, failed, measures
from composer.analysis.piece_craft import piece_measures
from composer.errors import ComposerError
from composer.models.library import load_models
from composer.theory.tables import load_table

LAYERS = ("markov", "hmm", "gmm", "refiner")
NUMBERS = (1, 2, 3, 4, 5, 7, 9, 11, 13, 14, 18)
MOODS = ("calm", "happy", "sad", "tender", "playful", "energetic")
KEYS = ("C major", "A minor", "G major", "D minor", "F major", "E minor", "D major", "G minor", "Bb major")
METERS = ("4/4", "3/4")
CORPUS = {"piano": "oneills-airs", "lead-sheet": "oneills-airs", "satb": "bach-chorales"}
SONGS_ONLY = (13, 17)  # harmonic rhythm and texture: chorales change chord on every beat and texture never
RESAMPLES = 2000
FIRST_SEED = 5000
Values = dict[str, float]


@dataclass(frozen=True)
class Row:
    """Measures of many pieces; None for one that was not composed."""

    name: str
    pieces: tuple[Values | None, ...]

    def column(self, test: Test) -> np.ndarray:
        """(N,) values of a test, NaN where it does not apply."""
        return np.array([(piece or {}).get(test.name, np.nan) for piece in self.pieces])


@dataclass(frozen=True)
class Verdict:
    """What taking a layer away does to a test: the mean change and its 95 % interval."""

    test: Test
    change: float
    low: float
    high: float
    away: bool
    how: str  # "" if the change may be chance

    @property
    def text(self) -> str:
        """One line of the report."""
        interval = f"{self.change:+.3f}, {self.low:+.3f} to {self.high:+.3f}"
        return f"{self.test.number} {self.test.name} ({interval}; {self.how})"


def plain_moods(wanted: Sequence[str] = MOODS, count: int = 6) -> list[str]:
    """Moods that switch no rule off, the wanted ones first."""
    plain = [str(row["name"]) for row in load_table("moods") if not row["lifts"]]
    return sorted(plain, key=lambda name: wanted.index(name) if name in wanted else len(wanted))[:count]


def briefs(count: int, ensemble: str, without: tuple[str, ...] = ()) -> list[Brief]:
    """Briefs with the same seeds in every row; moods, keys and meters rotate out of step."""
    moods = plain_moods()
    return [
        Brief(
            form="AABA", bars=8, ensemble=ensemble, seed=FIRST_SEED + n, without=without,
            mood=moods[n % len(moods)], key=KEYS[n * 2 % len(KEYS)], meter=METERS[n // len(moods) % 2],
        )
        for n in range(count)
    ]  # fmt: skip


def measured(brief: Brief) -> Values | None:
    """Measures of one piece, None where none was found within the law."""
    try:
        piece = compose(brief)
    except ComposerError as error:
        print(f"seed {brief.seed} without {brief.without}: {error}", file=sys.stderr)
        return None
    owner = next((section.number for section in piece.plan.sections if section.owns_top), None)
    found = piece_measures(piece.score, owner)
    left_out = {test.name for test in TESTS if test.number in SONGS_ONLY and piece.request.style == "chorale"}
    return {name: value for name, value in found.items() if name not in left_out}


def naive_row(count: int, ensemble: str) -> Row:
    """The naive sampler with the meters and modes of our briefs."""
    models = load_models(CORPUS[ensemble])
    tunes = [
        naive_tune(models, b.meter, "minor" in str(b.key), 32, np.random.default_rng(b.seed or 0))
        for b in briefs(count, ensemble)
    ]
    return Row("naive", tuple(measures(tune) for tune in tunes))


def real_row(ensemble: str) -> Row:
    """Real tunes of the test split."""
    tunes = [columns(tune) for tune in real_tunes(CORPUS[ensemble], "test", METERS)]
    return Row("real", tuple(measures(tune) for tune in tunes))


def composed(wanted: Sequence[Brief], jobs: int) -> list[Values | None]:
    """Measures of the pieces of all briefs."""
    if jobs == 1:
        return [measured(brief) for brief in wanted]
    with ProcessPoolExecutor(jobs) as pool:
        return list(pool.map(measured, wanted, chunksize=4))


def all_rows(pieces: int, jobs: int, ensemble: str) -> list[Row]:
    """full, one without each layer, real, naive."""
    rows: list[tuple[str, tuple[str, ...]]] = [("full", ()), *((f"-{layer}", (layer,)) for layer in LAYERS)]
    found = composed([b for _, without in rows for b in briefs(pieces, ensemble, without)], jobs)
    made = [Row(name, tuple(found[n * pieces : (n + 1) * pieces])) for n, (name, _) in enumerate(rows)]
    return [*made, real_row(ensemble), naive_row(pieces, ensemble)]


def interval(values: np.ndarray, share: float = 0.95) -> tuple[float, float]:
    """Bootstrap interval of the mean of (N,) values, by percentiles."""
    values = values[~np.isnan(values)]
    if len(values) == 0:
        return float("nan"), float("nan")
    picks = np.random.default_rng(0).integers(len(values), size=(RESAMPLES, len(values)))
    low, high = np.quantile(values[picks].mean(axis=1), [(1 - share) / 2, (1 + share) / 2])
    return float(low), float(high)


def centre(row: Row, test: Test) -> float:
    """Mean of a test over a row, NaN if it never applies."""
    values = row.column(test)
    return float(np.nanmean(values)) if np.isfinite(values).any() else float("nan")


def goal(real: Row, test: Test) -> float:
    """What real music measures: the held-out tunes, or where they have no chords the value known of songs."""
    value = centre(real, test)
    return test.real if np.isnan(value) else value


def verdicts(full: Row, less: Row, real: Row, comparisons: int) -> list[Verdict]:
    """What moves when a layer is taken away: tests whose paired change, or whose intervals, leave no doubt."""
    found = []
    for test in wanted_tests():
        ours, theirs = full.column(test), less.column(test)
        both = np.isfinite(ours) & np.isfinite(theirs)
        if not both.any():
            continue
        change = theirs[both] - ours[both]
        low, high = interval(change)
        how = []
        if low > 0 or high < 0:
            strict = interval(change, 1 - 0.05 / comparisons)
            how.append("paired**" if strict[0] > 0 or strict[1] < 0 else "paired")
        one, other = interval(ours), interval(theirs)
        if one[1] < other[0] or other[1] < one[0]:
            how.append("apart")
        wanted = goal(real, test)
        away = abs(float(np.nanmean(theirs)) - wanted) > abs(float(np.nanmean(ours)) - wanted)
        found.append(Verdict(test, float(change.mean()), low, high, away, ", ".join(how)))
    return found


def wanted_tests() -> list[Test]:
    """Rows of the table, by number."""
    return sorted((test for test in TESTS if test.number in NUMBERS), key=lambda test: test.number)


def table(rows: Sequence[Row]) -> list[str]:
    """Means with intervals, a test a line."""
    names = [f"{row.name} ({sum(piece is not None for piece in row.pieces)})" for row in rows]
    lines = ["| test | " + " | ".join(names) + " | songs |", "|---|" + "---|" * (len(rows) + 1)]
    for test in wanted_tests():
        cells = []
        for row in rows:
            mean = centre(row, test)
            low, high = interval(row.column(test))
            cells.append("" if np.isnan(mean) else f"{mean:.2f} ({low:.2f} to {high:.2f})")
        lines.append(f"| {test.number} {test.name} | " + " | ".join(cells) + f" | {test.real:g} |")
    cells = []
    for row in rows:
        tunes = {test.name for test in TESTS if not test.whole and test.number in NUMBERS}
        kept = [{k: v for k, v in piece.items() if k in tunes} for piece in row.pieces if piece]
        counts = np.array([len(failed(values)) for values in kept], float)
        cells.append(f"{counts.mean():.2f}" if len(counts) else "")
    lines.append("| tests 1-5, 7, 9 failed a piece | " + " | ".join(cells) + " | |")
    return lines


def findings(rows: Sequence[Row]) -> list[str]:
    """For each layer: what moves away from real music without it, what moves towards it."""
    by_name = {row.name: row for row in rows}
    comparisons = len(LAYERS) * len(wanted_tests())
    lines = []
    for layer in LAYERS:
        found = verdicts(by_name["full"], by_name[f"-{layer}"], by_name["real"], comparisons)
        away = [v.text for v in found if v.how and v.away]
        towards = [v.text for v in found if v.how and not v.away]
        worth = "moves away from real music" if away else "**not earning yet**"
        if away and not any("**" in text or "apart" in text for text in away):
            worth += ", though no further than chance may"
        lines.append(f"- Without **{layer}**: {worth}")
        lines += [f"  - away: {text}" for text in away] + [f"  - towards: {text}" for text in towards]
    return lines


def report(rows: Sequence[Row], ensemble: str, command: str) -> str:
    """The whole page."""
    comparisons = len(LAYERS) * len(wanted_tests())
    held = f"held-out tunes of {CORPUS[ensemble]} in {' and '.join(METERS)}, at most 32 bars each"
    head = [
        "# What the learned layers are worth", "",
        "Made by:", "", f"    {command}", "",
        f"Form AABA, 8 bars a section, ensemble {ensemble}, the same seeds, moods, keys and meters in every row of",
        f"ours; *real*: {held};",
        "*naive*: bars drawn one by one from the training corpus and an order-2 Markov chain.",
        "Means with 95 % bootstrap intervals over pieces; the number of pieces stands after the name. Real tunes",
        "carry no chords or sections: there *songs*, values known of real songs, count.", "",
    ]  # fmt: skip
    tail = [
        "", "## Layer by layer", "",
        "A test counts as moved if the 95 % bootstrap interval of the paired difference (without less with, same",
        "seeds) leaves out zero (*paired*), or the intervals of the two means do not overlap (*apart*). *Away*: the",
        "mean is farther from the real one than with the layer; *towards*: nearer.",
        f"Of {comparisons} comparisons about {0.05 * comparisons:.0f} would be *paired* by chance; `**` holds for",
        "all of them together (Bonferroni).", "",
    ]  # fmt: skip
    return "\n".join([*head, *table(rows), *tail, *findings(rows), ""])


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the page, and write it where asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pieces", type=int, default=100)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--ensemble", choices=sorted(CORPUS), default="piano")
    parser.add_argument("--out", type=Path)
    options = parser.parse_args(arguments)
    command = f"python -m benchmarks.layers --pieces {options.pieces} --ensemble {options.ensemble}"
    command += f" --out {options.out}" if options.out else ""
    page = report(all_rows(options.pieces, options.jobs, options.ensemble), options.ensemble, command)
    publish(page, options.out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
