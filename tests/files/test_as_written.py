"""A line that somebody wrote comes back head for head, with its words, signs, grace notes and bar lines."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import pytest
from lxml import etree
from pieces import SCHEMA

from composer.files import musicxml, mxl
from composer.files.as_written import as_written
from composer.files.door import open_score
from composer.files.given import ARTICULATIONS, ORNAMENTS
from composer.score.key import Key
from composer.score.note import Note, Script, Syllable, Voice
from composer.score.pitch import Pitch
from composer.score.score import BarSign, Part, Score, Staff
from composer.score.time import Meter

PARTS = (Part("Voice", "V.", 52, (Staff("treble", ("melody",)),)),)
HEADS = (120, 160, 192, 240, 320, 360, 480, 720, 840, 960, 1440, 1680, 1920)
SIGNS = (*ARTICULATIONS, *ORNAMENTS)


@pytest.fixture(scope="module")
def schema() -> Any:
    return etree.XMLSchema(etree.parse(str(SCHEMA), etree.XMLParser(no_network=True)))


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


def drawn_pitch(draw: Random) -> Pitch:
    return Pitch(draw.randint(3, 5), draw.randint(0, 6), draw.randint(-1, 1))


def drawn_tune(seed: int) -> Score:
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
                pitch = held or drawn_pitch(draw)
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


@pytest.mark.parametrize("seed", range(24))
def test_heads_come_back(seed: int, schema: Any, tmp_path: Path) -> None:
    score = drawn_tune(seed)
    path = tmp_path / "tune.musicxml"
    data = musicxml.to_bytes(score)
    path.write_bytes(data)
    schema.assertValid(etree.fromstring(data))
    back = as_written(open_score(path), 0)
    assert sung(back) == sung(score)
    assert back.pickup_ticks == score.pickup_ticks and back.end_ticks == score.end_ticks
    path.with_suffix(".mxl").write_bytes(mxl.packed(data))
    assert as_written(open_score(path.with_suffix(".mxl")), 0).voices == back.voices


def test_bar_lines_come_back(schema: Any, tmp_path: Path) -> None:
    notes = tuple(Note(480 * n, 480, (Pitch(4, n % 7),)) for n in range(16))
    signs = (
        BarSign(0, "repeat-forward"), BarSign(1920, "ending-start", "1"), BarSign(3840, "ending-stop", "1"),
        BarSign(3840, "repeat-backward"), BarSign(3840, "ending-start", "2"), BarSign(5760, "ending-stop", "2"),
        BarSign(5760, "double"),
    )
    score = Score("t", Meter(4, 4), Key(0, 0, "major"), (Voice("melody", "melody", notes),), PARTS, bar_signs=signs)
    (tmp_path / "t.musicxml").write_bytes(musicxml.to_bytes(score))
    schema.assertValid(etree.fromstring(musicxml.to_bytes(score)))
    assert as_written(open_score(tmp_path / "t.musicxml"), 0).bar_signs == signs


ABC = """X:1
T:Words
M:3/4
L:1/4
K:D
A|:"D"(d {e}d) .f|"A7"Hc>B !trill!A|1 d3:|2 d2z||
w:Oh my dar-ling clem-en-tine_ la
w:two **three|four _ six~seven
"""


def test_words_of_abc(tmp_path: Path) -> None:
    path = tmp_path / "t.abc"
    path.write_text(ABC)
    score = as_written(open_score(path), 0)
    notes = [note for note in score.voices[0].notes if note.script]
    first = [[s.text for s in n.script.syllables if s.verse == "1"] for n in notes if n.script]
    assert [texts[0] if texts else "" for texts in first] == [
        "Oh", "my", "dar", "ling", "clem", "en", "tine", "", "la"
    ]  # fmt: skip
    second = [[s.text for s in n.script.syllables if s.verse == "2"] for n in notes if n.script]
    assert [texts[0] if texts else "" for texts in second] == [
        "two", "", "", "three", "four", "", "six seven", "", ""
    ]  # fmt: skip
    places = [s.place for n in notes if n.script for s in n.script.syllables if s.verse == "1"]
    assert places == ["single", "single", "begin", "end", "begin", "middle", "end", "single"]
    assert [note.fermata for note in notes].index(True) == 4 and sum(note.fermata for note in notes) == 1
    assert notes[6].script and notes[6].script.signs == ("trill-mark",)
    assert notes[2].script and notes[2].script.graces == (Pitch(5, 2),)
    assert [sign.kind for sign in score.bar_signs][:3] == ["repeat-forward", "ending-start", "ending-stop"]


def test_text_is_as_it_stands(tmp_path: Path) -> None:
    path = tmp_path / "t.txt"
    path.write_text("M: C4_ C4:1/2 D4 E4:2@\n")
    opened = open_score(path)
    assert as_written(opened, 0).voices == opened.score.voices
