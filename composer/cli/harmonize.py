"""``compose harmonize``: a tune in, chords and voices out, in files and on the screen."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from composer.errors import OutputError, RequestError

if TYPE_CHECKING:
    from composer.pipeline.harmonize.asked import Asked, Wish
    from composer.pipeline.harmonize.harmonize import Answer
    from composer.pipeline.harmonize.task import Tune

NUMBER = "{n}"


@dataclass(frozen=True)
class Place:
    """Where the answers go, and what is said of them."""

    output: tuple[Path, ...]
    as_json: bool
    force: bool


def harmonize(melody: Path, number: int, asked: Asked, place: Place) -> int:
    """Harmonise the tune of a file, write it and tell; returns the exit code.

    Raises:
        ComposerError: the tune or the request cannot be served, or a file cannot be written.
    """
    from composer.pipeline.harmonize.asked import read_asked
    from composer.pipeline.harmonize.harmonize import harmonize as call
    from composer.pipeline.harmonize.tune import read_tune

    _check(place, asked.best)
    wish = read_asked(asked)
    try:
        read = read_tune(melody, number, wish)
        answers = call(read.tune, wish)
    except RequestError as error:
        raise RequestError(f"{melody}: {error}") from None
    tune = read.tune
    for warning in read.warnings:
        print(f"compose: warning: {melody}: not read: {warning}", file=sys.stderr)
    files = _write(melody, answers, wish, place)
    if place.as_json:
        typer.echo(json.dumps(_as_dict(tune, answers, files), indent=1, ensure_ascii=False))
    else:
        for line in _screen(tune, answers, wish, files):
            typer.echo(line)
    return 0


def _check(place: Place, ways: int) -> None:
    """Check the names before any work is done."""
    from composer.cli.outputs import SUFFIXES
    from composer.files.save import check_place

    for path in place.output:
        if path.suffix.lower() not in SUFFIXES:
            raise RequestError(f"-o {path}: the suffix chooses the format; write one of {', '.join(SUFFIXES)}")
        if ways > 1 and NUMBER not in path.name:
            raise RequestError(f"-o {path} with --best: the name must hold {NUMBER}, as in {path.stem}-{NUMBER}"
                               f"{path.suffix}")
        check_place(path)
    if len({path.absolute() for path in place.output}) < len(place.output):
        raise RequestError("-o names one file twice; give each its own name")


def _write(melody: Path, answers: Sequence[Answer], wish: Wish, place: Place) -> list[str]:
    """Write all files, or none where one stands in the way."""
    from composer.cli.outputs import DEFAULT_SUFFIXES, bytes_of
    from composer.files.save import save

    many = f"-{NUMBER}" if wish.asked.best > 1 else ""
    names = place.output or tuple(Path(f"{melody.stem}-{wish.style}{many}{suffix}") for suffix in DEFAULT_SUFFIXES)
    contents = {
        path.with_name(path.name.replace(NUMBER, str(number))): bytes_of(answer.score, path.suffix)
        for path in names for number, answer in enumerate(answers, 1)
    }
    for path, data in contents.items():
        if path.is_file() and not place.force and path.read_bytes() != data:
            raise OutputError(f"{path} exists and differs; write --force to replace it, or name another file")
    for path, data in contents.items():
        save(path, data, place.force)
    return [str(path) for path in contents]


def _screen(tune: Tune, answers: Sequence[Answer], wish: Wish, files: Sequence[str]) -> list[str]:
    """What a person reads."""
    lines = [f"{tune.key.spoken}, {tune.score.meter.name}, {len(tune.phrases)} phrases"]
    for number, answer in enumerate(answers, 1):
        if len(answers) > 1:
            lines.append(f"Reading {number}")
        for phrase in answer.found.phrases:
            inside = [s for s in answer.found.chords if phrase.onset_ticks <= s.onset_ticks < phrase.end_ticks]
            lines.append(f"  {' '.join(span.chord.numeral for span in inside)}: {phrase.cadence}")
        errors = answer.report.errors
        lines.append(f"  {answer.found.cost_nats:.2f} nats, {len(errors)} errors")
        lines += [f"  bar {f.bar} beat {f.beat:g}: {f.message} ({f.rule_id})" for f in errors]
    return [*lines, *(f"Wrote {name}" for name in files)]


def _as_dict(tune: Tune, answers: Sequence[Answer], files: Sequence[str]) -> dict[str, Any]:
    from composer.cli.check import finding_dict

    return {
        "key": tune.key.spoken, "meter": tune.score.meter.name, "files": list(files),
        "answers": [
            {
                "cost_nats": round(answer.found.cost_nats, 6),
                "chords": [span.chord.numeral for span in answer.found.chords],
                "findings": [finding_dict(finding) for finding in answer.report.findings],
            }
            for answer in answers
        ],
    }
