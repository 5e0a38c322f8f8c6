"""Which voice is what: roles by what sounds, whatever the staves and names of a score are.

- One line is the melody; two are soprano and bass, three soprano, tenor and bass, four the voices of a choir, high to
  low by the middle of their pitches. Of more, the outer ones are soprano and bass, the others ``inner-1``, ``inner-2``
  ... from above.
- Where chords are struck in several lines, it is keyboard music: its top line is the melody, the rest figuration, of
  which ``left`` has the bass; what a top line strikes below its melody goes to the right hand.
- A line that moves in octaves or unisons with another is a ``doubling``; what sounds for a small part of the piece (a
  voice that divides) never decides about the others.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import median

from composer.score.note import Note, Voice

CHOIR = ("soprano", "alto", "tenor", "bass")
BY_COUNT = {1: ("melody",), 2: ("soprano", "bass"), 3: ("soprano", "tenor", "bass"), 4: CHOIR}
MIDDLE_MIDI = 60  # of two that double, the one nearer to it is the real one
# Design values: shares of a line's notes, or of the time that the busiest line sounds.
CHORD_SHARE = 0.1  # with more chords than that it is no single line
DOUBLED_SHARE = 0.8
DOUBLED_NOTES = 4
FRAGMENT_SHARE = 0.2


@dataclass(frozen=True)
class Cast:
    """A voice with its role, and the place among the given voices from which its notes come."""

    voice: Voice
    source: int


def assign_roles(voices: Sequence[Voice]) -> tuple[Voice, ...]:
    """The voices of a score with roles and, after them, names; high to low. Their given names and roles are not asked.

    A voice that strikes chords over others may come back as two: its top line, and what lies below.
    """
    return tuple(cast.voice for cast in cast_roles(voices))


def cast_roles(voices: Sequence[Voice]) -> tuple[Cast, ...]:
    """The same, with the place from which each voice comes; voices that never sound are left out."""
    heard = [place for place, voice in enumerate(voices) if any(note.pitches for note in voice.notes)]
    sound = {place: voices[place].sounding() for place in heard}
    doubling = _doublings(sound)
    kept = [place for place in heard if place not in doubling]
    kept.sort(key=lambda place: (-_height(sound[place]), place))
    times = {place: sum(note.length_ticks for note in sound[place]) for place in kept}
    most = max(times.values(), default=0)
    main = [place for place in kept if times[place] >= FRAGMENT_SHARE * most]
    if _is_keyboard([sound[place] for place in main]):
        made = _keyboard(voices, kept, main, sound)
    else:
        made = _choir(voices, kept, main)
    for number, place in enumerate(sorted(doubling), 1):
        made.append(_cast(voices, place, "doubling", f"doubling {number}"))
    return tuple(made)


def own_roles(voices: Sequence[Voice]) -> tuple[Cast, ...]:
    """The roles of a page of ours, whose top voice is the tune: a choir of four single lines, or a tune and hands."""
    heard = [place for place, voice in enumerate(voices) if any(note.pitches for note in voice.notes)]
    if len(heard) == len(CHOIR) and not any(_chord_share(voices[place].notes) for place in heard):
        return tuple(_cast(voices, place, role, role) for place, role in zip(heard, CHOIR, strict=True))
    hands = [f"right {n}" if n > 1 else "right" for n in range(1, len(heard) - 1)] + ["left"]
    made = [_cast(voices, heard[0], "melody", "melody")]
    return (*made, *(_cast(voices, place, "figuration", name) for place, name in zip(heard[1:], hands, strict=False)))


def _cast(voices: Sequence[Voice], place: int, role: str, name: str) -> Cast:
    return Cast(replace(voices[place], name=name, role=role), place)


def _height(notes: Sequence[Note]) -> float:
    """The middle of what sounds, each note as often as it is long (in sixteenths, at least once)."""
    return median([note.top.midi for note in notes for _ in range(min(max(note.length_ticks // 120, 1), 64))])


def _chord_share(notes: Sequence[Note]) -> float:
    struck = [note for note in notes if note.pitches]
    return sum(len(note.pitches) > 1 for note in struck) / max(len(struck), 1)


def _is_keyboard(lines: Sequence[Sequence[Note]]) -> bool:
    """Chords in the music as a whole; a few double stops or a note that divides do not count."""
    return _chord_share([note for line in lines for note in line]) > CHORD_SHARE


def _choir(voices: Sequence[Voice], kept: Sequence[int], main: Sequence[int]) -> list[Cast]:
    count = len(main)
    names = BY_COUNT.get(count) or ("soprano", *(f"inner-{n}" for n in range(1, count - 1)), "bass")
    roles = dict(zip(main, names, strict=True))
    number = max(count - 2, 0) if count > len(CHOIR) else 0
    made = []
    for place in kept:
        if place not in roles:
            number += 1
            roles[place] = f"inner-{number}"
        made.append(_cast(voices, place, roles[place], roles[place]))
    return made


def _keyboard(
    voices: Sequence[Voice], kept: Sequence[int], main: Sequence[int], sound: dict[int, list[Note]]
) -> list[Cast]:
    """The melody above, ``left`` with the bass, and everything between in the right hand."""
    tune = _tune(main, sound)
    others = [place for place in kept if place != tune]
    rest = replace(voices[tune], notes=tuple(_below(note) for note in voices[tune].notes))
    top = replace(voices[tune], notes=tuple(_top(note) for note in voices[tune].notes))
    made = [Cast(replace(top, name="melody", role="melody"), tune)]
    bass = next((place for place in reversed(main) if place != tune), None)
    hands = [(rest, tune)] if any(note.pitches for note in rest.notes) else []
    hands += [(voices[place], place) for place in others if place != bass]
    if bass is None and hands:
        (first, source), *hands = hands
        made.append(Cast(replace(first, name="left", role="figuration"), source))
    for number, (voice, source) in enumerate(hands, 1):
        name = "right" if number == 1 else f"right {number}"
        made.append(Cast(replace(voice, name=name, role="figuration"), source))
    if bass is not None:
        made.append(_cast(voices, bass, "figuration", "left"))
    return made


def _tune(main: Sequence[int], sound: dict[int, list[Note]]) -> int:
    """The top line; where that one strikes chords, a single line that lies above their lower notes (a singer's)."""
    top = main[0]
    if _chord_share(sound[top]) <= CHORD_SHARE:
        return top
    floor = median([note.bottom.midi for note in sound[top]])
    single = (place for place in main[1:-1] if _chord_share(sound[place]) <= CHORD_SHARE)
    return next((place for place in single if _height(sound[place]) >= floor), top)


def _top(note: Note) -> Note:
    return replace(note, pitches=note.pitches[-1:])


def _below(note: Note) -> Note:
    return replace(note, pitches=note.pitches[:-1], fermata=False, tied=note.tied and len(note.pitches) > 1)


def _doublings(sound: dict[int, list[Note]]) -> set[int]:
    """The places of lines that move with another in octaves or unisons for most of their length."""
    places = sorted(sound, key=lambda place: (-len(sound[place]), abs(_height(sound[place]) - MIDDLE_MIDI), place))
    real: list[int] = []
    found: set[int] = set()
    for place in places:
        if any(_doubles(sound[place], sound[other]) for other in real):
            found.add(place)
        else:
            real.append(place)
    return found


def _doubles(line: Sequence[Note], other: Sequence[Note]) -> bool:
    onsets = [note.onset_ticks for note in other]
    distances: dict[int, int] = {}
    for note in line:
        place = bisect_right(onsets, note.onset_ticks) - 1
        if place < 0 or onsets[place] != note.onset_ticks or len(note.pitches) > 1 or len(other[place].pitches) > 1:
            continue
        distance = note.top.midi - other[place].top.midi
        if distance % 12 == 0:
            distances[distance] = distances.get(distance, 0) + 1
    most = max(distances.values(), default=0)
    moves = len({note.top.midi for note in line}) > 1
    return moves and most >= max(DOUBLED_NOTES, DOUBLED_SHARE * len(line))
