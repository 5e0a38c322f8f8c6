"""Recipes for one chord: ranges, spacing, crossing, missing voices, doublings, missing members, spellings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise

from benchmarks.planting.effects import RANGES
from benchmarks.planting.grid import BASS, TENOR, Ground, Harmony, Plant, Tone, near, tone_above
from benchmarks.planting.pitched import one_note, other_tones, planted_note
from composer.score.note import Note
from composer.score.pitch import Pitch

Recipe = Callable[[Ground], Iterator[Plant]]
TRIADS = ("major", "minor")


def out_of_range(ground: Ground) -> Iterator[Plant]:
    """RNG-1: a chord tone beyond the singer's range."""
    for block in ground.blocks:
        for voice, pitch in other_tones(block):
            low, high = RANGES[voice]
            if not low <= pitch.midi <= high and low <= block.pitches[voice].midi <= high:
                yield planted_note(ground, "RNG-1", block, voice, pitch, "a chord tone beyond the range")


def wide_upper(ground: Ground) -> Iterator[Plant]:
    """SPC-1: more than an octave between soprano and alto or alto and tenor."""
    for block in ground.blocks:
        for voice, pitch in other_tones(block):
            row = block.with_pitch(voice, pitch).pitches
            for upper in (0, 1):
                if voice in (upper, upper + 1) and row[upper].midi - row[upper + 1].midi > 12:
                    yield planted_note(ground, "SPC-1", block, voice, pitch, "more than an octave to the next voice",
                                       voices=(upper, upper + 1))  # fmt: skip


def wide_lower(ground: Ground) -> Iterator[Plant]:
    """SPC-2: more than a twelfth between tenor and bass."""
    for block in ground.blocks:
        for voice, pitch in other_tones(block):
            row = block.with_pitch(voice, pitch).pitches
            if voice >= TENOR and row[TENOR].midi - row[BASS].midi > 19:
                yield planted_note(ground, "SPC-2", block, voice, pitch, "more than a twelfth from tenor to bass",
                                   voices=(TENOR, BASS))  # fmt: skip


def crossed(ground: Ground) -> Iterator[Plant]:
    """CRS-1: a voice above its upper neighbour."""
    for block in ground.blocks:
        for voice, pitch in other_tones(block):
            row = block.with_pitch(voice, pitch).pitches
            for upper in range(2):
                if voice in (upper, upper + 1) and row[upper].midi < row[upper + 1].midi:
                    yield planted_note(ground, "CRS-1", block, voice, pitch, "above the voice over it",
                                       voices=(upper, upper + 1))  # fmt: skip


def overlapping(ground: Ground) -> Iterator[Plant]:
    """OVL-1: beyond the note that the neighbour has just left, without crossing."""
    for before, block in ground.runs(2):
        for voice, pitch in other_tones(block):
            row = block.with_pitch(voice, pitch).pitches
            if any(a.midi <= b.midi for a, b in pairwise(row)):
                continue
            over = voice and pitch.midi > before.pitches[voice - 1].midi
            under = voice < BASS and pitch.midi < before.pitches[voice + 1].midi
            if over or under:
                other = voice - 1 if over else voice + 1
                yield planted_note(ground, "OVL-1", block, voice, pitch, "past the neighbour's last note",
                                   voices=(voice, other))  # fmt: skip


def silent(ground: Ground) -> Iterator[Plant]:
    """VCN-1: a seventh chord of three voices, whose fourth rests."""
    for block in ground.blocks:
        if block.harmony and block.harmony.seventh and len(set(map(tone_of, block.pitches))) == 4:
            for voice in (1, 2):
                rest = replace(one_note(block, voice, block.pitches[voice]),
                               notes=(Note(block.tick, block.end - block.tick),))  # fmt: skip
                yield Plant("VCN-1", block.tick, (voice,), (rest,), "one voice of a seventh chord is silent")


def tone_of(pitch: Pitch) -> Tone:
    """Letter and alteration."""
    return pitch.step, pitch.alter


def _doubling(
    rule: str, words: str, wanted: Callable[[Harmony], Tone | None], also: tuple[str, ...] = ()
) -> Recipe:
    """An upper voice that doubles something else comes to double the tone named."""

    def recipe(ground: Ground) -> Iterator[Plant]:
        for block in ground.blocks:
            tone = wanted(block.harmony) if block.harmony else None
            heard = Counter(map(tone_of, block.pitches))
            if tone is None or heard[tone] != 1:
                continue
            for voice, pitch in other_tones(block):
                if voice != BASS and tone_of(pitch) == tone and heard[tone_of(block.pitches[voice])] > 1:
                    holder = [n for n, p in enumerate(block.pitches) if tone_of(p) == tone]
                    yield planted_note(ground, rule, block, voice, pitch, words, voices=(voice, *holder), also=also)

    return recipe


def _altered(harmony: Harmony) -> Tone | None:
    """The borrowed sixth degree of a minor subdominant in major."""
    key = harmony.key
    if key is None or key.is_minor or not harmony.numeral.startswith(("iv", "ii°", "iiø")):
        return None
    low = key.pitch(5, 8, 4)
    return (low.step, low.alter) if (low.step, low.alter) in harmony.tones else None


def _third_in_bass(harmony: Harmony) -> Tone | None:
    """The bass of a first-inversion triad on a degree that may be major or minor: 3, 6."""
    if harmony.key is None or harmony.inversion != 1 or harmony.quality not in TRIADS:
        return None
    return harmony.tones[1] if harmony.numeral in ("I6", "i6", "IV6", "iv6") else None


def _fixed_bass(harmony: Harmony) -> bool:
    """A sixth chord whose bass is 1, 2, 4 or 5."""
    return harmony.key is not None and harmony.numeral in ("ii6", "ii°6", "vi6", "iii6")


def lone_fixed_bass(ground: Ground) -> Iterator[Plant]:
    """DBL-5: a sixth chord over 1, 2, 4 or 5 that doubles something else than its bass."""
    for block in ground.blocks:
        if block.harmony is None or not _fixed_bass(block.harmony):
            continue
        heard = Counter(map(tone_of, block.pitches))
        for voice, pitch in other_tones(block):
            moved_off = tone_of(block.pitches[voice]) == tone_of(block.pitches[BASS])
            if voice != BASS and moved_off and heard[tone_of(block.pitches[BASS])] == 2 != heard[tone_of(pitch)]:
                yield planted_note(ground, "DBL-5", block, voice, pitch, "a firm bass that is not doubled",
                                   voices=(voice, BASS))  # fmt: skip


def six_four_doubling(ground: Ground) -> Iterator[Plant]:
    """DBL-6: a six-four that doubles its root or third instead of its bass; by a bass that only passes none is made."""
    for block in ground.blocks:
        harmony = block.harmony
        if harmony is None or harmony.key is None or harmony.inversion != 2 or harmony.quality not in TRIADS:
            continue
        heard = Counter(map(tone_of, block.pitches))
        for voice, pitch in other_tones(block):
            moved_off = tone_of(block.pitches[voice]) == harmony.tones[2] != tone_of(pitch)
            if voice != BASS and moved_off and heard[harmony.tones[2]] == 2:
                yield planted_note(ground, "DBL-6", block, voice, pitch, "a six-four without its bass doubled",
                                   voices=(voice, BASS))  # fmt: skip


def neapolitan(ground: Ground) -> Iterator[Plant]:
    """DBL-8: a Neapolitan sixth that doubles its root instead of its bass."""
    for block in ground.blocks:
        harmony = block.harmony
        if harmony is None or harmony.numeral != "bII6":
            continue
        for voice, pitch in other_tones(block):
            heard = Counter(map(tone_of, block.with_pitch(voice, pitch).pitches))
            doubled = tone_of(block.pitches[voice]) == harmony.tones[1] and tone_of(pitch) == harmony.root
            if voice != BASS and doubled and heard[harmony.tones[1]] == 1:
                yield planted_note(ground, "DBL-8", block, voice, pitch, "a Neapolitan with its root doubled",
                                   voices=(voice, BASS), also=("DBL-3",))  # fmt: skip


def italian(ground: Ground) -> Iterator[Plant]:
    """DBL-8: an Italian sixth that doubles a note of the augmented interval instead of the tonic."""
    for block in ground.blocks:
        harmony = block.harmony
        if harmony is None or harmony.quality != "italian-sixth":
            continue
        heard = Counter(map(tone_of, block.pitches))
        for voice, pitch in other_tones(block):
            if voice != BASS and heard[tone_of(block.pitches[voice])] == 2 and tone_of(pitch) in harmony.tones[:2]:
                yield planted_note(ground, "DBL-8", block, voice, pitch, "an augmented sixth with its interval doubled",
                                   also=("DBL-1",))  # fmt: skip


def _missing(rule: str, member: int, words: str, fits: Callable[[Harmony], bool], also: tuple[str, ...] = ()) -> Recipe:
    """The only voice with a member goes to another chord tone; what is left fits no chord beside it."""

    def recipe(ground: Ground) -> Iterator[Plant]:
        for place, block in enumerate(ground.blocks):
            harmony = block.harmony
            if harmony is None or not fits(harmony) or member == harmony.inversion:
                continue
            gone = harmony.tones[member]
            beside = [b.harmony for b in ground.blocks[max(place - 1, 0) : place + 2] if b is not block]
            left = set(map(tone_of, block.pitches)) - {gone}
            if any(other is None or left <= set(other.tones) for other in beside):
                continue
            kept = (gone, harmony.leading, harmony.seventh)
            for voice, pitch in other_tones(block):
                alone = [tone_of(p) for p in block.pitches].count(gone) == 1
                if voice != BASS and alone and tone_of(block.pitches[voice]) == gone and tone_of(pitch) not in kept:
                    yield planted_note(ground, rule, block, voice, pitch, words, also=also)

    return recipe


def _misspelt(rule: str, words: str, wanted: Callable[[Harmony, Tone], bool], also: tuple[str, ...]) -> Recipe:
    """A chord tone written as its neighbour letter, sounding the same."""

    def recipe(ground: Ground) -> Iterator[Plant]:
        for block in ground.blocks:
            for voice, pitch in enumerate(block.pitches):
                if block.harmony is None or not wanted(block.harmony, tone_of(pitch)):
                    continue
                for letters in (1, -1):
                    other = near(tone_above(tone_of(pitch), letters % 7, 0), pitch, 0)
                    if other and abs(other[0].alter) <= 1:
                        edit = one_note(block, voice, other[0])
                        yield Plant(rule, block.tick, (voice,), (edit,), words, also)

    return recipe


def short_bar(ground: Ground) -> Iterator[Plant]:
    """SPL-4: the last note of a bar is left out of the page, or stands there twice."""
    bar = ground.score.meter.bar_ticks
    if ground.source == "chorale":
        return
    for number in range(1, ground.score.end_ticks // bar - 1):
        begin, page = ground.score.pickup_ticks + number * bar, number + bool(ground.score.pickup_ticks)
        for voice, line in enumerate(ground.lines):
            if sum(begin <= note.onset_ticks < begin + bar for note in line) > 1:
                for twice, words in ((False, "a bar of one voice lacks a note"), (True, "a bar has a note too many")):
                    yield Plant("SPL-4", begin, (voice,), (), words, shortened=page, lengthened=twice)


def _is_third(harmony: Harmony, tone: Tone) -> bool:
    return harmony.quality in TRIADS and tone == harmony.tones[1] and not harmony.leading


def _is_leading_in_minor(harmony: Harmony, tone: Tone) -> bool:
    return bool(harmony.key and harmony.key.is_minor and harmony.leading == tone)


RECIPES: tuple[tuple[str, Recipe], ...] = (
    ("RNG-1", out_of_range), ("SPC-1", wide_upper), ("SPC-2", wide_lower), ("CRS-1", crossed), ("OVL-1", overlapping),
    ("VCN-1", silent),
    ("DBL-1", _doubling("DBL-1", "the leading tone doubled", lambda h: h.leading)),
    ("DBL-2", _doubling("DBL-2", "the seventh doubled", lambda h: h.seventh)),
    ("DBL-3", _doubling("DBL-3", "the borrowed sixth degree doubled", _altered)),
    ("DBL-5", _doubling("DBL-5", "a variable bass doubled", _third_in_bass)), ("DBL-5", lone_fixed_bass),
    ("DBL-6", six_four_doubling), ("DBL-8", neapolitan), ("DBL-8", italian),
    ("CMP-1", _missing("CMP-1", 1, "no third", lambda h: h.quality in TRIADS and not h.inversion)),
    ("CMP-1", _missing("CMP-1", 1, "no third", lambda h: bool(h.seventh))),
    ("CMP-2", _missing("CMP-2", 2, "no fifth in an inverted triad", lambda h: h.quality in TRIADS and h.inversion == 1,
                       ("CMP-3",))),
    ("CMP-3", _missing("CMP-3", 2, "no fifth in an inverted seventh chord", lambda h: bool(h.seventh and h.inversion),
                       ("CMP-2",))),
    ("SPL-1", _misspelt("SPL-1", "the third of a plain triad misspelt", _is_third, ("SPL-2",))),
    ("SPL-2", _misspelt("SPL-2", "the raised seventh degree misspelt", _is_leading_in_minor, ("SPL-1",))),
    ("SPL-4", short_bar),
)  # fmt: skip
