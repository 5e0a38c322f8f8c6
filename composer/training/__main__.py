"""``python -m composer.training``: rebuild all that is learned, with the same bytes on the same machine."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from composer.errors import ComposerError, ShelfError
from composer.models.chorale import MODEL as CHORALE
from composer.models.harmony import MODEL as HARMONY
from composer.models.library import JOINT
from composer.shelf import shelf_folder
from composer.training import fit_hidden, fit_markov, fit_mixture, fit_rhythm, harmony_card, styles
from composer.training.corpus import IntArray, RawWork, read_all
from composer.training.data import CORPORA, Corpus, load_corpus
from composer.training.progress import Progress
from composer.training.store import npz_bytes, write_model
from composer.training.survey import all_names, listing_text, read_listing, survey

FITS = {
    "markov": fit_markov.build,
    "rhythm": fit_rhythm.build,
    "hidden": fit_hidden.build,
    "mixture": fit_mixture.build,
}
REFINER, STYLES = "refiner", "styles"
ALL = (*FITS, REFINER, STYLES, HARMONY, CHORALE)


def parser() -> argparse.ArgumentParser:
    """The options."""
    made = argparse.ArgumentParser(prog="python -m composer.training", description=__doc__)
    made.add_argument(
        "--only", action="append", choices=ALL, metavar="NAME", help="fit this model only"
    )
    made.add_argument("--out", type=Path, metavar="DIR", help="write here instead of the shelf's corpora/")
    made.add_argument(
        "--survey", action="store_true", help="write the corpus lists anew first: lint, families, split"
    )
    return made


def write_surveys(out: Path) -> None:
    """Lint all works and write every ``corpus.toml``; the fixed test works stay."""
    airs: dict[str, IntArray] = {}
    for name in CORPORA:
        path = shelf_folder("corpora") / name / "corpus.toml"
        fixed = read_listing(path).fixed_test if path.is_file() else ()
        names = all_names(name)
        with Progress(f"survey {name}", len(names)) as bar:
            works = []
            for work in read_all(name, names):
                works.append(work)
                bar.tick()
        listing = survey(name, works, names, fixed, airs if name == "dances" else None)
        if name == "oneills-airs":
            sound = (work for work in works if isinstance(work, RawWork) and work.name in listing.split)
            airs = {work.name: work.voices[0].events[:, 2] for work in sound}
        (out / name).mkdir(parents=True, exist_ok=True)
        (out / name / "corpus.toml").write_text(listing_text(listing), encoding="utf-8", newline="\n")


def read_corpora(folder: Path) -> dict[str, Corpus]:
    """All corpora, read and encoded."""
    found = {}
    for name in CORPORA:
        works = len(read_listing(folder / name / "corpus.toml").split)
        with Progress(f"reading {name}", works) as bar:
            found[name] = load_corpus(name, folder, bar.tick)
    return found


def fit_all(corpora: dict[str, Corpus], wanted: Sequence[str], out: Path) -> None:
    """Fit and write the models that need no torch."""
    jobs = [
        (corpus, kind)
        for corpus in corpora.values()
        for kind in wanted
        if kind in FITS and (kind != "hidden" or any(corpus.chorales.values()))
    ]
    with Progress("fitting", len(jobs)) as bar:
        for corpus, kind in jobs:
            card, arrays = FITS[kind](corpus)
            write_model(out / corpus.name / kind, card, npz_bytes(arrays))
            bar.tick(f"{corpus.name}/{kind}")


def main(arguments: Sequence[str] | None = None) -> int:
    """Rebuild; returns the exit code."""
    chosen = parser().parse_args(arguments)
    wanted = chosen.only or ALL
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    try:
        # sums over several threads change with their number
        with threadpool_limits(limits=1):
            rebuild(chosen, wanted)
    except ComposerError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.exit_code
    return 0


def rebuild(chosen: argparse.Namespace, wanted: Sequence[str]) -> None:
    """Survey if asked, read the corpora, fit and write the wanted models."""
    shelf = shelf_folder("corpora")
    out: Path = chosen.out or shelf
    if chosen.survey:
        write_surveys(out)
    if HARMONY in wanted:
        harmony_card.write(out)
    if CHORALE in wanted:  # after the reader of harmony, which labels its chords
        fit_chorale(out)
    if set(wanted) <= {HARMONY, CHORALE}:
        return
    corpora = read_corpora(out if chosen.survey else shelf)
    fit_all(corpora, wanted, out)
    if REFINER in wanted:
        fit_joint(corpora, out)
    if STYLES in wanted:
        try:
            styles.write(corpora, out)
        except ShelfError as error:
            print(f"style cards left out: {error}", file=sys.stderr)


def fit_chorale(out: Path) -> None:
    """Teach, calibrate and write the chorale harmoniser's model, where PyTorch is installed."""
    if find_spec("torch") is None:
        print("chorale harmoniser left out: torch not installed (extra 'train')", file=sys.stderr)
        return
    from composer.training import chorale_card

    chorale_card.write(out)


def fit_joint(corpora: dict[str, Corpus], out: Path) -> None:
    """Teach and write the refiner, where PyTorch is installed."""
    missing = [name for name in ("torch", "onnx", "onnxscript") if find_spec(name) is None]
    if missing:
        print(f"refiner left out: {', '.join(missing)} not installed (extra 'train')", file=sys.stderr)
        return
    from composer.training import fit_refiner

    fit_refiner.write(list(corpora.values()), out / JOINT / REFINER)


if __name__ == "__main__":
    sys.exit(main())
