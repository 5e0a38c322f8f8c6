"""What the chorale engine works with: the model, the law of four parts by steps of strictness, the table of
numerals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from composer.models.chorale import ChoraleModel
from composer.pipeline.harmonize.bank import BOUNDS, Bank
from composer.pipeline.harmonize.chords import Names, Vocabulary, names
from composer.pipeline.harmonize.sonority import Sonorities
from composer.pipeline.harmonize.task import Tune
from composer.pipeline.realise import STYLE, four_part_law
from composer.score.key import Key
from composer.theory.law import Law
from composer.theory.rulebook import Rulebook
from composer.theory.tables import Row

SETTINGS = "harmonize"  # the table of the style's settings
WIDER = 12  # semitones by which alto, tenor and bass may go lower where the soprano leaves them no room
EVERY = 10_000  # chords a unit: all


@dataclass(frozen=True)
class Rung:
    """A step of the ladder: how many chords a unit keeps, what a broken law costs (nats), how much lower the voices may
    go, whether the soprano may be foreign to the chord, and whether voicings by themselves are free of the law."""

    kept: int
    price: float = np.inf
    lower: int = 0
    foreign: bool = False
    free: bool = False


LAST_RESORT = 40.0  # nats: one break less is worth any chord
LADDER = (
    Rung(6), Rung(24), Rung(EVERY), Rung(24, LAST_RESORT), Rung(24, LAST_RESORT, WIDER),
    Rung(24, LAST_RESORT, WIDER, True), Rung(24, LAST_RESORT, 2 * WIDER, True, True),
)  # fmt: skip


@dataclass(frozen=True)
class Workshop:
    """``law`` of the chords planned, ``heard_law`` of sonorities as they are heard."""

    model: ChoraleModel
    law: Law
    heard_law: Law
    numerals: Sequence[Row]
    named: dict[tuple[Key, int], Names] = field(default_factory=dict)  # worked out so far, kept with the workshop

    @property
    def vocabulary(self) -> Vocabulary:
        """The model's chords."""
        return Vocabulary(self.model.root, self.model.shape, self.model.inversion)

    def bank(self, tune: Tune, rung: Rung = LADDER[0]) -> Bank:
        """Chords named in the tune's key, with the bounds of a rung, no voicing known yet."""
        place = (tune.key, tune.signature)
        if place not in self.named:
            self.named[place] = names(self.vocabulary, *place, self.numerals)
        bounds = tuple((low - rung.lower, high + 2 * WIDER * rung.free) for low, high in BOUNDS)
        sonorities = Sonorities(tune.signature, tune.key)
        return Bank(
            self.model, self.law, self.heard_law, self.named[place], tune.signature, sonorities, bounds, rung.free
        )


def workshop_of(rulebook: Rulebook, model: ChoraleModel, numerals: Sequence[Row]) -> Workshop:
    """The engine's workshop under a rulebook."""
    settings: Any = rulebook.style(STYLE).settings.get(SETTINGS, {})
    law = four_part_law(rulebook, (SETTINGS,))
    heard = [rulebook.rules[name] for name in settings.get("heard", ()) if name in rulebook.rules]
    strict = [(rule.without(frozenset(one.id for one in rule.licences)), np.inf) for rule in heard]
    hard = tuple(entry for entry in law.entries if entry[1] == np.inf)
    return Workshop(model, Law(hard), Law(tuple(strict)), numerals)
