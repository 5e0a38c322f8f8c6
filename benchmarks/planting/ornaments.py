"""Recipes for notes foreign to the chord: each cuts a note in two and breaks what the textbook asks of the kind."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from benchmarks.planting.effects import RANGES
from benchmarks.planting.grid import Block, Edit, Ground, Harmony, Plant, clear_chord
from benchmarks.planting.pitched import cut, scale_steps
from composer.score.note import Note
from composer.score.pitch import Pitch, interval_name

Recipe = Callable[[Ground], Iterator[Plant]]
LEAST = 480  # ticks of a note that may be cut


def _foreign(ground: Ground, block: Block, voice: int, reach: int) -> Iterator[Pitch]:
    """Pitches of the scale that are no chord tones, between the neighbouring voices, dissonant with the bass."""
    here = block.pitches
    for pitch in scale_steps(ground, block, here[voice], reach):
        inside = (voice == 0 or pitch.midi < here[voice - 1].midi) and pitch.midi > here[voice + 1].midi
        low, high = RANGES[voice]
        rough = any(_dissonant(pitch, other) for n, other in enumerate(here) if n != voice)
        foreign = block.harmony is not None and not _chordal(block, block.harmony, voice, pitch)
        if inside and low <= pitch.midi <= high and foreign and rough:
            yield pitch


def _chordal(block: Block, harmony: Harmony, voice: int, pitch: Pitch) -> bool:
    """Whether a note is in the chord, is its seventh, or makes another chord with the other voices."""
    tone = (pitch.step, pitch.alter)
    seventh = (tone[0] - harmony.root[0]) % 7 == 6
    return tone in harmony.tones or seventh or clear_chord(block.with_pitch(voice, pitch).pitches) is not None


def _dissonant(one: Pitch, other: Pitch) -> bool:
    low, high = sorted((one, other), key=lambda p: p.midi)
    name = interval_name(low, high)
    return name[0] in "Ad" or int(name.lstrip("PMmAd")) % 7 in (2, 0)


def _triples(ground: Ground) -> Iterator[tuple[Block, Block, int]]:
    for before, after in ground.runs(2):
        if _whole(before) and _whole(after) and before.harmony != after.harmony:
            for voice in range(3):
                yield before, after, voice


def _whole(block: Block) -> bool:
    """Whether the chord is known and no tone of it is missing."""
    heard = {(pitch.step, pitch.alter) for pitch in block.pitches}
    return block.harmony is not None and heard == set(block.harmony.tones)


def _apart(a: Pitch, b: Pitch) -> int:
    """Staff steps from one note up to another."""
    return b.letter_step - a.letter_step


def _singable(a: Pitch, b: Pitch) -> bool:
    return interval_name(a, b)[0] in "PMm" and abs(_apart(a, b)) < 6


def unexplained(ground: Ground) -> Iterator[Plant]:
    """NCT-1: an unaccented dissonance leapt to and left by leap."""
    for before, after, voice in _triples(ground):
        here, goal = before.pitches[voice], after.pitches[voice]
        if before.end - before.tick < LEAST:
            continue
        for pitch in _foreign(ground, before, voice, 9):
            loose = abs(_apart(here, pitch)) > 1 and abs(_apart(pitch, goal)) > 1
            if loose and _singable(here, pitch) and _singable(pitch, goal):
                share = cut(before, voice, here, pitch)
                yield Plant("NCT-1", share.notes[1].onset_ticks, (voice,), (share,),
                            "a dissonance leapt to and left by leap", ("NCT-3", "NCT-4"))  # fmt: skip


def wrong_appoggiatura(ground: Ground) -> Iterator[Plant]:
    """NCT-3: an accented dissonance leapt to, left by step in the direction of the leap."""
    for before, after, voice in _triples(ground):
        here, goal = before.pitches[voice], after.pitches[voice]
        if after.end - after.tick < LEAST or ground.score.strength(after.tick) < 1:
            continue
        for pitch in _foreign(ground, after, voice, 2):
            leap, step = _apart(here, pitch), _apart(pitch, goal)
            if abs(leap) > 1 and abs(step) == 1 and leap * step > 0 and _singable(here, pitch):
                yield Plant("NCT-3", after.tick, (voice,), (cut(after, voice, pitch, goal),),
                            "an appoggiatura that goes on the way it leapt", ("NCT-3b",))  # fmt: skip


def weak_appoggiatura(ground: Ground) -> Iterator[Plant]:
    """NCT-3: a dissonance leapt to off the beat."""
    for before, after, voice in _triples(ground):
        here, goal = before.pitches[voice], after.pitches[voice]
        for pitch in _foreign(ground, before, voice, 9) if before.end - before.tick >= LEAST else ():
            leap, step = _apart(here, pitch), _apart(pitch, goal)
            if abs(leap) > 1 and abs(step) == 1 and leap * step > 0 and _singable(here, pitch):
                share = cut(before, voice, here, pitch)
                yield Plant("NCT-3", share.notes[1].onset_ticks, (voice,), (share,),
                            "a dissonance leapt to off the beat, left the same way")  # fmt: skip


def wrong_escape(ground: Ground) -> Iterator[Plant]:
    """NCT-4: a dissonance reached by step and left by leap in the same direction."""
    for before, after, voice in _triples(ground):
        here, goal = before.pitches[voice], after.pitches[voice]
        for pitch in _foreign(ground, before, voice, 3) if before.end - before.tick >= LEAST else ():
            step, leap = _apart(here, pitch), _apart(pitch, goal)
            if abs(step) == 1 and abs(leap) > 1 and step * leap > 0 and _singable(pitch, goal):
                share = cut(before, voice, here, pitch)
                yield Plant("NCT-4", share.notes[1].onset_ticks, (voice,), (share,),
                            "an escape that leaps on the way it stepped")  # fmt: skip


def loose_suspension(ground: Ground) -> Iterator[Plant]:
    """NCT-5: a note held into a dissonance on a stronger beat that leaps instead of falling by step."""
    for before, after, voice in _triples(ground):
        here, goal = before.pitches[voice], after.pitches[voice]
        half = (after.end - after.tick) // 2
        clash = after.harmony is not None and after.harmony.member(here) is None
        stronger = ground.score.strength(after.tick) > ground.score.strength(before.tick)
        if half < 240 or not clash or not stronger or abs(_apart(here, goal)) < 2 or not _singable(here, goal):
            continue
        if not any(_dissonant(here, other) for n, other in enumerate(after.pitches) if n != voice):
            continue
        inside = (voice == 0 or here.midi < after.pitches[voice - 1].midi) and here.midi > after.pitches[voice + 1].midi
        if inside:
            held = Note(before.tick, before.end - before.tick + half, (here,))
            rest = Note(after.tick + half, half, (goal,), False, after.fermata)
            edits = (Edit(voice, before.tick, (held,)), Edit(voice, after.tick, (rest,)))
            yield Plant("NCT-5", after.tick, (voice,), edits, "a suspension that leaps away", ("NCT-1",))


RECIPES: tuple[tuple[str, Recipe], ...] = (
    ("NCT-1", unexplained), ("NCT-3", wrong_appoggiatura), ("NCT-3", weak_appoggiatura), ("NCT-4", wrong_escape),
    ("NCT-5", loose_suspension),
)  # fmt: skip
