"""What the chorale engine works with: the model, the law of four parts by steps of strictness, the table of numerals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from composer.models.chorale import ChoraleModel
from composer.pipeline.harmonize.bank import BOUNDS, Bank
from composer.pipeline.harmonize.chords import Vocabulary, names
from composer.pipeline.harmonize.sonority import Sonorities
from composer.pipeline.harmonize.task import Tune
from composer.pipeline.realise import STYLE, four_part_law
from composer.theory.law import Law
from composer.theory.rulebook import Rulebook
from composer.theory.tables import Row

SETTINGS = "harmonize"  # the table of the style's settings
WIDER = 12  # semitones by which alto, tenor and bass may go lower where the soprano leaves them no room
EVERY = 10_000  # chords a unit: all


@dataclass(frozen=True)
class Rung:
    """A step of the ladder: how many chords a unit keeps, which rules have been given up, how low the voices may go, and
    whether the soprano may be foreign to the chord."""

    kept: int
    without: frozenset[str] = frozenset()
    lower: int = 0
    foreign: bool = False


@dataclass(frozen=True)
class Workshop:
    """``law`` and ``heard_law`` (of sonorities as they are heard) are the strictest; ``rungs`` lead down from them."""

    model: ChoraleModel
    law: Law
    heard_law: Law
    numerals: Sequence[Row]
    rungs: tuple[Rung, ...]

    @property
    def vocabulary(self) -> Vocabulary:
        """The model's chords."""
        return Vocabulary(self.model.root, self.model.shape, self.model.inversion)

    def bank(self, tune: Tune, rung: Rung | None = None) -> Bank:
        """Chords named in the tune's key under the law of a rung (the strictest), no voicing known yet."""
        without, lower = (rung.without, rung.lower) if rung else (frozenset(), 0)
        law, heard_law = (
            Law(tuple(entry for entry in one.entries if entry[0].id not in without)) for one in (self.law, self.heard_law)
        )
        named = names(self.vocabulary, tune.key, tune.signature, self.numerals)
        bounds = tuple((low - lower, high) for low, high in BOUNDS)
        return Bank(self.model, law, heard_law, named, tune.signature, Sonorities(tune.signature, tune.key), bounds)


def workshop_of(rulebook: Rulebook, model: ChoraleModel, numerals: Sequence[Row]) -> Workshop:
    """The engine's workshop under a rulebook."""
    settings = rulebook.style(STYLE).settings.get(SETTINGS, {})
    law = four_part_law(rulebook, (SETTINGS,))
    heard = [rulebook.rules[name] for name in settings.get("heard", ()) if name in rulebook.rules]
    strict = [(rule.without(frozenset(one.id for one in rule.licences)), np.inf) for rule in heard]
    hard = tuple(entry for entry in law.entries if entry[1] == np.inf)
    return Workshop(model, Law(hard), Law(tuple(strict)), numerals, _rungs(settings.get("relax", ()), hard))


def _rungs(relax: Sequence[Sequence[str]], hard: Sequence[tuple[object, float]]) -> tuple[Rung, ...]:
    """More chords first, then fewer rules, then lower voices, then none but the notes themselves."""
    found = [Rung(8), Rung(24), Rung(EVERY)]
    gone: frozenset[str] = frozenset()
    for names_ in relax:
        gone |= frozenset(names_)
        found.append(Rung(24, gone))
    found += [Rung(24, gone, WIDER), Rung(24, gone, WIDER, True)]
    every = gone | {getattr(rule, "id", "") for rule, _ in hard}
    return (*found, Rung(24, frozenset(every) - {"VCN-1"}, WIDER, True), Rung(24, frozenset(every), 2 * WIDER, True))
