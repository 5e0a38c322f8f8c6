"""Two voices in fourth species: syncopes tied over the bar.

Rows are notes of the cantus (see ``composer.theory.two_voices``).

- ``tied``: inside the piece the counterpoint is tied over every bar line; a tied dissonance was consonant before and
  falls by step to a consonance. ``breaks`` lets a single bar go untied between tied ones, if its downbeat is sound.
- ``kind``: a tied dissonance and the note after it are one of the pairs ``above`` or ``below``, by the place of the
  counterpoint, as interval sizes: ``[7, 6]`` is a seventh that falls to a sixth. ``never`` turns the list round.
- ``chain``: ``times`` successive bars do not all have the pair ``above`` or ``below`` (none named: any equal pairs).
- ``frame``: the counterpoint begins after a rest, and ends ``above`` (7-6-8) or ``below`` (2-3-1).
"""

from __future__ import annotations

import numpy as np

from composer.score.windows import Bools, Ints, bools
from composer.theory.asks import Ask, Asks, flag, whole, wholes
from composer.theory.judge import Judge
from composer.theory.kinds.species import consonant, sounds
from composer.theory.two_voices import FOURTH, Counterpoint, letters

PAIRS: dict[str, Ask] = {"above": wholes(), "below": wholes()}


def _in_fourth(window: Counterpoint) -> Bools:
    return bools(window.species[..., 0] == FOURTH)


def _size(window: Counterpoint, place: int, note: int) -> Ints:
    """(...) 1 for a unison or octave, 2 for a second or ninth, to 7."""
    found: Ints = letters(window, place, note) % 7 + 1
    return found


def tied_broken(window: Counterpoint, asks: Asks) -> Bools:
    """(...): the bar in the middle is not tied to, or its dissonance is not prepared or does not fall."""
    falls = (window.step[..., 1, 1] - window.step[..., 1, 0] == -1) & consonant(window, 1, 1) & sounds(window, 1, 1)
    ready = consonant(window, 0, 1) | (window.count[..., 0] < 2)
    fine = window.held[..., 1] & (consonant(window, 1, 0) | (ready & falls))
    if asks["breaks"]:
        alone = window.held[..., 2] | window.last[..., 2]
        alone = alone & (window.held[..., 0] | window.first[..., 0])
        fine = fine | (~window.held[..., 1] & alone & consonant(window, 1, 0))
    return bools(tied_chances(window, asks) & ~fine)


def tied_chances(window: Counterpoint, _asks: Asks) -> Bools:
    """(...): the bar in the middle is inside a piece in fourth species."""
    return bools(_in_fourth(window) & sounds(window, 1, 0))


def _pair(window: Counterpoint, place: int, pairs: tuple[int, ...]) -> Bools:
    """(...): sizes of the tied note and the next are one of the pairs, written one after the other."""
    first, second = _size(window, place, 0), _size(window, place, 1)
    found = bools(first < 0)
    for before, after in zip(pairs[::2], pairs[1::2], strict=False):
        found = found | ((first == before) & (second == after))
    return bools(found)


def _listed(window: Counterpoint, place: int, asks: Asks) -> Bools:
    above = window.above[..., place]
    return bools(np.where(above, _pair(window, place, asks["above"]), _pair(window, place, asks["below"])))


def kind_broken(window: Counterpoint, asks: Asks) -> Bools:
    """(...): the suspension is none of the pairs, or one of those that are never written."""
    listed = _listed(window, 0, asks)
    return bools(kind_chances(window, asks) & (listed if asks["never"] else ~listed))


def kind_chances(window: Counterpoint, _asks: Asks) -> Bools:
    """(...): a tied dissonance goes on to another note."""
    tied = window.held[..., 0] & ~consonant(window, 0, 0) & sounds(window, 0, 1)
    return bools(_in_fourth(window) & tied)


def chain_span(asks: Asks) -> int:
    """Notes of the cantus in a window."""
    return int(asks["times"])


def chain_broken(window: Counterpoint, asks: Asks) -> Bools:
    """(...): every bar has such a pair."""
    found = chain_chances(window, asks)
    for place in range(chain_span(asks)):
        if asks["above"] or asks["below"]:
            found = found & _listed(window, place, asks)
        found = found & (_size(window, place, 0) == _size(window, 0, 0))
        found = found & (_size(window, place, 1) == _size(window, 0, 1))
    return bools(found)


def chain_chances(window: Counterpoint, _asks: Asks) -> Bools:
    """(...): every bar is tied to and has a second note."""
    return bools(_in_fourth(window) & window.held.all(axis=-1) & (window.count > 1).all(axis=-1))


def frame_broken(window: Counterpoint, asks: Asks) -> Bools:
    """(...): no rest at the beginning, or another end."""
    able = frame_chances(window, asks)
    if not able.any():
        return able
    end = _listed(window, -2, asks) & window.held[..., -2] & (_size(window, -1, 0) == 1)
    return bools(able & ~(window.waits[..., 0] & end))


def frame_chances(window: Counterpoint, _asks: Asks) -> Bools:
    """(...): a whole piece in fourth species."""
    return bools(_in_fourth(window) & (window.count.shape[-1] > 2))


JUDGES: dict[str, Judge] = {
    "tied": Judge("counterpoint", {"breaks": flag(False)}, tied_broken, tied_chances, span=3, place=1),
    "kind": Judge("counterpoint", {**PAIRS, "never": flag(False)}, kind_broken, kind_chances),
    "chain": Judge("counterpoint", {**PAIRS, "times": whole(2)}, chain_broken, chain_chances, span=chain_span, place=1),
    "frame": Judge("counterpoint", PAIRS, frame_broken, frame_chances, span=0),
}
