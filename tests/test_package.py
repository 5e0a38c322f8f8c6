"""The wheel holds the package and the shelf, all of it and nothing else, and works where it is installed."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SHELF = {"rules/": "composer/_shelf/rules/", "corpora/": "composer/_shelf/corpora/"}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    (made,) = folder.glob("*.whl")
    return made


def test_the_wheel_holds_what_git_tracks(wheel: Path) -> None:
    command = ["git", "ls-files", "-z", "composer", "rules", "corpora"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip("not a git checkout")
    wanted = set()
    for name in filter(None, done.stdout.split("\0")):
        top = next((top for top in SHELF if name.startswith(top)), "")
        wanted.add(SHELF[top] + name.removeprefix(top) if top else name)
    with zipfile.ZipFile(wheel) as archive:
        inside = {name for name in archive.namelist() if ".dist-info/" not in name}
    assert inside == wanted


def test_the_wheel_composes_where_there_is_no_checkout(wheel: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "installed")
    program = (
        f"import sys; sys.path.insert(0, {str(tmp_path / 'installed')!r}); "
        "import composer; from composer.cli.app import run; "
        "print(composer.__file__); raise SystemExit(run(['--form', 'A', '--bars', '4', '--seed', '3', '-o', 'a.mid']))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    assert str(tmp_path) in done.stdout.splitlines()[0]
    assert (tmp_path / "a.mid").is_file()


def test_the_metadata(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        text = archive.read(name).decode("utf-8")
        entry = archive.read(name.replace("METADATA", "entry_points.txt")).decode("utf-8")
    assert "Name: composer-by-rule" in text
    core = [line for line in text.splitlines() if line.startswith("Requires-Dist:") and "extra ==" not in line]
    assert not any("torch" in line for line in core)
    assert "compose = composer.__main__:main" in entry
