"""The ``compose`` command. Nothing heavy is imported until a piece is made."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from composer import __version__
from composer.cli.arguments import in_our_words, refuse_words
from composer.errors import ComposerError

BUG_EXIT, INTERRUPT_EXIT, USAGE_EXIT = 70, 130, 2
INTERRUPTED = "interrupted; nothing half-written is left"

app = typer.Typer(
    add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False, subcommand_metavar="[words]",
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"composer-by-rule {__version__}")
        raise typer.Exit


FORM = "Letters with primes (AABA, ABA') or a name: ternary, rondo, binary ... [default: the style's; a song's is AABA]"
KEY = "D, d, Dm, 'D minor', Bb, F#m, 'D dorian' ...; lower case means minor. [default: drawn by the seed]"
MOOD = "happy, sad, calm, heroic, scary ... [default: calm]"
VALENCE = "How pleasant, -1 to 1, instead of --mood. [default: the mood's]"
AROUSAL = "How excited, -1 to 1, instead of --mood. [default: the mood's]"
STYLE = (
    "chorale, folk-song, song, dance, or a kind of dance: jig, reel, hornpipe, waltz, march ... "
    "[default: the ensemble's; song where none is named]"
)
METER = "3/4, 4/4, 6/8, 2/4, 2/2, 9/8, 12/8. [default: the style's or dance's; a song's is 4/4]"
BARS = "Bars a section: 4, 8 or 16. [default: 8, or what the form needs]"
PICKUP = "Upbeat in quarters: 1, 1/2; 0 for none. [default: by the habit of style and meter]"
TEMPO = "Beats a minute, 20 to 300. [default: the mood's or dance's]"
ENSEMBLE = "piano, lead-sheet, voice-and-piano, satb, string-quartet. [default: the style's; a song's is piano]"
STRICT = "Multiplies the prices of rules that may break, 0 to 2."
SEED = "Same seed, same piece. [default: drawn and printed]"
OUTPUT = (
    "File to write, repeatable; the suffix chooses: .musicxml .mxl .mid .svg .txt .json. "
    "[default: FORM-KEY-MOOD-SEED.musicxml and .mid]"
)
OUT_DIR = "Folder to write into. [default: the current one]"
COUNT = "Compose this many, with the seeds that follow; -o must then hold {n}. [default: 1]"
TITLE = "Title of the score. [default: mood and key]"
WITHOUT = "Leave a learned layer out, repeatable: markov, hmm, gmm, refiner. [default: none]"
RULES = "Folder laid over the rulebook: same file names win. [default: none]"
RULEBOOK = "Folder used instead of the rulebook. [default: the one installed]"
PROFILE = "omt, ap, kostka, strict-species, chorale, pop, jazz: how grave each fault is. [default: omt]"
CHECK_KEY = "The key, if it is not to be found: D, d, Bb ... [default: found]"
CHECK_FORM = "The form the score should have: AABA ... [default: the score's rehearsal letters]"
MARKED = "Write the score back with coloured notes, rule ids and Roman numerals. [default: not written]"
FIGURED = "A bass with figures, as in 'C3 E3^6 | F3 G3^7 C3'. [default: none]"
VOICE_KEY = "The key: G, d, Bb ... [default: C major; with figures, the last bass note's major]"
VOICE_OUTPUT = "File to write, repeatable; with --best the name holds {n}. [default: text on the screen]"
H_STYLE = "chorale, song or folk-song. [default: the ensemble's; a chorale where none is named]"
H_ENSEMBLE = "satb, string-quartet, piano, lead-sheet, voice-and-piano. [default: the style's; a chorale's is satb]"
H_BEST = "The best reading and others that really differ, up to 5."
H_MOOD = "happy, sad, calm, solemn ... [default: none]"
H_PACE = "Chords a bar: 1/4, 1/2, 1, 2, 3, 4, or beat. [default: the style's]"
H_KEY = "The key, if it is not to be found: D, d, Bb ... [default: found]"
H_SEED = "Same seed, same answer. [default: 1]"
H_NUMERALS = "Under the bass: lyric (Roman numerals), figures or none. [default: lyric where voices are written]"
H_KEEP = "Keep the chord symbols that the file has."
H_TRANSPOSE = "Semitones up (2) or down (-2), or auto: the least that brings the tune into range. [default: none]"
H_VOICE = "Which line of a score of several is the tune: soprano, melody, bass ... [default: the only one]"
H_OUTPUT = (
    "File to write, repeatable; with --best the name holds {n}; the suffix chooses the format. "
    "[default: MELODY-STYLE.musicxml and .mid]"
)
TRACE = "Also write the votes behind every chord and note as JSON."
JSON = "Print what was made as one JSON object."


def _option(help_text: str, *names: str, readable: bool = True) -> Any:
    """An option whose default is said in its help; a path that is written need not be ``readable``."""
    return typer.Option(*names, help=help_text, show_default=False, readable=readable)


@app.callback(invoke_without_command=True, help="Compose a piece and write it as MusicXML and MIDI.")
def compose_command(
    context: typer.Context,
    form: Annotated[str | None, _option(FORM)] = None,
    key: Annotated[str | None, _option(KEY)] = None,
    mood: Annotated[str | None, _option(MOOD)] = None,
    style: Annotated[str | None, _option(STYLE)] = None,
    meter: Annotated[str | None, _option(METER)] = None,
    bars: Annotated[int | None, _option(BARS)] = None,
    pickup: Annotated[str | None, _option(PICKUP)] = None,
    tempo: Annotated[float | None, _option(TEMPO)] = None,
    ensemble: Annotated[str | None, _option(ENSEMBLE)] = None,
    valence: Annotated[float | None, _option(VALENCE)] = None,
    arousal: Annotated[float | None, _option(AROUSAL)] = None,
    strict: Annotated[float, typer.Option(help=STRICT)] = 1.0,
    seed: Annotated[int | None, _option(SEED)] = None,
    output: Annotated[list[Path] | None, _option(OUTPUT, "-o", "--output", readable=False)] = None,
    out_dir: Annotated[Path | None, _option(OUT_DIR)] = None,
    count: Annotated[int | None, _option(COUNT, "-n", "--count")] = None,
    title: Annotated[str | None, _option(TITLE)] = None,
    without: Annotated[list[str] | None, _option(WITHOUT)] = None,
    rules: Annotated[Path | None, _option(RULES)] = None,
    rulebook: Annotated[Path | None, _option(RULEBOOK)] = None,
    trace: Annotated[bool, typer.Option("--trace", help=TRACE)] = False,
    as_json: Annotated[bool, typer.Option("--json", help=JSON)] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace files that exist.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print nothing but errors and warnings.")] = False,
    _: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Compose one piece or several."""
    if context.invoked_subcommand is not None:
        return
    from composer.cli.outputs import Wish
    from composer.cli.pieces import compose_all
    from composer.pipeline.brief import Brief

    wish = Wish(tuple(output or ()), out_dir, count, trace, force, quiet, as_json)
    layers = tuple(name for word in without or () for name in word.split(","))
    brief = Brief(
        form=form, key=key, mood=mood, meter=meter, bars=bars, tempo=tempo, ensemble=ensemble, seed=seed, title=title,
        without=layers, rules=rules, rulebook=rulebook, style=style, strict=strict, pickup=pickup, valence=valence,
        arousal=arousal,
    )
    raise typer.Exit(compose_all(brief, wish))


@app.command(name="words", help="List every word that the options know, one a line.")
def words_command(
    group: Annotated[str | None, typer.Argument(help="One group alone, as in: moods. [default: all]")] = None,
    rules: Annotated[Path | None, _option(RULES)] = None,
    rulebook: Annotated[Path | None, _option(RULEBOOK)] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print them as one JSON object.")] = False,
) -> None:
    """Print the words of the tables."""
    from composer.cli.words import words

    typer.echo(words(group, rules, rulebook, as_json))


@app.command(name="check", help="Mark scores: MusicXML, .mxl, MIDI, ABC or our text.")
def check_command(
    files: Annotated[list[Path], typer.Argument(help="Scores to mark.", show_default=False, readable=False)],
    profile: Annotated[str | None, _option(PROFILE)] = None,
    key: Annotated[str | None, _option(CHECK_KEY)] = None,
    form: Annotated[str | None, _option(CHECK_FORM)] = None,
    tune: Annotated[int, typer.Option(help="Which tune of a book of ABC.")] = 1,
    marked: Annotated[Path | None, _option(MARKED, readable=False)] = None,
    rules: Annotated[Path | None, _option(RULES)] = None,
    rulebook: Annotated[Path | None, _option(RULEBOOK)] = None,
    every: Annotated[bool, typer.Option("--all", help="Also print remarks, and what was recognised.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace a marked page that exists.")] = False,
) -> None:
    """Mark scores by the rulebook."""
    from composer.cli.check import check_files
    from composer.study.marking import desk

    on = desk(profile, key, form, tuple(folder for folder in (rules,) if folder), rulebook)
    raise typer.Exit(check_files(files, on, tune, as_json, marked, every, force))


@app.command(name="rules", help="List the rules; 'rules show PAR-5' prints one, 'rules test DIR' tries your own.")
def rules_command(
    action: Annotated[str | None, typer.Argument(help="show or test. [default: list]", show_default=False)] = None,
    what: Annotated[str | None, typer.Argument(help="The id, or the folder to try.", show_default=False)] = None,
    folder: Annotated[Path | None, _option(RULES, "--rules")] = None,
    rulebook: Annotated[Path | None, _option(RULEBOOK)] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Show the rulebook."""
    from composer.cli.rules import rules

    raise typer.Exit(rules(action, what, folder, rulebook, as_json))


@app.command(name="voice", help="Write chords or a figured bass in four voices, the best way of all legal ones.")
def voice_command(
    chords: Annotated[str | None, typer.Argument(help="As in: 'I V6 | I ii6 V7 I'", show_default=False)] = None,
    figured: Annotated[str | None, _option(FIGURED)] = None,
    key: Annotated[str | None, _option(VOICE_KEY)] = None,
    meter: Annotated[str, typer.Option(help="3/4, 4/4 ...")] = "4/4",
    soprano: Annotated[Path | None, _option("A file with the soprano, to be kept. [default: found]")] = None,
    bass: Annotated[Path | None, _option("A file with the bass, to be kept. [default: found]")] = None,
    ways: Annotated[int, typer.Option("--best", help="The best way and others that really differ, up to 5.")] = 1,
    texture: Annotated[str, typer.Option(help="satb or keyboard.")] = "satb",
    output: Annotated[list[Path] | None, _option(VOICE_OUTPUT, "-o", "--output", readable=False)] = None,
    rules: Annotated[Path | None, _option(RULES)] = None,
    rulebook: Annotated[Path | None, _option(RULEBOOK)] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace files that exist.")] = False,
) -> None:
    """Voice chords in four parts."""
    from composer.cli.voice import Asked, voice

    asked = Asked(
        chords, figured, key, meter, soprano, bass, ways, texture, tuple(output or ()), rules, rulebook, as_json, force
    )
    raise typer.Exit(voice(asked))


@app.command(name="harmonize", help="Harmonise a tune: MusicXML, .mxl, MIDI, ABC or our text.")
def harmonize_command(
    melody: Annotated[Path, typer.Argument(help="The tune.", show_default=False, readable=False)],
    style: Annotated[str | None, _option(H_STYLE)] = None,
    ensemble: Annotated[str | None, _option(H_ENSEMBLE)] = None,
    ways: Annotated[int, typer.Option("--best", help=H_BEST)] = 1,
    mood: Annotated[str | None, _option(H_MOOD)] = None,
    pace: Annotated[str | None, _option(H_PACE, "--chords-per-bar")] = None,
    key: Annotated[str | None, _option(H_KEY)] = None,
    seed: Annotated[int | None, _option(H_SEED)] = None,
    numerals: Annotated[str | None, _option(H_NUMERALS)] = None,
    keep_chords: Annotated[bool, typer.Option("--keep-chords", help=H_KEEP)] = False,
    transpose: Annotated[str | None, _option(H_TRANSPOSE)] = None,
    voice: Annotated[str | None, _option(H_VOICE)] = None,
    tune: Annotated[int, typer.Option(help="Which tune of a book of ABC.")] = 1,
    title: Annotated[str | None, _option("Title of the score. [default: the tune's]")] = None,
    output: Annotated[list[Path] | None, _option(H_OUTPUT, "-o", "--output", readable=False)] = None,
    rules: Annotated[Path | None, _option(RULES)] = None,
    rulebook: Annotated[Path | None, _option(RULEBOOK)] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace files that exist.")] = False,
) -> None:
    """Harmonise a tune."""
    from composer.cli.harmonize import Place, harmonize
    from composer.pipeline.harmonize.asked import Asked

    asked = Asked(
        style, ensemble, ways, mood, pace, key, seed, numerals, keep_chords, transpose, voice, title, rules, rulebook
    )
    raise typer.Exit(harmonize(melody, tune, asked, Place(tuple(output or ()), as_json, force)))


def run(arguments: list[str]) -> int:
    """Run the command; every refusal is one line on stderr. Returns the exit code."""
    debug = bool(os.environ.get("COMPOSE_DEBUG"))
    try:
        refuse_words(arguments)
        code = int(app(arguments, prog_name="compose", standalone_mode=False) or 0)
        return fail(INTERRUPTED, code) if code == INTERRUPT_EXIT else code  # typer makes Ctrl-C a code
    except typer.Exit as done:
        return int(done.exit_code)
    except ComposerError as error:
        return fail(str(error), error.exit_code)
    except (KeyboardInterrupt, typer.Abort):
        return fail(INTERRUPTED, INTERRUPT_EXIT)
    except BrokenPipeError:  # the reader of our screen has left; the files are written
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:  # a screen that takes nothing, a disk that goes
        if debug:
            raise
        return fail(f"the system refuses ({error.strerror or error}); free the place and try again", USAGE_EXIT)
    except Exception as error:
        message = getattr(error, "format_message", None)
        if message is not None:
            return fail(in_our_words(str(message())), int(getattr(error, "exit_code", USAGE_EXIT)))
        if debug:
            raise
        name = type(error).__name__
        return fail(f"our own bug ({name}: {error}); please report it with the command", BUG_EXIT)


def fail(message: str, code: int) -> int:
    """Say why in one line."""
    print(f"compose: {' '.join(message.split())}", file=sys.stderr)
    return code
