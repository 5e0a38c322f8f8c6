"""Pitches, keys, chords and time as values."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from composer.score.chord import parse_chord
from composer.score.key import MODE_FIFTHS, Key, parse_key, respelled
from composer.score.pitch import Pitch, interval_name, parse_pitch, pitch_at
from composer.score.time import BEAT, DOWNBEAT, HALF_BAR, OFF_BEAT, Meter, parse_meter, quarters, ticks

PITCHES = st.builds(Pitch, st.integers(0, 8), st.integers(0, 6), st.integers(-2, 2))


@given(PITCHES)
def test_pitch_names_are_read_back(pitch: Pitch) -> None:
    assert parse_pitch(pitch.name) == pitch
    assert pitch_at(pitch.letter_step, pitch.midi) == pitch


@given(PITCHES, PITCHES)
def test_interval_names_do_not_depend_on_order(low: Pitch, high: Pitch) -> None:
    assert interval_name(low, high) == interval_name(high, low)


@pytest.mark.parametrize(
    ("low", "high", "name"),
    [("C4", "G4", "P5"), ("C4", "C4", "P1"), ("F4", "G#4", "A2"), ("B3", "F4", "d5"), ("C4", "E5", "M10")],
)
def test_interval_names(low: str, high: str, name: str) -> None:
    assert interval_name(parse_pitch(low), parse_pitch(high)) == name


@pytest.mark.parametrize(("name", "midi"), [("C4", 60), ("B#3", 60), ("Cb4", 59), ("Fx5", 79), ("A0", 21)])
def test_midi_numbers(name: str, midi: int) -> None:
    assert parse_pitch(name).midi == midi


@pytest.mark.parametrize("name", ["H4", "C", "", "C#b4", "4C"])
def test_no_pitches(name: str) -> None:
    with pytest.raises(ValueError, match="no pitch"):
        parse_pitch(name)


@pytest.mark.parametrize(
    ("text", "name", "mode"),
    [
        ("D", "D", None),
        ("d", "D", "minor"),
        ("Bb", "Bb", None),
        ("F#m", "F#", "minor"),
        ("B-flat", "Bb", None),
        ("E dorian", "E", "dorian"),
        ("c# minor", "C#", "minor"),
        ("G Major", "G", "major"),
    ],
)
def test_keys_people_type(text: str, name: str, mode: str | None) -> None:
    wish = parse_key(text)
    assert (Key(wish.step, wish.alter, "major").tonic_name, wish.mode) == (name, mode)


@pytest.mark.parametrize("text", ["H", "Fis", "X", "D##", "", "Es-Dur"])
def test_no_keys(text: str) -> None:
    with pytest.raises(ValueError, match=r"; write|at most"):
        parse_key(text)


@given(st.integers(0, 6), st.integers(-1, 1), st.sampled_from(sorted(MODE_FIFTHS)))
def test_respelling_keeps_the_sound(step: int, alter: int, mode: str) -> None:
    key = Key(step, alter, mode)
    assert respelled(key).tonic_pc == key.tonic_pc
    assert abs(respelled(key).fifths) <= 7


@pytest.mark.parametrize(
    ("key", "sharps"), [(Key(1, 0, "major"), 2), (Key(3, 0, "minor"), -4), (Key(6, -1, "major"), -2)]
)
def test_signatures(key: Key, sharps: int) -> None:
    assert key.fifths == sharps
    assert sum(key.signature_alter(step) for step in range(7)) == sharps


@pytest.mark.parametrize(
    ("numeral", "minor", "semitones", "inversion"),
    [
        ("V7", False, (7, 11, 2, 5), 0),
        ("ii6/5", False, (2, 5, 9, 0), 1),
        ("V", True, (7, 11, 2), 0),
        ("vii°7", True, (11, 2, 5, 8), 0),
        ("VI", True, (8, 0, 3), 0),
        ("V7/V", False, (2, 6, 9, 0), 0),
        ("I6/4", False, (0, 4, 7), 2),
        ("bVI", False, (8, 0, 3), 0),
        ("Imaj7", False, (0, 4, 7, 11), 0),
        ("V4/2", False, (7, 11, 2, 5), 3),
    ],
)
def test_numerals(numeral: str, minor: bool, semitones: tuple[int, ...], inversion: int) -> None:
    chord = parse_chord(numeral, minor)
    assert tuple(member[1] for member in chord.members) == semitones
    assert chord.inversion == inversion
    assert chord.bass == chord.members[inversion]


def test_leading_tones() -> None:
    assert parse_chord("V7", False).leading == (6, 11)
    assert parse_chord("vii°6", True).leading == (6, 11)
    assert parse_chord("V7/V", False).leading == (3, 6)
    assert parse_chord("v", True).leading is None
    assert parse_chord("IV", False).leading is None


@pytest.mark.parametrize("numeral", ["VIII", "iV", "H", "", "V9"])
def test_no_numerals(numeral: str) -> None:
    with pytest.raises(ValueError, match=r"numeral|mixes"):
        parse_chord(numeral, False)


def test_metric_strength() -> None:
    four, three, six = Meter(4, 4), Meter(3, 4), Meter(6, 8)
    assert [four.strength(480 * beat) for beat in range(5)] == [DOWNBEAT, BEAT, HALF_BAR, BEAT, DOWNBEAT]
    assert [three.strength(480 * beat) for beat in range(3)] == [DOWNBEAT, BEAT, BEAT]
    assert [six.strength(240 * pulse) for pulse in range(4)] == [DOWNBEAT, OFF_BEAT, OFF_BEAT, HALF_BAR]
    assert (six.beats, six.beat_ticks, six.bar_ticks) == (2, 720, 1440)


def test_lengths() -> None:
    assert ticks(Fraction(3, 2)) == 720
    assert quarters(720) == Fraction(3, 2)
    assert parse_meter("6/8") == Meter(6, 8)
    with pytest.raises(ValueError, match="finer"):
        ticks(Fraction(1, 7))
    with pytest.raises(ValueError, match="no meter"):
        parse_meter("4/5")
