"""What else an edit would spoil, counted by the plainest textbook measures: planters prefer places where little is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import combinations

from benchmarks.planting.grid import Block, Ground
from composer.score.pitch import Pitch, interval_name

RANGES = ((60, 79), (55, 72), (48, 67), (40, 60))
LEAPS = {"m6", "M6", "P8", "P4", "P5", "m2", "M2", "m3", "M3", "P1"}
CONSONANT = {"P1", "m3", "M3", "P5", "m6", "M6", "P8"}


def simple(low: Pitch, high: Pitch) -> str:
    """The interval within an octave: ``P5`` for a twelfth, ``P8`` for two octaves."""
    name = interval_name(low, high)
    number = int(name.lstrip("PMmAd"))
    inside = (number - 2) % 7 + 2 if number > 1 else 1
    return f"{name.rstrip('0123456789')}{inside}"


def upright(pitches: Sequence[Pitch]) -> Iterator[str]:
    """What is wrong with four notes together."""
    for voice, pitch in enumerate(pitches):
        if not RANGES[voice][0] <= pitch.midi <= RANGES[voice][1]:
            yield f"range {voice}"
    for upper in range(3):
        gap = pitches[upper].midi - pitches[upper + 1].midi
        if gap < 0:
            yield f"crossing {upper}"
        elif gap == 0:
            yield f"unison {upper}"
        elif gap > (19 if upper == 2 else 12):
            yield f"spacing {upper}"


def moving(before: Sequence[Pitch], after: Sequence[Pitch]) -> Iterator[str]:
    """What is wrong with the way from four notes to four others."""
    steps = [b.midi - a.midi for a, b in zip(before, after, strict=True)]
    for voice, (a, b) in enumerate(zip(before, after, strict=True)):
        if interval_name(a, b) not in LEAPS or (voice < 3 and abs(b.midi - a.midi) > 7):
            yield f"leap {voice}"
    for upper, lower in combinations(range(4), 2):
        if not steps[upper] or not steps[lower]:
            continue
        was, now = (simple(row[lower], row[upper]) for row in (before, after))
        equal = was == now and now in ("P5", "P8", "P1")
        if equal or {was, now} == {"P8", "P1"} or (was, now) == ("d5", "P5"):
            yield f"parallel {upper} {lower} {now}"
        elif (upper, lower) == (0, 3) and steps[0] * steps[3] > 0 and now in ("P5", "P8") and abs(steps[0]) > 2:
            yield f"direct {now}"
    for upper in range(3):
        if before[upper].midi < after[upper + 1].midi or after[upper].midi < before[upper + 1].midi:
            yield f"overlap {upper}"
    if all(step > 0 for step in steps) or all(step < 0 for step in steps):
        yield "one way"


def chordal(block: Block) -> Iterator[str]:
    """What is wrong with what a chord doubles and leaves out."""
    harmony = block.harmony
    if harmony is None:
        return
    heard = Counter((pitch.step, pitch.alter) for pitch in block.pitches)
    for place, tone in enumerate(harmony.tones):
        if not heard[tone] and (place != 2 or harmony.inversion):
            yield f"lacks {place}"
    for active in (harmony.leading, harmony.seventh):
        if active and heard[active] > 1:
            yield f"doubles {active}"
    if harmony.inversion == 2 and len(harmony.tones) == 3 and heard[harmony.tones[2]] < 2:
        yield "six-four"
    if harmony.inversion == 1 and harmony.key and heard[harmony.tones[1]] > 1:
        yield "sixth"


def spoiled(ground: Ground, changed: Sequence[Block]) -> int:
    """How many faults the neighbourhood has with changed blocks beyond those it has without."""
    fresh = {block.tick: block for block in changed}
    places = [n for n, block in enumerate(ground.blocks) if block.tick in fresh]
    reach = range(max(min(places) - 1, 0), min(max(places) + 2, len(ground.blocks)))
    old = [ground.blocks[n] for n in reach]
    new = [fresh.get(block.tick, block) for block in old]
    return sum((Counter(_all(new)) - Counter(_all(old))).values())


def _all(row: Sequence[Block]) -> Iterator[str]:
    for place, block in enumerate(row):
        for fault in (*upright(block.pitches), *chordal(block)):
            yield f"{place} {fault}"
        if place and row[place - 1].end == block.tick:
            for fault in moving(row[place - 1].pitches, block.pitches):
                yield f"{place} {fault}"
            if row[place - 1].harmony:
                for fault in _tendency(row[place - 1], block):
                    yield f"{place} {fault}"


def _tendency(before: Block, after: Block) -> Iterator[str]:
    harmony = before.harmony
    if harmony is None or after.harmony is None or after.harmony.root == harmony.root:
        return
    for voice, (a, b) in enumerate(zip(before.pitches, after.pitches, strict=True)):
        if (a.step, a.alter) == harmony.leading and not 0 <= b.midi - a.midi <= 1:
            yield f"leading {voice}"
        if (a.step, a.alter) == harmony.seventh and not -2 <= b.midi - a.midi <= 0:
            yield f"seventh {voice}"
    for step, alter in {(p.step, p.alter) for p in after.pitches}:
        for a_voice, a in enumerate(before.pitches):
            if a.step == step and a.alter != alter and after.pitches[a_voice].step != step:
                yield f"cross {a_voice}"
