"""Chords by the hidden Markov model alone, and the exact voicing over them: what stands until the engines do."""

from __future__ import annotations

import numpy as np

from composer.analysis.phrases import cadence_of
from composer.models.library import CHORDS, load_models
from composer.pipeline.chord_words import Task
from composer.pipeline.four_parts import Memory
from composer.pipeline.harmonize.task import Harmonized, Tune
from composer.pipeline.realise import realise, voicing_law
from composer.score.chord import parse_chord
from composer.score.note import Voice
from composer.score.reading import ChordSpan
from composer.search.lattice import Lattice, k_best
from composer.theory.rulebook import Rulebook
from composer.theory.tables import load_table


def harmonize_plain(
    tune: Tune, book: Rulebook, seed: int, ways: int, mood: str | None, chords_per_bar: object, four: bool
) -> tuple[Harmonized, ...]:
    """The best chord sequences of the model, one chord a beat, voiced where ``four``."""
    model = load_models(CHORDS).hidden.of(tune.key.third)
    beat, score = tune.score.meter.beat_ticks, tune.score
    notes = tune.voice.sounding()
    ends = [phrase.end_ticks for phrase in tune.phrases]
    first = notes[0].onset_ticks - (notes[0].onset_ticks - score.pickup_ticks) % beat
    begins = [max(onset, 0) for onset in range(first, score.end_ticks, beat)]
    heard = []
    for onset in begins:
        sounding = next((n for n in notes if n.onset_ticks < onset + beat and n.end_ticks > onset), None)
        row = np.zeros(len(model.states))
        if sounding is not None:
            row = model.log_soprano()[:, (sounding.top.midi - tune.key.tonic_pc) % 12]
        if any(onset < end <= onset + beat for end in ends):
            row = row + model.log_end
        heard.append(-row)
    lattice = Lattice(-model.log_start + heard[0], tuple(-model.log_transition + one[None] for one in heard[1:]))
    answers = []
    for path in k_best(lattice, ways):
        spans: list[ChordSpan] = []
        for onset, until, state in zip(begins, [*begins[1:], score.end_ticks], path.candidates, strict=True):
            chord = parse_chord(model.states[state], tune.key.is_minor)
            if spans and spans[-1].chord == chord:
                spans[-1] = ChordSpan(spans[-1].onset_ticks, until - spans[-1].onset_ticks, chord, tune.key)
            else:
                spans.append(ChordSpan(onset, until - onset, chord, tune.key))
        voices: tuple[Voice, ...] = ()
        if four:
            soprano = Voice("soprano", "soprano", tune.voice.notes)
            memory = Memory(voicing_law(book, "satb"))
            task = Task(tune.key, score.meter, tuple(spans))
            voices = realise(task, memory, 1, "satb", load_table("ensembles"), soprano).scores[0].voices[1:]
        phrases = tuple(
            type(one)(one.onset_ticks, one.end_ticks, cadence_of(score, spans, one.onset_ticks, one.end_ticks))
            for one in tune.phrases
        )
        answers.append(Harmonized(tuple(spans), voices, phrases, path.cost_nats))
    return tuple(answers)
