"""Keyboard texture: accompaniment figures of the tables laid over the skeleton's chords."""

from __future__ import annotations

from dataclasses import dataclass

from composer.pipeline.plan import Plan, SectionPlan
from composer.pipeline.skeleton import Slot
from composer.score.chord import THIRD
from composer.score.key import Key
from composer.score.note import Note
from composer.score.spelling import spelled

CLOSE_LOW, CLOSE_TOP = 48, 66  # where close chords lie (MIDI)
LOW_INTERVAL_LIMIT = 47  # below it only octaves and fifths: close chords there sound muddy
MELODY_GAP = 3  # semitones between the figure's top and the melody
HAND_SPAN = 12


@dataclass(frozen=True)
class Hand:
    """What the left hand can strike over a chord (MIDI): ``ladder`` by cell name, and the close chord."""

    ladder: dict[str, int]
    close: tuple[int, ...]
    block: tuple[int, ...]
    third_pc: int

    @property
    def hollow(self) -> bool:
        """The block sounds no third: a low bass takes only fifth and octave."""
        return all(midi % 12 != self.third_pc for midi in self.block)

    def struck(self, cell: str) -> tuple[int, ...]:
        """The pitches of a cell."""
        if cell == "X":
            return self.close
        if cell == "C":
            return self.block
        if cell in ("L", "M", "H"):
            return (self.close[min("LMH".index(cell), len(self.close) - 1)],)
        return (self.ladder[cell],)


def left_hand(
    plan: Plan,
    section: SectionPlan,
    slots: tuple[Slot, ...],
    melody_low: list[int],
    texture: str,
    start_ticks: int,
) -> list[Note]:
    """Notes of the left hand through a section.

    ``melody_low``: lowest melody pitch (MIDI) over each slot, which the figure stays below.
    """
    cells = plan.figures[texture]
    eighth = plan.bar_ticks // len(cells)
    last_bar = len(section.bars) - 1
    notes: list[Note] = []
    top = 60
    for number, slot in enumerate(slots):
        hand = _hand(plan.request.key, slot, melody_low[number], top)
        top = hand.close[-1]
        bar, place = divmod(slot.onset_ticks, plan.bar_ticks)
        first, count = place // eighth, slot.length_ticks // eighth
        if bar == last_bar and (section.is_last or slot.length_ticks == plan.bar_ticks):
            struck = _closing(hand, count, section.is_last)
        else:
            struck = _struck(cells, first, count, hand, leads=bool(section.slots[number].degrees))
        for place_in_slot, (cell_number, cell) in enumerate(struck):
            end = struck[place_in_slot + 1][0] if place_in_slot + 1 < len(struck) else count
            pitches = tuple(
                spelled(midi, plan.request.key, slot.chord) for midi in sorted(set(hand.struck(cell)))
            )
            onset = start_ticks + slot.onset_ticks + cell_number * eighth
            notes.append(Note(onset, (end - cell_number) * eighth, pitches))
    return notes


def _closing(hand: Hand, count: int, final: bool) -> list[tuple[int, str]]:
    """The goal chord of a section: struck and held; where a low bass leaves no room for the third, that follows."""
    if hand.hollow and count >= 4:
        return [(0, "C"), (2, "X")] if final else [(0, "C"), (count // 2, "X")]
    return [(0, "C")] if final or count < 4 else [(0, "C"), (count // 2, "5")]


def _struck(
    cells: tuple[str, ...], first: int, count: int, hand: Hand, leads: bool
) -> list[tuple[int, str]]:
    """(cell number, cell) of what a figure strikes over one chord: the bass first, then its cells.

    Where the chord ``leads`` to a cadence's goal, the bass stays on its root.
    """
    struck = [(i, cells[first + i]) for i in range(count) if cells[first + i] != "." or i == 0]
    if struck[0][1] != "C":
        struck[0] = (0, "C" if cells[0] == "C" else "B")
    if leads and "X" in cells:
        struck = [(place, "B" if cell == "5" else cell) for place, cell in struck]
    if struck[0][1] == "C" and hand.hollow and not leads:  # the third follows in a close chord
        struck = [struck[0], *((place, "X") for place, _ in struck[1:])]
        if len(struck) == 1 and count >= 2:
            struck.append((count // 2, "X"))
    return [
        (place, cell)
        for n, (place, cell) in enumerate(struck)  # a single note is not struck twice running: it is held
        if not n or cell in "XC" or hand.struck(cell) != hand.struck(struck[n - 1][1])
    ]


def _hand(key: Key, slot: Slot, melody_low: int, last_top: int) -> Hand:
    bass = slot.bass_midi
    tones = {(key.tonic_pc + semitones) % 12 for _, semitones in slot.chord.members}
    ceiling = max(melody_low - MELODY_GAP, bass + 7)

    def nearest(wanted: int, low: int, high: int) -> int:
        options = [m for m in range(low, min(high, ceiling) + 1) if m % 12 in tones]
        return min(options, key=lambda m: (abs(m - wanted), m), default=bass)

    fifth = nearest(bass + 7, bass + 5, bass + 9)
    octave = nearest(bass + 12, bass + 10, bass + 12)
    tenth = nearest(bass + 16, bass + 14, bass + 17)
    if tenth == bass or (tenth - bass) % 12 not in (3, 4):  # no tenth in reach: the third itself, if not too low
        third = nearest(bass + 4, bass + 3, bass + 4)
        tenth = third if third != bass and bass >= LOW_INTERVAL_LIMIT else octave if octave != bass else fifth
    ladder = {"B": bass, "5": fifth, "8": octave if octave != bass else fifth, "10": tenth}
    third_pc = (key.tonic_pc + slot.chord.members[min(THIRD, len(slot.chord.members) - 1)][1]) % 12
    return Hand(ladder, _close(key, slot, ceiling, last_top), _block(tones, third_pc, ceiling, bass), third_pc)


def _close(key: Key, slot: Slot, ceiling: int, last_top: int) -> tuple[int, ...]:
    """Three chord tones in close position, the top nearest the last top; sevenths leave out the fifth."""
    members = [(key.tonic_pc + semitones) % 12 for _, semitones in slot.chord.members]
    if len(members) == 4:
        members = [members[0], members[1], members[3]] if slot.chord.inversion == 0 else members[1:]
    limit = max(min(CLOSE_TOP, ceiling), CLOSE_LOW + 8)
    options = []
    for low in range(CLOSE_LOW, limit - 3):
        if low % 12 not in members:
            continue
        chord = [low]
        while len(chord) < len(members):
            chord.append(next(m for m in range(chord[-1] + 1, chord[-1] + 13) if m % 12 in members))
        if chord[-1] <= limit and chord[-1] - chord[0] <= HAND_SPAN:
            options.append(tuple(chord))
    if not options:
        return tuple(m for m in range(CLOSE_LOW, CLOSE_LOW + 12) if m % 12 in members)[:2]
    return min(options, key=lambda chord: (abs(chord[-1] - last_top), chord))


def _block(tones: set[int], third_pc: int, ceiling: int, bass: int) -> tuple[int, ...]:
    """The bass with what one hand holds above it; low basses take only fifth and octave."""
    above = [m for m in range(bass + 3, bass + HAND_SPAN + 1) if m % 12 in tones and m <= ceiling]
    if bass < LOW_INTERVAL_LIMIT:
        above = [m for m in above if m - bass in (7, 12)] or [m for m in above if m - bass >= 8][:1]
    if len(above) > 2:  # the third and the top stay
        thirds = [m for m in above if m % 12 == third_pc and m != above[-1]]
        above = [*(thirds[-1:] or above[-2:-1]), above[-1]]
    return (bass, *above)
