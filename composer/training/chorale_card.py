"""The chorale harmoniser's model and its card: learn, hold out the tuning works, calibrate, write. Needs PyTorch."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from composer.models.chorale import MODEL, SHELF, ChoraleModel
from composer.models.harmony import HarmonyWeights, load_harmony
from composer.pipeline.harmonize.joint import Prices
from composer.pipeline.harmonize.workshop import workshop_of
from composer.shelf import shelf_folder
from composer.theory.rulebook import load_rulebook
from composer.theory.tables import load_table
from composer.training import chorale_calibrate, chorale_hidden
from composer.training.chorale_calibrate import Round, calibrated
from composer.training.chorale_chords import Chords, chords_of, heard_of
from composer.training.chorale_held_out import PAIR, Known, agreement, best_path, figures, window
from composer.training.chorale_tables import counted, stored
from composer.training.chorale_window import EPOCHS, Layers, networks
from composer.training.chorale_works import LISTS, Lesson, Works, checksum, read_lessons, read_works
from composer.training.data import COMMAND, SEED
from composer.training.progress import Progress
from composer.training.store import npz_bytes, write_model

NETWORKS = 3
SIZES = (28, 57)  # works, of the 114 others, from which the window is learned to see what more of them would bring
Tick = Callable[[str], None]


@dataclass(frozen=True)
class Effort:
    """How much is done: by default what the shelf's model takes; tests do less."""

    epochs: int = EPOCHS
    networks: int = NETWORKS
    sizes: tuple[int, ...] = SIZES
    rounds: int = chorale_calibrate.ROUNDS
    works: int = chorale_calibrate.WORKS

    @property
    def seeds(self) -> tuple[int, ...]:
        """One for each network."""
        return tuple((SEED + number) % 2**31 for number in range(self.networks))

    @property
    def lessons(self) -> int:
        """Epochs of all networks, those of the held-out figures included."""
        return self.epochs * (2 * self.networks + len(self.sizes))


def held_out(train: Sequence[Lesson], test: Sequence[Lesson], effort: Effort, tick: Tick) -> dict[str, float]:
    """Figures on ``test`` of everything learned from ``train``."""
    chords = chords_of(train)
    known = Known.of(train, chords)
    model = counted(train, chords, networks(train, chords, effort.seeds, effort.epochs, tick))[0]
    hidden = {"hidden_counted": chorale_hidden.counted(train, chords), "hidden": chorale_hidden.fitted(train, chords)}
    content: dict[str, float] = {"works": len(test), **figures(test, chords, known, model, hidden)}
    mixed = sorted(train, key=lambda lesson: hashlib.sha256(lesson.name.encode()).hexdigest())
    for size in effort.sizes:
        content[f"learned_from_{size}_root"] = _root_of(mixed[:size], test, effort, tick)
    return content


def _root_of(train: Sequence[Lesson], test: Sequence[Lesson], effort: Effort, tick: Tick) -> float:
    """Agreement of roots of one network and the chain learned from few works."""
    chords = chords_of(train)
    known = Known.of(train, chords)
    model = counted(train, chords, networks(train, chords, effort.seeds[:1], effort.epochs, tick))[0]
    rows = []
    for lesson in test:
        path = best_path(window(model, heard_of(lesson, chords), known), PAIR * model.pair)
        rows += agreement(lesson, chords, path)[0].tolist()
    return float(sum(rows) / len(rows))


def learn(
    lessons: Sequence[Lesson], chords: Chords, layers: Sequence[Layers], effort: Effort
) -> tuple[ChoraleModel, list[Round]]:
    """The model of all lessons with their networks, its tables calibrated, and what came of each round."""
    model, bach, _ = counted(lessons, chords, layers)
    shop = workshop_of(load_rulebook(), model, load_table("numerals"))
    with Progress("chorales calibrated", effort.rounds * min(effort.works, len(lessons))) as bar:
        return calibrated(shop, lessons, bach, Prices(), effort.rounds, effort.works, bar.tick)


def card_of(
    works: Works, lessons: Sequence[Lesson], model: ChoraleModel, rounds: Sequence[Round], weights: HarmonyWeights,
    effort: Effort, figures_held_out: dict[str, float],
) -> dict[str, Any]:  # fmt: skip
    """What the card says."""
    ends = (rounds[0], rounds[-1]) if rounds else ()
    return {
        "model": MODEL, "corpus": SHELF, "corpus_checksum": checksum(lessons), "works": f"{SHELF}/{LISTS}",
        "command": f"{COMMAND} --only {MODEL}", "seed": SEED,
        "what": "chords behind a window of the soprano (networks and a chain), and tables of voices and figures, "
        "counted and then calibrated until the harmoniser's own chorales have Bach's statistics",
        "labelled_by": f"the reader of harmony, sha256 {weights.card.sha256}",
        "train_chorales": len(lessons), "tuning_chorales": len(works.tuning),
        "train_units": sum(lesson.line.count for lesson in lessons), "chords": len(model.shape),
        "figures": len(model.figures.rhythm), "networks": effort.networks, "epochs": effort.epochs,
        "calibration_rounds": effort.rounds, "calibration_works_a_round": effort.works,
        "calibration_not_harmonised": [one.failed for one in rounds],
        "held_out": figures_held_out,
        "distance_first_and_last_round": {name: [one.distance[name] for one in ends] for name in rounds[0].distance}
        if rounds else {},
    }  # fmt: skip


def write(out: Path, effort: Effort | None = None, names: Sequence[str] | None = None) -> None:
    """Learn, judge and write the model; ``names`` stands for all works."""
    effort = effort or Effort()
    works = read_works(shelf_folder("corpora") / SHELF)
    chosen = works.names if names is None else tuple(names)
    weights = load_harmony()
    with Progress("reading chorales", len(chosen)) as bar:
        lessons = read_lessons(chosen, weights.groups, load_table("numerals"), bar.tick)
    test = [lesson for lesson in lessons if lesson.name in works.tuning]
    train = [lesson for lesson in lessons if lesson.name not in works.tuning]
    with Progress("chorales' window", effort.lessons) as bar:
        content = held_out(train, test, effort, bar.tick)
        chords = chords_of(lessons)
        layers = networks(lessons, chords, effort.seeds, effort.epochs, bar.tick)
    model, rounds = learn(lessons, chords, layers, effort)
    card = card_of(works, lessons, model, rounds, weights, effort, content)
    write_model(out / SHELF / MODEL, card, npz_bytes(stored(model)))
