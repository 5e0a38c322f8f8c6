"""The page of the craft table: verdicts, means with intervals, shares of failing pieces, the worst pieces."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import mean

import numpy as np

from benchmarks.layers import Row, centre, interval
from composer.analysis.craft import Test, Tune

MUST_PASS = (8, 11, 19)
NEAR_SONGS = (1, 2, 3, 4, 5, 6, 7, 9, 13, 18)
COUNTED = (*range(1, 10), 11, 18, 19)
PASS_SHARE, NEAR_SHARE, HALF, MOST_FAILED = 0.9, 0.2, 0.5, 3.0
SONGS_FAILED, NAIVE_FAILED = 2.4, 5.9
WORST = 12
Rows = dict[str, Row]


def failing(row: Row, test: Test) -> float:
    """Share of pieces that fail a test, NaN where it never applies."""
    values = row.column(test)
    values = values[~np.isnan(values)]
    return float(np.mean([fails(value, test) for value in values])) if len(values) else float("nan")


def fails(value: float, test: Test) -> bool:
    """True outside the bounds."""
    return (test.low is not None and value < test.low) or (test.high is not None and value > test.high)


def failed_numbers(values: dict[str, float], tests: Sequence[Test]) -> set[int]:
    """Numbers of the tests a piece fails."""
    return {test.number for test in tests if test.name in values and fails(values[test.name], test)}


def failed_a_piece(row: Row, tests: Sequence[Test]) -> np.ndarray:
    """(N,) tests failed among those counted."""
    return np.array([len(failed_numbers(p, tests) & set(COUNTED)) for p in row.pieces if p is not None], float)


def pass_share(row: Row, tests: Sequence[Test], number: int) -> tuple[float, int]:
    """Share of the pieces a number applies to that pass all its measures, and how many those are."""
    own = [test for test in tests if test.number == number]
    asked = [p for p in row.pieces if p and any(test.name in p for test in own)]
    passed = [number not in failed_numbers(p, own) for p in asked]
    return (float(np.mean(passed)), len(passed)) if passed else (float("nan"), 0)


def nearness(ours: float, wanted: float, naive: float) -> str:
    """How near a mean is to what songs show: ``within 20 %``, ``half the naive's distance``, or ``no``."""
    if abs(ours - wanted) <= NEAR_SHARE * abs(wanted):
        return "within 20 %"
    if abs(ours - wanted) <= HALF * abs(naive - wanted):
        return "half the naive's distance"
    return "no"


def number(value: float) -> str:
    """A figure, or nothing."""
    return "" if np.isnan(value) else f"{value:.2f}"


def spread(row: Row, test: Test) -> str:
    """Mean and 95 % interval."""
    value = centre(row, test)
    low, high = interval(row.column(test))
    return "" if np.isnan(value) else f"{value:.2f} ({low:.2f} to {high:.2f})"


def bounds(test: Test) -> str:
    """The bounds of a test as words."""
    low, high = ("" if value is None else f"{value:g}" for value in (test.low, test.high))
    return f"{low} to {high}" if low and high else f"from {low}" if low else f"to {high}" if high else "none"


def table(rows: Rows, tests: Sequence[Test]) -> list[str]:
    """A test a line; after ours what is known of songs."""
    heads = [f"{name} ({sum(p is not None for p in row.pieces)}) | fail" for name, row in rows.items()]
    heads.insert(1, "songs")
    lines = ["| test | bounds | " + " | ".join(heads) + " |", "|---|---" + "|---" * (2 * len(rows) + 1) + "|"]
    for test in tests:
        cells = [f"{spread(row, test)} | {number(failing(row, test))}" for row in rows.values()]
        cells.insert(1, f"{test.real:g}")
        lines.append("| " + " | ".join([f"{test.number} {test.name}", bounds(test), *cells]) + " |")
    return lines


def verdicts(sung: Rows, by_style: dict[str, Rows], tests: Sequence[Test]) -> list[str]:
    """What is asked of the composer, and whether it holds."""
    everything = Row("ours", tuple(p for rows in by_style.values() for p in rows["ours"].pieces))
    lines = [f"(a) Tests 8, 11 and 19 passed in at least {PASS_SHARE:.0%} of the pieces they apply to:", ""]
    for asked in MUST_PASS:
        share, count = pass_share(everything, tests, asked)
        styles = [f"{style} {pass_share(rows['ours'], tests, asked)[0]:.0%}" for style, rows in by_style.items()]
        styles = [text for text in styles if "nan" not in text]
        lines.append(f"- {asked}: {share:.1%} of {count} ({', '.join(styles)}): {'yes' if share >= 0.9 else '**no**'}")
    lines += [
        "", "(b) Song and folk-song: the mean within 20 % of what songs show, or no farther than half the naive "
        "sampler is from it:", "", "| test | songs | ours | naive | near |", "|---|---|---|---|---|",
    ]  # fmt: skip
    for test in (test for test in tests if test.number in NEAR_SONGS):
        ours, drawn = centre(sung["ours"], test), centre(sung["naive"], test)
        near = nearness(ours, test.real, drawn)
        cells = f"{test.real:g} | {number(ours)} | {number(drawn)} | {near if near != 'no' else '**no**'}"
        lines.append(f"| {test.number} {test.name} | {cells} |")
    counts = {name: failed_a_piece(row, tests) for name, row in sung.items()}
    held = "yes" if counts["ours"].mean() <= MOST_FAILED else "**no**"
    told = [f"{name} {values.mean():.2f} ({low:.2f} to {high:.2f})" for name, values in counts.items()
            for low, high in [interval(values)]]  # fmt: skip
    each = [f"{style} {failed_a_piece(rows['ours'], tests).mean():.2f}" for style, rows in by_style.items()]
    lines += [
        "", f"(c) Tests failed a piece, 1 to 9, 11, 18 and 19 together, song and folk-song: {'; '.join(told)}. "
        f"At most {MOST_FAILED}: {held}. Known before of songs {SONGS_FAILED}, of a naive sampler {NAIVE_FAILED}. "
        f"By style: {', '.join(each)}.",
    ]  # fmt: skip
    return lines


def eight_bars(tunes: Sequence[Tune]) -> list[float]:
    """Longest of the last two notes of bars 1 to 8 (beats), over tunes in 4/4 whose bars divide by eight and that have
    an upbeat, upbeats belonging to the bar they open."""
    rows: list[list[float]] = []
    for tune in tunes:
        if tune.bars % 8 or not tune.bars or not tune.pickup_ticks:
            continue
        gaps = tune.gaps()
        bars = [max((gaps[n] for n in bar[-2:]), default=0) / tune.beat_ticks for bar in tune.by_bar(tune.pickup_ticks)]
        rows += [bars[at : at + 8] for at in range(0, tune.bars, 8)]
    return [mean(column) for column in zip(*rows, strict=True)]


def fifth_test(collections: dict[str, Sequence[Tune]]) -> list[str]:
    """What stands behind test 5: ends of lines bar by bar, in real tunes of regular strains."""
    lines = [
        "", "## Test 5", "",
        "The longest of a bar's last two notes, bar by bar (beats), in tunes in 4/4 with an upbeat whose bars divide",
        "by eight, all splits, upbeats counted to the bar they open:", "",
        "| tunes | " + " | ".join(str(n + 1) for n in range(8)) + " | even - odd |", "|---|" + "---|" * 9,
    ]  # fmt: skip
    for name, tunes in collections.items():
        bars = eight_bars(tunes)
        regular = sum(tune.bars % 8 == 0 and tune.pickup_ticks > 0 for tune in tunes)
        if bars:
            difference = mean(bars[1::2]) - mean(bars[0::2])
            cells = " | ".join(f"{value:.2f}" for value in bars)
            lines.append(f"| {name} ({regular} of {len(tunes)} in 4/4) | {cells} | {difference:+.2f} |")
    return [*lines, "", *FIFTH.splitlines()]


def worst(pieces: Sequence[tuple[str, dict[str, float]]], tests: Sequence[Test]) -> list[str]:
    """The pieces that fail most of the counted tests."""
    ranked = sorted(pieces, key=lambda piece: -len(failed_numbers(piece[1], tests) & set(COUNTED)))[:WORST]
    told = [f"- `{name}`: {', '.join(map(str, sorted(failed_numbers(values, tests))))}" for name, values in ranked]
    return ["", "## The worst pieces", "", "Those that fail most of the tests counted in (c), with all they fail:", "",
            *told]  # fmt: skip


FIFTH = """Strains of eight bars hold the ends of their lines that long; tunes whose long notes do not sit on the even
bars pull the mean of a collection down. An older figure for songs, +.18 in all meters and +.24 in 4/4, is not found
again: the column *german songs* is measured by the code that measures ours. It agrees with what was known in tests 1,
6, 7, 9 and 10, lies somewhat lower in 2, 3 and 4, and its mean is the value that test 5 is held against; against +.18
ours would fail (b)."""

HEAD = """# The craft table

Made by:

    {command}

Twenty ways a machine betrays itself, measured on the finished score, section by section where a test asks for it.
*Ours*: equal shares of song, folk-song, chorale and dance; named forms, moods, keys (modes in every third folk song),
meters or kinds of dance, and ensembles rotate, upbeats follow the style's habit; seeds count up from 7000 (song), 8000
(folk-song), 9000 (chorale) and 10000 (dance). *Real*: held-out tunes of the style's corpus (airs, sopranos of chorales,
dances), at most 32 bars each; they carry no chords and no plan, so sections are strains of eight bars, the climax is
asked to last and to lie under one letter away from the end, and what needs chords is left out. *Naive*: bars drawn one
by one from the training corpus with an order-2 Markov chain, chords by their share of all beats, form AABA. *Songs*:
values known of real songs. *German songs*: about 500 of them, measured as the other real tunes are; nothing is learned
from them. *Fail*: share of pieces outside the bounds. Means stand with 95 % bootstrap intervals.

Not judged: moods scary and suspense by 2 to 6, 11 and 12; chorales by 13 and 17 (they change chord on every beat and
texture never), dances by 17 (a dance keeps its drive); forms of one letter by 11 (their strains are meant to close
alike). Tests 10 and 20 have no say in the verdicts; nor have 12 and 14 to 17, which are reported. The bounds are those
of songs: chorales and dances are held against their own corpus in the column *real*. Test 20 asks a listener that
knows intervals after two others (Witten-Bell back-off, counted from the training split by code of its own,
`benchmarks/surprise.py`) for bits a note, and compares the spread of the bars' means with that of held-out tunes.

The composer keeps the draft of a section that measures best in tests 1 to 5, 7, 9 and 10, so ours failing fewer of
them than real songs is partly choice and no proof of better music; the other tests choose nothing but test 8.
"""


def page(
    sung: Rows, by_style: dict[str, Rows], tests: Sequence[Test], pieces: Sequence[tuple[str, dict[str, float]]],
    collections: dict[str, Sequence[Tune]], command: str,
) -> str:  # fmt: skip
    """The whole page."""
    lines = [HEAD.format(command=command), "## Verdicts", "", *verdicts(sung, by_style, tests)]
    lines += ["", "## Song and folk-song together", "", *table(sung, tests)]
    for style, rows in by_style.items():
        lines += ["", f"## {style.capitalize()}", "", *table(rows, tests)]
    return "\n".join([*lines, *fifth_test(collections), *worst(pieces, tests), ""])
