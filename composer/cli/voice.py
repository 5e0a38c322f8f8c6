"""``compose voice``: chords or a figured bass in four voices, on the screen as text or in files."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from composer.errors import OutputError, RequestError

if TYPE_CHECKING:
    from composer.pipeline.realise import Realised
    from composer.score.note import Voice
    from composer.theory.check import Report

NUMBER = "{n}"


@dataclass(frozen=True)
class Asked:
    """What stands on the command line."""

    chords: str | None
    figured: str | None
    key: str | None
    meter: str
    soprano: Path | None
    bass: Path | None
    best: int
    texture: str
    output: tuple[Path, ...]
    rules: Path | None
    rulebook: Path | None
    as_json: bool
    force: bool


def voice(asked: Asked) -> int:
    """Voice the chords and tell; returns the exit code.

    Raises:
        RequestError: something asked cannot be served.
        OutputError: a file cannot be written.
    """
    from composer.cli.outputs import SUFFIXES
    from composer.pipeline.four_parts import Memory
    from composer.pipeline.realise import MOST_WAYS, PROFILE, realise, voicing_law
    from composer.theory.check import check
    from composer.theory.rulebook import load_rulebook
    from composer.theory.tables import load_table

    if not 1 <= asked.best <= MOST_WAYS:
        raise RequestError(f"--best {asked.best}: write a whole number from 1 to {MOST_WAYS}")
    for path in asked.output:
        if path.suffix.lower() not in SUFFIXES:
            raise RequestError(f"-o {path}: the suffix chooses the format; write one of {', '.join(SUFFIXES)}")
        if asked.best > 1 and NUMBER not in path.name:
            raise RequestError(f"-o {path} with --best: the name must hold {NUMBER}, as in ways-{NUMBER}.txt")
    folders = (asked.rules,) if asked.rules else ()
    book = load_rulebook(folders, asked.rulebook)
    law = voicing_law(book, asked.texture)
    task, given = _task(asked)
    ensembles = load_table("ensembles", folders, asked.rulebook)
    found = realise(task, Memory(law), asked.best, asked.texture, ensembles, given)
    reports = [check(score, score.reading, book, PROFILE) for score in found.scores if score.reading]
    if asked.as_json:
        typer.echo(json.dumps(_as_dict(found, reports), indent=1, ensure_ascii=False))
    else:
        _tell(found, reports, bool(asked.output), given.role if given else "bass" if task.bass else "")
    _write(asked, found)
    return 0


def _task(asked: Asked) -> tuple[Any, Voice | None]:
    """The chords in time, and the voice that is given."""
    from composer.pipeline.chord_words import read_figured, read_numerals
    from composer.score.time import parse_meter
    from composer.theory.tables import load_table

    if (asked.chords is None) == (asked.figured is None):
        raise RequestError("voice wants chords or --figured, one of the two, as in compose voice 'I ii6 V7 I' --key G")
    if asked.soprano and asked.bass:
        raise RequestError("--soprano and --bass: give one of the two, and the other is found")
    if asked.bass and asked.figured is not None:
        raise RequestError("--bass and --figured: the figured bass is the bass; leave one of the two out")
    try:
        meter = parse_meter(asked.meter)
    except ValueError as error:
        raise RequestError(f"--meter {error}") from None
    path, role = (asked.soprano, "soprano") if asked.soprano else (asked.bass, "bass")
    key = asked.key or (_key_of(path) if path else None)
    if asked.chords is not None:
        task = read_numerals(asked.chords, key, meter)
    else:
        numerals = load_table("numerals", (asked.rules,) if asked.rules else (), asked.rulebook)
        task = read_figured(str(asked.figured), key, meter, numerals)
    return task, _given(path, role, task.chords[-1].end_ticks) if path else None


def _key_of(path: Path) -> str:
    """The key that a file with a given line is in."""
    from composer.files.door import open_score

    return open_score(path).score.key.name


def _given(path: Path, role: str, end_ticks: int) -> Voice:
    """The line of a file as the soprano or bass.

    Raises:
        RequestError: it is longer or shorter than the chords, or holds several voices.
    """
    from composer.files.door import open_score
    from composer.score.note import Voice

    score = open_score(path).score
    if len(score.voices) != 1:
        raise RequestError(f"{path}: holds {len(score.voices)} voices; give a file with the {role} alone")
    voice = score.voices[0]
    if score.pickup_ticks or score.end_ticks != end_ticks:
        bars = f"{score.end_ticks / score.meter.bar_ticks:g} bars"
        wrong = f"{path}: lasts {bars}, the chords do not"
        raise RequestError(f"{wrong}; divide the chords into its bars, without an upbeat")
    return Voice(role, role, voice.notes)


def _tell(found: Realised, reports: Sequence[Report], quiet: bool, given: str) -> None:
    from composer.score.text import format_text

    for number, (score, cost, report) in enumerate(zip(found.scores, found.costs_nats, reports, strict=True), 1):
        if not quiet:
            typer.echo(format_text(score).rstrip("\n"))
        name = f"way {number}: " if len(found.scores) > 1 else ""
        errors = [finding for finding in report.errors if not _given_alone(finding.voices, given)]
        typer.echo(f"# {name}{cost:.2f} nats, {_spoken(len(errors))}")
        for finding in report.errors:
            lies = "" if finding in errors else f", in the given {given}"
            typer.echo(f"#   bar {finding.bar} beat {finding.beat:g}{lies}: {finding.message} ({finding.rule_id})")
    typer.echo(f"# {_ways(found)}")


def _given_alone(voices: tuple[str, ...], given: str) -> bool:
    """Whether a finding lies in the given voice and no other: nobody's choice."""
    return bool(given) and voices == (given,)


def _spoken(errors: int) -> str:
    return "no error" if not errors else f"{errors} error{'s' if errors > 1 else ''}"


def _ways(found: Realised) -> str:
    if not found.legal_ways:
        return "no way keeps the whole law: the fewest breaks are shown"
    shown = len(found.scores)
    others = f"; {shown} that really differ" if shown > 1 else ""
    return f"{found.legal_ways} legal way{'s' if found.legal_ways > 1 else ''}{others}"


def _as_dict(found: Realised, reports: Sequence[Report]) -> dict[str, Any]:
    from composer.cli.check import finding_dict
    from composer.score.text import format_text

    return {
        "legal_ways": found.legal_ways,
        "ways": [
            {
                "cost_nats": round(cost, 6), "text": format_text(score),
                "voices": {voice.role: [str(note.top) for note in voice.sounding()] for voice in score.voices},
                "findings": [finding_dict(finding) for finding in report.findings],
            }
            for score, cost, report in zip(found.scores, found.costs_nats, reports, strict=True)
        ],
    }


def _write(asked: Asked, found: Realised) -> None:
    from composer.cli.outputs import bytes_of
    from composer.files.save import check_place, save

    contents = {
        path.with_name(path.name.replace(NUMBER, str(number))): bytes_of(score, path.suffix)
        for path in asked.output
        for number, score in enumerate(found.scores, 1)
    }
    if len(contents) < len(asked.output):
        raise OutputError("-o names one file twice; give each its own name")
    for path in contents:
        check_place(path)
    for path, data in contents.items():
        save(path, data, asked.force)
        if not asked.as_json:
            typer.echo(f"Wrote {path}")
