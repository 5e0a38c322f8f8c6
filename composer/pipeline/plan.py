"""The plan: what is decided of a piece before any note, and the registers it moves in."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from composer.pipeline.brief import Request
from composer.pipeline.section_plan import SectionPlan, bar_seconds, plan_sections
from composer.score.time import TICKS_PER_QUARTER
from composer.search.draw import spawn
from composer.theory.law import Law
from composer.theory.tables import Row

MELODY_SHARE = 0.55  # of the onsets of the whole texture; moods table: 45 to 65 %


BELOW_TOP = 3  # semitones by which all else stays below the climax
ENDING_BARS = 2
LIVELIER = 0.25  # notes more of a folk song in the liveliest mood, fewer in the calmest


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
    upbeat: tuple[int, ...]  # lengths (ticks) of the notes of an upbeat; empty: lines begin on the beat

    @property
    def bar_ticks(self) -> int:
        """Length of a bar."""
        return self.request.meter.bar_ticks

    def top(self, section: SectionPlan, bar: int) -> int:
        """The highest pitch (MIDI) a bar may use: the whole range where the section owns the climax, not at its end."""
        climbs = section.owns_top and bar < len(section.bars) - ENDING_BARS
        return self.melody_high - (0 if climbs else BELOW_TOP)

    def local(self, section: SectionPlan) -> Plan:
        """The plan as a section sees it that stands in another key: its tonic, mode and chords."""
        if section.key == self.request.key:
            return self
        request = self.request.in_key(section.key)
        return replace(self, request=request, chords=chords_of(request))


def make_plan(request: Request, law: Law, attempt: int = 0) -> Plan:
    """Plan a piece; every draw has its own stream of the seed, another one for each ``attempt``."""
    low, high, mean = _melody_range(request)
    bass_low, bass_high = _bass_range(request)
    lines = ((8, 6, 8, 6), (8, 8, 8, 8), (8, 7, 8, 7), (7, 7, 7, 7))
    syllables = lines[int(spawn(request.seed, "lyric").integers(len(lines)))]
    figures = {
        str(row["name"]): tuple(str(row["figure"]).split())
        for row in request.table("textures")
        if row["meter"] == request.meter_row["figures_of"]
    }
    return Plan(
        request=request,
        sections=plan_sections(request, law, attempt),
        melody_low=low,
        melody_high=high,
        melody_mean=mean,
        bass_low=bass_low,
        bass_high=bass_high,
        notes_a_bar=_notes_a_bar(request),
        syllables=syllables,
        chords=chords_of(request),
        figures=figures,
        upbeat=_upbeat(request.pickup_ticks),
    )


def chords_of(request: Request) -> dict[str, Row]:
    """The chords of the key's mode by numeral; a mode beside major and minor names its own."""
    table = {str(row["numeral"]): row for row in request.table("chords") if row["mode"] == request.key.third}
    if not request.key.is_modal:
        return table
    plain: Row = {"kind": "diatonic", "learned": True}
    named = (str(numeral) for numeral in request.mode_row["chords"])
    return {numeral: {**table.get(numeral, {}), **plain, "numeral": numeral} for numeral in named}


def _upbeat(pickup_ticks: int) -> tuple[int, ...]:
    """The notes of an upbeat: quarters, and a last eighth where they do not fill it."""
    whole, rest = divmod(pickup_ticks, TICKS_PER_QUARTER)
    return (TICKS_PER_QUARTER,) * whole + ((rest,) if rest else ())


def _notes_a_bar(request: Request) -> float:
    own = request.dance or request.settings
    if "notes_a_quarter" in own:
        share = own["notes_a_quarter"]
        a_quarter = float(share[request.meter.name] if isinstance(share, dict) else share)
        livelier = 1.0 if request.dance else 1.0 + LIVELIER * float(request.mood["arousal"])
        return livelier * a_quarter * request.meter.bar_ticks / TICKS_PER_QUARTER
    slow, fast = request.mood["onsets_per_second"]
    wanted = MELODY_SHARE * (slow + fast) / 2 * bar_seconds(request)
    return float(np.clip(wanted, 0.75 * request.meter.beats, 2.2 * request.meter.beats))


def _melody_range(request: Request) -> tuple[int, int, float]:
    """Plagal (from a fourth below the tonic) or authentic (from the tonic), nearest the mood's register; the highest
    tones are the climax's alone."""
    floor, ceiling = request.ensemble["melody_range"]
    wanted = sum(request.mood["melody_mean"]) / 2
    options = []
    for tonic in range(request.key.tonic_pc + 36, 100, 12):
        for name, below, above, centre in (("plagal", 5, 11, 2.5), ("authentic", 1, 14, 5.0)):
            low, high = tonic - below, tonic + above
            excess = max(0, floor - low) + max(0, high - ceiling) + (20 if tonic < floor else 0)
            cost = abs(tonic + centre - wanted) + 3 * excess + (0 if name == "plagal" else 0.5)
            options.append((cost, low, high, tonic + centre))
    _, low, high, mean = min(options)
    return max(low, floor), min(high, ceiling), mean


def _bass_range(request: Request) -> tuple[int, int]:
    floor, ceiling = request.ensemble["bass_range"]
    middle = int(sum(request.mood["bass_mean"]) // 2)
    low = int(np.clip(middle - 9, floor, ceiling - 13))
    return low, low + 13
