"""What a beat of four voices says about its chord: bass and set of degrees as one symbol."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from composer.score.chord import Chord, parse_chord
from composer.theory.tables import load_table
from composer.training.corpus import IntArray
from composer.training.encode import Chorale

FloatArray = NDArray[np.float64]
DEGREES = 12
OTHER = 0  # index of the symbol for everything not in the vocabulary
LEAST = 2  # a symbol must sound on so many beats of the training chorales
# Our design values: mass on the chord's own bass, on its members in the soprano, a foreign note's price.
OWN_BASS, OWN_MEMBERS, FOREIGN, MISSING = 0.95, 0.95, 0.03, 0.2
_MEMBER_WEIGHTS = (0.34, 0.34, 0.24, 0.08)


def learned_chords(mode: str) -> tuple[Chord, ...]:
    """The chords of the table that are hidden states of a mode, in table order."""
    rows = [row for row in load_table("chords") if row["mode"] == mode and row["learned"]]
    return tuple(parse_chord(row["numeral"], mode == "minor") for row in rows)


def degrees(chorale: Chorale) -> IntArray:
    """Semitones above the tonic of soprano, alto, tenor, bass on each beat: (B, 4)."""
    return np.asarray((chorale.beats - chorale.tonic_pc) % DEGREES)


def codes(chorale: Chorale) -> IntArray:
    """Bass degree * 4096 + bit set of the sounding degrees, of each beat: (B,)."""
    heard = degrees(chorale)
    return np.asarray(heard[:, 3] * 4096 + np.bitwise_or.reduce(1 << heard, axis=1))


def vocabulary(chorales: Sequence[Chorale]) -> IntArray:
    """Sorted codes heard at least ``LEAST`` times, a code of -1 for all others first: (V,)."""
    heard, counts = np.unique(np.concatenate([codes(chorale) for chorale in chorales]), return_counts=True)
    return np.concatenate([[-1], heard[counts >= LEAST]])


def symbols(chorale: Chorale, known: IntArray) -> IntArray:
    """Index in the vocabulary (V,) of each beat, ``OTHER`` for unknown ones: (B,)."""
    heard = codes(chorale)
    place = np.minimum(np.searchsorted(known, heard), len(known) - 1)
    return np.where(known[place] == heard, place, OTHER)


def outer_template(chord: Chord) -> FloatArray:
    """p(bass degree, soprano degree) as the textbook has it: (12, 12)."""
    bass = np.full(DEGREES, (1 - OWN_BASS) / DEGREES)
    soprano = np.full(DEGREES, (1 - OWN_MEMBERS) / DEGREES)
    weights = np.array(_MEMBER_WEIGHTS[: len(chord.members)])
    soprano[[semitones for _, semitones in chord.members]] += OWN_MEMBERS * weights / weights.sum()
    bass[chord.bass[1]] += OWN_BASS
    return np.outer(bass, soprano)


def symbol_template(chord: Chord, known: IntArray) -> FloatArray:
    """p(symbol) as the textbook has it: (V,); foreign notes and missing members cost factors."""
    members = [semitones for _, semitones in chord.members]
    wanted = [*members[:2], *members[3:]]
    p = np.full(len(known), FOREIGN**3)
    for index, code in enumerate(known[1:], 1):
        sounding = {degree for degree in range(DEGREES) if code >> degree & 1}
        foreign = len(sounding - set(members))
        missing = sum(degree not in sounding for degree in wanted)
        right_bass = code // 4096 == chord.bass[1]
        p[index] = FOREIGN**foreign * MISSING**missing * (1.0 if right_bass else FOREIGN)
    return np.asarray(p / p.sum())
