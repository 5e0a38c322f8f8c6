"""Where rules and corpora are: packaged inside the wheel, or beside the package in a checkout."""

from __future__ import annotations

import hashlib
from pathlib import Path

from composer.errors import ShelfError

PACKAGE = Path(__file__).resolve().parent


def shelf_folder(name: str) -> Path:
    """Folder ``rules`` or ``corpora``.

    Raises:
        ShelfError: neither the installed nor the checkout's folder exists.
    """
    packaged = PACKAGE / "_shelf" / name
    if packaged.is_dir():
        return packaged
    sibling = PACKAGE.parent / name
    if sibling.is_dir() and (PACKAGE.parent / "pyproject.toml").is_file():
        return sibling
    raise ShelfError(f"{name}/ was not found beside the package; reinstall composer-by-rule")


def folder_hash(folder: Path, suffixes: tuple[str, ...]) -> str:
    """First 12 hex digits of the SHA-256 over names and bytes of all files with one of ``suffixes``.

    Line ends are read as ``\\n`` in text files, so that a checkout on any system has the same hash.
    """
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*"), key=lambda p: p.relative_to(folder).as_posix()):
        if path.is_file() and path.suffix in suffixes:
            data = path.read_bytes()
            if path.suffix in (".toml", ".json"):
                data = data.replace(b"\r\n", b"\n")
            digest.update(path.relative_to(folder).as_posix().encode() + b"\0" + data + b"\0")
    return digest.hexdigest()[:12]
