"""``compose check``: codes, the screen, JSON, marked pages, files of every kind."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from composer.cli.app import run
from composer.files import midi, musicxml
from composer.files.door import open_score
from composer.score.score import Part, Staff
from composer.score.text import parse_text

GOOD = """key: C major
S: E5:2 F5 | D5 C5
A: G4:2 A4 | G4 G4
T: C4:2 C4 | B3 E4
B: C3:2 F3 | G3 C3
"""
BAD = GOOD.replace("E5:2 F5", "E5:2 D5").replace("C4:2 C4", "C4:2 D4").replace("C3:2 F3", "C3:2 D3")
ABC = """X:1
T:First
M:4/4
L:1/4
K:G
G A B c | d B G2 |]

X:2
T:Second
M:3/4
L:1/4
K:D
D F A | d3 |]
"""
CHOIR = Part("Choir", "Ch.", 52, (Staff("treble", ("S", "A")), Staff("bass", ("T", "B"))))
Screen = pytest.CaptureFixture[str]


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a sound setting and a faulty one in three formats, a book of ABC, and what is no score."""
    monkeypatch.chdir(tmp_path)
    for name, text in (("good", GOOD), ("bad", BAD)):
        (tmp_path / f"{name}.txt").write_text(text, encoding="utf-8")
        score = replace(parse_text(text), parts=(CHOIR,))
        (tmp_path / f"{name}.musicxml").write_bytes(musicxml.to_bytes(score))
        (tmp_path / f"{name}.mid").write_bytes(midi.to_bytes(score))
    (tmp_path / "tune.abc").write_text(ABC, encoding="utf-8")
    (tmp_path / "noise.pdf").write_bytes(b"%PDF-1.7 and so on")
    return tmp_path


def told(arguments: list[str], capsys: Screen) -> tuple[int, str, str]:
    code = run(["check", *arguments])
    out, err = capsys.readouterr()
    assert "Traceback" not in err
    return code, out, err


def files(arguments: list[str], capsys: Screen) -> list[dict[str, Any]]:
    _, out, err = told([*arguments, "--json"], capsys)
    assert err == ""
    found: list[dict[str, Any]] = json.loads(out)["files"]
    return found


@pytest.mark.parametrize(("names", "code"), [
    (["good.txt"], 0), (["bad.txt"], 1), (["good.txt", "bad.txt"], 1), (["bad.txt", "good.txt"], 1),
    (["noise.pdf"], 2), (["bad.txt", "noise.pdf", "good.txt"], 2), (["none.txt", "bad.txt"], 2), (["good.txt"] * 3, 0),
    (["good.musicxml", "good.mid"], 0), (["bad.mid"], 1), (["bad.musicxml"], 1),
])  # fmt: skip
def test_the_worst_file_gives_the_code(names: list[str], code: int, desk: Path, capsys: Screen) -> None:
    assert told(names, capsys)[0] == code
    assert told([*names, "--json"], capsys)[0] == code


def test_codes_grow_worse_from_errors_to_our_own_bugs(
    desk: Path, capsys: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    from composer.errors import LimitError
    from composer.study import marking

    true_one = marking.mark_file

    def slow(path: Path, *rest: Any) -> Any:
        if path.name == "tune.abc":
            raise LimitError("tune.abc: takes too long")
        return true_one(path, *rest)

    monkeypatch.setattr("composer.study.marking.mark_file", slow)
    assert told(["bad.txt", "tune.abc"], capsys)[0] == 3
    assert told(["tune.abc", "bad.txt"], capsys)[0] == 3
    assert told(["noise.pdf", "tune.abc"], capsys)[0] == 2


def test_the_screen_says_what_a_person_wants(desk: Path, capsys: Screen) -> None:
    code, out, err = told(["bad.txt"], capsys)
    assert (code, err) == (1, "")
    lines = out.splitlines()
    assert lines[0] == "bad.txt: C major (profile omt)"
    assert lines[1] == "  PAC in bar 2"
    assert "Tenor and bass move in parallel octaves, C4 over C3 to D4 over D3. (PAR-8)" in out
    assert "  Parallel octaves (PAR-8): 1 of 12 moves" in lines
    assert "errors, 0 warnings" in out and "rules had a chance to break" in lines[-1]
    assert "Remarks" not in out
    assert "Remarks" in told(["bad.txt", "--all"], capsys)[1]


def test_json_is_one_object_with_every_file(desk: Path, capsys: Screen) -> None:
    good, bad, noise = files(["good.txt", "bad.txt", "noise.pdf"], capsys)
    keys = {"path", "ok", "key", "profile", "findings", "chances", "mark"}
    assert keys <= set(good) and keys <= set(bad)
    assert (good["path"], good["ok"], good["key"], good["profile"]) == ("good.txt", True, "C major", "omt")
    assert (bad["ok"], noise["ok"], noise["path"]) == (False, False, "noise.pdf")
    assert "a PDF" in noise["error"]
    fields = {"rule", "severity", "bar", "beat", "voices", "message"}
    assert bad["findings"] and all(fields <= set(finding) for finding in bad["findings"])
    (octaves,) = (finding for finding in bad["findings"] if finding["rule"] == "PAR-8")
    assert (octaves["severity"], octaves["bar"], octaves["beat"]) == ("error", 1, 3.0)
    assert octaves["voices"] == ["tenor", "bass"]
    assert all(isinstance(count, int) for count in bad["chances"].values())
    assert {finding["rule"] for finding in bad["findings"]} <= set(bad["chances"])
    assert good["mark"] is None


def test_a_profile_with_points_gives_a_mark(desk: Path, capsys: Screen) -> None:
    (good,), (bad,) = files(["good.txt", "--profile", "ap"], capsys), files(["bad.txt", "--profile", "ap"], capsys)
    assert good["mark"]["points"] == good["mark"]["most"] == bad["mark"]["most"] > bad["mark"]["points"]
    assert good["mark"]["sentence"] in told(["good.txt", "--profile", "ap"], capsys)[1]


def test_the_same_music_is_judged_alike_in_every_format(desk: Path, capsys: Screen) -> None:
    rows = files(["bad.txt", "bad.musicxml", "bad.mid"], capsys)
    found = [[(one["rule"], one["bar"], one["beat"], one["voices"]) for one in row["findings"]] for row in rows]
    assert found[0] == found[1] == found[2] != []
    assert [row["kind"] for row in rows] == ["text", "musicxml", "midi"]


def test_a_marked_page_is_the_file_and_marks(desk: Path, capsys: Screen) -> None:
    code, out, _ = told(["bad.musicxml", "--marked", "marked.musicxml"], capsys)
    assert code == 1 and "Wrote marked.musicxml" in out
    before, after = etree.parse("bad.musicxml"), etree.parse("marked.musicxml")
    text = (desk / "marked.musicxml").read_text(encoding="utf-8")
    assert "PAR-8" in text and "#C01818" in text
    names = ("step", "octave", "alter", "duration", "type", "fifths", "beats")
    for name in names:
        assert [one.text for one in before.iter(name)] == [one.text for one in after.iter(name)]
    assert open_score(desk / "marked.musicxml").score.voices == open_score(desk / "bad.musicxml").score.voices
    again = files(["marked.musicxml"], capsys)[0]["findings"]
    assert again == files(["bad.musicxml"], capsys)[0]["findings"]
    (desk / "taken.musicxml").write_text("mine")
    assert told(["bad.musicxml", "--marked", "taken.musicxml"], capsys)[0] == 2
    assert (desk / "taken.musicxml").read_text() == "mine"
    assert told(["bad.musicxml", "--marked", "taken.musicxml", "--force"], capsys)[0] == 1


@pytest.mark.parametrize(("arguments", "said"), [
    (["good.txt", "--profile", "baroque"], "chorale"), (["good.txt", "--key", "H"], "German"),
    (["good.txt", "--form", "AABA"], "leave --form out"), (["good.txt", "--form", "BA"], "A before B"),
    (["good.txt", "bad.txt", "--marked", "m.musicxml"], "check one"), (["none.txt"], "none.txt"),
    (["noise.pdf"], "MusicXML, MIDI or ABC"), (["good.txt", "--tune", "2"], "book of ABC"),
    (["good.txt", "--rules", "nowhere"], "nowhere"), (["good.txt", "--tune", "x"], "--tune"), ([], "files"),
])  # fmt: skip
def test_every_refusal_is_one_line(arguments: list[str], said: str, desk: Path, capsys: Screen) -> None:
    code, out, err = told(arguments, capsys)
    assert (code, out) == (2, "")
    assert err.startswith("compose: ") and err.count("\n") == 1
    assert said.lower() in err.lower()


def test_one_file_that_cannot_be_read_does_not_stop_the_others(desk: Path, capsys: Screen) -> None:
    code, out, err = told(["good.txt", "noise.pdf", "none.mid", "bad.txt"], capsys)
    assert code == 2
    assert err.count("\n") == 2 and "noise.pdf" in err and "none.mid" in err
    assert "good.txt: C major" in out and "bad.txt: C major" in out


def test_a_form_that_fits_is_judged(desk: Path, capsys: Screen) -> None:
    (plain,), (formed,) = files(["good.txt"], capsys), files(["good.txt", "--form", "AB"], capsys)
    assert sum(map(bool, formed["chances"].values())) > sum(map(bool, plain["chances"].values()))


def test_a_tune_of_a_book_is_chosen(desk: Path, capsys: Screen) -> None:
    assert files(["tune.abc"], capsys)[0]["key"] == "G major"
    (second,) = files(["tune.abc", "--tune", "2"], capsys)
    assert (second["key"], second["kind"], second["chords"]) == ("D major", "abc", [])


def test_a_key_that_is_given_wins(desk: Path, capsys: Screen) -> None:
    assert files(["good.txt", "--key", "a"], capsys)[0]["key"] == "A minor"
    assert files(["good.txt", "--key", "F"], capsys)[0]["key"] == "F major"


def test_rules_of_ones_own_join_in(desk: Path, capsys: Screen) -> None:
    (desk / "own").mkdir()
    (desk / "own" / "no-thirds.toml").write_text(
        'id = "OWN-1"\ntitle = "No tenor"\nkind = "range"\nseverity = "error"\nmessage = "{voice} sings {pitch}."\n'
        'why = "To try it."\nsource = ["our own"]\n[asks.ranges]\ntenor = ["C2", "D2"]\n'
        '[[example]]\nverdict = "breaks"\nmusic = "T: C4"\n[[example]]\nverdict = "keeps"\nmusic = "T: C2"\n'
    )
    code, out, _ = told(["good.txt", "--rules", "own"], capsys)
    assert code == 1 and "Tenor sings C4. (OWN-1)" in out
