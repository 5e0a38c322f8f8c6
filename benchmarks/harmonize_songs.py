"""How songs are harmonised: tunes of three books, tunes with written chords, and our own melodies again, in one page.

    python -m benchmarks.harmonize_songs [--count 20] [--seeds 40] [--jobs 2] [--chorded FOLDER] [--out docs/...]

``--count`` tunes of each book; ``--seeds`` pieces of ours in each style; ``--chorded``: a folder of books of ABC whose
tunes have chord symbols (the Nottingham database, which is not shipped). Tunes with chords are for evaluation only.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from statistics import mean, median

from benchmarks.pieces import composed, publish, spread_out, words
from benchmarks.song_judges import Again, Agreement, again, agreement
from benchmarks.song_trials import BOOKS, Trial, book_tunes, read_abc_tune, tried, wish_of
from composer import Brief
from composer.errors import ComposerError
from composer.pipeline.harmonize.asked import Asked, read_asked
from composer.pipeline.harmonize.task import Tune
from composer.pipeline.harmonize.tune import read_tune
from composer.theory.tables import load_table
from composer.training.abc_books import AbcTune, tunes_of
from composer.training.corpus import corpus_folder

STYLES = ("folk-song", "song")
ENSEMBLES = ("lead-sheet", "piano")
MOODS = ("calm", "happy", "sad", "tender", "hopeful", "romantic", "melancholic", "heroic")
FORMS = ("AABA", "AABB", "AABA", "ABAC")
TONE_PLACES = {3: "downbeat", 2: "middle of the bar", 1: "other beats", 0: "off the beat"}
CHORDED = ("nottingham-dataset/reelsa-c.abc",)  # what music21 ships of tunes with chords


def trials_of(tunes: Sequence[AbcTune]) -> dict[str, Trial]:
    """The first of some tunes of a book that can be read, in both styles."""
    wish = wish_of("folk-song", "lead-sheet")
    for tune in tunes:
        with tempfile.TemporaryDirectory() as folder:
            read = read_abc_tune(tune, wish, Path(folder))
        if read is not None:
            return {style: tried(tune.name, read, [wish_of(style, name) for name in ENSEMBLES]) for style in STYLES}
    return {}


def chorded(folders: Sequence[Path]) -> list[tuple[str, Tune]]:
    """Tunes with chord symbols of books of ABC; what cannot be read is named."""
    wish = read_asked(Asked(style="folk-song", ensemble="lead-sheet", keep_chords=True, transpose="auto"))
    books = [corpus_folder() / name for name in CHORDED]
    books += [path for folder in folders for path in sorted(folder.glob("*.abc"))]
    found = []
    for book in books:
        for number in range(1, 1 + sum(1 for _ in tunes_of(book.read_text(encoding="latin-1")))):
            try:
                found.append((f"{book.stem} {number}", read_tune(book, number, wish).tune))
            except ComposerError as error:
                print(f"{book.stem} {number}: {error}", file=sys.stderr)
    return found


def briefs(seeds: int) -> list[Brief]:
    """Our own pieces: seeds from 1 in each style, forms and moods rotating out of step."""
    return [
        Brief(form=FORMS[seed % len(FORMS)], style=style, mood=MOODS[seed * 3 % len(MOODS)], seed=seed,
              ensemble="lead-sheet")
        for style in STYLES for seed in range(1, seeds + 1)
    ]  # fmt: skip


def our_own(brief: Brief) -> tuple[Again, Again] | None:
    """A piece of ours harmonised again, without and with its mood."""
    piece = composed(brief)
    if piece is None:
        print(f"left out: {words(brief)}", file=sys.stderr)
        return None
    return again(brief, piece.score, False), again(brief, piece.score, True)


def book_lines(found: Sequence[dict[str, Trial]]) -> list[str]:
    """The table of the books: phrases and errors."""
    lines = [
        "| style | book | tunes | lines | phrases | closed | E: tune's own | E: the tune's line over our closes | "
        "E: harmony, lead-sheet | piano | chords under an upbeat | chords on weak beats |",
        "|---|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    for style in STYLES:
        for book in (*BOOKS, ""):
            rows = [one[style] for one in found if style in one and book in one[style].name]
            if not rows:
                continue
            cadences = [name for row in rows for name in row.cadences]
            closed = sum(name != "open" for name in cadences)
            total: Counter[str] = sum((row.errors["lead-sheet"] for row in rows), Counter())
            piano = sum(row.errors["piano"]["harmony"] for row in rows)
            chords = sum(len(row.chords) for row in rows)
            lines.append(
                f"| {style} | {book or 'all'} | {len(rows)} | {sum(row.lines for row in rows)} | {len(cadences)} | "
                f"{closed} | {total['own']} | {total['line']} | {total['harmony']} | {piano} | "
                f"{sum(row.early for row in rows)} | {sum(row.weak for row in rows)} of {chords} |"
            )
    return lines


def rhythm_lines(found: Sequence[dict[str, Trial]]) -> list[str]:
    """Chords by bar of the strain beside the table."""
    target = [float(value) for value in load_table("harmonic_rhythm")[0]["chords"]]
    lines = ["| bar of the strain | " + " | ".join(str(bar + 1) for bar in range(8)) + " | strains |"]
    lines.append("|---|" + "---|" * 9)
    lines.append("| Nottingham tunes in 4/4 | " + " | ".join(f"{value:g}" for value in target) + " | 1,251 |")
    for style in STYLES:
        for triple in (False, True):
            rows = [one[style].in_bar for one in found if style in one and one[style].triple == triple]
            bars = [[count for row in rows for place, count in row if place == bar] for bar in range(8)]
            if not all(bars):
                continue
            means = [mean(counts) for counts in bars]
            worst = max(abs(a / b - 1) for a, b in zip(means, target, strict=True))
            name = f"{style}, bars of three" if triple else f"{style}, bars of two and four (within {worst:.0%})"
            lines.append(f"| {name} | " + " | ".join(f"{value:.2f}" for value in means) + f" | {len(bars[0])} |")
    return lines


def tone_lines(found: Sequence[dict[str, Trial]]) -> list[str]:
    """Chord tones by place beside the table."""
    usual = {int(row["strength"]): float(row["share"]) for row in load_table("chord_tones") if "strength" in row}
    head = " | ".join(f"{name} ({usual[strength]:g})" for strength, name in TONE_PLACES.items())
    lines = [f"| chord tones | {head} |", "|---|---|---|---|---|"]
    for style in STYLES:
        cells = []
        for strength in TONE_PLACES:
            heard = [own for one in found if style in one for place, own in one[style].tones if place == strength]
            cells.append(f"{mean(heard):.3f}" if heard else "-")
        lines.append(f"| {style} | {' | '.join(cells)} |")
    return lines


def chorded_lines(tunes: Sequence[tuple[str, Tune]], jobs: int) -> list[str]:
    """Agreement with written chords."""
    lines = ["| style | tunes | root | function | root: always I | root: the triad of the bar that fits most notes |"]
    lines.append("|---|---|---|---|---|---|")
    for style in STYLES:
        rows: list[Agreement] = spread_out(partial(_agrees, style=style), tunes, jobs)
        values = [
            f"{mean(getattr(row, name) for row in rows):.3f}"
            for name in ("root", "function", "tonic_root", "fitting_root")
        ]
        lines.append(f"| {style} | {len(rows)} | " + " | ".join(values) + " |")
    return lines


def _agrees(named: tuple[str, Tune], style: str) -> Agreement:
    return agreement(named[0], named[1], style)


def own_lines(found: Sequence[tuple[Again, Again]]) -> list[str]:
    """Our own melodies again."""
    lines = [
        "| style | mood | pieces | written chords cost more, nats a chord: mean | median | pieces within 1 nat | "
        "function | root |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for style in STYLES:
        for told, name in ((0, "not told"), (1, "told")):
            rows = [pair[told] for pair in found if pair[0].name.startswith(f"{style} ")]
            if not rows:
                continue
            costs = [row.cost_nats for row in rows]
            lines.append(
                f"| {style} | {name} | {len(rows)} | {mean(costs):.2f} | {median(costs):.2f} | "
                f"{sum(cost <= 1 for cost in costs)} | {mean(row.function for row in rows):.3f} | "
                f"{mean(row.root for row in rows):.3f} |"
            )
    return lines


def time_lines(found: Sequence[dict[str, Trial]]) -> list[str]:
    """Seconds a tune, the search alone."""
    lines = []
    for style in STYLES:
        rows = [one[style] for one in found if style in one]
        long = max(rows, key=lambda row: row.seconds / row.bars)
        lines.append(
            f"- {style}: median {median(row.seconds for row in rows):.3f} s, slowest "
            f"{max(row.seconds for row in rows):.3f} s; a bar at most {long.seconds / long.bars * 1000:.1f} ms"
        )
    return lines


def page(found: Sequence[dict[str, Trial]], tunes: Sequence[tuple[str, Tune]], own: Sequence[tuple[Again, Again]],
         jobs: int, command: str) -> str:  # fmt: skip
    """The whole page."""
    parts = [
        "# Harmony in style song", "", f"Made by `{command}`.", "",
        "## Tunes of three books", "",
        "O'Neill's tunes, Ryan's Mammoth Collection and the Essen collection's songs for children, evenly spread. "
        "Lines are what the tune's reader finds; a line that no cadence closes belongs to the next one's phrase.", "",
        *book_lines(found), "",
        "## Chords in the bar", "", *rhythm_lines(found), "",
        "## Chord tones", "", *tone_lines(found), "",
        "## Beside written chords", "",
        f"{len(tunes)} tunes of the Nottingham database: those music21 ships, and those of the folder. Shares of beats "
        "under a written chord, which the harmoniser does not see. No program fits a weight on them; but the shares of "
        "strains.toml were counted on the whole database, and some design values were chosen with these tunes in view.",
        "",
        *chorded_lines(tunes, jobs), "",
        "## Our own melodies again", "",
        "The weights of notes, bars and moves were chosen so that the chords of forty such pieces are likely.", "",
        *own_lines(own), "",
        "## Time", "", *time_lines(found), "",
    ]  # fmt: skip
    return "\n".join(parts)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the page, and write it where asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=20)
    parser.add_argument("--seeds", type=int, default=40)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--chorded", type=Path, action="append", default=[])
    parser.add_argument("--out", type=Path)
    options = parser.parse_args(arguments)
    command = f"python -m benchmarks.harmonize_songs --count {options.count} --seeds {options.seeds}"
    command += " --chorded FOLDER" * len(options.chorded) + (f" --out {options.out}" if options.out else "")
    found = spread_out(trials_of, book_tunes(options.count), options.jobs)
    own = [pair for pair in spread_out(our_own, briefs(options.seeds), options.jobs) if pair]
    publish(page(found, chorded(options.chorded), own, options.jobs, command), options.out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
