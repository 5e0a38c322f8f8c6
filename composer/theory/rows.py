"""The common shape of frames that hold one row a thing: a phrase, a section, a bar of a cantus firmus."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, Self

import numpy as np

from composer.score.windows import Ints


@dataclass(frozen=True)
class Rows:
    """Arrays of R rows, no leading axes; ``sliding`` makes windows of them."""

    onset_ticks: Ints  # (..., span)
    roles: tuple[str, ...]

    @property
    def span(self) -> int:
        """Number of rows."""
        return len(self.onset_ticks)

    def sliding(self, span: int) -> Self:
        """From R rows: all R - span + 1 windows of ``span`` rows, (R - span + 1, span, ...)."""
        index = np.arange(max(self.span - span + 1, 0))[:, None] + np.arange(span)[None, :]
        names = [one.name for one in fields(self) if one.name != "roles"]
        return replace(self, **{name: getattr(self, name)[index] for name in names})


def columns(
    cls: type[Rows], rows: Sequence[Mapping[str, object]], shapes: Mapping[str, tuple[int, ...]]
) -> dict[str, Any]:
    """A column of each field of a frame; ``shapes`` says what a row of it is where it is no single value.

    The type of a column is that of its first row: whole numbers, fractions or truths; whole numbers without rows.
    """
    found: dict[str, Any] = {}
    for one in fields(cls):
        if one.name != "roles":
            values: Any = np.array([row[one.name] for row in rows])
            values = values if len(rows) else np.zeros(0, dtype=bool if "Bools" in str(one.type) else np.int64)
            found[one.name] = values.reshape(len(rows), *shapes.get(one.name, ()))
    return found
