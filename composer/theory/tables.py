"""Tables of facts: one TOML file a table, one row a fact, a source in every row."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from composer.errors import InputError, ShelfError, SlipError
from composer.shelf import shelf_folder

Row = Mapping[str, Any]


def load_table(name: str, folders: Sequence[Path] = (), replace: Path | None = None) -> tuple[Row, ...]:
    """The rows of ``tables/<name>.toml`` in file order.

    ``folders`` lie over the shelf's rules, the last that has the file winning; ``replace`` stands instead of the shelf.

    Raises:
        ShelfError: no such table.
        InputError: none in the folder that stands instead of the shelf.
        SlipError: the file is no TOML, or a row has no source.
    """
    shelf = replace or shelf_folder("rules")
    places = [folder / "tables" / f"{name}.toml" for folder in (*reversed(folders), shelf)]
    path = next((place for place in places if place.is_file()), places[-1])
    if not path.is_file():
        if replace:
            raise InputError(f"{replace}: holds no tables/{name}.toml; copy the shipped rules/ and change the copy")
        known = ", ".join(sorted(table.stem for table in path.parent.glob("*.toml")))
        raise ShelfError(f"{path}: no such table; known: {known}")
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise SlipError(path, 1, "not readable as UTF-8 text", "save it as UTF-8") from None
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SlipError(path, _line_of(str(error)), f"not TOML ({error})", "mend the line") from None
    rows = [row for rows in content.values() if isinstance(rows, list) for row in rows]
    for number, row in enumerate(rows):
        if not row.get("source"):
            raise SlipError(path, _row_line(text, number), "a row without a source", 'add source = "..."')
    return tuple(rows)


def _line_of(message: str) -> int:
    _, _, tail = message.partition("at line ")
    digits = tail.split(",")[0]
    return int(digits) if digits.isdigit() else 1


def _row_line(text: str, number: int) -> int:
    heads = [place for place, line in enumerate(text.splitlines(), 1) if line.startswith("[[")]
    return heads[number] if number < len(heads) else 1
