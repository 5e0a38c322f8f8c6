"""The page: a harmonised tune on the staves of an ensemble."""

from __future__ import annotations

from dataclasses import replace
from statistics import median

from composer.pipeline.harmonize.accompany import accompany
from composer.pipeline.harmonize.asked import FIGURES, LYRIC, Wish
from composer.pipeline.harmonize.task import Harmonized, Tune
from composer.pipeline.perform import BALANCE
from composer.pipeline.staves import parts_of
from composer.score.note import Note, Voice
from composer.score.reading import Reading
from composer.score.score import Part, Score

LEVEL = 72  # velocity
LOW = 55  # MIDI: a tune whose middle lies below stands in the bass clef


def page_of(tune: Tune, found: Harmonized, wish: Wish) -> tuple[Score, Harmonized]:
    """The score of an answer: the tune as it came, what was found under it, and the reading of both; and the answer
    with the inversions that the hands on a piano play."""
    parts = _parts(tune, wish)
    wanted = {name for part in parts for staff in part.staves for name in staff.voices}
    role = "soprano" if "soprano" in wanted else "melody"
    voices = [replace(tune.voice, name=role, role=role)]
    under = found.voices
    if "left" in wanted:
        found, under = accompany(tune, found, wish, "right" in wanted)
    voices += [_filled(voice, tune.score.end_ticks) for voice in under if voice.name in wanted]
    reading = Reading(tune.key, found.chords, found.phrases)
    score = replace(
        tune.score, title=wish.asked.title or tune.score.title, key=tune.key,
        voices=tuple(_balanced(voice) for voice in voices), parts=parts,
        reading=reading, chord_symbols=wish.chord_symbols, numerals=wish.numerals == LYRIC,
        figures=wish.numerals == FIGURES,
    )
    return score, found


def _parts(tune: Tune, wish: Wish) -> tuple[Part, ...]:
    """Parts of the ensemble; one that is written in four voices only where the style asks has them apart. A low tune on
    a lead-sheet stands in the bass clef."""
    lead = wish.ensemble["texture"] == "lead"
    four = wish.four_voices and wish.ensemble["texture"] != "four"
    parts = parts_of(wish.ensemble["four_parts" if four else "parts"])
    if not lead or median(note.top.midi for note in tune.voice.sounding()) >= LOW:
        return parts
    return tuple(replace(part, staves=tuple(replace(staff, clef="bass") for staff in part.staves)) for part in parts)


def _balanced(voice: Voice) -> Voice:
    """The voice as loud as it should be beside the others: the tune above, a figure below."""
    level = LEVEL + BALANCE[voice.role]
    return replace(voice, notes=tuple(replace(note, velocity=level) if note.pitches else note for note in voice.notes))


def _filled(voice: Voice, end_ticks: int) -> Voice:
    """The voice with rests where it is silent, from the beginning to the end of the tune."""
    notes: list[Note] = []
    now = 0
    for note in (*voice.notes, Note(end_ticks, 0)):
        if note.onset_ticks > now:
            notes.append(Note(now, note.onset_ticks - now))
        if note.length_ticks:
            notes.append(note)
        now = note.end_ticks
    return replace(voice, notes=tuple(notes))
