"""The ``compose`` command. Nothing heavy is imported until a piece is made."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from composer import __version__
from composer.errors import ComposerError, RequestError

BUG_EXIT, INTERRUPT_EXIT, USAGE_EXIT = 70, 130, 2
INTERRUPTED = "interrupted; nothing half-written is left"

app = typer.Typer(
    add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"composer-by-rule {__version__}")
        raise typer.Exit


FORM = "Letters with primes (AABA, ABA') or aaba, ternary, rondo, period, sentence."
KEY = "D, d, Dm, 'D minor', Bb, F#m ...; lower case means minor. [default: drawn by the seed]"
MOOD = "One of 18 moods: happy, sad, calm, heroic, scary ..."
ENSEMBLE = "lead-sheet, piano or satb (written in chorale style; the others in song style)."
OUTPUT = (
    "File to write, repeatable: .musicxml .mid .txt .json. [default: FORM-KEY-MOOD-SEED.musicxml and .mid]"
)
WITHOUT = "Leave a learned layer out, repeatable: markov, hmm, gmm, refiner. [default: none]"
RULES = "Folder laid over the rulebook: same file names win. [default: none]"
RULEBOOK = "Folder used instead of the rulebook. [default: the one installed]"
TRACE = "Also write the votes behind every chord and note as JSON."


def _option(help_text: str, *names: str) -> Any:
    """An option whose default is said in its help."""
    return typer.Option(*names, help=help_text, show_default=False)


@app.command(name="compose", help="Compose a piece and write it as MusicXML and MIDI.")
def compose_command(
    form: Annotated[str, typer.Option(help=FORM)] = "AABA",
    key: Annotated[str | None, _option(KEY)] = None,
    mood: Annotated[str, typer.Option(help=MOOD)] = "calm",
    meter: Annotated[str, typer.Option(help="3/4, 4/4 or 6/8.")] = "4/4",
    bars: Annotated[int, typer.Option(help="Bars a section: 4, 8 or 16.")] = 8,
    tempo: Annotated[float | None, _option("Beats a minute, 20 to 300. [default: the mood's]")] = None,
    ensemble: Annotated[str, typer.Option(help=ENSEMBLE)] = "piano",
    seed: Annotated[int | None, _option("Same seed, same piece. [default: drawn and printed]")] = None,
    output: Annotated[list[Path] | None, _option(OUTPUT, "-o", "--output")] = None,
    title: Annotated[str | None, _option("Title of the score. [default: mood and key]")] = None,
    without: Annotated[list[str] | None, _option(WITHOUT)] = None,
    rules: Annotated[Path | None, _option(RULES)] = None,
    rulebook: Annotated[Path | None, _option(RULEBOOK)] = None,
    trace: Annotated[bool, typer.Option("--trace", help=TRACE)] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace files that exist.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print nothing but errors.")] = False,
    _: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Compose one piece."""
    from composer.cli.outputs import read_targets, write_piece
    from composer.pipeline.brief import Brief

    targets = read_targets(output or [], trace)
    layers = tuple(name for word in without or () for name in word.split(","))
    brief = Brief(form, key, mood, meter, bars, tempo, ensemble, seed, title, layers, rules, rulebook)
    from composer.pipeline.compose import compose

    piece = compose(brief)
    write_piece(piece, targets, trace, force, quiet)


def run(arguments: list[str]) -> int:
    """Run the command; every refusal is one line on stderr. Returns the exit code."""
    debug = bool(os.environ.get("COMPOSE_DEBUG"))
    try:
        _refuse_words(arguments)
        code = int(app(arguments, prog_name="compose", standalone_mode=False) or 0)
        return _fail(INTERRUPTED, code) if code == INTERRUPT_EXIT else code  # typer makes Ctrl-C a code
    except typer.Exit as done:
        return int(done.exit_code)
    except ComposerError as error:
        return _fail(str(error), error.exit_code)
    except (KeyboardInterrupt, typer.Abort):
        return _fail(INTERRUPTED, INTERRUPT_EXIT)
    except BrokenPipeError:  # the reader of our screen has left; the files are written
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        message = getattr(error, "format_message", None)
        if message is not None:
            return _fail(_plain(str(message())), int(getattr(error, "exit_code", USAGE_EXIT)))
        if debug:
            raise
        name = type(error).__name__
        return _fail(f"our own bug ({name}: {error}); please report it with the command", BUG_EXIT)


def _plain(message: str) -> str:
    """Say a number's fault in our words."""
    found = re.match(r"Invalid value for '?(--\w+)[^:]*:", message)
    if not found or not any(word in message for word in ("number", "integer", "size")):
        return message
    wanted = "a number" if found.group(1) == "--tempo" else "a whole number"
    return f"{found.group(1)} wants {wanted}, as in {found.group(1)} {_NUMBERS.get(found.group(1), '8')}"


_NUMBERS = {"--tempo": "72", "--bars": "8", "--seed": "7"}


def _refuse_words(arguments: list[str]) -> None:
    """A bare word belongs to no option."""
    previous = ""
    for word in arguments:
        if not word.startswith("-") and (not previous.startswith("-") or previous in _FLAGS or "=" in previous):
            raise RequestError(
                f"'{word}' is no subcommand and belongs to no option; write it behind one, as in --mood sad"
            )
        previous = word


_FLAGS = frozenset({"--trace", "--force", "--quiet", "-q", "--version", "-h", "--help"})


def _fail(message: str, code: int) -> int:
    """Say why in one line."""
    print(f"compose: {' '.join(message.split())}", file=sys.stderr)
    return code
