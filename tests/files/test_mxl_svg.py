"""Compressed MusicXML and engraved pages: the same bytes each time, and what is inside them."""

from __future__ import annotations

import io
import re
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from handmade import handmade, staff_rows
from lxml import etree

from composer.errors import LimitError, OutputError
from composer.files import musicxml, musicxml_reader, mxl, svg

NAME = "song there and back"
SVG = "{http://www.w3.org/2000/svg}"


def test_mxl_members_have_no_date_of_their_own() -> None:
    data = mxl.to_bytes(handmade(NAME))
    assert data == mxl.to_bytes(handmade(NAME))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.namelist() == ["META-INF/container.xml", mxl.ROOT_NAME]
        assert {member.date_time for member in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert archive.read(mxl.ROOT_NAME) == musicxml.to_bytes(handmade(NAME))
        container = etree.fromstring(archive.read("META-INF/container.xml"))
    assert container.find("rootfiles/rootfile").get("full-path") == mxl.ROOT_NAME


def test_mxl_is_read_back(tmp_path: Path) -> None:
    path = tmp_path / "page.mxl"
    path.write_bytes(mxl.to_bytes(handmade(NAME)))
    assert staff_rows(musicxml_reader.read(path)) == staff_rows(handmade(NAME))


@pytest.fixture(scope="module")
def page() -> bytes:
    return svg.to_bytes(handmade(NAME))


def test_svg_is_the_same_in_every_process(page: bytes) -> None:
    assert svg.to_bytes(handmade(NAME)) == page


def test_svg_asks_nobody_for_anything(page: bytes) -> None:
    text = page.decode()
    links = set(re.findall(r'(?:href|src)="([^#"][^"]*)"|url\(([^)]{0,20})', text))
    assert {found for pair in links for found in pair if found} <= {"data:application/fon"}
    assert set(re.findall(r"https?://[^\"')\s]+", text)) <= {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}


def test_svg_shows_title_systems_and_signs(page: bytes) -> None:
    root = etree.fromstring(page)
    assert root.findtext(f"{SVG}title") == "Song"
    texts = ["".join(node.itertext()).strip() for node in root.iter(f"{SVG}text")]
    assert texts[0] == "Song"
    kinds = [node.get("class", "").split()[0] for node in root.iter(f"{SVG}g") if node.get("class")]
    assert kinds.count("system") == 3  # one for each section, as the score says
    assert kinds.count("keySig") >= 3 * 2
    assert kinds.count("note") == sum(1 for _ in etree.fromstring(musicxml.to_bytes(handmade(NAME))).iter("pitch"))
    assert kinds.count("harm") == 4


def test_a_squeezed_system_gets_smaller_staves_or_other_breaks() -> None:
    score = handmade("reel")
    (voice,) = score.voices
    runs = tuple(
        replace(voice.notes[0], onset_ticks=60 * n, length_ticks=60, pitches=voice.notes[n % 8].pitches, tied=False)
        for n in range(32 * 4)
    )
    dense = replace(score, voices=(replace(voice, notes=runs),), reading=None, marks=())
    usual = re.search(rb'viewBox="0 0 (\d+) (\d+)"', svg.to_bytes(replace(score, reading=None, marks=())))
    found = re.search(rb'viewBox="0 0 (\d+) (\d+)"', svg.to_bytes(dense))
    assert usual is not None and found is not None
    assert int(found.group(1)) == int(usual.group(1))
    assert int(found.group(2)) != int(usual.group(2))


def test_signs_in_a_title_are_kept() -> None:
    root = etree.fromstring(svg.to_bytes(replace(handmade("polka"), title='A <b> & "c" ü')))
    assert root.findtext(f"{SVG}title") == 'A <b> & "c" ü'


def test_a_slow_engraver_is_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(svg, "TIME_LIMIT_S", 0.001)
    with pytest.raises(LimitError, match="fewer bars") as caught:
        svg.to_bytes(handmade("polka"))
    assert caught.value.exit_code == 3


def test_a_failing_engraver_is_one_line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for program, said in (("raise ValueError('no\\nway')", "way"), ("import os; os.abort()", "-6"), ("", "code 0")):
        engraver = tmp_path / "engrave.py"
        engraver.write_text(program)
        monkeypatch.setattr(svg, "ENGRAVER", engraver)
        with pytest.raises(OutputError, match=said) as caught:
            svg.to_bytes(handmade("polka"))
        assert len(str(caught.value).splitlines()) == 1


def test_the_engraver_says_what_it_cannot_read() -> None:
    done = subprocess.run(
        [sys.executable, "-P", str(svg.ENGRAVER)], input=b"no score", capture_output=True, timeout=60, check=False
    )
    assert done.returncode == 1
    assert done.stdout == b""
    assert done.stderr.decode().count("\n") == 1
