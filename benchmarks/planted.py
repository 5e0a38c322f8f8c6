"""Planted faults: how many of them ``compose check`` finds, and what it says elsewhere.

    python -m benchmarks.planted [--pieces 300] [--seed 1] [--out docs/planted.md]

Clean four-part pieces, half of them our own and half chorales of the corpus, and two-voice species exercises. Each
gets one fault by a textbook recipe, is written to a file without chords or phrases, and is opened and marked anew.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.pieces import publish
from benchmarks.planting.grid import Ground
from benchmarks.planting.sources import COMPOSED_SHARE, chorales, composed_pieces, realised_pieces
from benchmarks.planting.species import SLIPS, exercise_grounds, slips_for
from benchmarks.planting.trial import RECIPES, Bench, Outcome, attempt, choose, keys_of, made_at, quiet, reading_at
from composer.errors import ComposerError
from composer.study.marking import Marked, desk

PROFILES = ("omt", "strict-species")
OURS = ("composed", "realised")


@dataclass
class Tally:
    """What a run has brought."""

    outcomes: list[Outcome] = field(default_factory=list)
    pieces: Counter[str] = field(default_factory=Counter)
    clean_errors: Counter[str] = field(default_factory=Counter)
    clean_told: list[str] = field(default_factory=list)
    without_place: list[str] = field(default_factory=list)


def grounds(count: int, seed: int) -> Iterator[Ground]:
    """Our pieces and chorales in turn."""
    ours = (composed_pieces(seed), realised_pieces())
    corpus = chorales(seed)
    for number in range(count):
        turn = number // 2
        if number % 2:
            yield next(corpus)
        else:
            yield next(ours[0] if turn % COMPOSED_SHARE == 0 else ours[1])


def run(count: int, seed: int, folder: Path) -> Tally:
    """Every trial."""
    desks = {name: desk(name) for name in PROFILES}
    bench = Bench(folder, desks, frozenset(desks["omt"].rulebook.rules))
    tally, planted, rng = Tally(), Counter[int](), random.Random(seed)
    for number, ground in enumerate(grounds(count, seed)):
        as_page = number // 2 % 2 == 0
        try:
            clean = bench.marked(ground.score, ground, as_page)
        except ComposerError as error:
            print(f"{ground.name}: {error}", file=sys.stderr)
            continue
        _note_clean(tally, ground, clean)
        chosen = choose(bench, ground, clean, planted, rng)
        if chosen is None:
            tally.without_place.append(ground.name)
            continue
        planted[chosen[0]] += 1
        if chosen[1].shortened is not None and not as_page:
            as_page = True
            clean = bench.marked(ground.score, ground, as_page)
        tally.outcomes.append(attempt(bench, ground, clean, chosen[1], as_page))
    for ground in exercise_grounds():
        clean = bench.marked(ground.score, ground, False)
        _note_clean(tally, ground, clean)
        for plant in slips_for(ground):
            if plant.rule in bench.known and quiet(ground, clean, plant):
                tally.outcomes.append(attempt(bench, ground, clean, plant, False))
    return tally


def _note_clean(tally: Tally, ground: Ground, clean: Marked) -> None:
    source = ground.source if ground.profile == "omt" else "species"
    tally.pieces[source] += 1
    for rule, _, moments, _ in keys_of(clean, ("error",)).elements():
        tally.clean_errors[source] += 1
        if source != "chorale":
            bar, beat = ground.score.bar_of(moments[0]) if moments else (0, 0.0)
            chords = "; ".join(f"read {reading_at(clean, t)}, made {made_at(ground, t)}" for t in moments)
            tally.clean_told.append(f"{rule} in {ground.name}, bar {bar} beat {beat:g}: {chords}")


def page(tally: Tally, count: int, seed: int, known: frozenset[str]) -> str:
    """The report."""
    rules = list(dict.fromkeys([rule for rule, _ in RECIPES] + [slip.rule for slip in SLIPS]))
    made: dict[str, list[Outcome]] = {rule: [] for rule in rules}
    for outcome in tally.outcomes:
        made[outcome.plant.rule].append(outcome)
    hits = sum(outcome.found for outcome in tally.outcomes)
    false = sum(len(outcome.false) for outcome in tally.outcomes)
    lines = [
        "# Planted faults", "", f"`python -m benchmarks.planted --pieces {count} --seed {seed}`", "",
        _what(tally), "",
        f"**Recall {_share(hits, len(tally.outcomes))}, precision {_share(hits, hits + false)}.**", "",
        "| rule | planted | found | by its own id | recall | false |", "|---|---|---|---|---|---|",
    ]
    for rule in rules:
        rows = made[rule]
        if rows:
            found = sum(outcome.found for outcome in rows)
            wrong = sum(len(outcome.false) for outcome in rows)
            own = sum(outcome.exact for outcome in rows)
            lines.append(f"| {rule} | {len(rows)} | {found} | {own} | {found / len(rows):.0%} | {wrong} |")
    own, planted = sum(outcome.exact for outcome in tally.outcomes), len(tally.outcomes)
    lines += [f"| all | {planted} | {hits} | {own} | {hits / max(planted, 1):.0%} | {false} |", ""]
    return "\n".join([*lines, *_tail(tally, made, known)])


def _share(part: int, whole: int) -> str:
    return f"{part} of {whole} ({part / whole:.1%})" if whole else "nothing planted"


def _what(tally: Tally) -> str:
    counts = ", ".join(f"{n} {source}" for source, n in tally.pieces.items())
    errors = ", ".join(f"{source} {tally.clean_errors[source]}" for source in (*OURS, "species"))
    return (
        f"Pieces: {counts}. Profile omt, species strict-species. Found: the planted rule, new, at the edited notes or "
        "a neighbouring moment and in an edited voice, under its own id or one that says the same. False: a new error "
        f"or warning that touches neither. Errors in the unedited pieces: {errors}."
    )


def _tail(tally: Tally, made: dict[str, list[Outcome]], known: frozenset[str]) -> Iterator[str]:
    yield from ("## Misses", "")
    for outcome in tally.outcomes:
        if not outcome.found:
            place = f"{outcome.ground.name}, {outcome.place}"
            yield f"- {outcome.plant.rule}: {outcome.plant.words}; {place}, {outcome.said}."
    yield from ("", "## False findings", "")
    for outcome in tally.outcomes:
        if outcome.false:
            place = f"{outcome.ground.name}, {outcome.place}"
            yield f"- after {outcome.plant.rule} in {place}: {', '.join(outcome.false)}."
    yield from ("", "## Errors in clean pieces of ours", "")
    yield from (f"- {told}." for told in tally.clean_told)
    others = Counter(rule for outcome in tally.outcomes for rule in outcome.others)
    counts = ", ".join(f"{rule} {times}" for rule, times in others.most_common())
    yield from ("", "## Further faults the edits brought", "", f"{counts or 'None'}.")
    absent = [rule for rule in made if rule not in known]
    empty = [rule for rule, rows in made.items() if not rows and rule in known]
    yield from ("", f"Not in the rulebook: {', '.join(absent) or 'none'}.")
    yield f"Rules without a place: {', '.join(empty) or 'none'}. Pieces without one: {len(tally.without_place)}."
    yield ""


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, print and publish."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pieces", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path)
    chosen = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        tally = run(chosen.pieces, chosen.seed, Path(folder))
    known = frozenset(desk().rulebook.rules)
    publish(page(tally, chosen.pieces, chosen.seed, known), chosen.out)


if __name__ == "__main__":
    main()
