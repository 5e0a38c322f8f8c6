"""One door for every score that somebody hands in: MusicXML, MIDI, ABC or our own text, told apart by content.

Nothing but the file itself is read, and nothing is written.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from pathlib import Path

from composer.errors import InputError
from composer.files.incoming import read_bytes, unpacked
from composer.score.score import Score

MUSICXML, MIDI, ABC, TEXT = "musicxml", "midi", "abc", "text"
_ABC_FIELD = re.compile(r"^[A-Za-z+]:")
_ABC_BEGINS = re.compile(r"(?m)^X:\s*\d*\s*(%.*)?$")
_KEY_HEADING = re.compile(rb"(?:^|[;\n])\s*key\s*:")
_ABC_KEY = re.compile(r"^K:")
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


@dataclass(frozen=True)
class Source:
    """What is needed to write a score back: the bytes of the file, from which its elements are found again.

    ``member`` is the score's name in a zip, ``document`` the MusicXML of what was no MusicXML (ABC); else both are
    empty.
    """

    path: Path
    data: bytes
    member: str = ""
    document: bytes = b""


@dataclass(frozen=True)
class Opened:
    """A score of any kind. ``warnings``: one line each, counting what could not be kept."""

    score: Score
    kind: str  # musicxml, midi, abc or text
    warnings: tuple[str, ...]
    source: Source

    @property
    def says_key(self) -> bool:
        """Whether it is text of ours in which the key is written; a key signature says less than a key."""
        return self.kind == TEXT and bool(_KEY_HEADING.search(self.source.data))


def open_score(path: Path, tune: int = 1) -> Opened:
    """The score in a file; ``tune`` (from 1) picks one of a book of ABC tunes.

    Raises:
        InputError: the file is missing or too large, is no score of a kind that is known, or has no such tune.
        LimitError: ABC that takes too long to read.
    """
    data = read_bytes(path)
    kind = _kind(data, path)
    if kind != ABC and tune != 1:
        raise InputError(f"{path}: tune {tune} was asked for, but only a book of ABC holds several; leave it out")
    source = Source(path, data)
    if kind == MUSICXML:
        from composer.files.musicxml_reader import read_page

        member, document = unpacked(data, path) if data.startswith(b"PK") else ("", data)
        page = read_page(document, path)
        return Opened(page.score, kind, page.warnings, Source(path, data, member))
    if kind == MIDI:
        from composer.files.midi_reader import read_midi

        score, warnings = read_midi(data, path)
        return Opened(score, kind, warnings, source)
    text = _decoded(data)
    if kind == ABC:
        from composer.files.abc_reader import read_abc

        score, warnings, document = read_abc(text, path, tune)
        return Opened(score, kind, warnings, Source(path, data, document=document))
    return Opened(_plain(text, path), kind, (), source)


def _kind(data: bytes, path: Path) -> str:
    """The kind by the first bytes, and of words by their first lines."""
    if data.startswith(b"MThd"):
        return MIDI
    if data.startswith(b"PK"):
        return MUSICXML
    if data.startswith(b"RIFF") and data[8:12] == b"RMID":
        raise InputError(f"{path}: this is MIDI wrapped in RIFF (.rmi); save it as a standard MIDI file (.mid)")
    refused = next((words for sign, words in _KNOWN_OTHERS.items() if data.startswith(sign)), None)
    if refused:
        raise InputError(f"{path}: this is {refused}; export the score as MusicXML, MIDI or ABC")
    text = _decoded(data[:100_000])
    if text.lstrip("\ufeff \t\r\n").startswith("<"):
        return MUSICXML
    if "\0" in text:
        raise InputError(f"{path}: this is no score of a known kind; hand in MusicXML, MIDI, ABC or our text form")
    return ABC if _is_abc(text) else TEXT


_KNOWN_OTHERS = {
    b"%PDF": "a PDF", b"\x89PNG": "a picture", b"\xff\xd8\xff": "a picture", b"RIFF": "sound", b"ID3": "sound",
    b"OggS": "sound", b"fLaC": "sound", b"\x1f\x8b": "packed with gzip", b"!!!": "Humdrum", b"!!": "Humdrum",
    b"**": "Humdrum",
}


def _decoded(data: bytes) -> str:
    """Words in UTF-8 or UTF-16, or else in Latin-1, in which nothing is wrong."""
    encoding = next((name for bom, name in _BOMS if data.startswith(bom)), "utf-8")
    for name in (encoding, "latin-1"):
        try:
            return data.decode(name).replace("\r\n", "\n").replace("\r", "\n")
        except UnicodeDecodeError as error:
            if error.start > len(data) - 4 and len(data) == 100_000:  # cut in the middle of a letter
                return data[: error.start].decode(name)
    return ""


def _is_abc(text: str) -> bool:
    """A tune's number or key among the fields at the beginning; our own text says ``key:`` in words."""
    if _ABC_BEGINS.search(text):
        return True
    for line in text.splitlines():
        words = line.strip()
        if _ABC_KEY.match(words):
            return True
        if words and not words.startswith("%") and not _ABC_FIELD.match(words):
            return False
    return False


def _plain(text: str, path: Path) -> Score:
    from composer.score.text import parse_text

    if not re.search(r"(?m)^\s*[^\W\d][^:;|]*:", text):
        raise InputError(f"{path}: this is no score of a known kind; hand in MusicXML, MIDI, ABC or our text form")
    score = parse_text(text.removeprefix("\ufeff"), path)
    if not any(note.pitches for voice in score.voices for note in voice.notes):
        raise InputError(f"{path}: no notes were found; write a voice, as in 'M: C4 D4 E4:2'")
    return score

