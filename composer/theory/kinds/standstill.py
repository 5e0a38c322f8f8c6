"""How often one note is struck in a row.

``times`` successive notes of a line with the same pitch. Notes of two phrases do not count together.
"""

from __future__ import annotations

from composer.score.windows import Bools, Window, bools
from composer.theory.asks import Ask, Asks, roles, whole

SCOPE = "line"
PLACE = 1
ASKS: dict[str, Ask] = {"times": whole(3), "roles": roles()}


def span(asks: Asks) -> int:
    """Moments in a window."""
    return int(asks["times"])


def broken(window: Window, asks: Asks) -> Bools:
    """(...): all notes are one pitch."""
    pitch = window.pitch_midi[..., 0]
    return bools((pitch == pitch[..., :1]).all(axis=-1) & chances(window, asks))


def chances(window: Window, _asks: Asks) -> Bools:
    """(...): the notes lie in one phrase."""
    borders = (window.cadence[..., :-1] != 0) & (window.cadence[..., 1:] == 0)
    return bools(~borders.any(axis=-1))
