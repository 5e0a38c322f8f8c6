"""How well the reader of harmony agrees with annotated chorales it was not taught, and its card."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np

from composer.analysis.harmony import home_key, read_states
from composer.analysis.states import NO_PLACE
from composer.analysis.units import LOWEST, Floats
from composer.analysis.votes import Weights
from composer.models.harmony import DATA, MODEL, SHELF
from composer.training.annotated import NUMBERS, Numeral
from composer.training.data import COMMAND
from composer.training.fit_harmony import EPOCHS, Lesson, lessons, teach, weights_text
from composer.training.progress import Progress
from composer.training.store import write_model

BARRED = 1e4  # nats against a key that is not the annotator's


@dataclass(frozen=True)
class Agreement:
    """Shares of beats on which a reading agrees with an annotation."""

    beats: int
    root: float
    figure: float  # root, quality and inversion
    key: float
    numeral: float  # figure and key

    @classmethod
    def of(cls, rows: Sequence[tuple[bool, bool, bool]]) -> Agreement:
        """From (root, figure, key) of every beat."""
        root, figure, key = (np.array(column, dtype=bool) for column in zip(*rows, strict=True))
        return cls(len(rows), root.mean(), figure.mean(), key.mean(), (figure & key).mean())


def compare(lesson: Lesson, weights: Weights, keys_given: bool) -> list[tuple[bool, bool, bool]]:
    """(root, figure, key) right or not on every beat; ``keys_given`` leaves only the annotator's keys."""
    found = read_states(lesson.units, lesson.states, weights, _only_right_keys(lesson) if keys_given else None)
    score, onsets = lesson.work.score, lesson.units.onset_ticks
    beat, rows = score.meter.beat_ticks, []
    for onset in range(score.pickup_ticks % beat, int(lesson.units.end_ticks[-1]), beat):
        numeral = lesson.work.at(onset)
        place = int(np.searchsorted(onsets, onset, side="right")) - 1
        if numeral is not None and place >= 0:
            rows.append(_right(lesson, int(found[place]), numeral))
    return rows


def _right(lesson: Lesson, state: int, numeral: Numeral) -> tuple[bool, bool, bool]:
    every = lesson.states
    members = frozenset(int(place) + LOWEST for place in every.member[state] if place != NO_PLACE)
    root = int(every.member[state, 0]) + LOWEST == numeral.root
    figure = root and members == numeral.members and int(every.inversion[state]) == numeral.inversion
    return root, figure, every.keys[every.key[state]] == numeral.key


def _only_right_keys(lesson: Lesson) -> Floats:
    """(T, S) nats that bar every key but the annotator's."""
    barred = np.zeros((lesson.units.count, lesson.states.count))
    for place, onset in enumerate(lesson.units.onset_ticks):
        numeral = lesson.work.at(int(onset))
        if numeral is not None:
            right = np.array([key == numeral.key for key in lesson.states.keys])
            barred[place, ~right[lesson.states.key]] = -BARRED
    return barred


def home_right(lesson: Lesson, weights: Weights) -> bool:
    """Whether the key of the piece is found: the annotator's key at the end."""
    found = read_states(lesson.units, lesson.states, weights)
    return home_key(lesson.units, lesson.states, found) == lesson.work.numerals[-1].key


def leave_one_out(taught: Sequence[Lesson], tick: Callable[[], None] = lambda: None) -> list[Weights]:
    """For each lesson the weights learned from all others."""
    found: list[Weights] = []
    for number in range(len(taught)):
        found.append(teach([*taught[:number], *taught[number + 1 :]]))
        tick()
    return found


def figures(taught: Sequence[Lesson], weights: Sequence[Weights]) -> dict[str, float | int]:
    """Agreement on all lessons, keys given and from the notes alone."""
    content: dict[str, float | int] = {}
    for given, name in ((True, "keys_given"), (False, "notes_alone")):
        rows = [row for lesson, own in zip(taught, weights, strict=True) for row in compare(lesson, own, given)]
        agreement = Agreement.of(rows)
        for field in fields(agreement):
            if field.name == "beats" or not (given and field.name in ("key", "numeral")):
                content[f"{name}_{field.name}"] = getattr(agreement, field.name)
    content["home_keys_right"] = sum(home_right(one, own) for one, own in zip(taught, weights, strict=True))
    content["chorales"] = len(taught)
    return content


def write(out: Path) -> None:
    """Teach, judge by leaving one out, and write weights and card."""
    with Progress("reading annotations", len(NUMBERS)) as bar:
        taught = lessons(bar.tick)
    with Progress("reader of harmony", EPOCHS) as bar:
        weights = teach(taught, bar.tick)
    with Progress("leaving one out", len(taught)) as bar:
        held_out = figures(taught, leave_one_out(taught, bar.tick))
    card = {
        "model": MODEL, "corpus": "annotated chorales of music21's corpus (RomanText)",
        "works": [lesson.work.name for lesson in taught], "command": f"{COMMAND} --only {MODEL}",
        "what": "weights of the features by which keys, chords and inversions are read from a score",
        "held_out": held_out,
    }
    write_model(out / SHELF / MODEL, card, weights_text(weights).encode("utf-8"), DATA)
