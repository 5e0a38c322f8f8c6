"""How little our tunes copy what was learned from, whether they can be sung, and where their highest note stands.

    python -m benchmarks.originality [--pieces 200] [--jobs 2] [--out docs/originality.md]

Equal shares of all styles. The longest run of intervals that a tune has in common with the training split of its
style's corpus is counted for ours and for held-out tunes.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean, median

from benchmarks.pieces import STYLES, composed, corpus_of, over_styles, owner_of, publish, spread_out, words
from benchmarks.real_tunes import columns, real_tunes
from benchmarks.seeds import Known, intervals
from composer import Brief
from composer.analysis.craft import tune_of

LONGEST_RUN = 15
WIDEST, NARROW_MEDIAN, WIDE_MEDIAN = 17, 12, 14  # semitones
LAST_BARS = 2
NAMED = 8


@dataclass(frozen=True)
class Found:
    """A tune of ours: its intervals, range (semitones), and whether its top stands in the planned section and before
    the last two bars (None without a plan)."""

    name: str
    style: str
    intervals: tuple[int, ...]
    range: int
    planned: bool | None
    early: bool


def found(brief: Brief) -> Found | None:
    """One piece, None where none was found."""
    piece = composed(brief)
    if piece is None:
        return None
    tune = tune_of(piece.score)
    top, bar = max(tune.pitches), tune.bar_ticks
    places = [onset for onset, pitch in zip(tune.onsets, tune.pitches, strict=True) if pitch == top]
    sections, owner = piece.plan.sections, owner_of(piece)
    planned = None
    if owner is not None:
        ends = [(section.start_bar + len(section.bars)) * bar - tune.pickup_ticks for section in sections]
        holders = {next((n for n, end in enumerate(ends) if at < end), len(ends) - 1) for at in places}
        planned = {sections[n].letter for n in holders} == {sections[owner].letter}
    early = max(places) < tune.end_ticks - LAST_BARS * bar
    return Found(
        words(brief), piece.request.style, intervals(tune.pitches), top - min(tune.pitches), planned, early
    )


def runs_line(name: str, longest: Sequence[int]) -> str:
    """How long the common runs of a collection are."""
    above = sum(run > LONGEST_RUN for run in longest)
    return f"| {name} | {len(longest)} | {median(longest):g} | {max(longest)} | {above} |"


def style_lines(style: str, ours: Sequence[Found]) -> tuple[list[str], list[str]]:
    """Lines of the table of common runs, and the tunes of ours whose run is too long."""
    corpus = corpus_of(style)
    known = Known([intervals(tuple(map(int, tune.pitch))) for tune in real_tunes(corpus, "train")])
    real = [known.longest(intervals(columns(tune).pitches)) for tune in real_tunes(corpus)]
    here = [known.longest(one.intervals) for one in ours]
    bad = [f"`{one.name}`: {run} intervals" for one, run in zip(ours, here, strict=True) if run > LONGEST_RUN]
    return [runs_line(style, here), runs_line(f"held-out tunes of {corpus}", real)], bad


def share(values: Sequence[bool]) -> str:
    """A share of yes."""
    return f"{sum(values)} of {len(values)} ({mean(map(float, values)):.0%})" if values else ""


def voice_lines(groups: dict[str, list[Found]]) -> list[str]:
    """Range and highest note, style by style and together."""
    lines = [
        "| tunes | range, median | widest | wider than 17 | top in the planned section | none in the last two bars |",
        "|---|---|---|---|---|---|",
    ]
    for name, ours in groups.items():
        ranges = [one.range for one in ours]
        planned = share([one.planned for one in ours if one.planned is not None])
        wide = sum(one > WIDEST for one in ranges)
        early = share([one.early for one in ours])
        lines.append(f"| {name} | {median(ranges):g} | {max(ranges)} | {wide} | {planned} | {early} |")
    return lines


HEAD = """# Originality, range, highest note

Made by:

    {command}

{count} tunes, equal shares of the styles, named forms, moods, keys, meters and ensembles rotating. A run is a stretch
of melodic intervals in semitones, wherever it stands; it is looked for in the tunes the style has learned from. No tune
of ours should share more than {longest} intervals; the range should be {widest} semitones at most, its median {low} to
{high}.
"""


def page(ours: Sequence[Found], command: str) -> str:
    """The whole page."""
    lines = [HEAD.format(command=command, count=len(ours), longest=LONGEST_RUN, widest=WIDEST, low=NARROW_MEDIAN,
                         high=WIDE_MEDIAN)]  # fmt: skip
    lines += ["| tunes | number | longest run, median | longest run | above 15 |", "|---|---|---|---|---|"]
    groups = {style: [one for one in ours if one.style == style] for style in STYLES}
    copied: list[str] = []
    for style, group in groups.items():
        more, bad = style_lines(style, group)
        lines += more
        copied += bad
    wide = [f"`{one.name}`: {one.range} semitones" for one in ours if one.range > WIDEST]
    stray = [f"`{one.name}`: top elsewhere than planned" for one in ours if one.planned is False]
    late = [f"`{one.name}`: top in the last two bars" for one in ours if not one.early]
    lines += ["", *voice_lines({**groups, "all": list(ours)}), "", "Tunes outside (of each kind the first):", ""]
    lines += [f"- {text}" for kind in (copied, wide, stray, late) for text in kind[:NAMED]]
    return "\n".join([*lines, ""])


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the page, and write it where asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pieces", type=int, default=200)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args(arguments)
    command = f"python -m benchmarks.originality --pieces {options.pieces}"
    command += f" --out {options.out}" if options.out else ""
    text = page([one for one in spread_out(found, over_styles(options.pieces), options.jobs) if one], command)
    publish(text, options.out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
