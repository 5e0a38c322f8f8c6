"""Writing whole files or none: a temporary file in the same folder, fsync, then replace."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path

from composer.errors import OutputError


def check_place(path: Path) -> None:
    """Refuse a name that cannot be a file, before any work is done for it.

    Raises:
        OutputError: a folder stands there, its own folder is missing, or the system does not take the name.
    """
    try:
        if path.is_dir():
            raise OutputError(f"{path} is a folder; name a file in it")
        if not path.parent.is_dir():
            raise OutputError(f"{path}: the folder {path.parent} does not exist; make it first")
        if not os.access(real_place(path).parent, os.W_OK) and real_place(path).parent.is_dir():
            raise OutputError(f"{path}: the folder {path.parent} cannot be written in; choose another")
        path.lstat()
        if path.is_symlink() and not real_place(path).parent.is_dir():
            raise OutputError(f"{path} is a link to {real_place(path)}, whose folder does not exist; mend the link")
        if path.exists() and not path.is_file():
            raise OutputError(f"{path} is no ordinary file; name another")
    except FileNotFoundError:
        return
    except OSError as error:
        raise OutputError(f"{path}: no such name is possible here ({error.strerror}); choose another") from None


def real_place(path: Path) -> Path:
    """Where a link leads, so that writing through it leaves the link as it is.

    Raises:
        OutputError: links that lead to themselves.
    """
    try:
        place = path.resolve() if path.is_symlink() else path
    except (OSError, RuntimeError):
        place = path
    if place.is_symlink():
        raise OutputError(f"{path} is a link that leads to itself; remove it or name another file")
    return place


def save(path: Path, data: bytes, force: bool = False) -> bool:
    """Write ``data``, through a link to what it leads to; False if the file already holds the same bytes.

    Raises:
        OutputError: the folder is missing or not writable, or another file stands there and ``force`` is False.
    """
    check_place(path)
    if path.exists() and not force:
        if path.read_bytes() == data:
            return False
        raise OutputError(f"{path} exists and differs; write --force to replace it, or name another file")
    place = real_place(path)
    folder = place.parent
    try:
        handle, name = tempfile.mkstemp(prefix=".compose-", dir=folder)
    except OSError as error:
        raise OutputError(f"{path}: cannot write there ({error.strerror}); choose another folder") from None
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.chmod(0o644)
        temporary.replace(place)
    except OSError as error:
        raise OutputError(f"{path}: not written ({error.strerror}); the old file is untouched") from None
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
    _sync_folder(folder)
    return True


def _sync_folder(folder: Path) -> None:
    """Make the new name durable where the system knows how (Windows does not)."""
    with suppress(OSError, AttributeError):
        descriptor = os.open(folder, os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
