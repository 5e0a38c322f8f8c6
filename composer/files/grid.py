"""The bars of a page: perhaps an upbeat bar, full bars, and a last bar that may be shorter; the key of each."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from composer.score.key import MODE_FIFTHS, Key
from composer.score.pitch import LETTER_FIFTHS
from composer.score.score import Score
from composer.score.time import Meter


@dataclass(frozen=True)
class Bar:
    """One bar: ``lead_ticks`` is what an upbeat bar lacks at its beginning, so that beats are counted right."""

    number: int  # as printed; the upbeat is 0
    onset_ticks: int
    length_ticks: int
    lead_ticks: int
    key: Key  # whose signature is in force
    meter: Meter

    @property
    def end_ticks(self) -> int:
        """First tick after the bar."""
        return self.onset_ticks + self.length_ticks

    def place(self, onset_ticks: int) -> int:
        """Ticks from where a full bar would begin."""
        return onset_ticks - self.onset_ticks + self.lead_ticks


def bars_of_score(score: Score) -> tuple[Bar, ...]:
    """The bars in order, to the last note."""
    whole, end, meter = score.meter.bar_ticks, score.end_ticks, score.meter
    bars = []
    if score.bar_lines:
        ends = [*(line.onset_ticks for line in score.bar_lines[1:]), end]
        return tuple(
            Bar(b.number, b.onset_ticks, until - b.onset_ticks, b.lead_ticks, _key_at(score, b.onset_ticks), b.meter)
            for b, until in zip(score.bar_lines, ends, strict=True) if until > b.onset_ticks
        )
    if score.pickup_ticks:
        lead = max(whole - score.pickup_ticks, 0)
        bars.append(Bar(0, 0, min(score.pickup_ticks, end), lead, _key_at(score, score.pickup_ticks), meter))
    for number, onset in enumerate(range(score.pickup_ticks, end, whole), 1):
        bars.append(Bar(number, onset, min(whole, end - onset), 0, _key_at(score, onset), meter))
    return tuple(bars)


def _key_at(score: Score, onset_ticks: int) -> Key:
    """The key whose signature stands at a bar line: the section's where its signature is another than the score's."""
    own = None
    before = [sharps for onset, sharps in score.key_signatures if onset <= onset_ticks]
    if before:
        return score.key if before[-1] == score.key.fifths else key_of_signature(before[-1], score.key.mode)
    for section in score.reading.sections if score.reading else ():
        if section.onset_ticks <= onset_ticks < section.end_ticks:
            own = section.key
    return score.key if own is None or own.fifths == score.key.fifths else own


def key_of_signature(sharps: int, mode: str) -> Key:
    """The key of a mode whose signature has so many sharps (flats negative)."""
    line = sharps - MODE_FIFTHS[mode]  # the tonic's place on the line of fifths
    step = LETTER_FIFTHS.index((line + 1) % 7 - 1)
    return Key(step, (line - LETTER_FIFTHS[step]) // 7, mode)


def bar_at(bars: Sequence[Bar], onset_ticks: int) -> int:
    """The index of the bar in which a tick lies; the last one for what comes after the end."""
    return max(bisect_right(bars, onset_ticks, key=lambda bar: bar.onset_ticks) - 1, 0)


def key_changes(bars: Sequence[Bar]) -> list[Bar]:
    """The bars, after the first, at which another signature begins."""
    return [bar for before, bar in pairwise(bars) if bar.key.fifths != before.key.fifths]
