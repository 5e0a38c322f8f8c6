"""What is said about a finished piece: a screen for a person, a line where there are many, JSON for a program."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from composer.pipeline.compose import Piece

MOST_SHOWN = 5  # findings on the screen


def screen(piece: Piece, files: list[str], notes: list[str]) -> str:
    """How the request was read, form, tempo, seed, check, files."""
    request, report = piece.request, piece.report
    lines = [f"{piece.score.title}", *(f"  {note}" for note in request.notes)]
    if not any(note.startswith(request.key.spoken) for note in request.notes):
        lines.append(f"  {request.key.spoken}")
    style = f"style {request.style}" if request.kind == request.style else f"style {request.style}, {request.kind}"
    upbeat = ", with an upbeat" if request.pickup_ticks else ""
    lines.append(f"  mood {request.mood['name']}, {request.meter.name}{upbeat}, {request.ensemble['name']} ({style})")
    tempo = f"tempo {request.tempo_bpm:g} beats a minute, {piece.score.tempo_words}"
    lines.append(f"  {tempo}; seed {request.seed}")
    lines.append("Form")
    lines += _form_lines(piece)
    lines.append(_check_line(piece))
    shown = [*report.errors, *report.warnings]
    lines += [f"  {f.severity}: bar {f.bar}: {f.message} ({f.rule_id})" for f in shown[:MOST_SHOWN]]
    if len(shown) > MOST_SHOWN:
        lines.append(f"  and {len(shown) - MOST_SHOWN} more; --trace writes them all")
    lines += [f"Note: {note}" for note in notes]
    lines += [f"Wrote {file}" for file in files]
    return "\n".join(lines)


def line(piece: Piece, files: list[str], notes: list[str], number: int, count: int) -> str:
    """One line about one of many."""
    more = "".join(f" ({note})" for note in notes)
    made = f"{number}/{count} seed {piece.request.seed}: {piece.score.title}: {_counts(piece)}"
    return f"{made}; wrote {', '.join(files)}{more}"


def as_dict(piece: Piece, files: list[str], note: str) -> dict[str, Any]:
    """The screen's facts as plain values."""
    request, report = piece.request, piece.report
    return {
        "title": piece.score.title, "form": request.form["name"], "key": request.key.name,
        "mood": request.mood["name"], "style": request.kind, "meter": request.meter.name, "bars": request.bars,
        "tempo_bpm": request.tempo_bpm, "ensemble": request.ensemble["name"], "seed": request.seed,
        "sections": [
            {"label": section.label, "first_bar": section.start_bar + 1,
             "last_bar": section.start_bar + len(section.bars), "theme": section.theme,
             "cadences": [{"cadence": name, "bar": bar} for name, bar in _closes(section)]}
            for section in piece.plan.sections
        ],
        "check": {
            "errors": len(report.errors), "warnings": len(report.warnings),
            "findings": [
                {"rule": f.rule_id, "severity": f.severity, "bar": f.bar, "beat": float(f.beat),
                 "voices": list(f.voices), "message": f.message}
                for f in report.findings
            ],
        },
        "notes": [*request.notes, *([note] if note else [])],
        "files": files,
    }


def _closes(section: Any) -> list[tuple[str, int]]:
    """(cadence, bar) of a section's phrases that close."""
    return [
        (phrase.kind, section.start_bar + phrase.end)
        for phrase in section.phrases if phrase.cadence != "open"
    ]


def _form_lines(piece: Piece) -> list[str]:
    """A line a section: its bars, theme and cadences."""
    lines = []
    for section in piece.plan.sections:
        first, last = section.start_bar + 1, section.start_bar + len(section.bars)
        closes = ", ".join(f"{name} in bar {bar}" for name, bar in _closes(section))
        theme = f" {section.theme}" if section.theme else ""
        lines.append(f"  {section.label:<3} bars {first}-{last}{theme}: {closes or 'open'}")
    return lines


def _check_line(piece: Piece) -> str:
    tried = sum(1 for chances in piece.report.chances.values() if chances)
    lifted = ", ".join(piece.request.lifts)
    switched = f"; switched off here: {lifted}" if lifted else ""
    return f"Rule check: {_counts(piece)}; {tried} rules had a chance to break{switched}"


def _counts(piece: Piece) -> str:
    errors, warnings = len(piece.report.errors), len(piece.report.warnings)
    return f"{errors} error{'s' * (errors != 1)}, {warnings} warning{'s' * (warnings != 1)}"
