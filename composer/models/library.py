"""The models of a corpus, found on the shelf: a folder with a ``corpus.toml``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from composer.errors import ShelfError
from composer.models import hidden, markov, mixture, rhythm
from composer.shelf import shelf_folder

if TYPE_CHECKING:
    from composer.models.refiner import Refiner

CHORDS = "bach-chorales"  # chords are learned from four voices: the one corpus that has them
JOINT = "joint"  # learned from all corpora together


@dataclass(frozen=True)
class Models:
    """The models of one corpus."""

    corpus: str
    pitch: markov.PitchMarkov
    rhythm: rhythm.BarRhythm
    hidden: hidden.ChordHMM
    phrase: mixture.PhraseGMM


def load_models(corpus: str, folder: Path | None = None) -> Models:
    """Load models of a corpus (``bach-chorales``, ``oneills-airs``, ``dances``); chords come from the chorales.

    Raises:
        ShelfError: no such corpus, or a model is missing or damaged.
    """
    root = folder or shelf_folder("corpora")
    home = root / corpus
    known = sorted(path.parent.name for path in root.glob("*/corpus.toml"))
    if corpus not in known:
        raise ShelfError(f"{corpus}: no such corpus; known: {', '.join(known)}")
    chords = home if (home / "hidden").is_dir() else root / CHORDS
    return Models(
        corpus,
        markov.load(home / "markov"),
        rhythm.load(home / "rhythm"),
        hidden.load(chords / "hidden"),
        mixture.load(home / "mixture"),
    )


def load_refiner(folder: Path | None = None) -> Refiner:
    """The refiner (one network for all corpora); starts onnxruntime.

    Raises:
        ShelfError: missing or damaged.
    """
    from composer.models import refiner

    return refiner.load((folder or shelf_folder("corpora")) / JOINT / "refiner")
