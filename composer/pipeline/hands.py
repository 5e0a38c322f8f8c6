"""Hands on a keyboard: what one or two of them can strike over a chord."""

from __future__ import annotations

from dataclasses import dataclass

from composer.pipeline.skeleton import Slot
from composer.score.chord import THIRD
from composer.score.key import Key

CLOSE_LOW, CLOSE_TOP = 48, 66  # where close chords lie (MIDI)
RIGHT_LOW, RIGHT_TOP = 55, 74  # where a right hand of its own takes them
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


def make_hand(key: Key, slot: Slot, melody_low: int, last_top: int, two_hands: bool = False) -> Hand:
    """The reach over a chord: ``melody_low`` (MIDI) lies above the figure, ``last_top`` is where it was.

    A right hand of its own (``two_hands``) plays close chords higher, and may touch what a singer sings.
    """
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
    close = _close(key, slot, ceiling, last_top, two_hands)
    return Hand(ladder, close, _block(tones, third_pc, ceiling, bass), third_pc)


def _close(key: Key, slot: Slot, ceiling: int, last_top: int, two_hands: bool) -> tuple[int, ...]:
    """Three chord tones in close position, the top nearest the last top; sevenths leave out the fifth."""
    members = [(key.tonic_pc + semitones) % 12 for _, semitones in slot.chord.members]
    if len(members) == 4:
        members = [members[0], members[1], members[3]] if slot.chord.inversion == 0 else members[1:]
    if slot.chord.leading and slot.chord.bass == slot.chord.leading:  # the bass alone has the leading tone
        leading = (key.tonic_pc + slot.chord.bass[1]) % 12
        members = [pc for pc in slot.chord.pitch_classes(key) if pc != leading]
    floor, highest = (RIGHT_LOW, RIGHT_TOP) if two_hands else (CLOSE_LOW, min(CLOSE_TOP, ceiling))
    limit = max(highest, floor + 8)
    options = []
    for low in range(floor, limit - 3):
        if low % 12 not in members:
            continue
        chord = [low]
        while len(chord) < len(members):
            chord.append(next(m for m in range(chord[-1] + 1, chord[-1] + 13) if m % 12 in members))
        if chord[-1] <= limit and chord[-1] - chord[0] <= HAND_SPAN:
            options.append(tuple(chord))
    if not options:
        return tuple(m for m in range(floor, floor + 12) if m % 12 in members)[:2]
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
