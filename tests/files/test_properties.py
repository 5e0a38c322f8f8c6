"""Any score of ours, whatever its meter, mode, upbeat and voices, comes back from its page and from its text."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from handmade import staff_rows
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from composer.files import midi, musicxml, musicxml_reader, plain
from composer.files.grid import bars_of_score
from composer.files.notation import VALUES, bars_of
from composer.score.key import MODE_FIFTHS, Key, respelled
from composer.score.note import Note, Voice
from composer.score.pitch import Pitch
from composer.score.reading import Reading, Section
from composer.score.score import Part, Score, Staff
from composer.score.text import parse_text
from composer.score.time import Meter

SCHEMA = Path(__file__).parents[1] / "schema" / "musicxml.xsd"
METERS = tuple(Meter(*pair) for pair in ((2, 4), (2, 2), (3, 4), (4, 4), (6, 8), (9, 8), (12, 8)))
MODES = st.sampled_from(list(MODE_FIFTHS))
KEYS = st.builds(lambda step, mode: respelled(Key(step, 0, mode)), st.integers(0, 6), MODES)
PITCHES = st.builds(Pitch, st.integers(3, 5), st.integers(0, 6), st.integers(-1, 1))


@st.composite
def lines(draw: st.DrawFn, name: str, end: int) -> Voice:
    notes: list[Note] = []
    onset = 0
    while onset < end:
        length = min(draw(st.sampled_from([60, 120, 240, 360, 480, 600, 720, 960, 1440, 1920, 2640])), end - onset)
        chosen = draw(st.lists(PITCHES, max_size=2, unique_by=lambda pitch: (pitch.octave, pitch.step)))
        pitches = tuple(sorted(chosen, key=lambda pitch: (pitch.midi, pitch.letter_step)))
        notes.append(Note(onset, length, pitches))
        onset += length
    return Voice(name, "melody" if name == "a" else "figuration", tuple(notes))


@st.composite
def scores(draw: st.DrawFn) -> Score:
    meter, key = draw(st.sampled_from(METERS)), draw(KEYS)
    pickup = draw(st.sampled_from([0, 120, 240, 480]))
    bars = draw(st.integers(2, 4))
    end = pickup + bars * meter.bar_ticks - (pickup if draw(st.booleans()) else 0)
    names = ["a", "b", "c"][: draw(st.integers(1, 3))]
    voices = tuple(draw(lines(name, end)) for name in names)
    if not any(note.pitches for note in voices[0].notes):
        first = voices[0].notes[0]
        kept = (Note(0, first.length_ticks, (Pitch(4, 0),)), *voices[0].notes[1:])
        voices = (Voice("a", "melody", kept), *voices[1:])
    staves = (Staff("treble", tuple(names[:2])), *([Staff("bass", ("c",))] if "c" in names else []))
    cut = pickup + meter.bar_ticks
    sections = (Section("A", pickup, cut, "", key), Section("B", cut, end, "", draw(KEYS)))
    reading = Reading(key, (), (), sections) if draw(st.booleans()) else None
    return Score("", meter, key, voices, (Part("Piano", "Pno.", 0, staves),), reading, pickup_ticks=pickup)


@pytest.fixture(scope="module")
def schema() -> Any:
    return etree.XMLSchema(etree.parse(str(SCHEMA), etree.XMLParser(no_network=True)))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(score=scores())
def test_a_page_holds_the_score(score: Score, schema: Any, tmp_path: Path) -> None:
    data = musicxml.to_bytes(score)
    assert schema.validate(etree.fromstring(data)), schema.error_log
    path = tmp_path / "page.musicxml"
    path.write_bytes(data)
    read = musicxml_reader.read(path)
    assert (read.meter, read.pickup_ticks) == (score.meter, score.pickup_ticks)
    assert sorted(set(staff_rows(read))) == sorted(set(staff_rows(score)))
    first = bars_of_score(score)[0].key
    assert read.key == first
    if score.reading:
        assert read.reading is not None
        ours, theirs = score.reading.sections[1], read.reading.sections[1]
        assert theirs.onset_ticks == ours.onset_ticks
        assert ours.key is not None
        assert (theirs.key or read.key).fifths == ours.key.fifths


@settings(max_examples=100, deadline=None)
@given(score=scores())
def test_every_head_is_one_value_inside_its_bar(score: Score) -> None:
    values = {ticks for ticks, _, _ in VALUES}
    bars = bars_of_score(score)
    for voice in score.voices:
        written = bars_of(voice, bars)
        for bar, notes in zip(bars, written, strict=True):
            assert sum(note.length_ticks for note in notes) == bar.length_ticks
            for note in notes:
                assert note.length_ticks in values or (not note.pitches and note.length_ticks == score.meter.bar_ticks)
                assert bar.lead_ticks <= note.onset_ticks <= bar.lead_ticks + bar.length_ticks - note.length_ticks


@settings(max_examples=100, deadline=None)
@given(score=scores())
def test_text_and_midi_hold_the_score(score: Score) -> None:
    text = plain.to_bytes(score)
    read = parse_text(text.decode())
    assert plain.to_bytes(read) == text
    assert [voice.sounding() for voice in read.voices] == [voice.sounding() for voice in score.voices]
    assert read.reading == score.reading
    assert read.key == score.key
    assert midi.to_bytes(score) == midi.to_bytes(score)
