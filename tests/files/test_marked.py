"""A marked score is the user's own with additions alone: taken out again, what was there is there."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import pytest
from foreign import CHORALES, attributes, corpus, line, note, page
from handmade import handmade
from lxml import etree

from composer.errors import OutputError
from composer.files import midi, musicxml, mxl, plain
from composer.files.door import Opened, open_score
from composer.files.incoming import unpacked
from composer.files.marked import write_marked

RED, RULE, NUMERAL = "#C00000", "one-rule", "V6/5"


@pytest.fixture(scope="module")
def schema() -> Any:
    path = Path(__file__).parents[1] / "schema" / "musicxml.xsd"
    return etree.XMLSchema(etree.parse(str(path), etree.XMLParser(no_network=True)))


def mark(opened: Opened, path: Path) -> int:
    """Marks in every voice, on notes, on rests and inside notes; how many notes were to be coloured."""
    voices = opened.score.voices
    colours = {(v, n.onset_ticks): RED for v, voice in enumerate(voices) for n in voice.sounding()[v::5]}
    texts = [(n.onset_ticks, v, RULE) for v, voice in enumerate(voices) for n in voice.notes[v::7]]
    texts += [(voices[0].notes[-1].onset_ticks + 77, v, RULE) for v in range(len(voices))]
    numerals = [(tick, NUMERAL) for tick in range(0, opened.score.end_ticks, 720)]
    assert write_marked(opened, colours, texts, numerals, path)
    return len(colours)


def without_marks(root: Any) -> bytes:
    for element in root.iter("note"):
        if element.get("color") == RED:
            del element.attrib["color"]
    for element in list(root.iter("direction", "lyric")):
        if any((one.text or "").startswith((RULE, NUMERAL)) for one in element.iter("words", "text")):
            element.getparent().remove(element)
    for element in root.iter():
        element.tail = None
    data: bytes = etree.tostring(root, method="c14n")
    return data


def tree(data: bytes) -> Any:
    return etree.fromstring(data, etree.XMLParser(no_network=True, load_dtd=False, resolve_entities=False))


def plain_tree(data: bytes) -> bytes:
    root = tree(data)
    for element in root.iter():
        element.tail = None
    found: bytes = etree.tostring(root, method="c14n")
    return found


@pytest.mark.parametrize("name", [f"bach/{one}" for one in CHORALES[:3]] + ["joplin/maple_leaf_rag.mxl"])
def test_nothing_but_the_marks_is_new(name: str, tmp_path: Path, schema: Any) -> None:
    source, path = corpus() / name, tmp_path / "marked.musicxml"
    opened = open_score(source)
    count = mark(opened, path)
    marked = path.read_bytes()
    original = unpacked(opened.source.data, source)[1] if opened.source.member else opened.source.data
    assert schema.validate(tree(marked)), schema.error_log
    coloured = [element for element in tree(marked).iter("note") if element.get("color") == RED]
    assert len(coloured) >= count
    assert without_marks(tree(marked)) == plain_tree(original)
    assert marked[: marked.index(b"<score-partwise")] == original[: original.index(b"<score-partwise")]
    again = open_score(path).score
    assert again.voices == opened.score.voices and again.bar_lines == opened.score.bar_lines


def test_a_packed_score_stays_packed_with_its_other_members(tmp_path: Path) -> None:
    path, out = tmp_path / "song.mxl", tmp_path / "marked.mxl"
    path.write_bytes(mxl.packed(page([attributes() + line("C5:8")])))
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("pictures/a.png", b"png")
    mark(open_score(path), out)
    with zipfile.ZipFile(out) as archive:
        assert archive.namelist() == ["META-INF/container.xml", "score.musicxml", "pictures/a.png"]
        assert RULE.encode() in archive.read("score.musicxml") and archive.read("pictures/a.png") == b"png"
    assert open_score(out).kind == "musicxml"


KINDS = {
    "x.mid": midi.to_bytes(handmade("hymn with an upbeat")), "x.txt": plain.to_bytes(handmade("slip jig")),
    "x.abc": b"X:1\nM:6/8\nL:1/8\nK:Gm\nD|GAB (3cBA G|B2G F3|]\n",
}


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("suffix", [".musicxml", ".mxl"])
def test_other_kinds_are_written_as_a_page_first(name: str, suffix: str, tmp_path: Path, schema: Any) -> None:
    path, out = tmp_path / name, tmp_path / f"out{suffix}"
    path.write_bytes(KINDS[name])
    opened = open_score(path)
    count = mark(opened, out)
    data = out.read_bytes() if suffix == ".musicxml" else unpacked(out.read_bytes(), out)[1]
    document = tree(data)
    assert schema.validate(document), schema.error_log
    assert sum(element.get("color") == RED for element in document.iter("note")) >= count
    again = open_score(out).score
    assert [
        (n.onset_ticks, n.length_ticks, n.pitches) for v in again.voices for n in v.sounding()
    ] == [(n.onset_ticks, n.length_ticks, n.pitches) for v in opened.score.voices for n in v.sounding()]


def test_where_marks_stand(tmp_path: Path) -> None:
    chord = note("C4", 4) + note("E4", 4, before="<chord/>") + line("F4:4")
    path, out = tmp_path / "a.xml", tmp_path / "b.xml"
    path.write_bytes(page([attributes() + line("C5:4 D5:4")], [attributes() + chord]))
    opened = open_score(path)
    chorded = next(v for v, voice in enumerate(opened.score.voices) if voice.role == "figuration")
    write_marked(opened, {(0, 960): RED}, [(0, chorded, "a"), (0, chorded, "b"), (240, 0, "c")], [(0, "I")], out)
    upper, lower = tree(out.read_bytes()).findall("part")
    assert [n.get("color") for n in upper.iter("note")] == [None, RED]
    assert lower.find("measure")[1].findtext("direction-type/words") == "a, b"
    assert [n.findtext("lyric/text") for n in lower.iter("note")] == ["I", None, None]
    late = upper.find("measure/direction")
    assert (late.findtext("direction-type/words"), late.findtext("offset")) == ("c", "1")
    assert late.get("placement") == "above"


def test_sung_parts_get_words_instead_of_lyrics(tmp_path: Path) -> None:
    sung = note("C5", 8, after="<lyric><text>la</text></lyric>")
    path, out = tmp_path / "a.xml", tmp_path / "b.xml"
    path.write_bytes(page([attributes() + sung]))
    write_marked(open_score(path), {}, [], [(0, "I")], out)
    document = tree(out.read_bytes())
    assert [one.text for one in document.iter("text")] == ["la"]
    assert document.find(".//direction").get("placement") == "below"


def test_the_same_bytes_twice_and_other_files_are_kept(tmp_path: Path) -> None:
    path, out = tmp_path / "a.xml", tmp_path / "b.xml"
    path.write_bytes(page([attributes() + line("C5:8")]))
    opened = open_score(path)
    assert write_marked(opened, {(0, 0): RED}, [], [], out)
    assert not write_marked(opened, {(0, 0): RED}, [], [], out)
    with pytest.raises(OutputError, match="--force"):
        write_marked(opened, {}, [], [], out)
    with pytest.raises(OutputError, match="MusicXML"):
        write_marked(opened, {}, [], [], tmp_path / "b.mid")
    assert sorted(one.name for one in tmp_path.iterdir()) == ["a.xml", "b.xml"]


def test_a_page_of_changing_meters_is_written_and_read(tmp_path: Path, schema: Any) -> None:
    change = "<attributes><time><beats>3</beats><beat-type>4</beat-type></time></attributes>"
    path = tmp_path / "a.xml"
    path.write_bytes(page([attributes(fifths=-1) + line("C5:8"), change + line("D5:6"), line("E5:6")]))
    score = open_score(path).score
    data = musicxml.to_bytes(score)
    assert schema.validate(tree(data)), schema.error_log
    path.write_bytes(data)
    again = open_score(path).score
    assert (again.voices, again.bar_lines, again.key) == (score.voices, score.bar_lines, score.key)
