"""How a brief is read: words against the tables, contradictions answered with what would be right."""

from __future__ import annotations

import math
from dataclasses import fields
from fractions import Fraction
from typing import Any

from composer.errors import RequestError
from composer.pipeline.brief import CHORALE, LAYERS, Brief, Request, Tables
from composer.pipeline.form_words import read_bars, read_form
from composer.pipeline.key_words import read_key
from composer.pipeline.mood_words import read_mood
from composer.pipeline.words import choose, either, nearest
from composer.score.time import TICKS_PER_QUARTER, Meter, parse_meter
from composer.search.draw import spawn
from composer.theory.rulebook import Rulebook, load_rulebook
from composer.theory.tables import Row

MAX_SEED = 2**53
MAX_TITLE = 200
TEMPO_RANGE_BPM = (20, 300)
STRICT_RANGE = (0.0, 2.0)
SLOWEST_BPM = 40.0  # of what the composer chooses itself
_NUMBERS = ("bars", "seed", "tempo", "strict", "valence", "arousal")
_NO_WORDS = ("without", "rules", "rulebook")


def read_brief(brief: Brief, seed: int, book: Rulebook | None = None) -> Request:
    """Read a brief; ``seed`` is used where the brief has none.

    Raises:
        RequestError: a word or number that cannot be served, or two that contradict each other, with the remedy.
    """
    seed = seed if brief.seed is None else brief.seed
    _check_plain(brief, seed)
    table = Tables(brief)
    book = book or load_rulebook(tuple(folder for folder in (brief.rules,) if folder), brief.rulebook)
    style, dance = _read_style(brief, table, book, seed)
    settings = book.style(style).settings
    form, labels = read_form(_asked(brief.form, settings["form"]), table("forms"))
    _check_home(form, style)
    mood, notes = read_mood(brief, table("moods"))
    meter_row = _read_meter(brief, table, dance, settings)
    meter = parse_meter(str(meter_row["name"]))
    ensemble, four_voices = _read_ensemble(brief, table, style, settings)
    key, key_notes = read_key(brief, mood, settings, seed)
    bars = read_bars(brief.bars, form)
    return Request(
        brief=brief,
        form=form,
        labels=labels,
        key=key,
        mode_row=choose("key", key.mode, table("modes")),
        mood=mood,
        meter=meter,
        meter_row=meter_row,
        bars=bars,
        tempo_bpm=_read_tempo(brief, mood, dance, settings, meter, seed),
        ensemble=ensemble,
        four_voices=four_voices,
        style=style,
        settings=settings,
        dance=dance,
        pickup_ticks=_read_pickup(brief, meter, meter_row, dance, settings, seed),
        seed=seed,
        title=brief.title or _title(mood, dance, key.spoken),
        without=frozenset(brief.without),
        table=table,
        notes=(*notes, *key_notes),
    )


def _check_home(form: Row, style: str) -> None:
    """Refuse a form in a style that does not know it."""
    if form.get("styles") and style not in form["styles"]:
        raise RequestError(
            f"--form {form['name']} --style {style}: this form is at home in {either(form['styles'])}; "
            f"write --style {form['styles'][0]}, or another form"
        )


def _asked(word: str | None, usual: Any) -> str:
    return str(usual) if word is None else word


def _title(mood: Row, dance: Row | None, spoken_key: str) -> str:
    piece = str(dance["name"]).replace("-", " ") if dance else "piece"
    tonic, mode = spoken_key.rsplit(" ", 1)
    return f"{str(mood['name']).capitalize()} {piece} in {tonic} {mode}"


def _check_plain(brief: Brief, seed: int) -> None:
    """Refuse what no table is needed for."""
    for name in (one.name for one in fields(brief) if one.name not in _NO_WORDS):
        value = getattr(brief, name)
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if name in _NUMBERS and value is not None and not (is_number and math.isfinite(value)):
            raise RequestError(f"--{name} {value!r}: write an ordinary number")
        if name in ("bars", "seed") and isinstance(value, float):
            raise RequestError(f"--{name} {value}: write a whole number")
        if name not in _NUMBERS and value is not None and not isinstance(value, str):
            raise RequestError(f"--{name} {value!r}: write a text")
    if not 0 <= seed <= MAX_SEED:
        raise RequestError(f"--seed {seed}: a seed is a whole number from 0 to {MAX_SEED}")
    if brief.title and not brief.title.isprintable():
        raise RequestError("--title holds a control character; write plain letters, signs and blanks in one line")
    if brief.title and len(brief.title) > MAX_TITLE:
        raise RequestError(f"--title has {len(brief.title)} signs; write at most {MAX_TITLE}")
    for layer in brief.without:
        if layer not in LAYERS:
            raise RequestError(f"--without {layer}: {nearest(layer, LAYERS)}")
    low, high = STRICT_RANGE
    if not low <= brief.strict <= high:
        raise RequestError(f"--strict {brief.strict:g}: write a number from {low:g} to {high:g}; 1 is usual")


def _read_style(brief: Brief, table: Tables, book: Rulebook, seed: int) -> tuple[str, Row | None]:
    """The style and, for dances, which: by its own name, or by the meter asked for."""
    dances = table("dances")
    word = _usual_style(brief, table) if brief.style is None else brief.style.strip().lower()
    kinds = {str(name): row for row in dances for name in (row["name"], *row["aliases"])}
    if word in kinds:
        return "dance", kinds[word]
    if word not in book.style_paths:
        names = [*sorted(book.style_paths), *kinds]
        raise RequestError(f"--style '{brief.style}' is not known; {nearest(word, names)}")
    if word != "dance":
        return word, None
    fitting = [row for row in dances if brief.meter is None or brief.meter.strip() in row["meters"]]
    if not fitting:
        meters = dict.fromkeys(meter for row in dances for meter in row["meters"])
        raise RequestError(f"--style dance --meter {brief.meter}: dances are written in {either(meters)}")
    return word, fitting[int(spawn(seed, "dance").integers(len(fitting)))]


def _usual_style(brief: Brief, table: Tables) -> str:
    """The ensemble's style where none is asked for, or the form's where that one does not know the form."""
    word = "song" if brief.ensemble is None else str(_ensemble_row(brief, table)["style"])
    named = str(brief.form).strip().lower()
    homes = next((row.get("styles") for row in table("forms") if row["name"] == named), None)
    return word if not homes or word in homes else str(homes[0])


def _ensemble_row(brief: Brief, table: Tables) -> Row:
    return choose("ensemble", str(brief.ensemble), table("ensembles"))


def _read_ensemble(brief: Brief, table: Tables, style: str, settings: Any) -> tuple[Row, bool]:
    row = choose("ensemble", _asked(brief.ensemble, settings["ensemble"]), table("ensembles"))
    if style != CHORALE:
        return row, row["texture"] == "four"
    if row["texture"] != "four" and not row.get("four_parts"):
        able = [r["name"] for r in table("ensembles") if r["texture"] == "four" or r.get("four_parts")]
        raise RequestError(
            f"--style chorale --ensemble {row['name']}: a chorale has four voices; write --ensemble {either(able)}"
        )
    four = next(r for r in table("ensembles") if r["texture"] == "four")
    if row["texture"] == "four":
        return row, True
    ranges = {name: four[name] for name in ("melody_range", "bass_range")}
    return {**row, **ranges, "chord_symbols": row["texture"] == "lead"}, True


def _read_meter(brief: Brief, table: Tables, dance: Row | None, settings: Any) -> Row:
    rows = table("meters")
    if dance is None:
        return choose("meter", _asked(brief.meter, settings["meter"]), rows)
    row = choose("meter", _asked(brief.meter, dance["meters"][0]), rows)
    if row["name"] not in dance["meters"]:
        raise RequestError(
            f"--style {dance['name']} --meter {row['name']}: a {dance['name']} is written in "
            f"{either(dance['meters'])}; leave --meter out, or write --style dance"
        )
    return row


def _read_tempo(brief: Brief, mood: Row, dance: Row | None, settings: Any, meter: Meter, seed: int) -> float:
    """Felt beats a minute: as asked, the dance's at the mood's arousal, or the mood's within the style's bounds."""
    low, high = TEMPO_RANGE_BPM
    if brief.tempo is not None:
        if not low <= brief.tempo <= high:
            raise RequestError(f"--tempo {brief.tempo:g}: write beats a minute from {low} to {high}")
        return float(brief.tempo)
    share = float(spawn(seed, "tempo").random())
    if dance is not None:
        slow, fast = dance["tempo_bpm"]
        own = parse_meter(str(dance["meters"][0]))
        ratio = own.beat_ticks / meter.beat_ticks if own.is_compound == meter.is_compound else 1.0
        place = 0.5 * share + 0.25 * (1.0 + float(mood["arousal"]))
        return float(round(ratio * (slow + (fast - slow) * place)))
    slow, fast = mood["tempo_bpm"]
    quarter_bpm = slow + (fast - slow) * share
    if "tempo_bpm" in settings:
        least, most = settings["tempo_bpm"]
        quarter_bpm = min(max(quarter_bpm, least), most)
    return float(round(max(quarter_bpm * TICKS_PER_QUARTER / meter.beat_ticks, SLOWEST_BPM)))


def _read_pickup(
    brief: Brief, meter: Meter, meter_row: Row, dance: Row | None, settings: Any, seed: int
) -> int:
    """Length of the upbeat in ticks: as asked, or by the habit of meter, style and dance."""
    if brief.pickup is None:
        share = float(dance["upbeat_share"] if dance else meter_row["upbeat_share"] * settings["upbeat_share"])
        length = dance["upbeat_quarters"] if dance else meter_row["upbeat_quarters"]
        return int(length * TICKS_PER_QUARTER) if float(spawn(seed, "upbeat").random()) < share else 0
    most = Fraction(meter.bar_ticks // 2, TICKS_PER_QUARTER)
    try:
        asked = Fraction(brief.pickup.strip())
    except (ValueError, ZeroDivisionError):
        asked = Fraction(-1)
    if not 0 <= asked <= most or (asked * 2).denominator != 1:
        raise RequestError(
            f"--pickup '{brief.pickup}': write the upbeat in quarters, in halves from 1/2 to {most} in {meter.name}, "
            "or 0 for none"
        )
    return int(asked * TICKS_PER_QUARTER)
