"""Style as numbers: some two hundred features of the three voices under a soprano. Faults of law are not among them."""

from __future__ import annotations

from benchmarks.fourpart.chord_features import chord_features
from benchmarks.fourpart.line_features import line_features
from benchmarks.fourpart.piece import Piece
from benchmarks.fourpart.texture_features import texture_features
from benchmarks.fourpart.view import view_of


def features(piece: Piece) -> dict[str, float]:
    """All features by name; the names are the same for every piece."""
    view = view_of(piece)
    return {name: float(value) for part in (line_features, chord_features, texture_features)
            for name, value in part(view).items()}  # fmt: skip
