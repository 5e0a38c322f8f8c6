"""The ``compose`` command. Nothing heavy is imported until a piece is made."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from composer import __version__
from composer.errors import ComposerError, RequestError

BUG_EXIT, INTERRUPT_EXIT, USAGE_EXIT = 70, 130, 2
SUBCOMMANDS: tuple[str, ...] = ()  # first words that will not be options; grows with the product

app = typer.Typer(
    add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"composer-by-rule {__version__}")
        raise typer.Exit


@app.command(name="compose", help="Compose a piece and write it as MusicXML and MIDI.")
def compose_command(
    form: Annotated[str, typer.Option(help="Letters with primes (AABA, ABA') or aaba, ternary, rondo, period, sentence.")] = "AABA",
    key: Annotated[str | None, typer.Option(help="D, d, Dm, 'D minor', Bb, F#m ...; lower case means minor. [default: drawn by the seed]", show_default=False)] = None,
    mood: Annotated[str, typer.Option(help="One of 18 moods: happy, sad, calm, heroic, scary ...")] = "calm",
    meter: Annotated[str, typer.Option(help="3/4, 4/4 or 6/8.")] = "4/4",
    bars: Annotated[int, typer.Option(help="Bars a section: 4, 8 or 16.")] = 8,
    tempo: Annotated[float | None, typer.Option(help="Beats a minute. [default: the mood's]", show_default=False)] = None,
    ensemble: Annotated[str, typer.Option(help="lead-sheet, piano or satb (written in chorale style; the others in song style).")] = "piano",
    seed: Annotated[int | None, typer.Option(help="Same seed, same piece. [default: drawn and printed]", show_default=False)] = None,
    output: Annotated[list[Path] | None, typer.Option("-o", "--output", help="File to write, repeatable: .musicxml .mid .txt .json. [default: FORM-KEY-MOOD-SEED.musicxml and .mid]", show_default=False)] = None,
    title: Annotated[str | None, typer.Option(help="Title of the score.", show_default=False)] = None,
    without: Annotated[list[str] | None, typer.Option(help="Leave a learned layer out, repeatable: markov, hmm, gmm, refiner.", show_default=False)] = None,
    rules: Annotated[Path | None, typer.Option(help="Folder laid over the rulebook: same file names win.", show_default=False)] = None,
    rulebook: Annotated[Path | None, typer.Option(help="Folder used instead of the rulebook.", show_default=False)] = None,
    trace: Annotated[bool, typer.Option("--trace", help="Also write the votes behind every chord and note as JSON.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace files that exist.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print nothing but errors.")] = False,
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")] = False,
) -> None:
    """Compose one piece."""
    from composer.cli.outputs import read_targets, write_piece
    from composer.pipeline.brief import Brief

    targets = read_targets(output or [])
    brief = Brief(
        form, key, mood, meter, bars, tempo, ensemble, seed, title, tuple(without or ()), rules, rulebook
    )
    from composer.pipeline.compose import compose

    piece = compose(brief)
    write_piece(piece, targets, trace, force, quiet)


def run(arguments: list[str]) -> int:
    """Run the command; every refusal is one line on stderr. Returns the exit code."""
    debug = bool(os.environ.get("COMPOSE_DEBUG"))
    try:
        _refuse_words(arguments)
        code = app(arguments, prog_name="compose", standalone_mode=False)
        return int(code or 0)
    except typer.Exit as done:
        return int(done.exit_code)
    except ComposerError as error:
        return _fail(str(error), error.exit_code)
    except (KeyboardInterrupt, typer.Abort):
        return _fail("interrupted; nothing half-written is left", INTERRUPT_EXIT)
    except Exception as error:
        message = getattr(error, "format_message", None)
        if message is not None:
            return _fail(" ".join(str(message()).split()), int(getattr(error, "exit_code", USAGE_EXIT)))
        if debug:
            raise
        return _fail(f"our own bug ({type(error).__name__}: {error}); please report it with the command", BUG_EXIT)


def _refuse_words(arguments: list[str]) -> None:
    """A bare word is no option: name the nearest one."""
    previous = ""
    for word in arguments:
        if not word.startswith("-") and (not previous.startswith("-") or previous in _FLAGS or "=" in previous):
            known = ", ".join(SUBCOMMANDS) or "none yet"
            raise RequestError(f"'{word}' is no subcommand ({known}); options begin with --, as in --form AABA")
        previous = word


_FLAGS = frozenset({"--trace", "--force", "--quiet", "-q", "--version", "-h", "--help"})


def _fail(message: str, code: int) -> int:
    print(f"compose: {message}", file=sys.stderr)
    return code
