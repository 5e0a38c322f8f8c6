"""Figures over a bass note: the tones they ask for, and one line for every slip."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from composer.score.chord import parse_chord
from composer.score.figured import figures_of, read_figures, signature_alter, tones_above
from composer.score.key import Key, parse_key
from composer.score.pitch import Pitch, parse_pitch

FIGURES = ("", "6", "6/4", "7", "6/5", "4/3", "4/2", "2", "5/3", "9", "9/7", "4", "5/4")


def key_of(name: str) -> Key:
    wish = parse_key(name)
    return Key(wish.step, wish.alter, wish.mode or "major")


@pytest.mark.parametrize(("bass", "figures", "key", "tones"), [
    ("C3", "", "C", "E G"), ("D3", "", "C", "F A"), ("B2", "6", "C", "D G"), ("G2", "6/4", "C", "C E"),
    ("G2", "7", "C", "B D F"), ("B2", "6/5", "C", "D F G"), ("D3", "4/3", "C", "F G B"), ("F3", "4/2", "C", "G B D"),
    ("F3", "2", "C", "G B D"), ("D3", "#", "C", "F# A"), ("D3", "7/#", "G", "F# A C"), ("E3", "#", "a", "G# B"),
    ("E3", "7/#", "a", "G# B D"), ("B2", "#6", "a", "D G#"), ("A2", "", "a", "C E"), ("G#2", "7", "a", "B D F"),
    ("F#3", "6/5", "G", "A C D"), ("C3", "b", "C", "Eb G"), ("C3", "n", "c", "E G"), ("Ab2", "6+", "c", "C F#"),
    ("Ab2", "6+/5", "c", "C Eb F#"), ("Ab2", "6+/4/3", "c", "C D F#"), ("D3", "6+", "C", "F B#"),
    ("G2", "4", "C", "C D"),
    ("G2", "9", "C", "B D A"), ("Eb3", "", "Bb", "G Bb"), ("F#3", "7/5", "D", "A C# E"), ("C4", "5/4", "F", "F G"),
    ("A2", "6/4/#", "d", "C# D F"), ("Bb2", "", "D dorian", "D F"), ("F2", "6", "E phrygian", "A D"),
])  # fmt: skip
def test_tones_above_a_bass(bass: str, figures: str, key: str, tones: str) -> None:
    found = tones_above(parse_pitch(bass), figures, key_of(key))
    assert [tone.letter_name for tone in found] == tones.split()


@pytest.mark.parametrize("figures", ["6/6", "1", "x", "6//5", "/", "10", "6/", "##6", "6/#6", "-6", "6 4", "#/3"])
def test_slips_are_answered_in_one_line(figures: str) -> None:
    with pytest.raises(ValueError, match="write figures as") as told:
        read_figures(figures)
    assert "\n" not in str(told.value)
    assert figures in str(told.value)


def test_signs_alone_are_the_thirds() -> None:
    assert read_figures("+") == {3: ("", True), 5: ("", False)}
    assert read_figures("b") == {3: ("b", False), 5: ("", False)}


@given(st.integers(0, 6), st.sampled_from(("major", "minor")), st.integers(0, 6), st.sampled_from(FIGURES))
def test_figures_without_signs_stay_in_the_scale_and_lie_above_the_bass(
    tonic: int, mode: str, step: int, figures: str
) -> None:
    key = Key(tonic, 0, mode)
    scale = {(key.tonic_pc + semitones) % 12 for semitones in key.scale}
    bass = Pitch(3, step, signature_alter(step, key))
    tones = tones_above(bass, figures, key)
    assert {tone.midi % 12 for tone in tones} <= scale
    assert all(tone.midi > bass.midi for tone in tones)
    assert [tone.letter_step for tone in tones] == sorted({tone.letter_step for tone in tones})


@given(st.integers(0, 6), st.integers(-1, 1), st.sampled_from(("major", "minor", "dorian", "lydian")))
def test_two_ways_to_read_a_signature_agree(tonic: int, alter: int, mode: str) -> None:
    key = Key(tonic, alter, mode)
    if abs(key.fifths) <= 7:
        assert [signature_alter(step, key) for step in range(7)] == [key.signature_alter(step) for step in range(7)]


NUMERALS = ("I", "ii6", "V6/4", "vi", "IV6", "V7", "V6/5", "V4/3", "V4/2", "vii°6", "ii6/5", "V7/V", "V6/5/vi", "V/V",
            "V4/3/ii", "bII6", "iv", "Ger6", "Fr6", "It6", "viiø4/3", "V4/2/IV", "V6/V")  # fmt: skip


@given(st.integers(0, 6), st.integers(-1, 1), st.sampled_from(("major", "minor")), st.sampled_from(NUMERALS))
def test_figures_of_a_chord_ask_for_its_tones(tonic: int, alter: int, mode: str, numeral: str) -> None:
    key = Key(tonic, alter, mode)
    chord = parse_chord(numeral, key.is_minor)
    members = [key.pitch(*member, 3) for member in chord.members]
    bass = key.pitch(*chord.bass, 2)
    if abs(key.fifths) > 5 or any(abs(tone.alter) > 1 for tone in (bass, *members)):
        return
    text = figures_of(bass, members, key)
    asked = {(tone.step, tone.alter) for tone in (bass, *tones_above(bass, text, key))}
    assert asked == {(tone.step, tone.alter) for tone in (bass, *members)}
    assert len(text.split("/")) <= 3


@pytest.mark.parametrize(("numeral", "key", "figures"), [
    ("I", "C", ""), ("V6", "C", "6"), ("V7", "C", "7"), ("V6/5", "C", "6/5"), ("V4/3", "C", "4/3"),
    ("V4/2", "C", "4/2"), ("V", "a", "#"), ("V7", "a", "7/#"), ("V", "c", "n"), ("V7/V", "C", "7/#"),
    ("V4/3", "a", "#6/4/3"), ("I6/4", "C", "6/4"), ("V4/2", "a", "#4/2"), ("iv", "C", "b"), ("V6/5", "a", "6/5"),
])  # fmt: skip
def test_figures_are_short(numeral: str, key: str, figures: str) -> None:
    home = key_of(key)
    chord = parse_chord(numeral, home.is_minor)
    assert figures_of(home.pitch(*chord.bass, 2), [home.pitch(*member, 3) for member in chord.members], home) == figures
