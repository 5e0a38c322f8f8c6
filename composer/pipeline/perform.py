"""Performance: loudness, dynamics marks, the swell to the climax and the final ritard."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from composer.pipeline.plan import Plan
from composer.score.note import Note, Voice
from composer.score.score import Mark, Score
from composer.score.time import DOWNBEAT, HALF_BAR
from composer.search.draw import spawn

# Balance in velocity steps (design values): the tune above, the figure below.
BALANCE = {"melody": 10, "soprano": 6, "alto": -4, "tenor": -4, "bass": -2, "figuration": -12}
HIGHER_LOUDER = 0.95  # velocity steps a semitone: .25 dB, Friberg, Bresin & Sundberg 2006 (KTH rules)
DOWNBEAT_STEPS, HALF_BAR_STEPS = 4, 2
JITTER_SD = 2.0  # no note twice equally loud
# Final ritard after Friberg & Sundberg 1999: v(x) = (1 + (v_end^3 - 1) x)^(1/3).
RITARD_END = {"slow": 0.5, "middle": 0.67, "quick": 0.9}
RITARD_BEATS = 6


def perform(score: Score, plan: Plan) -> Score:
    """The score with velocities, dynamics, hairpins and a tempo curve."""
    voices = tuple(_voice(voice, score, plan) for voice in score.voices)
    return replace(score, voices=voices, marks=_marks(plan, score), tempo_curve=_ritard(score))


def _voice(voice: Voice, score: Score, plan: Plan) -> Voice:
    rng = spawn(plan.request.seed, "touch", voice.name)
    pitches = [note.top.midi for note in voice.notes if note.pitches]
    mean = sum(pitches) / len(pitches) if pitches else 60.0
    touch = rng.standard_normal(len(voice.notes)) * JITTER_SD

    def louder(note: Note, jitter: float) -> Note:
        if note.is_rest:
            return note
        section = plan.sections[
            min(note.onset_ticks // (plan.bar_ticks * plan.request.bars), len(plan.sections) - 1)
        ]
        strength = score.meter.strength(note.onset_ticks - score.pickup_ticks)
        beat = DOWNBEAT_STEPS if strength == DOWNBEAT else HALF_BAR_STEPS if strength == HALF_BAR else 0
        level = section.velocity + BALANCE[voice.role] + HIGHER_LOUDER * (note.top.midi - mean) / 2 + beat
        return replace(note, velocity=int(np.clip(round(level + jitter), 12, 124)))

    return replace(voice, notes=tuple(louder(n, float(j)) for n, j in zip(voice.notes, touch, strict=True)))


def _marks(plan: Plan, score: Score) -> tuple[Mark, ...]:
    marks: list[Mark] = []
    last = ""
    length = plan.request.bars * plan.bar_ticks
    for section in plan.sections:
        start = section.start_bar * plan.bar_ticks
        if section.dynamic != last:
            marks.append(Mark(start, "dynamic", section.dynamic))
        last = section.dynamic
        if section.owns_top and plan.request.bars >= 8:
            swell = start + score.pickup_ticks + length // 2
            marks.append(Mark(swell, "hairpin", "crescendo", swell + length // 4))
    bars = -(-(score.end_ticks - score.pickup_ticks) // plan.bar_ticks)
    if bars >= 4 and plan.request.dance is None:
        marks.append(Mark(score.pickup_ticks + (bars - 2) * plan.bar_ticks, "words", "rit."))
    return tuple(marks)


def _ritard(score: Score) -> tuple[tuple[int, float], ...]:
    pace = "slow" if score.tempo_bpm < 76 else "middle" if score.tempo_bpm < 120 else "quick"
    end = RITARD_END[pace]
    beat = score.meter.beat_ticks
    last_bar = score.end_ticks - score.end_ticks % beat - score.meter.bar_ticks
    begin = max(last_bar - (RITARD_BEATS - score.meter.beats) * beat, beat)
    points = []
    for onset in range(begin, score.end_ticks, beat):
        x = (onset - begin) / max(score.end_ticks - begin, 1)
        points.append((onset, round(score.tempo_bpm * (1 + (end**3 - 1) * x) ** (1 / 3), 2)))
    return tuple(points)
