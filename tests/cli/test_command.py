"""The command: exit codes, one line for every refusal, file names, and nothing heavy on the way to the help."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from pieces import piece

from composer import Brief, __version__
from composer.cli.app import run
from composer.pipeline.interpret import read_brief
from composer.theory.rulebook import load_rulebook

HEAVY = ("music21", "sklearn", "scipy", "hmmlearn", "onnxruntime", "torch", "verovio", "numpy", "lxml", "symusic")
STEM = "aba-b-flat-major-happy-3-4-lead-sheet-11"


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """An empty current folder, and a composer that has its piece ready."""
    ready = piece("happy lead sheet")
    monkeypatch.setattr("composer.pipeline.compose.compose", lambda brief: ready)
    monkeypatch.chdir(tmp_path)
    yield tmp_path


def refusal(arguments: list[str], capsys: pytest.CaptureFixture[str], code: int = 2) -> str:
    """What stderr says: one line, no traceback, nothing on stdout."""
    assert run(arguments) == code
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1 and err.endswith("\n")
    assert err.startswith("compose: ")
    assert "Traceback" not in err
    return err


@pytest.mark.parametrize(("arguments", "said"), [
    (["--form", "BA"], "A before B"),
    (["--form", "rondoo"], "rondo"),
    (["--key", "H"], "write B "),
    (["--key", "xyz"], "no key"),
    (["--mood", "happyy"], "did you mean happy"),
    (["--meter", "7/4"], "3/4"),
    (["--bars", "5"], "4, 8 or 16"),
    (["--bars", "many"], "--bars"),
    (["--tempo", "1000"], "from 20 to 300"),
    (["--tempo", "fast"], "--tempo"),
    (["--ensemble", "pianoo"], "did you mean piano"),
    (["--seed", "-3"], "whole number"),
    (["--seed", "seven"], "--seed"),
    (["-o", "piece.pdf"], ".musicxml"),
    (["-o", "piece"], ".musicxml"),
    (["-o", "a.mid", "-o", "a.mid"], "twice"),
    (["--without", "lstm"], "markov"),
    (["--rules", "nowhere"], "nowhere"),
    (["--rulebook", "nowhere"], "nowhere"),
    (["--title", "a\nb"], "control character"),
    (["--mood", "a\nb"], "not known"),
    (["--nonsense"], "--nonsense"),
    (["--moods", "sad"], "--mood"),
    (["--form"], "form"),
    (["check", "x.musicxml"], "x.musicxml"),
    (["--form", "ABA", "check", "x.musicxml"], "comes first"),
    (["--form", "ABA", "words"], "comes first"),
    (["--force", "words"], "comes first"),
    (["words", "--form", "ABA"], "--form"),
    (["words", "mood"], "did you mean moods"),
    (["words", "moods", "forms"], "forms"),
    (["--style", "chorales"], "did you mean chorale"),
    (["--strict", "3"], "from 0 to 2"),
    (["--strict", "very"], "--strict wants a number"),
    (["--pickup", "much"], "--pickup"),
    (["--valence", "2"], "from -1 to 1"),
    (["--valence", "0.5", "--mood", "sad"], "one or the other"),
    (["--count", "0"], "from 1 to"),
    (["-n", "many"], "wants a whole number"),
    (["-n", "2", "--seed", str(2**53)], "whole numbers from 0"),
    (["-n", "2", "-o", "a.mid"], "a-{n}.mid"),
    (["-n", "2", "-o", "{n}.mid", "-o", "{n}.mid"], "twice"),
    (["--out-dir", "nowhere"], "mkdir nowhere"),
    (["--out-dir", "nowhere", "-n", "2"], "does not exist"),
    (["--title", "t" * 201], "at most 200"),
    (["--force", "check"], "comes first"),
    (["chekc"], "'chekc' is no subcommand"),
])
def test_every_refusal_is_one_line(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert said in refusal(arguments, capsys)
    assert list(tmp_path.iterdir()) == []


def test_default_names_and_the_screen(quick: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert sorted(path.name for path in quick.iterdir()) == [f"{STEM}.mid", f"{STEM}.musicxml"]
    for words in ("B flat major", "seed 11", "Form", "bars 1-8", "PAC in bar 24", "Rule check: 0 errors", STEM):
        assert words in out
    assert len(out.splitlines()) < 25


def test_the_same_piece_again_is_no_second_file(quick: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([]) == run([]) == 0
    assert len(list(quick.iterdir())) == 2


def test_a_taken_default_name_gives_the_next_number(quick: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (quick / f"{STEM}.mid").write_bytes(b"another piece")
    (quick / f"{STEM}-2.musicxml").write_bytes(b"another piece")
    assert run([]) == 0
    assert f"this one is {STEM}-3" in capsys.readouterr().out
    assert (quick / f"{STEM}.mid").read_bytes() == b"another piece"
    assert (quick / f"{STEM}-3.mid").is_file() and (quick / f"{STEM}-3.musicxml").is_file()


def test_force_takes_the_default_name(quick: Path) -> None:
    (quick / f"{STEM}.mid").write_bytes(b"another piece")
    assert run(["--force", "--quiet"]) == 0
    assert (quick / f"{STEM}.mid").read_bytes() != b"another piece"
    assert len(list(quick.iterdir())) == 2


def test_a_named_file_with_other_bytes_is_refused(quick: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (quick / "b.mid").write_bytes(b"mine")
    assert "--force" in refusal(["-o", "a.musicxml", "-o", "b.mid"], capsys)
    assert [path.name for path in quick.iterdir()] == ["b.mid"]
    assert (quick / "b.mid").read_bytes() == b"mine"
    assert run(["-o", "a.musicxml", "-o", "b.mid", "--force", "-q"]) == 0
    assert sorted(path.name for path in quick.iterdir()) == ["a.musicxml", "b.mid"]


def test_the_suffix_chooses_the_format(quick: Path) -> None:
    names = ["a.musicxml", "a.mxl", "a.mid", "a.svg", "a.txt", "A.JSON"]
    assert run(["--quiet", *(word for name in names for word in ("-o", name))]) == 0
    assert (quick / "a.musicxml").read_bytes().startswith(b"<?xml")
    assert (quick / "a.mid").read_bytes().startswith(b"MThd")
    assert (quick / "a.mxl").read_bytes().startswith(b"PK")
    assert b"<svg " in (quick / "a.svg").read_bytes()
    assert (quick / "a.txt").read_text(encoding="utf-8").startswith("title: ")
    assert json.loads((quick / "A.JSON").read_text(encoding="utf-8"))["format"]


def test_a_missing_folder_is_refused(quick: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "does not exist" in refusal(["-o", "none/a.mid"], capsys)
    assert list(quick.iterdir()) == []


def test_trace_is_one_file_more(quick: Path) -> None:
    assert run(["--trace", "--quiet"]) == 0
    assert json.loads((quick / f"{STEM}.trace.json").read_text(encoding="utf-8"))


def test_a_trace_never_replaces_another_file_unforced(quick: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (quick / "a.trace.json").write_bytes(b"mine")
    refusal(["-o", "a.mid", "--trace"], capsys)
    assert (quick / "a.trace.json").read_bytes() == b"mine"
    (quick / "a.trace.json").rename(quick / f"{STEM}.trace.json")
    assert run(["--trace", "--quiet"]) == 0
    assert (quick / f"{STEM}.trace.json").read_bytes() == b"mine"
    assert (quick / f"{STEM}-2.trace.json").is_file()


def test_quiet_prints_nothing(quick: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["-q"]) == 0
    assert capsys.readouterr() == ("", "")


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--version"]) == 0
    assert capsys.readouterr().out == f"composer-by-rule {__version__}\n"


def test_help_names_every_option_and_default(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--help"]) == 0
    said = capsys.readouterr().out
    options = set(re.findall(r"--[a-z-]+", said))
    assert options >= {
        "--form", "--key", "--mood", "--style", "--meter", "--bars", "--pickup", "--tempo", "--ensemble", "--valence",
        "--arousal", "--strict", "--seed", "--output", "--out-dir", "--count", "--title", "--without", "--rules",
        "--rulebook", "--trace", "--json", "--force", "--quiet", "--version", "--help",
    }
    assert "words" in said
    assert " ".join(said.split()).count("[default: ") == 20


def test_the_help_says_the_defaults_of_the_tables(capsys: pytest.CaptureFixture[str]) -> None:
    song = load_rulebook().style("song").settings
    request = read_brief(Brief(), 1)
    assert run(["--help"]) == 0
    said = " ".join(capsys.readouterr().out.split())
    for default in ("form", "meter", "ensemble"):
        assert f"a song's is {song[default]}]" in said
    assert f"[default: {request.mood['name']}]" in said
    assert f"[default: {request.bars}, or what the form needs]" in said
    assert f"[default: {Brief().strict}]" in said


def test_an_interrupt_is_130(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def interrupted(brief: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("composer.pipeline.compose.compose", interrupted)
    assert "interrupted" in refusal([], capsys, 130)


def test_our_own_bug_is_70(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def broken(brief: object) -> None:
        raise ZeroDivisionError("oh\nno")

    monkeypatch.setattr("composer.pipeline.compose.compose", broken)
    monkeypatch.delenv("COMPOSE_DEBUG", raising=False)
    assert "our own bug" in refusal([], capsys, 70)


def test_a_limit_is_3(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    from composer.errors import LimitError

    def stuck(brief: object) -> None:
        raise LimitError("no piece was found")

    monkeypatch.setattr("composer.pipeline.compose.compose", stuck)
    assert "no piece was found" in refusal([], capsys, 3)


def process(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, *words]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120, check=False)


def test_python_m_composer_writes_a_piece(tmp_path: Path) -> None:
    options = ("--form", "AB", "--bars", "4", "--seed", "3", "--key", "C")
    done = process(tmp_path, "-W", "error", "-m", "composer", *options)
    assert (done.returncode, done.stderr) == (0, "")
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == [f"ab-c-major-calm-4-bars-3.{s}" for s in ("mid", "musicxml")]


def test_python_m_composer_refuses_in_one_line(tmp_path: Path) -> None:
    done = process(tmp_path, "-m", "composer", "--mood", "sadd")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1 and "did you mean sad" in done.stderr


def test_help_imports_nothing_heavy(tmp_path: Path) -> None:
    program = (
        "import sys; from composer.cli.app import run; code = run(['--help']); "
        f"print(code, [name for name in {HEAVY!r} if name in sys.modules])"
    )
    done = process(tmp_path, "-c", program)
    assert done.stdout.splitlines()[-1] == "0 []"


def test_composing_imports_no_trainer(tmp_path: Path) -> None:
    program = (
        "import sys; from composer.cli.app import run; "
        "code = run(['--form', 'AB', '--bars', '4', '--seed', '3', '--quiet']); "
        "print(code, [name for name in ('sklearn', 'scipy', 'hmmlearn', 'torch', 'verovio') if name in sys.modules])"
    )
    done = process(tmp_path, "-c", program)
    assert done.stdout.splitlines()[-1] == "0 []"


def test_nothing_is_written_unless_every_file_can_be(quick: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "nowhere" in refusal(["-o", "ok.mid", "-o", "nowhere/x.mid"], capsys)
    (quick / "folder.mid").mkdir()
    assert "folder" in refusal(["-o", "ok.mid", "-o", "folder.mid"], capsys)
    assert "possible" in refusal(["-o", "ok.mid", "-o", f"{'a' * 300}.mid"], capsys)
    assert not (quick / "ok.mid").exists()


def test_one_file_is_not_named_twice(quick: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "twice" in refusal(["-o", "a.mid", "-o", str(quick / "a.mid")], capsys)
    assert "twice" in refusal(["--trace", "-o", "a.mid", "-o", "a.trace.json"], capsys)


@pytest.mark.parametrize(
    ("option", "value"), [("--bars", "x"), ("--seed", "1.5"), ("--seed", "9" * 5000), ("--tempo", "fast"),
                          ("--count", "x"), ("--arousal", "x"), ("--strict", "x")]
)
def test_numbers_are_asked_for_in_our_words(option: str, value: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert f"{option} wants a" in refusal([option, value], capsys)


def test_a_number_in_a_name_is_filled_in_for_one_piece_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["--form", "A", "--bars", "4", "--seed", "1", "-q", "-o", "tune{n}.txt"]) == 0
    assert [path.name for path in tmp_path.iterdir()] == ["tune1.txt"]


def test_a_rulebook_without_tables_is_refused_with_what_would_be_right(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["--rulebook", str(tmp_path)]) == 2
    assert "copy the shipped rules/" in capsys.readouterr().err


def test_a_folder_that_takes_no_files_is_refused_before_anything_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    closed = tmp_path / "closed"
    closed.mkdir()
    monkeypatch.setattr("os.access", lambda path, mode: Path(path) != closed)
    assert run(["--form", "A", "-o", str(tmp_path / "a.mid"), "-o", str(closed / "b.mid")]) == 2
    assert "cannot be written in" in capsys.readouterr().err
    assert not list(tmp_path.glob("*.mid"))
