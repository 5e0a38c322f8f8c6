"""From measures as written to bars as counted: upbeats, bars written in two, and what each bar promises."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from composer.score.time import BarLine, Meter


@dataclass(frozen=True)
class Measure:
    """A measure as written: where it begins and how long its notes are, in ticks."""

    onset_ticks: int
    length_ticks: int
    number: int | None  # None where the document gives no number of its own
    meter: Meter
    implicit: bool = False  # said to be no whole bar
    repeats: bool = False  # a repeat sign closes it

    @property
    def is_short(self) -> bool:
        """Less than its meter promises."""
        return self.length_ticks < self.meter.bar_ticks


@dataclass(frozen=True)
class BarPlan:
    """The bars of a score: ``lines`` is empty where they are simply a pickup and equal bars."""

    meter: Meter
    pickup_ticks: int
    lines: tuple[BarLine, ...]


def bar_plan(measures: Sequence[Measure]) -> BarPlan:
    """The bars of the measures of a score, at least one."""
    numbers = _numbers(measures)
    meter = _main_meter(measures)
    pickup = measures[0].length_ticks if measures[0].is_short and len(measures) > 1 else 0
    if _is_simple(measures, numbers, pickup):
        return BarPlan(meter, pickup, ())
    leads = _leads(measures, pickup)
    lines = []
    for place, (measure, number) in enumerate(zip(measures, numbers, strict=True)):
        promised = measure.meter.bar_ticks
        if place in leads or _may_be_short(measures, place, pickup):
            promised = measure.length_ticks
        lines.append(BarLine(measure.onset_ticks, number, measure.meter, promised, leads.get(place, 0)))
    return BarPlan(meter, pickup, tuple(lines))


def _numbers(measures: Sequence[Measure]) -> list[int]:
    """The printed numbers; a measure without one of its own belongs to the bar before it."""
    numbers: list[int] = []
    for place, measure in enumerate(measures):
        if place == 0 and measure.implicit and measure.is_short and len(measures) > 1:
            numbers.append(0)
        elif measure.number is not None:
            numbers.append(measure.number)
        else:
            numbers.append(numbers[-1] if numbers else 0)
    return numbers


def _main_meter(measures: Sequence[Measure]) -> Meter:
    """The meter of most of the time; the first one of equals."""
    lengths: dict[Meter, int] = {}
    for measure in measures:
        lengths[measure.meter] = lengths.get(measure.meter, 0) + measure.length_ticks
    return max(lengths, key=lambda meter: lengths[meter])


def _is_simple(measures: Sequence[Measure], numbers: Sequence[int], pickup_ticks: int) -> bool:
    first = 0 if pickup_ticks else 1
    inside = measures[1 if pickup_ticks else 0 : -1]
    return (
        len({measure.meter for measure in measures}) == 1
        and all(measure.length_ticks == measure.meter.bar_ticks for measure in inside)
        and measures[-1].length_ticks <= measures[-1].meter.bar_ticks
        and list(numbers) == list(range(first, first + len(measures)))
    )


def _leads(measures: Sequence[Measure], pickup_ticks: int) -> dict[int, int]:
    """What every upbeat and every part of a divided bar lacks at its beginning, by place."""
    leads: dict[int, int] = {0: measures[0].meter.bar_ticks - pickup_ticks} if pickup_ticks else {}
    for begin in range(1 if pickup_ticks else 0, len(measures)):
        whole, group = measures[begin].meter.bar_ticks, [begin]
        if begin in leads:
            continue
        while sum(measures[n].length_ticks for n in group) < whole and group[-1] + 1 < len(measures):
            if not measures[group[-1] + 1].is_short or measures[group[-1] + 1].meter != measures[begin].meter:
                break
            group.append(group[-1] + 1)
        if len(group) > 1 and sum(measures[n].length_ticks for n in group) == whole:
            before = measures[begin].onset_ticks
            leads |= {n: measures[n].onset_ticks - before for n in group}
        elif measures[begin].implicit and measures[begin].is_short and begin + 1 < len(measures):
            leads[begin] = whole - measures[begin].length_ticks  # an upbeat inside the piece
    return leads


def _may_be_short(measures: Sequence[Measure], place: int, pickup_ticks: int) -> bool:
    """A bar that closes what an upbeat began, or that the document itself calls no whole bar."""
    measure = measures[place]
    if measure.implicit and measure.is_short:
        return True
    closes = measure.repeats or place + 1 == len(measures)
    return closes and bool(pickup_ticks) and measure.length_ticks == measure.meter.bar_ticks - pickup_ticks


def measures_of_meters(changes: Sequence[tuple[int, Meter]], end_ticks: int) -> tuple[Measure, ...]:
    """Equal bars from each change of meter to the next, and to the end; a change cuts the bar it falls into."""
    starts: list[tuple[int, Meter]] = []
    for (begin, meter), (until, _) in pairwise([*changes, (max(end_ticks, changes[-1][0] + 1), changes[-1][1])]):
        starts += [(onset, meter) for onset in range(begin, until, meter.bar_ticks)]
    ends = [*(onset for onset, _ in starts[1:]), starts[-1][0] + starts[-1][1].bar_ticks]
    upbeat = len(starts) > 1 and ends[0] < starts[0][0] + starts[1][1].bar_ticks and changes[0][1] != starts[1][1]
    first = 0 if upbeat else 1
    return tuple(
        Measure(onset, end - onset, number, starts[1][1] if upbeat and number == 0 else meter, upbeat and number == 0)
        for number, ((onset, meter), end) in enumerate(zip(starts, ends, strict=True), first)
    )
