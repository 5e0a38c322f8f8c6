"""The page of the benchmark: all that is measured of one system on the fixed sopranos."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import fmean

from benchmarks.fourpart.annotated import agreement, annotated
from benchmarks.fourpart.apart import Apart, auc
from benchmarks.fourpart.bach import Chorale, every, listing, weight
from benchmarks.fourpart.cold import Cold
from benchmarks.fourpart.fault_rows import check_rows, fault_rows, kind_lines, weighed
from benchmarks.fourpart.likeness import tune_pairs
from benchmarks.fourpart.marked import Checked, checked
from benchmarks.fourpart.rows import Pair, Row, at_most, exactly, table
from benchmarks.fourpart.second import music21_parallels
from benchmarks.fourpart.style_rows import likeness_rows, style_rows, tell_lines
from benchmarks.fourpart.trial import Setting, Trial, setting_of

HALVINGS = 3
LEAST_PIECES = 10  # for a forest
LEAST_HALVED = 40


def page(
    system: str, trials: Sequence[Trial], cold: Cold | None, data: Path | None = None, check: bool = True
) -> str:
    """The whole page in Markdown. ``check``: count with ``compose check``, too, which takes longest."""
    count = sum(weight(one.chorale.name) for one in trials)
    bach = [setting_of(one.chorale.piece) for one in trials]
    ours = [one.setting for one in trials if one.setting is not None]
    lines = [
        "# Harmonising Bach's sopranos", "",
        f"{len(trials)} sopranos of the fixed hundred, counted as {count} (bwv28.6 stands twice among the hundred); "
        f"system: {system}. Faults are per 100 chord changes. Bach is his own setting of the same soprano, measured by "
        "the same code; under likeness Bach against himself on one tune, under the forest one half of Bach against the "
        "other.", "",
    ]  # fmt: skip
    if not ours:
        return "\n".join([*lines, "No tune was answered.", *_refusals(trials), ""])
    second, errors = _music21(ours, bach), []
    if check:
        marks = _marks(trials)
        second["compose check"], errors = _parallels(ours, bach, marks), _checks(marks)
    lines += table("faults", [*fault_rows(trials, ours, bach, second), *errors])
    pairs, himself = tune_pairs([one.piece for one in every()], _groups(data))
    lines += table("likeness", likeness_rows(trials, himself))
    apart = told_apart(ours, bach, [one.chorale for one in trials])
    lines += table("style", style_rows(ours, bach, apart, _halves(trials, bach)))
    lines += table("time", time_rows(trials, cold))
    lines += [
        f"Bach against himself: {pairs} pairs of settings of one tune, {himself.units} units. The forest knows "
        f"{len(ours[0].style)} features; settings of one tune are in one fold. {_labeller()}", "",
    ]  # fmt: skip
    if apart:
        lines += ["## What the forest hears", "", *tell_lines(apart)]
    lines += ["## Every kind of fault", "", *kind_lines(ours, bach)]
    return "\n".join([*lines, *_refusals(trials)])


def _labeller() -> str:
    found = agreement(annotated())
    return (
        f"The labeller names the annotators' root on {found.root:.3f} of {found.units} units, root and inversion on "
        f"{found.inversion:.3f}, all members on {found.members:.3f} (its eight weights were chosen on the same pieces; "
        "chosen on one half of them, .94 of roots on the other)."
    )


def _refusals(trials: Sequence[Trial]) -> list[str]:
    return [f"Not answered: {one.chorale.name}, {one.refused}" for one in trials if one.refused]


def _groups(data: Path | None) -> Mapping[str, int | str]:
    """Families of tunes: of the corpus's own listing, or of a file of tunes with a ``group`` each."""
    if data is None:
        return listing().family
    tunes = json.loads(data.read_text(encoding="utf-8"))["tunes"]
    return {Path(str(tune["name"])).with_suffix("").name: str(tune["group"]) for tune in tunes}


def told_apart(ours: Sequence[Setting], bach: Sequence[Setting], chorales: Sequence[Chorale]) -> Apart | None:
    """The forest on ours and Bach's, the tunes' families kept in one fold; None for too few pieces."""
    family = {one.name: one.family for one in chorales}
    groups = [family[one.piece.name] for some in (ours, bach) for one in some]
    return auc([one.style for one in ours], [one.style for one in bach], groups) if len(ours) >= LEAST_PIECES else None


def _halves(trials: Sequence[Trial], bach: Sequence[Setting]) -> float | None:
    chorales = [one.chorale for one in trials]
    return fmean(bach_halves(bach, chorales, n) for n in range(HALVINGS)) if len(bach) >= LEAST_HALVED else None


def bach_halves(bach: Sequence[Setting], chorales: Sequence[Chorale], seed: int) -> float:
    """The forest on two halves of Bach: what chance is."""
    family = {one.name: one.family for one in chorales}
    mixed = random.Random(seed).sample(list(bach), len(bach))
    one, two = mixed[::2], mixed[1::2]
    groups = [family[setting.piece.name] for setting in (*one, *two)]
    return auc([setting.style for setting in one], [setting.style for setting in two], groups, seed).auc


def _marks(trials: Sequence[Trial]) -> tuple[list[Checked], list[Checked]]:
    """``compose check`` on ours and on Bach."""
    ours = checked([one.score for one in trials if one.score is not None])
    return ours, checked([one.chorale.score for one in trials])


def _music21(ours: Sequence[Setting], bach: Sequence[Setting]) -> dict[str, Pair]:
    mine, his = (
        weighed(some, [one for one, _ in music21_parallels([setting.piece for setting in some])])
        for some in (ours, bach)
    )
    return {"music21": (mine, his)}


def _parallels(
    ours: Sequence[Setting], bach: Sequence[Setting], marks: tuple[list[Checked], list[Checked]]
) -> Pair:
    mine, his = (
        weighed(some, [one.parallels for one in found]) for some, found in zip((ours, bach), marks, strict=True)
    )
    return mine, his


def _checks(marks: tuple[list[Checked], list[Checked]]) -> list[Row]:
    added = [fmean(one.errors - one.of_the_tune for one in some) for some in marks]
    own = [fmean(one.of_the_tune for one in some) for some in marks]
    return check_rows((added[0], added[1]), (own[0], own[1]))


def time_rows(trials: Sequence[Trial], cold: Cold | None) -> list[Row]:
    """CPU seconds of one answer."""
    seconds = [one.seconds for one in trials if one.seconds]
    rows = []
    if seconds:
        rows = [
            Row("CPU seconds a chorale, warm", (fmean(seconds), None), at_most(0.15), ".3f"),
            Row("the slowest", (max(seconds), None), None, ".3f"),
        ]
    if cold is not None:
        rows += [
            Row("CPU seconds of a first answer, imports done", (cold.seconds, None), at_most(0.5), ".3f"),
            Row("torch is loaded", (float(cold.torch), None), exactly(0, "g"), "g"),
        ]
    return rows
