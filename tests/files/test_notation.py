"""Note values, beams and accidentals of hand-made bars."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from composer.files.grid import bars_of_score
from composer.files.notation import Written, accidentals, bars_of, beams
from composer.score.text import parse_text
from composer.score.time import TICKS_PER_QUARTER, Meter, parse_meter


def written(meter: str, notes: str, pickup: str = "") -> tuple[list[list[Written]], Meter]:
    head = f"pickup: {pickup}\n" if pickup else ""
    score = parse_text(f"meter: {meter}\n{head}M: {notes}")
    return bars_of(score.voices[0], bars_of_score(score)), parse_meter(meter)


def beamed(meter: str, notes: str) -> list[str]:
    """Beams of one bar, levels joined by ``+``; ``.`` for none; s c e = start, continue, stop; > < = hooks."""
    bars, found = written(meter, notes)
    short = {"start": "s", "continue": "c", "stop": "e", "partial-left": "<", "partial-right": ">"}
    return ["+".join(short[word] for word in words) or "." for words in beams(bars[0], found)]


@pytest.mark.parametrize(("meter", "notes", "wanted"), [
    ("4/4", "C5:1/2 C5 C5 C5 C5 C5 C5 C5", "s c c e s c c e"),
    ("4/4", "C5:1 C5:1/2 C5 C5 C5 C5:1", ". s e s e ."),
    ("3/4", "C5:1/2 C5 C5 C5 C5 C5", "s e s e s e"),
    ("6/8", "C5:1/2 C5 C5 C5 C5 C5", "s c e s c e"),
    ("6/8", "C5:1 C5:1/2 C5:1/2 C5:1", ". . . ."),
    ("6/8", "C5:3/4 C5:1/4 C5:1/2 C5:3/2", "s c+< e ."),
    ("2/4", "C5:3/4 C5:1/4 C5:1/4 C5:3/4", "s e+< s+> e"),
    ("4/4", "C5:1/4 C5 C5 C5 C5:1/2 C5:1/4 C5 C5:2", "s+s c+c c+c e+e s c+s e+e ."),
    ("4/4", "C5:1/4 C5:1/2 C5:1/4 C5:3", "s+> c e+< ."),
    ("4/4", "C5:1/2 r:1/2 C5:1/2 C5:1/2 C5:2", ". . s e ."),
    ("4/4", "C5:3/2 C5:1/2 C5:2", ". . ."),
    ("4/4", "C5:1/2 C5:1 C5:1/2 C5:2", ". . . ."),
    ("3/4", "C5:3/4 C5:1/8 C5:1/8 C5:2", "s c+s+s e+e+e ."),
    ("2/2", "C5:1/2 C5 C5 C5 C5 C5 C5 C5", "s c c e s c c e"),
    ("2/2", "C5:1/4 C5 C5 C5 C5 C5 C5 C5 C5:2", "s+s c+c c+c e+e s+s c+c c+c e+e ."),
    ("2/4", "C5:1/2 C5 C5 C5", "s e s e"),
    ("9/8", "C5:1/2 C5 C5 C5 C5 C5 C5 C5 C5", "s c e s c e s c e"),
    ("12/8", "C5:1/2 C5 C5 C5 C5 C5 C5:1 C5:1/2 C5:1 C5:1/2", "s c e s c e . . . ."),
])
def test_beams(meter: str, notes: str, wanted: str) -> None:
    assert beamed(meter, notes) == wanted.split()


def values(meter: str, notes: str) -> list[list[tuple[str, bool]]]:
    """(length in quarters, tied on) of every written head, bar by bar."""
    bars, _ = written(meter, notes)
    return [[(f"{note.length_ticks / TICKS_PER_QUARTER:g}", note.tie_to) for note in bar] for bar in bars]


@pytest.mark.parametrize(("meter", "notes", "wanted"), [
    ("4/4", "C5:6 C5:2", [[("4", True)], [("2", False), ("2", False)]]),
    ("4/4", "C5:5/2 C5:3/2", [[("2", True), ("0.5", False), ("1.5", False)]]),
    ("4/4", "C5:1/2 C5:2 C5:3/2", [[("0.5", False), ("1.5", True), ("0.5", False), ("1.5", False)]]),
    ("4/4", "C5:1 C5:2 C5:1", [[("1", False), ("2", False), ("1", False)]]),
    ("4/4", "C5:1 C5:3/2 C5:3/2", [[("1", False), ("1", True), ("0.5", False), ("1.5", False)]]),
    ("4/4", "C5:3/2 C5:1 C5:3/2", [[("1.5", False), ("0.5", True), ("0.5", False), ("1.5", False)]]),
    ("2/2", "C5:3/2 C5:1 C5:3/2", [[("1.5", False), ("0.5", True), ("0.5", False), ("1.5", False)]]),
    ("2/2", "C5:1 C5:2 C5:1", [[("1", False), ("2", False), ("1", False)]]),
    ("2/4", "C5:1/2 C5:1 C5:1/2", [[("0.5", False), ("1", False), ("0.5", False)]]),
    ("9/8", "C5:9/2", [[("3", True), ("1.5", False)]]),
    ("9/8", "C5:1 C5:2 C5:3/2", [[("1", False), ("0.5", True), ("1.5", False), ("1.5", False)]]),
    ("12/8", "C5:6", [[("6", False)]]),
    ("12/8", "C5:3/2 C5:9/2", [[("1.5", False), ("1.5", True), ("3", False)]]),
    ("12/8", "C5:5/2 C5:7/2", [[("1.5", True), ("1", False), ("0.5", True), ("3", False)]]),
    ("4/4", "r:1/2 C5:1/2 r:3", [[("0.5", False), ("0.5", False), ("1", False), ("2", False)]]),
    ("4/4", "C5:1 r:2 C5:1", [[("1", False), ("1", False), ("1", False), ("1", False)]]),
    ("3/4", "C5:1 r:2", [[("1", False), ("1", False), ("1", False)]]),
    ("3/4", "r:3 | C5:3", [[("3", False)], [("3", False)]]),
    ("6/8", "C5:1/2 r:1 r:3/2", [[("0.5", False), ("0.5", False), ("0.5", False), ("1.5", False)]]),
    ("6/8", "r:1 C5:1/2 C5:3/2", [[("1", False), ("0.5", False), ("1.5", False)]]),
    ("9/8", "C5:3/2 r:3", [[("1.5", False), ("1.5", False), ("1.5", False)]]),
    ("9/8", "r:9/2 | C5:9/2", [[("4.5", False)], [("3", True), ("1.5", False)]]),
    ("6/8", "C5:1 C5:2", [[("1", False), ("0.5", True), ("1.5", False)]]),
    ("4/4", "r:5/2 C5:3/2", [[("2", False), ("0.5", False), ("1.5", False)]]),
    ("6/8", "C5:3", [[("3", False)]]),
    ("3/4", "C5:3_ | C5:1 D5:2", [[("3", True)], [("1", False), ("2", False)]]),
    ("4/4", "C5:5/4 C5:11/4", [[("1", True), ("0.25", False), ("0.75", True), ("2", False)]]),
])
def test_note_values(meter: str, notes: str, wanted: list[list[tuple[str, bool]]]) -> None:
    assert values(meter, notes) == wanted


@pytest.mark.parametrize("meter", ["4/4", "3/4", "6/8", "2/4", "2/2", "9/8", "12/8"])
@pytest.mark.parametrize("onset", range(0, 12, 3))
def test_every_length_is_written_in_full(meter: str, onset: int) -> None:
    bar = parse_meter(meter).bar_ticks // 120
    onset %= bar
    for length in range(1, 2 * bar - onset):
        rest = f"r:{onset}/4 " if onset else ""
        bars, _ = written(meter, f"{rest}C5:{length}/4")
        heads = [note for line in bars for note in line if note.pitches]
        assert sum(note.length_ticks for note in heads) == length * 120
        assert [note.tie_to for note in heads] == [True] * (len(heads) - 1) + [False]
        assert [note.tie_from for note in heads] == [False] + [True] * (len(heads) - 1)


def signs(key: str, notes: str, meter: str = "4/4") -> list[str]:
    """Names of the notes whose sign is printed, with their bars."""
    score = parse_text(f"key: {key}\nmeter: {meter}\nM: {notes}")
    grid = bars_of_score(score)
    bars = bars_of(score.voices[0], grid)
    shown = accidentals([bars], grid)
    return [f"{bar + 1}:{bars[bar][note].pitches[head].name}" for _, bar, note, head in sorted(shown)]


@pytest.mark.parametrize(("key", "notes", "wanted"), [
    ("C major", "C5 F#5 F#5 G5", ["1:F#5"]),
    ("C major", "C5 F#5 F5 G5", ["1:F#5", "1:F5"]),
    ("C major", "F#5 F#4 G4 A4", ["1:F#5", "1:F#4"]),
    ("G major", "F#5 G5 F5 F#5", ["1:F5", "1:F#5"]),
    ("D minor", "Bb4 A4 C#5 D5 | C5 Bb4 A4:2", ["1:C#5", "2:C5"]),
    ("D minor", "C#5 D5:3 | C5:1 D5:3 | C5:1 D5:3", ["1:C#5", "2:C5"]),
    ("D minor", "C#5 D5:3 | C#5:1 D5:3", ["1:C#5", "2:C#5"]),
    ("C major", "F#5:4_ | F#5:2 F#5:2", ["1:F#5", "2:F#5"]),
    ("C major", "F#5:4_ | F#5:2 F5:2", ["1:F#5", "2:F5"]),
    ("Bb minor", "A4 Bb4 Gb4 G4 | Gb4:4", ["1:A4", "1:G4", "2:Gb4"]),
    ("C major", "C5:2 B4:2", []),
])
def test_accidentals(key: str, notes: str, wanted: list[str]) -> None:
    assert signs(key, notes) == wanted


def test_the_page_prints_what_was_decided() -> None:
    heads: Sequence[str] = signs("C major", "C4+F#4+A4:2 C4+F4+A4:2")
    assert heads == ["1:F#4", "1:F4"]


@pytest.mark.parametrize(("meter", "pickup", "notes", "wanted"), [
    ("4/4", "1", "C5:1/2 C5 | C5:4", "s e"),
    ("3/4", "3/2", "C5:1/2 C5 C5 | C5:3", ". s e"),
    ("6/8", "2", "C5:1/2 C5 C5 C5 | C5:3", ". s c e"),
    ("4/4", "1/2", "C5:1/4 C5 | C5:4", "s+s e+e"),
])
def test_an_upbeat_is_beamed_by_the_beats_of_a_full_bar(meter: str, pickup: str, notes: str, wanted: str) -> None:
    bars, found = written(meter, notes, pickup)
    short = {"start": "s", "stop": "e", "continue": "c"}
    assert ["+".join(short[w] for w in words) or "." for words in beams(bars[0], found)] == wanted.split()
