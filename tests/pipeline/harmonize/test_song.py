"""Harmony for songs: closes, upbeats, meters, modes, moods, chords a bar; what the lattice prices is what comes out."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from composer.pipeline.harmonize.song import harmonize_song
from composer.pipeline.harmonize.task import Tune
from composer.score.key import Key
from composer.score.reading import Phrase
from composer.score.text import parse_text
from composer.theory.rulebook import Rulebook, load_rulebook

TWINKLE = (
    "key: C\nmeter: 4/4\nM: C4 C4 G4 G4 | A4 A4 G4:2 | F4:1 F4 E4 E4 | D4 D4 C4:2 | G4:1 G4 F4 F4 | E4 E4 D4:2 | "
    "G4:1 G4 F4 F4 | E4 E4 D4:2 | C4:1 C4 G4 G4 | A4 A4 G4:2 | F4:1 F4 E4 E4 | D4 D4 C4:2"
)
UPBEATS = (
    "key: G\nmeter: 3/4\npickup: 1\nM: D4 | G4 A4 B4 | C5:2 A4:1 | F#4 G4 A4 | D4:2 D4:1 | G4 A4 B4 | C5:2 A4:1 | "
    "F#4 E4 F#4 | G4:2"
)


def tune(text: str, bars_a_phrase: int = 2) -> Tune:
    """A tune of our text form, its phrases of equal numbers of bars."""
    score = parse_text(text, Path("tune"))
    length, end = bars_a_phrase * score.meter.bar_ticks, score.end_ticks
    cuts = [0, *range(length, end - length // 2, length), end]
    phrases = tuple(Phrase(a, b, "open") for a, b in pairwise(cuts))
    return Tune(score, score.tune, score.key, score.key.fifths, phrases)


@pytest.fixture(scope="module")
def book() -> Rulebook:
    return load_rulebook()


@pytest.mark.parametrize("style", ["song", "folk-song"])
def test_every_phrase_closes_and_the_piece_ends_at_home(book: Rulebook, style: str) -> None:
    found = harmonize_song(tune(TWINKLE), book, 0, 1, style=style)[0]
    assert all(phrase.cadence in ("PAC", "IAC", "HC", "PC", "DC") for phrase in found.phrases)
    assert found.phrases[-1].cadence == "PAC"
    assert found.chords[-1].chord.numeral == "I"
    assert [a.end_ticks for a in found.chords[:-1]] == [b.onset_ticks for b in found.chords[1:]]


def test_an_upbeat_has_no_chord(book: Rulebook) -> None:
    song = tune(UPBEATS, 4)
    found = harmonize_song(song, book, 0, 1, style="folk-song")[0]
    assert found.chords[0].onset_ticks == song.score.pickup_ticks == 480
    assert found.chords[-1].end_ticks == song.score.end_ticks


def test_a_lowered_seventh_makes_the_mode(book: Rulebook) -> None:
    text = "key: D\nmeter: 4/4\nM: D4 F#4 A4 F#4 | C5 B4 A4:2 | G4:1 E4 C4 E4 | D4:4"
    found = harmonize_song(tune(text, 4), book, 0, 1, style="folk-song")[0]
    assert {span.key for span in found.chords} == {Key(1, 0, "mixolydian")}
    assert {"bVII", "v"} & {span.chord.numeral for span in found.chords}
    assert found.phrases[-1].cadence == "MC"
