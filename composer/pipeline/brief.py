"""The brief: what a person asks for, and what it came to when it was read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from composer.score.key import Key
from composer.score.time import Meter
from composer.theory.tables import Row, load_table

LAYERS = ("markov", "hmm", "gmm", "refiner")
CHORALE = "chorale"


@dataclass(frozen=True)
class Brief:
    """A request in the user's own words. None means: the style's own, the mood's, or drawn by the seed.

    ``without`` leaves learned layers out (any of ``LAYERS``); ``rules`` lays a folder over the shelf's rules;
    ``strict`` (0 to 2) multiplies the prices of soft rules; ``pickup`` is the upbeat in quarters, ``"0"`` none;
    ``valence`` and ``arousal`` (-1 to 1) stand instead of ``mood``.
    """

    form: str | None = None
    key: str | None = None
    mood: str | None = None
    meter: str | None = None
    bars: int | None = None
    tempo: float | None = None
    ensemble: str | None = None
    seed: int | None = None
    title: str | None = None
    without: tuple[str, ...] = ()
    rules: Path | None = None
    rulebook: Path | None = None
    style: str | None = None
    strict: float = 1.0
    pickup: str | None = None
    valence: float | None = None
    arousal: float | None = None


@dataclass(frozen=True)
class Tables:
    """The tables of one request, each read once: the shelf's, under the brief's folder or replaced by it."""

    brief: Brief
    known: dict[str, tuple[Row, ...]] = field(default_factory=dict, compare=False, repr=False)

    def __call__(self, name: str) -> tuple[Row, ...]:
        """The rows of a table.

        Raises:
            ShelfError: no such table.
            SlipError: a slip in its file.
        """
        if name not in self.known:
            self.known[name] = brief_table(self.brief, name)
        return self.known[name]


@dataclass(frozen=True)
class Request:
    """A brief read against the tables: everything valid, every choice made. ``notes`` say how it was read.

    ``form`` is the row of a named form, or one with ``letters`` alone; ``settings`` are the style's; ``mode_row`` and
    ``dance`` rows of their tables (``dance`` None outside dances); ``four_voices``: written in real parts.
    """

    brief: Brief
    form: Row
    labels: tuple[str, ...]
    key: Key
    mode_row: Row
    mood: Row
    meter: Meter
    meter_row: Row
    bars: int
    tempo_bpm: float
    ensemble: Row
    four_voices: bool
    style: str
    settings: Mapping[str, Any]
    dance: Row | None
    pickup_ticks: int
    seed: int
    title: str
    without: frozenset[str]
    table: Tables
    notes: tuple[str, ...] = field(default=())

    def in_key(self, key: Key) -> Request:
        """The same request for a section that stands in another key."""
        row = next(row for row in self.table("modes") if row["name"] == key.mode)
        return replace(self, key=key, mode_row=row)

    @property
    def theme(self) -> str:
        """The theme type the form asks for, or nothing."""
        return str(self.form.get("theme", ""))

    @property
    def lifts(self) -> tuple[str, ...]:
        """Ids of the rules that mood, mode or form switch off."""
        rows = (self.mood, self.mode_row, self.form)
        return tuple(dict.fromkeys(str(rule) for row in rows for rule in row.get("lifts", ())))

    @property
    def kind(self) -> str:
        """The style, a dance by its own name: ``jig``."""
        return str(self.dance["name"]) if self.dance else self.style


def brief_table(brief: Brief, name: str) -> tuple[Row, ...]:
    """A table of the shelf, under the brief's folder or replaced by it."""
    return load_table(name, tuple(folder for folder in (brief.rules,) if folder), brief.rulebook)
