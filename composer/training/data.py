"""A corpus read and encoded for one training run, by split; kept in memory only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from composer.errors import InputError
from composer.shelf import shelf_folder
from composer.training.corpus import RawWork, read_all
from composer.training.encode import Chorale, Tune, encode_chorale, encode_tune
from composer.training.families import TEST, TRAIN, VALIDATION
from composer.training.survey import Listing, checksum, read_listing

CORPORA = ("bach-chorales", "oneills-airs", "dances")  # dances after the airs, whose tunes they leave out
SEED = 20240229
COMMAND = "python -m composer.training"


@dataclass(frozen=True)
class Corpus:
    """Encoded works of a corpus: ``tunes`` and (for four-part works) ``chorales`` by split."""

    listing: Listing
    tunes: dict[str, tuple[Tune, ...]]
    chorales: dict[str, tuple[Chorale, ...]]
    checksum: str

    @property
    def name(self) -> str:
        """``bach-chorales``."""
        return self.listing.name

    def origin(self) -> dict[str, object]:
        """The lines every card begins with."""
        return {"corpus": self.name, "corpus_checksum": self.checksum}


def encode_works(listing: Listing, works: list[RawWork]) -> Corpus:
    """Encode works that were read, in order."""
    splits = (TRAIN, VALIDATION, TEST)
    chosen = {split: [work for work in works if listing.split[work.name] == split] for split in splits}
    four = all(len(work.voices) == 4 for work in works)
    return Corpus(
        listing,
        {split: tuple(encode_tune(work) for work in part) for split, part in chosen.items()},
        {
            split: tuple(encode_chorale(work) for work in part) if four else ()
            for split, part in chosen.items()
        },
        checksum(works),
    )


def load_corpus(name: str, folder: Path | None = None, tick: Callable[[], None] = lambda: None) -> Corpus:
    """Read and encode the works that a corpus.toml lists; ``tick`` is called after each.

    Raises:
        InputError: a listed work cannot be read any more, or the notes are not those of the list's checksum.
    """
    listing = read_listing((folder or shelf_folder("corpora")) / name / "corpus.toml")
    works: list[RawWork] = []
    for work in read_all(name, listing.split):
        if isinstance(work, InputError):
            raise work
        works.append(work)
        tick()
    corpus = encode_works(listing, works)
    if corpus.checksum != listing.checksum:
        raise InputError(
            f"{name}: music21's notes differ from those the list was made from; run with --survey first"
        )
    return corpus
