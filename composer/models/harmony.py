"""The weights of the reader of harmony, learned from annotated chorales: named numbers in groups."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from composer.errors import ShelfError
from composer.models.card import Card, data_path, read_card
from composer.shelf import shelf_folder

MODEL, SHELF, DATA = "harmony", "analysis", "weights.json"
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class HarmonyWeights:
    """Groups of weights, each (n,), in the order of the reader's features."""

    card: Card
    groups: Mapping[str, Floats]


def load_harmony(folder: Path | None = None) -> HarmonyWeights:
    """Load the weights; ``folder`` stands for the shelf's ``corpora/``.

    Raises:
        ShelfError: missing, damaged or another kind of model.
    """
    home = (folder or shelf_folder("corpora")) / SHELF / MODEL
    card = read_card(home)
    if card.content["model"] != MODEL:
        raise ShelfError(f"{home}: holds the model '{card.content['model']}', not '{MODEL}'")
    content = json.loads(data_path(card, DATA).read_text(encoding="utf-8"))
    groups = {
        group: np.array(list(row.values()) if isinstance(row, dict) else row, dtype=np.float64)
        for group, row in content.items()
    }
    return HarmonyWeights(card, groups)
