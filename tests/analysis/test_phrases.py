"""Where phrases end, and how a score is cut into units before it is read."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from composer.analysis.phrases import cadence_of, phrase_ends, phrases
from composer.analysis.units import FREE, HALF_LED, LED, LOWEST, units
from composer.score.pitch import parse_pitch
from composer.score.text import parse_text


def ends(text: str) -> list[float]:
    """Quarters at which phrases end."""
    return [end / 480 for end in phrase_ends(parse_text(text))]


@pytest.mark.parametrize(("text", "quarters"), [
    ("S: C5 D5 E5 F5 | G5:2 E5@ | D5:1 E5 F5 D5 | C5:4@", [8, 16]),  # at fermatas
    ("S: C5 D5 E5 F5 | G5:4 | D5:1 E5 F5 D5 | C5:4", [8, 16]),  # at long notes
    ("S: C5 D5 E5 F5 | G5 F5 E5 r | D5:1 E5 F5 D5 | C5 C5 C5 C5", [7, 16]),  # at rests
    ("S: C5 D5 E5 F5 | G5 A5 B5 C6", [8]), ("S: C5 | D5:4 ; pickup: 1", [5]),
    ("S: C5 D5 E5 F5:1@ ; A: G4:2 G4:1@ F4:1@", [4]),  # fermatas a beat apart are one
    ("S: r:4 | r:4", []), ("S: C5:4 | C5 | C5 | C5", [16]),
])  # fmt: skip
def test_phrases_end_where_the_tune_rests(text: str, quarters: list[float]) -> None:
    assert ends(text) == quarters


def test_phrases_tile_the_piece_and_carry_their_cadences() -> None:
    text = "chords: I IV | V:4 | I V | I ; S: E5:2 F5 | D5:4@ | E5:2 D5 | C5:4@"
    score = parse_text(text)
    assert score.reading is not None
    found = phrases(score, score.reading.chords)
    assert [(one.onset_ticks, one.end_ticks, one.cadence) for one in found] == [(0, 3840, "HC"), (3840, 7680, "PAC")]


@pytest.mark.parametrize(("chords", "last", "cadence"), [
    ("V I", "C5", "PAC"), ("V7 I", "E5", "IAC"), ("V6 I", "C5", "IAC"), ("IV I", "C5", "PC"), ("V vi", "C5", "DC"),
    ("I V", "D5", "HC"), ("ii V7", "B4", "HC"), ("I ii", "D5", "open"), ("I I6", "C5", "open"), ("I V6", "D5", "open"),
    ("V7 I I", "C5", "PAC"), ("- -", "C5", "open"), ("vii°6 I", "C5", "IAC"), ("[G major] V I", "G4", "PAC"),
])  # fmt: skip
def test_the_last_two_chords_make_the_cadence(chords: str, last: str, cadence: str) -> None:
    score = parse_text(f"chords: {chords} ; S: {last}:4")
    assert score.reading is not None
    assert cadence_of(score, score.reading.chords, 0, score.end_ticks) == cadence


def test_notes_are_led_by_step_on_both_sides_on_one_or_on_none() -> None:
    score = parse_text("S: C5 D5 E5 G5 ; B: C3:4")
    cut = units(score, [(0, 0)])
    place = [parse_pitch(name).fifths - LOWEST for name in ("C5", "D5", "E5", "G5")]
    led = [int(cut.start[number, where].argmax()) for number, where in enumerate(place)]
    assert led[1:] == [LED, HALF_LED, FREE]


def test_units_begin_on_half_beats_and_in_compound_meters_on_thirds() -> None:
    text = "S: C5:1/2 D5:1/4 E5:1/4 F5:1 ; B: C3:2"
    assert units(parse_text(text), [(0, 0)]).onset_ticks.tolist() == [0, 240, 480]
    compound = units(parse_text("meter: 6/8 ; S: C5:1/2 D5 E5 F5:1/4 E5 D5:1 ; B: C3:3"), [(0, 0)])
    assert compound.onset_ticks.tolist() == [0, 240, 480, 720, 960]


@given(st.integers(0, 10**6))
@settings(max_examples=40, deadline=None)
def test_units_hold_every_note_for_as_long_as_it_sounds(seed: int) -> None:
    rng = np.random.default_rng(seed)
    names, lengths = ("C4", "D4", "F#4", "Bb4", "r"), ("1/4", "1/2", "1", "3/2")
    rows = [
        " ".join(f"{rng.choice(names)}:{rng.choice(lengths)}" for _ in range(int(rng.integers(1, 9)))) for _ in "SA"
    ]
    score = parse_text(f"S: {rows[0]} ; A: {rows[1]}")
    cut = units(score, [(0, 0)])
    spans = [(note.onset_ticks, note.end_ticks) for voice in score.voices for note in voice.sounding()]
    if not spans:
        assert cut.count == 0
        return
    assert (cut.onset_ticks[1:] == cut.end_ticks[:-1]).all()
    assert (cut.onset_ticks[0], cut.end_ticks[-1]) == (min(a for a, _ in spans), max(b for _, b in spans))
    for number in range(cut.count):
        begin, end = int(cut.onset_ticks[number]), int(cut.end_ticks[number])
        starts = sum(a <= begin < b for a, b in spans)
        later = sum(min(b, end) - a for a, b in spans if begin < a < end) / (end - begin)
        assert cut.start[number].sum() == starts
        assert cut.later[number].sum() == pytest.approx(later)
    assert cut.phrase_end[-1]
