"""``compose harmonize``: a tune in, chords and voices out, in files and on the screen."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from composer.errors import RequestError

if TYPE_CHECKING:
    from composer.pipeline.harmonize.asked import Asked, Wish
    from composer.pipeline.harmonize.harmonize import Answer
    from composer.pipeline.harmonize.tune import Read
    from composer.score.reading import Phrase
    from composer.theory.check import Finding

NUMBER = "{n}"
MOST_SHOWN = 5  # findings on the screen
SAME = "%"  # a bar in which no chord begins, as on lead-sheets


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
        answers = call(read, wish)
    except RequestError as error:
        raise RequestError(f"{melody}: {error}") from None
    for warning in read.warnings:
        print(f"compose: warning: {melody}: not read: {warning}", file=sys.stderr)
    files, note = _write(melody, answers, wish, place)
    if place.as_json:
        typer.echo(json.dumps(_as_dict(read, answers, wish, files), indent=1, ensure_ascii=False))
        return 0
    for line in _screen(read, answers, wish):
        typer.echo(line)
    for line in [f"Note: {note}"] * bool(note) + [f"Wrote {name}" for name in files]:
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
            named = path.with_name(f"{path.stem}-{NUMBER}{path.suffix}")
            raise RequestError(f"-o {path} with --best: the name must hold {NUMBER}, as in {named}")
        check_place(path)
    if len({path.absolute() for path in place.output}) < len(place.output):
        raise RequestError("-o names one file twice; give each its own name")


def _write(melody: Path, answers: Sequence[Answer], wish: Wish, place: Place) -> tuple[list[str], str]:
    """Write all files or, where one stands in the way, none. Their names, and a note about them."""
    from composer.cli.outputs import DEFAULT_SUFFIXES, bytes_of, free_names, refuse_overwrites
    from composer.files.save import check_place, save

    note = ""
    if place.output:
        contents = {
            path.with_name(path.name.replace(NUMBER, str(number))): bytes_of(answer.score, path.suffix)
            for path in place.output for number, answer in enumerate(answers, 1)
        }
        refuse_overwrites(contents, place.force)
    else:
        wanted = {
            (f"-{number}" if wish.asked.best > 1 else "") + suffix: bytes_of(answer.score, suffix)
            for suffix in DEFAULT_SUFFIXES for number, answer in enumerate(answers, 1)
        }
        contents, note = free_names(Path(f"{melody.stem}-{wish.style}"), wanted, place.force)
    for path in contents:
        check_place(path)
    for path, data in contents.items():
        save(path, data, place.force)
    return [str(path) for path in contents], note


def _screen(read: Read, answers: Sequence[Answer], wish: Wish) -> Iterator[str]:
    """What a person reads: the tune as it was understood, then every reading line by line."""
    yield f"{answers[0].score.title}: {', '.join(_understood(read))}"
    yield f"  style {wish.style}, {wish.ensemble['name']}; seed {wish.seed}"
    for number, answer in enumerate(answers, 1):
        yield f"{f'Reading {number}: ' if len(answers) > 1 else ''}{_counts(answer)}"
        if number > 1:
            yield f"  beside reading 1: {'; '.join(answer.beside)}"
        yield from (f"  {line}" for line in _lines(read, answer))
        yield from (f"  gave way: {words}" for words in answer.found.relaxed)
        yield from (f"  {line}" for line in _findings(answer.report.errors))
        if answer.report.warnings:
            yield f"  warnings: {_by_rule(answer, wish)}"
    given = [finding for finding in answers[0].given if finding.severity == "error"]
    if given:
        yield f"In the tune itself, which is left as it is: {_some(len(given), 'error')}"
        yield from (f"  {line}" for line in _findings(given))


def _understood(read: Read) -> Iterator[str]:
    tune = read.tune
    yield tune.key.spoken + (" (found)" if read.key_by == "found" else "")
    yield tune.score.meter.name + (" with an upbeat" if tune.score.pickup_ticks else "")
    held = sum(note.fermata for note in tune.voice.notes) > 1
    yield f"{_some(len(tune.phrases), 'line')} {'by its fermatas' if held else 'as it breathes'}"
    if read.semitones:
        yield f"moved {_some(abs(read.semitones), 'semitone')} {'up' if read.semitones > 0 else 'down'}"


def _counts(answer: Answer) -> str:
    known = answer.facts
    marks = f"{_some(len(answer.report.errors), 'error')}, {_some(len(answer.report.warnings), 'warning')}"
    made = ((known.changes, "chord change"), (known.inversions, "inversion"), (known.sevenths, "seventh"))
    return f"{marks}; {', '.join(_some(*pair) for pair in made)}; {known.cost_nats:.1f} nats"


def _some(count: int, noun: str) -> str:
    return f"{count} {noun}{'s' * (count != 1)}"


def _lines(read: Read, answer: Answer) -> Iterator[str]:
    """The chords of every line bar by bar, and how it closes."""
    score, last = read.tune.score, read.tune.key
    for phrase in answer.found.phrases:
        bars: dict[int, list[str]] = {bar: [] for bar in _bars(read, phrase)}
        for span in answer.found.chords:
            if phrase.onset_ticks <= span.onset_ticks < phrase.end_ticks:
                tonic = span.key.tonic_name.lower() if span.key.is_minor else span.key.tonic_name
                name = f"{tonic}: " if span.key.tonic_name != last.tonic_name else ""
                last = span.key
                bars.setdefault(score.bar_of(span.onset_ticks)[0], []).append(name + span.chord.numeral)
        close = "no cadence" if phrase.cadence == "open" else phrase.cadence
        shown = " | ".join(" ".join(names) or SAME for names in bars.values())
        yield f"{shown}  ({close} in bar {score.bar_of(phrase.end_ticks - 1)[0]})"


def _bars(read: Read, phrase: Phrase) -> Iterator[int]:
    """The numbers of the bars in which a line sounds."""
    score = read.tune.score
    onsets = [n.onset_ticks for n in read.tune.voice.sounding() if phrase.onset_ticks <= n.onset_ticks]
    first = score.bar_of(min(onsets, default=phrase.onset_ticks))[0]
    yield from range(first, score.bar_of(phrase.end_ticks - 1)[0] + 1)


def _findings(findings: Sequence[Finding]) -> Iterator[str]:
    for f in findings[:MOST_SHOWN]:
        yield f"{f.severity}: bar {f.bar} beat {f.beat:g}: {f.message} ({f.rule_id})"
    if len(findings) > MOST_SHOWN:
        yield f"and {len(findings) - MOST_SHOWN} more; --json tells them all"


def _by_rule(answer: Answer, wish: Wish) -> str:
    """How often each rule was bent, the commonest first; --json says where."""
    times = Counter(finding.rule_id for finding in answer.report.warnings)
    return ", ".join(f"{wish.book.rules[name].title} ({name}) {count}" for name, count in times.most_common())


def _as_dict(read: Read, answers: Sequence[Answer], wish: Wish, files: Sequence[str]) -> dict[str, Any]:
    from dataclasses import asdict

    from composer.cli.check import finding_dict

    score, tune = read.tune.score, read.tune
    return {
        "title": answers[0].score.title, "key": tune.key.spoken, "meter": score.meter.name, "style": wish.style,
        "ensemble": wish.ensemble["name"], "seed": wish.seed, "moved_semitones": read.semitones,
        "warnings": list(read.warnings),
        "readings": [
            {
                "cost_nats": round(answer.found.cost_nats, 6),
                "chords": [
                    {"bar": score.bar_of(span.onset_ticks)[0], "beat": score.bar_of(span.onset_ticks)[1],
                     "key": span.key.spoken, "numeral": span.chord.numeral}
                    for span in answer.found.chords
                ],
                "lines": [
                    {"ends_bar": score.bar_of(phrase.end_ticks - 1)[0], "cadence": phrase.cadence}
                    for phrase in answer.found.phrases
                ],
                "voices": {
                    voice.role: [str(note.top) for note in voice.sounding()] for voice in answer.found.voices
                },
                "facts": {name: value for name, value in asdict(answer.facts).items() if name not in _TOLD},
                "beside_reading_1": list(answer.beside),
                "gave_way": list(answer.found.relaxed),
                "findings": [finding_dict(finding) for finding in answer.report.findings],
            }
            for answer in answers
        ],
        "findings_in_the_tune": [finding_dict(finding) for finding in answers[0].given],
        "files": list(files),
    }


_TOLD = ("closes", "cost_nats")  # facts that stand elsewhere in the JSON
