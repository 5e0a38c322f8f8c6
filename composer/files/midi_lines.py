"""Voices of a MIDI track: where as many notes as there are voices sound nearly all the time, each is a line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations, pairwise

from composer.files.lines import Head

MOST_VOICES = 5
STEADY_SHARE = 0.6  # of the sounding time, with exactly as many notes as voices: a design value


def parted(heads: Sequence[Head]) -> list[Head]:
    """The heads of one track with the numbers of their voices, 1 the highest.

    A track of steady polyphony is dealt to single lines from above; others keep one voice, whose chords stay together.
    """
    count = _steady_voices(heads)
    if count < 2:
        return list(heads)
    struck: dict[int, list[int]] = {}
    for place, head in enumerate(heads):
        struck.setdefault(head.onset_ticks, []).append(place)
    now: list[int | None] = [None] * count  # the head that each voice had last
    made = list(heads)
    for onset in sorted(struck):
        fresh = sorted(struck[onset], key=lambda place: -heads[place].pitch.midi)
        for place, voice in zip(fresh, _voices(heads, fresh, now, onset), strict=False):
            made[place] = replace(heads[place], voice=str(voice + 1))
            now[voice] = place
    return made


def _steady_voices(heads: Sequence[Head]) -> int:
    """How many notes sound at once nearly all the time; 0 where that changes."""
    steps = sorted({tick for head in heads for tick in (head.onset_ticks, head.end_ticks)})
    change: Counter[int] = Counter()
    for head in heads:
        change[head.onset_ticks] += 1
        change[head.end_ticks] -= 1
    times: Counter[int] = Counter()
    sounding = 0
    for tick, following in pairwise(steps):
        sounding += change[tick]
        times[sounding] += following - tick
    del times[0]
    if not times:
        return 0
    count, length = times.most_common(1)[0]
    most = max(times)
    steady = length >= STEADY_SHARE * sum(times.values()) and 2 <= count <= MOST_VOICES
    more = sum(time for number, time in times.items() if number > count)
    return count if steady and (most == count or more < (1 - STEADY_SHARE) / 4 * sum(times.values())) else 0


def _voices(heads: Sequence[Head], fresh: Sequence[int], now: Sequence[int | None], onset: int) -> tuple[int, ...]:
    """A voice for each fresh head, high to low: free ones that lie right to what is held, and nearest to their last.

    Where more notes are struck than voices are free, those that are left over stay with the lowest voice.
    """
    held = [place is not None and heads[place].end_ticks > onset for place in now]
    free = [voice for voice, is_held in enumerate(held) if not is_held]
    pitches = [heads[place].pitch.midi for place in fresh]
    if len(free) < len(fresh):
        return (*free, *[len(now) - 1] * (len(fresh) - len(free)))

    def cost(choice: tuple[int, ...]) -> tuple[int, int]:
        crossed, far = 0, 0
        for voice, midi in zip(choice, pitches, strict=True):
            last = now[voice]
            far += abs(heads[last].pitch.midi - midi) if last is not None else 0
            for other, place in enumerate(now):
                if held[other] and place is not None:
                    above = heads[place].pitch.midi
                    crossed += (other < voice and above < midi) or (other > voice and above > midi)
        return crossed, far

    return min(combinations(free, len(fresh)), key=cost)
