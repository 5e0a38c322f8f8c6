"""A score with marks of a check: notes in colour, words above their places, Roman numerals below.

A MusicXML file of the user is written back as it came, element for element, with these additions alone; other kinds
are written as a page of ours first.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import Any

from lxml import etree

from composer.errors import OutputError
from composer.files import mxl
from composer.files.door import MUSICXML, Opened
from composer.files.incoming import unpacked
from composer.files.mark_places import note_at, place_of
from composer.files.musicxml_reader import Page, read_page
from composer.files.save import save
from composer.score.note import Voice
from composer.score.score import Part, Score, Staff

NoteKey = tuple[int, int]  # (voice of the score, onset in ticks)
SUFFIXES = (".musicxml", ".xml", ".mxl")
SMALL = "7"  # points of the words
_AFTER_LYRIC = ("play", "listen")
_BASS_BELOW = 57  # the middle of a voice below it stands in the bass clef


def write_marked(
    opened: Opened, colours: Mapping[NoteKey, str], texts: Sequence[tuple[int, int, str]],
    numerals: Sequence[tuple[int, str]], path: Path, force: bool = False,
) -> bool:
    """Write the score with marks; False if the file already holds the same bytes.

    Args:
        opened: the score as it was opened.
        colours: ``#RRGGBB`` by (voice of ``opened.score``, onset in ticks); tied heads follow the first.
        texts: (onset in ticks, voice, words above the staff); several at one place stand side by side.
        numerals: (onset in ticks, Roman numeral below the lowest staff).
        path: a name that ends in .musicxml, .xml or .mxl.
        force: replace another file.

    Raises:
        OutputError: another suffix, or a place that cannot be written.
    """
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise OutputError(f"{path}: a marked score is MusicXML; write one of {', '.join(SUFFIXES)}")
    document = _marked(opened, colours, texts, numerals)
    return save(path, _packed(opened, document) if suffix == ".mxl" else document, force)


def _marked(
    opened: Opened, colours: Mapping[NoteKey, str], texts: Sequence[tuple[int, int, str]],
    numerals: Sequence[tuple[int, str]],
) -> bytes:
    source = opened.source
    if opened.kind == MUSICXML:
        document = unpacked(source.data, source.path)[1] if source.member else source.data
    else:
        document = source.document or _page_of_ours(opened.score)
    exact = opened.kind == MUSICXML or bool(source.document)
    own = None if opened.kind == MUSICXML else False
    page = read_page(document, source.path, own, numbered=opened.kind == MUSICXML)
    elements = _Elements(page, opened.score, exact)
    for (voice, onset), colour in colours.items():
        for element in elements.of(voice, onset):
            element.set("color", colour)
    words: dict[NoteKey, list[str]] = {}
    for onset, voice, text in texts:
        words.setdefault((onset, voice), []).append(text)
    for (onset, voice), several in sorted(words.items()):
        heads = elements.of(voice, onset)
        part, staff = elements.home(voice)
        place = note_at(heads[0]) if heads else place_of(page, part, staff, onset)
        place.insert(_words(", ".join(dict.fromkeys(several)), "above", staff if place.has_staves else 0))
    _numerals(page, numerals)
    return _serialised(page.root, document)


class _Elements:
    """The note elements of a page by the voices of a score: those of the page itself, or of the score it was made
    from."""

    def __init__(self, page: Page, score: Score, exact: bool) -> None:
        self.page, self.score, self.exact = page, score, exact
        self.by_sound: dict[NoteKey, list[tuple[int, tuple[Any, ...]]]] = {}
        for number, line in enumerate(() if exact else page.lines):
            for key, elements in line.elements.items():
                self.by_sound.setdefault(key, []).append((number, elements))

    def of(self, voice: int, onset: int) -> tuple[Any, ...]:
        """The elements of a note, tied ones after it; empty where no note of the voice begins."""
        if self.exact:
            return self.page.elements(voice, onset)
        note = next((n for n in self.score.voices[voice].notes if n.onset_ticks == onset and n.pitches), None)
        found = []
        for pitch in note.pitches if note else ():
            entries = self.by_sound.get((onset, pitch.midi), [])
            found += [one for _, elements in entries for one in elements]
        return tuple(found)

    def home(self, voice: int) -> tuple[int, int]:
        """(part, staff from 1) of a voice."""
        if self.exact:
            line = self.page.lines[self.page.casts[voice].source]
            return line.part, line.staff
        numbers = [
            number for note in self.score.voices[voice].notes for pitch in note.pitches
            for number, _ in self.by_sound.get((note.onset_ticks, pitch.midi), [])
        ]
        line = self.page.lines[max(set(numbers), key=numbers.count, default=0)]
        return line.part, line.staff


def _numerals(page: Page, numerals: Sequence[tuple[int, str]]) -> None:
    """Under the lowest staff: as lyrics where it has none of its own and a note begins, else as words."""
    part = max(line.part for line in page.lines)
    element = page.root.findall("part")[part]
    staff = max(line.staff for line in page.lines if line.part == part)
    sung = element.find(".//lyric") is not None
    for onset, text in numerals:
        place = place_of(page, part, staff, onset)
        if not sung and place.is_exact and place.anchor is not None and place.anchor.find("rest") is None:
            _add_lyric(place.anchor, text)
        else:
            place.insert(_words(text, "below", staff if place.has_staves else 0))


def _add_lyric(note: Any, text: str) -> None:
    lyric = etree.Element("lyric", number="1", placement="below")
    etree.SubElement(lyric, "syllabic").text = "single"
    etree.SubElement(lyric, "text").text = text
    after = next((child for child in note if child.tag in _AFTER_LYRIC), None)
    if after is not None:
        after.addprevious(lyric)
    else:
        note.append(lyric)


def _words(text: str, placement: str, staff: int) -> Any:
    direction = etree.Element("direction", placement=placement)
    words = etree.SubElement(etree.SubElement(direction, "direction-type"), "words")
    words.set("font-size", SMALL)
    words.text = text
    if staff:
        etree.SubElement(direction, "staff").text = str(staff)
    return direction


def _serialised(root: Any, original: bytes) -> bytes:
    """The document with what stood before and after its root element as it was."""
    encoding = (root.getroottree().docinfo.encoding or "UTF-8").upper()
    begin = re.search(rb"<score-partwise[\s>]", original)
    if encoding not in ("UTF-8", "US-ASCII", "ASCII", "ISO-8859-1") or begin is None:
        whole: bytes = etree.tostring(root.getroottree(), encoding=encoding, xml_declaration=True)
        return whole
    body: bytes = etree.tostring(root, encoding=encoding, xml_declaration=False, with_tail=False)
    return original[: begin.start()] + body + original[original.rfind(b">") + 1 :]


def _packed(opened: Opened, document: bytes) -> bytes:
    """A zip with the marked score: the user's own with its other members, or a new one."""
    source = opened.source
    if not source.member:
        return mxl.packed(document)
    whole = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(source.data)) as old, zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            data = document if info.filename == source.member else old.read(info)
            new.writestr(info, data, compress_type=info.compress_type)
    return whole.getvalue()


def _page_of_ours(score: Score) -> bytes:
    """The score as a page; text says no parts, so each voice gets a staff."""
    from composer.files import musicxml

    if not score.parts:
        parts = tuple(
            Part(voice.name, voice.name[:4], 0, (Staff(_clef(voice), (voice.name,)),)) for voice in score.voices
        )
        score = replace(score, parts=parts)
    return musicxml.to_bytes(replace(score, marks=(), numerals=False))


def _clef(voice: Voice) -> str:
    middle = median([pitch.midi for note in voice.notes for pitch in note.pitches] or [60])
    return "bass" if middle < _BASS_BELOW else "treble"
