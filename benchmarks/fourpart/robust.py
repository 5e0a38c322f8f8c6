"""Any soprano at all, and long ones: is there always an answer, what had to give way, how does time grow?"""

from __future__ import annotations

import time
import traceback
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from benchmarks.fourpart.faults import Counts, counts, together
from benchmarks.fourpart.piece import piece_of
from benchmarks.fourpart.random_tunes import KINDS, long_tune, random_tune
from composer.errors import ComposerError
from composer.score.score import Score

Answering = Callable[[Score, int], tuple[Score, tuple[str, ...]]]
LENGTHS = (64, 128, 256, 512)
LONG_BARS = 500
ANSWERED, RELAXED, REFUSED, CRASHED, CHANGED = "answered", "relaxed", "refused", "crashed", "tune changed"


@dataclass(frozen=True)
class Outcome:
    """What became of a tune. ``said``: what was relaxed, the refusal, or the last lines of a crash."""

    kind: str
    verdict: str
    said: tuple[str, ...] = ()
    counted: Counts | None = None
    seconds: float = 0.0  # CPU, of the answer


def outcome(kind: str, tune: Score, answering: Answering) -> Outcome:
    """Put one tune; whatever is raised but a refusal in one line is a crash."""
    begin = time.process_time()
    try:
        score, relaxed = answering(tune, 1)
    except ComposerError as error:
        return Outcome(kind, REFUSED if len(str(error).splitlines()) == 1 else CRASHED, (str(error),))
    except Exception:
        return Outcome(kind, CRASHED, tuple(traceback.format_exc().splitlines()[-3:]))
    seconds = time.process_time() - begin
    given = [(note.onset_ticks, note.length_ticks, note.pitches) for note in tune.voices[0].notes if note.pitches]
    back = [(note.onset_ticks, note.length_ticks, note.pitches) for note in score.voices[0].notes if note.pitches]
    if given != back:
        return Outcome(kind, CHANGED, (tune.title,))
    return Outcome(kind, RELAXED if relaxed else ANSWERED, relaxed, counts(piece_of(score)), seconds)


def outcomes(number: int, answering: Answering) -> list[Outcome]:
    """So many random tunes, the kinds in turn."""
    return [
        outcome(KINDS[n % len(KINDS)].name, random_tune(KINDS[n % len(KINDS)], n // len(KINDS)), answering)
        for n in range(number)
    ]


def robust_lines(found: Sequence[Outcome]) -> list[str]:
    """A table by kind; PAR and CORE11 per 100 changes of what was answered, the sopranos' own faults set aside."""
    heads = (ANSWERED, RELAXED, REFUSED, CRASHED, CHANGED)
    lines = [f"| {len(found)} random sopranos | {' | '.join(heads)} | PAR | CORE11 |", "|---|" + "---|" * 7]
    for kind in [*dict.fromkeys(one.kind for one in found), "all"]:
        own = [one for one in found if kind in ("all", one.kind)]
        tally = Counter(one.verdict for one in own)
        total = together([one.counted for one in own if one.counted is not None])
        rates = [100 * many / max(1, total.changes) for many in (total.par, total.core11)]
        figures = " | ".join(str(tally[head]) for head in heads)
        lines.append(f"| {kind} | {figures} | {rates[0]:.2f} | {rates[1]:.2f} |")
    return [*lines, "", *_said(found)]


def _said(found: Sequence[Outcome]) -> list[str]:
    """The commonest words of each kind of verdict."""
    lines = []
    for verdict in (RELAXED, REFUSED, CRASHED, CHANGED):
        tally = Counter(one.said[-1] for one in found if one.verdict == verdict and one.said)
        lines += [f"- {verdict}, {times} x: {words}" for words, times in tally.most_common(5)]
    return [*lines, ""] if lines else []


def length_lines(answering: Answering) -> list[str]:
    """CPU seconds by length, after one tune that nobody measures."""
    answering(long_tune(LENGTHS[0]), 1)
    lines = ["| beats | CPU seconds | milliseconds a beat |", "|---|---|---|"]
    for beats in (*LENGTHS, 4 * LONG_BARS):
        found = outcome("long", long_tune(beats), answering)
        words = f"{found.seconds:.2f}" if found.counted is not None else found.verdict
        lines.append(f"| {beats} | {words} | {1000 * found.seconds / beats:.2f} |")
    return [*lines, ""]
