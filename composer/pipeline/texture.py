"""Keyboard texture: accompaniment figures of the tables laid over the skeleton's chords, for one hand or two; and
voices that strike with a figure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

from composer.pipeline.drafts import Made
from composer.pipeline.hands import Hand, make_hand
from composer.pipeline.plan import Plan
from composer.pipeline.skeleton import Slot
from composer.score.key import Key
from composer.score.note import Note
from composer.score.spelling import spelled

CHORD_CELLS = "XLMH"  # of two hands the right one plays these
CHORDS = CHORD_CELLS + "C"  # cells in which chords are struck


@dataclass(frozen=True)
class Reach:
    """A figure over one chord: the cells struck as (onset in ticks of the section, cell), and the hand under it."""

    cells: tuple[tuple[int, str], ...]
    hand: Hand
    slot: Slot


def accompaniment(plan: Plan, made: list[Made], two_hands: bool) -> dict[str, list[Note]]:
    """Notes of ``left``, or of ``left`` and ``right``, through the piece; rests are left out."""
    hands: dict[str, list[Note]] = {"left": [], "right": []} if two_hands else {"left": []}
    for section in made:
        start = section.plan.start_bar * plan.bar_ticks + plan.request.pickup_ticks
        for reach in _reaches(plan.local(section.plan), section, two_hands):
            for name, notes in hands.items():
                notes += played(reach, section.plan.key, start, two_hands, name)
    return hands


def played(reach: Reach, key: Key, start: int, two_hands: bool, name: str) -> list[Note]:
    """The notes of one hand over one chord, the section beginning at tick ``start``."""
    end = reach.slot.onset_ticks + reach.slot.length_ticks
    cells = [(at, _shared(reach, cell, two_hands, name)) for at, cell in reach.cells]
    hit = [(at, pitches) for at, pitches in cells if pitches]
    notes = []
    for number, (at, pitches) in enumerate(hit):
        until = hit[number + 1][0] if number + 1 < len(hit) else end
        written = tuple(spelled(midi, key, reach.slot.chord) for midi in sorted(set(pitches)))
        notes.append(Note(start + at, until - at, written))
    return notes


def _shared(reach: Reach, cell: str, two_hands: bool, name: str) -> tuple[int, ...]:
    """What one hand plays of a cell (MIDI): of two the right one takes the chords; over a figure in single notes it
    holds one."""
    if not two_hands:
        return reach.hand.struck(cell)
    if name == "left":
        return reach.hand.struck("B" if cell == "C" else cell) if cell not in CHORD_CELLS else ()
    single = not any(one in CHORD_CELLS for _, one in reach.cells)
    first = cell == reach.cells[0][1] and single
    return reach.hand.close if cell in "CX" or first else reach.hand.struck(cell) if cell in CHORD_CELLS else ()


def _reaches(plan: Plan, section: Made, two_hands: bool) -> list[Reach]:
    """The figure of a section, chord by chord, below the tune; the goal chord of the section is held."""
    cells = plan.figures[section.plan.texture]
    eighth = plan.bar_ticks // len(cells)
    last_bar = len(section.plan.bars) - 1
    reaches: list[Reach] = []
    top = 60
    for number, slot in enumerate(section.slots):
        hand = make_hand(plan.request.key, slot, _lowest(section, number), top, two_hands)
        top = hand.close[-1]
        bar, place = divmod(slot.onset_ticks, plan.bar_ticks)
        first, count = place // eighth, slot.length_ticks // eighth
        whole = slot.length_ticks + plan.request.pickup_ticks >= plan.bar_ticks
        if bar == last_bar and (section.plan.is_last or whole):
            beat = plan.request.meter.beat_ticks // eighth
            found = closing(hand, count, -(-count // (2 * beat)) * beat, section.plan.is_last)
        else:
            found = struck(cells, first, count, hand, leads=bool(section.plan.slots[number].degrees))
        places = tuple((slot.onset_ticks + cell_number * eighth, cell) for cell_number, cell in found)
        reaches.append(Reach(places, hand, slot))
    return reaches


def _lowest(section: Made, number: int) -> int:
    """Lowest melody pitch (MIDI) over a slot, which the figure stays below."""
    begin = section.slots[number].onset_ticks
    end = begin + section.slots[number].length_ticks
    under = [
        midi
        for site, midi in zip(section.sites, section.pitches, strict=True)
        if site.onset_ticks < end and site.onset_ticks + site.length_ticks > begin
    ]
    return min(under, default=72)


def closing(hand: Hand, count: int, middle: int, final: bool) -> list[tuple[int, str]]:
    """The goal chord of a section over ``count`` cells: struck and held, or struck again on the ``middle`` beat; where
    a low bass leaves no room for the third, that follows."""
    if count < 4 or middle >= count:
        return [(0, "C")]
    if hand.hollow:
        return [(0, "C"), (2 if final else middle, "X")]
    return [(0, "C")] if final else [(0, "C"), (middle, "5")]


def struck(
    cells: tuple[str, ...], first: int, count: int, hand: Hand, leads: bool
) -> list[tuple[int, str]]:
    """(cell number, cell) of what a figure strikes over one chord: the bass first, then its cells.

    Where the chord ``leads`` to a cadence's goal, the bass stays on its root.
    """
    hit = [(i, cells[first + i]) for i in range(count) if cells[first + i] != "." or i == 0]
    if hit[0][1] != "C":
        hit[0] = (0, "C" if cells[0] == "C" else "B")
    if leads and len(hit) <= 2 and cells[0] == "B":  # a slow figure in single notes: the dominant is held whole
        hit = [(0, "C")]
    if leads and "X" in cells:
        hit = [(place, "B" if cell == "5" else cell) for place, cell in hit]
    if hit[0][1] == "C" and hand.hollow and not leads:  # the third follows in a close chord
        hit = [hit[0], *((place, "X") for place, _ in hit[1:])]
        if len(hit) == 1 and count >= 2:
            hit.append((count // 2, "X"))
    return [
        (place, cell)
        for n, (place, cell) in enumerate(hit)  # a single note is not struck twice running: it is held
        if not n or cell in "XC" or hand.struck(cell) != hand.struck(hit[n - 1][1])
    ]


def struck_again(plan: Plan, made: list[Made], notes: list[Note], role: str) -> list[Note]:
    """Held notes struck again where the section's figure strikes: the bass with its bass notes, inner voices with its
    chords, or on the beats of a figure in single notes. Chorales, and last bars of sections, hold theirs."""
    if plan.request.settings["harmony"] == "free":
        return notes
    bar, bars, pickup = plan.bar_ticks, plan.request.bars, plan.request.pickup_ticks
    full: list[Note] = []
    for note in notes:
        number, at = divmod(note.onset_ticks - pickup, bar)
        section = made[max(number, 0) // bars].plan
        places = () if number % bars == bars - 1 else _struck_places(plan, plan.figures[section.texture], role)
        starts = [at, *(place for place in places if at < place < at + note.length_ticks)]
        for start, end in pairwise([*starts, at + note.length_ticks]):
            full.append(replace(note, onset_ticks=note.onset_ticks - at + start, length_ticks=end - start))
    return full


def _struck_places(plan: Plan, cells: tuple[str, ...], role: str) -> tuple[int, ...]:
    """Places in the bar (ticks) where a voice strikes with a figure."""
    eighth, beat = plan.bar_ticks // len(cells), plan.request.meter.beat_ticks
    chordal = any(cell in CHORDS for cell in cells)
    if role != "bass" and not chordal:
        return tuple(range(0, plan.bar_ticks, beat))
    wanted = CHORDS if role != "bass" else "B5C" if chordal else "BC"
    return tuple(
        place * eighth
        for place, cell in enumerate(cells)
        if cell in wanted and (role != "bass" or place * eighth % beat == 0)
    )
