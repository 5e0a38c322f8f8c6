"""MIDI, text and JSON hold the piece; files are written whole or not at all."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest
import symusic
from pieces import BRIEFS, piece

from composer.errors import OutputError
from composer.files import json_text, midi, plain
from composer.files.save import save
from composer.score.score import Part, Staff
from composer.score.text import parse_text
from composer.score.time import TICKS_PER_QUARTER


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def reread_midi(data: bytes, tmp_path: Path) -> symusic.Score:
    path = tmp_path / "piece.mid"
    path.write_bytes(data)
    return symusic.Score(str(path))


@pytest.mark.parametrize("name", BRIEFS)
def test_midi_has_the_same_notes(name: str, tmp_path: Path) -> None:
    score = piece(name).score
    read = reread_midi(midi.to_bytes(score), tmp_path)
    assert read.ticks_per_quarter == TICKS_PER_QUARTER
    assert len(read.tracks) == len(score.parts)
    for part, track in zip(score.parts, read.tracks, strict=True):
        inside = {voice for staff in part.staves for voice in staff.voices}
        wanted = sorted(
            (note.onset_ticks, pitch.midi)
            for voice in score.voices if voice.name in inside
            for note in voice.sounding() for pitch in note.pitches
        )
        assert sorted((note.time, note.pitch) for note in track.notes) == wanted
        assert track.program == part.program
        assert track.name == part.name
        assert all(1 <= note.velocity <= 127 for note in track.notes)


@pytest.mark.parametrize("name", BRIEFS)
def test_no_midi_note_outlasts_its_written_length(name: str, tmp_path: Path) -> None:
    score = piece(name).score
    tracks = reread_midi(midi.to_bytes(score), tmp_path).tracks
    for part, track in zip(score.parts, tracks, strict=True):
        inside = {voice for staff in part.staves for voice in staff.voices}
        longest = {
            (note.onset_ticks, pitch.midi): note.length_ticks
            for voice in score.voices if voice.name in inside
            for note in sorted(voice.sounding(), key=lambda note: note.length_ticks) for pitch in note.pitches
        }
        assert all(0 < note.duration <= longest[note.time, note.pitch] for note in track.notes)


def test_a_key_struck_again_is_let_go_first(tmp_path: Path) -> None:
    score = parse_text("meter: 4/4\nM: r:1 C4:1 D4:2\nL: C4:4")
    part = Part("Piano", "Pno.", 0, (Staff("treble", ("M",)), Staff("bass", ("L",))))
    track = reread_midi(midi.to_bytes(replace(score, parts=(part,))), tmp_path).tracks[0]
    quarter = TICKS_PER_QUARTER
    assert sorted((note.time, note.duration, note.pitch) for note in track.notes) == [
        (0, quarter, 60), (quarter, quarter, 60), (2 * quarter, 2 * quarter, 62),
    ]


@pytest.mark.parametrize("name", ["sad piano", "heroic piano", "calm choir"])
def test_midi_has_tempo_meter_key_and_markers(name: str, tmp_path: Path) -> None:
    score = piece(name).score
    read = reread_midi(midi.to_bytes(score), tmp_path)
    meter = read.time_signatures[-1]  # an upbeat has its own before it
    assert (meter.numerator, meter.denominator) == (score.meter.numerator, score.meter.denominator)
    assert read.key_signatures[0].key == score.key.fifths
    assert read.key_signatures[0].tonality == int(score.key.is_minor)
    quarter_bpm = score.tempo_bpm * score.meter.beat_ticks / TICKS_PER_QUARTER
    assert read.tempos[0].qpm == pytest.approx(quarter_bpm, rel=1e-4)
    assert len(read.tempos) == 1 + len(score.tempo_curve)
    assert score.reading is not None
    markers = [marker.text for marker in read.markers]
    assert [m for m in markers if not m.startswith("{")] == [section.label for section in score.reading.sections]
    assert json.loads(next(m for m in markers if m.startswith("{"))) == json.loads(json.dumps(score.recipe))


@pytest.mark.parametrize("name", BRIEFS)
def test_text_is_read_back_as_the_same_music(name: str) -> None:
    score = piece(name).score
    data = plain.to_bytes(score)
    read = parse_text(data.decode("utf-8"))
    assert plain.to_bytes(read) == data
    assert (read.title, read.key, read.meter, read.tempo_bpm) == (
        score.title, score.key, score.meter, score.tempo_bpm,
    )
    assert read.reading is not None and score.reading is not None
    assert read.reading.phrases == score.reading.phrases
    assert read.reading.sections == score.reading.sections
    for ours, theirs in zip(score.voices, read.voices, strict=True):
        assert [(n.onset_ticks, n.length_ticks, n.pitches) for n in ours.sounding()] == [
            (n.onset_ticks, n.length_ticks, n.pitches) for n in theirs.sounding()
        ]


@pytest.mark.parametrize("name", BRIEFS)
def test_json_loads_and_holds_the_notes(name: str) -> None:
    score = piece(name).score
    read = json.loads(json_text.to_bytes(score))
    assert read["format"] == json_text.FORMAT
    assert read["recipe"]["brief"]["seed"] == BRIEFS[name].seed
    for voice, theirs in zip(score.voices, read["voices"], strict=True):
        ours = [note for note in voice.notes if note.pitches]
        assert [note["onset"] * TICKS_PER_QUARTER for note in theirs["notes"]] == [n.onset_ticks for n in ours]
        assert [note["midi"] for note in theirs["notes"]] == [[p.midi for p in n.pitches] for n in ours]
    assert score.reading is not None
    assert [section["label"] for section in read["sections"]] == [s.label for s in score.reading.sections]


def test_save_writes_and_says_so(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    assert save(path, b"one")
    assert path.read_bytes() == b"one"
    assert not save(path, b"one")
    assert names(tmp_path) == ["a.txt"]


def test_save_never_replaces_other_bytes_unforced(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"mine")
    with pytest.raises(OutputError, match="--force"):
        save(path, b"other")
    assert path.read_bytes() == b"mine"
    assert save(path, b"other", force=True)
    assert path.read_bytes() == b"other"
    assert names(tmp_path) == ["a.txt"]


def test_save_names_what_is_wrong_with_a_place(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="is a folder"):
        save(tmp_path, b"")
    with pytest.raises(OutputError, match="does not exist"):
        save(tmp_path / "none" / "a.txt", b"")
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(OutputError):
        save(tmp_path / "file" / "a.txt", b"")


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_failure_leaves_the_old_file_and_nothing_behind(
    step: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"old")

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(*((os, "fsync", full) if step == "fsync" else (Path, "replace", full)))
    with pytest.raises(OutputError, match="No space left"):
        save(path, b"new", force=True)
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == ["a.txt"]


def test_an_interrupt_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupted)
    with pytest.raises(KeyboardInterrupt):
        save(tmp_path / "a.txt", b"new")
    assert names(tmp_path) == []
