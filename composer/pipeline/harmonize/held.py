"""Sevenths that are held on: the law of two moments lets a seventh stay, so what becomes of it later is asked here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from composer.pipeline.harmonize.bank import FORBIDDEN, Bank, Moments
from composer.score.windows import ABSENT, Bools, Ints

VOICES = 4
Sounding = tuple[Ints, Ints]  # notes (P, 4, 2: MIDI and staff position) in order, and their units (P,)


def unresolved(bank: Bank, sounding: Sounding, chord: Ints, strength: Ints, last: Bools) -> list[tuple[int, int]]:
    """Places (P numbers) where a note is the seventh of what is heard, and where, after the harmony has gone on, the
    voice leaves it otherwise than the law wants; ``chord`` (T,) by unit."""
    notes, unit = sounding
    every = Moments(notes[:, :, 0], notes[:, :, 1], chord[unit], unit)
    heard = bank.sonorities.read(bank.window([every], strength, last)).member_pc[:, 0]
    coming = _coming(heard[:, 0])
    goes_on = (coming >= 0) & (heard[coming, 0] != heard[:, 0])
    seventh = goes_on[:, None] & (notes[:, :, 0] % 12 == heard[:, 3, None])
    rows = [(k, end, voice) for voice in range(VOICES) for k, end in _stays(notes[:, voice, 0]) if seventh[k, voice]]
    if not rows:
        return []
    first, second, voices = (np.array(column) for column in zip(*rows, strict=True))
    window = bank.window([every.take(first), every.take(second)], strength, last)
    members = np.stack((heard[first], heard[coming[first]]), axis=1)
    window = replace(window, member_pc=members, chord_id=np.broadcast_to([0, 1], (len(first), 2)))
    found = set()
    for voice in range(VOICES):
        mine = np.flatnonzero(voices == voice)
        cost = bank.heard_law.line_cost(window.keep(mine).take((voice,)), 2)
        found |= {(int(first[row]), int(second[row])) for row in mine[cost >= FORBIDDEN]}
    return sorted(found)


def _stays(pitch: Ints) -> list[tuple[int, int]]:
    """Every place at which a voice sounds with the place at which it next has another note."""
    changes = np.flatnonzero(pitch[1:] != pitch[:-1]) + 1
    index = np.searchsorted(changes, np.arange(len(pitch)), side="right")
    return [(k, int(changes[at])) for k, at in enumerate(index.tolist()) if at < len(changes)]


def _coming(roots: Ints) -> Ints:
    """(P,) the next place at which a chord is heard, -1 if there is none."""
    found = np.full(len(roots), -1)
    later = -1
    for place in range(len(roots) - 1, -1, -1):
        found[place] = later
        if roots[place] != ABSENT:
            later = place
    return found


def laid_out(notes: Sequence[Ints]) -> Sounding:
    """Places at which something changes, from each unit's notes (G, 4, 2)."""
    flat = np.concatenate(list(notes))
    unit = np.repeat(np.arange(len(notes)), [len(one) for one in notes])
    fresh = np.ones(len(flat), dtype=bool)
    fresh[1:] = (flat[1:, :, 0] != flat[:-1, :, 0]).any(axis=1) | (unit[1:] != unit[:-1])
    return flat[fresh], unit[fresh]
