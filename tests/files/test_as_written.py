"""A line that somebody wrote comes back head for head, with its words, signs, grace notes and bar lines."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import symusic
from lxml import etree
from pieces import SCHEMA
from written_tunes import PARTS, drawn_tune, sung

from composer.files import json_text, midi, musicxml, mxl
from composer.files.as_written import as_written
from composer.files.door import open_score
from composer.score.key import Key
from composer.score.note import Note, Voice
from composer.score.pitch import Pitch
from composer.score.score import BarSign, Score
from composer.score.time import BarLine, Meter


@pytest.fixture(scope="module")
def schema() -> Any:
    return etree.XMLSchema(etree.parse(str(SCHEMA), etree.XMLParser(no_network=True)))


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


def test_words_go_into_other_formats() -> None:
    score = drawn_tune(3)
    texts = [n.script.syllables[0].text for n in score.voices[0].sounding() if n.script and n.script.syllables]
    tracks = symusic.Score.from_midi(midi.to_bytes(score)).tracks
    assert texts and [word.text.rstrip("-") for track in tracks for word in track.lyrics] == texts
    notes = json.loads(json_text.to_bytes(score))["voices"][0]["notes"]
    scripts = [note.script for note in score.voices[0].notes if note.pitches]
    assert [note.get("lyrics", {}) for note in notes] == [
        {one.verse: one.text for one in script.syllables} if script else {} for script in scripts
    ]  # fmt: skip


def test_who_wrote_it_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "t.musicxml"
    data = musicxml.to_bytes(replace(drawn_tune(1), author="Anna Example", recipe={"by": "Composer 0"}))
    path.write_bytes(data)
    creators = [(c.get("type"), c.text) for c in etree.fromstring(data).iter("creator")]
    assert creators == [("composer", "Anna Example"), ("arranger", "Composer 0")]
    assert as_written(open_score(path), 0).author == "Anna Example"


def test_an_upbeat_before_bars_of_many_kinds_is_counted_in_midi(tmp_path: Path) -> None:
    three, two = Meter(3, 4), Meter(2, 4)
    lines = (BarLine(0, 0, three, 480, 960), BarLine(480, 1, three, 1440), BarLine(1920, 2, two, 960))
    notes = tuple(Note(480 * n, 480, (Pitch(4, n % 7),)) for n in range(6))
    voice = Voice("melody", "melody", notes)
    score = Score("t", three, Key(0, 0, "major"), (voice,), PARTS, pickup_ticks=480, bar_lines=lines)
    (tmp_path / "t.mid").write_bytes(midi.to_bytes(score))
    back = open_score(tmp_path / "t.mid").score
    assert [back.bar_of(note.onset_ticks) for note in notes] == [score.bar_of(note.onset_ticks) for note in notes]
