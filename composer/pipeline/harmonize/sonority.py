"""What sounds together, read as it stands: the law of chords holds for a chord that passing notes make, too.

A sonority is named by its own notes, whatever chord was planned: a dominant or half-diminished seventh, a diminished
triad or seventh, a major triad that leads (on the fifth degree, or with a raised third), an empty fifth; of other
triads and sevenths the root is told. Where the notes are none of these, the moment has no chord.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from composer.score.key import Key
from composer.score.windows import ABSENT, Ints, Window

LOWEST, PLACES = -12, 40  # places on the line of fifths
# Members above the root on the line of fifths, and the place of the leading tone among them (None: of no use here).
SHAPES: tuple[tuple[tuple[int, ...], tuple[int, ...], int | None], ...] = (
    ((0, 4, 1, -2), (0, 4, 7, 10), 1),
    ((0, 4, -2), (0, 4, ABSENT, 10), 1),
    ((0, -3, -6, -2), (0, 3, 6, 10), 0),
    ((0, -3, -6, -9), (0, 3, 6, 9), 0),
    ((0, -3, -6), (0, 3, 6, ABSENT), 0),
    ((0, 4, 1), (0, 4, 7, ABSENT), 1),
    ((0, 1), (0, 4, 7, ABSENT), None),
    ((0, -3, 1), (0, 3, 7, ABSENT), None),
    ((0, -3, 1, -2), (0, 3, 7, ABSENT), None),
    ((0, 4, 1, 5), (0, 4, 7, ABSENT), None),
    ((0, -3, -2), (0, 3, 7, ABSENT), None),
    ((0, 4, 5), (0, 4, 7, ABSENT), None),
    ((0, 4), (0, 4, 7, ABSENT), None),
    ((0, -3), (0, 3, 7, ABSENT), None),
)
TRIAD = 5  # the shape that leads only on the fifth degree or with a raised third
_SCALE = range(-1, 6)  # places of the major scale above its tonic


@dataclass
class Sonorities:
    """Sonorities under a signature and a home key, looked up by the set of their notes."""

    signature: int
    home: Key
    known: dict[int, tuple[int, ...]] = field(default_factory=dict)

    def read(self, window: Window) -> Window:
        """The same moments with the chords that their notes make."""
        places = 7 * window.pitch_midi.astype(np.int64) - 12 * window.letter_step
        bits = np.bitwise_or.reduce(1 << np.clip(self._place(places), 0, PLACES - 1), axis=-1)
        kinds, back = np.unique(bits, return_inverse=True)
        rows = np.array([self._row(int(kind)) for kind in kinds], dtype=np.int64)[back.reshape(bits.shape)]
        member = rows[..., :4]
        root = np.where(member[..., 0] == ABSENT, -2 - np.arange(member.shape[-2]), member[..., 0])
        fresh = np.concatenate((np.zeros_like(root[:, :1]), root[:, 1:] != root[:, :-1]), axis=1)
        return replace(
            window, member_pc=member, leading_pc=rows[..., 4], goal_pc=rows[..., 5], chord_id=np.cumsum(fresh, axis=1)
        )

    @staticmethod
    def _place(fifths: Ints) -> Ints:
        """Places above LOWEST of notes given as 7 semitones less 12 letters, which counts fifths from a C of its
        own."""
        return np.asarray(fifths - _C - LOWEST)

    def _row(self, bits: int) -> tuple[int, ...]:
        """Members' pitch classes, leading tone, goal."""
        if bits not in self.known:
            places = frozenset(n + LOWEST for n in range(PLACES) if bits >> n & 1)
            self.known[bits] = self._named(places)
        return self.known[bits]

    def _named(self, places: frozenset[int]) -> tuple[int, ...]:
        for number, (fifths, semitones, leading) in enumerate(SHAPES):
            for root in places:
                if places != {root + fifth for fifth in fifths}:
                    continue
                pc = 7 * root % 12
                members = [ABSENT if size == ABSENT else (pc + size) % 12 for size in semitones]
                if number == TRIAD and not self._leads(root):
                    leading = None
                if leading is None:
                    return (*members, ABSENT, self.home.tonic_pc)
                return (*members, members[leading], (members[leading] + 1) % 12)
        return (ABSENT, ABSENT, ABSENT, ABSENT, ABSENT, self.home.tonic_pc)

    def _leads(self, root: int) -> bool:
        on_fifth = 7 * root % 12 == (self.home.tonic_pc + 7) % 12
        return on_fifth or root + 4 - self.signature not in _SCALE


_C = 7 * 60 - 12 * 28  # C4: MIDI 60, staff position 28
