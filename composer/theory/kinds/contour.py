"""The shape of a line: where it stands still, and where its top is.

- ``standstill``: ``times`` successive notes of a line have the same pitch; notes of two phrases do not count together.
- ``summit``: two successive sections of different letters do not both reach the highest note of the piece.
"""

from __future__ import annotations

from composer.score.windows import REST, Bools, Window, bools
from composer.theory.asks import Asks, roles, whole
from composer.theory.judge import Judge
from composer.theory.sections import Sections


def standstill_span(asks: Asks) -> int:
    """Moments in a window."""
    return int(asks["times"])


def standstill_broken(window: Window, asks: Asks) -> Bools:
    """(...): all notes are one pitch."""
    pitch = window.pitch_midi[..., 0]
    return bools((pitch == pitch[..., :1]).all(axis=-1) & standstill_chances(window, asks))


def standstill_chances(window: Window, _asks: Asks) -> Bools:
    """(...): the notes lie in one phrase."""
    borders = (window.cadence[..., :-1] != 0) & (window.cadence[..., 1:] == 0)
    return bools(~borders.any(axis=-1))


def summit_broken(window: Sections, asks: Asks) -> Bools:
    """(...): both reach the top."""
    return bools(summit_chances(window, asks) & (window.top_midi[..., 0] == window.top_midi[..., 1]))


def summit_chances(window: Sections, _asks: Asks) -> Bools:
    """(...): the letters differ, and one of the two has the highest note."""
    top = window.piece_top[..., :1] == window.top_midi
    letters = window.letter[..., 0] != window.letter[..., 1]
    return bools(letters & top.any(axis=-1) & (window.top_midi != REST).all(axis=-1))


JUDGES: dict[str, Judge] = {
    "standstill": Judge(
        "line",
        {"times": whole(3), "roles": roles()},
        standstill_broken,
        standstill_chances,
        span=standstill_span,
        place=1,
    ),
    "summit": Judge("sections", {}, summit_broken, summit_chances, span=2, place=1),
}
