"""Whether the styles can be told apart by their notes, and keep form, key and meter of one brief.

    python -m benchmarks.styles [--pieces 60] [--jobs 2] [--out docs/styles.md]

Every brief is composed in all four styles: the same form, key, mood, meter and ensemble. Random trees and a
logistic regression guess the style from features of the finished score; the four pieces of a brief stay in one fold.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from sklearn.base import ClassifierMixin
from sklearn.ensemble import ExtraTreesClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import confusion_matrix
from sklearn.model_selection import StratifiedGroupKFold, cross_val_predict
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from benchmarks.pieces import KEYS, STYLES, composed, publish, spread_out, words
from benchmarks.score_features import features
from composer import Brief
from composer.theory.tables import load_table

METERS = ("4/4", "3/4", "6/8", "2/4")
ENSEMBLES = ("piano", "satb", "string-quartet")
FIRST_SEED = 20000
FOLDS, SEED = 5, 0
WANTED = 0.85
STRONGEST = 4
HIDDEN = {
    "all features": (), "without tempo": ("tempo",), "without number of voices": ("voices",),
    "without both": ("tempo", "voices"),
}  # fmt: skip


@dataclass(frozen=True)
class Example:
    """A piece: its brief's number and style, its features, what it has of form, key and meter."""

    number: int
    style: str
    values: dict[str, float]
    kept: tuple[str, ...]


def briefs(count: int) -> list[Brief]:
    """Briefs without style; every form that all styles know."""
    forms = [str(row["name"]) for row in load_table("forms") if set(STYLES) <= set(row.get("styles", STYLES))]
    moods = [str(row["name"]) for row in load_table("moods")]
    return [
        Brief(
            form=forms[n % len(forms)], mood=moods[n * 5 % len(moods)], key=KEYS[n * 3 % len(KEYS)],
            meter=METERS[(n + n // len(forms)) % len(METERS)], ensemble=ENSEMBLES[n // 2 % len(ENSEMBLES)],
            seed=FIRST_SEED + n,
        )
        for n in range(count)
    ]  # fmt: skip


def example(numbered: tuple[int, Brief]) -> Example | None:
    """One piece, None where none was found."""
    number, brief = numbered
    piece = composed(brief)
    if piece is None or piece.score.reading is None:
        return None
    letters = "".join(section.label for section in piece.score.reading.sections)
    kept = (letters, piece.score.key.name, piece.score.meter.name)
    return Example(number, piece.request.style, features(piece.score), kept)


def matrix(examples: Sequence[Example], hidden: Sequence[str]) -> tuple[np.ndarray, list[str]]:
    """(N, F) features and their names."""
    names = [name for name in examples[0].values if name not in hidden]
    return np.array([[one.values[name] for name in names] for one in examples]), names


def line() -> Pipeline:
    """Standardised features, multinomial logistic regression."""
    return make_pipeline(StandardScaler(), LogisticRegression(C=0.2, max_iter=2000))


def trees() -> ExtraTreesClassifier:
    """A few hundred random trees."""
    return ExtraTreesClassifier(300, random_state=SEED)


def guessed(
    examples: Sequence[Example], hidden: Sequence[str], model: Callable[[], ClassifierMixin] = trees
) -> np.ndarray:
    """(N,) styles as guessed for pieces that were not learned from."""
    values, _ = matrix(examples, hidden)
    folds = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=SEED)
    styles, groups = [one.style for one in examples], [one.number for one in examples]
    return np.asarray(cross_val_predict(model(), values, styles, groups=groups, cv=folds))


def strongest(examples: Sequence[Example], hidden: Sequence[str]) -> list[str]:
    """For each style the features that speak loudest for or against it, fitted on all pieces."""
    values, names = matrix(examples, hidden)
    model = line().fit(values, [one.style for one in examples])[-1]
    lines = []
    for style, row in zip(model.classes_, model.coef_, strict=True):
        top = sorted(zip(row, names, strict=True), key=lambda pair: -abs(pair[0]))[:STRONGEST]
        means = [np.mean([one.values[name] for one in examples if one.style == style]) for _, name in top]
        rest = [np.mean([one.values[name] for one in examples if one.style != style]) for _, name in top]
        told = [f"{name} {m:.2f} ({r:.2f})" for (_, name), m, r in zip(top, means, rest, strict=True)]
        lines.append(f"- {style}: {', '.join(told)}")
    return lines


def differing(examples: Sequence[Example]) -> tuple[int, list[str]]:
    """Briefs with at least two pieces, and those whose pieces differ in form, key or meter."""
    by_brief: dict[int, set[tuple[str, ...]]] = {}
    sizes: dict[int, int] = {}
    for one in examples:
        by_brief.setdefault(one.number, set()).add(one.kept)
        sizes[one.number] = sizes.get(one.number, 0) + 1
    several = [number for number, size in sizes.items() if size > 1]
    return len(several), [f"brief {n}: {sorted(by_brief[n])}" for n in several if len(by_brief[n]) > 1]


HEAD = """# Four styles

Made by:

    {command}

{briefs} briefs, each composed in all four styles with the same form, key, mood, meter ({meters}), ensemble
({ensembles}) and seed: {pieces} pieces. A dance is the one that fits the meter. A small ensemble of
random trees, and beside it a logistic regression, guess from features of the finished score
(`benchmarks/score_features.py`) the style of pieces they have not seen: five folds, the pieces of one brief always in
one fold. An even guess is right in .25. The trees were taken after the regression had been seen to do worse.
"""


def page(examples: Sequence[Example], wanted: Sequence[Brief], command: str) -> str:
    """The whole page."""
    head = HEAD.format(
        command=command, briefs=len(wanted), meters=", ".join(METERS), ensembles=", ".join(ENSEMBLES),
        pieces=len(examples),
    )  # fmt: skip
    truth = np.array([one.style for one in examples])
    lines = [head, "| features | trees | logistic regression | wanted |", "|---|---|---|---|"]
    for name, hidden in HIDDEN.items():
        right = [f"{np.mean(guessed(examples, hidden, model) == truth):.3f}" for model in (trees, line)]
        lines.append(f"| {name} | {' | '.join(right)} | {WANTED} |")
    hidden = HIDDEN["without both"]
    table = confusion_matrix(truth, guessed(examples, hidden), labels=list(STYLES))
    heads = " | ".join(f"as {style}" for style in STYLES)
    lines += [
        "", "Guesses of the trees without tempo and number of voices:", "",
        f"| style | {heads} |", "|---|" + "---|" * len(STYLES),
        *(f"| {s} | " + " | ".join(map(str, row)) + " |" for s, row in zip(STYLES, table, strict=True)),
        "", "What speaks loudest for or against a style in the regression: its mean, the others' in brackets.", "",
        *strongest(examples, hidden),
    ]  # fmt: skip
    count, broken = differing(examples)
    lines += ["", f"One brief in several styles: {count - len(broken)} of {count} keep form, key and meter in all.", ""]
    return "\n".join([*lines, *(f"- {text} ({words(wanted[int(text.split()[1][:-1])])})" for text in broken), ""])


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the page, and write it where asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pieces", type=int, default=60, help="of each style")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args(arguments)
    command = f"python -m benchmarks.styles --pieces {options.pieces}"
    command += f" --out {options.out}" if options.out else ""
    wanted = briefs(options.pieces)
    asked = [(n, replace(brief, style=style)) for n, brief in enumerate(wanted) for style in STYLES]
    text = page([one for one in spread_out(example, asked, options.jobs) if one], wanted, command)
    publish(text, options.out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
