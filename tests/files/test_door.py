"""One door: the kind by content, one line for everything that is refused."""

from __future__ import annotations

import io
import os
import zipfile
from pathlib import Path

import pytest
from foreign import attributes, line, page
from handmade import handmade

from composer.errors import ComposerError, InputError, LimitError
from composer.files import abc_reader, incoming, midi, mxl, plain
from composer.files.door import open_score

SONG = page([attributes(fifths=1) + line("G4:2 A4 B4 C5"), line("D5:8")])
TUNE = "X:1\nT:Fr\u00e8re\nM:4/4\nL:1/4\nK:G\nG A B c | d4 |]\n"


def written(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def zipped(**members: bytes) -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), data)
    return whole.getvalue()


KINDS = {
    "plain": (SONG, "musicxml"), "mark before": (b"\xef\xbb\xbf \n" + SONG[39:], "musicxml"),
    "utf-16": (SONG.decode().replace("UTF-8", "UTF-16").encode("utf-16"), "musicxml"),
    "packed": (mxl.packed(SONG), "musicxml"), "packed without container": (zipped(song_xml=SONG), "musicxml"),
    "midi": (midi.to_bytes(handmade("reel")), "midi"), "text": (plain.to_bytes(handmade("reel")), "text"),
    "text with a mark": (b"\xef\xbb\xbfM: C4 D4 E4:2\r\n", "text"),
    "abc": (TUNE.encode(), "abc"), "abc in latin-1": (TUNE.encode("latin-1"), "abc"),
    "abc without number": (TUNE[4:].encode(), "abc"),
}


@pytest.mark.parametrize("name", KINDS)
def test_the_kind_is_told_by_content(name: str, tmp_path: Path) -> None:
    data, kind = KINDS[name]
    opened = open_score(written(tmp_path, "score.dat", data))
    assert opened.kind == kind and opened.score.tune.notes
    assert opened.source.data == data
    if kind == "abc" and name != "abc without number":
        assert opened.score.title == "Fr\u00e8re"


@pytest.mark.parametrize(("data", "said"), [
    (b"", "empty"), (b" \n\n", "empty"), (b"\0\0\0", "empty"), (b"%PDF-1.4 ...", "a PDF"),
    (b"\x89PNG\r\n\x1a\n", "picture"), (b"RIFF\x10\0\0\0RMIDdata", "RIFF"), (b"MThd", "MIDI"),
    (b"\x01\x02\x00\x03" * 9, "no score of a known kind"), (b"just some words\n", "no score of a known kind"),
    (b"<html><body/></html>", "score-partwise"), (b"<score-timewise/>", "by time"), (b"<score-partwise/>", "no notes"),
    (b"<score-partwise>", "not readable"), (b"PK\x03\x04broken", "zip"), (zipped(readme=b"x"), "no MusicXML"),
    (zipped(a_xml=b"<museScore/>"), "score-partwise"), (b"M: r:4\n", "no notes"), (b"X:1\nK:C\nz4|\n", "no notes"),
    (b"!!!COM: Bach\n**kern\n", "Humdrum"),
])
def test_what_is_no_score_is_refused_in_one_line(data: bytes, said: str, tmp_path: Path) -> None:
    path = written(tmp_path, "score.xml", data)
    with pytest.raises(InputError, match=said) as caught:
        open_score(path)
    assert str(caught.value).startswith(f"{path}: ") and "\n" not in str(caught.value)
    assert [one.name for one in tmp_path.iterdir()] == ["score.xml"]


def test_places_that_are_no_files(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        open_score(tmp_path / "gone.xml")
    with pytest.raises(InputError, match="folder"):
        open_score(tmp_path)
    with pytest.raises(InputError, match="cannot be read"):
        open_score(Path("a\0b"))
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe")
        with pytest.raises(InputError, match="no ordinary file"):
            open_score(tmp_path / "pipe")


def test_size_is_limited_packed_and_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(incoming, "MOST_BYTES", 5000)
    with pytest.raises(InputError, match="larger"):
        open_score(written(tmp_path, "big.xml", SONG + b" " * 5000))
    bomb = mxl.packed(SONG + b" " * 100_000)
    assert len(bomb) < 5000
    with pytest.raises(InputError, match="unpacks to more"):
        open_score(written(tmp_path, "bomb.mxl", bomb))


def test_entities_are_not_read(tmp_path: Path) -> None:
    secret = written(tmp_path, "secret.txt", b"secret words")
    outside = f'<!DOCTYPE score-partwise [<!ENTITY e SYSTEM "{secret.as_uri()}">]>'
    data = SONG[SONG.index(b"<score-partwise") :].replace(b"Part 1", b"&e;")
    opened = open_score(written(tmp_path, "entity.xml", outside.encode() + data))
    assert opened.score.parts[0].name == ""
    lol = '<!DOCTYPE score-partwise [<!ENTITY a "lol">' + "".join(
        f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    ) + "]>"
    try:
        open_score(written(tmp_path, "laughs.xml", lol.encode() + data.replace(b"&e;", b"&i;")))
    except InputError as error:
        assert "\n" not in str(error)


def test_a_book_of_tunes(tmp_path: Path) -> None:
    tunes = (f"X:{n}\nT:Tune {n}\nK:C\n{note}3|{note}3|]\n\n" for n, note in ((5, "C"), (9, "E")))
    book = "L:1/4\nM:3/4\n\n" + "".join(tunes)
    path = written(tmp_path, "book.abc", book.encode())
    second = open_score(path, 2)
    assert (second.score.title, second.score.tune.notes[0].pitches[0].name) == ("Tune 9", "E4")
    assert second.score.meter.name == "3/4" and second.warnings == ("1 other tune is left out",)
    for tune in (0, 3):
        with pytest.raises(InputError, match="no tune"):
            open_score(path, tune)
    with pytest.raises(InputError, match="only a book of ABC"):
        open_score(written(tmp_path, "song.xml", SONG), 2)


def test_abc_that_takes_too_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(abc_reader, "TIME_LIMIT_S", 0.02)
    with pytest.raises(LimitError, match="shorter tune"):
        open_score(written(tmp_path, "a.abc", TUNE.encode()))


def test_mutilated_files_are_refused_or_read(tmp_path: Path) -> None:
    import random

    draw = random.Random(7)
    path = tmp_path / "cut.dat"
    for data in (SONG, mxl.packed(SONG), midi.to_bytes(handmade("reel")), plain.to_bytes(handmade("reel"))):
        for _ in range(40):
            at, length = draw.randrange(4, len(data)), draw.randrange(1, 30)
            path.write_bytes(data[:at] + bytes(draw.randrange(256) for _ in range(length)) + data[at + length :])
            try:
                open_score(path)
            except ComposerError as error:
                assert "\n" not in str(error)
