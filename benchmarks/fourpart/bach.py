"""Bach's own settings: the fixed hundred sopranos, and all four-part chorales by family of tune."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from benchmarks.fourpart.piece import SOPRANO, Piece, piece_of
from composer.errors import InputError
from composer.files.musicxml_reader import read
from composer.score.score import Score
from composer.shelf import shelf_folder
from composer.training.corpus import corpus_folder
from composer.training.survey import Listing, read_listing

TWICE = "bwv28.6"  # the hundred are 99 works: this one stands twice among them
SUFFIXES = (".mxl", ".xml")


@dataclass(frozen=True)
class Chorale:
    """A setting of Bach's; chorales of one ``family`` share a tune."""

    name: str
    score: Score
    piece: Piece
    family: int


def listing() -> Listing:
    """The chorales with families and splits."""
    return read_listing(shelf_folder("corpora") / "bach-chorales" / "corpus.toml")


def chorales(names: Iterable[str], listed: Listing) -> list[Chorale]:
    """Works by name; those that are missing in music21's corpus are left out."""
    folder = corpus_folder() / "bach"
    found = []
    for name in names:
        path = next((folder / f"{name}{end}" for end in SUFFIXES if (folder / f"{name}{end}").is_file()), None)
        if path is not None:
            found.append(_chorale(name, path, listed.family[name]))
    return found


def _chorale(name: str, path: Path, family: int) -> Chorale:
    try:
        score = read(path)
    except InputError as error:
        raise InputError(f"{name}: {error}") from None
    return Chorale(name, score, piece_of(score, name), family)


def fixed(count: int = 100) -> list[Chorale]:
    """The first of the 99 works that are kept for reporting, sorted by name."""
    listed = listing()
    return chorales(listed.fixed_test[:count], listed)


def every() -> list[Chorale]:
    """All four-part chorales of the listing."""
    listed = listing()
    return chorales(listed.split, listed)


def weight(name: str) -> int:
    """How often a work stands among the hundred."""
    return 2 if name == TWICE else 1


def soprano_alone(chorale: Chorale) -> Score:
    """The tune as a harmoniser is given it: notes, ties, fermatas, bars and signature; nothing of the other voices."""
    voice = chorale.score.voices[SOPRANO]
    bare = partial(replace, chorale.score, parts=(), reading=None, marks=(), misfilled=())
    return bare(voices=(voice,))
