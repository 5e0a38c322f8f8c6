"""``compose voice``: chords in, four voices out; every wrong word is answered in one line."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from composer.cli.app import run
from composer.files.door import open_score
from composer.score.text import parse_text

Screen = pytest.CaptureFixture[str]


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with lines to be kept."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "tune.txt").write_text("S: E5:2 D5 | C5:4\n")
    (tmp_path / "low.txt").write_text("B: C3:2 G2 | C3:4\n")
    (tmp_path / "four.txt").write_text("S: E5\nA: G4\nT: C4\nB: C3\n")
    (tmp_path / "upbeat.txt").write_text("pickup: 1\nS: E5 | D5:4 | C5:3\n")
    return tmp_path


def voice(arguments: list[str], capsys: Screen, code: int = 0) -> str:
    assert run(["voice", *arguments]) == code
    out, err = capsys.readouterr()
    assert err == ""
    return out


def music(out: str) -> str:
    return "".join(line + "\n" for line in out.splitlines() if not line.startswith("#"))


@pytest.mark.parametrize(("arguments", "said"), [
    ([], "one of the two"), (["I V", "--figured", "C3"], "one of the two"), (["I Q"], "no Roman numeral"),
    (["Vi"], "case"),
    (["I V I", "--key", "H"], "German"), (["I", "--key", "Q"], "--key"), (["I", "--meter", "4"], "--meter"),
    (["I", "--best", "0"], "from 1 to 5"), (["I", "--best", "9"], "from 1 to 5"), (["I", "--best", "x"], "--best"),
    (["I", "--texture", "organ"], "satb or keyboard"), (["I", "-o", "x.pdf"], ".musicxml"),
    (["I", "--best", "2", "-o", "x.txt"], "{n}"), (["I V | I", "--soprano", "four.txt"], "holds 4 voices"),
    (["I V | I", "--soprano", "tune.txt", "--bass", "low.txt"], "one of the two"),
    (["I V", "--soprano", "tune.txt"], "lasts"),
    (["I V | I", "--soprano", "upbeat.txt"], "upbeat"), (["I", "--soprano", "none.txt"], "none.txt"),
    (["--figured", "C3", "--bass", "low.txt"], "leave one"), (["--figured", "H3"], "no bass note"),
    (["--figured", "C3^x"], "figures"), (["--figured", ""], "no bass note"), (["I", "-o", "none/x.txt"], "none"),
    (["I", "--rules", "nowhere"], "nowhere"), (["I:9 V"], "more than a bar"),
    (["I", "-o", "a.txt", "-o", "a.txt"], "twice"),
    (["I", "--meter", "0/4"], "--meter"), ([""], "1 to"), (["I V", "I"], "argument"),
])  # fmt: skip
def test_every_refusal_is_one_line(arguments: list[str], said: str, room: Path, capsys: Screen) -> None:
    before = sorted(path.name for path in room.iterdir())
    assert run(["voice", *arguments]) == 2
    out, err = capsys.readouterr()
    assert err.startswith("compose: ") and err.count("\n") == 1 and said in err
    assert not music(out)
    assert sorted(path.name for path in room.iterdir()) == before


@pytest.mark.parametrize("arguments", [
    ["I ii6 V7 I"], ["i iiø6/5 | V7 i", "--key", "d"], ["I V7/V V | I", "--meter", "3/4", "--key", "Bb"],
    ["--figured", "G2 B2^6 | C3 D3^7 | G2:4"], ["I V | I", "--soprano", "tune.txt"], ["I V | I", "--bass", "low.txt"],
    ["I IV V7 | I", "--meter", "3/4", "--best", "3"],
])  # fmt: skip
def test_what_is_printed_is_a_score_without_errors(arguments: list[str], room: Path, capsys: Screen) -> None:
    out = voice(arguments, capsys)
    ways = out.split("title: ")[1:]
    assert len(ways) == (3 if "--best" in arguments else 1)
    for number, way in enumerate(ways):
        path = room / f"way{number}.txt"
        path.write_text(music("title: " + way), encoding="utf-8")
        assert run(["check", str(path), "--json"]) == 0
        (found,) = json.loads(capsys.readouterr().out)["files"]
        assert found["ok"]
    assert re.search(r"^# \d+ legal ways", out, re.MULTILINE)
    assert re.search(r"nats, no error$", out, re.MULTILINE)


def test_files_of_every_kind_hold_the_same_voices(room: Path, capsys: Screen) -> None:
    names = ["a.musicxml", "a.mxl", "a.txt", "a.mid"]
    out = voice(["I ii6 | V7 I", "--key", "G", *(word for name in names for word in ("-o", name))], capsys)
    assert [line for line in out.splitlines() if line.startswith("Wrote")] == [f"Wrote {name}" for name in names]
    sung = [
        [[note.top.midi for note in voice_.sounding()] for voice_ in open_score(room / name).score.voices]
        for name in names
    ]
    assert sung[0] == sung[1] == sung[2] == sung[3]
    (room / "a.mid").write_bytes(b"mine")
    assert run(["voice", "I ii6 | V7 I", "--key", "G", "-o", "a.mid"]) == 2
    assert (room / "a.mid").read_bytes() == b"mine"
    assert run(["voice", "I ii6 | V7 I", "--key", "G", "-o", "a.mid", "--force"]) == 0


def test_ways_are_numbered(room: Path, capsys: Screen) -> None:
    voice(["I ii6 V7 I", "--best", "3", "-o", "way-{n}.txt"], capsys)
    texts = [(room / f"way-{number}.txt").read_text() for number in (1, 2, 3)]
    assert len(set(texts)) == 3


def test_json_tells_the_ways(room: Path, capsys: Screen) -> None:
    told = json.loads(voice(["I ii6 V7 I", "--best", "2", "--json"], capsys))
    assert told["legal_ways"] > 1000
    first, second = told["ways"]
    assert first["cost_nats"] <= second["cost_nats"]
    assert list(first["voices"]) == ["soprano", "alto", "tenor", "bass"]
    assert first["voices"]["bass"][0] == str(parse_text(first["text"]).voices[3].sounding()[0].top)
    assert not [finding for finding in first["findings"] if finding["severity"] == "error"]


def test_where_no_way_is_legal_it_is_said(room: Path, capsys: Screen) -> None:
    (room / "low-tune.txt").write_text("S: G3:2 A3 | G3:4\n")
    out = voice(["I IV | I", "--soprano", "low-tune.txt"], capsys)
    assert "no way keeps the whole law" in out
    assert "in the given soprano" in out


def test_the_same_words_give_the_same_answer(room: Path, capsys: Screen) -> None:
    words = ["i iv V7 i | VI iiø6/5 V i", "--key", "f#", "--best", "2"]
    assert voice(words, capsys) == voice(words, capsys)
