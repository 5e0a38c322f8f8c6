"""``compose rules``: the list, and the page of a rule."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from composer.cli.app import run
from composer.theory.rulebook import load_rulebook

BOOK = load_rulebook()
Screen = pytest.CaptureFixture[str]


def said(arguments: list[str], capsys: Screen, code: int = 0) -> tuple[str, str]:
    assert run(["rules", *arguments]) == code
    out, err = capsys.readouterr()
    assert "Traceback" not in err
    return out, err


def test_every_rule_and_licence_is_listed_once(capsys: Screen) -> None:
    out, err = said([], capsys)
    ids = [line.split()[0] for line in out.splitlines()]
    assert ids == sorted([*BOOK.rules, *BOOK.licences])
    assert err == ""
    rows = json.loads(said(["--json"], capsys)[0])["rules"]
    assert [row["id"] for row in rows] == ids
    assert all(set(row) == {"id", "what", "title"} for row in rows)


@pytest.mark.parametrize("rule_id", list(BOOK.rules)[::12])
def test_a_page_says_why_and_shows_both(rule_id: str, capsys: Screen) -> None:
    out, _ = said(["show", rule_id], capsys)
    rule = BOOK.rules[rule_id]
    assert out.splitlines()[0] == f"{rule.id}  {rule.title}"
    assert rule.why in out
    for example in rule.examples:
        assert f"{example.verdict}: " in out
    assert "Profiles: " in out and "omt" in out and "Source: " in out
    assert said(["show", rule_id.lower()], capsys)[0] == out
    assert json.loads(said(["show", rule_id, "--json"], capsys)[0])["page"] == out.splitlines()


def test_a_licence_leads_to_its_rule(capsys: Screen) -> None:
    for name in list(BOOK.licences)[::8]:
        assert said(["show", name], capsys)[0].startswith(f"{BOOK.licences[name][0].id}  ")


@pytest.mark.parametrize(("arguments", "words"), [
    (["show", "PAR-99"], "PAR-5"), (["show", "nothing"], "compose rules lists"), (["show"], "wants an id"),
    (["test"], "wants a folder"), (["list"], "show with an id"), (["test", "nowhere"], "no such folder"),
    (["--rules", "nowhere"], "no such folder"),
])  # fmt: skip
def test_refusals_are_one_line(arguments: list[str], words: str, capsys: Screen) -> None:
    out, err = said(arguments, capsys, 2)
    assert out == ""
    assert err.startswith("compose: ") and err.count("\n") == 1 and words in err


def test_an_empty_folder_holds_no_rule(tmp_path: Path, capsys: Screen) -> None:
    assert "holds no rule" in said(["test", str(tmp_path)], capsys, 2)[1]
