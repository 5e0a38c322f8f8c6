"""Pages made by hand in every shape: valid, the same music again in music21, in our reader and in MuseScore."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from handmade import TEXTS, handmade, page_rows, staff_rows
from lxml import etree

from composer.files import midi, musicxml, musicxml_reader, plain
from composer.files.grid import bars_of_score
from composer.score.key import MODE_FIFTHS, Key
from composer.score.score import Score
from composer.score.text import parse_text
from composer.score.time import TICKS_PER_QUARTER

SCHEMA = Path(__file__).parents[1] / "schema" / "musicxml.xsd"


@pytest.fixture(scope="session")
def schema() -> Any:
    return etree.XMLSchema(etree.parse(str(SCHEMA), etree.XMLParser(no_network=True)))


@pytest.fixture(scope="session")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The file of every hand-made page."""
    folder = tmp_path_factory.mktemp("handmade")
    files = {name: folder / f"{name.replace(' ', '-')}.musicxml" for name in TEXTS}
    for name, path in files.items():
        path.write_bytes(musicxml.to_bytes(handmade(name)))
    return files


def parsed(path: Path) -> Any:
    from music21 import converter

    reader = converter.Converter()
    reader.parseFile(path, format="musicxml", forceSource=True, storePickle=False)
    return reader.stream


def same_music(ours: Score, read: Score) -> None:
    """Notes, key, meter, upbeat and sections are the same."""
    assert staff_rows(read) == staff_rows(ours)
    assert (read.key.fifths, read.meter, read.pickup_ticks) == (ours.key.fifths, ours.meter, ours.pickup_ticks)
    if ours.reading is None or not ours.reading.sections:
        return
    assert read.reading is not None
    for mine, theirs in zip(ours.reading.sections, read.reading.sections, strict=True):
        assert (theirs.label, theirs.onset_ticks) == (mine.label, mine.onset_ticks)
        assert (theirs.key or read.key).fifths == (mine.key or ours.key).fifths


@pytest.mark.parametrize("name", TEXTS)
def test_valid_and_the_same_music(name: str, pages: dict[str, Path], schema: Any) -> None:
    assert schema.validate(etree.parse(str(pages[name]))), schema.error_log
    assert page_rows(parsed(pages[name])) == staff_rows(handmade(name))
    read = musicxml_reader.read(pages[name])
    same_music(handmade(name), read)
    assert read.key == handmade(name).key  # MuseScore 3 forgets modes beside major and minor


@pytest.mark.parametrize("name", TEXTS)
def test_what_is_read_is_written_again(name: str, pages: dict[str, Path], tmp_path: Path) -> None:
    read = musicxml_reader.read(pages[name])
    path = tmp_path / "again.musicxml"
    path.write_bytes(musicxml.to_bytes(read))
    assert staff_rows(musicxml_reader.read(path)) == staff_rows(read)


@pytest.mark.parametrize("name", TEXTS)
def test_bars_are_numbered_from_the_first_full_one(name: str, pages: dict[str, Path]) -> None:
    score, document = handmade(name), etree.parse(str(pages[name]))
    first = 0 if score.pickup_ticks else 1
    for part in document.iter("part"):
        measures = part.findall("measure")
        assert [int(m.get("number")) for m in measures] == list(range(first, first + len(measures)))
        assert [m.get("implicit") == "yes" for m in measures] == [m.get("number") == "0" for m in measures]


@pytest.mark.parametrize("name", TEXTS)
def test_every_voice_fills_every_bar(name: str, pages: dict[str, Path]) -> None:
    score, document = handmade(name), etree.parse(str(pages[name]))
    divisions = int(document.findtext(".//divisions"))
    lengths = [bar.length_ticks * divisions // TICKS_PER_QUARTER for bar in bars_of_score(score)]
    for part, ours in zip(document.iter("part"), score.parts, strict=True):
        for measure, length in zip(part.findall("measure"), lengths, strict=True):
            sums: dict[str, int] = {}
            for note in measure.findall("note"):
                if note.find("chord") is None:
                    voice = note.findtext("voice", "1")
                    sums[voice] = sums.get(voice, 0) + int(note.findtext("duration"))
            assert list(sums.values()) == [length] * sum(len(staff.voices) for staff in ours.staves)


def test_the_upbeat_and_the_last_bar_are_one_bar() -> None:
    bars = bars_of_score(handmade("hymn with an upbeat"))
    assert [(bar.number, bar.length_ticks, bar.lead_ticks) for bar in bars] == [
        (0, 480, 960), (1, 1440, 0), (2, 1440, 0), (3, 1440, 0), (4, 960, 0),
    ]


def test_marks_stand_at_their_bars(pages: dict[str, Path]) -> None:
    part = etree.parse(str(pages["hymn with an upbeat"])).find("part")
    where = {m.get("number"): [r.text for r in m.iter("rehearsal")] for m in part.findall("measure")}
    assert where == {"0": [], "1": ["A"], "2": [], "3": ["B"], "4": []}
    assert [m.get("number") for m in part.findall("measure") if m.find("print[@new-system]") is not None] == ["3"]
    assert [m.get("number") for m in part.findall("measure") if m.find("harmony") is not None] == ["1", "2", "3", "4"]
    assert [wedge.get("type") for wedge in part.iter("wedge")] == ["crescendo", "stop"]


def test_stems_of_two_voices(pages: dict[str, Path]) -> None:
    document = etree.parse(str(pages["hymn with an upbeat"]))
    stems = {(note.findtext("staff"), note.findtext("voice"), note.findtext("stem"))
             for note in document.iter("note") if note.find("rest") is None}
    assert stems == {("1", "1", "up"), ("1", "2", "down"), ("2", "3", "up"), ("2", "4", "down")}
    hidden = [note.findtext("voice") for note in document.iter("note") if note.get("print-object") == "no"]
    assert hidden == ["2"]


def test_keys_of_sections_are_written_there_and_back(pages: dict[str, Path]) -> None:
    document = etree.parse(str(pages["song there and back"]))
    for part in document.iter("part"):
        signs = [
            (m.get("number"), key.findtext("fifths"), key.findtext("mode"))
            for m in part.findall("measure") for key in m.iter("key")
        ]
        assert signs == [("1", "-4", "minor"), ("2", "-1", "major"), ("4", "-4", "minor")]
        styles = [m.findtext("barline/bar-style") for m in part.findall("measure")]
        assert styles == ["light-light", None, "light-light", "light-heavy"]
    shown = [(n.findtext("pitch/step"), n.findtext("accidental")) for n in document.find("part").iter("note")]
    assert shown == [("A", None), ("G", None), ("B", None), ("A", None), ("E", None), ("E", "natural"), ("F", None)]


def test_clefs(pages: dict[str, Path]) -> None:
    clefs = [c.findtext("sign") for c in etree.parse(str(pages["quartet with a full last bar"])).iter("clef")]
    assert clefs == ["G", "G", "C", "F"]
    read = musicxml_reader.read(pages["quartet with a full last bar"])
    assert [staff.clef for part in read.parts for staff in part.staves] == ["treble", "treble", "alto", "bass"]


def test_a_choir_on_two_staves_is_read_as_one(pages: dict[str, Path]) -> None:
    read = musicxml_reader.read(pages["hymn with an upbeat"])
    assert [voice.role for voice in read.voices] == ["soprano", "alto", "tenor", "bass"]


@pytest.mark.parametrize("mode", MODE_FIFTHS)
def test_modes_are_written_and_read(mode: str, tmp_path: Path) -> None:
    score = parse_text(f"key: D {mode}\nM: D4:4 | D4")
    score = Score(score.title, score.meter, Key(1, 0, mode), score.voices, TEXTS["reel"][1])
    data = musicxml.to_bytes(score)
    assert etree.fromstring(data).findtext(".//key/mode") == mode
    path = tmp_path / "mode.musicxml"
    path.write_bytes(data)
    assert musicxml_reader.read(path).key == score.key


@pytest.mark.parametrize("mode", MODE_FIFTHS)
def test_modes_are_kept_by_the_text(mode: str) -> None:
    assert plain.to_bytes(parse_text(f"key: Eb {mode}\nM: C4:4")).startswith(f"key: Eb {mode}".encode())


def test_groups_of_staves(pages: dict[str, Path]) -> None:
    signs = {name: [s.text for s in etree.parse(str(path)).iter("group-symbol")] for name, path in pages.items()}
    assert signs["quartet with a full last bar"] == ["bracket"]
    assert signs["song there and back"] == signs["hymn with an upbeat"] == signs["reel"] == []


@pytest.mark.parametrize("name", TEXTS)
def test_text_is_read_back(name: str) -> None:
    data = plain.to_bytes(handmade(name))
    read = parse_text(data.decode())
    ours = handmade(name)
    assert plain.to_bytes(read) == data
    assert (read.key, read.pickup_ticks, read.end_ticks) == (ours.key, ours.pickup_ticks, ours.end_ticks)
    assert read.reading == ours.reading


@pytest.mark.parametrize("name", TEXTS)
def test_midi_counts_the_same_bars(name: str, tmp_path: Path) -> None:
    import symusic

    score = handmade(name)
    path = tmp_path / "page.mid"
    path.write_bytes(midi.to_bytes(score))
    read = symusic.Score(str(path))
    meters = [(sign.time, sign.numerator / sign.denominator) for sign in read.time_signatures]
    whole = score.meter.numerator / score.meter.denominator
    upbeat = score.pickup_ticks / TICKS_PER_QUARTER / 4
    assert meters == ([(0, upbeat), (score.pickup_ticks, whole)] if upbeat else [(0, whole)])
    bars = bars_of_score(score)
    wanted = [(bars[0].onset_ticks, bars[0].key.fifths)]
    wanted += [(b.onset_ticks, b.key.fifths) for a, b in pairwise(bars) if a.key != b.key]
    assert [(sign.time, sign.key) for sign in read.key_signatures] == wanted


def test_beat_units_of_metronome_marks() -> None:
    units = (("2/2", "half", 0, "120"), ("9/8", "quarter", 1, "90"), ("3/4", "quarter", 0, "60"))
    for meter, unit, dots, sound in units:
        score = parse_text(f"meter: {meter}\ntempo: 60\nM: C4:1")
        document = etree.fromstring(musicxml.to_bytes(Score(
            "", score.meter, score.key, score.voices, TEXTS["reel"][1], None, 60.0
        )))
        assert document.findtext(".//metronome/beat-unit") == unit
        assert len(document.findall(".//metronome/beat-unit-dot")) == dots
        assert document.find(".//sound").get("tempo") == sound


@pytest.fixture(scope="session")
def musescore(pages: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The folder with what MuseScore made of the pages, and what it said."""
    program = shutil.which("musescore3")
    if program is None:
        pytest.skip("musescore3 is not on PATH (Debian package musescore3)")
    folder = tmp_path_factory.mktemp("musescore")
    (folder / "job.json").write_text(json.dumps([{"in": str(p), "out": str(folder / p.name)} for p in pages.values()]))
    runtime = tmp_path_factory.mktemp("runtime")
    runtime.chmod(0o700)
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "XDG_RUNTIME_DIR": str(runtime), "HOME": str(runtime)}
    done = subprocess.run(
        [program, "-j", str(folder / "job.json")], env=environment, capture_output=True, text=True, timeout=120,
        check=True,
    )
    return folder, done.stdout + done.stderr


@pytest.mark.xdist_group("musescore")
@pytest.mark.parametrize("name", TEXTS)
def test_the_same_page_after_musescore(name: str, musescore: tuple[Path, str], pages: dict[str, Path]) -> None:
    folder, said = musescore
    assert "is not a valid" not in said
    again = folder / pages[name].name
    assert page_rows(parsed(again)) == staff_rows(handmade(name))
    same_music(handmade(name), musicxml_reader.read(again))
    numbers = [m.get("number") for m in etree.parse(str(again)).find("part").findall("measure")]
    assert numbers == [m.get("number") for m in etree.parse(str(pages[name])).find("part").findall("measure")]
