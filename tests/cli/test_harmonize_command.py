"""``compose harmonize``: a tune in, readings out; every refusal is one line that says what would work."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from composer.cli.app import run
from composer.files.door import open_score

Screen = pytest.CaptureFixture[str]
TUNE = "title: A tune\nkey: G major\npickup: 1\nM: D5 | G5 F#5 E5 D5 | C5 B4 A4:1 D5 | B4 C5 A4:2 | G4:3@\n"
ABC = 'X:1\nT:One\nM:3/4\nL:1/4\nK:D\n"D"d f a | "G"b2 a | "A7"g f e | "D"d3 |]\n\nX:2\nT:Two\nM:2/4\nL:1/8\nK:Am\n' \
      "ABcd | e2c2 | BcBA | A4 |]\n"  # fmt: skip


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with tunes, good and bad."""
    monkeypatch.chdir(tmp_path)
    texts = {
        "tune.txt": TUNE, "book.abc": ABC, "one.txt": "M: C5\n", "rests.txt": "M: r:4 | r:4\n", "empty.txt": "",
        "four.txt": "S: E5:4\nA: G4:4\nT: C4:4\nB: C3:4\n",
        "chords.txt": "M: C5 E5+G5 F5 E5 | D5 C5 C5 C5 | C5:4 | C5\n",
        "low.txt": "M: C3 D3 E3 F3 | G3:2 C3\n", "wide.txt": "M: C3 D4 E5 F6 | G3:2 C3\n", "words.txt": "Dear Sir,\n",
        "odd.txt": "M: C5:1/48 D5:1/48 E5:23/24 C5:1 D5 E5:1 | C5:4\n", "bad.musicxml": "<score-partwise><part>",
        "page.pdf": "%PDF-1.4",
    }  # fmt: skip
    for name, text in texts.items():
        (tmp_path / name).write_text(text)
    return tmp_path


def harmonize(arguments: list[str], capsys: Screen) -> str:
    assert run(["harmonize", *arguments]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    return out


@pytest.mark.parametrize(("arguments", "said"), [
    ([], "melody"), (["none.txt"], "none.txt"), (["empty.txt"], "empty"), (["rests.txt"], "no notes"),
    (["one.txt"], "at least 2"), (["words.txt"], "no score"), (["bad.musicxml"], "not readable as MusicXML"),
    (["page.pdf"], "PDF"), (["four.txt"], "--voice soprano"), (["four.txt", "--voice", "tuba"], "soprano, alto, tenor"),
    (["chords.txt"], "bar 1 strikes 2 notes at once"), (["low.txt"], "--transpose 12"),
    (["low.txt", "--ensemble", "piano"], "--transpose 4"), (["wide.txt"], "--style song --ensemble lead-sheet"),
    (["tune.txt", "--transpose", "9"], "leave --transpose out"), (["tune.txt", "--transpose", "up"], "semitones"),
    (["tune.txt", "--transpose", "99"], "semitones"), (["odd.txt"], "plain notes"),
    (["tune.txt", "--style", "chorall"], "did you mean chorale"), (["tune.txt", "--style", "reel"], "folk-song"),
    (["tune.txt", "--ensemble", "organ"], "--ensemble"), (["tune.txt", "--best", "6"], "from 1 to 5"),
    (["tune.txt", "--best", "0"], "from 1 to 5"), (["tune.txt", "--best", "x"], "--best"),
    (["tune.txt", "--mood", "beige"], "--mood"), (["tune.txt", "--key", "H"], "German"),
    (["tune.txt", "--seed", "-1"], "seed"), (["tune.txt", "--seed", "x"], "--seed"),
    (["tune.txt", "--chords-per-bar", "7"], "beat"), (["tune.txt", "--numerals", "roman"], "lyric"),
    (["tune.txt", "--ensemble", "lead-sheet", "--numerals", "figures"], "no bass"),
    (["tune.txt", "--style", "song", "--ensemble", "satb"], "--style chorale"),
    (["tune.txt", "--style", "chorale", "--ensemble", "voice-and-piano"], "four voices"),
    (["tune.txt", "--keep-chords"], "no chord symbols"), (["tune.txt", "--tune", "2"], "book of ABC"),
    (["book.abc", "--tune", "3"], "2 tunes"), (["tune.txt", "-o", "x.pdf"], ".musicxml"),
    (["tune.txt", "--best", "2", "-o", "x.txt"], "{n}"), (["tune.txt", "-o", "a.txt", "-o", "a.txt"], "twice"),
    (["tune.txt", "-o", "none/x.txt"], "none"), (["tune.txt", "--rules", "nowhere"], "nowhere"),
    (["tune.txt", "--title", "a\nb"], "--title"), (["tune.txt", "book.abc"], "argument"),
])  # fmt: skip
def test_every_refusal_is_one_line(arguments: list[str], said: str, room: Path, capsys: Screen) -> None:
    before = sorted(path.name for path in room.iterdir())
    assert run(["harmonize", *arguments]) == 2
    out, err = capsys.readouterr()
    assert err.startswith("compose: ") and err.count("\n") == 1 and said in err, err
    assert not out
    assert sorted(path.name for path in room.iterdir()) == before


@pytest.mark.parametrize(("arguments", "voices"), [
    ([], 4), (["--style", "chorale", "--ensemble", "piano"], 4), (["--style", "song"], 2),
    (["--style", "folk-song", "--ensemble", "lead-sheet"], 1), (["--ensemble", "voice-and-piano"], 3),
])  # fmt: skip
def test_a_tune_becomes_a_score(arguments: list[str], voices: int, room: Path, capsys: Screen) -> None:
    out = harmonize(["tune.txt", *arguments], capsys)
    assert out.startswith("A tune: G major, 4/4 with an upbeat, ")
    wrote = re.findall(r"^Wrote (.*)$", out, re.M)
    assert [Path(name).suffix for name in wrote] == [".musicxml", ".mid"]
    page = open_score(room / wrote[0]).score
    tune = open_score(room / "tune.txt").score
    assert len(page.voices) == voices and page.pickup_ticks == tune.pickup_ticks and page.title == "A tune"
    assert [(n.onset_ticks, n.top) for n in page.tune.sounding()] == [
        (n.onset_ticks, n.top) for n in tune.tune.sounding()
    ]  # fmt: skip
    heard = open_score(room / wrote[1]).score
    assert [n.top.midi for n in heard.tune.sounding()] == [n.top.midi for n in tune.tune.sounding()]


def test_what_stands_there_is_kept(room: Path, capsys: Screen) -> None:
    harmonize(["tune.txt", "-o", "a.musicxml"], capsys)
    before = (room / "a.musicxml").read_bytes()
    assert run(["harmonize", "tune.txt", "--style", "song", "-o", "a.musicxml"]) == 2
    assert "--force" in capsys.readouterr().err
    assert (room / "a.musicxml").read_bytes() == before
    harmonize(["tune.txt", "--style", "song", "-o", "a.musicxml", "--force"], capsys)
    assert (room / "a.musicxml").read_bytes() != before
    first = re.findall(r"^Wrote (.*)$", harmonize(["tune.txt"], capsys), re.M)
    assert re.findall(r"^Wrote (.*)$", harmonize(["tune.txt"], capsys), re.M) == first
    out = harmonize(["tune.txt", "--title", "Another"], capsys)
    assert "is taken by another piece" in out
    assert not set(re.findall(r"^Wrote (.*)$", out, re.M)) & set(first)


def test_the_same_seed_gives_the_same_bytes(room: Path, capsys: Screen) -> None:
    for style in ("chorale", "song"):
        names = [f"{style}-{number}.musicxml" for number in (1, 2)]
        for name in names:
            harmonize(["tune.txt", "--style", style, "--seed", "5", "-o", name], capsys)
        assert (room / names[0]).read_bytes() == (room / names[1]).read_bytes()
        assert '"seed": 5' in (room / names[0]).read_text()


@pytest.mark.parametrize("style", ["chorale", "song"])
def test_readings_are_told_apart(style: str, room: Path, capsys: Screen) -> None:
    words = ["tune.txt", "--style", style, "--best", "3"]
    told = json.loads(harmonize([*words, "--json", "-o", "r-{n}.txt"], capsys))
    readings = told["readings"]
    assert 2 <= len(readings) <= 3 and told["files"] == [f"r-{n}.txt" for n in range(1, len(readings) + 1)]
    if style == "song":  # a chorale's readings are drawn
        assert [r["cost_nats"] for r in readings] == sorted(r["cost_nats"] for r in readings)
    assert readings[0]["beside_reading_1"] == [] and all(r["beside_reading_1"] for r in readings[1:])
    assert len({(room / name).read_text() for name in told["files"]}) == len(readings)
    out = harmonize([*words, "-o", "s-{n}.txt"], capsys)
    for number, one in enumerate(readings, 1):
        assert f"Reading {number}: " in out
        assert all(words in out for words in one["beside_reading_1"])
        for line in one["lines"]:
            cadence = "no cadence" if line["cadence"] == "open" else line["cadence"]
            assert f"({cadence} in bar {line['ends_bar']})" in out


def test_a_book_of_abc(room: Path, capsys: Screen) -> None:
    assert run(["harmonize", "book.abc", "--tune", "2", "--style", "song", "--ensemble", "lead-sheet", "--json"]) == 0
    out, err = capsys.readouterr()
    told = json.loads(out)
    assert told["title"] == "Two" and told["key"] == "A minor"
    assert "other tune" in err and err.startswith("compose: warning: ")
    assert told["files"] == ["book-song.musicxml", "book-song.mid"]


def test_chords_of_the_file_are_kept(room: Path, capsys: Screen) -> None:
    words = ["harmonize", "book.abc", "--style", "song", "--ensemble", "lead-sheet", "--keep-chords", "--json"]
    assert run([*words, "-o", "a.musicxml"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [(c["bar"], c["numeral"]) for c in told["readings"][0]["chords"]] == [
        (1, "I"), (2, "IV"), (3, "V7"), (4, "I")
    ]  # fmt: skip


def test_one_line_of_a_score(room: Path, capsys: Screen) -> None:
    (room / "four.txt").write_text("S: E5 D5 C5:2 | B4:2 C5\nA: G4 F4 E4:2 | D4:2 E4\nB: C3 B2 A2:2 | G2:2 C3\n")
    told = json.loads(harmonize(["four.txt", "--voice", "soprano", "--json", "-o", "a.txt"], capsys))
    assert told["key"] == "C major"
    tune = open_score(room / "a.txt").score.tune
    assert [str(note.top) for note in tune.sounding()] == ["E5", "D5", "C5", "B4", "C5"]
    told = json.loads(harmonize(["chords.txt", "--voice", "melody", "--json", "-o", "b.txt"], capsys))
    assert str(open_score(room / "b.txt").score.tune.sounding()[1].top) == "G5"


def test_rules_that_are_laid_over_are_used(room: Path, capsys: Screen) -> None:
    from composer.shelf import shelf_folder

    (room / "mine" / "tables").mkdir(parents=True)
    table = (shelf_folder("rules") / "tables" / "ensembles.toml").read_text(encoding="utf-8")
    (room / "mine" / "tables" / "ensembles.toml").write_text(table.replace("[59, 81]", "[74, 75]"), encoding="utf-8")
    assert run(["harmonize", "tune.txt", "--rules", "mine"]) == 2
    assert "more than the 1 that" in capsys.readouterr().err
