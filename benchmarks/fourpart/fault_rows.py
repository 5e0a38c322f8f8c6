"""The table's lines on faults: per 100 chord changes, ours beside Bach's on the same sopranos."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from benchmarks.fourpart.bach import weight
from benchmarks.fourpart.faults import BESIDE, CORE11, Counts, together
from benchmarks.fourpart.rows import Pair, Row, Wanted, at_most, between, exactly
from benchmarks.fourpart.trial import Setting, Trial

NO_FAULT = exactly(0.0)
WHOLE = "g"


def fault_rows(
    trials: Sequence[Trial], ours: Sequence[Setting], bach: Sequence[Setting], second: Mapping[str, Pair]
) -> list[Row]:
    """``second``: parallels by other counters."""
    surface, on_grid = _sums(ours, bach, grid=False), _sums(ours, bach, grid=True)
    total = sum(weight(one.chorale.name) for one in trials)
    answered = sum(weight(one.piece.name) for one in ours)
    clean = tuple(float(_clean(some)) for some in (ours, bach))
    rows = [
        Row("tunes answered", (answered, None), exactly(total, WHOLE), WHOLE),
        Row("PAR", _kinds(surface, "par"), NO_FAULT),
        *(Row(f"PAR by {who}", pair, NO_FAULT) for who, pair in second.items()),
        Row("CORE11", _kinds(surface, "core11"), NO_FAULT),
        Row("CORE11 on the beat grid", _kinds(on_grid, "core11"), at_most(0.1)),
        Row("PAR on the beat grid", _kinds(on_grid, "par")),
        Row("chorales without a fault of CORE11", (clean[0], clean[1]), exactly(total, WHOLE), WHOLE),
        Row("diminished to perfect fifths", _rates(surface, "diminished to perfect fifth"), at_most(0.3)),
        Row("non-chord beats", _rates(surface, "non-chord beat"), between(2.9, 6.9)),
        Row("crossing and overlap", _rates(surface, "crossing", "overlap"), between(2, 8.5)),
        *(Row(name, _rates(surface, name)) for name in ("crossing", "overlap", "spacing", "anti-parallel")),
    ]  # fmt: skip
    own = tuple(float(sum(one.sopranos.values())) for one in surface)
    changes = tuple(one.changes / max(1, _pieces(some)) for one, some in zip(surface, (ours, bach), strict=True))
    rows.append(Row("the soprano's own faults, set aside (their number)", (own[0], own[1]), form=WHOLE))
    rows.append(Row("chord changes a chorale", (changes[0], changes[1]), form=".1f"))
    return rows


def kind_lines(ours: Sequence[Setting], bach: Sequence[Setting]) -> list[str]:
    """A table of every kind of fault, at the surface and on the grid."""
    sums = [one for grid in (False, True) for one in _sums(ours, bach, grid)]
    lines = ["| per 100 chord changes | ours | Bach | ours, grid | Bach, grid |", "|---|---|---|---|---|"]
    for name in (*CORE11, *BESIDE):
        figures = " | ".join(f"{100 * one.found.get(name, 0) / max(1, one.changes):.2f}" for one in sums)
        lines.append(f"| {name} | {figures} |")
    return [*lines, ""]


def check_rows(errors: Pair, of_the_tune: Pair) -> list[Row]:
    """Errors of ``compose check`` a chorale."""
    nothing = Wanted("0", lambda value: value == 0)
    return [
        Row("errors of compose check a chorale, less those of the tune alone", errors, nothing),
        Row("errors that the tune alone has", of_the_tune),
    ]


def weighed(settings: Sequence[Setting], values: Sequence[int]) -> float:
    """A number of faults per 100 chord changes of the surface, of one figure a piece."""
    changes = sum(one.surface.changes * weight(one.piece.name) for one in settings)
    total = sum(value * weight(one.piece.name) for one, value in zip(settings, values, strict=True))
    return 100 * total / max(1, changes)


def _sums(ours: Sequence[Setting], bach: Sequence[Setting], grid: bool) -> tuple[Counts, Counts]:
    def summed(some: Sequence[Setting]) -> Counts:
        return together([one.grid if grid else one.surface for one in some for _ in range(weight(one.piece.name))])

    return summed(ours), summed(bach)


def _kinds(sums: tuple[Counts, Counts], kind: str) -> Pair:
    ours, bach = (100 * float(getattr(one, kind)) / max(1, one.changes) for one in sums)
    return ours, bach


def _rates(sums: tuple[Counts, Counts], *names: str) -> Pair:
    ours, bach = (100 * sum(one.found.get(name, 0) for name in names) / max(1, one.changes) for one in sums)
    return ours, bach


def _pieces(settings: Sequence[Setting]) -> int:
    return sum(weight(one.piece.name) for one in settings)


def _clean(settings: Sequence[Setting]) -> int:
    return sum(weight(one.piece.name) for one in settings if one.surface.core11 == 0)
