"""Windows of two-voice counterpoint over a cantus firmus: one row a note of it, with what the other voice does there.

The cantus firmus is the voice of equal long notes. Where both are, it is the voice so named (``CF``, ``cantus``), else
the lower one. How many notes the other voice has against each, and whether it is tied over the bar, tells the species.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import mode

import numpy as np

from composer.score.key import MODES
from composer.score.note import Note, Voice
from composer.score.reading import Reading
from composer.score.score import Score
from composer.score.windows import REST, Bools, Ints
from composer.theory.rows import Rows, columns

MOST = 4  # notes against one, in third species
FIRST, SECOND, THIRD, FOURTH, FIFTH = 1, 2, 3, 4, 5
NAMES = ("cf", "cantus", "cantus firmus", "cantus-firmus")
_WIDE = {"midi": (MOST,), "step": (MOST,)}


@dataclass(frozen=True)
class Counterpoint(Rows):
    """Notes of a cantus firmus and of the counterpoint over or under each. ``roles``: counterpoint, cantus."""

    species: Ints  # (..., span) 1 to 5, the same in all rows
    above: Bools  # (..., span) the counterpoint is the upper voice
    first: Bools  # (..., span)
    last: Bools  # (..., span)
    cantus_midi: Ints  # (..., span)
    cantus_step: Ints  # (..., span) staff position, C0 = 0
    midi: Ints  # (..., span, 4) the counterpoint's notes, a held one first; REST where there is none
    step: Ints  # (..., span, 4)
    count: Ints  # (..., span) notes that sound against this one, a held one included
    held: Bools  # (..., span) the first of them is held over the bar line
    waits: Bools  # (..., span) the counterpoint is silent when this note begins
    tonic_pc: Ints  # (..., span)
    tonic_letter: Ints  # (..., span)
    mode: Ints  # (..., span)


def cantus_voices(score: Score) -> tuple[Voice, ...]:
    """The voice that is a cantus firmus, or none."""
    least = score.meter.bar_ticks // 2
    equal = [voice for voice in score.voices if _is_even(voice.sounding(), least)]
    named = [voice for voice in equal if voice.name.casefold() in NAMES]
    longest = max((voice.sounding()[0].length_ticks for voice in equal), default=0)
    slow = [voice for voice in equal if voice.sounding()[0].length_ticks == longest]
    alone = len([voice for voice in score.voices if voice.sounding()]) <= 2
    return tuple((named or slow)[-1:]) if alone else ()


def _is_even(notes: Sequence[Note], least_ticks: int) -> bool:
    """Three notes or more of one length, none shorter than ``least_ticks``; the last may be longer."""
    lengths = {note.length_ticks for note in notes[:-1]}
    joined = all(a.end_ticks == b.onset_ticks for a, b in itertools.pairwise(notes))
    return len(notes) > 2 and len(lengths) == 1 and joined and notes[-1].length_ticks >= min(lengths) >= least_ticks


def counterpoint(score: Score, reading: Reading) -> Counterpoint:
    """A two-voice score over a cantus firmus: a frame of N notes, no leading axes; N = 0 where there is none."""
    voices = [voice for voice in score.voices if voice.sounding()]
    cantus = cantus_voices(score)
    rows: list[dict[str, object]] = []
    names: tuple[str, ...] = ()
    if len(voices) == 2 and cantus:
        other = voices[0] if voices[1] is cantus[0] else voices[1]
        names = (other.role, cantus[0].role)
        rows = _rows(other, cantus[0], voices[0] is other, reading)
    return Counterpoint(roles=names, **columns(Counterpoint, rows, _WIDE))


def _rows(other: Voice, cantus: Voice, above: bool, reading: Reading) -> list[dict[str, object]]:
    firm, free = cantus.sounding(), other.sounding()
    inside = [[n for n in free if n.onset_ticks < one.end_ticks and n.end_ticks > one.onset_ticks] for one in firm]
    held = [bool(notes) and notes[0].onset_ticks < one.onset_ticks for notes, one in zip(inside, firm, strict=True)]
    species = _species(inside, held)
    key = reading.key
    rows: list[dict[str, object]] = []
    for number, (one, notes) in enumerate(zip(firm, inside, strict=True)):
        padded = [(note.bottom.midi, note.bottom.letter_step) for note in notes[:MOST]]
        padded += [(REST, REST)] * (MOST - len(padded))
        rows.append({
            "onset_ticks": one.onset_ticks, "species": species, "above": above, "first": number == 0,
            "last": number == len(firm) - 1, "cantus_midi": one.bottom.midi, "cantus_step": one.bottom.letter_step,
            "midi": [pair[0] for pair in padded], "step": [pair[1] for pair in padded], "count": len(notes),
            "held": held[number], "waits": not notes or notes[0].onset_ticks > one.onset_ticks,
            "tonic_pc": key.tonic_pc, "tonic_letter": key.step, "mode": MODES.index(key.mode),
        })  # fmt: skip
    return rows


def _species(inside: Sequence[Sequence[Note]], held: Sequence[bool]) -> int:
    """The species that most bars between the first and the last two tell; mixed ones are the fifth."""
    middle = [len(notes) for notes in inside[1:-2]] or [len(notes) for notes in inside[:-1]]
    tied = list(held[1:-1]) or [False]
    usual = mode(middle)
    if 2 * sum(tied) >= len(tied) and usual == 2:
        return FOURTH
    if sum(count == usual for count in middle) * 4 < 3 * len(middle) or any(tied) or usual > MOST:
        return FIFTH
    return {1: FIRST, 2: SECOND, 3: THIRD, 4: THIRD}.get(usual, FIFTH)


def interval_fifths(window: Counterpoint, place: int, note: int) -> Ints:
    """(...): place on the line of fifths of the interval from the lower voice up to the upper; P8 0, P5 1, m6 -4."""
    fifths = 7 * window.midi[..., place, note] - 12 * window.step[..., place, note]
    cantus = 7 * window.cantus_midi[..., place] - 12 * window.cantus_step[..., place]
    found: Ints = np.where(window.above[..., place], fifths - cantus, cantus - fifths)
    return found


def semitones(window: Counterpoint, place: int, note: int) -> Ints:
    """(...): semitones from the lower voice up to the upper; negative where they cross."""
    apart = window.midi[..., place, note] - window.cantus_midi[..., place]
    found: Ints = np.where(window.above[..., place], apart, -apart)
    return found


def letters(window: Counterpoint, place: int, note: int) -> Ints:
    """(...): staff positions from the lower voice up to the upper: 0 a unison, 2 a third, 7 an octave."""
    apart = window.step[..., place, note] - window.cantus_step[..., place]
    found: Ints = np.where(window.above[..., place], apart, -apart)
    return found


def last_note(window: Counterpoint, place: int) -> Ints:
    """(...): which of the four notes is the last one against this note of the cantus."""
    found: Ints = np.clip(window.count[..., place] - 1, 0, MOST - 1)
    return found
