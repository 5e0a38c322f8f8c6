"""Notes foreign to the chord: where they stand, how they are reached and left.

- ``form``: three successive notes of a line; the middle one is foreign to the chord and must be one of ``allowed``:
  ``passing`` (step and step on), ``neighbour`` (step and step back), ``suspension`` (held or repeated, then a step
  down), ``retardation`` (the same, a step up), ``appoggiatura`` (leap, then a step the other way), ``incomplete``
  (leap, then a step on), ``escape`` (step, then a leap the other way) or ``anticipation`` (the next note comes
  early). ``from`` and ``most`` limit the judging to notes of a metric strength (0 to 3). A step is one or two
  semitones.
- ``strong``: from the metric strength ``from`` upwards notes belong to the chord.
- ``is``: names a foreign note that has one of the forms ``allowed``.
- ``delay``: a note of the chord that is held into a chord it is foreign to, on a place as strong as its own or
  stronger, goes down by step (up by step, or held until it belongs again, only where ``free``).
"""

from __future__ import annotations

import numpy as np

from composer.score.windows import ABSENT, REST, Bools, Window, bools
from composer.theory.asks import Asks, choices, flag, roles, whole
from composer.theory.judge import Judge
from composer.theory.passages import Delays

FORMS = (
    "passing",
    "neighbour",
    "suspension",
    "retardation",
    "appoggiatura",
    "incomplete",
    "escape",
    "anticipation",
)
STEP_SEMITONES = 2


def _forms(window: Window) -> dict[str, Bools]:
    """(...) each: the middle note is reached and left in this way."""
    move_in, move_out = window.move[..., 0, 0], window.move[..., 1, 0]
    size_in, size_out = np.abs(move_in), np.abs(move_out)
    step_in, step_out = (
        (size_in > 0) & (size_in <= STEP_SEMITONES),
        (size_out > 0) & (size_out <= STEP_SEMITONES),
    )
    leap_in, leap_out = size_in > STEP_SEMITONES, size_out > STEP_SEMITONES
    on, back = move_in * move_out > 0, move_in * move_out < 0
    return {
        "passing": step_in & step_out & on,
        "neighbour": step_in & step_out & back,
        "suspension": (move_in == 0) & step_out & (move_out < 0),
        "retardation": (move_in == 0) & step_out & (move_out > 0),
        "appoggiatura": leap_in & step_out & back,
        "incomplete": leap_in & step_out & on,
        "escape": step_in & leap_out & back,
        "anticipation": move_out == 0,
    }


def form_broken(window: Window, asks: Asks) -> Bools:
    """(...): the foreign note is none of the allowed forms."""
    forms = _forms(window)
    wrong = form_chances(window, asks)
    for name in asks["allowed"]:
        wrong = wrong & ~forms[name]
    return wrong


def form_chances(window: Window, asks: Asks) -> Bools:
    """(...): the middle note is foreign to a known chord."""
    pitch, members = window.pitch_midi[..., 1, 0], window.member_pc[..., 1, :]
    foreign = ((pitch % 12)[..., None] != members).all(axis=-1) & (members[..., 0] != ABSENT)
    sounding = (window.pitch_midi[..., 0] != REST).all(axis=-1)
    strength = window.strength[..., 1]
    return bools(foreign & sounding & (strength >= asks["from"]) & (strength <= asks["most"]))


def strong_broken(window: Window, asks: Asks) -> Bools:
    """(...): a strong note is foreign to the chord."""
    foreign = ((window.pitch_midi[..., 0, 0] % 12)[..., None] != window.member_pc[..., 0, :]).all(axis=-1)
    return bools(foreign & strong_chances(window, asks))


def strong_chances(window: Window, asks: Asks) -> Bools:
    """(...): a note begins on a strong place over a known chord."""
    strong = (window.strength[..., 0] >= asks["from"]) & window.attack[..., 0, 0]
    return bools(strong & (window.pitch_midi[..., 0, 0] != REST) & (window.member_pc[..., 0, 0] != ABSENT))


def is_shown(window: Window, asks: Asks) -> Bools:
    """(...): the foreign note has one of the forms."""
    forms, found = _forms(window), bools(form_chances(window, asks) & False)
    for name in asks["allowed"]:
        found = found | forms[name]
    return bools(found & form_chances(window, asks))


def is_name(window: Window, asks: Asks, place: int) -> str:
    """The form of a window's foreign note."""
    forms = _forms(window)
    return next((name for name in asks["allowed"] if np.atleast_1d(forms[name])[place]), "?")


def delay_broken(window: Delays, asks: Asks) -> Bools:
    """(...): the held note does not fall by step."""
    free = window.rises[..., 0] | window.stays[..., 0]
    return bools(delay_chances(window, asks) & ~window.falls[..., 0] & ~(free & bools(asks["free"])))


def delay_chances(window: Delays, _asks: Asks) -> Bools:
    """(...): a prepared note is held into a chord foreign to it."""
    return bools(window.prepared[..., 0] & window.leans[..., 0])


JUDGES: dict[str, Judge] = {
    "form": Judge(
        "line",
        {
            "allowed": choices(FORMS, *FORMS),
            "from": whole(0),
            "most": whole(3),
            "roles": roles(),
        },
        form_broken,
        form_chances,
        span=3,
        place=1,
    ),
    "strong": Judge("line", {"from": whole(2), "roles": roles()}, strong_broken, strong_chances),
    "is": Judge(
        "line", {"allowed": choices(FORMS, *FORMS), "from": whole(0), "most": whole(3), "roles": roles()}, is_shown,
        form_chances, span=3, place=1, what=is_name,
    ),
    "delay": Judge("delays", {"free": flag(True), "roles": roles()}, delay_broken, delay_chances),
}
