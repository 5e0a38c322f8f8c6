"""How different the tunes of many seeds are, and how little they copy the music that was learned from.

    python -m benchmarks.seeds [--pieces 100] [--jobs 2] [--key D] [--mood sad] [--ensemble piano]

One brief, many seeds. Two tunes are compared by their sets of runs of four melodic intervals: the share that the
one with fewer holds in common with the other. Real tunes of the test split are measured the same way.
"""

from __future__ import annotations

import argparse
import statistics
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import combinations, pairwise

from benchmarks.layers import CORPUS
from benchmarks.real_tunes import columns, real_tunes
from composer import Brief, compose
from composer.analysis.craft import tune_of
from composer.errors import ComposerError

RUN = 4
Intervals = tuple[int, ...]


def intervals(pitches: Sequence[int]) -> Intervals:
    """Melodic intervals in semitones."""
    return tuple(b - a for a, b in pairwise(pitches))


def runs(tune: Intervals, length: int = RUN) -> set[Intervals]:
    """All stretches of ``length`` intervals."""
    return {tune[n : n + length] for n in range(len(tune) - length + 1)}


def shares(tunes: Sequence[Intervals]) -> list[float]:
    """Share of common runs of every pair, most alike last."""
    sets = [runs(tune) for tune in tunes]
    return sorted(len(a & b) / min(len(a), len(b)) for a, b in combinations(sets, 2) if a and b)


class Known:
    """Stretches of intervals that occur in a collection of tunes."""

    def __init__(self, tunes: Sequence[Intervals]) -> None:
        self._tunes = tunes
        self._by_length: dict[int, set[Intervals]] = {}

    def longest(self, tune: Intervals) -> int:
        """Length of the longest stretch of a tune that occurs in the collection."""
        length = 0
        while length < len(tune) and runs(tune, length + 1) & self._of(length + 1):
            length += 1
        return length

    def _of(self, length: int) -> set[Intervals]:
        if length not in self._by_length:
            self._by_length[length] = set().union(*(runs(tune, length) for tune in self._tunes))
        return self._by_length[length]


def tune_for(brief: Brief) -> Intervals | None:
    """Intervals of the tune of a brief, None where no piece was found."""
    try:
        return intervals(tune_of(compose(brief).score).pitches)
    except ComposerError as error:
        print(f"seed {brief.seed}: {error}", file=sys.stderr)
        return None


def ours(options: argparse.Namespace) -> list[Intervals]:
    """Tunes of seeds 0, 1, 2 ..."""
    briefs = [
        Brief(form="AABA", key=options.key, mood=options.mood, ensemble=options.ensemble, seed=seed)
        for seed in range(options.pieces)
    ]
    if options.jobs == 1:
        found = [tune_for(brief) for brief in briefs]
    else:
        with ProcessPoolExecutor(options.jobs) as pool:
            found = list(pool.map(tune_for, briefs, chunksize=4))
    return [tune for tune in found if tune]


def line(name: str, tunes: Sequence[Intervals], known: Known) -> str:
    """What is said of one collection."""
    alike = shares(tunes)
    longest = [known.longest(tune) for tune in tunes]
    return (
        f"{name}: {len(tunes)} tunes, {len(alike)} pairs; shared runs of {RUN} intervals: median "
        f"{statistics.median(alike):.3f}, max {alike[-1]:.3f}, pairs above one half {sum(s > 0.5 for s in alike)}; "
        f"longest run of intervals also in the training tunes: median {statistics.median(longest):g}, "
        f"max {max(longest)}"
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Print one line for ours and one for real tunes; 1 if two of ours are more than half alike."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pieces", type=int, default=100)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--key", default="D")
    parser.add_argument("--mood", default="sad")
    parser.add_argument("--ensemble", choices=sorted(CORPUS), default="piano")
    options = parser.parse_args(arguments)
    corpus = CORPUS[options.ensemble]
    train = Known([intervals(columns(tune, 10**6).pitches) for tune in real_tunes(corpus, "train")])
    tunes = ours(options)
    print(line("ours", tunes, train))
    real = [intervals(columns(tune).pitches) for tune in real_tunes(corpus)]
    print(line(f"real ({corpus}, test split, at most 32 bars)", [tune for tune in real if len(tune) > RUN], train))
    return int(shares(tunes)[-1] > 0.5)


if __name__ == "__main__":
    sys.exit(main())
