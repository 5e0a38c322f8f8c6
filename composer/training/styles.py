"""Style cards: what a style composes with, and how well its models know tunes they have not seen.

``corpora/styles/<style>.toml`` collects the held-out figures of the models' cards. That of the folk song adds the
airs' melody model on German songs of the Essen collection: evaluation only, nothing is learned from them.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from composer.errors import InputError
from composer.models import markov
from composer.models.card import read_card
from composer.models.library import CHORDS, JOINT
from composer.training import fit_markov
from composer.training.corpus import essen_tunes, read_abc
from composer.training.data import COMMAND, Corpus
from composer.training.encode import Tune, encode_tune, faults
from composer.training.families import TRAIN, VALIDATION
from composer.training.progress import Progress
from composer.training.store import toml_text

FOLDER = "styles"
STYLE_CORPORA = {"chorale": "bach-chorales", "song": "oneills-airs", "folk-song": "oneills-airs", "dance": "dances"}
ESSEN_SONGS, ESSEN_READ = 400, 480  # songs measured, and read to find so many that are barred regularly
OURS = {"markov": "nats_a_note", "rhythm": "nats_a_bar", "mixture": "log_density_nats", "refiner": "nats_a_note"}
ESSEN_NOTE = "evaluation only: no model is fitted on these songs and none of their notes is shipped"


def essen_songs() -> Iterator[Tune]:
    """A fixed sample of German songs with regular bars."""
    kept = 0
    tunes = essen_tunes(ESSEN_READ)
    with Progress("reading German songs", len(tunes)) as bar:
        for tune in tunes:
            bar.tick()
            try:
                work = read_abc(tune)
            except InputError:
                continue
            if kept < ESSEN_SONGS and faults(work, 1) is None:
                kept += 1
                yield encode_tune(work)


def essen_figures(airs: Corpus, model: markov.PitchMarkov) -> dict[str, Any]:
    """The airs' melody model on German songs, beside n-grams counted in the airs; or why it was left out."""
    train, validation = airs.tunes[TRAIN], airs.tunes[VALIDATION]
    songs = list(essen_songs())
    if not songs:
        return {"left_out": "music21's essenFolksong collection could not be read"}
    figures: dict[str, Any] = {
        "what": f"the airs' melody model on German songs of music21's essenFolksong collection; {ESSEN_NOTE}",
        "songs": len(songs),
        "notes": sum(len(song.pitch) for song in songs),
        "nats_a_note": fit_markov.nats_a_note(model, songs),
    }
    for order in (0, 1, 2):
        figures[f"baseline_order_{order}_add_k_nats"] = fit_markov.add_k_nats(train, validation, songs, order)
    return figures


def falls_short(figures: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Where a plain baseline does better than the model, by the models' held-out figures."""
    found = []
    for kind, ours in OURS.items():
        for name, value in figures[kind].items():
            prefix, baseline, _ = name.partition("baseline")
            if baseline and name.endswith("nats"):
                own = figures[kind][prefix + ours]
                if (value > own) if kind == "mixture" else (value < own):
                    found.append(f"{kind}: {name} {value:.3f} against {own:.3f}")
    return found


def style_card(style: str, folder: Path) -> dict[str, Any]:
    """Models of a style and their held-out figures, from the cards in a ``corpora`` folder.

    Raises:
        ShelfError: a model has no card.
    """
    corpus = STYLE_CORPORA[style]
    cards = {kind: read_card(folder / corpus / kind) for kind in ("markov", "rhythm", "mixture")}
    refiner = read_card(folder / JOINT / "refiner").held_out
    key = corpus.replace("-", "_") + "_"
    figures = {kind: dict(card.held_out) for kind, card in cards.items()}
    figures["refiner"] = {name.removeprefix(key): value for name, value in refiner.items() if name.startswith(key)}
    return {
        "style": style,
        "command": f"{COMMAND} --only styles",
        "corpora": [corpus] if corpus == CHORDS else [corpus, f"{CHORDS} (chords)"],
        "corpus_checksum": cards["markov"].content["corpus_checksum"],
        "test_tunes": cards["markov"].content["test_tunes"],
        "falls_short": falls_short(figures),
        **figures,
    }


def write(corpora: Mapping[str, Corpus], folder: Path) -> None:
    """Write the cards of all styles beside the models in a ``corpora`` folder."""
    home = folder / FOLDER
    home.mkdir(parents=True, exist_ok=True)
    for style, corpus in STYLE_CORPORA.items():
        card = style_card(style, folder)
        if style == "folk-song":
            card["essen"] = essen_figures(corpora[corpus], markov.load(folder / corpus / "markov"))
            if "left_out" in card["essen"]:
                print(f"evaluation left out: {card['essen']['left_out']}", file=sys.stderr)
        (home / f"{style}.toml").write_text(toml_text(card), encoding="utf-8", newline="\n")
