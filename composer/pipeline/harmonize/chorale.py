"""The chorale engine: chords and voices in one lattice, figures in a second one, all under the law of four parts.

Where no way keeps the law, a ladder is climbed: more chords, then a broken law at a high price, then lower voices, then
a soprano foreign to its chord; the answer says which laws gave way.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from composer.errors import LimitError
from composer.pipeline.harmonize.asker import NoWay
from composer.pipeline.harmonize.bank import Bank
from composer.pipeline.harmonize.bends import draw_bent
from composer.pipeline.harmonize.chords import Name, named_in_keys, place_of
from composer.pipeline.harmonize.joint import Joint, Prices, asker_of, make_joint
from composer.pipeline.harmonize.line import Line, line_of
from composer.pipeline.harmonize.ornaments import Ground, Ornamented, notes_of, ornament
from composer.pipeline.harmonize.task import Tune
from composer.pipeline.harmonize.window import features
from composer.pipeline.harmonize.workshop import LADDER, Rung, Workshop
from composer.score.note import Note, Voice
from composer.score.pitch import pitch_at
from composer.score.reading import ChordSpan
from composer.score.windows import Bools, Ints
from composer.search.draw import Floats, spawn

LOWER_ROLES = ("alto", "tenor", "bass")


@dataclass(frozen=True)
class Chorale:
    """One answer: chords in time, alto, tenor and bass, the price of the chords and voices, and what gave way."""

    chords: tuple[ChordSpan, ...]
    voices: tuple[Voice, ...]
    chord: Ints  # (T,) numbers of the chords, unit by unit
    cost_nats: float
    rung: Rung  # of the ladder on which it was found


def harmonize_line(workshop: Workshop, tune: Tune, prices: Prices, seed: int, way: int = 0) -> Chorale:
    """One answer, drawn by the seed; ``way`` numbers further draws.

    Raises:
        LimitError: not even the last rung holds the tune.
    """
    line = line_of(tune)
    for number, rung in enumerate(LADDER):
        rng = spawn(seed, "chorale", way, number)
        try:
            return _on_rung(workshop, tune, line, rung, prices, rng)
        except NoWay:
            continue
    raise LimitError("no four voices were found under this tune; transpose it, or try another style")


def _on_rung(
    workshop: Workshop, tune: Tune, line: Line, rung: Rung, prices: Prices, rng: np.random.Generator
) -> Chorale:
    bank = workshop.bank(tune, rung)
    votes = heard(workshop, tune, line, bank, rung)
    if prices.shade:
        votes = votes + np.array(prices.shade)
    stays = _stays(tune, line, prices)
    joint = make_joint(line, bank, votes, replace(prices, kept=rung.kept), stays)
    asker = asker_of(joint, rung.price)
    path = draw_bent(joint, asker, rng, prices.weighed)
    ground = ground_of(joint, path)
    chosen = ornament(ground, prices.figures, rng, rung.price)
    cost = sum(float(step[a, b]) for step, a, b in zip(joint.steps, path, path[1:], strict=False))
    voices = tuple(_voice(role, number, ground, chosen, tune) for number, role in enumerate(LOWER_ROLES))
    return Chorale(
        _spans(line, named_in_keys(bank.names, ground.chord.tolist(), line.close.tolist())), voices, ground.chord,
        float(joint.first[path[0]]) + cost, rung
    )


def heard(workshop: Workshop, tune: Tune, line: Line, bank: Bank, rung: Rung) -> Floats:
    """(T, C) log p(chord | window of the tune), minus infinity where the soprano is no member (unless it may be)."""
    places = np.array([unit.notes[0].top.fifths - line.signature for unit in line.units])
    allowed: Bools = np.asarray(workshop.vocabulary.holds(places) & bank.usable)
    if rung.foreign:
        allowed = np.broadcast_to(bank.usable, allowed.shape).copy()
    if tune.given:
        both = allowed & _given(workshop, tune, line)
        allowed = both | (allowed & ~both.any(axis=1, keepdims=True))
    allowed = allowed | (bank.usable & ~allowed.any(axis=1, keepdims=True))
    return workshop.model.heard(features(line), allowed)


def _given(workshop: Workshop, tune: Tune, line: Line) -> Bools:
    """(T, C) chords that the file's own symbols allow; where none of ours fits, all."""
    model = workshop.model
    allowed = np.ones((line.count, len(model.shape)), dtype=bool)
    for place, unit in enumerate(line.units):
        span = next((s for s in tune.given if s.onset_ticks <= unit.onset_ticks < s.end_ticks), None)
        if span is None:
            continue
        root, shape, inversion = place_of(span.chord, span.key, line.signature)
        same = (model.root == root) & np.array([name == shape for name in model.shape])
        plain = (model.root == root) & np.array([name[:5] == shape[:5] for name in model.shape])
        for wish in (same & (model.inversion == inversion), same, plain):
            if wish.any():
                allowed[place] = wish
                break
    return allowed


def _stays(tune: Tune, line: Line, prices: Prices) -> Bools:
    """(T,) units at which the chord should stay, for the pace that is asked for."""
    stays = np.zeros(line.count, dtype=bool)
    if not prices.pace:
        return stays
    score = tune.score
    for place, unit in enumerate(line.units[1:], start=1):
        meter = score.meter
        inside = (unit.onset_ticks - score.pickup_ticks) % meter.bar_ticks
        bar = score.bar_line_at(unit.onset_ticks)
        if bar is not None:
            meter, inside = bar.meter, bar.place(unit.onset_ticks)
        step = Fraction(meter.bar_ticks) / prices.pace
        if prices.pace < 1:
            inside = unit.onset_ticks - score.pickup_ticks
        stays[place] = Fraction(inside) % step != 0 and inside >= 0
    return stays


def ground_of(joint: Joint, path: Sequence[int]) -> Ground:
    """The chords and chord tones of a way through the joint lattice."""
    states = list(zip(joint.states, path, strict=True))
    return Ground(
        joint.line, joint.bank, np.array([s.chord[k] for s, k in states]),
        np.array([s.pitch_midi[k] for s, k in states]).astype(np.int64),
        np.array([s.letter_step[k] for s, k in states]).astype(np.int64),
    )  # fmt: skip


def _spans(line: Line, named: Sequence[Name]) -> tuple[ChordSpan, ...]:
    """Chords in time; a chord that goes on is one."""
    spans: list[ChordSpan] = []
    for unit, name in zip(line.units, named, strict=True):
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
        silent = notes[-1].end_ticks if notes else 0
        if onset > silent:
            notes.append(Note(silent, onset - silent))
        if tied and notes and notes[-1].pitches == (pitch,):
            notes[-1] = replace(notes[-1], length_ticks=end - notes[-1].onset_ticks)
        else:
            fermata = onset in units and units[onset].fermata
            notes.append(Note(onset, end - onset, (pitch,), fermata=fermata))
    end = tune.score.end_ticks
    if notes and notes[-1].end_ticks < end:
        notes.append(Note(notes[-1].end_ticks, end - notes[-1].end_ticks))
    return Voice(role, role, tuple(notes))
