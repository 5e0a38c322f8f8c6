"""What is counted of chorales, Bach's and ours alike: the statistics that calibration makes equal."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from composer.models.chorale import (
    LEAST_GAP,
    LEAST_HEIGHT,
    MEMBERS,
    MOST_LETTERS,
    PLACES,
    WIDEST_MOVE,
    ChoraleModel,
    move_class,
)
from composer.pipeline.harmonize.chords import NOWHERE, Vocabulary
from composer.pipeline.harmonize.ornaments import place_of
from composer.score.time import DOWNBEAT
from composer.score.windows import Ints
from composer.search.draw import Floats
from composer.training.chorale_chords import NONE
from composer.training.chorale_surface import LOWER, Standing, Surface, has_figures

GAPS, HEIGHTS, MOVES = 40, 60, 2 * WIDEST_MOVE + 1  # bins of semitones
LETTERS = 2 * MOST_LETTERS + 1
TURNS, CLASSES = 15, 7
SPREADS = MEMBERS**4


@dataclass(frozen=True)
class Tally:
    """Counts in the shapes of the model's tables; of figures ``figure`` (F, 3), ``coming`` (F, 3, LETTERS) by letters
    to the next chord tone, ``place`` (2, 3, PLACES) of voices that rest or move by their place in the phrase, ``half``
    (F, 2)."""

    chord: Floats
    turn: Floats
    gap: Floats
    height: Floats
    move: Floats
    doubling: Floats
    bend: Floats
    again: Floats
    figure: Floats
    coming: Floats
    place: Floats
    half: Floats
    tie: Floats
    moving: Floats
    run: Floats

    def plus(self, other: Tally, share: float = 1.0) -> Tally:
        """These counts and a share of the other's."""
        pairs = {one.name: getattr(self, one.name) + share * getattr(other, one.name) for one in fields(self)}
        return Tally(**pairs)

    def distance(self, other: Tally) -> dict[str, float]:
        """By table, the sum of the differences of shares: 0 the same, 2 nothing in common."""
        return {
            one.name: float(np.abs(_shares(getattr(self, one.name)) - _shares(getattr(other, one.name))).sum())
            for one in fields(self)
        }


def _shares(counts: Floats) -> Floats:
    return np.asarray(counts / max(float(counts.sum()), 1.0))


def nothing(chords: int, figures: int) -> Tally:
    """No counts."""
    shapes = (
        (chords,), (3, TURNS), (LOWER, GAPS), (LOWER, HEIGHTS), (LOWER, 3, 3, MOVES), (chords, SPREADS),
        (LOWER, CLASSES, CLASSES), (2,), (figures, LOWER), (figures, LOWER, LETTERS), (2, LOWER, PLACES), (figures, 2),
        (LOWER, 4, 2, 2), (2, LOWER + 1), (LOWER, 2, 2),
    )  # fmt: skip
    return Tally(*(np.zeros(shape) for shape in shapes))


@dataclass(frozen=True)
class Kinds:
    """What counting asks of C chords: places of their ``members`` (C, 4), ``turns`` (C, C) how one follows another, and
    ``change`` (C, C) 0 the same root and shape, 1 the same root, 2 another."""

    members: Ints
    turns: Ints
    change: Ints

    @classmethod
    def of(cls, model: ChoraleModel) -> Kinds:
        """The kinds of a model's chords."""
        names = sorted(set(model.shape))
        shape = np.array([names.index(name) for name in model.shape])
        rooted = model.root[:, None] == model.root[None, :]
        change = 2 - rooted.astype(np.int64) - (rooted & (shape[:, None] == shape[None, :]))
        return cls(Vocabulary(model.root, model.shape, model.inversion).members, model.turns, change)


def spread(pitch_midi: Ints, members: Ints, signature: int) -> int:
    """How many voices (4,) have each of a chord's members (4,), as one number."""
    pcs = [7 * (int(place) + signature) % 12 if place != NOWHERE else None for place in members]
    return sum(MEMBERS ** pcs.index(pitch % 12) for pitch in pitch_midi.tolist() if pitch % 12 in pcs)


def count_standing(tally: Tally, standing: Standing, kinds: Kinds) -> None:
    """Add what stands: chords, gaps, heights, doublings, and how two and three in a row go."""
    chord, pitch = standing.chord, standing.pitch_midi
    known = np.flatnonzero(chord != NONE)
    np.add.at(tally.chord, chord[known], 1)
    for voice in range(LOWER):
        gap = np.clip(pitch[known, voice] - pitch[known, voice + 1] - LEAST_GAP, 0, GAPS - 1)
        np.add.at(tally.gap, (voice, gap), 1)
        np.add.at(tally.height, (voice, np.clip(pitch[known, voice + 1] - LEAST_HEIGHT, 0, HEIGHTS - 1)), 1)
    for t in known.tolist():
        tally.doubling[chord[t], spread(pitch[t], kinds.members[chord[t]], standing.line.signature)] += 1
    two = known[np.isin(known - 1, known)]
    before, here = chord[two - 1], chord[two]
    moved = pitch[two] - pitch[two - 1]
    way = np.asarray(np.sign(moved[:, 0]) + 1, dtype=np.int64)
    np.add.at(tally.turn, (way, kinds.turns[before, here]), 1)
    three = np.isin(two - 2, known)
    again = (chord[two[three] - 2] == here[three]) & (before[three] != here[three])
    np.add.at(tally.again, again.astype(np.int64), 1)
    earlier = pitch[two[three] - 1] - pitch[two[three] - 2]
    for voice in range(LOWER):
        size = np.clip(moved[:, voice + 1], -WIDEST_MOVE, WIDEST_MOVE) + WIDEST_MOVE
        np.add.at(tally.move[voice], (kinds.change[before, here], way, size), 1)
        came, goes = move_class(earlier[:, voice + 1]), move_class(moved[three, voice + 1])
        np.add.at(tally.bend[voice], (came, goes), 1)


def count_figures(tally: Tally, surface: Surface) -> None:
    """Add the figures of units in which all three lower voices have one of the table's."""
    standing = surface.standing
    line, chord, moves = standing.line, standing.chord, surface.moves.astype(np.int64)
    told = (surface.figure != NONE).all(axis=1)
    for t in np.flatnonzero(told).tolist():
        if not has_figures(line, t):
            continue
        place = place_of(line, t)
        change = int(chord[t] != chord[t - 1]) + 2 * int(line.units[t].strength == DOWNBEAT)
        tally.moving[int(len(line.units[t].notes) > 1), moves[t].sum()] += 1
        for voice in range(LOWER):
            figure, here = surface.figure[t, voice], moves[t, voice]
            tally.figure[figure, voice] += 1
            letters = standing.letter_step[t + 1, voice + 1] - standing.letter_step[t, voice + 1]
            if chord[t + 1] != NONE and abs(letters) <= MOST_LETTERS:
                tally.coming[figure, voice, letters + MOST_LETTERS] += 1
            tally.place[here, voice, place] += 1
            if surface.half[t, voice] != NONE:
                tally.half[figure, surface.half[t, voice]] += 1
            if t and surface.tie[t, voice] != NONE:
                tally.tie[voice, change, moves[t - 1, voice], surface.tie[t, voice]] += 1
            if t and told[t - 1] and has_figures(line, t - 1):
                tally.run[voice, moves[t - 1, voice], here] += 1


def count(tally: Tally, surface: Surface, kinds: Kinds) -> None:
    """Add a chorale."""
    count_standing(tally, surface.standing, kinds)
    count_figures(tally, surface)
