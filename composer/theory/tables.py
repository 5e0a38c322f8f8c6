"""Tables of facts: one TOML file a table, one row a fact, a source in every row."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from composer.errors import ShelfError, SlipError
from composer.shelf import shelf_folder

Row = Mapping[str, Any]


def load_table(name: str, rules: Path | None = None) -> tuple[Row, ...]:
    """The rows of ``tables/<name>.toml`` in the rules folder (the shelf's by default), in file order.

    Raises:
        ShelfError: no such table.
        SlipError: the file is no TOML, or a row has no source.
    """
    path = (rules or shelf_folder("rules")) / "tables" / f"{name}.toml"
    if not path.is_file():
        known = ", ".join(sorted(table.stem for table in path.parent.glob("*.toml")))
        raise ShelfError(f"{path}: no such table; known: {known}")
    text = path.read_text(encoding="utf-8")
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
