"""A progress bar on a terminal's stderr; silent in a pipe."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import TextIO

WIDTH = 30


class Progress:
    """``with Progress("reading", 100) as bar: bar.tick()``; draws only where people look."""

    def __init__(self, title: str, total: int, stream: TextIO | None = None) -> None:
        self.title, self.total, self.done = title, max(total, 1), 0
        self.stream = stream or sys.stderr
        self.shown = self.stream.isatty()

    def tick(self, note: str = "") -> None:
        """One step done; ``note`` stands behind the bar."""
        self.done += 1
        if self.shown:
            filled = WIDTH * min(self.done, self.total) // self.total
            bar = "#" * filled + "." * (WIDTH - filled)
            self.stream.write(f"\r{self.title:<28} [{bar}] {self.done}/{self.total} {note}\x1b[K")
            self.stream.flush()

    def __enter__(self) -> Progress:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.shown:
            self.stream.write("\n")
