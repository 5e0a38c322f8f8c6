"""What music21 does not read of an ABC tune: the words under its notes, fermatas and trills, set into its MusicXML."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

_BODY = re.compile(r"^K:")
_FIELD = re.compile(r"^[A-Za-z+]:")
_TOKEN = re.compile(r"""
    "[^"]*" | \{[^}]*\} | %.* | \[[A-Za-z]:[^\]]*\]      # chord names and remarks, grace notes, fields inside a line
    | [!](?P<sign>[^!\s]*)[!] | [+](?P<old>[a-z]+)[+] | (?P<short>[HT])(?=[^|:]*[A-Ga-g])
    | (?P<chord>\[[_=^A-Ga-g][^\]|:]*\]) | (?P<note>[_=^]*[A-Ga-g][,']*) | (?P<bar>:?\|[|\]:]?|::)
""", re.VERBOSE)
_WORD = re.compile(r"(?P<syllable>(?:\\-|[^\s\-_*|])+)|(?P<mark>[-_*|])|(?P<blank>\s+)")
_SHORT = {"H": "fermata", "T": "trill"}
_KEPT = ("fermata", "trill")


@dataclass
class Struck:
    """A note (or chord) as it stands in a line of music: its bar in the line, its signs, and its syllables by verse."""

    bar: int
    signs: tuple[str, ...]
    syllables: dict[int, tuple[str, str, bool]] = field(default_factory=dict)  # verse -> text, place, extends


def with_words(document: bytes, tune: str) -> bytes:
    """The MusicXML of a tune in one voice with its words and signs; as it was where the notes do not correspond."""
    struck = list(_struck(tune))
    if not any(one.signs or one.syllables for one in struck):
        return document
    root = etree.fromstring(document)
    notes = [note for note in root.iter("note") if not any(note.find(tag) is not None for tag in _NO_HEADS)]
    if len(notes) != len(struck) or len(root.findall("part")) != 1:
        return document
    for note, one in zip(notes, struck, strict=True):
        _set(note, one)
    found: bytes = etree.tostring(root, encoding="UTF-8", xml_declaration=True)
    return found


_NO_HEADS = ("rest", "chord", "grace", "cue")


def _struck(tune: str) -> Iterator[Struck]:
    """The notes of the body, line by line, each line with the verses that follow it."""
    lines = tune.splitlines()
    body = next((place + 1 for place, line in enumerate(lines) if _BODY.match(line)), len(lines))
    here: list[Struck] = []
    verse = 0
    for line in lines[body:]:
        if line.startswith("w:"):
            verse += 1
            _sing(here, line[2:], verse)
        elif line.strip() and not line.startswith("%") and not _FIELD.match(line):
            yield from here
            here, verse = list(_line(line)), 0
    yield from here


def _line(line: str) -> Iterator[Struck]:
    bar, signs = 0, []
    for found in _TOKEN.finditer(line):
        sign = found["sign"] or found["old"] or _SHORT.get(found["short"] or "", "")
        if sign:
            signs.append(sign)
        elif found["bar"]:
            bar += 1
        elif found["note"] or found["chord"]:
            yield Struck(bar, tuple(one for one in signs if one in _KEPT))
            signs = []


def _sing(notes: Sequence[Struck], words: str, verse: int) -> None:
    """Put the syllables of a verse under the notes of its line: one a note, ``_`` holds, ``*`` leaves out, ``|`` waits
    for the next bar."""
    place, inside, last = 0, False, -1
    for found in _WORD.finditer(words.partition("%")[0]):
        mark = found["mark"]
        if mark == "|":
            while 0 < place < len(notes) and notes[place].bar == notes[place - 1].bar:
                place += 1
        elif mark == "-":
            if last >= 0 and not inside:
                text, where, extends = notes[last].syllables[verse]
                notes[last].syllables[verse] = (text, "middle" if where == "end" else "begin", extends)
            elif inside:
                place += 1  # two hyphens: the syllable is held
            inside = last >= 0
        elif mark:
            if mark == "_" and last >= 0:
                text, where, _ = notes[last].syllables[verse]
                notes[last].syllables[verse] = (text, where, True)
            place += 1
        elif found["syllable"] and place < len(notes):
            text = found["syllable"].replace("\\-", "-").replace("~", " ")
            notes[place].syllables[verse] = (text, "end" if inside else "single", False)
            place, inside, last = place + 1, False, place


def _set(note: Any, one: Struck) -> None:
    """Notations stand before lyrics, and both at the end of what music21 writes of a note."""
    if one.signs:
        notations = note.find("notations")
        if notations is None:
            notations = etree.Element("notations")
            after = note.find("lyric")
            if after is not None:
                after.addprevious(notations)
            else:
                note.append(notations)
        for sign in one.signs:
            if sign == "fermata":
                etree.SubElement(notations, "fermata", type="upright")
            else:
                etree.SubElement(etree.SubElement(notations, "ornaments"), "trill-mark")
    for verse, (text, place, extends) in sorted(one.syllables.items()):
        lyric = etree.SubElement(note, "lyric", number=str(verse))
        etree.SubElement(lyric, "syllabic").text = place
        etree.SubElement(lyric, "text").text = text
        if extends:
            etree.SubElement(lyric, "extend")
