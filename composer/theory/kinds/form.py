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
- ``letters``: names a whole piece whose sections have the letters ``letters``.
- ``sentence``: a section of the theme ``sentence`` has 8 or 16 bars (with ``longer`` up to half as many more), says
  its idea again at once, moves on after that, and closes with one of ``cadences`` at the end only.
- ``compound``: a section of the theme ``compound`` has 16 bars, a weak close in the middle and a strong one at the
  end.
- ``hybrid``: names the halves of a section of the theme ``hybrid``.
- ``module``: names a section of four phrases: statement, restatement, departure, conclusion.
- ``chorus``: where verse, chorus and a bridge come in the order ``letters``, the chorus lies higher than the verse,
  or is more thickly or busily accompanied.
"""

from __future__ import annotations

import numpy as np

from composer.score.windows import ABSENT, CADENCES, Bools, Ints, bools
from composer.theory.asks import Asks, choices, flag, letters, number, whole, wholes
from composer.theory.frames import PERIOD, RETURN, Pairs
from composer.theory.judge import Judge
from composer.theory.sections import Sections
from composer.theory.textures import Textures
from composer.theory.themes import TYPES, Themes

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
    for place in asks["home"]:
        wrong = wrong | ~window.home[..., place - 1]
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


def letters_shown(window: Sections, asks: Asks) -> Bools:
    """(...): the piece has that form."""
    return letters_chances(window, asks)


def letters_chances(window: Sections, asks: Asks) -> Bools:
    """(...): these are all sections, and their letters are those."""
    whole_piece = (window.number[..., 0] == 0) & window.final[..., -1]
    return bools(whole_piece & _spells(window.letter, asks["letters"]))


def _spells(letter: Ints, wanted: str) -> Bools:
    known = dict[str, int]()
    codes = [known.setdefault(name, len(known)) for name in wanted]
    return bools(((letter - letter[..., :1]) == np.array(codes)).all(axis=-1))


def sentence_broken(window: Themes, asks: Asks) -> Bools:
    """(...): it has another length, does not say its idea again, does not move on, or closes early or not at all."""
    bars = window.bars[..., 0]
    long = np.isin(bars, (8, 16))
    if asks["longer"]:
        long = long | ((bars > 8) & (bars <= 12)) | ((bars > 16) & (bars <= 24))
    closes = np.isin(window.end[..., 0], [CADENCES.index(name) for name in asks["cadences"]])
    good = long & window.said_again[..., 0] & window.moves_on[..., 0] & closes & ~window.stops_early[..., 0]
    return bools(sentence_chances(window, asks) & ~good)


def _typed(window: Themes, name: str) -> Bools:
    return bools(window.type[..., 0] == TYPES.index(name))


def sentence_chances(window: Themes, _asks: Asks) -> Bools:
    """(...): the section is planned as a sentence."""
    return _typed(window, "sentence")


def compound_broken(window: Themes, asks: Asks) -> Bools:
    """(...): another length, or closes of another weight."""
    weak = np.isin(window.middle[..., 0], [CADENCES.index(name) for name in asks["weak"]])
    strong = np.isin(window.end[..., 0], [CADENCES.index(name) for name in asks["strong"]])
    return bools(compound_chances(window, asks) & ~(weak & strong & (window.bars[..., 0] == 16)))


def compound_chances(window: Themes, _asks: Asks) -> Bools:
    """(...): the section is planned as a compound period."""
    return _typed(window, "compound")


def hybrid_shown(window: Themes, _asks: Asks) -> Bools:
    """(...): the section is a hybrid."""
    return _typed(window, "hybrid")


def hybrid_name(window: Themes, _asks: Asks, place: int) -> str:
    """What the halves of a hybrid are."""
    begin = "antecedent" if window.middle[place, 0] else "idea and contrast"
    return f"{begin} and {'continuation' if window.moves_on[place, 0] else 'consequent'}"


def module_shown(window: Themes, _asks: Asks) -> Bools:
    """(...): the section is such a module."""
    return _typed(window, "srdc")


def chorus_broken(window: Textures, asks: Asks) -> Bools:
    """(...): the first chorus is not higher, thicker or busier than the verse before it."""
    more = bools(window.number[..., 0] < 0)
    for name in ("tune_mean", "parts", "rate"):
        values = getattr(window, name)
        more = more | (values[..., 1] > values[..., 0])
    return bools(chorus_chances(window, asks) & ~more)


def chorus_chances(window: Textures, asks: Asks) -> Bools:
    """(...): these are all sections, and their letters are those."""
    whole_piece = (window.number[..., 0] == 0) & window.final[..., -1]
    return bools(whole_piece & _spells(window.letter, asks["letters"]))


JUDGES: dict[str, Judge] = {
    "plan": Judge(
        "sections",
        {"letters": letters("AABA"), "closed": wholes(), "half": whole(0), "home": wholes(), "new": flag(True)},
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
    "letters": Judge("sections", {"letters": letters("AAA")}, letters_shown, letters_chances, span=plan_span),
    "sentence": Judge(
        "themes", {"cadences": choices(("PAC", "IAC", "HC", "MC"), *CADENCES[1:]), "longer": flag(False)},
        sentence_broken, sentence_chances,
    ),
    "compound": Judge(
        "themes",
        {"weak": choices(("HC", "IAC"), *CADENCES[1:]), "strong": choices(("PAC", "MC"), *CADENCES[1:])},
        compound_broken, compound_chances,
    ),
    "hybrid": Judge("themes", {}, hybrid_shown, hybrid_shown, what=hybrid_name),
    "module": Judge("themes", {}, module_shown, module_shown),
    "chorus": Judge(
        "textures", {"letters": letters("ABABCB")}, chorus_broken, chorus_chances, span=plan_span, place=1
    ),
}
