"""The chorale engine: chords and voices in one lattice, figures in a second one, all under the law of four parts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from composer.models.chorale import ChoraleModel
from composer.pipeline.harmonize.bank import Bank
from composer.pipeline.harmonize.chords import Name, Vocabulary, names
from composer.pipeline.harmonize.joint import Joint, Prices, asker_of, make_joint
from composer.pipeline.harmonize.line import Line, line_of
from composer.pipeline.harmonize.ornaments import Ground, Ornamented, notes_of, ornament
from composer.pipeline.harmonize.task import Harmonized, Tune
from composer.pipeline.harmonize.window import features
from composer.score.note import Note, Voice
from composer.score.pitch import pitch_at
from composer.score.reading import ChordSpan
from composer.score.windows import Bools, Ints
from composer.search.draw import Floats
from composer.theory.law import Law
from composer.theory.tables import Row

LOWER_ROLES = ("alto", "tenor", "bass")


@dataclass(frozen=True)
class Workshop:
    """What the engine works with: the model, the law of four parts, and the table of numerals."""

    model: ChoraleModel
    law: Law
    numerals: Sequence[Row]

    def bank(self, tune: Tune) -> Bank:
        """Chords named in the tune's key, no voicing known yet."""
        return Bank(self.model, self.law, names(self.vocabulary, tune.key, tune.signature, self.numerals), tune.signature)

    @property
    def vocabulary(self) -> Vocabulary:
        """The model's chords."""
        return Vocabulary(self.model.root, self.model.shape, self.model.inversion)


def heard(workshop: Workshop, line: Line, bank: Bank) -> Floats:
    """(T, C) log p(chord | window of the tune), minus infinity where the soprano is no member."""
    places = np.array([unit.notes[0].top.fifths - line.signature for unit in line.units])
    allowed = workshop.vocabulary.holds(places) & bank.usable
    allowed[~allowed.any(axis=1)] = bank.usable
    return workshop.model.heard(features(line), allowed)


def compose_voices(workshop: Workshop, tune: Tune, prices: Prices, rng: np.random.Generator, best: bool = False,
                   plain: bool = False) -> Harmonized:  # fmt: skip
    """One answer, drawn (or the best)."""
    line, bank = line_of(tune), workshop.bank(tune)
    joint = make_joint(line, bank, heard(workshop, line, bank), prices)
    asker = asker_of(joint)
    path = asker.optimum() if best else asker.draw(rng)
    ground = _ground(joint, path)
    chosen = ornament(ground, prices.figures, rng)
    chords = _spans(line, bank.named, ground.chord)
    voices = tuple(_voice(role, number, ground, chosen, tune) for number, role in enumerate(LOWER_ROLES))
    return Harmonized(chords, voices, tune.phrases, 0.0)


def _ground(joint: Joint, path: Sequence[int]) -> Ground:
    states = [joint.states[t] for t in range(joint.line.count)]
    return Ground(
        joint.line, joint.bank, np.array([s.chord[k] for s, k in zip(states, path, strict=True)]),
        np.array([s.pitch_midi[k] for s, k in zip(states, path, strict=True)]).astype(np.int64),
        np.array([s.letter_step[k] for s, k in zip(states, path, strict=True)]).astype(np.int64),
    )  # fmt: skip


def _spans(line: Line, named: Sequence[Name | None], chord: Ints) -> tuple[ChordSpan, ...]:
    """Chords in time; a chord that goes on is one."""
    spans: list[ChordSpan] = []
    for unit, number in zip(line.units, chord.tolist(), strict=True):
        name = named[number]
        assert name is not None
        last = spans[-1] if spans else None
        if last and last.chord == name.chord and last.key == name.key and last.end_ticks == unit.onset_ticks:
            spans[-1] = replace(last, length_ticks=unit.end_ticks - last.onset_ticks)
        else:
            spans.append(ChordSpan(unit.onset_ticks, unit.length_ticks, name.chord, name.key))
    return tuple(spans)


def _voice(role: str, number: int, ground: Ground, chosen: Sequence[Ornamented], tune: Tune) -> Voice:
    """A lower voice: notes tied over are one, silence of the tune is silence."""
    notes: list[Note] = []
    units = {unit.onset_ticks: unit for unit in ground.line.units}
    for onset, end, midi, step, tied in notes_of(ground, chosen, number):
        pitch = pitch_at(step, midi)
        if notes and onset > notes[-1].end_ticks:
            notes.append(Note(notes[-1].end_ticks, onset - notes[-1].end_ticks))
        elif not notes and onset > 0:
            notes.append(Note(0, onset))
        if tied and notes and notes[-1].pitches == (pitch,):
            notes[-1] = replace(notes[-1], length_ticks=end - notes[-1].onset_ticks)
        else:
            fermata = onset in units and units[onset].fermata
            notes.append(Note(onset, end - onset, (pitch,), fermata=fermata))
    end = tune.score.end_ticks
    if notes and notes[-1].end_ticks < end:
        notes.append(Note(notes[-1].end_ticks, end - notes[-1].end_ticks))
    return Voice(role, role, tuple(notes))


def closes(line: Line) -> Bools:
    """(T,) units in which a phrase ends."""
    return line.close
