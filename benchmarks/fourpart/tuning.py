"""All measures under one roof, for whoever tunes a harmoniser: a piece from a score, then what is asked of it.

    from benchmarks.fourpart.tuning import auc, counts, features, labels, likeness, piece_of

    piece = piece_of(score)                    # four voices of a composer Score
    counts(piece).core11                       # counts(piece, beats_only=True): on the grid
    likeness(labels(piece), labels(theirs))    # .root_share, .inversion_share, .fermata_share
    auc([features(p) for p in ours], [features(p) for p in theirs], names_of_tunes * 2).auc
"""

from __future__ import annotations

from benchmarks.fourpart.apart import Apart, auc
from benchmarks.fourpart.bach import chorales, every, fixed, listing, soprano_alone
from benchmarks.fourpart.faults import CORE11, PAR, Counts, counts, faults, together
from benchmarks.fourpart.features import features
from benchmarks.fourpart.labels import Label, labels
from benchmarks.fourpart.likeness import Likeness, likeness
from benchmarks.fourpart.piece import Piece, piece_of
from benchmarks.fourpart.second import music21_parallels

__all__ = (
    "CORE11", "PAR", "Apart", "Counts", "Label", "Likeness", "Piece", "auc", "chorales", "counts", "every", "faults",
    "features", "fixed", "labels", "likeness", "listing", "music21_parallels", "piece_of", "soprano_alone", "together",
)  # fmt: skip
