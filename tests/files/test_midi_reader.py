"""MIDI comes back as lines on a grid, with names; spelling is by what sounds around a note."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import symusic
from foreign import CHORALES, corpus, rows
from handmade import TEXTS, handmade

from composer.files import midi
from composer.files.door import open_score
from composer.files.midi_reader import read_midi
from composer.files.spell_midi import best_signature, spell
from composer.score.score import Part, Score, Staff
from composer.score.time import Meter

CHORALES_SPELLED = 0.97  # least share of notes with their own name


def back(score: Score) -> Score:
    return read_midi(midi.to_bytes(score), Path("x.mid"))[0]


def chorale(name: str) -> Score:
    return open_score(corpus() / "bach" / name).score


@pytest.mark.parametrize("name", CHORALES[:4])
def test_chorales_come_back_with_their_names(name: str) -> None:
    score = chorale(name)
    found = back(score)
    assert [voice.role for voice in found.voices] == [voice.role for voice in score.voices]
    ours = {(role, *row) for role, notes in rows(score).items() for row in notes}
    theirs = {(role, *row) for role, notes in rows(found).items() for row in notes}
    assert len(ours & theirs) >= CHORALES_SPELLED * len(ours)
    assert {row[:3] for row in ours} == {row[:3] for row in theirs}


@pytest.mark.parametrize("name", CHORALES[4:6])
def test_one_track_is_parted_into_voices(name: str) -> None:
    score = chorale(name)
    staff = Staff("treble", tuple(voice.name for voice in score.voices))
    found = back(replace(score, parts=(Part("Piano", "Pno.", 0, (staff,)),)))
    assert [voice.role for voice in found.voices] == [voice.role for voice in score.voices]
    ours = {row for notes in rows(score).values() for row in notes}
    theirs = {row for notes in rows(found).values() for row in notes}
    assert len(ours & theirs) >= 0.9 * len(ours)


@pytest.mark.parametrize("name", TEXTS)
def test_hand_made_pages_keep_onsets_meter_and_upbeat(name: str) -> None:
    score = handmade(name)
    found = back(score)
    assert (found.meter, found.pickup_ticks, found.bar_lines) == (score.meter, score.pickup_ticks, ())

    def struck(one: Score) -> list[tuple[int, int]]:
        return sorted((n.onset_ticks, p.midi) for v in one.voices for n in v.sounding() for p in n.pitches)

    assert struck(found) == struck(score)


def file_of(notes: list[tuple[int, int, int]], drums: int = 0, tpq: int = 480) -> symusic.Score:
    """A file with one track of (time, length, MIDI)."""
    made = symusic.Score(tpq)
    track = symusic.Track("t", 0, False)
    for onset, length, pitch in notes:
        track.notes.append(symusic.Note(onset, length, pitch, 80))
    made.tracks.append(track)
    if drums:
        kit = symusic.Track("kit", 0, True)
        for place in range(drums):
            kit.notes.append(symusic.Note(place * 10, 5, 36, 80))
        made.tracks.append(kit)
    return made


def lengths(notes: list[tuple[int, int, int]], tpq: int = 480) -> list[tuple[int, int]]:
    score, _ = read_midi(bytes(file_of(notes, tpq=tpq).dumps_midi()), Path("x.mid"))
    return [(n.onset_ticks, n.length_ticks) for n in score.voices[0].sounding()]


def test_notes_are_put_on_the_grid_that_fits() -> None:
    played = [(3, 470, 60), (484, 230, 62), (716, 235, 64), (962, 150, 65), (1118, 160, 64), (1283, 150, 62)]
    assert lengths(played) == [(0, 480), (480, 240), (720, 240), (960, 160), (1120, 160), (1280, 160)]


def test_another_resolution_is_ours_afterwards() -> None:
    assert lengths([(0, 96, 60), (96, 48, 62), (144, 48, 64)], tpq=96) == [(0, 480), (480, 240), (720, 240)]


def test_no_note_is_without_length() -> None:
    assert lengths([(0, 1, 60), (480, 480, 62)])[0][1] > 0


def test_drums_are_left_out_and_counted() -> None:
    data = bytes(file_of([(0, 480, 60), (480, 480, 62)], drums=3).dumps_midi())
    score, warnings = read_midi(data, Path("x.mid"))
    assert len(score.voices) == 1 and warnings == ("3 notes on drums are left out",)


def test_changes_of_meter_make_bar_lines() -> None:
    made = file_of([(beat * 480, 480, 60 + beat) for beat in range(7)])
    made.time_signatures.append(symusic.TimeSignature(0, 4, 4))
    made.time_signatures.append(symusic.TimeSignature(1920, 3, 4))
    score, _ = read_midi(bytes(made.dumps_midi()), Path("x.mid"))
    assert [(b.onset_ticks, b.number, b.meter) for b in score.bar_lines] == [
        (0, 1, Meter(4, 4)), (1920, 2, Meter(3, 4)),
    ]
    assert [meter for _, meter in midi._meters(score)] == [Meter(4, 4), Meter(3, 4)]


def test_spelling_follows_what_is_around() -> None:
    in_e = [64, 66, 68, 69, 71, 73, 75, 76]
    assert [pitch.letter_name for pitch in spell(in_e)] == ["E", "F#", "G#", "A", "B", "C#", "D#", "E"]
    in_a_flat = [68, 70, 72, 73, 75, 77, 79, 80]
    assert [pitch.letter_name for pitch in spell(in_a_flat)] == ["Ab", "Bb", "C", "Db", "Eb", "F", "G", "Ab"]
    assert [best_signature(midis) for midis in (in_e, in_a_flat)] == [4, -4]
    assert [pitch.midi for pitch in spell(list(range(20, 110)))] == list(range(20, 110))
    assert spell([]) == []
