"""Where long notes stand.

Two successive notes of a line: the second, on a weaker place of at most the strength ``weakest`` (0 to 3), is not
``times`` as long as the first, or longer.
"""

from __future__ import annotations

from composer.score.windows import REST, Bools, Window, bools
from composer.theory.asks import Ask, Asks, number, roles, whole

SCOPE = "line"
PLACE = 1
ASKS: dict[str, Ask] = {"times": number(2.0), "weakest": whole(0), "roles": roles()}


def span(_asks: Asks) -> int:
    """Moments in a window."""
    return 2


def broken(window: Window, asks: Asks) -> Bools:
    """(...): the weaker note is much the longer one."""
    first, second = window.length_ticks[..., 0, 0], window.length_ticks[..., 1, 0]
    return bools(chances(window, asks) & (second >= asks["times"] * first))


def chances(window: Window, asks: Asks) -> Bools:
    """(...): the second note begins on a weaker place than the first, and a weak one."""
    strength = window.strength
    weaker = (strength[..., 1] < strength[..., 0]) & (strength[..., 1] <= asks["weakest"])
    struck = (window.length_ticks[..., 0] > 0).all(axis=-1)
    return bools(weaker & struck & (window.pitch_midi[..., 0] != REST).all(axis=-1))
