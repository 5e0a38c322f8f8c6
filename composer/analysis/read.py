"""Reading a bare score: its key, chords, phrases, cadences and sections, as the law and the marks need them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from composer.analysis.harmony import home_key, read_states
from composer.analysis.phrases import phrases
from composer.analysis.states import States, near_keys, states
from composer.analysis.units import Units, units
from composer.analysis.votes import Weights, scale
from composer.score.key import MAX_ACCIDENTALS, Key
from composer.score.reading import ChordSpan, Reading, Section
from composer.score.score import Score
from composer.score.windows import Ints
from composer.theory.tables import Row

KEY_REACH = 4  # fifths from the signature within which keys are looked for; design value
LEAST_VOICES = 3  # fewer lines do not say which chord is meant


def read_score(
    score: Score, weights: Weights, numerals: Sequence[Row], key: Key | None = None, sections: Sequence[Section] = ()
) -> Reading:
    """What a score means. A reading the score carries (chord symbols, rehearsal letters) stays; ``key`` and
    ``sections`` win over what is found."""
    given = score.reading
    signs = signatures(score, key)
    cut = units(score, signs)
    if not cut.count:
        return given or Reading(key or score.key)
    every = states(near_keys(sorted({sharps for _, sharps in signs}), KEY_REACH), numerals)
    found = read_states(cut, every, weights)
    home = key or (given.key if given and given.chords else home_key(cut, every, found))
    chords = given.chords if given and given.chords else ()
    guessed = not chords
    if guessed and lines(score) >= LEAST_VOICES:
        chords = tuple(spans(cut, every, found))
    lines_of = given.phrases if given and given.phrases else phrases(score, chords)
    return Reading(home, chords, lines_of, tuple(sections) or (given.sections if given else ()), guessed)


def lines(score: Score) -> int:
    """How many notes sound together at most: the sum over the voices of their largest chords."""
    return sum(max((len(note.pitches) for note in voice.notes), default=0) for voice in score.voices)


def signatures(score: Score, key: Key | None = None) -> list[tuple[int, int]]:
    """(onset_ticks, sharps) of the key signatures; of the key, if one is given; by the notes, where none is written."""
    if key is not None:
        return [(0, key.fifths)]
    if score.key_signatures:
        return [(0, score.key_signatures[0][1]), *score.key_signatures[1:]]
    if score.recipe:  # a piece of ours, whose key is said
        return [(0, score.key.fifths)]
    return [(0, signature_by_notes(score))]


def signature_by_notes(score: Score) -> int:
    """The signature that leaves the least sounding time outside its scale; of equals the one nearest to the score's
    key, then the one with fewer signs."""
    cut = units(score, [(0, 0)])
    heard = (cut.start.sum(axis=2) + cut.later.sum(axis=2)).sum(axis=0)
    signs = range(-MAX_ACCIDENTALS, MAX_ACCIDENTALS + 1)
    home = score.key.fifths
    return min((heard[~scale(sharps, False)].sum(), abs(sharps - home), abs(sharps), sharps) for sharps in signs)[3]


def spans(cut: Units, every: States, found: Ints) -> list[ChordSpan]:
    """Chords from the state of every unit; silent units have none."""
    sounding = (cut.start.sum(axis=(1, 2)) + cut.later.sum(axis=(1, 2))) > 0
    changes = [0, *(np.flatnonzero((np.diff(found) != 0) | (np.diff(sounding.astype(int)) != 0)) + 1), cut.count]
    chords = []
    for first, after in pairwise(changes):
        if sounding[first]:
            state, onset = int(found[first]), int(cut.onset_ticks[first])
            length = int(cut.end_ticks[after - 1]) - onset
            chords.append(ChordSpan(onset, length, every.chords[state], every.keys[every.key[state]]))
    return chords
