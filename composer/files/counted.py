"""What a file held and a score cannot, in one line each: how many, what became of them, and where the first is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

# What became of one, and of several.
FATES = {
    "microtone": ("is rounded to the next semitone", "are rounded to the next semitone"),
    "jump": ("is not followed", "are not followed"),
    "repeat": ("is not unfolded", "are not unfolded"),
    "volta": ("is read in the order of the page", "are read in the order of the page"),
}
_LEFT_OUT = ("is left out", "are left out")


@dataclass(frozen=True)
class Counted:
    """One thing that is not kept as it stands, and its bar as printed (None: no bar is known)."""

    what: str
    bar: int | None = None


def counted(things: Iterable[Counted]) -> tuple[str, ...]:
    """One line a kind of thing, in the order in which the kinds first come."""
    kinds: dict[str, list[int | None]] = {}
    for thing in things:
        kinds.setdefault(thing.what, []).append(thing.bar)
    return tuple(_line(what, bars) for what, bars in kinds.items())


def _line(what: str, bars: list[int | None]) -> str:
    one, several = FATES.get(what, _LEFT_OUT)
    head, _, tail = what.partition(" ")
    plural = f"{what}s" if head not in ("note", "track") else f"{head}s {tail}"
    known = [bar for bar in bars if bar is not None]
    where = f" ({'in' if len(bars) == 1 else 'first in'} bar {min(known)})" if known else ""
    return f"1 {what} {one}{where}" if len(bars) == 1 else f"{len(bars)} {plural} {several}{where}"
