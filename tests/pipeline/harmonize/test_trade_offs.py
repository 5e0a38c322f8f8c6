"""What is said of readings is what they are: every count can be made again from the chords themselves."""

from __future__ import annotations

from dataclasses import replace

import pytest

from composer.pipeline.harmonize.task import Harmonized, Tune
from composer.pipeline.harmonize.words import differences, facts
from composer.score.note import Voice
from composer.score.reading import Phrase
from composer.score.text import parse_text

TUNE = "key: C major\nM: E5 F5 G5 E5 | D5 C5 B4:2 | C5:1 D5 E5 D5 | C5:4"


def reading(chords: str, cadences: str = "HC PAC", cost: float = 1.0, bass: str = "") -> tuple[Tune, Harmonized]:
    text = TUNE + f"\nchords: {chords}" + (f"\nB: {bass}" if bass else "")
    score = parse_text(text)
    assert score.reading is not None
    names = cadences.split()
    phrases = tuple(Phrase(7680 // 2 * n, 7680 // 2 * (n + 1), name) for n, name in enumerate(names))
    lower = tuple(voice for voice in score.voices if voice.role == "bass")
    alone = score.with_voices(score.voices[:1])
    tune = Tune(alone, alone.voices[0], score.key, 0, phrases)
    return tune, Harmonized(score.reading.chords, lower, phrases, cost)


FIRST = "I IV | I V | vi ii | V I"


def test_facts_are_counted() -> None:
    tune, found = reading("I IV6 | I V7/V V | vi ii6/5 | V7 I")
    made = facts(tune, found)
    assert (made.changes, made.inversions, made.sevenths, made.applied) == (8, 2, 3, 1)
    assert made.minor == 2 and made.keys == 1 and made.foreign == 0
    assert [(close.bar, close.cadence, close.spoken) for close in made.closes] == [(2, "HC", "V"), (4, "PAC", "I")]


def test_a_chord_struck_again_is_no_change() -> None:
    tune, found = reading("I I | I V V | vi ii | V I")
    assert facts(tune, found).changes == 5


def test_foreign_notes_and_steps_of_the_bass() -> None:
    tune, found = reading("I:4 | V:4 | I:4 | I:4", bass="C3:1 D3 E3 F3 | G3:4 | C3:4 | C3:4")
    made = facts(tune, found)
    assert made.foreign == 2
    assert (made.moves, made.steps) == (5, 4)


@pytest.mark.parametrize(("other", "cadences", "said"), [
    ("I IV | I V | vi ii | V vi", "HC DC", "softer close in bar 4 (vi for I)"),
    ("I IV | I I | vi ii | V I", "IAC PAC", "firmer close in bar 2 (I for V)"),
    ("I IV6 | I6 V | vi6 ii | V I", "HC PAC", "more inversions (3 for 0)"),
    ("I IV | I V7/V V | V7/vi vi ii | V I", "HC PAC", "more applied dominants (2 for 0)"),
    ("I IV | I V | [G major] ii V | [C major] V I", "HC PAC", "more keys (2 for 1)"),
    ("I IV | I V | IV ii | V I", "HC PAC", "other roots for 12% of the time (bar 3)"),
    ("vi IV | I V | IV ii | V7 I", "HC PAC", "other roots for 25% of the time (bars 1, 3)"),
])  # fmt: skip
def test_differences(other: str, cadences: str, said: str) -> None:
    tune, first = reading(FIRST)
    _, second = reading(other, cadences, 3.5)
    words = differences(tune, first, second)
    assert said in words
    assert words[-1] == "2.5 nats dearer"


def test_what_is_the_same_is_not_said() -> None:
    tune, first = reading(FIRST, bass="C3:2 F3 | C3 G3 | A2 D3 | G3 C3")
    assert differences(tune, first, first) == ("the same roots, 0 other notes in the lower voices", "0.0 nats dearer")
    voice = first.voices[0]
    moved = (replace(voice.notes[0], pitches=(replace(voice.notes[0].top, octave=2),)), *voice.notes[1:])
    second = replace(first, voices=(Voice("bass", "bass", moved),), cost_nats=0.5)
    words = differences(tune, first, second)
    assert words == ("the same roots, 1 other note in the lower voices", "0.5 nats cheaper")


def test_lines_that_close_elsewhere() -> None:
    tune, first = reading(FIRST)
    second = replace(first, phrases=(Phrase(0, 7680, "PAC"),))
    assert "goes on in bar 2" in differences(tune, first, second)
    assert "closes in bar 2 (V)" in differences(tune, second, first)


def test_many_other_closes_are_counted() -> None:
    bars = " | ".join(["C5:4"] * 10)
    score = parse_text(f"M: {bars}\nchords: " + " | ".join(["I:2 V"] * 10))
    other = parse_text(f"M: {bars}\nchords: " + " | ".join(["V:2 I"] * 10))
    phrases = tuple(Phrase(1920 * n, 1920 * (n + 1), "HC") for n in range(10))
    firm = tuple(replace(phrase, cadence="PAC") for phrase in phrases)
    tune = Tune(score, score.voices[0], score.key, 0, phrases)
    assert score.reading is not None and other.reading is not None
    words = differences(
        tune, Harmonized(score.reading.chords, (), phrases, 0.0), Harmonized(other.reading.chords, (), firm, 0.0)
    )
    assert words[0] == "10 of 10 lines close otherwise (0 more softly, 10 more firmly)"
