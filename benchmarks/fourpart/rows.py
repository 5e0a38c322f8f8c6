"""Lines of the table: what, ours, Bach, what is wanted, and whether it is so."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

Pair = tuple[float | None, float | None]  # ours, Bach; None was not measured
DASH = "–"


@dataclass(frozen=True)
class Wanted:
    """A target in words, and as a test of a figure."""

    words: str
    test: Callable[[float], bool]


@dataclass(frozen=True)
class Row:
    """One line; ``form`` is how its figures are written."""

    what: str
    pair: Pair
    wanted: Wanted | None = None
    form: str = ".2f"

    @property
    def is_met(self) -> bool | None:
        """Whether ours is as wanted; None where nothing is wanted or measured."""
        ours = self.pair[0]
        return None if ours is None or self.wanted is None else self.wanted.test(ours)

    @property
    def text(self) -> str:
        """The line of a table."""
        figures = [DASH if value is None else format(value, self.form) for value in self.pair]
        verdict = {None: "", True: "yes", False: "**no**"}[self.is_met]
        return f"| {self.what} | {figures[0]} | {figures[1]} | {self.wanted.words if self.wanted else ''} | {verdict} |"


def at_least(least: float) -> Wanted:
    """From here up."""
    return Wanted(f"≥ {least:g}", lambda value: value >= least)


def at_most(most: float) -> Wanted:
    """Up to here."""
    return Wanted(f"≤ {most:g}", lambda value: value <= most)


def between(low: float, high: float) -> Wanted:
    """From one to the other."""
    return Wanted(f"{low:g} to {high:g}", lambda value: low <= value <= high)


def exactly(amount: float, form: str = ".2f") -> Wanted:
    """This and nothing else."""
    return Wanted(format(amount, form), lambda value: value == amount)


def near(bach: float, share: float, least: float = float("-inf")) -> Wanted:
    """Within a share of Bach's figure, and not under a least one."""
    low, high = (1 - share) * bach, (1 + share) * bach
    words = f"within {share:.0%}: {low:.3f} to {high:.3f}" + (f", ≥ {least:g}" if least > 0 else "")
    return Wanted(words, lambda value: low <= value <= high and value >= least)


def table(head: str, rows: list[Row]) -> list[str]:
    """Rows under a heading."""
    return [f"| {head} | ours | Bach | wanted | so? |", "|---|---|---|---|---|", *(row.text for row in rows), ""]
