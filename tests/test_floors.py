"""Rules about the code itself: floors, sizes of files and functions, and no text of one machine in the tree."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MOST_LINES, MOST_FUNCTION_LINES = 400, 60
CODE = sorted((ROOT / "composer").rglob("*.py"))
# Paths and hosts of one machine, spelled so that this file does not hold them.
FOREIGN = re.compile("|".join("/" + place for place in ("work/", "root/", "home/[a-z]+/", "tmp/", "usr/local/")))


def test_imports_go_downwards_only() -> None:
    program = "from importlinter.cli import lint_imports; raise SystemExit(lint_imports())"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stdout
    assert "0 broken" in done.stdout


@pytest.mark.parametrize("path", CODE, ids=lambda path: str(path.relative_to(ROOT)))
def test_files_and_functions_are_short(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= MOST_LINES
    long = [
        f"{node.name}: {node.end_lineno - node.lineno + 1}"
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef) and node.end_lineno is not None
        and node.end_lineno - node.lineno + 1 > MOST_FUNCTION_LINES
    ]
    assert long == []


def test_every_module_says_what_it_is() -> None:
    silent = [str(path.relative_to(ROOT)) for path in CODE if not ast.get_docstring(ast.parse(path.read_text("utf-8")))]
    assert silent == []


def tracked() -> list[Path]:
    done = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip("not a git checkout")
    return [ROOT / name for name in done.stdout.split("\0") if name]


def test_no_text_of_one_machine() -> None:
    found = []
    for path in tracked():
        if not path.is_file() or path.suffix in (".npz", ".onnx", ".png", ".mid", ".pdf"):
            continue
        if match := FOREIGN.search(path.read_text(encoding="utf-8")):
            found.append(f"{path.relative_to(ROOT)}: {match.group()}")
    assert found == []


def test_no_code_among_the_data() -> None:
    assert [path for folder in ("rules", "corpora") for path in (ROOT / folder).rglob("*.py")] == []
    assert not [path for path in tracked() if path.suffix in (".pkl", ".pickle", ".joblib")]
