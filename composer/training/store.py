"""Writing models: arrays and cards with the same bytes on every run."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from composer.models.card import ARRAYS, CARD

_DATE = (1980, 1, 1, 0, 0, 0)


def npz_bytes(arrays: Mapping[str, NDArray[Any]]) -> bytes:
    """A compressed ``.npz`` with sorted members and a fixed date."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name in sorted(arrays):
            member = io.BytesIO()
            np.lib.format.write_array(member, np.ascontiguousarray(arrays[name]), allow_pickle=False)
            info = zipfile.ZipInfo(f"{name}.npy", _DATE)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            info.create_system = 3
            archive.writestr(info, member.getvalue())
    return buffer.getvalue()


def toml_value(value: Any) -> str:
    """A TOML literal of a string, number, truth value or flat list; floats with six decimals."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | np.integer):
        return str(int(value))
    if isinstance(value, float | np.floating):
        return f"{float(value):.6f}"
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return "[" + ", ".join(toml_value(item) for item in value) + "]"


def toml_text(content: Mapping[str, Any]) -> str:
    """TOML of plain values first, then one table a nested mapping."""
    lines = [
        f"{key} = {toml_value(value)}" for key, value in content.items() if not isinstance(value, Mapping)
    ]
    for key, value in content.items():
        if isinstance(value, Mapping):
            lines += [
                "",
                f"[{key}]",
                *(f"{_bare(name)} = {toml_value(item)}" for name, item in value.items()),
            ]
    return "\n".join(lines) + "\n"


def _bare(name: str) -> str:
    return name if name.replace("_", "").replace("-", "").isalnum() else toml_value(name)


def write_model(folder: Path, card: Mapping[str, Any], data: bytes, name: str = ARRAYS) -> None:
    """Write a model's data file and its card, the data's checksum in the card."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(data)
    plain = {key: value for key, value in card.items() if not isinstance(value, Mapping)}
    tables = {key: value for key, value in card.items() if isinstance(value, Mapping)}
    full = {**plain, "data": name, "sha256": hashlib.sha256(data).hexdigest(), **tables}
    (folder / CARD).write_text(toml_text(full), encoding="utf-8", newline="\n")
