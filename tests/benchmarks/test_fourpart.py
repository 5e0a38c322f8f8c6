"""The counter of four-part faults, the labeller, the style features and the forest: each on music made to show it."""

from __future__ import annotations

import ast
import math
from pathlib import Path

import numpy as np
import pytest

from benchmarks.fourpart.apart import auc
from benchmarks.fourpart.bach import Chorale, chorales, fixed, listing, soprano_alone
from benchmarks.fourpart.faults import BESIDE, CORE11, counts, faults, together
from benchmarks.fourpart.features import features
from benchmarks.fourpart.labels import labels
from benchmarks.fourpart.likeness import likeness, tune_pairs
from benchmarks.fourpart.piece import Piece, piece_of, surface, units
from benchmarks.fourpart.second import music21_parallels
from benchmarks.fourpart.view import suspensions, view_of
from composer.score.text import parse_text

FOLDER = Path(__file__).resolve().parents[2] / "benchmarks" / "fourpart"


def made(*lines: str, key: str = "C major") -> Piece:
    """Soprano, alto, tenor, bass in 4/4."""
    named = "\n".join(f"{name}: {line}" for name, line in zip(("S", "A", "T", "B"), lines, strict=True))
    return piece_of(parse_text(f"key: {key}\nmeter: 4/4\n{named}"), "made")


@pytest.fixture(scope="module")
def hundred() -> list[Chorale]:
    return fixed()


BREAKS = {  # name: soprano, alto, tenor, bass that break it, and how often
    "parallel fifth": ("E5 F5", "C5 C5", "G4 A4", "C4 D4"),
    "parallel octave": ("E5 F5", "G4 A4", "C5 C5", "E3 F3"),
    "parallel unison": ("E5 F5", "G4 A4", "C4 D4", "C4 D4"),
    "direct fifth": ("C5 G5", "G4 G4", "E4 E4", "A3 C4"),
    "direct octave": ("E5 A5", "G4 A4", "C4 C4", "C3 A3"),
    "range": ("C5 C5", "G4 E5", "E4 E4", "C4 C4"),
    "augmented step": ("C5 C5", "F4 G#4", "C4 E4", "F3 E3"),
    "doubled leading tone": ("D5 C5", "B4 E4", "B3 G3", "G3 C3"),
    "leading tone at a cadence": ("B4 G4@", "G4 E4", "D4 C4", "G3 C3"),
    "seventh": ("F5 G5", "B4 C5", "D4 E4", "G3 C3"),
    "missing third": ("G4 G4", "G4 E4", "C4 C4", "C3 C3"),
    "crossing": ("E4 E4", "C4 C4", "G4 G3", "C3 C3"),
    "overlap": ("E4 G4", "C4 F4", "G3 C4", "C3 E3"),
    "spacing": ("G5 E5", "E4 C5", "C4 G4", "C3 C3"),
    "non-chord beat": ("C5 C5", "A4 G4", "G4 E4", "D3 C3"),
    "anti-parallel": ("C5 E5", "G4 D4", "E4 G3", "C3 G3"),
    "diminished to perfect fifth": ("F5 G5", "D5 E5", "B4 C5", "G3 C3"),
}
KEEPS = {  # the nearest music that does not
    "parallel fifth": ("E5 F5", "C5 C5", "G4 F4", "C4 F3"),
    "parallel octave": ("E5 F5", "G4 A4", "C5 C5", "E3 D3"),
    "parallel unison": ("E5 E5", "G4 G4", "C4 C4", "C4 C3"),
    "direct fifth": ("F5 G5", "A4 G4", "F4 E4", "A3 C4"),
    "direct octave": ("G5 A5", "G4 A4", "C4 C4", "C3 A3"),
    "range": ("C5 C5", "G4 D5", "E4 E4", "C4 C4"),
    "augmented step": ("C5 C5", "F4 G4", "C4 E4", "F3 E3"),
    "doubled leading tone": ("D5 C5", "B4 E4", "D4 G3", "G3 C3"),
    "leading tone at a cadence": ("B4 C5@", "G4 E4", "D4 C4", "G3 C3"),
    "seventh": ("F5 E5", "B4 C5", "D4 E4", "G3 C3"),
    "missing third": ("G4 G4", "E4 E4", "C4 C4", "C3 C3"),
    "crossing": ("E4 E4", "C4 C4", "G3 G3", "C3 C3"),
    "overlap": ("E4 G4", "C4 E4", "G3 C4", "C3 E3"),
    "spacing": ("E5 E5", "E4 C5", "C4 G4", "C3 C3"),
    "non-chord beat": ("C5 C5", "A4 G4", "F4 E4", "D3 C3"),
    "anti-parallel": ("C5 E5", "G4 E4", "E4 C4", "C3 G3"),
    "diminished to perfect fifth": ("F5 E5", "D5 C5", "B4 C5", "G3 C3"),
}


def test_every_kind_is_tried() -> None:
    assert set(BREAKS) == set(KEEPS) == {*CORE11, *BESIDE}


@pytest.mark.parametrize("name", BREAKS)
def test_a_fault_is_counted_where_it_is(name: str) -> None:
    broken, kept = counts(made(*BREAKS[name])), counts(made(*KEEPS[name]))
    assert broken.found[name] + broken.sopranos.get(name, 0) == 1, faults(made(*BREAKS[name]))
    assert kept.found.get(name, 0) == 0, faults(made(*KEEPS[name]))


def test_the_sopranos_own_faults_stand_apart() -> None:
    found = counts(made("F5 G#5 B5", "C5 B4 G#4", "A4 E4 E4", "F3 E3 E3"))
    assert found.sopranos == {"augmented step": 1, "range": 1}
    assert not {"augmented step", "range"} & set(found.found)


def test_slices_are_merged_and_rests_part_them() -> None:
    again = made("C5 C5 D5", "G4 G4 G4", "E4 E4 D4", "C3 C3 B2")
    assert [one.onset_ticks for one in surface(again)] == [0, 960, 1440] and counts(again).changes == 1
    silent = made("E5 r F5", "C5 r C5", "G4 r A4", "C4 r D4")
    assert counts(silent).changes == 0 and not counts(silent).found["parallel fifth"]
    between = made("C5 C5", "G4 G4", "E4 E4", "C3:1/2 D3 E3:1")
    assert counts(between).changes == 2 and counts(between, beats_only=True).changes == 1


def test_the_grid_hears_what_ornaments_hide() -> None:
    hidden = made("E5 F5", "C5 C5", "G4:1/2 E4 A4:1", "C4:1 D4")
    assert counts(hidden).found["parallel fifth"] == 0
    assert counts(hidden, beats_only=True).found["parallel fifth"] == 1


def test_transposing_changes_no_count_but_range(hundred: list[Chorale]) -> None:
    for chorale in hundred[:12]:
        moved = piece_of(chorale.score.moved(1, 2), chorale.name)
        moved = Piece(moved.name, moved.voices, chorale.piece.signature + 2, moved.beats, moved.strengths)
        for grid in (False, True):
            one, two = counts(chorale.piece, grid), counts(moved, grid)
            assert {k: v for k, v in one.found.items() if k != "range"} == {
                k: v for k, v in two.found.items() if k != "range"
            }
        own, other = labels(chorale.piece), labels(moved)
        assert [(x.root + 2) % 12 for x in own] == [x.root for x in other]


def test_bach_is_counted_as_others_count_him(hundred: list[Chorale]) -> None:
    """Figures found by another counter: PAR .29, CORE11 2.10 and 5.62 on the grid, 24 clean, crossing 2.8, overlap 5.7,
    spacing 2.1, non-chord beats 4.9."""
    assert len(hundred) == 99
    every = [counts(one.piece) for one in hundred]
    total, on_grid = together(every), together([counts(one.piece, True) for one in hundred])
    rates = {name: 100 * times / total.changes for name, times in total.found.items()}
    assert 100 * total.par / total.changes == pytest.approx(0.29, abs=0.01)
    assert 100 * total.core11 / total.changes == pytest.approx(2.10, abs=0.1)
    assert 100 * on_grid.core11 / on_grid.changes == pytest.approx(5.62, abs=0.2)
    wanted = {"crossing": 2.8, "overlap": 5.7, "spacing": 2.1, "non-chord beat": 4.9}
    assert {name: rates[name] for name in wanted} == pytest.approx(wanted, abs=0.1)
    assert abs(sum(one.core11 == 0 for one in every) - 24) <= 2


def test_music21_counts_the_same_parallels(hundred: list[Chorale]) -> None:
    pieces = [one.piece for one in hundred[:20]]
    mine = [(counts(one).par, counts(one).found.get("anti-parallel", 0)) for one in pieces]
    assert music21_parallels(pieces) == mine and sum(par for par, _ in mine) > 0


def test_chords_of_beats() -> None:
    piece = made("C5 D5 F5 E5", "G4 A4 D5 C5", "E4 F#4 B4 C5", "C3 C3 G3 A3", key="C major")
    assert [(one.root, one.type, one.inversion) for one in labels(piece)] == [
        (0, "major", 0), (2, "dominant7", 3), (7, "dominant7", 0), (9, "minor", 0),
    ]  # fmt: skip


def test_passing_notes_do_not_move_the_root() -> None:
    piece = made("E5:1/2 D5 C5:1", "G4:1 G4", "C5 E4", "C4:1/2 B3 C4:1")
    assert [(one.root, one.type) for one in labels(piece)] == [(0, "major")] * 2


def test_a_note_under_a_fermata_is_one_unit() -> None:
    piece = made("C5 B4:2@ C5:1", "G4 G4 G4 G4", "E4 D4 D4 E4", "C3 G3 G2 C3")
    assert units(piece) == ((0, 480), (480, 1440), (1440, 1920))
    assert [one.fermata for one in labels(piece)] == [False, True, False]


def test_likeness_of_a_setting_with_itself_and_others(hundred: list[Chorale]) -> None:
    one = hundred[0]
    same = likeness(labels(one.piece), labels(one.piece))
    assert same.root_share == same.inversion_share == same.fermata_share == 1.0
    moved = piece_of(one.score.moved(2, 4), "moved")
    assert likeness(labels(one.piece), labels(moved)).root_share == 0.0
    assert tune_pairs([one.piece, moved], {one.name: 1, "moved": 1}) == (1, same)
    assert tune_pairs([one.piece, moved], {one.name: 1, "moved": 2})[0] == 0


def test_bach_against_himself() -> None:
    """Two settings of a tune agree on about seven roots of ten."""
    listed = listing()
    settings = [one.piece for one in chorales([n for n, f in listed.family.items() if f == 21], listed)]
    count, found = tune_pairs(settings, listed.family)
    assert count >= 10 and 0.55 < found.root_share < 0.85
    assert found.inversion_share < found.root_share < found.fermata_share


def test_features_are_named_alike_and_finite(hundred: list[Chorale]) -> None:
    every = [features(one.piece) for one in hundred[:5]]
    every.append(features(made("C5", "G4", "E4", "C3")))
    every.append(features(made("C5 r D5", "r:3", "E4:1 r r", "C3:3")))
    assert len({tuple(one) for one in every}) == 1 and len(every[0]) >= 100
    assert all(math.isfinite(value) for one in every for value in one.values())


def test_features_say_what_was_written() -> None:
    piece = made("C5 B4 C5 C5", "G4 G4 G4 G4", "E4 D4 E4 E4", "C3:1/2 D3 E3 F3 G3:1 G2")
    found = features(piece)
    assert found["bass: beats off beat"] == 0.5 and found["alto: beats off beat"] == 0.0
    assert found["bass: octaves"] == pytest.approx(1 / 5) and found["bass: runs by step"] == pytest.approx(3 / 4)
    assert found["bass: passing eighths a beat"] == 0.5
    assert found["alto: repeated"] == 1.0 and found["alto: pairs of equal struck notes"] == 1.0
    held = features(made("C5 B4 C5 C5", "G4:4", "E4:1 D4 E4 E4", "C3 C3 E3:2"))
    assert held["alto: held into beats"] == 0.75 and held["alto: notes a beat"] == 0.25
    assert (held["bass, beat to beat: struck again"], held["bass, beat to beat: held"]) == (1 / 3, 1 / 3)


def test_a_suspension_is_heard_and_a_passing_note_is_none() -> None:
    held = made("E5 D5 D5 E5@", "C5 C5:1 B4 C5", "G4 G4 G4 G4", "C4 G3 G3 C3")
    assert [(one.voice, one.onset_ticks, one.at_fermata) for one in suspensions(view_of(held))] == [(1, 480, True)]
    passing = made("E5 D5 D5 E5@", "C5:1/2 D5 B4:2 C5:1", "G4 G4 G4 G4", "C4 G3 G3 C3")
    assert suspensions(view_of(passing)) == []


def test_the_forest_tells_what_differs_and_nothing_else() -> None:
    rng = np.random.default_rng(1)
    plain = [{"a": v, "b": w} for v, w in rng.normal(0, 1, (60, 2))]
    other = [{"a": v, "b": w} for v, w in rng.normal(0, 1, (60, 2))]
    moved = [{"a": one["a"], "b": one["b"] + 4} for one in other]
    groups = [*range(60), *range(60)]
    told = auc(moved, plain, groups, trees=60)
    assert told.auc > 0.95 and told.tells[0].name == "b" and told.tells[0].mean_a > told.tells[0].mean_b + 3
    assert 0.35 < auc(other, plain, groups, trees=60).auc < 0.65


def test_settings_of_one_tune_share_a_fold() -> None:
    """Marks by which each tune is known tell nothing of tunes not yet seen, and all of those that were."""
    marks = np.random.default_rng(3).normal(0, 1, (24, 3))
    every = [{f"mark {n}": float(value) for n, value in enumerate(marks[piece // 5])} for piece in range(120)]
    apart = auc(every[:60], every[60:], [piece // 5 for piece in range(120)], trees=60)
    loose = auc(every[:60], every[60:], range(120), trees=60)
    assert apart.auc < 0.75 and loose.auc > 0.95


def test_a_tune_is_handed_over_alone(hundred: list[Chorale]) -> None:
    tune = soprano_alone(hundred[3])
    assert [voice.role for voice in tune.voices] == ["soprano"] and tune.reading is None and not tune.parts
    assert tune.voices[0].notes == hundred[3].score.voices[0].notes


def test_the_counter_shares_no_code_with_the_law() -> None:
    measuring = ("piece", "spelled", "faults", "labels", "likeness", "view", "features", "line_features",
                 "chord_features", "texture_features", "apart", "second")  # fmt: skip
    for name in measuring:
        tree = ast.parse((FOLDER / f"{name}.py").read_text(encoding="utf-8"))
        named = [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
        ours = {module for module in named if module.startswith("composer")}
        assert ours <= {"composer.score.score", "composer.score.time"}, name
