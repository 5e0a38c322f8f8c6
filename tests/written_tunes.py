"""Tunes as somebody might have written them, drawn by a seed, and what must come back of them."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from composer.files.given import ARTICULATIONS, ORNAMENTS
from composer.score.key import Key
from composer.score.note import Note, Script, Syllable, Voice
from composer.score.pitch import Pitch
from composer.score.score import Part, Score, Staff
from composer.score.time import Meter

PARTS = (Part("Voice", "V.", 52, (Staff("treble", ("melody",)),)),)
HEADS = (120, 160, 192, 240, 320, 360, 480, 720, 840, 960, 1440, 1680, 1920)
LOWEST, HIGHEST = 52, 83
SIGNS = (*ARTICULATIONS, *ORNAMENTS)
TEXTS = ("la", "Ä-men", "o’er", "Ω", "one two", "…")


def drawn_script(draw: Random) -> Script:
    """Syllables of up to two verses, signs and grace notes."""
    verses = sorted(draw.sample(["1", "2"], draw.randint(0, 2)))
    syllables = tuple(
        Syllable(verse, draw.choice(TEXTS), draw.choice(["single", "begin", "middle", "end"]), draw.random() < 0.3)
        for verse in verses
    )
    signs = tuple(draw.sample(SIGNS, draw.choice([0, 0, 1, 2])))
    return Script(syllables, signs, tuple(drawn_pitch(draw) for _ in range(draw.choice([0, 0, 0, 1, 2]))))


def drawn_pitch(draw: Random, low: int = LOWEST, high: int = HIGHEST) -> Pitch:
    """Any spelling between two MIDI numbers."""
    while True:
        pitch = Pitch(draw.randint(3, 5), draw.randint(0, 6), draw.randint(-1, 1))
        if low <= pitch.midi <= high:
            return pitch


def drawn_tune(seed: int, low: int = LOWEST, high: int = HIGHEST) -> Score:
    """A tune of a few bars of 4/4, each filled with heads and rests; some heads are tied to the next."""
    draw = Random(seed)
    pickup = draw.choice([0, 480, 960])
    notes: list[Note] = []
    held: Pitch | None = None
    onset = 0
    for length in [pickup] * bool(pickup) + [1920] * draw.randint(2, 4):
        end = onset + length
        while onset < end:
            fitting = [head for head in HEADS if head <= end - onset and is_whole(end - onset - head)]
            head = draw.choice(fitting)
            if held is None and draw.random() < 0.1 and head % 240 == 0:
                notes.append(Note(onset, head))
            else:
                pitch = held or drawn_pitch(draw, low, high)
                held = pitch if draw.random() < 0.25 else None
                fermata = draw.random() < 0.2
                notes.append(Note(onset, head, (pitch,), held is not None, fermata, 0, drawn_script(draw)))
            onset += head
    notes[-1] = replace(notes[-1], tied=False)
    slurred = [place for place, note in enumerate(notes) if note.script]
    for first, last in zip(slurred[::4], slurred[2::4], strict=False):
        for place, sign in ((first, "slur-start"), (last, "slur-stop")):
            script = notes[place].script
            assert script is not None
            notes[place] = replace(notes[place], script=replace(script, signs=(*script.signs, sign)))
    voice = Voice("melody", "melody", tuple(notes))
    return Score("A tune", Meter(4, 4), Key(0, 0, "major"), (voice,), PARTS, pickup_ticks=pickup)


def is_whole(left: int) -> bool:
    """Whether heads can fill what is left of a bar."""
    return left == 0 or any(is_whole(left - head) for head in HEADS if head <= left)


def sung(score: Score) -> list[tuple[object, ...]]:
    """What must come back of a tune: every head with all that stands at it."""
    return [
        (note.onset_ticks, note.length_ticks, note.pitches, note.tied, note.fermata,
         _sorted(note.script) if note.script else None)
        for note in score.voices[0].notes if note.pitches
    ]  # fmt: skip


def _sorted(script: Script) -> Script:
    return replace(script, signs=tuple(sorted(script.signs)))
