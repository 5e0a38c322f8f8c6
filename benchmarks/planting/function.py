"""Recipes for what chords and tendency tones must do next: resolutions, six-fours, progressions, closes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from benchmarks.planting.chords import tone_of
from benchmarks.planting.grid import BASS, SOPRANO, Block, Ground, Harmony, Plant, Tone, near, tone_above
from benchmarks.planting.pitched import one_note, other_tones, planted_chord, planted_note
from composer.score.key import Key
from composer.score.pitch import Pitch

Recipe = Callable[[Ground], Iterator[Plant]]
Goes = Callable[[Pitch, Pitch], bool]
Tends = Callable[[Block, Block], Tone | None]


def degree(key: Key, letters: int, semitones: int) -> Tone:
    """The tone of a key so far above its tonic."""
    return tone_of(key.pitch(letters, semitones, 4))


def rises(a: Pitch, b: Pitch) -> bool:
    """Up a second."""
    return b.letter_step - a.letter_step == 1


def falls(a: Pitch, b: Pitch) -> bool:
    """Down a second."""
    return b.letter_step - a.letter_step == -1


def is_tonic(harmony: Harmony | None) -> bool:
    """The tonic triad in any position."""
    return harmony is not None and (harmony.figures_of("I") or harmony.figures_of("i"))


def is_dominant(harmony: Harmony | None) -> bool:
    """V or V7 of the key in any position."""
    return harmony is not None and harmony.figures_of("V")


def _resolution(
    rule: str, words: str, tends: Tends, right: Goes, voices: tuple[int, ...] = (0, 1, 2), also: tuple[str, ...] = (),
    wrong: Goes = lambda a, b: True,
) -> Recipe:  # fmt: skip
    """A tone with a tendency that was followed goes elsewhere in the next chord."""

    def recipe(ground: Ground) -> Iterator[Plant]:
        for before, after in ground.runs(2):
            tone = tends(before, after)
            for voice, pitch in other_tones(after, 9) if tone else ():
                a, b = before.pitches[voice], after.pitches[voice]
                if voice in voices and tone_of(a) == tone and right(a, b) and not right(a, pitch) and wrong(a, pitch):
                    yield planted_note(ground, rule, after, voice, pitch, words, also=also)

    return recipe


def _leading_home(before: Block, after: Block) -> Tone | None:
    """The leading tone of V or vii° where the tonic follows."""
    harmony = before.harmony
    if harmony is None or not is_tonic(after.harmony):
        return None
    plain = is_dominant(harmony) or (harmony.numeral.startswith("vii") and not re.search(r"/[iIvV]", harmony.numeral))
    return harmony.leading if plain else None


def _seventh(before: Block, after: Block) -> Tone | None:
    """A seventh whose chord gives way to one on another root that holds its resolution; no V4/3."""
    if before.harmony is None or after.harmony is None or before.harmony.root == after.harmony.root:
        return None
    return before.harmony.seventh if before.harmony.inversion != 2 else None


def _low_sixth(before: Block, after: Block) -> Tone | None:
    """The minor sixth degree before a chord of the dominant."""
    key = before.harmony.key if before.harmony else None
    if key is None or before.harmony is None or not is_dominant(after.harmony):
        return None
    return degree(key, 5, 8) if "sixth" not in before.harmony.quality else None


def _secondary(before: Block, after: Block) -> Tone | None:
    """The leading tone of an applied dominant before its target."""
    harmony = before.harmony
    applied = harmony is not None and harmony.numeral.startswith(("V/", "V7/", "V6/5/", "V6/"))
    changes = harmony is not None and after.harmony is not None and after.harmony.root != harmony.root
    return harmony.leading if harmony and applied and changes and not is_dominant(harmony) else None


def _raised_fourth(before: Block, after: Block) -> Tone | None:
    """The upper tone of an augmented sixth."""
    harmony = before.harmony
    if harmony is None or harmony.key is None or "sixth" not in harmony.quality or not is_dominant(after.harmony):
        return None
    return degree(harmony.key, 3, 6)


def _deceptive(before: Block, after: Block) -> Tone | None:
    """The leading tone of V before vi."""
    harmony, goal = before.harmony, after.harmony
    if harmony is None or goal is None or not harmony.numeral.startswith("V") or not is_dominant(harmony):
        return None
    return harmony.leading if goal.numeral in ("vi", "VI") else None


def deceptive_root(ground: Ground) -> Iterator[Plant]:
    """DBL-7: vi after V doubles its root instead of its third."""
    for before, after in ground.runs(2):
        goal = after.harmony
        if goal is None or not _deceptive(before, after):
            continue
        thirds = [tone_of(p) for p in after.pitches].count(goal.tones[1])
        for voice, pitch in other_tones(after, 9):
            here = tone_of(after.pitches[voice])
            if voice != BASS and thirds == 2 and here == goal.tones[1] and tone_of(pitch) == goal.root:
                yield planted_note(ground, "DBL-7", after, voice, pitch, "vi after V doubles its root",
                                   voices=(voice, BASS))  # fmt: skip


def subtonic(ground: Ground) -> Iterator[Plant]:
    """TND-5: a dominant in minor before its tonic, with the seventh degree as the signature has it."""
    for before, after in ground.runs(2):
        harmony = before.harmony
        if harmony and harmony.key and harmony.key.is_minor and _leading_home(before, after) and is_dominant(harmony):
            wrong = [v for v, p in enumerate(before.pitches) if tone_of(p) == harmony.leading]
            low = [replace(before.pitches[v], alter=before.pitches[v].alter - 1) for v in wrong]
            edits = tuple(one_note(before, v, p) for v, p in zip(wrong, low, strict=True))
            yield Plant("TND-5", before.tick, tuple(wrong), edits, "a minor dominant without its leading tone")


def unprepared(ground: Ground) -> Iterator[Plant]:
    """DIS-2: a seventh that is leapt to from below by a fourth or more."""
    for before, after in ground.runs(2):
        seventh = after.harmony.seventh if after.harmony else None
        if seventh is None or before.harmony is None or after.harmony is None:
            continue
        added_sixth = after.harmony.quality == "minor-seventh" and after.harmony.inversion == 1
        if added_sixth or before.harmony.root == after.harmony.root:
            continue
        for voice, pitch in other_tones(before, 9):
            goal = after.pitches[voice]
            smooth = abs(goal.letter_step - before.pitches[voice].letter_step) < 2
            leapt = goal.letter_step - pitch.letter_step in (3, 4)
            if voice != BASS and tone_of(goal) == seventh and leapt and smooth:
                yield planted_note(ground, "DIS-2", before, voice, pitch, "a seventh reached by leap", after, (voice,))


def tritone(ground: Ground) -> Iterator[Plant]:
    """DIS-4: the tritone of a dominant seventh, in two upper voices, does not go to its sixth or third."""
    for before, after in ground.runs(2):
        harmony = before.harmony
        if harmony is None or harmony.quality != "dominant-seventh" or after.harmony is None:
            continue
        goes_home = after.harmony.quality in ("major", "minor") and after.harmony.root == _fourth_above(harmony)
        pair = [v for v, p in enumerate(before.pitches) if tone_of(p) in (harmony.tones[1], harmony.tones[3])]
        for voice, pitch in other_tones(after, 9):
            a, b = before.pitches[voice], after.pitches[voice]
            leads = tone_of(a) == harmony.tones[1]
            if leads and voice != SOPRANO and pitch.letter_step - a.letter_step == -2:
                continue  # inside, a leading tone may drop into the fifth
            if not leads and harmony.inversion == 2 and after.harmony.inversion == 1 and rises(a, pitch):
                continue  # in a passing V4/3 the seventh may rise with the bass
            resolved = rises(a, b) if leads else falls(a, b)
            if goes_home and len(pair) == 2 and voice in pair and BASS not in pair and resolved:
                yield planted_note(ground, "DIS-4", after, voice, pitch, "a tritone left open", voices=tuple(pair))


def _fourth_above(harmony: Harmony) -> Tone:
    return tone_above(harmony.root, 3, 5)


def stray_target(ground: Ground) -> Iterator[Plant]:
    """CHR-3: an applied dominant seventh that goes to a chord a step below its root, nothing to do with its target."""
    for before, after in ground.runs(2):
        harmony = before.harmony
        if harmony is None or harmony.key is None or not _secondary(before, after) or not harmony.seventh:
            continue
        for row in ((0, 4, 7), (7, 11, 2), (5, 9, 0)) if not harmony.key.is_minor else ((0, 3, 7), (5, 8, 0)):
            tones = _tones(harmony.key, row)
            shared = set(tones) & set(after.harmony.tones if after.harmony else ())
            if _fourth_above(harmony) not in tones and tones[0] != harmony.root and not shared - {harmony.root}:
                yield from planted_chord(ground, "CHR-3", after, tones, tones[0], "an applied dominant left hanging")


def _tones(key: Key, row: tuple[int, ...]) -> tuple[Tone, ...]:
    letters = {0: 0, 2: 1, 3: 2, 4: 2, 5: 3, 7: 4, 8: 5, 9: 5, 11: 6}
    return tuple(degree(key, letters[n], n) for n in row)


def retrogression(ground: Ground) -> Iterator[Plant]:
    """HRM-1: a dominant that goes back to the subdominant, root position to root position."""
    for before, after in ground.runs(2):
        harmony = before.harmony
        inside = is_tonic(after.harmony) and after is not ground.blocks[-1]
        if harmony and harmony.key and harmony.numeral == "V" and inside:
            tones = _tones(harmony.key, (5, 8, 0) if harmony.key.is_minor else (5, 9, 0))
            yield from planted_chord(ground, "HRM-1", after, tones, tones[0], "V goes back to IV")


def over_the_bar(ground: Ground) -> Iterator[Plant]:
    """HRM-3: the chord of a weak beat struck again on the next downbeat."""
    for first, before, after in ground.runs(3):
        if first.harmony is None or before.harmony is None or ground.score.strength(after.tick) != 3:
            continue
        if first.harmony.root == before.harmony.root or ground.score.strength(before.tick) > 1:
            continue
        if after.harmony is None or after.harmony.root == before.harmony.root or after.fermata:
            continue
        edits = tuple(one_note(after, v, p) for v, p in enumerate(before.pitches) if p != after.pitches[v])
        yield Plant("HRM-3", after.tick, tuple(e.voice for e in edits), edits, "a weak chord held over the bar line",
                    (), 4 * (after is ground.blocks[-1]))  # fmt: skip


def half_close_seventh(ground: Ground) -> Iterator[Plant]:
    """CAD-3: a half close on V with a seventh in place of a doubled root or fifth."""
    for block in ground.blocks:
        harmony = block.harmony
        if not block.fermata or harmony is None or harmony.key is None or harmony.numeral != "V":
            continue
        seventh = degree(harmony.key, 3, 5)
        tones = [tone_of(p) for p in block.pitches]
        for voice in range(3):
            if tones.count(tones[voice]) > 1 and tones[voice] != harmony.leading:
                for pitch in near(seventh, block.pitches[voice], 4):
                    yield planted_note(ground, "CAD-3", block, voice, pitch, "a half close on V7", also=("CAD-3b",))


def leapt_close(ground: Ground) -> Iterator[Plant]:
    """CAD-6: the soprano leaps to the closing tonic."""
    if len(ground.blocks) < 2:
        return
    before, last = ground.blocks[-2:]
    tonic = ground.home and degree(ground.home, 0, 0)
    if before.end != last.tick or tone_of(last.pitches[SOPRANO]) != tonic or not is_dominant(before.harmony):
        return
    for voice, pitch in other_tones(before, 9):
        if voice == SOPRANO and abs(pitch.letter_step - last.pitches[0].letter_step) > 1:
            yield planted_note(ground, "CAD-6", before, voice, pitch, "a leap to the last note", last)


def wrong_end(ground: Ground) -> Iterator[Plant]:
    """END-1: the last chord is the subdominant instead of the tonic; in a piece of ours, whose key is known beyond
    doubt, also the submediant."""
    last, key = (ground.blocks[-1], ground.home) if ground.blocks else (None, None)
    if last is None or key is None or last.end != ground.score.end_ticks:
        return
    rows = ((5, 8, 0), (8, 0, 3)) if key.is_minor else ((5, 9, 0), (9, 0, 4))
    for row in rows[:1] if ground.source == "chorale" else rows:
        tones = _tones(key, row)
        yield from planted_chord(ground, "END-1", last, tones, tones[0], "the piece ends off the tonic chord")


def free_six_four(ground: Ground) -> Iterator[Plant]:
    """SIX-1: a six-four whose bass is leapt to and left by leap, between chords on other roots."""
    for before, block, after in ground.runs(3):
        if not before.harmony or not block.harmony or not after.harmony or len(block.harmony.tones) > 3:
            continue
        roots = {before.harmony.root, after.harmony.root}
        for pitch in near(block.harmony.tones[2], block.pitches[BASS], 9):
            leaps = [abs(pitch.letter_step - other.pitches[BASS].letter_step) for other in (before, after)]
            free = all(2 <= leap < 7 for leap in leaps) and block.harmony.root not in roots
            if free and pitch.midi < block.pitches[2].midi and block.harmony.inversion != 2:
                changed = replace(block, harmony=replace(block.harmony, inversion=2))
                plant = planted_note(ground, "SIX-1", changed, BASS, pitch, "a six-four leapt to and left by leap")
                yield plant


def weak_six_four(ground: Ground) -> Iterator[Plant]:
    """SIX-2: a cadential six-four on a weaker place than its V."""
    strength = ground.score.strength
    for before, goal in ground.runs(2):
        harmony = goal.harmony
        if harmony is None or harmony.key is None or harmony.numeral != "V":
            continue
        if strength(before.tick) >= strength(goal.tick):
            continue
        if goal.end - goal.tick < before.end - before.tick or is_tonic(before.harmony):
            continue
        tones = _tones(harmony.key, (0, 3, 7) if harmony.key.is_minor else (0, 4, 7))
        for plant in planted_chord(ground, "SIX-2", before, tones, tones[2], "a cadential six-four before the beat"):
            rows = {edit.voice: edit.notes[0].top for edit in plant.edits}
            new = [rows.get(v, p) for v, p in enumerate(before.pitches)]
            if [tone_of(p) for p in new].count(tones[2]) == 2 and _goes_down(new, goal, tones):
                yield plant


def _goes_down(six_four: list[Pitch], goal: Block, tones: tuple[Tone, ...]) -> bool:
    moving = [(a, b) for a, b in zip(six_four, goal.pitches, strict=True) if tone_of(a) in tones[:2]]
    return all(falls(a, b) for a, b in moving)


def _above_cadential(before: Block, after: Block) -> Tone | None:
    harmony = before.harmony
    plain = harmony is not None and harmony.numeral in ("I6/4", "i6/4") and is_dominant(after.harmony)
    return harmony.tones[0] if harmony and plain else None


def cross_relation(ground: Ground) -> Iterator[Plant]:
    """CHR-4: a letter in one voice, altered at once in another, in no voice by a chromatic step."""
    for run in ground.runs(2):
        for place, block in enumerate(run):
            for voice, pitch in other_tones(block, 9):
                old, new = run, tuple(b.with_pitch(voice, pitch) if n == place else b for n, b in enumerate(run))
                pair = _cross(*new)
                if pair and not _cross(*old) and voice in pair:
                    yield planted_note(ground, "CHR-4", block, voice, pitch, "a cross relation", run[1], pair)


def _cross(before: Block, after: Block) -> tuple[int, int] | None:
    for v, a in enumerate(before.pitches):
        for w, b in enumerate(after.pitches):
            clash = v != w and a.step == b.step and a.alter != b.alter
            if clash and after.pitches[v].step != a.step and before.pitches[w].step != b.step:
                return v, w
    return None


def not_held(a: Pitch, b: Pitch) -> bool:
    """The note changes."""
    return a != b


RECIPES: tuple[tuple[str, Recipe], ...] = (
    ("TND-1", _resolution("TND-1", "the leading tone does not rise", _leading_home, rises, (SOPRANO, BASS))),
    ("TND-4", _resolution("TND-4", "the minor sixth degree does not fall", _low_sixth, falls)),
    ("TND-5", subtonic),
    ("DIS-1", _resolution("DIS-1", "the seventh does not fall", _seventh, falls, (0, 1, 2), (), not_held)),
    ("DIS-2", unprepared), ("DIS-4", tritone),
    ("CHR-1", _resolution("CHR-1", "the raised tone of an applied dominant does not rise", _secondary, rises,
                          (0, 1, 2), ("CHR-3",))),
    ("CHR-2", _resolution("CHR-2", "an augmented sixth that does not open", _raised_fourth, rises)),
    ("CHR-3", stray_target), ("CHR-4", cross_relation),
    ("DBL-7", deceptive_root),
    ("HRM-5", _resolution("HRM-5", "the leading tone does not rise into vi", _deceptive, rises, also=("HRM-5b",))),
    ("HRM-1", retrogression), ("HRM-3", over_the_bar),
    ("CAD-3", half_close_seventh), ("CAD-6", leapt_close), ("END-1", wrong_end),
    ("SIX-1", free_six_four), ("SIX-2", weak_six_four),
    ("SIX-3", _resolution("SIX-3", "the fourth of a cadential six-four does not fall", _above_cadential, falls)),
)  # fmt: skip
