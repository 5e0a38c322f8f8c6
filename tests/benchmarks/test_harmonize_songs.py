"""The measures of songs, on a tune of which it is known what they must say."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.harmonize_songs import book_lines, rhythm_lines, tone_lines
from benchmarks.song_judges import agreement, fitting_roots
from benchmarks.song_trials import Trial, tried, wish_of
from composer.pipeline.harmonize.song import harmonize_song
from composer.pipeline.harmonize.song_grid import grid_of
from composer.pipeline.harmonize.tune import Read, read_tune
from composer.score.chord import parse_chord
from composer.score.reading import ChordSpan
from composer.theory.tables import load_table

TUNE = (
    "key: C\nmeter: 4/4\nM: C4 C4 G4 G4 | A4 A4 G4:2 | F4:1 F4 E4 E4 | D4 D4 C4:2 | G4:1 G4 F4 F4 | E4 E4 D4:2 | "
    "G4:1 G4 F4 F4 | E4 E4 D4:2"
)


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> Read:
    path: Path = tmp_path_factory.mktemp("tunes") / "tune.txt"
    path.write_text(TUNE, encoding="utf-8")
    return read_tune(path, 1, wish_of("song", "lead-sheet"))


@pytest.fixture(scope="module")
def trial(read: Read) -> Trial:
    return tried("kinder-tune", read, [wish_of("folk-song", name) for name in ("lead-sheet", "piano")])


def test_a_trial_counts_what_is_there(trial: Trial) -> None:
    assert trial.bars == 8 and len(trial.in_bar) == 8 and not trial.triple
    assert [bar for bar, _ in trial.in_bar] == list(range(8)) and all(1 <= count <= 4 for _, count in trial.in_bar)
    assert len(trial.tones) == 28 and sum(strength == 3 for strength, _ in trial.tones) == 8
    assert trial.early == 0 and trial.cadences and "open" not in trial.cadences
    assert set(trial.errors) == {"lead-sheet", "piano"}
    assert all(sum(found.values()) == 0 for found in trial.errors.values())


def test_the_tables_have_a_row_for_what_was_measured(trial: Trial) -> None:
    found = [{"folk-song": trial, "song": trial}]
    assert sum("kinder" in line for line in book_lines(found)) == 2
    assert len(rhythm_lines(found)) == 3 + 2 and "| 1 |" in rhythm_lines(found)[-1]
    assert len(tone_lines(found)) == 2 + 2


def test_agreement_is_whole_with_oneself_and_counts_the_rest(read: Read) -> None:
    wish = wish_of("song", "lead-sheet")
    ours = harmonize_song(read.tune, wish.book, 0, 1)[0]
    same = agreement("same", replace(read.tune, given=ours.chords), "song")
    assert same.root == same.function == 1.0
    end = read.tune.score.end_ticks
    tonic = (ChordSpan(0, end, parse_chord("I", False), read.tune.key),)
    assert agreement("tonic", replace(read.tune, given=tonic), "song").tonic_root == 1.0
    other = (ChordSpan(0, end, parse_chord("bII", False), read.tune.key),)
    assert agreement("other", replace(read.tune, given=other), "song").root == 0.0


def test_the_plain_baseline_takes_the_triad_that_fits_most_notes(read: Read) -> None:
    roots = fitting_roots(read.tune, grid_of(read.tune, load_table("meters")))
    assert roots[0] == 0 and len(roots) == 8 and set(roots) <= {0, 2, 4, 5, 7, 9, 11}
