"""From sections to a score: voices in time, the reading over them, parts and names."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from composer.models.library import Models
from composer.pipeline.plan import Plan
from composer.pipeline.sections import Made
from composer.pipeline.skeleton import Slot
from composer.pipeline.texture import left_hand
from composer.pipeline.voicing import Sung, voice
from composer.score.note import Note, Voice
from composer.score.reading import ChordSpan, Phrase, Reading, Section
from composer.score.score import Part, Score, Staff
from composer.score.spelling import spelled
from composer.score.windows import CADENCES
from composer.search.draw import spawn
from composer.theory.law import Law


def assemble(plan: Plan, made: list[Made], models: Models, law: Law, attempt: int) -> Score:
    """The score, not yet performed."""
    melody_role = "soprano" if plan.request.style == "chorale" else "melody"
    melody = Voice(melody_role, melody_role, tuple(_melody(plan, made)))
    voices, slots = [melody], [section.slots for section in made]
    if plan.request.style == "chorale":
        lower, slots = _lower_voices(plan, made, models, law, attempt)
        voices += lower
    elif any(
        staff["voices"] == ["left"] for part in plan.request.ensemble["parts"] for staff in part["staves"]
    ):
        voices.append(Voice("left", "figuration", tuple(_left(plan, made))))
    reading = _reading(plan, made, slots)
    request = plan.request
    return Score(
        request.title,
        request.meter,
        request.key,
        tuple(voices),
        _parts(plan),
        reading,
        request.tempo_bpm,
        str(request.mood["words"]),
        articulation=sum(request.mood["articulation"]) / 2,
        chord_symbols=bool(request.ensemble["chord_symbols"]),
    )


def _start(plan: Plan, section: Made) -> int:
    return section.plan.start_bar * plan.bar_ticks


def _melody(plan: Plan, made: list[Made]) -> list[Note]:
    notes: list[Note] = []
    for section in made:
        for site, midi in zip(section.sites, section.pitches, strict=True):
            onset = _start(plan, section) + site.onset_ticks
            pitch = spelled(midi, plan.request.key, section.slots[site.slot].chord)
            fermata = (
                plan.request.style == "chorale"
                and _closes(section, site.bar)
                and site is _last(section, site.bar)
            )
            notes.append(Note(onset, site.sounding_ticks, (pitch,), False, fermata))
            if site.sounding_ticks < site.length_ticks:
                notes.append(Note(onset + site.sounding_ticks, site.length_ticks - site.sounding_ticks))
    return notes


def _closes(section: Made, bar: int) -> bool:
    return any(bar == phrase.end - 1 and phrase.cadence != "open" for phrase in section.plan.phrases)


def _last(section: Made, bar: int) -> object:
    return [site for site in section.sites if site.bar == bar][-1]


def _left(plan: Plan, made: list[Made]) -> list[Note]:
    notes: list[Note] = []
    for section in made:
        lows = []
        for number in range(len(section.slots)):
            begin = section.slots[number].onset_ticks
            end = begin + section.slots[number].length_ticks
            under = [
                midi
                for site, midi in zip(section.sites, section.pitches, strict=True)
                if site.onset_ticks < end and site.onset_ticks + site.length_ticks > begin
            ]
            lows.append(min(under, default=72))
        notes += left_hand(
            plan, section.plan, section.slots, lows, section.plan.texture, _start(plan, section)
        )
    return notes


def _lower_voices(
    plan: Plan, made: list[Made], models: Models, law: Law, attempt: int
) -> tuple[list[Voice], list[tuple[Slot, ...]]]:
    slots, firm, sung, starts = [], [], [], []
    for section in made:
        for number, slot in enumerate(section.slots):
            slots.append(slot)
            firm.append(section.plan.slots[number].firm)
            sung.append(_sung(plan, section, number))
            starts.append(_start(plan, section) + slot.onset_ticks)
    voiced, lower = voice(
        plan, slots, firm, sung, models, law, spawn(plan.request.seed, "voices", attempt)
    )
    closing = {
        section.plan.start_bar + bar
        for section in made
        for bar in range(len(section.plan.bars))
        if _closes(section, bar)
    }
    voices = []
    for place, role in enumerate(("alto", "tenor", "bass")):
        notes: list[Note] = []
        for number, slot in enumerate(voiced):
            pitch = spelled(lower[number][place], plan.request.key, slot.chord)
            held = (
                notes
                and notes[-1].pitches == (pitch,)
                and voiced[number - 1].chord == slot.chord
                and starts[number] % plan.bar_ticks
            )
            if held:
                last = notes.pop()
                notes.append(replace(last, length_ticks=last.length_ticks + slot.length_ticks))
            else:
                stop = starts[number] // plan.bar_ticks in closing
                notes.append(Note(starts[number], slot.length_ticks, (pitch,), fermata=stop))
        voices.append(Voice(role, role, tuple(notes)))
    grouped, first = [], 0
    for section in made:
        grouped.append(tuple(voiced[first : first + len(section.slots)]))
        first += len(section.slots)
    return voices, grouped


def _sung(plan: Plan, section: Made, number: int) -> Sung:
    """The soprano over one slot: the note sounding at its start and those that follow inside it."""
    slot = section.slots[number]
    end = slot.onset_ticks + slot.length_ticks
    inside = [
        n
        for n, site in enumerate(section.sites)
        if site.onset_ticks < end and site.onset_ticks + site.length_ticks > slot.onset_ticks
    ]
    pitches = [section.pitches[n] for n in inside]
    letters = [
        spelled(section.pitches[n], plan.request.key, section.slots[section.sites[n].slot].chord).letter_step
        for n in inside
    ]
    stepwise = []
    for n in inside:
        near = [section.pitches[m] for m in (n - 1, n + 1) if 0 <= m < len(section.pitches)]
        weak = section.sites[n].onset_ticks > slot.onset_ticks
        stepwise.append(weak and len(near) == 2 and all(0 < abs(p - section.pitches[n]) <= 2 for p in near))
    bar = slot.onset_ticks // plan.bar_ticks
    phrase = next(p for p in section.plan.phrases if p.first <= bar < p.end)
    kind = "HC" if phrase.cadence == "bridge" else phrase.cadence
    closing = bar == phrase.end - 1 and number + 1 == _slots_before(section, bar + 1, plan)
    last = section.plan.is_last and number == len(section.slots) - 1
    code = CADENCES.index(kind) if closing and kind in CADENCES else 0
    return Sung(
        tuple(pitches),
        tuple(letters),
        tuple(stepwise),
        plan.request.meter.strength(slot.onset_ticks),
        code,
        last,
    )


def _slots_before(section: Made, bar: int, plan: Plan) -> int:
    return int(np.sum([slot.onset_ticks < bar * plan.bar_ticks for slot in section.slots]))


def _reading(plan: Plan, made: list[Made], slots: list[tuple[Slot, ...]]) -> Reading:
    chords, phrases, sections = [], [], []
    key = plan.request.key
    for section, section_slots in zip(made, slots, strict=True):
        start = _start(plan, section)
        for slot in section_slots:
            chords.append(ChordSpan(start + slot.onset_ticks, slot.length_ticks, slot.chord, key))
        for phrase in section.plan.phrases:
            kind = "HC" if phrase.cadence == "bridge" else phrase.cadence
            begin, end = start + phrase.first * plan.bar_ticks, start + phrase.end * plan.bar_ticks
            phrases.append(Phrase(begin, end, kind))
        end = start + len(section.plan.bars) * plan.bar_ticks
        sections.append(Section(section.plan.label, start, end, section.plan.theme, key))
    return Reading(key, tuple(chords), tuple(phrases), tuple(sections))


def _parts(plan: Plan) -> tuple[Part, ...]:
    return tuple(
        Part(
            str(part["name"]),
            str(part["abbreviation"]),
            int(part["program"]),
            tuple(Staff(str(staff["clef"]), tuple(staff["voices"])) for staff in part["staves"]),
        )
        for part in plan.request.ensemble["parts"]
    )
