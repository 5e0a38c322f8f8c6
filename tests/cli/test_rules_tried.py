"""``compose rules test``: a folder of one's own tried, every slip with its path and line."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from composer.cli.app import run
from composer.shelf import shelf_folder
from composer.theory.rulebook import load_rulebook

BOOK = load_rulebook()
Screen = pytest.CaptureFixture[str]
RULE = """id = "OWN-1"
title = "No thirds"
kind = "range"
severity = "warning"
message = "{voice} sings {pitch}."
why = "To try the command."
source = ["our own"]
[asks.ranges]
soprano = ["C4", "G4"]
[[example]]
verdict = "breaks"
music = "S: C5"
[[example]]
verdict = "keeps"
music = "S: C4"
"""


def said(arguments: list[str], capsys: Screen, code: int = 0) -> tuple[str, str]:
    assert run(["rules", *arguments]) == code
    out, err = capsys.readouterr()
    assert "Traceback" not in err
    return out, err


def test_the_shelf_itself_is_tried_without_a_slip(capsys: Screen) -> None:
    out, err = said(["test", str(shelf_folder("rules"))], capsys)
    assert err == ""
    count = sum(len(rule.examples) for rule in BOOK.rules.values())
    assert out == f"{count} examples tried, 0 slips\n"


def test_rules_of_ones_own_are_tried(tmp_path: Path, capsys: Screen) -> None:
    (tmp_path / "own.toml").write_text(RULE)
    assert said(["test", str(tmp_path)], capsys)[0] == "2 examples tried, 0 slips\n"
    listed = said(["--rules", str(tmp_path)], capsys)[0]
    assert re.search(r"^OWN-1 +warning +No thirds$", listed, re.MULTILINE)
    assert said(["show", "OWN-1", "--rules", str(tmp_path)], capsys)[0].startswith("OWN-1  No thirds\n")


@pytest.mark.parametrize(("old", "new", "line", "words"), [
    ('"S: C5"', '"S: C4"', 10, "said to be one that breaks"), ('"S: C4"', '"S: C5"', 13, "said to be one that keeps"),
    ('"S: C5"', '"S: Q5"', 10, "Q5"), ('title = "No thirds"', "title = 3", 2, "'title'"),
    ('kind = "range"', 'kind = "ranje"', 3, "ranje"), ('"warning"', '"grave"', 4, "grave"),
    ('id = "OWN-1"', 'id = "PAR-5"', 1, "already the id"),
])  # fmt: skip
def test_slips_are_told_with_path_and_line(
    old: str, new: str, line: int, words: str, tmp_path: Path, capsys: Screen
) -> None:
    path = tmp_path / "own.toml"
    path.write_text(RULE.replace(old, new, 1))
    out, err = said(["test", str(tmp_path)], capsys, 2)
    assert re.fullmatch(r"\d+ examples tried, 1 slip\n", out)
    assert err.count("\n") == 1
    assert err.startswith(f"compose: {path}:{line}: ") or (line == 1 and ".toml:1: " in err)
    assert words in err


def test_every_slip_is_told(tmp_path: Path, capsys: Screen) -> None:
    for number in range(3):
        text = RULE.replace("OWN-1", f"OWN-{number + 1}").replace('"S: C5"', '"S: D4"')
        (tmp_path / f"own{number}.toml").write_text(text)
    out, err = said(["test", str(tmp_path)], capsys, 2)
    assert out == "6 examples tried, 3 slips\n"
    assert all(f"own{number}.toml:10: " in line for number, line in enumerate(err.splitlines()))


def test_a_rulebook_without_a_rule_still_knows_its_profiles(tmp_path: Path) -> None:
    shutil.copytree(shelf_folder("rules"), tmp_path / "rules")
    (tmp_path / "rules" / BOOK.rules["DBL-1"].path.relative_to(shelf_folder("rules"))).unlink()
    poorer = load_rulebook(replace=tmp_path / "rules")
    assert {name for name in poorer.profile_paths if poorer.profile(name).name == name} == set(BOOK.profile_paths)
