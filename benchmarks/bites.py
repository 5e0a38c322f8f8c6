"""Every forbidding rule bites: with its file taken away, a draft soon breaks it.

    python -m benchmarks.bites [--budget 300] [--rules PAR-5,LIN-1] [--ensembles satb] [--jobs 2] [--out docs/bites.md]

For each rule that a style forbids, short drafts are composed under a rulebook without that rule's file and marked
by that rule, until one breaks it. A rule that stays whole is one the composer cannot break by construction, or one
that other rules cover; its page says which.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from itertools import repeat
from pathlib import Path

from composer import Brief, compose
from composer.errors import ComposerError
from composer.shelf import shelf_folder
from composer.theory.check import check
from composer.theory.rulebook import Rulebook, load_rulebook
from composer.theory.tables import load_table

GROUNDS = (("song", "piano"), ("song", "lead-sheet"), ("chorale", "satb"))
KEYS = {
    "major": ("C major", "G major", "F major", "D major", "Bb major", "A major", "Eb major", "E major", "Ab major"),
    "minor": ("A minor", "D minor", "E minor", "G minor", "C minor", "B minor", "F# minor", "F minor", "C# minor"),
}
METERS = ("4/4", "3/4", "6/8")
SHAPES = (("A", 8), ("A", 4), ("A", 8), ("AB", 4))
FIRST_SEED = 9000
SHORT_BUDGET = 40


@dataclass(frozen=True)
class Trial:
    """One rule in one ensemble: drafts made until it was broken (0: never), and what was tried."""

    rule_id: str
    style: str
    ensemble: str
    broken_at: int
    drafts: int
    refused: int  # drafts that could not be composed
    chances: int
    severity: str
    message: str
    seconds: float


def short_briefs(ensemble: str, rule_id: str, folder: Path, count: int) -> Iterator[Brief]:
    """Short drafts: moods that do not lift the rule, both modes, all meters, in rotation."""
    moods = [str(row["name"]) for row in load_table("moods") if rule_id not in row["lifts"]]
    for number in range(count):
        form, bars = SHAPES[number % len(SHAPES)]
        keys = KEYS[("major", "minor")[number % 2]]
        yield Brief(
            form=form, bars=bars, mood=moods[number * 5 % len(moods)], key=keys[number // 2 % len(keys)],
            meter=METERS[number // 3 % len(METERS)], ensemble=ensemble, seed=FIRST_SEED + number, rulebook=folder,
        )  # fmt: skip


def try_rule(rule_id: str, style: str, ensemble: str, budget: int) -> Trial:
    """Compose without the rule's file until a draft breaks it."""
    start = time.process_time()
    book = load_rulebook()
    rule = book.rules[rule_id]
    profile = book.style(style).profile
    alone = Rulebook({rule_id: rule}, book.style_paths, book.profile_paths)
    severity = book.profile(profile).severity(rule)
    if rule.by_construction:  # its page says why it cannot be broken: a short trial holds the page to its word
        budget = min(budget, SHORT_BUDGET)
    drafts = refused = chances = 0
    with tempfile.TemporaryDirectory() as folder:
        shelf = shelf_folder("rules")
        without = Path(folder) / "rules"
        shutil.copytree(shelf, without)
        (without / rule.path.relative_to(shelf)).unlink()
        for brief in short_briefs(ensemble, rule_id, without, budget):
            drafts += 1
            try:
                score = compose(brief).score
            except ComposerError:
                refused += 1
                continue
            except Exception as error:  # a bug, but no reason to lose an hour's run: said aloud and counted
                print(f"our own bug ({error!r}): {replace(brief, rulebook=None)}", file=sys.stderr, flush=True)
                refused += 1
                continue
            assert score.reading is not None
            report = check(score, score.reading, alone, profile)
            chances += report.chances.get(rule_id, 0)
            if report.findings:
                text = report.findings[0].message
                seconds = time.process_time() - start
                return Trial(rule_id, style, ensemble, drafts, drafts, refused, chances, severity, text, seconds)
    seconds = time.process_time() - start
    return Trial(
        rule_id, style, ensemble, 0, drafts, refused, chances, severity, rule.by_construction, seconds
    )


def trials(budget: int, jobs: int, only: Sequence[str] = (), grounds: Sequence[str] = ()) -> list[Trial]:
    """All forbidding rules of every ground, or some rules or ensembles of them."""
    book = load_rulebook()
    wanted = [
        (rule.id, style, ensemble)
        for style, ensemble in GROUNDS
        for rule in book.style(style).forbid
        if (not only or rule.id in only) and (not grounds or ensemble in grounds)
    ]
    rules, styles, ensembles = zip(*wanted, strict=True) if wanted else ((), (), ())
    if jobs == 1:
        return [_told(try_rule(*one, budget)) for one in wanted]
    with ProcessPoolExecutor(jobs) as pool:
        return [_told(trial) for trial in pool.map(try_rule, rules, styles, ensembles, repeat(budget))]


def _told(trial: Trial) -> Trial:
    print(f"{trial.ensemble} {trial.rule_id}: {_result(trial)}, {trial.seconds:.0f} s", file=sys.stderr, flush=True)
    return trial


def _result(trial: Trial) -> str:
    if trial.broken_at:
        return f"draft {trial.broken_at}"
    why = "off in the profile" if trial.severity == "off" else f"{trial.chances} chances"
    why += f", {trial.refused} drafts refused" if trial.refused else ""
    return f"not within {trial.drafts} ({why})"


def report(found: Sequence[Trial], command: str) -> str:
    """The whole page."""
    lines = [
        "# Every rule that forbids, taken away", "", "Made by:", "", f"    {command}", "",
        "For each rule: how many short drafts (one or two sections of 4 or 8 bars; moods, keys, meters and seeds in",
        "rotation) were composed without its file until one broke it, and what was heard there. *Chances*: places in",
        "all drafts at which the rule could have been broken.", "",
    ]  # fmt: skip
    for style, ensemble in GROUNDS:
        rows = [trial for trial in found if (trial.style, trial.ensemble) == (style, ensemble)]
        if not rows:
            continue
        bitten = sum(trial.broken_at > 0 for trial in rows)
        lines += [f"## {style}, {ensemble}: {bitten} of {len(rows)} bite", ""]
        lines += ["| rule | broken in | first finding, or why it cannot be broken |", "|---|---|---|"]
        lines += [f"| {t.rule_id} | {_result(t)} | {t.message.replace('|', '/')} |" for t in rows] + [""]
    whole = sorted({t.rule_id for t in found} - {t.rule_id for t in found if t.broken_at})
    quiet = sorted({f"{t.rule_id} ({t.ensemble})" for t in found if not t.broken_at and t.rule_id not in whole})
    lines += ["## Rules that were not broken", "", f"In no ensemble: {', '.join(whole) or 'none'}.", ""]
    lines += [f"In one ensemble but broken in another: {', '.join(quiet) or 'none'}.", ""]
    silent = sorted({f"{t.rule_id} ({t.ensemble})" for t in found if not t.broken_at and not t.chances})
    lines += [f"Without a single chance: {', '.join(silent) or 'none'}.", ""]
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the page, and write it where asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--budget", type=int, default=300)
    parser.add_argument("--rules", default="", help="ids with commas; default all")
    parser.add_argument("--ensembles", default="", help="names with commas; default all")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args(arguments)
    only, grounds = (text.replace(" ", "").split(",") if text else [] for text in (options.rules, options.ensembles))
    command = f"python -m benchmarks.bites --budget {options.budget}"
    command += f" --rules {','.join(only)}" if only else ""
    command += f" --ensembles {','.join(grounds)}" if grounds else ""
    command += f" --out {options.out}" if options.out else ""
    page = report(trials(options.budget, options.jobs, only, grounds), command)
    print(page)
    if options.out:
        options.out.write_text(page, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
