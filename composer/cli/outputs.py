"""Files a piece is written to: names, formats, and nothing written unless everything can be."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from composer.errors import OutputError, RequestError

if TYPE_CHECKING:
    from composer.pipeline.brief import Request
    from composer.pipeline.compose import Piece
    from composer.score.score import Score

SUFFIXES = (".musicxml", ".mxl", ".mid", ".svg", ".txt", ".json")
DEFAULT_SUFFIXES = (".musicxml", ".mid")
TRACE_SUFFIX = ".trace.json"
NUMBER = "{n}"  # in a name: which piece of several
MOST_PIECES = 10_000
LONGEST_FORM = 32  # letters of a form in a default name
_FREE_NAMES = 10_000


@dataclass(frozen=True)
class Wish:
    """Where the user wants files, and what on the screen. ``count`` None: one piece, not counted."""

    output: tuple[Path, ...]
    out_dir: Path | None
    count: int | None
    trace: bool
    force: bool
    quiet: bool
    as_json: bool

    def targets(self, number: int) -> tuple[Path, ...]:
        """The named files of one of the pieces, counted from 1."""
        folder = self.out_dir or Path()
        names = (str(path).replace(NUMBER, str(number)) for path in self.output)
        return tuple(folder / name for name in names)


def check_wish(wish: Wish) -> None:
    """Check counts and names before anything is composed.

    Raises:
        RequestError: a suffix that is not served, one name twice, or names that do not fit the count.
        OutputError: a name that cannot be a file, or whose folder is missing.
    """
    if wish.count is not None and not 1 <= wish.count <= MOST_PIECES:
        raise RequestError(f"--count {wish.count}: write a whole number from 1 to {MOST_PIECES}")
    if wish.out_dir is not None:
        _check_folder(wish)
    for path in wish.output:
        if path.suffix.lower() not in SUFFIXES:
            raise RequestError(f"-o {path}: the suffix chooses the format; write one of {', '.join(SUFFIXES)}")
        if wish.count is not None and NUMBER not in path.name:
            named = path.with_name(f"{path.stem}-{NUMBER}{path.suffix}")
            raise RequestError(f"-o {path} with --count: the name must hold {NUMBER} for the number, as in {named}")
    for number in range(1, (wish.count or 1) + 1):
        _check_targets(wish.targets(number), wish.trace)


def _check_folder(wish: Wish) -> None:
    for path in wish.output:
        if path.is_absolute():
            raise RequestError(f"-o {path} --out-dir {wish.out_dir}: leave --out-dir out, or name a file in it")
    if wish.out_dir is not None and not wish.out_dir.is_dir():
        wrong = "is no folder" if wish.out_dir.exists() else "does not exist"
        right = "name another" if wish.out_dir.exists() else f"make it first, as in mkdir {wish.out_dir}"
        raise OutputError(f"--out-dir {wish.out_dir}: this folder {wrong}; {right}")


def _check_targets(paths: tuple[Path, ...], trace: bool) -> None:
    """The trace's own name must be free of the others too."""
    from composer.files.save import check_place

    for path in paths:
        check_place(path)
    every = [*paths, _trace_path(paths[0])] if trace and paths else paths
    if len({path.absolute() for path in every}) < len(every):
        raise RequestError("-o names one file twice, or the trace's; give each its own name")


def _trace_path(first: Path) -> Path:
    """Where the trace goes: beside the first file."""
    return first.with_name(first.stem + TRACE_SUFFIX)


def encoded(piece: Piece, suffix: str) -> bytes:
    """The piece in a format, as bytes."""
    return bytes_of(piece.score, suffix)


def bytes_of(score: Score, suffix: str) -> bytes:
    """A score in a format, as bytes."""
    from composer.files import json_text, midi, musicxml, mxl, plain, svg

    writers: dict[str, Callable[[Score], bytes]] = {
        ".musicxml": musicxml.to_bytes, ".mxl": mxl.to_bytes, ".mid": midi.to_bytes, ".svg": svg.to_bytes,
        ".txt": plain.to_bytes, ".json": json_text.to_bytes,
    }
    return writers[suffix.lower()](score)


def write_piece(piece: Piece, wish: Wish, number: int = 1) -> tuple[list[Path], str]:
    """Write all files or, where one stands in the way, none. The files, and a note about their names.

    Raises:
        OutputError: a named file exists with other bytes, or a place cannot be written.
        LimitError: engraving took too long.
    """
    from composer.files.save import check_place, save

    note = ""
    if targets := wish.targets(number):
        contents = {path: encoded(piece, path.suffix) for path in targets}
        if wish.trace:
            contents[_trace_path(targets[0])] = _traced(piece)
        refuse_overwrites(contents, wish.force)
    else:
        wanted = {suffix: encoded(piece, suffix) for suffix in DEFAULT_SUFFIXES}
        if wish.trace:
            wanted[TRACE_SUFFIX] = _traced(piece)
        stem = (wish.out_dir or Path()) / default_name(piece.request)
        contents, note = free_names(stem, wanted, wish.force)
    for path in contents:
        check_place(path)
    for path, data in contents.items():
        save(path, data, wish.force)
    return list(contents), note


def default_name(request: Request) -> str:
    """``aaba-d-minor-sad-7``; style, meter, bars and ensemble where they are not the usual ones."""
    from composer.pipeline.form_words import BARS, USUAL_BARS

    usual_meter = request.dance["meters"][0] if request.dance else request.settings["meter"]
    allowed = tuple(request.form.get("bars", BARS))
    usual_bars = USUAL_BARS if USUAL_BARS in allowed else allowed[0]
    form = str(request.form["name"]).lower().replace("'", "1")[:LONGEST_FORM]
    words = [form, request.key.spoken, str(request.mood["name"])]
    words += [request.kind] if request.kind != "song" else []
    words += [request.meter.name.replace("/", "-")] if request.meter.name != usual_meter else []
    words += [f"{request.bars}-bars"] if request.bars != usual_bars else []
    if request.ensemble["name"] != request.settings["ensemble"]:
        words.append(str(request.ensemble["name"]))
    return "-".join([*(word.lower().replace(" ", "-") for word in words), str(request.seed)])


def _traced(piece: Piece) -> bytes:
    from composer.pipeline.trace import trace_of

    return (json.dumps(trace_of(piece), indent=1, ensure_ascii=False) + "\n").encode()


def refuse_overwrites(contents: dict[Path, bytes], force: bool) -> None:
    """Refuse to write where other bytes stand.

    Raises:
        OutputError: a file exists and differs, and ``force`` is False.
    """
    for path, data in contents.items():
        if path.is_file() and not force and path.read_bytes() != data:
            raise OutputError(f"{path} exists and differs; write --force to replace it, or name another file")


def free_names(stem: Path, wanted: dict[str, bytes], force: bool) -> tuple[dict[Path, bytes], str]:
    """Files under the default name, or under the next free number where other bytes stand there; and a note."""
    for number in range(1, _FREE_NAMES):
        name = stem.name if number == 1 else f"{stem.name}-{number}"
        files = {stem.with_name(name + suffix): data for suffix, data in wanted.items()}
        if force or all(_is_free(path, data) for path, data in files.items()):
            return files, "" if number == 1 else f"{stem.name} is taken by another piece, so this one is {name}"
    raise OutputError(f"{stem}: no free name; name a file with -o")


def _is_free(path: Path, data: bytes) -> bool:
    if path.is_file():
        return path.read_bytes() == data
    return not path.exists() and not path.is_symlink()
