"""Where a tune has places for chords: felt beats from its first full bar, with bar of the strain, phrase and upbeat."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from composer.pipeline.harmonize.task import Tune
from composer.score.time import DOWNBEAT, Meter
from composer.score.windows import Bools, Ints
from composer.theory.tables import Row

STRAIN_BARS = 8
HALF_STRAIN = 4
EIGHTH_TICKS = 240
CLOSE_AT = ("middle", "end", "last")  # of a strain; of the tune
MARKED_NEAR = 4  # places between the end of a strain and of a phrase that is the same end
# Codes in ``Grid.close`` beside those: the end of a strain that no phrase marks; a line too short to ask for a close.
UNMARKED, SHORT = 3, 4
SHORT_BARS = 2.5  # design value: a line of two bars may be half a phrase


@dataclass(frozen=True)
class Bar:
    """A full bar: from its bar line to the next one."""

    onset_ticks: int
    end_ticks: int
    meter: Meter


@dataclass(frozen=True)
class Grid:
    """T places in a row, without gaps; the arrays are (T,).

    ``main``: where a bar with two chords changes; ``strain_bar``: 0 to 7; ``ends``: the last places of the stretches
    that close, ``close`` what ends there (a place of ``CLOSE_AT``), ``opens`` the first places of the next ones,
    ``led`` where a new stretch still hears the chord before; ``upbeat``: places before a stretch's first bar line;
    ``late``: places after the one in which a stretch's last note begins, -1 and less before it; ``rest_ticks`` where a
    stretch ends within its last place; ``triple``: in a bar of three beats.
    """

    onset_ticks: Ints
    end_ticks: Ints
    strength: Ints
    main: Bools
    bar: Ints
    strain_bar: Ints
    ends: Bools
    close: Ints
    opens: Bools
    led: Bools
    upbeat: Bools
    late: Ints
    rest_ticks: Ints
    triple: Bools

    @property
    def count(self) -> int:
        """Number of places."""
        return len(self.onset_ticks)

    @property
    def downbeat(self) -> Bools:
        """(T,) places that open a bar."""
        return np.asarray(self.strength == DOWNBEAT)


def grid_of(tune: Tune, meters: Sequence[Row]) -> Grid:
    """The places of a tune; ``meters`` are the rows of the table of meters."""
    bars = full_bars(tune)
    places: list[tuple[int, int, int, int, int]] = []
    for number, bar in enumerate(bars):
        beats, main = _changes(bar.meter, meters)
        kept = [tick for tick in beats if bar.onset_ticks + tick < bar.end_ticks]
        for tick, until in zip(kept, [*kept[1:], bar.end_ticks - bar.onset_ticks], strict=True):
            onset, end = bar.onset_ticks + tick, bar.onset_ticks + until
            places.append((onset, end, bar.meter.strength(tick), int(tick in main), number))
    onsets, ends, strength, main_place, own = np.array(places, dtype=np.int64).T
    lines = _lines(tune, ends)
    strain = np.array(strain_bars(len(bars), [int(own[last]) for _, last in lines]))[own]
    cuts = _cuts(tune, lines, onsets, strain)
    count, struck = len(onsets), np.array([note.onset_ticks for note in tune.voice.sounding()])
    closes, late, rest = np.full(count, -1), np.zeros(count, dtype=np.int64), ends.copy()
    opens, led, upbeat = (np.zeros(count, dtype=bool) for _ in range(3))
    begin = 0
    for tick, last, code in cuts:
        goal = int(np.searchsorted(onsets, struck[struck < tick].max(initial=0), side="right")) - 1
        closes[last], rest[last] = code, tick
        late[begin : last + 1] = np.arange(begin, last + 1) - goal
        if last + 1 < count:
            opens[last + 1], led[last + 1] = True, onsets[last + 1] > tick
            for place in range(last + 1, count):
                if strength[place] == DOWNBEAT:
                    break
                upbeat[place] = True
        begin = last + 1
    return Grid(
        onsets, ends, strength, main_place.astype(bool), own, strain, closes >= 0, closes, opens, led, upbeat, late,
        rest, np.array([bars[bar].meter.beats == 3 for bar in own]),
    )


def _lines(tune: Tune, ends: Ints) -> list[tuple[int, int]]:
    """(end in ticks, last place) of the tune's phrases; a phrase too short to hold a place joins the next."""
    found: list[tuple[int, int]] = []
    for phrase in tune.phrases[:-1]:
        last = int(np.searchsorted(ends, phrase.end_ticks))
        if last > (found[-1][1] if found else -1) and last + 1 < len(ends):
            found.append((phrase.end_ticks, last))
    return [*found, (int(ends[-1]), len(ends) - 1)]


def _cuts(tune: Tune, lines: Sequence[tuple[int, int]], onsets: Ints, strain: Ints) -> list[tuple[int, int, int]]:
    """(end in ticks, last place, what ends there) of every stretch that closes: phrases, and unmarked strains."""
    found, begin = [], int(onsets[0])
    square = len(set(strain.tolist())) == STRAIN_BARS  # the tune goes in strains: lines close in their fourth bars
    for tick, last in lines[:-1]:
        place = CLOSE_AT.index("end" if strain[last] == STRAIN_BARS - 1 else "middle")
        fourth = int(strain[last]) in (HALF_STRAIN - 1, STRAIN_BARS - 1)
        short = tick - begin < SHORT_BARS * tune.score.meter.bar_ticks
        asks = fourth if square else not short
        found.append((tick, last, place if asks else SHORT))
        begin = tick if asks else begin
    found.append((*lines[-1], CLOSE_AT.index("last")))
    for first in np.flatnonzero((strain[1:] == 0) & (strain[:-1] != 0)):
        near = min(abs(int(first) - last) for _, last in lines)
        if near > MARKED_NEAR and strain[first] == STRAIN_BARS - 1:
            found.append((int(onsets[first + 1]), int(first), UNMARKED))
    return sorted(found, key=lambda cut: cut[1])


def full_bars(tune: Tune) -> list[Bar]:
    """The bars of a tune without its upbeat; a bar written in two is one."""
    score, notes = tune.score, tune.voice.sounding()
    end = max(notes[-1].end_ticks, notes[-1].onset_ticks + 1)
    if score.bar_lines:
        opening = [line for line in score.bar_lines if line.lead_ticks == 0 and line.onset_ticks < end]
        if not opening:
            opening = list(score.bar_lines[:1])
        starts = [(line.onset_ticks, line.meter) for line in opening]
    else:
        length = score.meter.bar_ticks
        starts = [(onset, score.meter) for onset in range(score.pickup_ticks, end, length)] or [(0, score.meter)]
    ends = [*(onset for onset, _ in starts[1:]), max(end, starts[-1][0] + 1)]
    bars = [Bar(onset, until, meter) for (onset, meter), until in zip(starts, ends, strict=True)]
    first = bars[0]
    silent = notes[0].onset_ticks - first.onset_ticks
    return bars[1:] if len(bars) > 1 and 2 * silent > first.end_ticks - first.onset_ticks else bars


def _changes(meter: Meter, meters: Sequence[Row]) -> tuple[list[int], set[int]]:
    """Ticks from the bar line at which chords may change, and those at which a bar with two chords changes."""
    row = next((row for row in meters if row["name"] == meter.name), None)
    if row is None:
        beats = list(range(0, meter.bar_ticks, meter.beat_ticks))
        return beats, {0, beats[(len(beats) + 1) // 2] if len(beats) > 1 else 0}
    beats, two = ([EIGHTH_TICKS * int(place) for place in row[name]] for name in ("changes_beat", "changes_two"))
    return beats, set(two)


def strain_bars(bars: int, line_ends: Sequence[int]) -> list[int]:
    """The bar of an eight-bar strain (0 to 7) that each bar of a tune is; ``line_ends``: last bars of its phrases.

    Where fours do not divide the tune, its phrases are taken as halves of strains, of whatever length.
    """
    half = HALF_STRAIN
    if bars % half == 0:
        groups = bars // half
        odd = [group % 2 if group + 1 < groups or groups == 1 else 1 for group in range(groups)]
        return [half * odd[bar // half] + bar % half for bar in range(bars)]
    found: list[int] = []
    for number, last in enumerate(line_ends):
        length = last + 1 - len(found)
        second = half * (1 if number % 2 or number + 1 == len(line_ends) else 0)
        inside = [min(place, 1) for place in range(max(length - 2, 0))]
        found += [second + place for place in (*inside, *([2, 3] if length > 1 else [3])[: max(length, 0)])]
    return [*found, *([STRAIN_BARS - 1] * (bars - len(found)))][:bars]
