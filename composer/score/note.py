"""Notes and voices."""

from __future__ import annotations

from dataclasses import dataclass

from composer.score.pitch import Pitch


@dataclass(frozen=True)
class Syllable:
    """What is sung on a note in a verse: ``place`` in its word is ``single``, ``begin``, ``middle`` or ``end``;
    ``extends`` draws a line under the notes that follow."""

    verse: str
    text: str
    place: str = "single"
    extends: bool = False


@dataclass(frozen=True)
class Script:
    """How somebody wrote a note, for a page that keeps it: its length is one head and is not divided otherwise.

    ``signs`` are MusicXML's names of articulations and ornaments, and ``slur-start`` and ``slur-stop``; ``graces`` are
    the grace notes before it.
    """

    syllables: tuple[Syllable, ...] = ()
    signs: tuple[str, ...] = ()
    graces: tuple[Pitch, ...] = ()


@dataclass(frozen=True)
class Note:
    """One or several pitches struck together, or a rest (no pitch).

    ``tied`` says that this note is held into the next note of the voice; ``script`` is None for notes of ours.
    """

    onset_ticks: int
    length_ticks: int
    pitches: tuple[Pitch, ...] = ()
    tied: bool = False
    fermata: bool = False
    velocity: int = 0  # 1 to 127 once performed; 0 = not yet
    script: Script | None = None

    @property
    def is_rest(self) -> bool:
        """No pitch sounds."""
        return not self.pitches

    @property
    def end_ticks(self) -> int:
        """First tick after the note."""
        return self.onset_ticks + self.length_ticks

    @property
    def top(self) -> Pitch:
        """Highest pitch (IndexError for a rest)."""
        return self.pitches[-1]

    @property
    def bottom(self) -> Pitch:
        """Lowest pitch (IndexError for a rest)."""
        return self.pitches[0]


@dataclass(frozen=True)
class Voice:
    """A line of notes and rests without gaps or overlaps, ordered by onset.

    ``role``: ``melody``, ``soprano``, ``alto``, ``tenor``, ``bass``, and in scores of more voices ``inner-1`` ... (real
    parts); ``figuration`` (a keyboard pattern, of which only the lowest note at each chord of the hand ``left`` is a
    real part); or ``doubling`` (moves with another voice in octaves or unisons).
    """

    name: str
    role: str
    notes: tuple[Note, ...]

    def sounding(self) -> list[Note]:
        """Notes that are no rests, tied notes merged into one."""
        merged: list[Note] = []
        held = False
        for note in self.notes:
            if held and merged and merged[-1].pitches == note.pitches:
                last = merged[-1]
                merged[-1] = Note(
                    last.onset_ticks, last.length_ticks + note.length_ticks, last.pitches, False,
                    last.fermata or note.fermata, last.velocity, last.script,
                )
            elif not note.is_rest:
                merged.append(note)
            held = note.tied and not note.is_rest
        return merged
