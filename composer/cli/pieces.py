"""One piece or several: composed, written and told about, one after another."""

from __future__ import annotations

import gc
import json
import random
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from composer.cli.outputs import Wish, check_wish, write_piece
from composer.cli.screen import as_dict, line, screen
from composer.errors import LimitError, OutputError, RequestError

if TYPE_CHECKING:
    from composer.pipeline.brief import Brief
    from composer.pipeline.compose import Piece

GRAVITY = (0, 1, 3, 2, 70)  # exit codes, the worst last


def compose_all(brief: Brief, wish: Wish) -> int:
    """Compose as many pieces as wished; each is written before the next begins. Returns the worst exit code.

    Of several pieces one that finds no place or no end is told about on stderr, and the others are made all the same.

    Raises:
        ComposerError: the request cannot be served; or, of a single piece, whatever stood in its way.
    """
    from composer.pipeline.compose import compose

    check_wish(wish)
    told, worst = [], 0
    for number, each in enumerate(_seeded(brief, wish), 1):
        try:
            piece = compose(each)
            files, note = write_piece(piece, wish, number)
        except (LimitError, OutputError) as error:
            if wish.count is None:
                raise
            print(f"compose: piece {number}, seed {each.seed}: {error}", file=sys.stderr)
            worst = max(worst, error.exit_code, key=GRAVITY.index)
            continue
        told.append(_tell(piece, files, note, wish, number))
        if wish.count is not None:
            gc.collect()  # the command switches automatic collection off
    if wish.as_json:
        typer.echo(json.dumps({"pieces": told}, indent=1, ensure_ascii=False))
    return worst


def _seeded(brief: Brief, wish: Wish) -> Iterator[Brief]:
    """The brief with each of the seeds; one is drawn and said where none is given."""
    from composer.pipeline.interpret import MAX_SEED

    if wish.count is None:
        yield brief
        return
    first = random.SystemRandom().randrange(1, 2**31) if brief.seed is None else brief.seed
    last = first + wish.count - 1
    if brief.seed is not None and not 0 <= first <= last <= MAX_SEED:
        raise RequestError(f"--seed {first} --count {wish.count}: seeds are whole numbers from 0 to {MAX_SEED}")
    if not wish.quiet and not wish.as_json:
        drawn = " (drawn; write --seed to choose)" if brief.seed is None else ""
        typer.echo(f"{wish.count} pieces, seeds {first} to {last}{drawn}")
    for seed in range(first, last + 1):
        yield replace(brief, seed=seed)


def _tell(piece: Piece, files: list[Path], note: str, wish: Wish, number: int) -> dict[str, object]:
    """Say what was made, in the way that was wished; warnings always go to stderr."""
    for warning in piece.warnings:
        if number == 1:
            print(f"compose: warning: {warning}", file=sys.stderr)
    names = [str(path) for path in files]
    if wish.as_json:
        return as_dict(piece, names, note)
    if not wish.quiet:
        notes = [note] if note else []
        typer.echo(screen(piece, names, notes) if wish.count is None else line(piece, names, notes, number, wish.count))
        sys.stdout.flush()
    return {}


