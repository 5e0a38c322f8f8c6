"""What a person asks of a harmoniser, and what it comes to: words against the tables, contradictions answered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

from composer.errors import RequestError
from composer.pipeline.brief import CHORALE
from composer.pipeline.interpret import MAX_SEED, MAX_TITLE
from composer.pipeline.realise import MOST_WAYS
from composer.pipeline.words import choose, either, nearest
from composer.theory.rulebook import Rulebook, load_rulebook
from composer.theory.tables import Row, load_table

STYLES = (CHORALE, "song", "folk-song")
LYRIC, FIGURES, NONE = "lyric", "figures", "none"
NUMERALS = (LYRIC, FIGURES, NONE)
USUAL_SEED = 1
_RATES = tuple(Fraction(*pair) for pair in ((1, 4), (1, 2), (1, 1), (2, 1), (3, 1), (4, 1)))
BEAT = "beat"  # --chords-per-bar: as many as the bar has beats


@dataclass(frozen=True)
class Asked:
    """A request in the user's own words. None means: the style's own, or found in the tune.

    ``transpose`` is ``auto`` or semitones; ``voice`` names a line of a score of several.
    """

    style: str | None = None
    ensemble: str | None = None
    best: int = 1
    mood: str | None = None
    chords_per_bar: str | None = None
    key: str | None = None
    seed: int | None = None
    numerals: str | None = None
    keep_chords: bool = False
    transpose: str | None = None
    voice: str | None = None
    title: str | None = None
    rules: Path | None = None
    rulebook: Path | None = None


@dataclass(frozen=True)
class Wish:
    """A request read against the tables: everything valid. ``chords_per_bar`` None: the style's own; 0: one a beat."""

    asked: Asked
    book: Rulebook = field(repr=False)
    style: str
    profile: str
    settings: Mapping[str, Any] = field(repr=False)
    ensemble: Row = field(repr=False)
    mood: str | None
    chords_per_bar: Fraction | None
    numerals: str
    seed: int

    @property
    def four_voices(self) -> bool:
        """Whether real voices are written under the tune."""
        return self.style == CHORALE

    @property
    def chord_symbols(self) -> bool:
        """Whether chord names stand above the tune: four voices have them on a lead-sheet alone."""
        return bool(self.ensemble["chord_symbols"]) and (not self.four_voices or self.ensemble["texture"] == "lead")

    @property
    def tune_range(self) -> tuple[int, int]:
        """The lowest and highest MIDI number that the tune may have: over four voices as in a choir."""
        row = self.ensemble
        if self.four_voices and row["texture"] != "four":
            row = next(one for one in self.table("ensembles") if one["texture"] == "four")
        low, high = row.get("tune_range", row["melody_range"])
        return int(low), int(high)

    def tables(self, name: str, *_: object) -> tuple[Row, ...]:
        """The same, as a loader of tables that already knows its folders."""
        return self.table(name)

    def table(self, name: str) -> tuple[Row, ...]:
        """The rows of a table, of the request's own folders where they have it."""
        return _table(self.asked, name)


def read_asked(asked: Asked) -> Wish:
    """Read a request.

    Raises:
        RequestError: a word or number that cannot be served, or two that contradict each other, with the remedy.
        SlipError: a slip in a rule, style or table file.
    """
    if not 1 <= asked.best <= MOST_WAYS:
        raise RequestError(f"--best {asked.best}: write a whole number from 1 to {MOST_WAYS}")
    seed = USUAL_SEED if asked.seed is None else asked.seed
    if not 0 <= seed <= MAX_SEED:
        raise RequestError(f"--seed {seed}: a seed is a whole number from 0 to {MAX_SEED}")
    if asked.title is not None and (not asked.title.isprintable() or len(asked.title) > MAX_TITLE):
        raise RequestError(f"--title: write plain letters, signs and blanks in one line, at most {MAX_TITLE}")
    book = load_rulebook(_folders(asked), asked.rulebook)
    ensembles = _table(asked, "ensembles")
    style = _style(asked, ensembles)
    found = book.style(style)
    usual = "satb" if style == CHORALE else str(found.settings["ensemble"])
    ensemble = choose("ensemble", usual if asked.ensemble is None else asked.ensemble, ensembles)
    _check_pair(style, ensemble, ensembles)
    mood = None if asked.mood is None else str(choose("mood", asked.mood, _table(asked, "moods"))["name"])
    return Wish(
        asked, book, style, found.profile, found.settings, ensemble, mood, _pace(asked.chords_per_bar),
        _numerals(asked.numerals, style, ensemble), seed,
    )


def _folders(asked: Asked) -> tuple[Path, ...]:
    return (asked.rules,) if asked.rules else ()


def _table(asked: Asked, name: str) -> tuple[Row, ...]:
    return load_table(name, _folders(asked), asked.rulebook)


def _style(asked: Asked, ensembles: tuple[Row, ...]) -> str:
    """The style asked for, or the ensemble's; a chorale where neither is said."""
    if asked.style is None:
        return CHORALE if asked.ensemble is None else str(choose("ensemble", asked.ensemble, ensembles)["style"])
    word = asked.style.strip().lower()
    if word not in STYLES:
        raise RequestError(f"--style '{asked.style}': {nearest(word, STYLES)}")
    return word


def _check_pair(style: str, ensemble: Row, ensembles: tuple[Row, ...]) -> None:
    """Refuse staves on which the style has nothing to write."""
    name, four = ensemble["name"], ensemble["texture"] == "four"
    if style == CHORALE and not four and not ensemble.get("four_parts"):
        able = [row["name"] for row in ensembles if row["texture"] == "four" or row.get("four_parts")]
        raise RequestError(
            f"--style {style} --ensemble {name}: a chorale has four voices; write --ensemble {either(able)}"
        )
    if style != CHORALE and four:
        able = [row["name"] for row in ensembles if row["texture"] != "four"]
        raise RequestError(
            f"--style {style} --ensemble {name}: a {style} has chords, no voices; write --ensemble {either(able)}, "
            f"or --style {CHORALE}"
        )


def _pace(word: str | None) -> Fraction | None:
    """Chords a bar; ``beat`` is 0, for the meter is not known yet."""
    if word is None:
        return None
    if word.strip().lower() == BEAT:
        return Fraction(0)
    try:
        pace = Fraction(word.strip())
    except (ValueError, ZeroDivisionError):
        pace = Fraction(-1)
    if pace not in _RATES:
        raise RequestError(f"--chords-per-bar '{word}': write {', '.join(map(str, _RATES))} or {BEAT}")
    return pace


def _numerals(word: str | None, style: str, ensemble: Row) -> str:
    """Roman numerals where a bass is sung, nothing where chord symbols say the same; or as asked."""
    if word is None:
        return LYRIC if style == CHORALE and ensemble["texture"] != "lead" else NONE
    if word.strip().lower() not in NUMERALS:
        raise RequestError(f"--numerals '{word}': {nearest(word, NUMERALS)}")
    if word.strip().lower() == FIGURES and ensemble["texture"] == "lead":
        raise RequestError(
            f"--numerals {FIGURES} --ensemble {ensemble['name']}: there is no bass to put figures under; write "
            f"--numerals {LYRIC}, or another ensemble"
        )
    return word.strip().lower()
