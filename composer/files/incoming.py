"""The bytes of a file that somebody hands in: whole, within a size, and unpacked where they are a zip."""

from __future__ import annotations

import io
import stat
import zipfile
import zlib
from pathlib import Path
from typing import Any

from lxml import etree

from composer.errors import InputError

MOST_BYTES = 20_000_000  # of a file, packed or not: a design value, far above the scores of symphonies
CONTAINER = "META-INF/container.xml"
_MOST_MEMBERS = 1000


def read_bytes(path: Path) -> bytes:
    """The bytes of an ordinary file of at most ``MOST_BYTES``.

    Raises:
        InputError: the file is missing, empty, too large, not readable, or no ordinary file.
    """
    try:
        mode = path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        raise InputError(f"{path}: there is no such file; name a score") from None
    except (OSError, ValueError) as error:
        raise InputError(f"{path}: it cannot be read ({_why(error)}); name another file") from None
    if stat.S_ISDIR(mode):
        raise InputError(f"{path}: this is a folder; name a score in it")
    if not stat.S_ISREG(mode):
        raise InputError(f"{path}: this is no ordinary file; save the score as a file first")
    try:
        with path.open("rb") as stream:
            data = stream.read(MOST_BYTES + 1)
    except OSError as error:
        raise InputError(f"{path}: it cannot be read ({_why(error)}); name another file") from None
    if not data.strip(b"\0 \t\r\n"):
        raise InputError(f"{path}: the file is empty; export the score once more")
    if len(data) > MOST_BYTES:
        raise InputError(f"{path}: the file is larger than {MOST_BYTES // 1_000_000} MB; export a shorter score")
    return data


def _why(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error) or type(error).__name__


def unpacked(data: bytes, path: Path) -> tuple[str, bytes]:
    """The name and the bytes of the score inside compressed MusicXML, as its container names it.

    Raises:
        InputError: the zip is damaged, encrypted or too large, or holds no score.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if len(archive.infolist()) > _MOST_MEMBERS:
                raise InputError(f"{path}: the zip holds more than {_MOST_MEMBERS} files; export the score once more")
            name = _root_name(archive, path)
            return name, _member(archive, name, path)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError) as error:
        raise InputError(f"{path}: not readable as a zip ({_why(error)}); export the score once more") from None


def _root_name(archive: zipfile.ZipFile, path: Path) -> str:
    names = archive.namelist()
    if CONTAINER in names:
        root = parsed_xml(_member(archive, CONTAINER, path), path)
        for element in root.iter("{*}rootfile"):
            name = str(element.get("full-path") or "")
            if name in names:
                return name
    plain = [n for n in names if n.lower().endswith((".musicxml", ".xml")) and not n.startswith(("META-INF", "__"))]
    if not plain:
        raise InputError(f"{path}: the zip holds no MusicXML; export the score as .mxl or .musicxml")
    return plain[0]


def _member(archive: zipfile.ZipFile, name: str, path: Path) -> bytes:
    """One member; what it unpacks to is measured while it is read, whatever the zip claims."""
    with archive.open(name) as stream:
        data = stream.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise InputError(f"{path}: it unpacks to more than {MOST_BYTES // 1_000_000} MB; export a shorter score")
    return data


def parsed_xml(data: bytes, path: Path) -> Any:
    """The root element of an XML document, read without network, entities or outside definitions.

    Raises:
        InputError: the document is not well-formed.
    """
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        text = " ".join(str(error).split()) or type(error).__name__
        raise InputError(f"{path}: not readable as MusicXML ({text}); export it once more") from None
    if root is None:
        raise InputError(f"{path}: not readable as MusicXML (no element); export it once more")
    return root
