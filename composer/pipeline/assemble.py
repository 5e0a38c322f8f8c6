"""From sections to a score: voices in time, the reading over them, parts and names."""

from __future__ import annotations

from dataclasses import replace

from composer.models.library import Models
from composer.pipeline.brief import Request
from composer.pipeline.chord_plan import SlotPlan
from composer.pipeline.drafts import Made
from composer.pipeline.plan import Plan
from composer.pipeline.skeleton import Slot
from composer.pipeline.staves import parts_of
from composer.pipeline.texture import accompaniment, struck_again
from composer.pipeline.voicing import Heard, Place, voice
from composer.score.chord import parse_chord
from composer.score.note import Note, Voice
from composer.score.reading import ChordSpan, Phrase, Reading, Section
from composer.score.score import Part, Score
from composer.score.spelling import spelled
from composer.score.windows import CADENCES, REST
from composer.search.draw import spawn
from composer.theory.law import Law

LOWER = ("alto", "tenor", "bass")


def assemble(plan: Plan, made: list[Made], models: Models, law: Law, attempt: int) -> Score:
    """The score, not yet performed. ``law``: that of real parts where there are four, else the style's."""
    request = plan.request
    role = "soprano" if request.four_voices else "melody"
    melody = Voice(role, role, tuple(_melody(plan, made)))
    voices, slots = [melody], [section.slots for section in made]
    parts = _parts(request)
    wanted = {name for part in parts for staff in part.staves for name in staff.voices}
    if request.four_voices:
        lower, slots = _lower_voices(plan, made, models, law, attempt)
        voices += [voice for voice in lower if voice.name in wanted]
    elif "left" in wanted:
        voices += [
            Voice(hand, "figuration", tuple(_filled(notes, melody)))
            for hand, notes in accompaniment(plan, made, two_hands="right" in wanted).items()
        ]
    reading = _reading(plan, made, slots)
    return Score(
        request.title,
        request.meter,
        request.key,
        tuple(voices),
        parts,
        reading,
        request.tempo_bpm,
        str(request.mood["words"]),
        pickup_ticks=request.pickup_ticks,
        articulation=sum(request.mood["articulation"]) / 2,
        chord_symbols=bool(request.ensemble["chord_symbols"]),
        numerals=bool(request.ensemble["numerals"]),
    )


def start_of(plan: Plan, section: Made) -> int:
    """The tick of a section's first bar line; its upbeat comes before."""
    return section.plan.start_bar * plan.bar_ticks + plan.request.pickup_ticks


def _melody(plan: Plan, made: list[Made]) -> list[Note]:
    """The tune with rests where it breathes or is silent."""
    notes: list[Note] = []
    held = bool(plan.request.settings.get("fermatas"))
    for section in made:
        start = start_of(plan, section)
        for number, (site, midi) in enumerate(zip(section.sites, section.pitches, strict=True)):
            onset = start + site.onset_ticks
            chord = None if site.onset_ticks < section.slots[0].onset_ticks else section.slots[site.slot].chord
            pitch = spelled(midi, section.plan.key, chord)
            fermata = held and _closes(section, site.bar) and number == _last(section, site.bar)
            notes.append(Note(onset, site.sounding_ticks, (pitch,), False, fermata))
    end = made[-1].plan.start_bar * plan.bar_ticks + len(made[-1].plan.bars) * plan.bar_ticks
    return _rested(notes, 0, end)


def _rested(notes: list[Note], begin: int, end: int) -> list[Note]:
    """The notes with rests between them, from ``begin`` to ``end`` (ticks)."""
    full: list[Note] = []
    now = begin
    for note in [*notes, Note(end, 0)]:
        if note.onset_ticks > now:
            full.append(Note(now, note.onset_ticks - now))
        if note.length_ticks:
            full.append(note)
        now = note.end_ticks
    return full


def _filled(notes: list[Note], melody: Voice) -> list[Note]:
    return _rested(notes, 0, melody.notes[-1].end_ticks)


def _closes(section: Made, bar: int) -> bool:
    return any(bar == phrase.end - 1 and phrase.cadence != "open" for phrase in section.plan.phrases)


def _leads(plan: Plan, slot: SlotPlan) -> bool:
    """A chord under the upbeat of the next line."""
    return slot.onset_ticks % plan.bar_ticks == plan.bar_ticks - plan.request.pickup_ticks


def _last(section: Made, bar: int) -> int:
    return max(n for n, site in enumerate(section.sites) if site.bar == bar)


def _lower_voices(
    plan: Plan, made: list[Made], models: Models, law: Law, attempt: int
) -> tuple[list[Voice], list[tuple[Slot, ...]]]:
    """Alto, tenor and bass under the soprano of all sections, and the chords as sung."""
    places = [_place(plan, section, number) for section in made for number in range(len(section.slots))]
    voiced, lower = voice(plan.request, places, models, law, spawn(plan.request.seed, "voices", attempt))
    starts = [start_of(plan, section) + slot.onset_ticks for section in made for slot in section.slots]
    ends = [
        plan.request.settings.get("fermatas") and _closes(section, slot.bar) and not _leads(plan, slot)
        for section in made
        for slot in section.plan.slots
    ]
    voices = []
    for number, role in enumerate(LOWER):
        notes: list[Note] = []
        for n, slot in enumerate(voiced):
            pitch = spelled(lower[n][number], places[n].plan.request.key, slot.chord)
            inside = (starts[n] - plan.request.pickup_ticks) % plan.bar_ticks != 0 and not (n and ends[n - 1])
            if notes and notes[-1].pitches == (pitch,) and voiced[n - 1].chord == slot.chord and inside:
                last = notes.pop()
                notes.append(replace(last, length_ticks=last.length_ticks + slot.length_ticks))
            else:
                notes.append(Note(starts[n], slot.length_ticks, (pitch,), fermata=bool(ends[n])))
        voices.append(Voice(role, role, tuple(struck_again(plan, made, notes, role))))
    grouped, first = [], 0
    for section in made:
        grouped.append(tuple(voiced[first : first + len(section.slots)]))
        first += len(section.slots)
    return voices, grouped


def _place(plan: Plan, section: Made, number: int) -> Place:
    """A slot with what is sung over it: the note sounding at its start and those that follow inside it."""
    local = plan.local(section.plan)
    slot, key = section.slots[number], section.plan.key
    end = slot.onset_ticks + slot.length_ticks
    inside = [
        n
        for n, site in enumerate(section.sites)
        if site.onset_ticks < end and site.onset_ticks + site.length_ticks > slot.onset_ticks
    ]
    pitches = [section.pitches[n] for n in inside]
    letters = [spelled(section.pitches[n], key, section.slots[section.sites[n].slot].chord).letter_step for n in inside]
    stepwise = []
    for n in inside:
        near = [section.pitches[m] for m in (n - 1, n + 1) if 0 <= m < len(section.pitches)]
        weak = section.sites[n].onset_ticks > slot.onset_ticks
        stepwise.append(weak and len(near) == 2 and all(0 < abs(p - section.pitches[n]) <= 2 for p in near))
    bar = max(slot.onset_ticks // plan.bar_ticks, 0)
    phrase = next(p for p in section.plan.phrases if p.first <= bar < p.end)
    end = (bar + 1) * plan.bar_ticks - plan.request.pickup_ticks
    ends_here = bar == phrase.end - 1 and number + 1 == sum(one.onset_ticks < end for one in section.slots)
    closing = ends_here and phrase.kind in CADENCES and not section.plan.slots[number].home
    heard = Heard(
        tuple(pitches) or (REST,),
        tuple(letters) or (REST,),
        tuple(stepwise) or (False,),
        plan.request.meter.strength(slot.onset_ticks),
        CADENCES.index(phrase.kind) if closing else 0,
        section.plan.is_last and number == len(section.slots) - 1,
    )
    return Place(local, slot, section.plan.slots[number].firm, heard)


def _reading(plan: Plan, made: list[Made], slots: list[tuple[Slot, ...]]) -> Reading:
    """Chords, phrases, sections; a chord that leads home is read in the home key, a phrase begins with its upbeat."""
    chords, phrases, sections = [], [], []
    home, pickup = plan.request.key, plan.request.pickup_ticks
    for section, section_slots in zip(made, slots, strict=True):
        start, key = start_of(plan, section), section.plan.key
        for slot, place in zip(section_slots, section.plan.slots, strict=True):
            chord = parse_chord(place.home, home.is_minor) if place.home else slot.chord
            chords.append(
                ChordSpan(start + slot.onset_ticks, slot.length_ticks, chord, home if place.home else key)
            )
        for phrase in section.plan.phrases:
            begin, end = (start - pickup + bar * plan.bar_ticks for bar in (phrase.first, phrase.end))
            phrases.append(Phrase(begin, end, phrase.kind))
        end = start + len(section.plan.bars) * plan.bar_ticks
        sections.append(Section(section.plan.label, start, end, section.plan.theme, key))
    return Reading(home, tuple(chords), tuple(phrases), tuple(sections))


def _parts(request: Request) -> tuple[Part, ...]:
    """Parts of the ensemble; one that is written in four voices only where the style asks has them apart."""
    four = request.four_voices and request.ensemble["texture"] != "four"
    return parts_of(request.ensemble["four_parts" if four else "parts"])
