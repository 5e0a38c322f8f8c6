"""A piece laid out once for all measures of style: beats, slices on them, chords, notes of each voice."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass

from benchmarks.fourpart.labels import Label, labels
from benchmarks.fourpart.piece import BASS, SOPRANO, Piece, Slice, Tone, surface
from benchmarks.fourpart.spelled import TYPES

NAMES = ("soprano", "alto", "tenor", "bass")
LOWER = (1, 2, 3)
BEAT = 480


@dataclass(frozen=True)
class Suspension:
    """A tone held or struck again from a consonance into a chord it is foreign to, then down by step."""

    voice: int
    onset_ticks: int
    at_fermata: bool


@dataclass(frozen=True)
class View:
    """``slices``: one a beat, not merged; ``chords``: the labels of units; ``lines``: number of phrases."""

    piece: Piece
    slices: tuple[Slice, ...]
    chords: tuple[Label, ...]
    surface: tuple[Slice, ...]

    @property
    def beats(self) -> int:
        """Number of quarter beats."""
        return len(self.slices)

    @property
    def tonic(self) -> int:
        """Pitch class of the major key with the piece's signature: a place to count roots from, not a key found."""
        return 7 * self.piece.signature % 12

    @property
    def lines(self) -> int:
        """Phrases: notes of the soprano under a fermata."""
        return max(1, len(self.piece.fermatas))

    def chord_at(self, tick: int) -> Label | None:
        """The chord of the unit in which a tick lies."""
        place = bisect_right(self.chords, tick, key=lambda label: label.begin_ticks) - 1
        return self.chords[place] if place >= 0 and self.chords[place].end_ticks > tick else None

    def before(self, tick: int) -> Label | None:
        """The chord of the unit before the one that begins at a tick."""
        place = bisect_left(self.chords, tick, key=lambda label: label.begin_ticks) - 1
        return self.chords[place] if place >= 0 else None


def view_of(piece: Piece) -> View:
    """Lay a piece out."""
    return View(piece, tuple(piece.at(tick) for tick in piece.beats), labels(piece), surface(piece))


def members(label: Label) -> tuple[int, ...]:
    """Pitch classes of a chord, from the root."""
    return tuple((label.root + member) % 12 for member in TYPES[label.type])


def suspensions(view: View) -> list[Suspension]:
    """All suspensions of alto, tenor and bass on beats; one is at the fermata if it leads into the note under it."""
    fermatas = [tone.onset_ticks for tone in view.piece.fermatas]
    found = []
    for number in LOWER:
        voice = view.piece.voices[number]
        for place, tone in enumerate(voice[:-1]):
            for beat in _beats_inside(view.piece, voice, place):
                chord = view.chord_at(beat)
                if chord is None or tone.midi % 12 in members(chord) or not _resolves(tone, voice[place + 1]):
                    continue
                coming = bisect_left(fermatas, beat)
                near = coming < len(fermatas) and fermatas[coming] - beat <= 2 * BEAT
                found.append(Suspension(number, beat, near))
    return found


def _resolves(tone: Tone, after: Tone) -> bool:
    return after.onset_ticks == tone.end_ticks and tone.midi - after.midi in (1, 2)


def _beats_inside(piece: Piece, voice: tuple[Tone, ...], place: int) -> tuple[int, ...]:
    """The last beat into which a tone is held from before, or on which it is struck again."""
    tone = voice[place]
    again = place > 0 and voice[place - 1].midi == tone.midi and voice[place - 1].end_ticks == tone.onset_ticks
    first = bisect_left(piece.beats, tone.onset_ticks if again else tone.onset_ticks + 1)
    last = bisect_left(piece.beats, tone.end_ticks) - 1
    return (piece.beats[last],) if last >= first else ()


def highest_and_lowest(one: Slice) -> tuple[Tone | None, Tone | None]:
    """Soprano and bass."""
    return one.tones[SOPRANO], one.tones[BASS]
