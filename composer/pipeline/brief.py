"""The brief: what a person asks for, and how it is read."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from composer.errors import RequestError
from composer.score.key import Key, parse_key, respelled
from composer.score.time import Meter, parse_meter
from composer.search.draw import spawn
from composer.theory.tables import Row, load_table

LAYERS = ("markov", "hmm", "gmm", "refiner")
BARS = (4, 8, 16)
MAX_SECTIONS = 26
MAX_SEED = 2**53
TEMPO_RANGE_BPM = (20, 300)
# Tonics with signatures of up to four accidentals, by mode, as (letter, alteration).
_EASY_MAJOR = ((0, 0), (4, 0), (1, 0), (5, 0), (2, 0), (3, 0), (6, -1), (2, -1), (5, -1))
_EASY_MINOR = ((5, 0), (2, 0), (6, 0), (3, 1), (0, 1), (1, 0), (4, 0), (0, 0), (3, 0))


@dataclass(frozen=True)
class Brief:
    """A request in the user's own words. ``seed`` None means: draw one.

    ``without`` leaves learned layers out (any of ``LAYERS``); ``rules`` lays a folder over the shelf's rules.
    """

    form: str = "AABA"
    key: str | None = None
    mood: str = "calm"
    meter: str = "4/4"
    bars: int = 8
    tempo: float | None = None
    ensemble: str = "piano"
    seed: int | None = None
    title: str | None = None
    without: tuple[str, ...] = ()
    rules: Path | None = None
    rulebook: Path | None = None


@dataclass(frozen=True)
class Request:
    """A brief read against the tables: everything valid, every choice made. ``notes`` say how it was read."""

    brief: Brief
    labels: tuple[str, ...]
    theme: str
    key: Key
    mood: Row
    meter: Meter
    meter_row: Row
    bars: int
    tempo_bpm: float
    ensemble: Row
    seed: int
    title: str
    without: frozenset[str]
    notes: tuple[str, ...] = field(default=())

    def table(self, name: str) -> tuple[Row, ...]:
        """A table of the rules this piece is made by."""
        return brief_table(self.brief, name)

    @property
    def style(self) -> str:
        """The style whose rules are composed and checked by."""
        return str(self.ensemble["style"])

    @property
    def slug(self) -> str:
        """``aaba-d-minor-sad-7``: the default file name without suffix."""
        form = re.sub(r"[^a-z0-9-]+", "", self.brief.form.lower().replace("'", "1").replace("’", "1"))
        key = self.key.spoken.lower().replace(" ", "-")
        return f"{form}-{key}-{self.mood['name']}-{self.seed}"


def brief_table(brief: Brief, name: str) -> tuple[Row, ...]:
    """A table of the shelf, under the brief's folder or replaced by it."""
    return load_table(name, tuple(folder for folder in (brief.rules,) if folder), brief.rulebook)


def read_brief(brief: Brief, seed: int) -> Request:
    """Read a brief; ``seed`` is used where the brief has none.

    Raises:
        RequestError: a word or number that cannot be served, with the nearest right ones.
    """
    seed = seed if brief.seed is None else brief.seed
    _check_plain(brief, seed)
    labels, theme = _read_form(brief.form, brief_table(brief, "forms"))
    mood = choose("mood", brief.mood, brief_table(brief, "moods"))
    ensemble = choose("ensemble", brief.ensemble, brief_table(brief, "ensembles"))
    meter_row = choose("meter", brief.meter, brief_table(brief, "meters"))
    meter = parse_meter(str(meter_row["name"]))
    key, notes = _read_key(brief, mood, seed)
    tempo = _read_tempo(brief, mood, meter, seed)
    mode = "major" if not key.is_minor else "minor"
    title = brief.title or f"{str(mood['name']).capitalize()} piece in {_letter(key)} {mode}"
    return Request(
        brief,
        labels,
        theme,
        key,
        mood,
        meter,
        meter_row,
        brief.bars,
        tempo,
        ensemble,
        seed,
        title,
        frozenset(brief.without),
        notes,
    )


def _check_plain(brief: Brief, seed: int) -> None:
    """Refuse what no table is needed for."""
    if not 0 <= seed <= MAX_SEED:
        raise RequestError(f"--seed {seed}: a seed is a whole number from 0 to {MAX_SEED}")
    if brief.title and not brief.title.isprintable():
        raise RequestError("--title holds a control character; write plain letters, signs and blanks in one line")
    if brief.bars not in BARS:
        raise RequestError(f"--bars {brief.bars}: a section has {_either(BARS)} bars")
    for layer in brief.without:
        if layer not in LAYERS:
            raise RequestError(f"--without {layer}: {_nearest(layer, LAYERS)}")


def _letter(key: Key) -> str:
    return key.spoken.rsplit(" ", 1)[0]


def choose(what: str, word: str, rows: Iterable[Row]) -> Row:
    """The row named ``word`` (case ignored).

    Raises:
        RequestError: none; the message names the nearest ones.
    """
    known = {str(row["name"]): row for row in rows}
    row = known.get(word.strip().lower())
    if row is None:
        raise RequestError(f"--{what} '{word}' is not known; {_nearest(word, known)}")
    return row


def _nearest(word: str, known: Iterable[str]) -> str:
    names = list(known)
    close = difflib.get_close_matches(word.strip().lower(), names, n=3, cutoff=0.5)
    return f"did you mean {_either(close)}?" if close else f"write one of {', '.join(names)}"


def _either(names: Iterable[object]) -> str:
    words = [str(name) for name in names]
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + " or " + words[-1]


def _read_form(text: str, forms: tuple[Row, ...]) -> tuple[tuple[str, ...], str]:
    row = next((row for row in forms if row["name"] == text.strip().lower()), None)
    letters = str(row["letters"]) if row else text
    compact = re.sub(r"[\s,\-]+", "", letters).replace("’", "'").replace("′", "'").upper()
    labels = tuple(re.findall(r"[A-Z]'*", compact))
    names = ", ".join(str(form["name"]) for form in forms)
    if not labels or "".join(labels) != compact:
        raise RequestError(
            f"--form '{text}' is no form; write letters such as AABA or ABA', or one of {names}"
        )
    if len(labels) > MAX_SECTIONS:
        raise RequestError(f"--form '{text}' has {len(labels)} sections; at most {MAX_SECTIONS} are right")
    seen = ""
    for label in labels:
        if label[0] not in seen:
            expected = chr(ord("A") + len(seen))
            if label[0] != expected:
                close = difflib.get_close_matches(
                    text.lower(), [str(f["name"]) for f in forms], n=1, cutoff=0.5
                )
                hint = f"did you mean {close[0]}?" if close else f"write a letter form or one of {names}"
                raise RequestError(
                    f"--form '{text}': new letters come in order, {expected} before {label[0]}; {hint}"
                )
            if len(label) > 1:
                raise RequestError(
                    f"--form '{text}': {label} varies {label[0]}, so {label[0]} must stand before it"
                )
            seen += label[0]
    return labels, str(row["theme"]) if row else ""


def _read_key(brief: Brief, mood: Row, seed: int) -> tuple[Key, tuple[str, ...]]:
    mood_mode = str(mood["mode"])
    if brief.key is None:
        tonics = _EASY_MINOR if mood_mode == "minor" else _EASY_MAJOR
        step, alter = tonics[int(spawn(seed, "key").integers(len(tonics)))]
        key = Key(step, alter, mood_mode)
        return key, (f"{key.spoken}: drawn by the seed; write --key to choose",)
    try:
        wish = parse_key(brief.key)
    except ValueError as error:
        raise RequestError(f"--key {error}") from None
    if wish.mode not in (None, "major", "minor"):
        raise RequestError(f"--key '{brief.key}': modes other than major and minor are not served yet")
    asked = Key(wish.step, wish.alter, wish.mode or mood_mode)
    key = respelled(asked)
    notes = []
    if key != asked:
        sign = "flats" if asked.fifths < 0 else "sharps"
        notes.append(f"{key.spoken} for {asked.spoken}, which would need {abs(asked.fifths)} {sign}")
    if wish.mode is None:
        other = "major" if key.is_minor else "minor"
        notes.append(
            f"{key.spoken}: {mood['name']} chose the mode; write --key '{key.tonic_name} {other}' for {other}"
        )
    return key, tuple(notes)


def _read_tempo(brief: Brief, mood: Row, meter: Meter, seed: int) -> float:
    low, high = TEMPO_RANGE_BPM
    if brief.tempo is not None:
        if not low <= brief.tempo <= high:
            raise RequestError(f"--tempo {brief.tempo:g}: write beats a minute from {low} to {high}")
        return float(brief.tempo)
    slow, fast = mood["tempo_bpm"]
    quarter_bpm = slow + (fast - slow) * float(spawn(seed, "tempo").random())
    beat_bpm = quarter_bpm / 1.5 if meter.is_compound else quarter_bpm
    return float(round(max(beat_bpm, 40.0)))
