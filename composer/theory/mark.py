"""A mark for a setting: points by chord and by pair of chords, as a profile's ``[mark]`` table gives them.

Every chord of the reading is worth ``chord_points`` and every pair of neighbours ``pair_points``; ``[mark.chord]`` and
``[mark.pair]`` say what a broken rule takes away there. A rule costs once a place, and no place falls under zero.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from composer.score.reading import ChordSpan, Reading
from composer.theory.check import Finding, Report
from composer.theory.rulebook import Profile

UNLISTED = 1.0  # points that an error costs which the profile's table does not name; design value


@dataclass(frozen=True)
class Mark:
    """Points of a setting: of its chords, of its voice leading, and what both could have been."""

    title: str
    source: str
    chords: float
    most_chords: float
    pairs: float
    most_pairs: float

    @property
    def points(self) -> float:
        """All points together."""
        return self.chords + self.pairs

    @property
    def most(self) -> float:
        """All points there were."""
        return self.most_chords + self.most_pairs

    @property
    def sentence(self) -> str:
        """The mark in words."""
        return (
            f"{self.points:g} of {self.most:g} points {self.title}: chords {self.chords:g} of {self.most_chords:g}, "
            f"voice leading {self.pairs:g} of {self.most_pairs:g}."
        )


def mark(report: Report, reading: Reading, profile: Profile) -> Mark | None:
    """The mark of a checked setting, or None where the profile gives none or no chords are known."""
    points, chords = profile.points, _chords(reading)
    if not points or not chords:
        return None
    each, pair = float(points["chord_points"]), float(points["pair_points"])
    unlisted = {one.rule_id for one in report.errors} - set(points["chord"]) - set(points["pair"])
    costs = {**points["chord"], **dict.fromkeys(unlisted, UNLISTED)}
    stands = [_left(each, costs, _within(report.findings, span, 0)) for span in chords]
    moves = [_left(pair, points["pair"], _within(report.findings, span, -1)) for span in chords[1:]]
    return Mark(
        points["title"], points["source"], sum(stands), each * len(stands), sum(moves), pair * len(moves)
    )  # fmt: skip


def _chords(reading: Reading) -> list[tuple[int, int]]:
    """(begin, end) of each chord, a chord struck again counted once."""
    spans: list[tuple[int, int]] = []
    before: ChordSpan | None = None
    for span in reading.chords:
        same = before is not None and (before.chord, before.key) == (span.chord, span.key)
        begin = spans.pop()[0] if same else span.onset_ticks
        spans.append((begin, span.end_ticks))
        before = span
    return spans


def _within(findings: Sequence[Finding], span: tuple[int, int], moment: int) -> Iterable[str]:
    """Ids of the rules broken in a chord: ``moment`` 0 by the first of the moments looked at, -1 by the last."""
    return {
        one.rule_id for one in findings if one.moments_ticks and span[0] <= one.moments_ticks[moment] < span[1]
    }


def _left(points: float, costs: Mapping[str, float], broken: Iterable[str]) -> float:
    return max(points - sum(float(costs.get(rule_id, 0.0)) for rule_id in broken), 0.0)
