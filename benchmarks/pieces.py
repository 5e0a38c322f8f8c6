"""Pieces to measure: briefs over all styles and forms, composed side by side; bare tunes as scores."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from composer import Brief, Piece, compose
from composer.analysis.craft import Tune
from composer.analysis.form import guessed_sections
from composer.errors import ComposerError
from composer.score.key import Key
from composer.score.note import Note, Voice
from composer.score.pitch import Pitch
from composer.score.reading import ChordSpan, Reading, Section
from composer.score.score import Score
from composer.score.time import Meter
from composer.theory.rulebook import load_rulebook
from composer.theory.tables import load_table

STYLES = ("song", "folk-song", "chorale", "dance")
SUNG = ("song", "folk-song")
FIRST_SEED = 7000  # style by style a thousand more
METERS = {"song": ("4/4", "3/4", "6/8", "2/4"), "folk-song": ("4/4", "3/4", "6/8", "2/4"), "chorale": ("4/4", "3/4")}
ENSEMBLES = {
    "song": ("piano", "voice-and-piano", "piano", "lead-sheet"), "folk-song": ("piano", "voice-and-piano"),
    "chorale": ("satb", "string-quartet"), "dance": ("piano",),
}  # fmt: skip
KEYS = ("C major", "A minor", "G major", "D minor", "F major", "E minor", "D major", "G minor", "Bb major", "B minor")
MODAL = ("D dorian", "G mixolydian", "E aeolian", "A dorian", "D mixolydian")  # every third folk song
_STEPS = ((0, 0), (0, 1), (1, 0), (1, 1), (2, 0), (3, 0), (3, 1), (4, 0), (4, 1), (5, 0), (5, 1), (6, 0))
Item = TypeVar("Item")
Result = TypeVar("Result")


def corpus_of(style: str) -> str:
    """The corpus a style has learned from."""
    return str(load_rulebook().style(style).settings["corpus"])


def style_briefs(style: str, count: int, first_seed: int | None = None) -> list[Brief]:
    """Briefs of one style: the forms at home in it, moods, keys, meters (kinds of dance) and ensembles rotating out of
    step; upbeats by the style's habit."""
    forms = [row for row in load_table("forms") if style in row.get("styles", STYLES)]
    moods = [str(row["name"]) for row in load_table("moods")]
    dances = [str(row["name"]) for row in load_table("dances")]
    seed = FIRST_SEED + 1000 * STYLES.index(style) if first_seed is None else first_seed
    made = []
    for n in range(count):
        turn = n + n // len(forms)  # forms meet other moods and meters in every round
        key = MODAL[n // 3 % len(MODAL)] if style == "folk-song" and n % 3 == 2 else KEYS[n * 3 % len(KEYS)]
        made.append(
            Brief(
                form=str(forms[n % len(forms)]["name"]),
                style=dances[turn % len(dances)] if style == "dance" else style,
                mood=moods[n * 5 % len(moods)], key=key, seed=seed + n,
                meter=None if style == "dance" else METERS[style][turn % len(METERS[style])],
                ensemble=ENSEMBLES[style][n // 2 % len(ENSEMBLES[style])],
            )
        )  # fmt: skip
    return made


def over_styles(count: int) -> list[Brief]:
    """Equal shares of all styles."""
    return [brief for style in STYLES for brief in style_briefs(style, count // len(STYLES))]


def words(brief: Brief) -> str:
    """A brief as one would type it."""
    given = {"style": brief.style, "form": brief.form, "key": brief.key, "mood": brief.mood, "meter": brief.meter,
             "ensemble": brief.ensemble}
    text = " ".join(f"--{name} {str(value).replace(' ', '-')}" for name, value in given.items() if value)
    return f"{text} --seed {brief.seed}"


def composed(brief: Brief) -> Piece | None:
    """The piece of a brief, None where none was found; the reason goes to stderr."""
    try:
        return compose(brief)
    except ComposerError as error:
        print(f"{words(brief)}: {error}", file=sys.stderr)
        return None


def owner_of(piece: Piece) -> int | None:
    """Number of the section that was planned to hold the highest note."""
    return next((section.number for section in piece.plan.sections if section.owns_top), None)


def spread_out(function: Callable[[Item], Result], items: Sequence[Item], jobs: int) -> list[Result]:
    """The function of every item, on several processes if asked."""
    if jobs == 1:
        return [function(item) for item in items]
    with ProcessPoolExecutor(jobs) as pool:
        return list(pool.map(function, items, chunksize=4))


def publish(page: str, out: Path | None) -> None:
    """Print a page, and write it where asked."""
    print(page)
    if out:
        out.write_text(page, encoding="utf-8")


def tune_score(
    tune: Tune, meter: Meter, tonic: int, minor: bool, chords: tuple[ChordSpan, ...] = (), labels: str = ""
) -> Score:
    """A bare tune as a score. Sections are strains of eight bars: labelled as told, or by what returns.

    Args:
        tonic: pitch class.
        chords: in ticks from the first bar line.
        labels: a letter for each eight bars.
    """
    early = tune.pickup_ticks
    key = Key(*_STEPS[tonic % 12], "minor" if minor else "major")
    notes = tuple(
        Note(onset + early, length, (Pitch(midi // 12 - 1, *_STEPS[midi % 12]),))
        for onset, length, midi in zip(tune.onsets, tune.lengths, tune.pitches, strict=True)
    )
    spans = tuple(replace(chord, onset_ticks=chord.onset_ticks + early) for chord in chords)
    score = Score("", meter, key, (Voice("M", "melody", notes),), reading=Reading(key, spans), pickup_ticks=early)
    strain = 8 * meter.bar_ticks
    sections = tuple(
        Section(label, early + n * strain, early + (n + 1) * strain) for n, label in enumerate(labels)
    ) or guessed_sections(score)
    return replace(score, reading=Reading(key, spans, (), sections))
