"""Words a person may write, found in the tables or answered with the nearest right ones."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from composer.errors import RequestError
from composer.theory.tables import Row


def choose(what: str, word: str, rows: Iterable[Row]) -> Row:
    """The row named ``word`` or known by it as an alias (case ignored).

    Raises:
        RequestError: none; the message names the nearest ones.
    """
    known: dict[str, Row] = {}
    for row in rows:
        known[str(row["name"])] = row
    names = list(known)
    for row in list(known.values()):
        for alias in row.get("aliases", ()):
            known.setdefault(str(alias), row)
    row_found = known.get(word.strip().lower())
    if row_found is None:
        raise RequestError(f"--{what} '{word}' is not known; {nearest(word, names, known)}")
    return row_found


def nearest(word: str, names: Iterable[str], known: Iterable[str] = ()) -> str:
    """``did you mean ...?``, from ``known`` or else ``names``; all names where none is near."""
    listed = list(names)
    close = difflib.get_close_matches(word.strip().lower(), list(known) or listed, n=3, cutoff=0.5)
    return f"did you mean {either(close)}?" if close else f"write one of {', '.join(listed)}"


def either(names: Iterable[object]) -> str:
    """``a, b or c``."""
    words = [str(name) for name in names]
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + " or " + words[-1]
