"""The table's lines on likeness and style."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

from benchmarks.fourpart.apart import Apart
from benchmarks.fourpart.bach import weight
from benchmarks.fourpart.likeness import Likeness
from benchmarks.fourpart.rows import Row, Wanted, at_least, at_most, near
from benchmarks.fourpart.trial import Setting, Trial

MOST_TELLING = 25


@dataclass(frozen=True)
class Figure:
    """A named figure of style: features whose means are added, how near to Bach it should be, and a least one."""

    name: str
    features: tuple[str, ...]
    share: float = 0.25
    least: float = float("-inf")


FIGURES = (
    Figure("chord entropy (nats)", ("chord entropy (nats)",), 0.10),
    Figure("alto's notes between beats, a beat", ("alto: beats off beat",), 0.15),
    Figure("tenor's notes between beats, a beat", ("tenor: beats off beat",), 0.15),
    Figure("bass's notes between beats, a beat", ("bass: beats off beat",), 0.15),
    Figure("repeated bass notes, of notes", ("bass: repeated",)),
    Figure("octave leaps of the bass, of notes", ("bass: octaves",)),
    Figure("third inversions, of units", ("inversion 3",)),
    Figure("runs by step of the bass, of notes", ("bass: runs by step",)),
    Figure("suspensions a line", ("suspensions a line",)),
    Figure("contrary and oblique motion", ("outer voices: contrary", "outer voices: oblique"), least=0.55),
)


def likeness_rows(trials: Sequence[Trial], himself: Likeness) -> list[Row]:
    """Agreement with Bach, beside Bach's own with himself on one tune."""
    mine = sum((one.likeness for one in trials for _ in range(weight(one.chorale.name))), Likeness())
    best = [one.best for one in trials if one.best is not None]
    drawn = [one.samples for one in trials if one.samples is not None]
    top = sum(best, Likeness()).root_share if best else None
    to_bach = sum((one + two for one, two, _ in drawn), Likeness()).root_share if drawn else None
    other = 1 - sum((one for *_, one in drawn), Likeness()).root_share if drawn else None
    return [
        Row("root, of units", (mine.root_share, himself.root_share), at_least(0.64), ".3f"),
        Row("root and inversion", (mine.inversion_share, himself.inversion_share), at_least(0.54), ".3f"),
        Row("root at fermatas", (mine.fermata_share, himself.fermata_share), at_least(0.80), ".3f"),
        Row("root, nearest of five readings", (top, None), at_least(0.72), ".3f"),
        Row("root, two draws", (to_bach, None), at_least(0.62), ".3f"),
        Row("roots in which the two draws differ", (other, None), at_least(0.15), ".3f"),
    ]


def style_rows(
    ours: Sequence[Setting], bach: Sequence[Setting], apart: Apart | None, himself: float | None
) -> list[Row]:
    """The forest's verdict and the named figures, means over chorales. ``himself``: the forest on Bach's two halves."""
    rows = [Row("told from Bach by the forest, AUC", (apart.auc if apart else None, himself), at_most(0.85), ".3f")]
    for figure in FIGURES:
        mine, his = (fmean(sum(one.style[name] for name in figure.features) for one in some) for some in (ours, bach))
        rows.append(Row(figure.name, (mine, his), near(his, figure.share, figure.least), ".3f"))
    mine, his = (_at_fermata(some) for some in (ours, bach))
    over_half = Wanted("> .5", lambda value: value > 0.5)
    rows.append(Row("suspensions at the fermata, of all", (mine, his), over_half, ".3f"))
    return rows


def tell_lines(apart: Apart) -> list[str]:
    """What the forest hears: the most telling features."""
    lines = ["| what tells most | share in the forest | ours | Bach | AUC alone |", "|---|---|---|---|---|"]
    lines += [
        f"| {one.name} | {one.share:.3f} | {one.mean_a:.3f} | {one.mean_b:.3f} | {one.alone:.2f} |"
        for one in apart.tells[:MOST_TELLING]
    ]
    return [*lines, ""]


def _at_fermata(some: Sequence[Setting]) -> float:
    lines = [max(1, len(one.piece.fermatas)) for one in some]
    found, every = (
        sum(one.style[name] * n for one, n in zip(some, lines, strict=True))
        for name in ("suspensions at fermatas a line", "suspensions a line")
    )
    return found / every if every else 0.0
