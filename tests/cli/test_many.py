"""Several pieces, folders, links, JSON on the screen, and the list of words."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pieces import piece

from composer import Brief, Piece
from composer.cli.app import run
from composer.cli.outputs import SUFFIXES, default_name
from composer.cli.words import words
from composer.errors import LimitError
from composer.pipeline.brief import LAYERS
from composer.pipeline.interpret import read_brief
from composer.score.key import parse_key
from composer.theory.tables import load_table

READY = "happy lead sheet"


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """An empty current folder, and a composer that has its piece ready and gives it the seed that was asked for."""

    def ready(brief: Brief) -> Piece:
        made = piece(READY)
        return made if brief.seed is None else replace(made, request=replace(made.request, seed=brief.seed))

    monkeypatch.setattr("composer.pipeline.compose.compose", ready)
    monkeypatch.chdir(tmp_path)
    yield tmp_path


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_many_pieces_with_the_seeds_that_follow(quick: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (quick / "made").mkdir()
    assert run(["-n", "3", "--seed", "5", "--out-dir", "made"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "3 pieces, seeds 5 to 7"
    assert [line.split(":")[0] for line in lines[1:]] == ["1/3 seed 5", "2/3 seed 6", "3/3 seed 7"]
    stems = [name.removesuffix(".mid") for name in names(quick / "made") if name.endswith(".mid")]
    assert [stem.rsplit("-", 1)[1] for stem in stems] == ["5", "6", "7"]
    assert len(names(quick / "made")) == 6


def test_many_named_pieces(quick: Path) -> None:
    assert run(["-n", "2", "-o", "tune-{n}.mid", "-o", "{n}.txt", "-q"]) == 0
    assert names(quick) == ["1.txt", "2.txt", "tune-1.mid", "tune-2.mid"]


def test_a_drawn_seed_is_said(quick: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["-n", "2"]) == 0
    assert "drawn" in capsys.readouterr().out.splitlines()[0]


def test_one_piece_goes_to_the_folder_too(quick: Path) -> None:
    (quick / "made").mkdir()
    assert run(["--out-dir", "made", "-q"]) == 0
    assert run(["--out-dir", "made", "-o", "a.mid", "-q"]) == 0
    assert "a.mid" in names(quick / "made") and len(names(quick / "made")) == 3
    assert names(quick) == ["made"]


def test_the_folder_is_no_file_and_the_file_not_absolute(quick: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (quick / "file").write_bytes(b"")
    assert run(["--out-dir", "file"]) == 2
    assert run(["--out-dir", ".", "-o", str(quick / "a.mid")]) == 2
    err = capsys.readouterr().err.splitlines()
    assert "is no folder" in err[0] and "leave --out-dir out" in err[1]
    assert names(quick) == ["file"]


def test_a_piece_that_fails_does_not_stop_the_others(
    quick: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (quick / "3.mid").write_bytes(b"mine")

    def second_fails(brief: Brief) -> Piece:
        if brief.seed == 3:
            raise LimitError("no piece was found")
        return piece(READY)

    monkeypatch.setattr("composer.pipeline.compose.compose", second_fails)
    assert run(["-n", "2", "--seed", "2", "-o", "{n}.txt", "-q"]) == 3
    assert run(["-n", "3", "--seed", "2", "-o", "{n}.mid", "--json"]) == 2  # worse than the limit of piece 2
    out, err = capsys.readouterr()
    assert [line.split(":")[1].strip() for line in err.splitlines()] == [
        "piece 2, seed 3", "piece 2, seed 3", "piece 3, seed 4",
    ]
    assert len(json.loads(out)["pieces"]) == 1
    assert (quick / "3.mid").read_bytes() == b"mine"
    assert names(quick) == ["1.mid", "1.txt", "3.mid"]


def test_an_interrupt_leaves_finished_pieces_whole(
    quick: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(brief: Brief) -> Piece:
        if brief.seed == 2:
            raise KeyboardInterrupt
        return piece(READY)

    monkeypatch.setattr("composer.pipeline.compose.compose", interrupted)
    assert run(["-n", "3", "--seed", "1", "-o", "{n}.mid", "-o", "{n}.txt"]) == 130
    assert "interrupted" in capsys.readouterr().err
    assert names(quick) == ["1.mid", "1.txt"]


def test_json_on_the_screen(quick: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--json", "-o", "a.mid"]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    (made,) = json.loads(out)["pieces"]
    request = piece(READY).request
    assert (made["title"], made["key"], made["seed"]) == (request.title, "Bb major", 11)
    assert (made["mood"], made["meter"], made["ensemble"], made["bars"]) == ("happy", "3/4", "lead-sheet", 8)
    assert made["files"] == ["a.mid"]
    assert [section["label"] for section in made["sections"]] == ["A", "B", "A"]
    assert [section["first_bar"] for section in made["sections"]] == [1, 9, 17]
    assert made["sections"][-1]["cadences"][-1] == {"cadence": "PAC", "bar": 24}
    assert made["check"]["errors"] == sum(f["severity"] == "error" for f in made["check"]["findings"])


def test_warnings_go_to_stderr(
    quick: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    warned = replace(piece(READY), warnings=("style song names rule XYZ-1, which is in no file",))
    monkeypatch.setattr("composer.pipeline.compose.compose", lambda brief: warned)
    assert run(["--json", "-o", "a.mid"]) == 0
    out, err = capsys.readouterr()
    assert json.loads(out)
    assert err == "compose: warning: style song names rule XYZ-1, which is in no file\n"
    assert run(["-q", "-o", "a.mid"]) == 0
    assert "XYZ-1" in capsys.readouterr().err


def test_a_link_is_written_through(quick: Path) -> None:
    (quick / "elsewhere").mkdir()
    (quick / "elsewhere" / "real.mid").write_bytes(b"old")
    (quick / "link.mid").symlink_to(Path("elsewhere") / "real.mid")
    (quick / "new.txt").symlink_to(Path("elsewhere") / "new.txt")
    assert run(["-o", "link.mid", "-q"]) == 2
    assert run(["-o", "link.mid", "-o", "new.txt", "--force", "-q"]) == 0
    assert (quick / "link.mid").is_symlink() and (quick / "new.txt").is_symlink()
    assert (quick / "elsewhere" / "real.mid").read_bytes().startswith(b"MThd")
    assert names(quick / "elsewhere") == ["new.txt", "real.mid"]


def test_a_link_to_nowhere_is_refused(quick: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (quick / "a.mid").symlink_to(Path("nowhere") / "a.mid")
    (quick / "b.mid").symlink_to("b.mid")
    for name in ("a.mid", "b.mid"):
        assert run(["-o", name, "--force"]) == 2
        assert (quick / name).is_symlink()
    assert len(capsys.readouterr().err.splitlines()) == 2


@pytest.mark.parametrize(("brief", "name"), [
    (Brief(form="AABA", key="D", mood="sad", seed=7), "aaba-d-minor-sad-7"),
    (Brief(form="ABA'", key="Bb", mood="happy", seed=7), "aba1-b-flat-major-happy-7"),
    (Brief(form="ABA", key="F#m", meter="3/4", bars=4, seed=0), "aba-f-sharp-minor-calm-3-4-4-bars-0"),
    (Brief(form="AAB", key="C", ensemble="string-quartet", seed=1), "aab-c-major-calm-chorale-string-quartet-1"),
    (Brief(form="AAB", key="C", ensemble="satb", seed=1), "aab-c-major-calm-chorale-1"),
    (Brief(form="AABB", key="A dorian", style="reel", seed=1), "aabb-a-dorian-calm-reel-1"),
    (Brief(form="AABB", key="A dorian", style="reel", meter="2/2", seed=1), "aabb-a-dorian-calm-reel-2-2-1"),
])
def test_default_names(brief: Brief, name: str) -> None:
    assert default_name(read_brief(brief, 1)) == name


def test_the_longest_name_is_short_and_legal() -> None:
    form = "A" + "".join("A" + "'" * n for n in range(1, 26))
    name = default_name(read_brief(Brief(form=form, style="hornpipe", meter="2/2", bars=4, seed=2**53), 1))
    assert len(name) < 120
    assert all(character.isalnum() or character == "-" for character in name)


def test_every_listed_word_is_served() -> None:
    said = json.loads(words(None, None, None, as_json=True))
    listed = {group: [line["word"] for line in lines] for group, lines in said.items()}
    for option in ("form", "mood", "ensemble", "style"):
        for word in listed[f"{option}s"]:
            if "..." not in word:
                read_brief(Brief(**{option: word}), 1)
    for dance in listed["dances"]:
        read_brief(Brief(style=dance), 1)
    for meter in listed["meters"]:
        read_brief(Brief(meter=meter), 1)
    for mode in listed["modes"]:
        assert parse_key(f"D {mode}").mode == mode
    assert tuple(listed["layers"]) == LAYERS
    assert tuple(listed["formats"]) == SUFFIXES
    assert [row["name"] for row in load_table("moods")] == listed["moods"]


def test_words_are_one_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["words"]) == 0
    every = capsys.readouterr().out
    assert run(["words", "ensembles"]) == 0
    one = capsys.readouterr().out
    assert one.strip() in every
    assert len(one.splitlines()) == 1 + len(load_table("ensembles"))
    assert run(["words", "dances", "--json"]) == 0
    assert list(json.loads(capsys.readouterr().out)) == ["dances"]


def test_words_of_ones_own_tables(tmp_path: Path) -> None:
    (tmp_path / "tables").mkdir()
    row = '[[form]]\nname = "mine"\nletters = "ABCD"\nsummary = "no returns"\nsource = "me"\n'
    (tmp_path / "tables" / "forms.toml").write_text(row)
    assert "  mine                   ABCD; no returns\n" in words("forms", tmp_path, None) + "\n"
