"""Rows of bars: counted from each section, fewer where they are full."""

from __future__ import annotations

import pytest

from composer.files.grid import bars_of_score
from composer.files.systems import system_starts
from composer.score.text import parse_text


def starts(text: str) -> list[int]:
    """Numbers of the bars that begin a row."""
    score = parse_text(text)
    bars = bars_of_score(score)
    found = system_starts(score, bars)
    return [bar.number for bar in bars if bar.onset_ticks in found]


@pytest.mark.parametrize(("head", "bars", "wanted"), [
    ("form: A:4 B:4", ["C4:4"] * 8, [5]),
    ("form: A:6 B:4", ["C4:4"] * 10, [5, 7]),
    ("pickup: 1\nform: A:4 B:4", ["C4:1", *["C4:4"] * 8], [5]),
    ("pickup: 1", ["C4:1", *["C4:4"] * 8], [5]),
    ("", ["C4:4"] * 9, [5, 9]),
    ("form: A:4 B:4", ["C4:1/4" + " C4" * 15] * 4 + ["C4:4"] * 4, [3, 5, 7]),
    ("form: A:2", ["C4:1/8" + " C4" * 31] * 2, [2]),
])
def test_rows(head: str, bars: list[str], wanted: list[int]) -> None:
    assert starts(f"{head}\nM: {' | '.join(bars)}") == wanted
