"""Where notes and chords begin, and how long they last.

- ``long``: of two notes of a line the second, on a weaker place of at most the strength ``weakest`` (0 to 3), is not
  ``times`` as long as the first, or longer.
- ``sum``: the notes and rests of each voice fill a bar, without gaps or overlaps.
- ``over-the-bar``: the chord at a downbeat may not be the one that entered on a weaker place before.
"""

from __future__ import annotations

from composer.score.time import DOWNBEAT
from composer.score.windows import ABSENT, REST, Bools, Window, bools
from composer.theory.asks import Asks, number, roles, whole
from composer.theory.frames import Bars
from composer.theory.judge import Judge


def long_broken(window: Window, asks: Asks) -> Bools:
    """(...): the weaker note is much the longer one."""
    first, second = window.length_ticks[..., 0, 0], window.length_ticks[..., 1, 0]
    return bools(long_chances(window, asks) & (second >= asks["times"] * first))


def long_chances(window: Window, asks: Asks) -> Bools:
    """(...): the second note begins on a weaker place than the first, and a weak one."""
    strength = window.strength
    weaker = (strength[..., 1] < strength[..., 0]) & (strength[..., 1] <= asks["weakest"])
    struck = (window.length_ticks[..., 0] > 0).all(axis=-1)
    return bools(weaker & struck & (window.pitch_midi[..., 0] != REST).all(axis=-1))


def sum_broken(window: Bars, _asks: Asks) -> Bools:
    """(...): some voice does not fill the bar exactly."""
    wrong = window.filled_ticks[..., 0, :] != window.bar_ticks[..., 0, None]
    return bools(wrong.any(axis=-1) | (window.overlap_ticks[..., 0, :] != 0).any(axis=-1))


def sum_chances(window: Bars, _asks: Asks) -> Bools:
    """(...): there is a bar."""
    return window.bar_ticks[..., 0] > 0


def over_the_bar_broken(window: Bars, asks: Asks) -> Bools:
    """(...): the chord of the downbeat entered on a weaker place of an earlier bar."""
    return over_the_bar_chances(window, asks) & (window.entry_strength[..., 0] < DOWNBEAT)


def over_the_bar_chances(window: Bars, _asks: Asks) -> Bools:
    """(...): a chord sounds on the downbeat and this is not the first bar."""
    return bools(window.entry_strength[..., 0] != ABSENT)


JUDGES: dict[str, Judge] = {
    "long": Judge(
        "line",
        {"times": number(2.0), "weakest": whole(0), "roles": roles()},
        long_broken,
        long_chances,
        span=2,
        place=1,
    ),
    "sum": Judge("bars", {}, sum_broken, sum_chances),
    "over-the-bar": Judge("bars", {}, over_the_bar_broken, over_the_bar_chances),
}
