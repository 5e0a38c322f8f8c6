"""What it takes to make the same bytes again, as it is written into every file."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from composer import __version__
from composer.shelf import folder_hash, shelf_folder

LIBRARIES = ("numpy", "music21", "symusic", "onnxruntime")


def made_by(words: str, rules: Path | None, rulebook: Path | None) -> dict[str, object]:
    """Who made a piece (``words`` say more, as in ``seed 7``), and the versions and hashes of all that had a say.

    Folders of rules are named by their content, not by their place.
    """
    shelf = [] if rulebook else [shelf_folder("rules")]
    folders = [folder for folder in (rulebook, rules) if folder]
    return {
        "by": f"Composer {__version__}, {words}",
        "version": __version__,
        "libraries": {name: _version(name) for name in LIBRARIES},
        "rules": "+".join(folder_hash(folder, (".toml",)) for folder in [*shelf, *folders]),
        "models": folder_hash(shelf_folder("corpora"), (".toml", ".json", ".npz", ".onnx")),
    }


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "absent"
