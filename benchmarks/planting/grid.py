"""A piece as a planter sees it: lines of notes, the blocks where all strike together, and the chord over each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from composer.score.key import Key
from composer.score.note import Note, Voice
from composer.score.pitch import Pitch
from composer.score.score import Score

Tone = tuple[int, int]  # letter and alteration, without an octave
SOPRANO, ALTO, TENOR, BASS = range(4)
QUALITIES: dict[tuple[tuple[int, int], ...], str] = {
    ((0, 0), (2, 4), (4, 7)): "major",
    ((0, 0), (2, 3), (4, 7)): "minor",
    ((0, 0), (2, 3), (4, 6)): "diminished",
    ((0, 0), (2, 4), (4, 7), (6, 10)): "dominant-seventh",
    ((0, 0), (2, 3), (4, 7), (6, 10)): "minor-seventh",
    ((0, 0), (2, 4), (4, 7), (6, 11)): "major-seventh",
    ((0, 0), (2, 3), (4, 6), (6, 10)): "half-diminished",
    ((0, 0), (2, 3), (4, 6), (6, 9)): "diminished-seventh",
}
_SEMITONES = (0, 2, 4, 5, 7, 9, 11)


@dataclass(frozen=True)
class Harmony:
    """A chord by its spelled tones, root first; key and numeral only where somebody knows them."""

    tones: tuple[Tone, ...]
    quality: str
    inversion: int
    key: Key | None = None
    numeral: str = ""

    @property
    def root(self) -> Tone:
        """Letter and alteration of the root."""
        return self.tones[0]

    @property
    def seventh(self) -> Tone | None:
        """The chordal seventh, if there is one."""
        return self.tones[3] if len(self.tones) > 3 and "sixth" not in self.quality else None

    @property
    def leading(self) -> Tone | None:
        """The tone that leads: third of a dominant, root of a diminished chord; None where the notes leave it open."""
        if self.quality == "dominant-seventh":
            return self.tones[1]
        if self.quality in ("diminished", "diminished-seventh", "half-diminished") and self.key:
            return self.root if self.numeral.startswith("vii") else None
        if self.quality == "major" and (self.numeral.startswith("V/") or self.figures_of("V")):
            return self.tones[1]
        return None

    def figures_of(self, roman: str) -> bool:
        """Whether the numeral is this one in any position, and no applied chord."""
        return self.numeral.rstrip("0123456789/") == roman and not any(c in "iIvV" for c in self.numeral[len(roman) :])

    def member(self, pitch: Pitch) -> int | None:
        """Which member a pitch is, by its spelling."""
        tone = (pitch.step, pitch.alter)
        return self.tones.index(tone) if tone in self.tones else None


@dataclass(frozen=True)
class Block:
    """A chord struck by all voices together and held by all until ``end``."""

    tick: int
    end: int
    pitches: tuple[Pitch, ...]
    harmony: Harmony | None
    fermata: bool = False

    def with_pitch(self, voice: int, pitch: Pitch) -> Block:
        """The same with another note in a voice."""
        return replace(self, pitches=tuple(pitch if n == voice else old for n, old in enumerate(self.pitches)))


@dataclass(frozen=True)
class Edit:
    """The note of a voice that begins at a tick gives way to others over the same time."""

    voice: int
    tick: int
    notes: tuple[Note, ...]


@dataclass(frozen=True)
class Plant:
    """A fault: the rule, where it is heard, whose it is, what is edited, and why the textbook minds.

    ``also``: rules that say the same thing under another id. ``cost``: further faults the edit brings, by the planter's
    own count. ``shortened``: the bar, counted from 0, whose last note is struck from the written page instead of an
    edit; ``lengthened``: written twice.
    """

    rule: str
    tick: int
    voices: tuple[int, ...]
    edits: tuple[Edit, ...]
    words: str
    also: tuple[str, ...] = ()
    cost: int = 0
    shortened: int | None = None
    lengthened: bool = False


@dataclass(frozen=True)
class Ground:
    """A bare piece to plant in. ``known``: (onset, end, chord) of the chords it was made with, none for a corpus."""

    name: str
    source: str  # composed, realised, chorale or species
    score: Score
    known: tuple[tuple[int, int, Harmony], ...] = ()
    home: Key | None = None
    profile: str = "omt"
    blocks: tuple[Block, ...] = field(default=())

    @property
    def lines(self) -> tuple[tuple[Note, ...], ...]:
        """The notes of each voice, top voice first."""
        return tuple(voice.notes for voice in self.score.voices)

    def runs(self, length: int) -> Iterator[tuple[Block, ...]]:
        """Neighbouring blocks without a gap and without a fermata inside."""
        for first in range(len(self.blocks) - length + 1):
            run = self.blocks[first : first + length]
            if all(a.end == b.tick and not a.fermata for a, b in pairwise(run)):
                yield run

    def edited(self, edits: Sequence[Edit]) -> Score:
        """The score after the edits."""
        voices = []
        for number, voice in enumerate(self.score.voices):
            mine = {edit.tick: edit.notes for edit in edits if edit.voice == number}
            notes = [new for old in voice.notes for new in mine.get(old.onset_ticks, (old,))]
            voices.append(replace(voice, notes=tuple(notes)))
        return self.score.with_voices(tuple(voices))


def bare(score: Score, title: str) -> Score:
    """The notes alone: no reading, no marks, ties joined, rests kept."""
    voices = tuple(Voice(voice.name, voice.role, _joined(voice)) for voice in score.voices)
    return replace(
        score, title=title, voices=voices, reading=None, numerals=False, recipe={}, marks=(), tempo_curve=(),
        tempo_words="", chord_symbols=False, articulation=1.0,
    )  # fmt: skip


def _joined(voice: Voice) -> tuple[Note, ...]:
    notes, now = [], 0
    for note in voice.sounding():
        if note.onset_ticks > now:
            notes.append(Note(now, note.onset_ticks - now))
        notes.append(replace(note, tied=False, velocity=0))
        now = note.end_ticks
    return tuple(notes)


def blocks(score: Score, known: Sequence[tuple[int, int, Harmony]]) -> tuple[Block, ...]:
    """Every moment at which all voices strike notes of one length, with its chord: known, or clear by the notes."""
    starts: list[dict[int, Note]] = [
        {note.onset_ticks: note for note in voice.notes if len(note.pitches) == 1} for voice in score.voices
    ]
    found = []
    for tick in sorted(set.intersection(*(set(line) for line in starts))):
        notes = [line[tick] for line in starts]
        if len({note.end_ticks for note in notes}) == 1:
            pitches = tuple(note.top for note in notes)
            harmony = _known_at(tick, notes[0].end_ticks, known, pitches) if known else clear_chord(pitches)
            found.append(Block(tick, notes[0].end_ticks, pitches, harmony, any(note.fermata for note in notes)))
    return tuple(found)


def _known_at(
    tick: int, end: int, known: Sequence[tuple[int, int, Harmony]], pitches: Sequence[Pitch]
) -> Harmony | None:
    """The chord a block was made with, if its notes are all of it."""
    for begin, until, harmony in known:
        if begin <= tick and end <= until and all(harmony.member(pitch) is not None for pitch in pitches):
            return harmony if harmony.member(pitches[-1]) == harmony.inversion else None
    return None


def clear_chord(pitches: Sequence[Pitch]) -> Harmony | None:
    """The triad or seventh chord that the spelled notes make, if nothing is missing."""
    tones = {(pitch.step, pitch.alter) for pitch in pitches}
    for step, alter in tones:
        shape = tuple(sorted(((s - step) % 7, _above(step, alter, s, a)) for s, a in tones))
        quality = QUALITIES.get(shape)
        if quality:
            root = Pitch(4, step, alter)
            members = tuple(((step + letters) % 7, _alter(root, letters, size)) for letters, size in shape)
            bass = (pitches[-1].step, pitches[-1].alter)
            return Harmony(members, quality, members.index(bass))
    return None


def _above(step: int, alter: int, other: int, other_alter: int) -> int:
    return (_SEMITONES[other] + other_alter - _SEMITONES[step] - alter) % 12


def _alter(root: Pitch, letters: int, size: int) -> int:
    step = (root.step + letters) % 7
    natural = (_SEMITONES[step] - _SEMITONES[root.step] - root.alter) % 12
    return (size - natural + 6) % 12 - 6


def tone_above(tone: Tone, letters: int, semitones: int) -> Tone:
    """The tone a spelled interval above another."""
    return (tone[0] + letters) % 7, _alter(Pitch(4, *tone), letters, semitones)


def near(tone: Tone, around: Pitch, reach: int = 12) -> list[Pitch]:
    """The pitches of a tone within so many semitones, nearest first."""
    found = [Pitch(octave, *tone) for octave in range(around.octave - 2, around.octave + 3)]
    return sorted(
        (p for p in found if abs(p.midi - around.midi) <= reach), key=lambda p: (abs(p.midi - around.midi), p.midi)
    )
