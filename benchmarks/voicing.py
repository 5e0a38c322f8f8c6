"""Four parts over given chords, beside music21's realizer of figured bass, in one run.

    python -m benchmarks.voicing [--runs 5] [--out docs/voicing.md]

The same progressions for both: ours from Roman numerals, theirs from the same basses with figures. Ours with nothing
known, with all moves known, and at growing lengths; the optimum beside brute force on short ones; what was broken.
"""

from __future__ import annotations

import argparse
import itertools
import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from benchmarks.pieces import publish
from composer.pipeline.chord_words import Task, read_numerals
from composer.pipeline.four_parts import Memory, lattice
from composer.pipeline.realise import realise, slots_of, voicing_law
from composer.score.time import Meter
from composer.search.lattice import best, path_cost
from composer.theory.check import check
from composer.theory.law import Law
from composer.theory.rulebook import load_rulebook
from composer.theory.tables import load_table

KEY, METER = "G", Meter(4, 4)
# Seventeen chords, sixteen different changes; figures for the realizer that reads basses.
CHANGES = "I ii6 V7 I | IV V6/5 I vi | ii7 V V4/2 I6 | IV6 V6 vi iii | IV"
THEORY_CHAIN = "I vi V7/V V | V7/IV IV V7 I"
WATCHED = ("OVL-1", "DIR-5", "DIR-8", "SPC-1", "CRS-1")
LENGTHS = (8, 16, 32, 64, 128, 256)


def seconds(job: Callable[[], object], runs: int) -> float:
    """Median CPU seconds of a job."""
    spent = []
    for _ in range(runs):
        begin = time.process_time()
        job()
        spent.append(time.process_time() - begin)
    return statistics.median(spent)


def task_of(text: str, length: int | None = None) -> Task:
    """A task from numerals, repeated to a number of chords if one is given."""
    words = text.replace("|", " ").split()
    if length:
        words = list(itertools.islice(itertools.cycle(words), length))
    bars = [" ".join(words[start : start + 4]) for start in range(0, len(words), 4)]
    return read_numerals(" | ".join(bars), KEY, METER)


def solve(task: Task, memory: Memory) -> None:
    """The best way."""
    chain, _ = lattice(slots_of(task), memory)
    best(chain)


def theirs(task: Task) -> int:
    """music21's realizer on the same bass and figures: how many solutions it finds."""
    from music21 import key, note
    from music21.figuredBass import realizer, rules

    line = realizer.FiguredBassLine(key.Key(KEY))
    for span in task.chords:
        bass = span.key.pitch(*span.chord.bass, 3)
        low = -1 if bass.midi > 60 else 0
        name = bass.letter_name.replace("b", "-") + str(bass.octave + low)
        line.addElement(note.Note(name), _figures(task, span))
    return int(line.realize(rules.Rules()).getNumSolutions())


def _figures(task: Task, span: object) -> str:
    """The figures of a chord, with a sharp or flat where its tones leave the key."""
    from composer.score.figured import signature_alter
    from composer.score.reading import ChordSpan

    assert isinstance(span, ChordSpan)
    tones = span.chord.spelled(span.key)
    bass = tones[span.chord.inversion]
    words = []
    for tone in tones:
        interval = (tone.step - bass.step) % 7 + 1
        if interval > 1:
            off = tone.alter - signature_alter(tone.step, task.key)
            words.append((interval, "#" * max(off, 0) + "b" * max(-off, 0) + str(interval)))
    return ",".join(word for _, word in sorted(words, reverse=True))


def brute(task: Task, law: Law) -> float:
    """The least cost of all paths, one by one."""
    chain, states = lattice(slots_of(task), Memory(law))
    sizes = [range(len(state.cost)) for state in states]
    return min(path_cost(chain, path) for path in itertools.product(*sizes))


def rows(runs: int) -> list[str]:
    """The page, line by line."""
    book = load_rulebook()
    law = voicing_law(book, "satb")
    force = {rule.id for span in (1, 2) for _, entries in law.by_group(("soprano", "alto", "tenor", "bass"), span)
             for rule, _ in entries}  # fmt: skip
    task, known = task_of(CHANGES), Memory(law)
    solve(task, known)
    solve(task_of(THEORY_CHAIN), Memory(law))
    cold = seconds(lambda: solve(task, Memory(law)), runs)
    warm = seconds(lambda: solve(task, known), 10 * runs)
    peer = seconds(lambda: theirs(task), runs)
    found = theirs(task)
    lines = [
        f"16 different chord changes, {len(force)} rules in force; medians of {runs} runs, CPU.", "",
        "| | seconds | times faster |", "|---|---|---|",
        f"| music21 figuredBass, default rules: {found} unranked solutions | {peer:.4f} | 1 |",
        f"| ours, every move new: the optimum | {cold:.4f} | {peer / cold:.1f} |",
        f"| ours, every move known | {warm:.5f} | {peer / warm:.0f} |", "",
        "| chords | CPU seconds, new | known | errors | broken of " + " ".join(WATCHED) + " |", "|---|---|---|---|---|",
    ]
    for length in LENGTHS:
        long = task_of(THEORY_CHAIN, length)
        memory = Memory(law)
        new = seconds(lambda long=long: solve(long, Memory(law)), runs)  # type: ignore[misc]
        solve(long, memory)
        again = seconds(lambda long=long, memory=memory: solve(long, memory), runs)  # type: ignore[misc]
        lines.append(f"| {length} | {new:.4f} | {again:.4f} | {_kept(long, law)} |")
    chain = task_of(THEORY_CHAIN)
    ways = realise(chain, Memory(law), 1, "satb", load_table("ensembles")).legal_ways
    lines += ["", f"`{THEORY_CHAIN}`: {ways} legal ways; music21 finds {theirs(chain)}."]
    short = [task_of(text) for text in ("I V I", "I ii6 V7", "V7/V V I", "i V7 i")]
    same = sum(np.isclose(brute(one, law), best(lattice(slots_of(one), Memory(law))[0]).cost_nats) for one in short)
    lines.append(f"Optimum equal to brute force: {same} of {len(short)} progressions of three chords.")
    return lines


def _kept(task: Task, law: Law) -> str:
    """Errors under the textbook, and how often the watched rules were broken."""
    found = realise(task, Memory(law), 1, "satb", load_table("ensembles"))
    score = found.scores[0]
    assert score.reading is not None
    report = check(score, score.reading, load_rulebook(), "omt")
    ids = [finding.rule_id for finding in report.findings]
    return f"{len(report.errors)} | {' '.join(str(ids.count(name)) for name in WATCHED)}"


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, print and publish."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--out", type=Path)
    chosen = parser.parse_args(arguments)
    publish("\n".join(["# Voicing", "", *rows(chosen.runs), ""]), chosen.out)


if __name__ == "__main__":
    main()
