"""How like two harmonisations of one tune are: agreement of the chords of their units."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from benchmarks.fourpart.labels import Label, labels
from benchmarks.fourpart.piece import SOPRANO, Piece

SAME_TUNE = 0.8  # share of units that two settings of a tune must begin with the same note to be laid side by side


@dataclass(frozen=True)
class Likeness:
    """Units compared and agreed: root, root and inversion, root at fermatas."""

    units: int = 0
    root: int = 0
    inversion: int = 0
    fermatas: int = 0
    fermata_root: int = 0

    def __add__(self, other: Likeness) -> Likeness:
        return Likeness(
            self.units + other.units, self.root + other.root, self.inversion + other.inversion,
            self.fermatas + other.fermatas, self.fermata_root + other.fermata_root,
        )  # fmt: skip

    @property
    def root_share(self) -> float:
        """Share of units with the same root."""
        return self.root / max(1, self.units)

    @property
    def inversion_share(self) -> float:
        """Share of units with the same root and inversion."""
        return self.inversion / max(1, self.units)

    @property
    def fermata_share(self) -> float:
        """Share of fermatas with the same root."""
        return self.fermata_root / max(1, self.fermatas)


def likeness(ours: Sequence[Label], theirs: Sequence[Label], up: int = 0) -> Likeness:
    """Agreement of units that begin together; ``theirs`` transposed by ``up`` semitones would be ``ours``."""
    begins = {label.begin_ticks: label for label in ours}
    pairs = [(begins[label.begin_ticks], label) for label in theirs if label.begin_ticks in begins]
    return _agreed(pairs, up)


def _agreed(pairs: Sequence[tuple[Label, Label]], up: int) -> Likeness:
    root = [(one.root - two.root - up) % 12 == 0 for one, two in pairs]
    inversion = [same and one.inversion == two.inversion for same, (one, two) in zip(root, pairs, strict=True)]
    held = [one.fermata and two.fermata for one, two in pairs]
    at_fermata = [same for same, here in zip(root, held, strict=True) if here]
    return Likeness(len(pairs), sum(root), sum(inversion), len(at_fermata), sum(at_fermata))


def tune_pairs(pieces: Sequence[Piece], group: Mapping[str, int | str]) -> tuple[int, Likeness]:
    """A composer against himself: all pairs of settings of one tune (``group`` by name) with as many units.

    Units that begin with another note of the tune are left out. Returns the number of pairs too.
    """
    groups: dict[int | str, list[Piece]] = defaultdict(list)
    for piece in pieces:
        if piece.name in group:
            groups[group[piece.name]].append(piece)
    read = {piece.name: labels(piece) for members in groups.values() if len(members) > 1 for piece in members}
    count, total = 0, Likeness()
    for members in groups.values():
        for one, two in combinations(members, 2):
            found = _pair(one, two, read[one.name], read[two.name])
            if found is not None:
                count, total = count + 1, total + found
    return count, total


def _pair(one: Piece, two: Piece, first: Sequence[Label], second: Sequence[Label]) -> Likeness | None:
    if len(first) != len(second):
        return None
    moved = []
    for a, b in zip(first, second, strict=True):
        high, other = one.at(a.begin_ticks).tones[SOPRANO], two.at(b.begin_ticks).tones[SOPRANO]
        moved.append(None if high is None or other is None else high.midi - other.midi)
    up = max((move for move in moved if move is not None), key=moved.count, default=0)
    same = [pair for pair, move in zip(zip(first, second, strict=True), moved, strict=True) if move == up]
    return _agreed(same, up) if len(same) >= SAME_TUNE * len(first) else None
