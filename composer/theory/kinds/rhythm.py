"""Where notes and chords begin, and how long they last.

- ``long``: of two notes of a line the second, on a weaker place of at most the strength ``weakest`` (0 to 3), is not
  ``times`` as long as the first, or longer.
- ``sum``: the notes and rests of each voice fill a bar, without gaps or overlaps.
- ``over-the-bar``: the chord at a downbeat may not be the one that entered on a weaker place before.
- ``line-start``: at least the share ``least`` of the phrases begin where in the bar the first one does.
- ``rest``: the last note of a phrase begins on a place of at least the metric strength ``from``.
- ``boundary``: at least the share ``least`` of phrases end audibly: a breath, or a last note ``times`` as long as
  half of the notes are.
- ``stress``: the notes of a whole line on places of at least the metric strength ``from`` are not shorter, in the
  mean, than those off the beat.
"""

from __future__ import annotations

import numpy as np

from composer.score.time import DOWNBEAT
from composer.score.windows import ABSENT, REST, Bools, Window, bools
from composer.theory.asks import Asks, number, roles, whole
from composer.theory.frames import Bars
from composer.theory.judge import WHOLE, Judge
from composer.theory.passages import Phrases

ENOUGH_PHRASES = 4


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


def line_start_broken(window: Phrases, asks: Asks) -> Bools:
    """(...): phrases begin anywhere."""
    able = line_start_chances(window, asks)
    if not able.any():
        return able
    share = (window.place_ticks == window.place_ticks[..., :1]).mean(axis=-1)
    return bools(able & (share < asks["least"]))


def line_start_chances(window: Phrases, _asks: Asks) -> Bools:
    """(...): four phrases or more with notes."""
    return bools((window.place_ticks != ABSENT).all(axis=-1) & (window.place_ticks.shape[-1] >= ENOUGH_PHRASES))


def rest_broken(window: Phrases, asks: Asks) -> Bools:
    """(...): the phrase comes to rest on a weaker place."""
    return bools(rest_chances(window, asks) & (window.rest_strength[..., 0] < asks["from"]))


def rest_chances(window: Phrases, _asks: Asks) -> Bools:
    """(...): the phrase has notes and a cadence."""
    return bools((window.place_ticks[..., 0] != ABSENT) & (window.cadence[..., 0] > 0))


def boundary_broken(window: Phrases, asks: Asks) -> Bools:
    """(...): phrases run into each other."""
    able = line_start_chances(window, asks)
    if not able.any():
        return able
    audible = window.breath | (window.rest_share >= asks["times"])
    return bools(able & (audible.mean(axis=-1) < asks["least"]))


def stress_broken(window: Window, asks: Asks) -> Bools:
    """(...): weak places have the longer notes."""
    length, strong = window.length_ticks[..., 0], window.strength >= asks["from"]
    weak = window.strength == 0
    means = [(length * part).sum(axis=-1) / np.maximum(part.sum(axis=-1), 1) for part in (strong, weak)]
    return bools(stress_chances(window, asks) & (means[0] < means[1]))


def stress_chances(window: Window, asks: Asks) -> Bools:
    """(...): the line has four notes or more of both sorts."""
    strong, weak = window.strength >= asks["from"], window.strength == 0
    return bools((strong.sum(axis=-1) >= ENOUGH_PHRASES) & (weak.sum(axis=-1) >= ENOUGH_PHRASES))


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
    "line-start": Judge("phrases", {"least": number(0.6)}, line_start_broken, line_start_chances, span=WHOLE),
    "rest": Judge("phrases", {"from": whole(1)}, rest_broken, rest_chances),
    "boundary": Judge(
        "phrases", {"least": number(0.5), "times": number(2.0)}, boundary_broken, line_start_chances, span=WHOLE
    ),
    "stress": Judge("line", {"from": whole(2), "roles": roles()}, stress_broken, stress_chances, span=WHOLE),
}
