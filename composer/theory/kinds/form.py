"""What the sections of a piece promise each other.

- ``plan``: a whole piece whose letters are ``letters``: the sections in ``closed`` (counted from 1) end with a
  cadence on the tonic, the one in ``half`` on the tonic or the dominant (0: none is asked), and no section of a later
  letter begins with the tune of the first, if ``new`` says so.
- ``period``: two phrases of a section planned as a period: the first closes with one of ``weak``, the second with one
  of ``strong``, and the second begins with the bar of the first (its rhythm, or its degrees).
- ``frame``: of two sections with the same letter, the later with more primes, at least the share ``least`` of the later
  one's bars stand on the same degree as those of the first.
- ``bridge``: the middle one of three sections of a piece that begins and ends with the letter of the outer two has
  another letter and is in the home key: within ``bars`` bars it leaves the tonic chord, and it ends on a dominant.
- ``blues``: in a section of the theme ``blues`` the bars listed in ``tonic``, ``subdominant`` and ``dominant`` (counted
  from 1) begin on those degrees.
- ``closes``: of two successive sections of different letters cadence, last degree and last rhythm are not all the same.
"""

from __future__ import annotations

import numpy as np

from composer.score.windows import ABSENT, CADENCES, Bools, bools
from composer.theory.asks import Asks, choices, flag, letters, number, whole, wholes
from composer.theory.frames import PERIOD, RETURN, Pairs
from composer.theory.judge import Judge
from composer.theory.sections import Sections

CLOSES = [CADENCES.index(name) for name in ("PAC", "IAC", "PC", "MC")]
STOPS = [*CLOSES, CADENCES.index("HC")]
DEGREES = {"tonic": 1, "subdominant": 4, "dominant": 5}


def plan_span(asks: Asks) -> int:
    """Sections in a window."""
    return len(asks["letters"])


def plan_broken(window: Sections, asks: Asks) -> Bools:
    """(...): a section does not close as promised, or is not new."""
    wrong = bools(plan_chances(window, asks) & False)
    for place in asks["closed"]:
        wrong = wrong | ~np.isin(window.cadence[..., place - 1], CLOSES)
    if asks["half"]:
        wrong = wrong | ~np.isin(window.cadence[..., asks["half"] - 1], STOPS)
    if asks["new"]:
        wrong = wrong | (window.like_first & (window.letter != window.letter[..., :1])).any(axis=-1)
    return bools(wrong & plan_chances(window, asks))


def plan_chances(window: Sections, asks: Asks) -> Bools:
    """(...): these are all sections, their letters are those, and their cadences are known."""
    whole_piece = (window.number[..., 0] == 0) & window.final[..., -1]
    known = dict[str, int]()
    wanted = [known.setdefault(name, len(known)) for name in asks["letters"]]
    same = ((window.letter - window.letter[..., :1]) == np.array(wanted)).all(axis=-1)

    return bools(whole_piece & same & window.phrased.all(axis=-1))


def period_broken(window: Pairs, asks: Asks) -> Bools:
    """(...): a cadence is wrong, or the consequent begins with something new."""
    weak = np.isin(window.cadence[..., 0, 0], [CADENCES.index(name) for name in asks["weak"]])
    strong = np.isin(window.cadence[..., 0, 1], [CADENCES.index(name) for name in asks["strong"]])
    return period_chances(window, asks) & ~(weak & strong & window.same_opening[..., 0])


def period_chances(window: Pairs, _asks: Asks) -> Bools:
    """(...): the pair is the two halves of a period."""
    return bools(window.relation[..., 0] == PERIOD)


def frame_broken(window: Pairs, asks: Asks) -> Bools:
    """(...): the harmony is another one."""
    return bools(frame_chances(window, asks) & (window.same_roots[..., 0] < asks["least"]))


def frame_chances(window: Pairs, _asks: Asks) -> Bools:
    """(...): the pair is a theme and its variation, and their chords are known."""
    variation = (window.relation[..., 0] == RETURN) & window.varied[..., 0]
    return bools(variation & (window.same_roots[..., 0] >= 0))


def bridge_broken(window: Sections, asks: Asks) -> Bools:
    """(...): it stays on the tonic, or does not end on the dominant."""
    stays = window.tonic_bars[..., 1] >= asks["bars"]
    return bools(bridge_chances(window, asks) & (stays | ~window.on_dominant[..., 1]))


def bridge_chances(window: Sections, _asks: Asks) -> Bools:
    """(...): the middle section is a bridge whose chords are known."""
    letter = window.letter
    between = (letter[..., 0] == letter[..., 2]) & (letter[..., 1] != letter[..., 0])
    between &= (letter[..., 0] == 0) & (window.last_letter[..., 0] == 0)
    return bools(between & window.home[..., 1] & (window.tonic_bars[..., 1] >= 0))


def blues_broken(window: Sections, asks: Asks) -> Bools:
    """(...): a bar stands on another degree."""
    wrong = bools(blues_chances(window, asks) & False)
    for name, degree in DEGREES.items():
        for bar in asks[name]:
            wrong = wrong | (window.bar_degree[..., 0, bar - 1] != degree)
    return bools(wrong & blues_chances(window, asks))


def blues_chances(window: Sections, _asks: Asks) -> Bools:
    """(...): the section is a blues chorus whose bars all have chords."""
    return bools(window.blues[..., 0] & np.all(window.bar_degree[..., 0, :] != ABSENT, axis=-1))


def closes_broken(window: Sections, asks: Asks) -> Bools:
    """(...): both close in the same way."""
    same = window.cadence[..., 0] == window.cadence[..., 1]
    same &= window.final_degree[..., 0] == window.final_degree[..., 1]
    return bools(closes_chances(window, asks) & same & (window.final_rhythm[..., 0] == window.final_rhythm[..., 1]))


def closes_chances(window: Sections, _asks: Asks) -> Bools:
    """(...): two letters, both with a cadence."""
    return bools((window.letter[..., 0] != window.letter[..., 1]) & (window.cadence != 0).all(axis=-1))


JUDGES: dict[str, Judge] = {
    "plan": Judge(
        "sections",
        {"letters": letters("AABA"), "closed": wholes(), "half": whole(0), "new": flag(True)},
        plan_broken,
        plan_chances,
        span=plan_span,
    ),
    "period": Judge(
        "form",
        {
            "weak": choices(("HC", "IAC"), *CADENCES[1:]),
            "strong": choices(("PAC",), *CADENCES[1:]),
        },
        period_broken,
        period_chances,
    ),
    "frame": Judge("form", {"least": number(0.7)}, frame_broken, frame_chances),
    "bridge": Judge("sections", {"bars": whole(2)}, bridge_broken, bridge_chances, span=3, place=1),
    "blues": Judge(
        "sections",
        {"tonic": wholes(1, 7, 11), "subdominant": wholes(5), "dominant": wholes()},
        blues_broken,
        blues_chances,
    ),
    "closes": Judge("sections", {}, closes_broken, closes_chances, span=2, place=1),
}
