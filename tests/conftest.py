"""Fixtures of all tests."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from pieces import musicxml_bytes


@pytest.fixture(scope="session")
def musicxml_file(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """A function from a piece's name to its MusicXML file."""
    folder = tmp_path_factory.mktemp("pages")

    def file(name: str) -> Path:
        path = folder / (name.replace(" ", "-") + ".musicxml")
        if not path.exists():
            path.write_bytes(musicxml_bytes(name))
        return path

    return file
