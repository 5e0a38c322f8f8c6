"""Sections: roles, keys, themes, cadences, returns and their changes, climax, textures, loudness."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from composer.pipeline.brief import Request
from composer.pipeline.chord_plan import PhrasePlan, SlotPlan, has_changes, recipe, slot_plans
from composer.pipeline.key_words import area_key
from composer.score.chord import parse_chord
from composer.score.key import Key
from composer.search.draw import draw_index, spawn
from composer.theory.law import Law
from composer.theory.tables import Row

ACCOMPANIMENT_SHARE = 0.45  # of the onsets of the whole texture
# How far a section is aimed above the first (semitones): second strains lie 2.1 above in 490 tunes, choruses 2 to 5.
LIFTS = {"contrast": 4, "second": 4, "chorus": 4}
# Loudness of a section between the mood's softest and loudest velocity, and its place in the list of textures.
_LEVELS = {"first": 0.3, "verse": 0.3, "return": 0.45, "second": 0.55, "contrast": 0.6, "last": 0.7, "chorus": 0.75}
_TEXTURES = {"first": 0, "verse": 0, "return": 1, "last": 1, "chorus": 1, "contrast": 2, "second": 2}
_DYNAMICS = ((40, "pp"), (52, "p"), (64, "mp"), (78, "mf"), (98, "f"), (128, "ff"))
_UNIT = re.compile(r"^([a-z]\d?)(~|[+-]\d)?$")
_MODAL = {"PAC": "MC", "IAC": "MIC", "DC": "MIC", "PC": "MIC", "bridge": "HC"}
LINE_BARS, LONG_LINE_BARS = 2, 4
SHORT_BAR_SECONDS = 1.3  # a line lasts three to six seconds: in quick meters it has four bars
DENSER, CALMER = 1.45, 0.85  # notes a bar of an ornamented variation, of a chorus, against the piece's
EASY_SIGNS = 5  # accidentals of a key that is taken before others for a section
SILENT = "silent"
ORNAMENTS = ("ornament", "finale")  # changes that add notes


@dataclass(frozen=True)
class BarPlan:
    """A bar of a section: which bar's material it takes (``source``, -1: new), how (``op``), its place in the line,
    and whether a line begins with it."""

    unit: str
    op: str
    source: int
    place: str
    opens: bool = False


@dataclass(frozen=True)
class SectionPlan:
    """A section. ``base``: number of the section whose notes return (-1: new); ``redraw``: bars drawn anew;
    ``change``: what a variation changes (ornament, texture, mode, finale or nothing); ``rhyme``: number of the
    section whose last two bars end it too (-1: none); ``density``: notes a bar against the piece's."""

    number: int
    label: str
    role: str
    key: Key
    start_bar: int
    theme: str
    bars: tuple[BarPlan, ...]
    slots: tuple[SlotPlan, ...]
    phrases: tuple[PhrasePlan, ...]
    base: int
    redraw: frozenset[int]
    change: str
    rhyme: int
    is_last: bool
    owns_top: bool
    lift: int
    density: float
    texture: str
    velocity: int
    dynamic: str

    @property
    def letter(self) -> str:
        """The label without primes."""
        return self.label[0]

    @property
    def contrast(self) -> bool:
        """It stands against the first section."""
        return self.role not in ("first", "return", "last", "verse")


def bar_seconds(request: Request) -> float:
    """Length of a bar at the request's tempo."""
    return request.meter.beats * 60.0 / request.tempo_bpm


def line_bars(request: Request) -> int:
    """Bars of a line: two, or four where bars are short; a chorale's lines always have two."""
    quick = bar_seconds(request) < SHORT_BAR_SECONDS and request.settings["harmony"] != "free"
    return LONG_LINE_BARS if quick and request.bars >= 2 * LONG_LINE_BARS else LINE_BARS


def plan_sections(request: Request, law: Law, attempt: int) -> tuple[SectionPlan, ...]:
    """All sections of a piece; ``law`` says which formulas keep the cadences promised."""
    roles = _roles(request)
    owner = request.labels[_top_owner(request.labels, roles)][0]
    textures = _textures(request)
    themes = _themes(request, roles, attempt)
    cadences = _cadence_plan(request, roles, themes)
    sections: list[SectionPlan] = []
    for number, label in enumerate(request.labels):
        theme, role, change = themes[label[0]], roles[number], _change(request, number)
        key = _section_key(request, label[0], change)
        local = request.in_key(key)
        phrases = _phrases(local, theme, cadences[number])
        close = phrases[-1].cadence
        base = _base(sections, label, close, change)
        velocity = _velocity(request, role)
        sections.append(
            SectionPlan(
                number=number,
                label=label,
                role=role,
                key=key,
                start_bar=number * request.bars,
                theme=_theme_name(theme, phrases),
                bars=_bars(request, theme, phrases),
                slots=_slots(request, local, theme, role, label[0], phrases, law, attempt),
                phrases=phrases,
                base=base,
                redraw=_redraw(sections, base, label, close, request.bars, change),
                change=change,
                rhyme=_rhyme(request, sections, role, close) if base < 0 else -1,
                is_last=number == len(request.labels) - 1,
                owns_top=label[0] == owner,
                lift=LIFTS.get(role, 0),
                density=DENSER if change in ORNAMENTS else CALMER if role == "chorus" else 1.0,
                texture=_texture_of(textures, role, change),
                velocity=velocity,
                dynamic=next(text for limit, text in _DYNAMICS if velocity < limit),
            )
        )
    return tuple(sections)


def _slots(
    request: Request, local: Request, theme: Row, role: str, letter: str, phrases: tuple[PhrasePlan, ...], law: Law,
    attempt: int,
) -> tuple[SlotPlan, ...]:
    """The places for chords of a section, in its own key; a bridge in another key leads home."""
    away = local.key.tonic_pc != request.key.tonic_pc and phrases[-1].cadence == "bridge"
    stream = spawn(request.seed, "cadence", ord(letter), attempt)
    chords = recipe(local, role, letter, attempt)
    return slot_plans(local, theme, chords, phrases, request.key if away else None, law, stream)


def _change(request: Request, number: int) -> str:
    changes = request.form.get("changes", ())
    return str(changes[number]) if number < len(changes) else ""


def _section_key(request: Request, letter: str, change: str) -> Key:
    """The key a section stands in: the form's area of its letter, the parallel key of a variation, else home."""
    home = request.key
    if change == "mode":
        return area_key(home, 0, 0, "major" if home.is_minor else "minor")
    if home.is_modal:
        return home
    areas = request.form.get(f"areas_{home.third}", {}).get(letter)
    if not areas:
        return home
    relative = "III" if home.is_minor else "vi"  # has the signature of home: never respelled
    keys = []
    for area in (*areas, relative):
        chord = parse_chord(str(area), home.is_minor)
        keys.append((area_key(home, *chord.root, chord.quality), home.pitch(*chord.root)))
    written = [key for key, tonic in keys if (key.step, key.alter) == (tonic.step, tonic.alter)]
    wanted = [key for key in written[: len(areas)] if abs(key.fifths) <= EASY_SIGNS] or written[:1]
    return wanted[int(spawn(request.seed, "area", ord(letter)).integers(len(wanted)))]


def _theme_name(theme: Row, phrases: tuple[PhrasePlan, ...]) -> str:
    """A period is one only if a weak close is answered by a perfect one; else its bars are called an antecedent."""
    name = str(theme["name"])
    half = phrases[max(len(phrases) // 2 - 1, 0)].cadence
    answered = phrases[-1].kind in ("PAC", "MC") and half in ("HC", "IAC")
    return "antecedent" if name == "period" and not answered else name


def _roles(request: Request) -> tuple[str, ...]:
    """What each section is: as the form says, or ``first``, ``return``, ``contrast``, ``last`` by the letters."""
    labels = request.labels
    if request.form.get("roles"):
        return tuple(str(role) for role in request.form["roles"])
    roles = []
    for number, label in enumerate(labels):
        if label[0] != "A":
            roles.append("contrast")
        elif number == 0:
            roles.append("first")
        else:
            roles.append("last" if number == len(labels) - 1 else "return")
    return tuple(roles)


def _top_owner(labels: tuple[str, ...], roles: tuple[str, ...]) -> int:
    """The section that owns the highest pitch: the chorus, the first statement of the last contrasting letter, or the
    first section."""
    if "chorus" in roles:
        return roles.index("chorus")
    letters = [label[0] for label, role in zip(labels, roles, strict=True) if role in ("contrast", "second")]
    return next(n for n, label in enumerate(labels) if label[0] == letters[-1]) if letters else 0


def _cadence_plan(request: Request, roles: tuple[str, ...], themes: dict[str, Row]) -> tuple[str, ...]:
    """No two neighbours close alike where it can be helped; the last closes as the mood asks."""
    plan: list[str] = []
    rng = spawn(request.seed, "cadences")
    ending = str(request.mood["ending"])
    fixed = [str(name) for name in request.form.get("cadences", ())]
    for number, label in enumerate(request.labels):
        following = request.labels[number + 1] if number + 1 < len(request.labels) else ""
        if not following:
            plan.append(ending)
        elif fixed:
            plan.append(fixed[number])
        elif roles[number] == "contrast" and following[0] != label[0]:
            plan.append("bridge")
        elif following[0] == label[0] and label[0] != "A" and request.settings.get("rhyme"):
            plan.append("PAC")  # as the first strain ends
        elif following[0] == label[0]:
            plan.append("IAC" if rng.random() < 0.6 or themes[label[0]]["half"] == "HC" else "HC")
        else:
            plan.append("PAC" if not plan or plan[-1] != "PAC" or rng.random() < 0.5 else "IAC")
    return tuple(plan)


def _themes(request: Request, roles: tuple[str, ...], attempt: int) -> dict[str, Row]:
    rows = [row for row in request.table("themes") if row["bars"] == request.bars]
    own = [row for row in rows if request.style in row.get("styles", ("song",))]
    chosen: dict[str, Row] = {}
    for label, role in zip(request.labels, roles, strict=True):
        if label[0] in chosen:
            continue
        if request.theme:
            options = [row for row in rows if row["name"] == request.theme]
        elif role == "contrast" and request.style == "song":
            options = [row for row in rows if row["name"] == "bridge"]
        else:
            options = [row for row in own if row["weight"] > 0]
        weights = np.log([max(float(row["weight"]), 0.1) for row in options])
        chosen[label[0]] = options[draw_index(weights, spawn(request.seed, "theme", ord(label[0]), attempt))]
    return chosen


def _phrases(request: Request, theme: Row, cadence: str) -> tuple[PhrasePlan, ...]:
    """Phrases with the cadences the theme gives them, the last with the section's; in a mode, with modal ones."""
    bars, half = request.bars, str(theme["half"])
    if "closes" in theme:
        cadence = str(request.form.get(f"closes_{request.key.third}", cadence))
        closes = [cadence if name == "*" else str(name) for name in theme["closes"]]
    elif bars == 4:
        closes = [half, cadence] if half == "HC" else [cadence]
    else:
        ends = range(4, bars + 1, 4)
        closes = [cadence if end == bars else half if 2 * end == bars else "open" for end in ends]
    if request.key.is_modal and not has_changes(request):
        closes = [_MODAL.get(name, name) for name in closes]
    length = bars // len(closes)
    return tuple(PhrasePlan(length * i, length * (i + 1), close) for i, close in enumerate(closes))


def _bars(request: Request, theme: Row, phrases: tuple[PhrasePlan, ...]) -> tuple[BarPlan, ...]:
    ends = {phrase.end for phrase in phrases}
    bars, line = request.bars, line_bars(request)
    found: list[BarPlan] = []
    first_of: dict[str, int] = {}
    for number, word in enumerate(str(theme["units"]).split()):
        if word == "-":
            found.append(BarPlan(word, "", -1, SILENT))
            continue
        match = _UNIT.match(word)
        if not match:
            raise ValueError(f"tables/themes.toml: '{word}' is no unit; write a1, a1~, a1+1 or -")
        unit, op = match.group(1), match.group(2) or ""
        place = "first" if number == 0 else "inner"
        if number + 1 in ends:
            place = "phrase-end" if number + 1 < bars else "section-end"
        elif (number + 1) % line == 0:
            place = "line-end"
        known = unit in first_of
        opens = number % line == 0 and not (found and found[-1].place == SILENT)
        found.append(BarPlan(unit, op if known else "", first_of.get(unit, -1), place, opens))
        first_of.setdefault(unit, number)
    return tuple(found)


def _base(sections: list[SectionPlan], label: str, cadence: str, change: str) -> int:
    """The section whose notes return: the latest plain one of the letter that closes alike; in another mode none."""
    same = [section for section in sections if section.letter == label[0]]
    if not same or change == "mode":
        return same[0].number if same else -1
    plain = [section for section in same if len(section.label) == 1]
    alike = [section for section in plain if section.phrases[-1].cadence == cadence]
    return (alike or plain or same)[-1].number


def _redraw(
    sections: list[SectionPlan], base: int, label: str, cadence: str, bars: int, change: str
) -> frozenset[int]:
    """A return with another cadence gets new last bars; a prime varies at most a quarter, never the first; what a
    variation of the form's own changes is decided when it is made."""
    if base < 0:
        return frozenset()
    again: set[int] = set()
    if sections[base].phrases[-1].cadence != cadence:
        again |= {bars - 2, bars - 1} if bars > 4 else {bars - 1}
    if len(label) > 1 and not change:
        again |= {2, 5} if bars >= 8 else {1}
        if bars == 16:
            again |= {10, 13}
    return frozenset(again)


def _rhyme(request: Request, sections: list[SectionPlan], role: str, cadence: str) -> int:
    """The latest first-strain section that closes alike, where the style's endings rhyme."""
    if not request.settings.get("rhyme") or role in ("first", "verse") or request.bars < 8:
        return -1
    alike = [s for s in sections if s.letter == "A" and s.phrases[-1].cadence == cadence and s.key == request.key]
    return alike[-1].number if alike else -1


def _textures(request: Request) -> tuple[str, ...]:
    """Textures of dance, style or mood, the nearest to the mood's density first."""
    names = [str(name) for name in (request.dance or request.settings).get("textures", request.mood["textures"])]
    if request.dance is not None:
        return tuple(names)
    slow, fast = request.mood["onsets_per_second"]
    wanted = ACCOMPANIMENT_SHARE * (slow + fast) / 2 * bar_seconds(request)
    meter = request.meter_row["figures_of"]
    rates = {str(r["name"]): float(r["rate"]) for r in request.table("textures") if r["meter"] == meter}
    names.sort(key=lambda name: max(0.0, float(np.log(rates[name] / max(wanted, 1.0))) - 0.7))
    return tuple(names)


def _texture_of(textures: tuple[str, ...], role: str, change: str) -> str:
    """The role's texture; a variation of texture takes the third, which no other plain section of its letter has."""
    return textures[2] if change in ("texture", "finale") else textures[_TEXTURES[role]]


def _velocity(request: Request, role: str) -> int:
    low, high = request.mood["velocity"]
    return int(low + _LEVELS[role] * (high - low))
