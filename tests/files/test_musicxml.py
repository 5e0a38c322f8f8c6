"""MusicXML: valid against the schema, the same notes again in music21, in our reader and in MuseScore."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from pieces import BRIEFS, SCHEMA, musicxml_bytes, piece, score_notes, stream_notes

from composer.errors import InputError
from composer.files import musicxml, musicxml_reader
from composer.files.grid import bars_of_score
from composer.score.time import TICKS_PER_QUARTER

THROUGH_MUSESCORE = (
    "sad piano", "happy lead sheet", "calm choir", "heroic piano", "mournful choir", "dreamy lead sheet",
)


@pytest.fixture(scope="session")
def schema() -> Any:
    return etree.XMLSchema(etree.parse(str(SCHEMA), etree.XMLParser(no_network=True)))


def reread(path: Path) -> Any:
    from music21 import converter

    reader = converter.Converter()
    reader.parseFile(path, format="musicxml", forceSource=True, storePickle=False)
    return reader.stream


@pytest.mark.parametrize("name", BRIEFS)
def test_valid_against_the_schema(name: str, schema: Any) -> None:
    document = etree.fromstring(musicxml_bytes(name))
    assert schema.validate(document), schema.error_log


def test_the_schema_finds_faults(schema: Any) -> None:
    document = etree.fromstring(musicxml_bytes("happy lead sheet"))
    document.find(".//note/duration").text = "long"
    assert not schema.validate(document)


@pytest.mark.parametrize("name", BRIEFS)
def test_the_same_notes_in_music21(name: str, musicxml_file: Callable[[str], Path]) -> None:
    assert stream_notes(reread(musicxml_file(name))) == score_notes(piece(name).score)


@pytest.mark.parametrize("name", BRIEFS)
def test_the_same_notes_in_our_reader(name: str, musicxml_file: Callable[[str], Path]) -> None:
    score, read = piece(name).score, musicxml_reader.read(musicxml_file(name))
    assert score_notes(read) == score_notes(score)
    assert read.recipe == json.loads(json.dumps(score.recipe))
    assert [part.program for part in read.parts] == [part.program for part in score.parts]
    assert [[s.clef for s in p.staves] for p in read.parts] == [[s.clef for s in p.staves] for p in score.parts]


@pytest.mark.parametrize("name", ["sad piano", "happy lead sheet", "dreamy lead sheet", "heroic piano"])
def test_chord_symbols_come_back_as_chords(name: str, musicxml_file: Callable[[str], Path]) -> None:
    score, read = piece(name).score, musicxml_reader.read(musicxml_file(name))
    assert score.reading is not None and read.reading is not None
    assert read.reading.chords
    for span in read.reading.chords:
        ours = score.reading.chord_at(span.onset_ticks)
        assert ours is not None
        assert (span.chord.root, span.chord.quality) == (ours.chord.root, ours.chord.quality)
        assert span.chord.bass == ours.chord.bass


@pytest.mark.parametrize("name", BRIEFS)
def test_every_bar_is_full_on_every_staff(name: str) -> None:
    score = piece(name).score
    document = etree.fromstring(musicxml_bytes(name))
    divisions = int(document.findtext(".//divisions"))
    wanted = [bar.length_ticks * divisions // TICKS_PER_QUARTER for bar in bars_of_score(score)]
    for part in document.iter("part"):
        for measure, length in zip(part.findall("measure"), wanted, strict=True):
            sums: dict[str, int] = {}
            for note in measure.findall("note"):
                if note.find("chord") is None:
                    staff = note.findtext("staff", "1")
                    sums[staff] = sums.get(staff, 0) + int(note.findtext("duration"))
            assert set(sums.values()) == {length}


@pytest.mark.parametrize("name", BRIEFS)
def test_what_a_page_shows(name: str) -> None:
    score = piece(name).score
    document = etree.fromstring(musicxml_bytes(name))
    assert document.get("version") == "4.0"
    assert score.reading is not None
    assert [mark.text for mark in document.iter("rehearsal")] == [section.label for section in score.reading.sections]
    words = [" ".join(word.text.split()) for word in document.iter("words")]
    assert words[0] == score.tempo_words
    assert len(list(document.iter("metronome"))) == 1
    assert len(list(document.iter("dynamics"))) >= 1
    assert bool(list(document.iter("harmony"))) == score.chord_symbols
    wedges = [wedge.get("type") for wedge in document.iter("wedge")]
    assert wedges[1::2] == ["stop"] * (len(wedges) // 2)
    assert len(wedges) % 2 == 0
    styles = [part.findall("measure")[-1].findtext("barline/bar-style") for part in document.iter("part")]
    assert set(styles) == {"light-heavy"}
    assert document.findtext(".//key/mode") == ("minor" if score.key.is_minor else "major")
    assert not list(document.iter("encoding-date"))


@pytest.mark.parametrize("name", ["sad piano", "tender choir", "dreamy lead sheet"])
def test_the_last_staff_has_the_same_bars(name: str) -> None:
    document = etree.fromstring(musicxml_bytes(name))
    assert len({len(part.findall("measure")) for part in document.iter("part")}) == 1


def test_the_same_bytes_twice() -> None:
    score = piece("sad piano").score
    assert musicxml.to_bytes(score) == musicxml.to_bytes(score) == musicxml_bytes("sad piano")


def test_signs_in_a_title_are_escaped() -> None:
    score = replace(piece("happy lead sheet").score, title='A <b> & "c" ü 音')
    document = etree.fromstring(musicxml.to_bytes(score))
    assert document.findtext("movement-title") == 'A <b> & "c" ü 音'


@pytest.mark.parametrize(("name", "data"), [
    ("empty.musicxml", b""), ("words.musicxml", b"no xml at all"), ("other.musicxml", b"<x/>"),
    ("half.musicxml", b"<score-partwise><part-list>"), ("bytes.mxl", b"PK\x03\x04broken"),
    ("none.musicxml", b"<score-partwise version='4.0'><part-list/></score-partwise>"),
])
def test_what_is_no_score_is_refused_in_one_line(name: str, data: bytes, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(InputError) as caught:
        musicxml_reader.read(path)
    assert name in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        musicxml_reader.read(tmp_path / "gone.musicxml")


def test_a_change_of_meter_is_refused(tmp_path: Path) -> None:
    document = etree.fromstring(musicxml_bytes("happy lead sheet"))
    second = document.find("part").findall("measure")[1]
    second.insert(0, etree.fromstring("<attributes><time><beats>4</beats><beat-type>4</beat-type></time></attributes>"))
    path = tmp_path / "two-meters.musicxml"
    path.write_bytes(etree.tostring(document))
    with pytest.raises(InputError, match="meter changes"):
        musicxml_reader.read(path)


@pytest.fixture(scope="session")
def musescore(musicxml_file: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The folder with what MuseScore made of our files, and what it said."""
    program = shutil.which("musescore3")
    if program is None:
        pytest.skip("musescore3 is not on PATH (Debian package musescore3)")
    folder = tmp_path_factory.mktemp("musescore")
    jobs = [
        {"in": str(musicxml_file(name)), "out": str(folder / musicxml_file(name).name)} for name in THROUGH_MUSESCORE
    ]
    (folder / "job.json").write_text(json.dumps(jobs))
    runtime = tmp_path_factory.mktemp("runtime")
    runtime.chmod(0o700)
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "XDG_RUNTIME_DIR": str(runtime), "HOME": str(runtime)}
    done = subprocess.run(
        [program, "-j", str(folder / "job.json")], env=environment, capture_output=True, text=True, timeout=120,
        check=True,
    )
    return folder, done.stdout + done.stderr


@pytest.mark.xdist_group("musescore")
@pytest.mark.parametrize("name", THROUGH_MUSESCORE)
def test_the_same_notes_after_musescore(
    name: str, musescore: tuple[Path, str], musicxml_file: Callable[[str], Path]
) -> None:
    folder, said = musescore
    assert "is not a valid" not in said
    again = folder / musicxml_file(name).name
    assert stream_notes(reread(again)) == score_notes(piece(name).score)
    read = musicxml_reader.read(again)
    assert read.reading is not None
    assert [section.label for section in read.reading.sections] == list(piece(name).request.labels)
    assert read.key == piece(name).score.key
