"""Where in the elements of a measure something stands that begins at a tick."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import Any

from lxml import etree

from composer.files.musicxml_reader import Page
from composer.files.musicxml_walk import divisions_of
from composer.score.time import TICKS_PER_QUARTER

_NEAR = 0.5  # divisions by which a place is still the same


@dataclass(frozen=True)
class Place:
    """Before ``anchor`` (or at the end of ``measure``), and ``offset`` divisions later."""

    measure: Any
    anchor: Any
    offset: int
    has_staves: bool

    @property
    def is_exact(self) -> bool:
        """Whether the anchor itself begins at the tick."""
        return self.anchor is not None and not self.offset

    def insert(self, direction: Any) -> None:
        """Put a ``<direction>`` here."""
        if self.offset:
            offset = etree.Element("offset")
            offset.text = str(self.offset)
            direction.findall("direction-type")[-1].addnext(offset)
        if self.anchor is None:
            self.measure.append(direction)
        else:
            self.anchor.addprevious(direction)


def note_at(note: Any) -> Place:
    """The place before a note; before the whole chord that it belongs to."""
    while note.find("chord") is not None:
        before = note.getprevious()
        while before is not None and before.tag != "note":
            before = before.getprevious()
        if before is None:
            break
        note = before
    return Place(note.getparent(), note, 0, note.find("staff") is not None)


def place_of(page: Page, part: int, staff: int, onset_ticks: int) -> Place:
    """The place of a tick on a staff (from 1) of a part: at a note or rest that begins there, else after the last that
    begins before."""
    bars = [measure.onset_ticks for measure in page.clock.measures]
    bar = max(bisect_right(bars, onset_ticks) - 1, 0)
    element = page.root.findall("part")[part]
    measures = element.findall("measure")
    measure = measures[min(bar, len(measures) - 1)]
    divisions = _divisions(measures, bar)
    target = (onset_ticks - bars[bar]) * divisions / TICKS_PER_QUARTER
    timed = _timed(measure)
    has_staves = any(child.find("staff") is not None for child, _ in timed)
    before = [pair for pair in timed if pair[1] <= target + _NEAR] or timed[:1]
    if not before:
        return Place(measure, None, 0, False)

    def rank(pair: tuple[Any, float]) -> tuple[bool, bool, float]:
        note, begins = pair
        away = abs(target - begins)
        return note.findtext("staff", "1") != str(staff), away > _NEAR and note.find("rest") is not None, away

    note, begins = min(before, key=rank)
    return Place(measure, note, round(target - begins), has_staves)


def _divisions(measures: list[Any], bar: int) -> int:
    """Divisions a quarter in force at a bar."""
    for measure in reversed(measures[: bar + 1]):
        found = measure.findall("attributes/divisions")
        if found:
            return divisions_of(found[-1])
    return 1


def _timed(measure: Any) -> list[tuple[Any, float]]:
    """The notes and rests of a measure that are no grace notes, each chord once, with where they begin in divisions."""
    now, found = 0.0, []
    for child in measure:
        if child.tag not in ("note", "backup", "forward"):
            continue
        length = float(child.findtext("duration") or 0)
        if child.tag == "backup":
            now -= length
        elif child.tag == "forward":
            now += length
        elif child.find("chord") is None and child.find("grace") is None:
            found.append((child, now))
            now += length
    return found
