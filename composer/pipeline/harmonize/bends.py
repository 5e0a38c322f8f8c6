"""Drawing a way through the joint lattice with a memory of two units: how lines bend, and which chords come again."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from composer.models.chorale import move_class
from composer.pipeline.harmonize.asker import Asker
from composer.pipeline.harmonize.held import unresolved
from composer.pipeline.harmonize.joint import Joint
from composer.score.windows import Ints
from composer.search.draw import Floats
from composer.search.lattice import lookahead
from composer.search.particles import draw_many

PARTICLES = 32
ROUNDS = 6
LOWER = (1, 2, 3)


class Bends:
    """Votes on three units in a row."""

    def __init__(self, joint: Joint) -> None:
        self._states, model = joint.states, joint.bank.model
        self._bend, self._again = model.bend, model.again

    def votes(self, step: int, before: Ints, here: Ints) -> Floats:
        """(M, K) nats of the states of unit ``step + 1`` after states ``before`` and ``here`` (M,) of the two
        earlier."""
        old, now, new = (self._states[step + k] for k in (-1, 0, 1))
        total = np.zeros((len(here), len(new.chord)))
        for voice in LOWER:
            pitch = now.pitch_midi[here, voice].astype(np.int64)
            came = move_class(pitch - old.pitch_midi[before, voice])
            goes = move_class(new.pitch_midi[None, :, voice] - pitch[:, None])
            total += self._bend[voice - 1][came[:, None], goes]
        back = old.chord[before][:, None] == new.chord[None, :]
        left = now.chord[here][:, None] != new.chord[None, :]
        return np.asarray(total + self._again[(back & left).astype(np.int64)])


def draw_bent(joint: Joint, asker: Asker, rng: np.random.Generator) -> tuple[int, ...]:
    """A legal way, drawn by lattice and bends.

    Raises:
        ValueError: there is no legal way.
    """
    bends = Bends(joint)
    if joint.line.count == 1:
        return asker.draw(rng)
    for _ in range(ROUNDS):
        lattice = asker.lattice
        paths, weights = draw_many(lattice, lookahead(lattice), bends.votes, PARTICLES, rng)
        order = np.argsort(-(weights + rng.gumbel(size=len(weights))), kind="stable")
        asker.ask_all(paths)
        for number in order:
            path = tuple(paths[number].tolist())
            if asker.holds(path) and not _held_wrongly(joint, path):
                return path
    return asker.draw(rng)


def _held_wrongly(joint: Joint, path: Sequence[int]) -> bool:
    """Whether a seventh among the chord tones is held on and left otherwise than down by step."""
    rows, unit = [], []
    for place, (state, k) in enumerate(zip(joint.states, path, strict=True)):
        tones = np.stack((state.pitch_midi[k], state.letter_step[k]), axis=1).astype(np.int64)
        for note in joint.line.units[place].notes:
            rows.append(np.concatenate(([(note.top.midi, note.top.letter_step)], tones[1:])))
            unit.append(place)
    chord = np.array([state.chord[k] for state, k in zip(joint.states, path, strict=True)])
    strength = np.array([one.strength for one in joint.line.units])
    return bool(unresolved(joint.bank, (np.array(rows), np.array(unit)), chord, strength, joint.last))
