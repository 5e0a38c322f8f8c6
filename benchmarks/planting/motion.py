"""Recipes for the way from chord to chord and for single lines: parallels, direct motion, leaps."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import combinations, pairwise

from benchmarks.planting.effects import simple
from benchmarks.planting.grid import BASS, SOPRANO, Block, Ground, Plant
from benchmarks.planting.pitched import cut, other_tones, planted_note
from composer.score.pitch import Pitch, interval_name

Recipe = Callable[[Ground], Iterator[Plant]]
Between = Callable[[Block, Block, int, int], bool]


def steps(before: Sequence[Pitch], after: Sequence[Pitch]) -> list[int]:
    """Semitones each voice moves."""
    return [b.midi - a.midi for a, b in zip(before, after, strict=True)]


def _pairs(rule: str, words: str, fault: Between, also: tuple[str, ...] = ()) -> Recipe:
    """Another chord tone in one voice makes the fault with another voice, on the way in or out."""

    def recipe(ground: Ground) -> Iterator[Plant]:
        for run in ground.runs(2):
            for place in (0, 1):
                for voice, pitch in other_tones(run[place], 9):
                    new = tuple(b.with_pitch(voice, pitch) if n == place else b for n, b in enumerate(run))
                    for upper, lower in combinations(range(4), 2):
                        made = voice in (upper, lower) and fault(new[0], new[1], upper, lower)
                        if made and not fault(run[0], run[1], upper, lower):
                            yield planted_note(ground, rule, run[place], voice, pitch, words, run[1], (upper, lower),
                                               also)  # fmt: skip

    return recipe


def _intervals(before: Block, after: Block, upper: int, lower: int) -> tuple[str, str, int, int]:
    was, now = (simple(block.pitches[lower], block.pitches[upper]) for block in (before, after))
    moves = steps(before.pitches, after.pitches)
    return was, now, moves[upper], moves[lower]


def _upright(block: Block) -> bool:
    return all(a.midi > b.midi for a, b in pairwise(block.pitches))


def parallel(*names: str) -> Between:
    """Both voices move the same way from one such interval to the next."""

    def fault(before: Block, after: Block, upper: int, lower: int) -> bool:
        was, now, up, down = _intervals(before, after, upper, lower)
        sound = _upright(before) and _upright(after)
        return sound and was in names and now in names and up * down > 0 and (was == now or "P5" not in (was, now))

    return fault


def contrary(before: Block, after: Block, upper: int, lower: int) -> bool:
    """Outer voices from fifth to fifth or octave to octave by contrary motion."""
    was, now, up, down = _intervals(before, after, upper, lower)
    outer = (upper, lower) == (SOPRANO, BASS)
    return outer and _upright(after) and was == now and now in ("P5", "P8") and up * down < 0


def unequal(before: Block, after: Block, upper: int, lower: int) -> bool:
    """A diminished fifth above the bass that becomes a perfect one, both voices moving one way."""
    was, now, up, down = _intervals(before, after, upper, lower)
    return lower == BASS and _upright(after) and (was, now) == ("d5", "P5") and up * down > 0


def direct(name: str) -> Between:
    """Outer voices move one way into a perfect interval, and the soprano leaps."""

    def fault(before: Block, after: Block, upper: int, lower: int) -> bool:
        was, now, up, down = _intervals(before, after, upper, lower)
        outer = (upper, lower) == (SOPRANO, BASS)
        leaps = abs(after.pitches[0].letter_step - before.pitches[0].letter_step) > 1
        changed = before.harmony and after.harmony and before.harmony.root != after.harmony.root
        return bool(outer and changed and leaps and was != name and now == name and up * down > 0 and _upright(after))

    return fault


def one_way(ground: Ground) -> Iterator[Plant]:
    """MOT-3: all four voices rise or fall together, some of them by leap."""
    for before, block in ground.runs(2):
        if before.harmony and block.harmony and before.harmony.root == block.harmony.root:
            continue
        for voice, pitch in other_tones(block, 9):
            moves = steps(before.pitches, block.with_pitch(voice, pitch).pitches)
            was = steps(before.pitches, block.pitches)
            same = min(moves) > 0 or max(moves) < 0
            if same and not (min(was) > 0 or max(was) < 0) and max(map(abs, moves)) > 2:
                yield planted_note(ground, "MOT-3", block, voice, pitch, "all four voices move one way",
                                   voices=(0, 1, 2, 3))  # fmt: skip


def _line(
    rule: str, words: str, length: int, fault: Callable[[Sequence[Pitch]], bool], voices: Sequence[int] = range(4),
    also: tuple[str, ...] = (), heard: int = 1,
) -> Recipe:  # fmt: skip
    """Another chord tone in one voice makes a fault of its own line; ``heard``: at which of the notes."""

    def recipe(ground: Ground) -> Iterator[Plant]:
        for run in ground.runs(length):
            for place, block in enumerate(run):
                for voice, pitch in other_tones(block):
                    row = [pitch if n == place else b.pitches[voice] for n, b in enumerate(run)]
                    fresh = voice in voices and fault(row) and not fault([b.pitches[voice] for b in run])
                    if fresh and _upright(block.with_pitch(voice, pitch)):
                        yield planted_note(ground, rule, block, voice, pitch, words, run[heard], (voice,), also)

    return recipe


def _kind(a: Pitch, b: Pitch) -> tuple[str, int]:
    """Quality and number of an interval."""
    name = interval_name(a, b)
    return name.rstrip("0123456789"), int(name.lstrip("PMmAd"))


def augmented(row: Sequence[Pitch]) -> bool:
    """An augmented second, fourth or fifth; a chromatic semitone is another matter."""
    quality, number = _kind(row[0], row[1])
    return quality == "A" and number > 1


def stray_diminished(row: Sequence[Pitch]) -> bool:
    """A diminished leap that is not left by a step back into it."""
    quality, number = _kind(row[0], row[1])
    back, leap = row[2].letter_step - row[1].letter_step, row[1].letter_step - row[0].letter_step
    return quality == "d" and number in (4, 5, 7) and not (abs(back) == 1 and back * leap < 0)


def too_far(row: Sequence[Pitch]) -> bool:
    """Beyond an octave."""
    return 13 <= abs(row[1].midi - row[0].midi) <= 17


def seventh(row: Sequence[Pitch]) -> bool:
    """A seventh, major or minor."""
    return _kind(row[0], row[1]) in (("m", 7), ("M", 7))


def unanswered(row: Sequence[Pitch]) -> bool:
    """A fifth or sixth that goes on in its direction."""
    leap, on = row[1].midi - row[0].midi, row[2].midi - row[1].midi
    return _kind(row[0], row[1])[1] in (5, 6) and _kind(row[0], row[1])[0] in "PMm" and leap * on > 0


def unanswered_fourth(row: Sequence[Pitch]) -> bool:
    """A perfect fourth that goes on in its direction."""
    leap, on = row[1].midi - row[0].midi, row[2].midi - row[1].midi
    return _kind(row[0], row[1]) == ("P", 4) and leap * on > 0


def two_leaps(row: Sequence[Pitch]) -> bool:
    """Two leaps one way that outline a seventh or ninth, no triad."""
    first, second = row[1].letter_step - row[0].letter_step, row[2].letter_step - row[1].letter_step
    consonant = all(_kind(a, b)[0] in "PMm" for a, b in ((row[0], row[1]), (row[1], row[2])))
    return first * second > 0 and min(abs(first), abs(second)) > 1 and abs(first + second) in (6, 8) and consonant


def ornamented(ground: Ground) -> Iterator[Plant]:
    """PAR-B: fifths on two beats with a chordal skip in one voice between them."""
    fifths = parallel("P5")
    for before, after in ground.runs(2):
        if before.end - before.tick < 480:
            continue
        for voice, pitch in other_tones(after, 5):
            new = after.with_pitch(voice, pitch)
            for upper, lower in combinations(range(4), 2):
                if voice not in (upper, lower) or not fifths(before, new, upper, lower):
                    continue
                plant = planted_note(ground, "PAR-B", after, voice, pitch, "fifths with a skip between",
                                     voices=(upper, lower), also=("PAR-5",))  # fmt: skip
                for other, skip in other_tones(before, 5):
                    moved = before.with_pitch(other, skip)
                    if other == voice and other != BASS and _upright(moved) and not fifths(moved, new, upper, lower):
                        edits = (*plant.edits, cut(before, voice, before.pitches[voice], skip))
                        yield replace(plant, edits=edits, cost=plant.cost + abs(skip.midi - pitch.midi) // 5)


RECIPES: tuple[tuple[str, Recipe], ...] = (
    ("PAR-5", _pairs("PAR-5", "parallel fifths", parallel("P5"))),
    ("PAR-8", _pairs("PAR-8", "parallel octaves", parallel("P8", "P1"))),
    ("PAR-C", _pairs("PAR-C", "fifths or octaves by contrary motion", contrary)),
    ("PAR-U", _pairs("PAR-U", "a diminished fifth becomes perfect above the bass", unequal)),
    ("DIR-8", _pairs("DIR-8", "the soprano leaps into an octave with the bass", direct("P8"))),
    ("DIR-5", _pairs("DIR-5", "the soprano leaps into a fifth with the bass", direct("P5"))),
    ("PAR-B", ornamented),
    ("MOT-3", one_way),
    ("LIN-1", _line("LIN-1", "an augmented melodic interval", 2, augmented)),
    ("LIN-2", _line("LIN-2", "a diminished leap not turned inwards", 3, stray_diminished)),
    ("LIN-3", _line("LIN-3", "a leap beyond the octave", 2, too_far)),
    ("LIN-3b", _line("LIN-3b", "a leap of a seventh", 2, seventh)),
    ("LIN-4", _line("LIN-4", "a large leap goes on in its direction", 3, unanswered, range(3), ("MEL-6",))),
    ("MEL-6", _line("MEL-6", "a fourth goes on in its direction", 3, unanswered_fourth, (SOPRANO,), ("LIN-4",))),
    ("MEL-5", _line("MEL-5", "two leaps one way and no triad", 3, two_leaps, (SOPRANO,))),
)  # fmt: skip
