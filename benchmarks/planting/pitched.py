"""The edits that recipes are made of: another chord tone for one voice, another chord for all, a note cut in two."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product

from benchmarks.planting.effects import moving, spoiled, upright
from benchmarks.planting.grid import BASS, Block, Edit, Ground, Plant, Tone, near
from composer.score.note import Note
from composer.score.pitch import Pitch

REACH = 12  # semitones to another chord tone


def one_note(block: Block, voice: int, pitch: Pitch) -> Edit:
    """The note of a voice in a block becomes another."""
    return Edit(voice, block.tick, (Note(block.tick, block.end - block.tick, (pitch,), False, block.fermata),))


def other_tones(block: Block, reach: int = REACH) -> Iterator[tuple[int, Pitch]]:
    """Every other chord tone near each voice and above the bass, which only changes octave: the position stays."""
    if block.harmony is None:
        return
    lowest = min(pitch.midi for pitch in block.pitches[:BASS])
    for voice, old in enumerate(block.pitches):
        tones = block.harmony.tones if voice != BASS else ((old.step, old.alter),)
        for tone in tones:
            for pitch in near(tone, old, reach):
                over = pitch.midi < lowest if voice == BASS else pitch.midi > block.pitches[BASS].midi
                if pitch != old and over:
                    yield voice, pitch


def planted_note(
    ground: Ground, rule: str, block: Block, voice: int, pitch: Pitch, words: str, place: Block | None = None,
    voices: tuple[int, ...] = (), also: tuple[str, ...] = (),
) -> Plant:
    """A plant of one changed note; ``place``: where the fault is heard, if not at the note."""
    cost = spoiled(ground, [block.with_pitch(voice, pitch)])
    where = (place or block).tick
    return Plant(rule, where, voices or (voice,), (one_note(block, voice, pitch),), words, also, cost)


def planted_chord(
    ground: Ground, rule: str, block: Block, tones: Sequence[Tone], bass: Tone, words: str, also: tuple[str, ...] = (),
    place: Block | None = None,
) -> Iterator[Plant]:
    """A plant of a whole chord put in a block's place: all tones, near the old notes, the quietest ways."""
    index = ground.blocks.index(block)
    before = ground.blocks[index - 1] if index else None
    choices = [[p for tone in tones for p in near(tone, block.pitches[voice], 5)] for voice in range(3)]
    ways = []
    for low in near(bass, block.pitches[BASS], 9):
        for upper in product(*choices):
            row = (*upper, low)
            if {(p.step, p.alter) for p in row} != set(tones):
                continue
            cost = len([*upright(row), *(moving(before.pitches, row) if before else ())])
            if not cost:
                ways.append((sum(abs(p.midi - q.midi) for p, q in zip(row, block.pitches, strict=True)), row))
    for cost, row in sorted(ways)[:2]:
        edits = tuple(one_note(block, v, p) for v, p in enumerate(row) if p != block.pitches[v])
        voices = tuple(edit.voice for edit in edits)
        yield Plant(rule, (place or block).tick, voices, edits, words, also, cost // 6)


def cut(block: Block, voice: int, first: Pitch, second: Pitch, share: int = 2) -> Edit:
    """The note of a voice becomes two; the second takes one part in ``share`` of its length."""
    length = block.end - block.tick
    head = length - length // share
    return Edit(voice, block.tick, (
        Note(block.tick, head, (first,)), Note(block.tick + head, length - head, (second,), False, block.fermata),
    ))  # fmt: skip


def scale_steps(ground: Ground, block: Block, around: Pitch, reach: int = REACH) -> list[Pitch]:
    """Pitches of the scale in force near a pitch: by the chord's key, else by the home key."""
    key = (block.harmony.key if block.harmony else None) or ground.home
    if key is None:
        return []
    found: list[Pitch] = []
    for letters, semitones in enumerate(key.scale):
        step = (key.step + letters) % 7
        alter = ((key.tonic_pc + semitones) - (0, 2, 4, 5, 7, 9, 11)[step] + 6) % 12 - 6
        found += near((step, alter), around, reach)
    return sorted(found, key=lambda pitch: pitch.midi)
