"""The bars of a page: perhaps an upbeat bar, full bars, and a last bar that may be shorter; the key of each."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from composer.score.key import Key
from composer.score.score import Score


@dataclass(frozen=True)
class Bar:
    """One bar: ``lead_ticks`` is what an upbeat bar lacks at its beginning, so that beats are counted right."""

    number: int  # as printed; the upbeat is 0
    onset_ticks: int
    length_ticks: int
    lead_ticks: int
    key: Key  # whose signature is in force

    @property
    def end_ticks(self) -> int:
        """First tick after the bar."""
        return self.onset_ticks + self.length_ticks

    def place(self, onset_ticks: int) -> int:
        """Ticks from where a full bar would begin."""
        return onset_ticks - self.onset_ticks + self.lead_ticks


def bars_of_score(score: Score) -> tuple[Bar, ...]:
    """The bars in order, to the last note."""
    whole, end = score.meter.bar_ticks, score.end_ticks
    bars = []
    if score.pickup_ticks:
        lead = max(whole - score.pickup_ticks, 0)
        bars.append(Bar(0, 0, min(score.pickup_ticks, end), lead, _key_at(score, score.pickup_ticks)))
    for number, onset in enumerate(range(score.pickup_ticks, end, whole), 1):
        bars.append(Bar(number, onset, min(whole, end - onset), 0, _key_at(score, onset)))
    return tuple(bars)


def _key_at(score: Score, onset_ticks: int) -> Key:
    """The key whose signature stands at a bar line: the section's where its signature is another than the score's."""
    own = None
    for section in score.reading.sections if score.reading else ():
        if section.onset_ticks <= onset_ticks < section.end_ticks:
            own = section.key
    return score.key if own is None or own.fifths == score.key.fifths else own


def bar_at(bars: Sequence[Bar], onset_ticks: int) -> int:
    """The index of the bar in which a tick lies; the last one for what comes after the end."""
    return max(bisect_right(bars, onset_ticks, key=lambda bar: bar.onset_ticks) - 1, 0)


def key_changes(bars: Sequence[Bar]) -> list[Bar]:
    """The bars, after the first, at which another signature begins."""
    return [bar for before, bar in pairwise(bars) if bar.key.fifths != before.key.fifths]
