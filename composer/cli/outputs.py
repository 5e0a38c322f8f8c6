"""Files a piece is written to, and the screen that is printed about it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from composer.errors import OutputError, RequestError

if TYPE_CHECKING:
    from composer.pipeline.compose import Piece

SUFFIXES = (".musicxml", ".mid", ".txt", ".json")
DEFAULT_SUFFIXES = (".musicxml", ".mid")
TRACE_SUFFIX = ".trace.json"
MOST_SHOWN = 5  # findings on the screen
_FREE_NAMES = 10_000


def read_targets(paths: list[Path], trace: bool) -> list[Path]:
    """Check names before anything is composed; with ``trace`` the trace's own name must be free of them too.

    Raises:
        RequestError: a suffix that is not served, or one name twice.
        OutputError: a name that cannot be a file, or whose folder is missing.
    """
    from composer.files.save import check_place

    for path in paths:
        if path.suffix.lower() not in SUFFIXES:
            raise RequestError(f"-o {path}: the suffix chooses the format; write one of {', '.join(SUFFIXES)}")
        check_place(path)
    every = [*paths, _trace_path(paths[0])] if trace and paths else paths
    if len({path.absolute() for path in every}) < len(every):
        raise RequestError("-o names one file twice, or the trace's; give each its own name")
    return paths


def _trace_path(first: Path) -> Path:
    """Where the trace goes: beside the first file."""
    return first.with_name(first.stem + TRACE_SUFFIX)


def encoded(piece: Piece, suffix: str) -> bytes:
    """The piece in a format, as bytes."""
    from composer.files import json_text, midi, musicxml, plain

    writers: dict[str, Callable[[Piece], bytes]] = {
        ".musicxml": lambda p: musicxml.to_bytes(p.score),
        ".mid": lambda p: midi.to_bytes(p.score),
        ".txt": lambda p: plain.to_bytes(p.score),
        ".json": lambda p: json_text.to_bytes(p.score),
    }
    return writers[suffix.lower()](piece)


def write_piece(piece: Piece, targets: list[Path], trace: bool, force: bool, quiet: bool) -> None:
    """Write all files or, where one stands in the way, none; then print one screen.

    Raises:
        OutputError: a named file exists with other bytes, or a place cannot be written.
    """
    from composer.files.save import check_place, save

    note = ""
    if targets:
        contents = {path: encoded(piece, path.suffix) for path in targets}
        if trace:
            contents[_trace_path(targets[0])] = _traced(piece)
        _refuse_overwrites(contents, force)
    else:
        wanted = {suffix: encoded(piece, suffix) for suffix in DEFAULT_SUFFIXES}
        if trace:
            wanted[TRACE_SUFFIX] = _traced(piece)
        contents, note = _free_names(Path(piece.request.slug), wanted, force)
    for path in contents:
        check_place(path)
    for path, data in contents.items():
        save(path, data, force)
    if not quiet:
        typer.echo(screen(piece, [str(path) for path in contents], [note] if note else []))


def _traced(piece: Piece) -> bytes:
    from composer.pipeline.trace import trace_of

    return (json.dumps(trace_of(piece), indent=1, ensure_ascii=False) + "\n").encode()


def _refuse_overwrites(contents: dict[Path, bytes], force: bool) -> None:
    for path, data in contents.items():
        if path.is_file() and not force and path.read_bytes() != data:
            raise OutputError(f"{path} exists and differs; write --force to replace it, or name another file")


def _free_names(stem: Path, wanted: dict[str, bytes], force: bool) -> tuple[dict[Path, bytes], str]:
    """Files under the default name, or under the next free number where other bytes stand there; and a note."""
    for number in range(1, _FREE_NAMES):
        name = stem.name if number == 1 else f"{stem.name}-{number}"
        files = {stem.with_name(name + suffix): data for suffix, data in wanted.items()}
        if force or all(_is_free(path, data) for path, data in files.items()):
            return files, "" if number == 1 else f"{stem.name} is taken by another piece, so this one is {name}"
    raise OutputError(f"{stem}: no free name; name a file with -o")


def _is_free(path: Path, data: bytes) -> bool:
    return not path.exists() or (path.is_file() and path.read_bytes() == data)


def screen(piece: Piece, files: list[str], notes: list[str]) -> str:
    """What the user sees: how the request was read, form, tempo, seed, check, files."""
    request, report = piece.request, piece.report
    lines = [f"{piece.score.title}", *(f"  {note}" for note in request.notes)]
    if not any(note.startswith(request.key.spoken) for note in request.notes):
        lines.append(f"  {request.key.spoken}")
    style = f"{request.ensemble['name']} (style {request.style})"
    lines.append(f"  mood {request.mood['name']}, {request.meter.name}, {style}")
    tempo = f"tempo {request.tempo_bpm:g} beats a minute, {piece.score.tempo_words}"
    lines.append(f"  {tempo}; seed {request.seed}")
    lines.append("Form")
    lines += _form_lines(piece)
    lines.append(_check_line(piece))
    shown = [*report.errors, *report.warnings]
    lines += [f"  {f.severity}: bar {f.bar}: {f.message} ({f.rule_id})" for f in shown[:MOST_SHOWN]]
    if len(shown) > MOST_SHOWN:
        lines.append(f"  and {len(shown) - MOST_SHOWN} more; --trace writes them all")
    lines += [f"Warning: {warning}" for warning in piece.warnings]
    lines += [f"Note: {note}" for note in notes]
    lines += [f"Wrote {file}" for file in files]
    return "\n".join(lines)


def _form_lines(piece: Piece) -> list[str]:
    """A line a section: its bars, theme and cadences."""
    lines = []
    for section in piece.plan.sections:
        first, last = section.start_bar + 1, section.start_bar + len(section.bars)
        closes = ", ".join(
            f"{'HC' if p.cadence == 'bridge' else p.cadence} in bar {section.start_bar + p.end}"
            for p in section.phrases if p.cadence != "open"
        )
        theme = f" {section.theme}" if section.theme else ""
        lines.append(f"  {section.label:<3} bars {first}-{last}{theme}: {closes or 'open'}")
    return lines


def _check_line(piece: Piece) -> str:
    report = piece.report
    tried = sum(1 for chances in report.chances.values() if chances)
    lifted = ", ".join(str(rule) for rule in piece.request.mood["lifts"])
    switched = f"; {piece.request.mood['name']} switches off {lifted}" if lifted else ""
    errors, warnings = len(report.errors), len(report.warnings)
    counts = f"{errors} error{'s' * (errors != 1)}, {warnings} warning{'s' * (warnings != 1)}"
    return f"Rule check: {counts}; {tried} rules had a chance to break{switched}"
