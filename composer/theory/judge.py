"""A question that a kind of rule can ask: what it looks at, its blanks, and its two functions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from composer.score.windows import Bools
from composer.theory.asks import Ask, Asks

SCOPES = (
    "line", "slices", "harmony", "bars", "form", "sections", "strikes", "beats", "cantus", "counterpoint", "phrases",
    "keys", "themes", "textures", "holds", "goals", "grips", "delays",
)  # fmt: skip
WHOLE = 0  # the span of a judge that looks at a whole piece at once
Verdicts = Callable[[Any, Asks], Bools]


@dataclass(frozen=True)
class Judge:
    """One question of a kind.

    ``broken(window, asks)`` and ``chances(window, asks)`` answer with boolean arrays of the window's leading shape
    ``(...)``; whatever is broken was a chance. A window has ``span`` moments (or bars, chords, sections); a finding is
    laid on the moment ``place``, or on the last one where the piece ends there and ``ends_late`` says so. The first
    ``lead`` moments are only looked back at: silent ones stand there where the piece begins; ``place`` counts after
    them. ``what(window, asks, place)`` says in a word what was found, where a message asks for ``{what}``. A span of
    ``WHOLE`` is that of the whole piece.
    """

    scope: str
    asks: Mapping[str, Ask]
    broken: Verdicts
    chances: Verdicts
    span: int | Callable[[Asks], int] = 1
    place: int = 0
    ends_late: bool = False
    lead: Callable[[Asks], int] | None = None
    what: Callable[[Any, Asks, int], str] | None = None

    def before(self, asks: Asks) -> int:
        """Moments at the beginning of a window that are only looked back at."""
        return self.lead(asks) if self.lead else 0

    def moments(self, asks: Asks) -> int:
        """Moments in a window."""
        return self.span if isinstance(self.span, int) else int(self.span(asks))
