"""What the README shows is what happens."""

from __future__ import annotations

import doctest
import re
import shlex
from pathlib import Path

import pytest

from composer.cli.app import run

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PYTHON = re.findall(r"^```python\n(.*?)^```", README, re.M | re.S)
SCREENS = re.findall(r"^```text\n\$ compose(.*?)\n(.*?)^```", README, re.M | re.S)


def without_counts(screen: str) -> str:
    """A screen without the counts that grow with the rulebook."""
    return re.sub(r"\d+ warnings; \d+ rules", "some warnings; some rules", screen)


@pytest.mark.parametrize("number", range(len(PYTHON)))
def test_python_examples(number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    block = PYTHON[number]
    if ">>>" in block:
        test = doctest.DocTestParser().get_doctest(block, {}, f"README block {number + 1}", "README.md", 0)
        report: list[str] = []
        result = doctest.DocTestRunner().run(test, out=report.append)
        assert result.failed == 0, "".join(report)
    else:
        exec(compile(block, "README.md", "exec"), {})


@pytest.mark.parametrize(("words", "shown"), SCREENS)
def test_screens(
    words: str, shown: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(shlex.split(words)) == 0
    assert without_counts(capsys.readouterr().out) == without_counts(shown)


def test_links_to_files_lead_somewhere() -> None:
    names = [name for name in re.findall(r"\]\(([^)#]+)\)", README) if "://" not in name]
    assert [name for name in names if not (ROOT / name).exists()] == []
