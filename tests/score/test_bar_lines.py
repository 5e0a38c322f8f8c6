"""Bars that no counting finds: numbers, beats and strength by the bar in which a tick lies."""

from __future__ import annotations

from dataclasses import replace

from composer.score.key import Key
from composer.score.reading import Reading
from composer.score.text import parse_text
from composer.score.time import BarLine, Meter
from composer.theory.frames import bars

FOUR, THREE = Meter(4, 4), Meter(3, 4)
SCORE = parse_text("meter: 4/4\npickup: 1\nM: C4:1 | D4:4 | E4:3")
LINES = (BarLine(0, 0, FOUR, 480, 1440), BarLine(480, 1, FOUR, 1920), BarLine(2400, 2, THREE, 1440))


def test_without_lines_bars_are_counted() -> None:
    assert SCORE.bar_line_at(480) is None
    assert [SCORE.bar_of(tick) for tick in (0, 480, 1440, 2400)] == [(0, 4.0), (1, 1.0), (1, 3.0), (2, 1.0)]
    assert [SCORE.strength(tick) for tick in (0, 480, 960, 1440, 1500)] == [1, 3, 1, 2, 0]


def test_with_lines_they_are_looked_up() -> None:
    score = replace(SCORE, bar_lines=LINES)
    assert [score.bar_of(tick) for tick in (0, 480, 1440, 2400)] == [(0, 4.0), (1, 1.0), (1, 3.0), (2, 1.0)]
    assert [score.strength(tick) for tick in (0, 480, 1440, 2400, 3360)] == [1, 3, 2, 3, 1]


def test_what_bars_promise() -> None:
    reading = Reading(Key(0, 0, "major"))
    assert bars(SCORE, reading).bar_ticks.tolist() == [480, 1920, 1440]
    found = bars(replace(SCORE, bar_lines=LINES), reading)
    assert found.bar_ticks.tolist() == [480, 1920, 1440]
    assert found.filled_ticks[:, 0].tolist() == [480, 1920, 1440]
