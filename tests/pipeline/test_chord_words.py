"""Chords as a person writes them: numerals in bars, a bass with figures, and one line for every slip."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from composer.errors import RequestError
from composer.pipeline.chord_words import MOST_CHORDS, chord_of, read_figured, read_numerals, read_wish_key
from composer.score.chord import parse_chord
from composer.score.key import Key
from composer.score.pitch import Pitch, parse_pitch
from composer.score.time import TICKS_PER_QUARTER, Meter
from composer.theory.tables import load_table

NUMERALS = load_table("numerals")
METER = Meter(4, 4)
FIGURES = {0: {False: "", True: "7"}, 1: {False: "6", True: "6/5"}, 2: {False: "6/4", True: "4/3"}, 3: {True: "4/2"}}


def figured(text: str, key: str | None = None) -> list[str]:
    return [span.chord.numeral for span in read_figured(text, key, METER, NUMERALS).chords]


@pytest.mark.parametrize(("text", "key", "meter", "beats"), [
    ("I V", "C", "4/4", [(0, 2), (2, 2)]), ("I V | I", "C", "4/4", [(0, 2), (2, 2), (4, 4)]),
    ("I ii6 V7 | I", "d", "3/4", [(0, 1), (1, 1), (2, 1), (3, 3)]), ("I:3 V | I", "C", "4/4", [(0, 3), (3, 1), (4, 4)]),
    ("I I6 | V | I", "C", "6/8", [(0, 1.5), (1.5, 1.5), (3, 3), (6, 3)]), ("I:8 | | V:4", "C", "4/4", [(0, 8), (8, 4)]),
])  # fmt: skip
def test_numerals_share_their_bars(text: str, key: str, meter: str, beats: list[tuple[float, float]]) -> None:
    top, bottom = (int(part) for part in meter.split("/"))
    task = read_numerals(text, key, Meter(top, bottom))
    found = [(span.onset_ticks / TICKS_PER_QUARTER, span.length_ticks / TICKS_PER_QUARTER) for span in task.chords]
    assert found == beats
    assert task.bass == ()


@pytest.mark.parametrize(("bass", "key", "numerals"), [
    ("G2 B2^6 | C3 D3^7 G2", None, "I I6 IV V7 I"), ("C3 F3^6/5 G3^7 C3", None, "I ii6/5 V7 I"),
    ("C3 D3^4/3 E3^6 F3", "C", "I V4/3 I6 IV"), ("C3 F3^4/2 E3^6", "C", "I V4/2 I6"),
    ("G3^6/4 G3^7 C3", "C", "I6/4 V7 I"), ("A2 E3^# A2", "a", "i V i"), ("A2 G#2^7 A2", "a", "i vii°7 i"),
    ("A2 B2^6+ C3^6", "a", "i vii°6 i6"), ("C3 D3^# G2", "C", "I V/V V"), ("C3 F#3^6/5 G3", "C", "I V6/5/V V"),
    ("C3 C3^7b F3", "C", ""), ("C3 C3^b7 F3", "C", "I V7/IV IV"), ("C3 Ab2^6+ G2", "c", "i It6 V"),
    ("C3 Ab2^6+/5 G2^n", "c", "i Ger6 V"), ("C3 Ab2^6+/4/3 G2^n", "c", "i Fr6 V"),
    ("C3 F3^b6 G2^n C3", "c", "i bII6 V i"),
    ("C3 F3^b C3", "C", "I iv I"),
])  # fmt: skip
def test_a_figured_bass_names_its_chords(bass: str, key: str | None, numerals: str) -> None:
    if not numerals:
        with pytest.raises(RequestError, match=r"is no bass note with figures|write figures as"):
            figured(bass, key)
        return
    if numerals == "i It6 V":
        bass = bass + "^n"
    assert figured(bass, key) == numerals.split()


@given(st.sampled_from(("major", "minor")), st.integers(0, 6), st.data())
def test_every_diatonic_chord_is_told_by_its_figures(mode: str, tonic: int, data: st.DataObject) -> None:
    key = Key(tonic, 0, mode)
    rows = [row for row in NUMERALS if row["mode"] == mode and row["kind"] in ("diatonic", "seventh")]
    numeral = data.draw(st.sampled_from([one for row in rows for one in row["numerals"]]))
    chord = parse_chord(numeral, key.is_minor)
    inversion = data.draw(st.integers(0, len(chord.members) - 1))
    letters, semitones = chord.members[inversion]
    bass = key.pitch(letters, semitones, 3)
    figures = FIGURES[inversion][chord.seventh is not None].split("/")
    tones = [key.pitch(step, above, 3) for step, above in chord.members]
    signed = []  # every tone is written out with its own sign, whatever the signature says
    for figure in [*figures, *({"": ["3", "5"], "6": ["3"], "7": ["3", "5"], "6/5": ["3"], "4/3": ["6"], "4/2": ["6"],
                                "6/4": []}["/".join(figures)])]:  # fmt: skip
        if figure:
            step = (bass.letter_step + int(figure) - 1) % 7
            tone = next(tone for tone in tones if tone.step == step)
            signed.append({1: "#", -1: "b", 0: "n"}.get(tone.alter, "?") + figure)
    if any("?" in one for one in signed):
        return
    found = chord_of(Pitch(bass.octave, bass.step, bass.alter), "/".join(signed), key, NUMERALS)
    assert (set(found.pitch_classes(key)), found.bass) == (set(chord.pitch_classes(key)), (letters, semitones % 12))


@pytest.mark.parametrize(("text", "said"), [
    ("", "1 to"), ("I X", "no Roman numeral"), ("I:5 V", "bar 1|more than"), ("I v V:x", "is no number"),
    ("Vi", "upper"),
    ("I " * (MOST_CHORDS + 48), f"from 1 to {MOST_CHORDS}|finer"), ("[H major] I", "German"),
])  # fmt: skip
def test_slips_in_numerals_are_one_line(text: str, said: str) -> None:
    with pytest.raises(RequestError, match=said) as told:
        read_numerals(text, "C", METER)
    assert "\n" not in str(told.value)


@pytest.mark.parametrize(("text", "key", "said"), [
    ("", None, "no bass note"), ("H3", None, "is no bass note"), ("G3^6^5", None, "figure"), ("G3^x", None, "figure"),
    ("C3 G3:0 ", "C", ""), ("G3:5 C3", "C", "more than a bar"), ("C3^2/3/4/5/6/7", "C", "no chord known"),
    ("C3 F#3^b", "C", "no chord known"), ("G3", "H", "German"), ("G3:1/0", "C", "is no bass note"),
])  # fmt: skip
def test_slips_in_a_figured_bass_are_one_line(text: str, key: str | None, said: str) -> None:
    if not said:
        return
    with pytest.raises(RequestError, match=said) as told:
        read_figured(text, key, METER, NUMERALS)
    assert "\n" not in str(told.value)


@pytest.mark.parametrize(("text", "name"), [
    ("d", "D minor"), ("D", "D major"), ("Bb", "Bb major"), ("F#m", "F# minor"),
])  # fmt: skip
def test_the_case_of_a_key_says_its_mode(text: str, name: str) -> None:
    assert read_wish_key(text).name == name


def test_a_key_that_is_none_is_answered() -> None:
    with pytest.raises(RequestError, match="--key"):
        read_wish_key("X")


def test_without_a_key_the_last_bass_note_is_the_tonic() -> None:
    task = read_figured("C3 F3 | Bb2", None, METER, NUMERALS)
    assert task.key.name == "Bb major"
    assert task.bass == tuple(parse_pitch(name) for name in ("C3", "F3", "Bb2"))


@pytest.mark.parametrize(("chords", "lengths"), [
    ("I V I", (480, 480, 960)), ("I ii V7 I I", (480,) * 4 + (1920,)), ("I IV V I", (480,) * 4), ("I V", (960, 960)),
    ("I V | I", (960, 960, 1920)),
])  # fmt: skip
def test_chords_without_bar_lines_are_plain_notes(chords: str, lengths: tuple[int, ...]) -> None:
    assert tuple(span.length_ticks for span in read_numerals(chords, "C", Meter(4, 4)).chords) == lengths


def test_silence_is_no_chord() -> None:
    with pytest.raises(RequestError, match="without rests"):
        read_numerals("I - V", "C", Meter(4, 4))
