"""Model cards: every learned model is a folder with ``card.toml`` and one data file, checked when loaded."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from composer.errors import ShelfError

CARD = "card.toml"
ARRAYS = "arrays.npz"


@dataclass(frozen=True)
class Card:
    """What a card says: the model's corpus, command, seed, sizes and held-out figures."""

    folder: Path
    content: Mapping[str, Any]

    @property
    def sha256(self) -> str:
        """SHA-256 of the data file, in hex."""
        return str(self.content["sha256"])

    @property
    def held_out(self) -> Mapping[str, Any]:
        """Figures on works the model has not seen, beside plain baselines."""
        return MappingProxyType(dict(self.content.get("held_out", {})))


def read_card(folder: Path) -> Card:
    """The card of a model folder.

    Raises:
        ShelfError: no card, or it is damaged.
    """
    path = folder / CARD
    if not path.is_file():
        raise ShelfError(f"{folder}: no such model; rebuild it with python -m composer.training")
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ShelfError(f"{path}: damaged ({error}); rebuild it with python -m composer.training") from None
    if "sha256" not in content or "model" not in content:
        raise ShelfError(f"{path}: names no model or checksum; rebuild it with python -m composer.training")
    return Card(folder, MappingProxyType(content))


def data_path(card: Card, name: str = ARRAYS) -> Path:
    """The data file beside a card, its checksum compared.

    Raises:
        ShelfError: the file is missing or is not the one the card describes.
    """
    path = card.folder / name
    if not path.is_file():
        raise ShelfError(f"{path}: missing; rebuild it with python -m composer.training")
    if hashlib.sha256(path.read_bytes()).hexdigest() != card.sha256:
        raise ShelfError(
            f"{path}: not the file its card describes; rebuild it with python -m composer.training"
        )
    return path


def load_arrays(folder: Path, kind: str) -> tuple[Card, dict[str, NDArray[Any]]]:
    """Card and arrays of a model folder of one ``kind`` (markov, rhythm, hidden, mixture).

    Raises:
        ShelfError: missing, damaged or another kind of model.
    """
    card = read_card(folder)
    if card.content["model"] != kind:
        raise ShelfError(f"{folder}: holds the model '{card.content['model']}', not '{kind}'")
    with np.load(data_path(card), allow_pickle=False) as archive:
        return card, {name: archive[name] for name in archive.files}
