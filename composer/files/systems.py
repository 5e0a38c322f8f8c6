"""Where sections begin on the page, and how many bars of them stand in a row."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise

from composer.files.grid import Bar
from composer.score.score import Score

BARS_A_SYSTEM = (4, 2, 1)  # counted from each section's first bar: the first number with which no row is full
MOST_COLUMNS = 40  # moments at which something begins in one row of an A4 page: a design value, by looking at pages


def section_starts(score: Score) -> set[int]:
    """The ticks at which sections of the reading begin."""
    return {section.onset_ticks for section in score.reading.sections} if score.reading else set()


def system_starts(score: Score, bars: Sequence[Bar]) -> set[int]:
    """The ticks at which a new system begins; an upbeat stays with the bar it leads to."""
    onsets = sorted({note.onset_ticks for voice in score.voices for note in voice.notes})
    columns = [bisect_left(onsets, bar.end_ticks) - bisect_left(onsets, bar.onset_ticks) for bar in bars]
    starts = sorted(section_starts(score) | {score.pickup_ticks})
    sections = [
        [place for place, bar in enumerate(bars) if begin <= bar.onset_ticks < end]
        for begin, end in pairwise([*starts, score.end_ticks])
    ]
    fitting = (c for c in BARS_A_SYSTEM if all(_widest(columns, inside, c) <= MOST_COLUMNS for inside in sections))
    count = next(fitting, BARS_A_SYSTEM[-1])
    found = {bars[place].onset_ticks for inside in sections for place in inside[::count]}
    return found - {0, score.pickup_ticks}


def _widest(columns: Sequence[int], inside: Sequence[int], count: int) -> int:
    """Columns of the fullest row if ``count`` bars stand in each."""
    rows = (inside[first : first + count] for first in range(0, len(inside), count))
    return max((sum(columns[place] for place in row) for row in rows), default=0)
