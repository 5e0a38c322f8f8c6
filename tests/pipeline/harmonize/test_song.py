"""Harmony for songs: closes, upbeats, meters, modes, moods, paces; paths cost what their parts cost."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from composer.errors import RequestError
from composer.pipeline.harmonize import song_lattice
from composer.pipeline.harmonize.song import Song, harmonize_song, lay_out
from composer.pipeline.harmonize.song_lattice import chord_path, near_best, next_close, rates
from composer.pipeline.harmonize.task import Harmonized, Tune
from composer.score.chord import parse_chord
from composer.score.key import Key
from composer.score.reading import ChordSpan, Phrase
from composer.score.text import parse_text
from composer.search.draw import spawn
from composer.search.lattice import best, k_best, log_total, path_cost, sample
from composer.theory.rulebook import Rulebook, load_rulebook
from composer.theory.tables import load_table

NAMES = ("C", "C#", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")
CLOSES = ("PAC", "IAC", "HC", "PC", "DC", "MC")
TWINKLE = (
    "key: C\nmeter: 4/4\nM: C4 C4 G4 G4 | A4 A4 G4:2 | F4:1 F4 E4 E4 | D4 D4 C4:2 | G4:1 G4 F4 F4 | E4 E4 D4:2 | "
    "G4:1 G4 F4 F4 | E4 E4 D4:2 | C4:1 C4 G4 G4 | A4 A4 G4:2 | F4:1 F4 E4 E4 | D4 D4 C4:2"
)
IN_D = (
    "key: D\nmeter: 4/4\nM: D4 D4 A4 A4 | B4 B4 A4:2 | G4:1 G4 F#4 F#4 | E4 E4 D4:2 | A4:1 A4 G4 G4 | F#4 F#4 E4:2 | "
    "A4:1 A4 G4 G4 | F#4 F#4 E4:2 | D4:1 D4 A4 A4 | B4 B4 A4:2 | G4:1 G4 F#4 F#4 | E4 E4 D4:2"
)
UPBEATS = (
    "key: G\nmeter: 3/4\npickup: 1\nM: D4 | G4 A4 B4 | C5:2 A4:1 | F#4 G4 A4 | D4:2 D4:1 | G4 A4 B4 | C5:2 A4:1 | "
    "F#4 E4 F#4 | G4:2"
)
JIG = (
    "key: A minor\nmeter: 6/8\npickup: 1/2\nM: A4:1/2 | C5:1 D5:1/2 E5:3/4 F5:1/4 E5:1/2 | D5:1 B4:1/2 G4:3/4 A4:1/4 "
    "B4:1/2 | C5:1 A4:1/2 A4:3/4 G#4:1/4 A4:1/2 | B4:1 G#4:1/2 E4:1 A4:1/2 | C5:1 D5:1/2 E5:3/4 F5:1/4 E5:1/2 | D5:1 "
    "B4:1/2 G4:3/4 A4:1/4 B4:1/2 | C5:3/4 B4:1/4 A4:1/2 G#4:3/4 F#4:1/4 G#4:1/2 | A4:3/2 A4:1"
)
LEAPS = "key: C\nmeter: 5/4\nM: C4 G4 E4 C5 F4 | B3 D5 G#4 A4 Eb4 | C4:5"


def tune(text: str, bars_a_phrase: int = 2) -> Tune:
    """A tune of our text form, its phrases of equal numbers of bars."""
    score = parse_text(text, Path("tune"))
    early, length, end = score.pickup_ticks, bars_a_phrase * score.meter.bar_ticks, score.end_ticks
    cuts = [0, *range(length, end - length // 2, length), end]
    phrases = tuple(Phrase(a, b, "open") for a, b in pairwise(cuts))
    assert all(cut % score.meter.bar_ticks == 0 for cut in cuts[1:-1]) or early
    return Tune(score, score.tune, score.key, score.key.fifths, phrases)


@pytest.fixture(scope="module")
def book() -> Rulebook:
    return load_rulebook()


def found(book: Rulebook, text: str, style: str = "folk-song", **more: object) -> Harmonized:
    """The best reading."""
    return harmonize_song(tune(text), book, 0, 1, style=style, **more)[0]  # type: ignore[arg-type]


def song(book: Rulebook, text: str, style: str = "song") -> Song:
    return lay_out(tune(text), book, None, None, style, load_table)


@pytest.mark.parametrize("style", ["song", "folk-song"])
@pytest.mark.parametrize("text", [TWINKLE, UPBEATS, JIG])
def test_phrases_close_and_the_piece_ends_at_home(book: Rulebook, style: str, text: str) -> None:
    own = tune(text)
    answer = harmonize_song(own, book, 0, 1, style=style)[0]
    assert all(phrase.cadence in CLOSES for phrase in answer.phrases)
    assert answer.phrases[-1].cadence == "PAC"
    assert answer.chords[-1].chord.root == (0, 0) and answer.chords[-1].chord.inversion == 0
    assert [a.end_ticks for a in answer.chords[:-1]] == [b.onset_ticks for b in answer.chords[1:]]
    assert answer.chords[-1].end_ticks == own.score.end_ticks
    assert [phrase.end_ticks for phrase in answer.phrases][-1] == own.phrases[-1].end_ticks
    assert {phrase.end_ticks for phrase in answer.phrases} <= {phrase.end_ticks for phrase in own.phrases}


@pytest.mark.parametrize("text", [UPBEATS, JIG])
def test_an_upbeat_has_no_chord_and_chords_change_on_beats(book: Rulebook, text: str) -> None:
    answer = found(book, text)
    score = tune(text).score
    assert answer.chords[0].onset_ticks == score.pickup_ticks > 0
    assert all(score.strength(span.onset_ticks) > 0 for span in answer.chords)


def test_a_lowered_seventh_makes_the_mode(book: Rulebook) -> None:
    text = "key: D\nmeter: 4/4\nM: D4 F#4 A4 F#4 | C5 B4 A4:2 | G4:1 E4 C4 E4 | D4:4"
    answer = harmonize_song(tune(text, 4), book, 0, 1, style="folk-song")[0]
    assert {span.key for span in answer.chords} == {Key(1, 0, "mixolydian")}
    assert {"bVII", "v"} & {span.chord.numeral for span in answer.chords}
    assert answer.phrases[-1].cadence == "MC"


def test_a_tune_in_another_key_has_the_same_numerals(book: Rulebook) -> None:
    numerals = [[span.chord.numeral for span in found(book, text).chords] for text in (TWINKLE, IN_D)]
    assert numerals[0] == numerals[1]


def test_like_bars_take_like_chords(book: Rulebook) -> None:
    chords = found(book, TWINKLE, "song").chords

    def bar(number: int) -> list[tuple[int, str]]:
        begin = (number - 1) * 1920
        return [(max(s.onset_ticks, begin) - begin, s.chord.numeral) for s in chords
                if s.onset_ticks < begin + 1920 and s.end_ticks > begin]  # fmt: skip

    assert [bar(n) for n in (1, 2)] == [bar(n) for n in (9, 10)]


PACES = ((Fraction(1, 2), 0.4, 1.0), (1, 0.8, 1.0), (2, 1.6, 2.0), (4, 2.5, 4.0))


@pytest.mark.parametrize(("pace", "fewest", "most"), PACES)
def test_a_pace_that_is_asked_for(book: Rulebook, pace: Fraction | int, fewest: float, most: float) -> None:
    answer = harmonize_song(tune(TWINKLE, 4), book, 0, 1, chords_per_bar=pace)[0]
    assert fewest <= len(answer.chords) / 12 <= most
    if pace <= 1:
        assert all(span.onset_ticks % 1920 == 0 for span in answer.chords)


def test_a_mood_is_heard(book: Rulebook) -> None:
    plain, dreamy = (found(book, TWINKLE, "song", mood=mood) for mood in (None, "dreamy"))
    assert not any("maj7" in span.chord.numeral for span in plain.chords)
    assert any("maj7" in span.chord.numeral for span in dreamy.chords)
    with pytest.raises(RequestError):
        found(book, TWINKLE, "song", mood="dreamyy")


def root_at(answer: Harmonized, tick: int) -> tuple[int, int]:
    return next(span.chord.root for span in answer.chords if span.onset_ticks <= tick < span.end_ticks)


def test_readings_differ_on_downbeats_and_come_in_order(book: Rulebook) -> None:
    answers = harmonize_song(tune(TWINKLE), book, 0, 3)
    assert len(answers) == 3
    assert [a.cost_nats for a in answers] == sorted(a.cost_nats for a in answers)
    for place, one in enumerate(answers):
        for other in answers[:place]:
            apart = 0
            for tick in range(0, 12 * 1920, 1920):
                apart += root_at(one, tick) != root_at(other, tick)
            assert apart >= 3


def test_given_chords_stand_where_they_are_given(book: Rulebook) -> None:
    own = tune(TWINKLE)
    mediant, flat = (parse_chord(numeral, False) for numeral in ("iii", "bVII"))
    given = (ChordSpan(240, 720, mediant, own.key), ChordSpan(3840, 1920, flat, own.key))
    answer = harmonize_song(replace(own, given=given), book, 0, 1)[0]
    assert set(given) <= set(answer.chords)
    assert [a.end_ticks for a in answer.chords[:-1]] == [b.onset_ticks for b in answer.chords[1:]]


def test_a_tune_that_fits_nothing_is_harmonised_all_the_same(book: Rulebook) -> None:
    answer = found(book, LEAPS, "song")
    assert answer.chords and np.isfinite(answer.cost_nats)


@pytest.mark.parametrize("seed", range(24))
def test_whatever_walks_is_harmonised(book: Rulebook, seed: int) -> None:
    rng = spawn(seed, "walk")
    meter = ("4/4", "3/4", "6/8", "3/8", "5/4", "7/8", "1/4", "12/8")[seed % 8]
    key = ("C", "G minor", "B locrian", "D dorian", "E phrygian", "F lydian")[seed % 6]
    top, bottom = (int(part) for part in meter.split("/"))
    midi, bars = 60, []
    for _ in range(int(rng.integers(1, 18))):
        left, notes = Fraction(4 * top, bottom), []
        while left:
            length = min(left, Fraction(int(rng.integers(1, 7)), 4))
            midi = min(max(midi + int(rng.integers(-9, 10)), 48), 84)
            name = f"{NAMES[midi % 12]}{midi // 12 - 1}"
            notes.append(f"{'r' if rng.random() < 0.2 else name}:{length}")
            left -= length
        bars.append(" ".join(notes))
    own = tune(f"key: {key}\nmeter: {meter}\nM: C4:{Fraction(4 * top, bottom)} | " + " | ".join(bars), 4)
    pace = (None, 0, 1, 2, Fraction(1, 2))[seed % 5]
    style = ("song", "folk-song")[seed % 2]
    for answer in harmonize_song(own, book, 0, 1 + seed % 3, chords_per_bar=pace, style=style):
        assert np.isfinite(answer.cost_nats) and answer.phrases[-1].end_ticks <= own.score.end_ticks
        assert all(a.end_ticks == b.onset_ticks for a, b in pairwise(answer.chords))
        assert all(phrase.onset_ticks < phrase.end_ticks for phrase in answer.phrases)


def test_the_same_twice_and_whatever_the_seed(book: Rulebook) -> None:
    assert harmonize_song(tune(JIG), book, 1, 2) == harmonize_song(tune(JIG), book, 2, 2)


@pytest.mark.parametrize("text", [TWINKLE, UPBEATS, JIG, LEAPS])
def test_a_path_costs_what_its_parts_cost(book: Rulebook, text: str) -> None:
    laid = song(book, text)
    rng = spawn(3, "paths")
    for _ in range(20):
        path = sample(laid.untied, rng)
        assert path_cost(laid.untied, path.candidates) == pytest.approx(_by_hand(laid, path.candidates), abs=0.05)


def _by_hand(laid: Song, path: tuple[int, ...]) -> float:
    """The price of a path, part by part (the lattice rounds each step to 1/1024 nat)."""
    grid, harmony, heard, rate = laid.grid, laid.harmony, laid.heard, rates(laid.grid, laid.harmony, None)
    chord = chord_path(laid.states, path)
    goal = [bool(here.goal[candidate]) for here, candidate in zip(laid.states, path, strict=True)]
    ahead, tonic = next_close(grid), harmony.key.tonic_pc
    total, entered = 0.0, 0
    for place, own in enumerate(chord):
        total += heard.over[place, own] + (harmony.bars[grid.strain_bar[place], own] if grid.downbeat[place] else 0.0)
        if grid.ends[place]:
            left = song_lattice.OPEN_NATS.get(int(grid.close[place]), song_lattice.NO_CLOSE_NATS)
            total += heard.rest[place, own] if goal[place] else left
        if place == 0:
            continue
        before = chord[place - 1]
        if own == before:
            rests = goal[place] and grid.late[place] >= 0
            total += song_lattice.GOAL_STAYS * rate.stay[place] if rests else rate.stay[place]
            if grid.downbeat[place] and not grid.downbeat[entered]:
                total += song_lattice.OVER_BAR_NATS * (grid.bar[entered] == grid.bar[place] - 1)
            continue
        entered = place
        total += rate.change[place] + (0.0 if grid.downbeat[place] else harmony.alone[own])
        moved = [(tonic + harmony.chords[index].bass[1]) % 12 for index in (before, own)]
        total += song_lattice.OCTAVES_NATS * (moved == heard.moves[place].tolist())
        if heard.leaves[place] and harmony.leads_home[before, own]:
            total += song_lattice.LEADING_LEFT_NATS
        arrives = goal[place] and not (goal[place - 1] and not grid.opens[place])
        if not arrives:
            total += harmony.pair[before, own]
            continue
        late = int(grid.late[place])
        total += harmony.close[ahead[place]].min(axis=0)[before, own]
        total += song_lattice.LATE_NATS * late if late > 0 else -song_lattice.EARLY_NATS * late
        total += 0.0 if grid.downbeat[place] or grid.main[place] else song_lattice.WEAK_GOAL_NATS
    return float(total)


def test_what_is_near_the_best_is_all_kept(book: Rulebook) -> None:
    laid = song(book, JIG)
    near, kept = near_best(laid.lattice, 3.0)
    ways = [path for path in k_best(laid.lattice, 40) if path.cost_nats <= best(laid.lattice).cost_nats + 3.0]
    again = k_best(near, len(ways))
    assert [path.cost_nats for path in again] == pytest.approx([path.cost_nats for path in ways])
    numbers = {tuple(int(own[c]) for own, c in zip(kept, path.candidates, strict=True)) for path in again}
    assert tuple(best(laid.lattice).candidates) in numbers
    assert log_total(near) <= log_total(laid.lattice)
    assert max(len(own) for own in kept) < max(len(here.chord) for here in laid.states)
