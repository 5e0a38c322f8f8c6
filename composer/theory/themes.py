"""Windows of sections whose theme has a type: sentence, compound period, hybrid, four-phrase module.

Like ``composer.theory.frames`` they hold arrays with free leading axes, then ``span``.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

from composer.score.reading import Reading, Section
from composer.score.score import Score
from composer.score.windows import CADENCES, Bools, Ints
from composer.theory.frames import Content, bar_content
from composer.theory.rows import Rows, columns

TYPES = ("", "sentence", "compound", "hybrid", "srdc")  # a type's place here is its code


@dataclass(frozen=True)
class Themes(Rows):
    """Sections with a theme of one of ``TYPES``."""

    type: Ints  # (..., span) index into TYPES
    bars: Ints  # (..., span)
    said_again: Bools  # (..., span) the second quarter has the rhythm or the degrees of the first
    moves_on: Bools  # (..., span) after the middle the surface or the harmony quickens, or a bar breaks off the idea
    stops_early: Bools  # (..., span) a phrase closes on the tonic before the middle
    middle: Ints  # (..., span) index into CADENCES of the phrase that ends in the middle; 0 = none
    end: Ints  # (..., span) index into CADENCES of the last phrase


def themes(score: Score, reading: Reading) -> Themes:
    """All sections with such a theme: a frame of T themes, no leading axes."""
    rows = []
    for section in reading.sections:
        code = max((TYPES.index(name) for name in TYPES[1:] if name in section.theme), default=0)
        if code:
            rows.append({"onset_ticks": section.onset_ticks, "type": code, **_shape(score, reading, section)})
    return Themes(roles=(score.tune.role,), **columns(Themes, rows, {}))


def _shape(score: Score, reading: Reading, section: Section) -> dict[str, object]:
    bar = score.meter.bar_ticks
    tonic = (section.key or reading.key).tonic_pc
    starts = range(section.onset_ticks, section.end_ticks, bar)
    bars = [bar_content(score.tune, start, start + bar, tonic) for start in starts]
    unit = 4 if len(bars) >= 16 else 2  # bars of the idea
    middle = section.onset_ticks + 2 * unit * bar
    ends = {p.end_ticks: p.cadence for p in reading.phrases if section.onset_ticks < p.end_ticks <= section.end_ticks}
    near = [name for end, name in ends.items() if abs(end - middle) < bar]
    early = [name for end, name in ends.items() if end <= middle]
    return {
        "bars": len(bars),
        "said_again": _alike(bars[:unit], bars[unit : 2 * unit]),
        "moves_on": _moves_on(bars, unit, reading, section, bar),
        "stops_early": any(name in ("PAC", "MC") for name in early),
        "middle": _code(near[0]) if near else 0,
        "end": _code(ends[max(ends)]) if ends else 0,
    }


def _code(name: str) -> int:
    return CADENCES.index(name) if name in CADENCES and name != "open" else 0


def _alike(first: list[Content], second: list[Content]) -> bool:
    """Most bars have the rhythm of their partners, or their degrees."""
    rhythm = [[note[:2] for note in bar] for bar in first] == [[note[:2] for note in bar] for bar in second]
    begins = [[note[:2] for note in bar] for bar in first[:1]] == [[note[:2] for note in bar] for bar in second[:1]]
    return rhythm or begins or [[n[2:] for n in bar] for bar in first] == [[n[2:] for n in bar] for bar in second]


def _moves_on(bars: list[Content], unit: int, reading: Reading, section: Section, bar_ticks: int) -> bool:
    first, second = bars[: 2 * unit], bars[2 * unit : -1]
    if not second:
        return False
    surface = sum(map(len, second)) / len(second) > sum(map(len, first)) / len(first)
    middle = section.onset_ticks + 2 * unit * bar_ticks
    early = sum(section.onset_ticks <= span.onset_ticks < middle for span in reading.chords) / len(first)
    late = sum(middle <= span.onset_ticks < section.end_ticks for span in reading.chords) / (len(second) + 1)
    rhythms = [[note[:2] for note in bar] for bar in second]
    breaks_off = any(a == b for a, b in itertools.pairwise(rhythms))
    return surface or late > early or breaks_off
