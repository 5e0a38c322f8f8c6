"""The same request gives the same bytes in any process, folder, time zone, thread count and hash seed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

SETTINGS = (
    {"PYTHONHASHSEED": "1", "OMP_NUM_THREADS": "1", "TZ": "UTC", "LC_ALL": "C"},
    {"PYTHONHASHSEED": "77", "OMP_NUM_THREADS": "2", "TZ": "Asia/Tokyo", "LC_ALL": "C.UTF-8"},
)


def made(folder: Path, settings: dict[str, str], *options: str) -> dict[str, bytes]:
    folder.mkdir()
    command = [sys.executable, "-m", "composer", "--seed", "5", "--quiet", "--trace", *options]
    names = ("a.musicxml", "a.mxl", "a.mid", "a.svg", "a.txt", "a.json")
    command += [word for name in names for word in ("-o", name)]
    subprocess.run(command, cwd=folder, env={**os.environ, **settings}, check=True, timeout=120)
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.parametrize("options", [("--form", "ABA", "--mood", "sad"), ("--form", "AB", "--ensemble", "satb")])
def test_two_processes_write_the_same_bytes(options: tuple[str, ...], tmp_path: Path) -> None:
    first = made(tmp_path / "one", SETTINGS[0], *options)
    second = made(tmp_path / "the other place", SETTINGS[1], *options)
    assert sorted(first) == ["a.json", "a.mid", "a.musicxml", "a.mxl", "a.svg", "a.trace.json", "a.txt"]
    assert {name for name in first if first[name] != second[name]} == set()
