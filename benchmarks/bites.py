"""Every rule in force bites: with its file taken away, short drafts break it, or break it oftener.

    python -m benchmarks.bites [--budget 300] [--rules PAR-5,LIN-1] [--ensembles satb] [--out docs/bites.md]

For each rule that a style forbids or prices, the same short drafts (same seeds) are composed under the whole rulebook
and under one without that rule's file, and both are marked by that rule. A forbidden rule bites when a draft breaks it
while no draft so far has broken it under the whole law. A priced rule (and a forbidden one that the whole law leaves
breaches of) bites when its findings a chance are more without it, the interval of the paired difference lying above
zero. A rule is tried in one style after another, with a quarter of the drafts after the first, until it bites. One
that never does is one the composer cannot break by construction, as its page then says, or undecided.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

import numpy as np

from benchmarks.pieces import publish
from composer import Brief, compose
from composer.errors import ComposerError
from composer.shelf import shelf_folder
from composer.theory.check import check
from composer.theory.rulebook import Rulebook, load_rulebook
from composer.theory.tables import load_table

GROUNDS = (
    ("chorale", "satb"), ("song", "piano"), ("folk-song", "piano"), ("dance", "piano"), ("song", "string-quartet"),
    ("song", "lead-sheet"),
)  # fmt: skip
KEYS = {
    "major": ("C major", "G major", "F major", "D major", "Bb major", "A major", "Eb major", "E major", "Ab major"),
    "minor": ("A minor", "D minor", "E minor", "G minor", "C minor", "B minor", "F# minor", "F minor", "C# minor"),
}
OLD_KEYS = {"major": ("G mixolydian", "C major", "F lydian"), "minor": ("D dorian", "A minor", "E aeolian")}
METERS = {"dance": ("6/8", "4/4", "3/4")}
USUAL_METERS = ("4/4", "3/4", "6/8")
SHAPES = (("A", 8), ("A", 4), ("A", 8), ("AB", 4))
FIRST_SEED = 9000
SHORT_BUDGET = 8
LOOKS = (10, 20, 40, 80, 160)  # drafts after which the interval is looked at
Z = 2.576  # 99 % at each of at most five looks: 95 % over all
LEAST_FOUND = 4
MOST_STYLES = 3
MARKS = 'title = "Marks"\nwhy = "Every rule as grave as its own file says, none switched off."\n'


@dataclass(frozen=True)
class Trial:
    """One rule in one ensemble: drafts made until it bit (0: never), and what was found with and without it."""

    rule_id: str
    style: str
    ensemble: str
    broken_at: int
    drafts: int
    refused: int  # drafts that could not be composed
    chances: int  # without the rule
    nats: float  # infinity: forbidden
    message: str
    seconds: float
    found: tuple[int, int] = (0, 0)  # findings with and without the rule
    kept_chances: int = 0  # with the rule
    interval: tuple[float, float] = (0.0, 0.0)  # of the difference of findings in 100 chances


@dataclass
class Marker:
    """Drafts under the whole law, made once for all rules, and the marking of any draft."""

    book: Rulebook
    folder: Path
    first_seed: int = FIRST_SEED
    known: dict[Brief, dict[str, tuple[int, int]] | None] = field(default_factory=dict)

    def marked(self, brief: Brief, rule_ids: Sequence[str]) -> tuple[dict[str, tuple[int, int]], str] | None:
        """(findings, chances) of each rule in a draft, and the first finding's words; None if it cannot be composed."""
        path = self.folder / "marks.toml"
        path.write_text(MARKS, encoding="utf-8")
        rules = {rule_id: self.book.rules[rule_id] for rule_id in rule_ids}
        try:
            score = compose(brief).score
        except ComposerError:
            return None
        except Exception as error:  # a bug, but no reason to lose an hour's run: said aloud and counted
            print(f"our own bug ({error!r}): {replace(brief, rulebook=None)}", file=sys.stderr, flush=True)
            return None
        assert score.reading is not None
        report = check(score, score.reading, Rulebook(rules, {}, {"marks": path}), "marks")
        found = dict.fromkeys(rule_ids, 0)
        for finding in report.findings:
            found[finding.rule_id] += 1
        marks = {rule_id: (found[rule_id], report.chances.get(rule_id, 0)) for rule_id in rule_ids}
        return marks, report.findings[0].message if report.findings else ""

    def whole(self, brief: Brief, rule_id: str) -> tuple[int, int] | None:
        """(findings, chances) of a rule in a draft under the whole law."""
        brief = replace(brief, rulebook=None)
        if brief not in self.known:
            marks = self.marked(brief, tuple(self.book.rules))
            self.known[brief] = marks[0] if marks else None
        known = self.known[brief]
        return known[rule_id] if known else None


def short_briefs(
    ensemble: str, rule_id: str, folder: Path, count: int, style: str | None = None, first_seed: int = FIRST_SEED
) -> Iterator[Brief]:
    """Short drafts: moods that do not lift the rule, both modes (in folk songs old ones too), meters, in rotation."""
    moods = [str(row["name"]) for row in load_table("moods") if rule_id not in row["lifts"]]
    meters = METERS.get(style or "", USUAL_METERS)
    for number in range(count):
        form, bars = SHAPES[number % len(SHAPES)]
        keys = (OLD_KEYS if style == "folk-song" else KEYS)[("major", "minor")[number % 2]]
        yield Brief(
            form=form, bars=bars, mood=moods[number * 5 % len(moods)], key=keys[number // 2 % len(keys)],
            meter=meters[number // 3 % len(meters)], ensemble=ensemble, seed=first_seed + number, rulebook=folder,
            style=style,
        )  # fmt: skip


def try_rule(rule_id: str, style: str, ensemble: str, budget: int, marker: Marker | None = None) -> Trial:
    """Compose without the rule's file until it has bitten."""
    start = time.process_time()
    book = marker.book if marker else load_rulebook()
    rule = book.rules[rule_id]
    nats = prices(book, style).get(rule_id, np.inf)
    if rule.by_construction:  # its page says why it cannot be broken: a short trial holds the page to its word
        budget = min(budget, SHORT_BUDGET)
    rows: list[tuple[int, int, int, int]] = []
    refused, broken_at, message, interval = 0, 0, rule.by_construction, (0.0, 0.0)
    with tempfile.TemporaryDirectory() as folder:
        marker = marker or Marker(book, Path(folder))
        shelf = shelf_folder("rules")
        without = Path(folder) / "rules"
        shutil.copytree(shelf, without)
        (without / rule.path.relative_to(shelf)).unlink()
        for number, brief in enumerate(
            short_briefs(ensemble, rule_id, without, budget, style, marker.first_seed), 1
        ):
            marks, kept = marker.marked(brief, (rule_id,)), marker.whole(brief, rule_id)
            if marks is None or kept is None:
                refused += 1
            else:
                rows.append((*kept, *marks[0][rule_id]))
                message = marks[1] if marks[1] and not sum(row[2] for row in rows[:-1]) else message
                broken_at = number if nats == np.inf and _first_breach(rows) else 0
            if not broken_at and (number in LOOKS or number == budget):
                interval = paired_interval(rows)
                broken_at = number if interval[0] > 0 else 0
            if broken_at:
                break
    before, before_chances, after, chances = np.array(rows or [(0, 0, 0, 0)]).sum(axis=0).tolist()
    return Trial(
        rule_id, style, ensemble, broken_at, len(rows) + refused, refused, chances, nats, message,
        time.process_time() - start, (before, after), before_chances, interval,
    )  # fmt: skip


def _first_breach(rows: Sequence[tuple[int, int, int, int]]) -> bool:
    """The last draft breaks the rule, and none has broken it under the whole law."""
    return rows[-1][2] > 0 and not any(row[0] for row in rows)


def paired_interval(rows: Sequence[tuple[int, int, int, int]]) -> tuple[float, float]:
    """Interval of the difference of findings in 100 chances, without the rule less with it; (0, 0) for too few.

    ``rows``: a draft each, (findings, chances) with the rule and (findings, chances) without it. Both rates are ratios
    of sums; the error of their difference is that of its linear part over the drafts (delta method).
    """
    table = np.array(rows, dtype=float).reshape(-1, 4)
    sums = table.sum(axis=0)
    if len(table) < 2 or sums[1] == 0 or sums[3] == 0 or sums[2] < LEAST_FOUND:
        return 0.0, 0.0
    with_rate, without_rate = sums[0] / sums[1], sums[2] / sums[3]
    parts = (table[:, 2] - without_rate * table[:, 3]) / sums[3] - (table[:, 0] - with_rate * table[:, 1]) / sums[1]
    error = float(np.sqrt(len(table) * np.var(parts, ddof=1)))
    difference = float(without_rate - with_rate)
    return 100 * (difference - Z * error), 100 * (difference + Z * error)


def prices(book: Rulebook, style: str) -> dict[str, float]:
    """Nats of every rule in force in a style; infinity for what it forbids."""
    made = book.style(style)
    return {rule.id: float(nats) for rule, nats in made.prefer if nats > 0} | {rule.id: np.inf for rule in made.forbid}


def trials(
    budget: int, only: Sequence[str] = (), grounds: Sequence[str] = (), kept: Path | None = None,
    first_seed: int = FIRST_SEED,
) -> list[Trial]:
    """All rules in force, each in one ground after another (where it is dearest first) until it bites.

    ``kept``: a file of trials, one a line; those of a run taken up again, with more drafts perhaps, are not made again
    where they bit or had drafts enough.
    """
    book = load_rulebook()
    found: list[Trial] = []
    made = _read_trials(kept)
    with tempfile.TemporaryDirectory() as folder:
        marker = Marker(book, Path(folder), first_seed)
        for rule_id in book.rules:
            places = [
                (prices(book, style)[rule_id], -place, style, ensemble)
                for place, (style, ensemble) in enumerate(GROUNDS)
                if rule_id in prices(book, style) and (not grounds or ensemble in grounds)
            ]
            if only and rule_id not in only:
                continue
            most = MOST_STYLES if not book.rules[rule_id].by_construction else 2
            tried = 0  # styles in which the rule had a chance to be broken
            for nats, _, style, ensemble in sorted(places, reverse=True):
                share = budget // 4 if tried else budget
                trial = made.get((rule_id, style, ensemble, nats))
                if trial is None or not _enough(trial, share, book):
                    trial = _told(try_rule(rule_id, style, ensemble, share, marker))
                    _keep(trial, kept)
                found.append(trial)
                tried += trial.chances > 0
                if trial.broken_at or tried == most:
                    break
    return found


def _read_trials(path: Path | None) -> dict[tuple[str, str, str, float], Trial]:
    lines = path.read_text(encoding="utf-8").splitlines() if path and path.exists() else []
    read = [Trial(**json.loads(line)) for line in lines]
    return {(trial.rule_id, trial.style, trial.ensemble, trial.nats): trial for trial in read}


def _enough(trial: Trial, budget: int, book: Rulebook) -> bool:
    """The kept trial bit, or was given as many drafts as it would be now."""
    return bool(trial.broken_at or trial.drafts >= budget or book.rules[trial.rule_id].by_construction)


def _keep(trial: Trial, path: Path | None) -> None:
    if path:
        with path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(asdict(trial)) + "\n")


def _told(trial: Trial) -> Trial:
    text = f"{trial.style} {trial.ensemble} {trial.rule_id}: {_result(trial)}, {_found(trial)}, {trial.seconds:.0f} s"
    print(text, file=sys.stderr, flush=True)
    return trial


def _result(trial: Trial) -> str:
    if trial.broken_at:
        return f"draft {trial.broken_at}"
    why = f"{trial.chances} chances"
    why += f", {trial.refused} drafts refused" if trial.refused else ""
    return f"not within {trial.drafts} ({why})"


def _found(trial: Trial) -> str:
    text = f"{trial.found[0]}/{trial.kept_chances} to {trial.found[1]}/{trial.chances}"
    return text + (f", {trial.interval[0]:+.2f} to {trial.interval[1]:+.2f}" if any(trial.interval) else "")


def _count(found: Sequence[Trial]) -> int:
    return len({trial.rule_id for trial in found})


def _head(command: str) -> list[str]:
    return [
        "# Every rule in force, taken away", "", "Made by:", "", f"    {command}", "",
        "For each rule that a style forbids or prices, the same short drafts (one or two sections of 4 or 8 bars;",
        "moods, keys, meters and seeds in rotation) were composed with and without its file. A forbidden rule bites",
        "at the first draft that breaks it while none has broken it under the whole law; a priced rule at the number",
        "of drafts after which its findings a chance are more without it: the interval of the paired difference, in",
        f"100 chances, lies above zero (looked at after {', '.join(map(str, LOOKS))} drafts, 99 % each time, so at",
        "least 95 % in each style tried). A rule is tried in one style after another, dearest first, and left when it",
        "has bitten; styles in which it had not bitten come last. *With*, *without*: findings of chances.", "",
    ]  # fmt: skip


def report(found: Sequence[Trial], command: str) -> str:
    """The whole page."""
    book = load_rulebook()
    bitten = [trial for trial in found if trial.broken_at]
    whole = [trial for trial in found if trial.rule_id not in {one.rule_id for one in bitten}]
    quiet = [trial for trial in whole if book.rules[trial.rule_id].by_construction]
    open_ones = [trial for trial in whole if trial not in quiet]
    tried = dict.fromkeys(trial.rule_id for trial in found)
    lines = [*_head(command), f"{len(tried)} rules in force: {_count(bitten)} bite,"]
    lines += [f"{_count(quiet)} cannot be broken by construction (a short trial each),"]
    lines += [f"{_count(open_ones)} are undecided.", "", "| style | forbids | prices |", "|---|---|---|"]
    for style in dict.fromkeys(style for style, _ in GROUNDS):
        made = book.style(style)
        lines.append(f"| {style} | {len(made.forbid)} | {len(made.prefer)} |")
    lines += ["", "## Rules that bite", ""]
    lines += ["| rule | in | nats | bites at | with | without | difference | first finding |", "|---|" + "---|" * 7]
    lines += [_row(trial) for trial in bitten]
    lines += ["", "## Rules not shown to bite", ""]
    lines += ["Their pages claim nothing: the drafts were too few, or held too few chances.", ""]
    lines += ["| rule | in | nats | tried | with | without | difference |", "|---|---|---|---|---|---|---|"]
    lines += [_quiet_row(trial, book) for trial in open_ones]
    lines += ["", "## Rules that the composer cannot break", ""]
    lines += ["| rule | in | nats | tried | with | without | why |", "|---|---|---|---|---|---|---|"]
    lines += [_quiet_row(trial, book) for trial in quiet]
    earlier = [trial for trial in found if not trial.broken_at and trial not in whole]
    lines += ["", "## Styles in which a rule that bites elsewhere had not bitten", ""]
    lines += ["| rule | in | nats | tried | with | without | difference |", "|---|---|---|---|---|---|---|"]
    lines += [f"{_quiet_row(trial, book).rpartition('|')[0].rpartition('|')[0]}| {_span(trial)} |" for trial in earlier]
    return "\n".join([*lines, ""])


def _nats(trial: Trial) -> str:
    return "forbidden" if trial.nats == np.inf else f"{trial.nats:g}"


def _span(trial: Trial) -> str:
    return f"{trial.interval[0]:+.2f} to {trial.interval[1]:+.2f}" if any(trial.interval) else ""


def _row(trial: Trial) -> str:
    cells = (
        trial.rule_id, f"{trial.style}, {trial.ensemble}", _nats(trial), f"{trial.broken_at} drafts",
        f"{trial.found[0]} of {trial.kept_chances}", f"{trial.found[1]} of {trial.chances}", _span(trial),
        trial.message.replace("|", "/"),
    )  # fmt: skip
    return f"| {' | '.join(cells)} |"


def _quiet_row(trial: Trial, book: Rulebook) -> str:
    why = book.rules[trial.rule_id].by_construction or _span(trial)
    cells = (
        trial.rule_id, f"{trial.style}, {trial.ensemble}", _nats(trial), _result(trial),
        f"{trial.found[0]} of {trial.kept_chances}", f"{trial.found[1]} of {trial.chances}", why.replace("|", "/"),
    )  # fmt: skip
    return f"| {' | '.join(cells)} |"


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the page, and write it where asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--budget", type=int, default=300, help="most drafts a rule in one style")
    parser.add_argument("--rules", default="", help="ids with commas; default all")
    parser.add_argument("--ensembles", default="", help="names with commas; default all")
    parser.add_argument("--out", type=Path)
    parser.add_argument("--first-seed", type=int, default=FIRST_SEED)
    parser.add_argument("--trials", type=Path, help="a file that keeps trials, so that a run can be taken up again")
    options = parser.parse_args(arguments)
    only, grounds = (text.replace(" ", "").split(",") if text else [] for text in (options.rules, options.ensembles))
    command = f"python -m benchmarks.bites --budget {options.budget}"
    command += f" --first-seed {options.first_seed}" if options.first_seed != FIRST_SEED else ""
    command += f" --rules {','.join(only)}" if only else ""
    command += f" --ensembles {','.join(grounds)}" if grounds else ""
    command += f" --out {options.out}" if options.out else ""
    command += f" --trials {options.trials}" if options.trials else ""
    earlier = len(_read_trials(options.trials))
    found = trials(options.budget, only, grounds, options.trials, options.first_seed)
    if earlier:
        command += f"\n\nThis is not one run: {earlier} trials were kept from earlier starts, with other numbers of"
        command += "\ndrafts; the composer or the prices of rules may have changed between them."
    page = report(found, command)
    publish(page, options.out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
