"""Books of ABC tunes as texts: which tunes a book holds, their numbers, names and kinds of dance; no music21."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

LAST_AIR = 700
LAST = 1850
ESSEN_METERS = ("2/4", "3/4", "4/4", "6/8")
_NUMBER = re.compile(r"O'Neill'?s?\D{0,6}(\d+)")
_KINDS = (  # words of headers and titles, the narrower first
    ("slip-jig", r"slip ?-?jig"),
    ("slide", r"slide"),
    ("straight-jig", r"(straight|sand) jig"),
    ("jig", r"jig"),
    ("reel", r"reel"),
    ("hornpipe", r"hornpipe"),
    ("strathspey", r"strathspey"),
    ("clog", r"clog"),
    ("fling", r"fling"),
    ("walkaround", r"walk ?-?around"),
    ("waltz", r"waltz"),
    ("polka", r"polka"),
    ("march", r"\bmarch\b"),
)
# first numbers of the sections of O'Neill's book after the airs
_SECTIONS = (
    (1801, "miscellany"),
    (1781, "long-dance"),
    (1556, "hornpipe"),
    (1176, "reel"),
    (1116, "slip-jig"),
    (701, "jig"),
)


@dataclass(frozen=True)
class AbcTune:
    """One ABC tune of a book: its name with us (``oneill0701``), its number there, its text and kind.

    ``kind`` is the kind of dance (``jig``, ``reel``), empty for airs.
    """

    name: str
    number: int
    text: str
    kind: str = ""


def _field(text: str, letter: str) -> str:
    found = re.search(rf"(?m)^{letter}:[ \t]*(.*)", text)
    return found[1].strip() if found else ""


def kind_of(text: str, number: int = 0) -> str:
    """Kind of dance: the ``R:`` header, else the title, else the book's section; by the meter where it tells more.

    >>> kind_of("T:The Foxhunters\\nM:9/8\\nR:jig\\nK:G"), kind_of("T:Miss Hamilton\\nK:C", 1200)
    ('slip-jig', 'reel')
    """
    meter = _field(text, "M")
    for line in (_field(text, "R"), _field(text, "T")):
        for kind, words in _KINDS:
            if re.search(words, line, re.IGNORECASE):
                return _by_meter(kind, meter)
    section = next((kind for first, kind in _SECTIONS if number >= first), "other")
    return _by_meter(section, meter)


def _by_meter(kind: str, meter: str) -> str:
    """A jig in 9/8 is a slip jig, in 12/8 a slide, in a meter of plain beats a straight jig."""
    if kind == "jig":
        return {"9/8": "slip-jig", "12/8": "slide", "6/8": "jig"}.get(meter, "straight-jig")
    return kind


def tunes_of(text: str) -> Iterator[str]:
    """The tunes of a book's text, each from its ``X:`` line."""
    yield from re.split(r"(?m)^(?=X:)", text)[1:]


def oneills(folder: Path, first: int, last: int) -> tuple[AbcTune, ...]:
    """O'Neill's tunes ``first`` .. ``last``, one transcription a number (the first book that has it), by number."""
    found: dict[int, AbcTune] = {}
    for book in sorted(folder.glob("*.abc")):
        if int(book.name[:4]) > last:
            continue
        for text in tunes_of(book.read_text(encoding="latin-1")):
            stated = _NUMBER.search(next((ln for ln in text.splitlines() if ln.startswith("B:")), ""))
            number = int(stated[1]) if stated else int(re.match(r"X:\s*(\d+)", text)[1])  # type: ignore[index]
            if first <= number <= last:
                kind = kind_of(text, number) if number > LAST_AIR else ""
                found.setdefault(number, AbcTune(f"oneill{number:04d}", number, text, kind))
    return tuple(found[number] for number in sorted(found))


def essen(folder: Path, count: int) -> tuple[AbcTune, ...]:
    """Every n-th German song in a plain meter of the Essen collection, about ``count`` (``essen-erk10-17``)."""
    found = []
    for path in sorted(folder.glob("*.abc")):
        if path.stem.startswith(("test", "variant")):  # extracts of the other books
            continue
        for place, text in enumerate(tunes_of(path.read_text(encoding="latin-1")), 1):
            if "Deutschland" in _field(text, "O") and _field(text, "M") in ESSEN_METERS:
                found.append(AbcTune(f"essen-{path.stem}-{place}", place, text))
    return tuple(found[:: max(1, len(found) // count)])


def ryans(folder: Path) -> tuple[AbcTune, ...]:
    """The tunes of Ryan's Mammoth Collection, one a file, by name (``ryan-AcaciaReel``)."""
    tunes = []
    for path in sorted(folder.glob("*.abc")):
        text = next(tunes_of(path.read_text(encoding="latin-1")))
        tunes.append(AbcTune(f"ryan-{path.stem}", 0, text, kind_of(text)))
    return tuple(tunes)
