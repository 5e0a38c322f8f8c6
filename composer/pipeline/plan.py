"""The plan: sections, themes, cadences, returns, contrast, climax, textures and dynamics, decided before any note."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from composer.pipeline.brief import Request
from composer.pipeline.chord_plan import PhrasePlan, SlotPlan, recipes, slot_plans
from composer.search.draw import draw_index, spawn
from composer.theory.tables import Row

MELODY_SHARE = 0.55  # of the onsets of the whole texture; moods table: 45 to 65 %
BRIDGE_LIFT = 2  # semitones; second strains lie 2.1 above first strains in 490 tunes
_UNIT = re.compile(r"^([a-z]\d?)(~|[+-]\d)?$")
_DYNAMICS = ((40, "pp"), (52, "p"), (64, "mp"), (78, "mf"), (98, "f"), (128, "ff"))
# Loudness of a section between the mood's softest and loudest velocity (design values).
_LEVELS = {"first": 0.3, "return": 0.45, "contrast": 0.6, "last": 0.7}


@dataclass(frozen=True)
class BarPlan:
    """A bar of a section: which bar's material it takes (``source``, -1: new), how (``op``), and its place."""

    unit: str
    op: str
    source: int
    place: str


@dataclass(frozen=True)
class SectionPlan:
    """A section. ``base``: number of the section whose notes return (-1: new); ``redraw``: bars drawn anew."""

    number: int
    label: str
    start_bar: int
    theme: str
    bars: tuple[BarPlan, ...]
    slots: tuple[SlotPlan, ...]
    phrases: tuple[PhrasePlan, ...]
    base: int
    redraw: frozenset[int]
    contrast: bool
    is_last: bool
    owns_top: bool
    lift: int
    texture: str
    velocity: int
    dynamic: str

    @property
    def letter(self) -> str:
        """The label without primes."""
        return self.label[0]


@dataclass(frozen=True)
class Plan:
    """The whole plan. Pitches are MIDI numbers; ``notes_a_bar`` is the melody's density target."""

    request: Request
    sections: tuple[SectionPlan, ...]
    melody_low: int
    melody_high: int
    melody_mean: float
    bass_low: int
    bass_high: int
    notes_a_bar: float
    syllables: tuple[int, ...]
    chords: dict[str, Row]  # rows of tables/chords of the mode, by numeral
    figures: dict[str, tuple[str, ...]]  # accompaniment figures of the meter, one cell an eighth, by name

    @property
    def bar_ticks(self) -> int:
        """Length of a bar."""
        return self.request.meter.bar_ticks


def make_plan(request: Request, attempt: int = 0) -> Plan:
    """Plan a piece; every draw has its own stream of the seed, another one for each ``attempt``."""
    low, high, mean = _melody_range(request)
    bass_low, bass_high = _bass_range(request)
    notes_a_bar = _notes_a_bar(request)
    lines = ((8, 6, 8, 6), (8, 8, 8, 8), (8, 7, 8, 7), (7, 7, 7, 7))
    syllables = lines[int(spawn(request.seed, "lyric").integers(len(lines)))]
    mode = "minor" if request.key.is_minor else "major"
    chords = {str(row["numeral"]): row for row in request.table("chords") if row["mode"] == mode}
    figures = {
        str(row["name"]): tuple(str(row["figure"]).split())
        for row in request.table("textures")
        if row["meter"] == request.meter.name
    }
    return Plan(
        request,
        _sections(request, attempt),
        low,
        high,
        mean,
        bass_low,
        bass_high,
        notes_a_bar,
        syllables,
        chords,
        figures,
    )


def bar_seconds(request: Request) -> float:
    """Length of a bar at the request's tempo."""
    return request.meter.beats * 60.0 / request.tempo_bpm


def _notes_a_bar(request: Request) -> float:
    slow, fast = request.mood["onsets_per_second"]
    wanted = MELODY_SHARE * (slow + fast) / 2 * bar_seconds(request)
    return float(np.clip(wanted, 0.75 * request.meter.beats, 2.2 * request.meter.beats))


def _melody_range(request: Request) -> tuple[int, int, float]:
    """Plagal (a fourth below to a sixth above the tonic) or authentic (tonic to tonic), nearest the mood's register."""
    floor, ceiling = request.ensemble["melody_range"]
    wanted = sum(request.mood["melody_mean"]) / 2
    options = []
    for tonic in range(request.key.tonic_pc + 36, 100, 12):
        for name, below, above, centre in (("plagal", 5, 9, 2.5), ("authentic", 1, 12, 5.0)):
            low, high = tonic - below, tonic + above
            excess = max(0, floor - low) + max(0, high - ceiling) + (20 if tonic < floor else 0)
            cost = abs(tonic + centre - wanted) + 3 * excess + (0 if name == "plagal" else 0.5)
            options.append((cost, low, high, tonic + centre))
    _, low, high, mean = min(options)
    return max(low, floor), min(high, ceiling), mean


def _bass_range(request: Request) -> tuple[int, int]:
    floor, ceiling = request.ensemble["bass_range"]
    middle = sum(request.mood["bass_mean"]) // 2
    low = int(np.clip(middle - 9, floor, ceiling - 13))
    return low, low + 13


def _sections(request: Request, attempt: int) -> tuple[SectionPlan, ...]:
    roles = _roles(request.labels)
    owner = _top_owner(request.labels, roles)
    loops = recipes(request, attempt)
    textures = _textures(request)
    themes = _themes(request, attempt)
    cadences = _cadence_plan(request, roles, themes)
    sections: list[SectionPlan] = []
    for number, label in enumerate(request.labels):
        theme, cadence, role = themes[label[0]], cadences[number], roles[number]
        phrases = _phrases(theme, request.bars, cadence)
        velocity = _velocity(request, role)
        stream = spawn(request.seed, "cadence", ord(label[0]), attempt)
        base = _base(sections, label, cadence)
        sections.append(
            SectionPlan(
                number=number,
                label=label,
                start_bar=number * request.bars,
                theme=_theme_name(theme, phrases),
                bars=_bars(theme, request.bars, phrases),
                slots=slot_plans(request, theme, loops[label[0]], phrases, stream),
                phrases=phrases,
                base=base,
                redraw=_redraw(sections, base, label, cadence, request.bars),
                contrast=role == "contrast",
                is_last=number == len(request.labels) - 1,
                owns_top=label[0] == request.labels[owner][0],
                lift=BRIDGE_LIFT if role == "contrast" else 0,
                texture=textures[role],
                velocity=velocity,
                dynamic=next(text for limit, text in _DYNAMICS if velocity < limit),
            )
        )
    return tuple(sections)


def _theme_name(theme: Row, phrases: tuple[PhrasePlan, ...]) -> str:
    """A period is one only if a weak close is answered by a perfect one; else its bars are called an antecedent."""
    name = str(theme["name"])
    half = phrases[max(len(phrases) // 2 - 1, 0)].cadence
    answered = phrases[-1].cadence == "PAC" and half in ("HC", "IAC")
    return "antecedent" if name == "period" and not answered else name


def _roles(labels: tuple[str, ...]) -> tuple[str, ...]:
    """``first``, ``return``, ``contrast`` or ``last`` for each section."""
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
    """The section that owns the highest pitch: the first statement of the last contrasting letter, else the first."""
    letters = [label[0] for label, role in zip(labels, roles, strict=True) if role == "contrast"]
    return labels.index(next(label for label in labels if label[0] == letters[-1])) if letters else 0


def _cadence_plan(request: Request, roles: tuple[str, ...], themes: dict[str, Row]) -> tuple[str, ...]:
    """No two neighbours close alike where it can be helped; the last closes as the mood asks."""
    plan: list[str] = []
    rng = spawn(request.seed, "cadences")
    for number, label in enumerate(request.labels):
        following = request.labels[number + 1] if number + 1 < len(request.labels) else ""
        if not following:
            plan.append(str(request.mood["ending"]))
        elif roles[number] == "contrast" and following[0] != label[0]:
            plan.append("bridge")
        elif following[0] == label[0]:
            plan.append("IAC" if rng.random() < 0.6 or themes[label[0]]["half"] == "HC" else "HC")
        else:
            plan.append("PAC" if not plan or plan[-1] != "PAC" or rng.random() < 0.5 else "IAC")
    return tuple(plan)


def _themes(request: Request, attempt: int) -> dict[str, Row]:
    rows = [row for row in request.table("themes") if row["bars"] == request.bars]
    chosen: dict[str, Row] = {}
    for label in request.labels:
        if label[0] in chosen:
            continue
        if request.theme:
            options = [row for row in rows if row["name"] == request.theme]
        elif label[0] == "A":
            options = [row for row in rows if row["weight"] > 0]
        else:
            options = [row for row in rows if row["name"] == "bridge"]
        weights = np.log([max(float(row["weight"]), 0.1) for row in options])
        chosen[label[0]] = options[draw_index(weights, spawn(request.seed, "theme", ord(label[0]), attempt))]
    return chosen


def _phrases(theme: Row, bars: int, cadence: str) -> tuple[PhrasePlan, ...]:
    half = str(theme["half"])
    if bars == 4:
        return (
            (PhrasePlan(0, 2, half), PhrasePlan(2, 4, cadence))
            if half == "HC"
            else (PhrasePlan(0, 4, cadence),)
        )
    closes = [
        cadence if end == bars else half if 2 * end == bars else "open" for end in range(4, bars + 1, 4)
    ]
    return tuple(PhrasePlan(4 * i, 4 * i + 4, close) for i, close in enumerate(closes))


def _bars(theme: Row, bars: int, phrases: tuple[PhrasePlan, ...]) -> tuple[BarPlan, ...]:
    ends = {phrase.end for phrase in phrases}
    found: list[BarPlan] = []
    first_of: dict[str, int] = {}
    for number, word in enumerate(str(theme["units"]).split()):
        match = _UNIT.match(word)
        if not match:
            raise ValueError(f"tables/themes.toml: '{word}' is no unit; write a1, a1~ or a1+1")
        unit, op = match.group(1), match.group(2) or ""
        place = "first" if number == 0 else "inner"
        if number + 1 in ends:
            place = "phrase-end" if number + 1 < bars else "section-end"
        elif number % 2 == 1:
            place = "line-end"
        known = unit in first_of
        found.append(BarPlan(unit, op if known else "", first_of.get(unit, -1), place))
        first_of.setdefault(unit, number)
    return tuple(found)


def _base(sections: list[SectionPlan], label: str, cadence: str) -> int:
    same = [section for section in sections if section.letter == label[0]]
    alike = [
        section for section in same if section.phrases[-1].cadence == cadence and len(section.label) == 1
    ]
    return (alike or same)[-1].number if same else -1


def _redraw(sections: list[SectionPlan], base: int, label: str, cadence: str, bars: int) -> frozenset[int]:
    """A return with another cadence gets new last bars; a prime varies at most a quarter, never the first."""
    if base < 0:
        return frozenset()
    again: set[int] = set()
    if sections[base].phrases[-1].cadence != cadence:
        again |= {bars - 2, bars - 1} if bars > 4 else {bars - 1}
    if len(label) > 1:
        again |= {2, 5} if bars >= 8 else {1}
        if bars == 16:
            again |= {10, 13}
    return frozenset(again)


def _textures(request: Request) -> dict[str, str]:
    """A texture for each role, from the mood's list, the nearest to its density first."""
    slow, fast = request.mood["onsets_per_second"]
    wanted = (1 - MELODY_SHARE) * (slow + fast) / 2 * bar_seconds(request)
    rates = {
        str(r["name"]): float(r["rate"]) for r in request.table("textures") if r["meter"] == request.meter.name
    }
    names = [str(name) for name in request.mood["textures"]]
    names.sort(key=lambda name: max(0.0, float(np.log(rates[name] / max(wanted, 1.0))) - 0.7))
    return {"first": names[0], "return": names[1], "last": names[1], "contrast": names[2]}


def _velocity(request: Request, role: str) -> int:
    low, high = request.mood["velocity"]
    return int(low + _LEVELS[role] * (high - low))
