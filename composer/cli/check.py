"""``compose check``: scores marked by the rulebook, told on the screen, as JSON, and on the page."""

from __future__ import annotations

import gc
import json
import sys
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from composer.cli.pieces import GRAVITY
from composer.errors import ComposerError, RequestError

if TYPE_CHECKING:
    from composer.score.key import Key
    from composer.score.score import Score
    from composer.study.marking import Desk, Marked
    from composer.theory.check import Finding

FOUND = 1  # exit code when errors were found
HEADINGS = {"error": "Errors", "warning": "Warnings", "info": "Remarks"}
COLOURS = {"error": "#C01818", "warning": "#B06A00", "info": "#1F5FAF"}
SHOWN = ("error", "warning")
MOVES = ("motion", "resolution", "leap", "contour")  # kinds of rules about how notes move
NOUNS = {"line": "moves", "slices": "moves", "harmony": "chord changes"}  # what a rule of a scope has chances in


def check_files(
    paths: Sequence[Path], on: Desk, tune: int, as_json: bool, marked: Path | None, every: bool, force: bool
) -> int:
    """Mark every file; returns the worst exit code.

    Raises:
        RequestError: one page was asked for, but several files were given.
    """
    if marked and len(paths) != 1:
        raise RequestError(f"--marked {marked}: one page is written, but {len(paths)} files were given; check one")
    if marked:
        from composer.files.marked import SUFFIXES

        if marked.suffix.lower() not in SUFFIXES:
            raise RequestError(f"--marked {marked}: a marked score is MusicXML; write one of {', '.join(SUFFIXES)}")
    told, worst = [], 0
    for path in paths:
        try:
            code, content = _check_one(path, on, tune, as_json, marked, every, force)
        except ComposerError as error:
            code, content = error.exit_code, {"path": str(path), "ok": False, "error": str(error)}
            if not as_json:
                print(f"compose: {error}", file=sys.stderr)
        worst = max(worst, code, key=GRAVITY.index)
        if as_json:
            told.append(content)
        gc.collect()  # the command switches automatic collection off
    if as_json:
        typer.echo(json.dumps({"files": told}, indent=1, ensure_ascii=False))
    return worst


def _check_one(
    path: Path, on: Desk, tune: int, as_json: bool, marked: Path | None, every: bool, force: bool
) -> tuple[int, dict[str, Any]]:
    from composer.study.marking import mark_file

    found = mark_file(path, on, tune)
    if not as_json:
        for line in screen(path, found, every):
            typer.echo(line)
    if marked:
        from composer.files.marked import write_marked

        written = write_marked(found.opened, *page_marks(found), marked, force)
        if not as_json:
            typer.echo(f"{'Wrote' if written else 'Already there:'} {marked}")
    content = as_dict(path, found) if as_json else {}
    return (FOUND if found.report.errors else 0), content


def screen(path: Path, found: Marked, every: bool) -> Iterator[str]:
    """What a person reads: what the score is, what was found, and how often it might have been."""
    score, reading, report = found.opened.score, found.reading, found.report
    yield f"{path}: {', '.join(keys_spoken(score, found)) or reading.key.spoken} (profile {found.profile})"
    for warning in found.opened.warnings:
        yield f"  not read: {warning}"
    if reading.phrases:
        yield "  " + "; ".join(_phrases(found))
    for label in report.labels if every else ():
        yield f"  {_where(label)}: {label.message} ({label.rule_id})"
    for severity, heading in HEADINGS.items():
        rows = report.of(severity)
        if rows and (every or severity in SHOWN):
            yield heading
            for finding in rows:
                says = f", {severity} by {finding.source}" if finding.source else ""
                yield f"  {_where(finding)}: {finding.message} ({finding.rule_id}{says})"
    counts = list(counted(found, every))
    if counts:
        yield "How often"
        yield from (f"  {line}" for line in counts)
    if found.mark:
        yield found.mark.sentence
    hidden = "" if every or not report.of("info") else f", {_counted(report.of('info'), 'remark')} (--all shows them)"
    yield f"{_counted(report.errors, 'error')}, {_counted(report.warnings, 'warning')}{hidden}"
    yield f"{sum(1 for chances in report.chances.values() if chances)} rules had a chance to break"


def _counted(findings: Sequence[Finding], noun: str) -> str:
    return f"{len(findings)} {noun}{'' if len(findings) == 1 else 's'}"


def keys_spoken(score: Score, found: Marked) -> list[str]:
    """The home key, and every key the music goes to with its bar."""
    spoken = [found.reading.key.spoken]
    runs = [(key, next(group)) for key, group in groupby(found.reading.chords, key=lambda span: span.key)]
    here = found.reading.key
    for key, span in runs:
        if key != here:
            spoken.append(f"{_goes(key, found.reading.key)} in bar {score.bar_of(span.onset_ticks)[0]}")
        here = key
    return spoken


def _goes(key: Key, home: Key) -> str:
    return f"back to {key.spoken}" if key == home else f"to {key.spoken}"


def _phrases(found: Marked) -> Iterator[str]:
    score = found.opened.score
    for phrase in found.reading.phrases:
        bar, _ = score.bar_of(phrase.end_ticks - 1)
        yield f"{'a phrase ends' if phrase.cadence == 'open' else phrase.cadence} in bar {bar}"


def _where(finding: Finding) -> str:
    voices = f", {', '.join(finding.voices)}" if finding.voices else ""
    return f"bar {finding.bar} beat {finding.beat:g}{voices}"


def counted(found: Marked, every: bool) -> Iterator[str]:
    """Each broken rule by its title: how often it was broken, of how many chances."""
    names = {finding.rule_id: finding.severity for finding in found.report.findings}
    for rule_id, severity in sorted(names.items(), key=lambda row: (list(HEADINGS).index(row[1]), row[0])):
        if every or severity in SHOWN:
            times = sum(1 for finding in found.report.findings if finding.rule_id == rule_id)
            rule = found.rulebook.rules[rule_id]
            noun = NOUNS.get(rule.scope, "places") if rule.span > 1 else "moments"
            yield f"{rule.title} ({rule_id}): {times} of {found.report.chances.get(rule_id, 0)} {noun}"


def as_dict(path: Path, found: Marked) -> dict[str, Any]:
    """One file for programs."""
    score, reading, report = found.opened.score, found.reading, found.report
    return {
        "path": str(path), "ok": not report.errors, "key": reading.key.spoken, "profile": found.profile,
        "findings": [finding_dict(finding) for finding in report.findings],
        "chances": report.chances,
        "mark": mark_dict(found),
        "kind": found.opened.kind, "warnings": list(found.opened.warnings),
        "chords": [
            {"bar": bar, "beat": beat, "key": span.key.spoken, "numeral": span.chord.numeral}
            for span in reading.chords
            for bar, beat in (score.bar_of(span.onset_ticks),)
        ],
        "phrases": [
            {"ends_bar": score.bar_of(phrase.end_ticks - 1)[0], "cadence": phrase.cadence} for phrase in reading.phrases
        ],
        "labels": [finding_dict(label) for label in report.labels],
    }


def mark_dict(found: Marked) -> dict[str, Any] | None:
    """The mark for programs, or None where the profile gives none."""
    mark = found.mark
    if mark is None:
        return None
    return {
        "points": mark.points, "most": mark.most, "chords": mark.chords, "most_chords": mark.most_chords,
        "pairs": mark.pairs, "most_pairs": mark.most_pairs, "sentence": mark.sentence,
    }


def finding_dict(finding: Finding) -> dict[str, Any]:
    """A finding for programs."""
    return {
        "rule": finding.rule_id, "severity": finding.severity, "bar": finding.bar, "beat": finding.beat,
        "voices": list(finding.voices), "message": finding.message, "source": finding.source,
    }


def page_marks(
    found: Marked,
) -> tuple[dict[tuple[int, int], str], list[tuple[int, int, str]], list[tuple[int, str]]]:
    """Colours of notes, words above them, and Roman numerals, for the page."""
    score = found.opened.score
    colours: dict[tuple[int, int], str] = {}
    texts: list[tuple[int, int, str]] = []
    for finding in sorted(found.report.findings, key=lambda one: list(HEADINGS).index(one.severity), reverse=True):
        if finding.severity not in SHOWN or not finding.moments_ticks:
            continue
        places = [number for number, voice in enumerate(score.voices) if voice.role in finding.voices]
        for number in places or range(len(score.voices)):
            for tick in _looked_at(finding, found):
                onset = _sounding_from(score, number, tick)
                if onset is not None:
                    colours[number, onset] = COLOURS[finding.severity]
        onset = _sounding_from(score, min(places, default=0), _looked_at(finding, found)[-1])
        if onset is not None:
            texts.append((onset, min(places, default=0), finding.rule_id))
    return colours, texts, _numerals(found)


def _looked_at(finding: Finding, found: Marked) -> tuple[int, ...]:
    """The moment that a finding names; of a move also the one before it."""
    score, ticks = found.opened.score, finding.moments_ticks
    at = next((n for n, tick in enumerate(ticks) if score.bar_of(tick) == (finding.bar, finding.beat)), len(ticks) - 1)
    first = max(at - 1, 0) if found.rulebook.rules[finding.rule_id].kind in MOVES else at
    return ticks[first : at + 1]


def _sounding_from(score: Score, voice: int, tick: int) -> int | None:
    """Where the note of a voice that sounds at a tick begins."""
    return next(
        (note.onset_ticks for note in score.voices[voice].sounding() if note.onset_ticks <= tick < note.end_ticks), None
    )


def _numerals(found: Marked) -> list[tuple[int, str]]:
    """Roman numerals where a chord enters, with the key where it changes."""
    rows, key, last = [], None, None
    for span in found.reading.chords:
        tonic = span.key.tonic_name.lower() if span.key.is_minor else span.key.tonic_name
        name = "" if span.key == key else f"{tonic}: "
        if name or span.chord.numeral != last:
            rows.append((span.onset_ticks, name + span.chord.numeral))
        key, last = span.key, span.chord.numeral
    return rows
