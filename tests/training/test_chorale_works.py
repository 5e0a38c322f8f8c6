"""Which chorales the harmoniser learns from, and how they are read as lessons."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from composer.errors import InputError, ShelfError
from composer.score.chord import parse_chord
from composer.score.key import Key
from composer.score.reading import ChordSpan
from composer.score.score import Part
from composer.shelf import shelf_folder
from composer.training.chorale_chords import (
    LEAST_USES,
    NONE,
    chords_of,
    follows,
    heard_of,
    pair_votes,
    shares,
)
from composer.training.chorale_works import (
    CHOIR,
    checksum,
    four_parts,
    labels_of,
    read_four_parts,
    read_works,
)
from composer.training.corpus import chorale_names
from composer.training.survey import read_listing
from training.chorale_lessons import NAMES, chords, lessons

FOLDER = shelf_folder("corpora") / "bach-chorales"
WORKS = read_works(FOLDER)


def test_nothing_is_learned_from_the_fixed_test_or_its_tunes() -> None:
    fixed = set(read_listing(FOLDER / "corpus.toml").fixed_test)
    names = set(WORKS.names)
    assert len(fixed) == 99 and not names & fixed
    assert not names & {*WORKS.same_tune, *WORKS.left_out}
    assert set(WORKS.same_tune.values()) <= fixed
    assert {*names, *WORKS.same_tune, *WORKS.left_out} <= set(chorale_names())


def test_no_tune_is_both_tuned_on_and_learned_from() -> None:
    tuning = {WORKS.family[name] for name in WORKS.tuning}
    assert len(set(WORKS.tuning)) == 40
    assert not tuning & {WORKS.family[name] for name in WORKS.others}
    assert len(WORKS.others) + len(WORKS.tuning) == len(WORKS.names)


def test_lists_that_are_missing_or_damaged_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ShelfError, match=r"harmony\.toml"):
        read_works(tmp_path)
    (tmp_path / "harmony.toml").write_text("tuning = []\n", encoding="utf-8")
    with pytest.raises(ShelfError, match="damaged"):
        read_works(tmp_path)


def test_of_a_work_with_instruments_the_choir_is_read() -> None:
    score = read_four_parts("bwv130.6")
    assert len(score.voices) == 4 and len(score.parts) > 4
    means = [np.mean([note.top.midi for note in voice.sounding()]) for voice in score.voices]
    assert means == sorted(means, reverse=True)


def test_parts_that_are_no_choir_are_refused() -> None:
    score = read_four_parts("bwv130.6")
    five = score.with_voices((*score.voices, score.voices[0]))
    choir = tuple(Part(name, "", 0, ()) for name in (*CHOIR, "Cornetto"))
    assert four_parts(replace(five, parts=choir), "made").voices == score.voices
    with pytest.raises(InputError, match="made: four voices"):
        four_parts(replace(five, parts=(*choir[:4], choir[0])), "made")
    with pytest.raises(InputError, match="bwv0: not in"):
        read_four_parts("bwv0")


def test_the_label_of_a_unit_is_what_lasts_longest_or_begins() -> None:
    line = lessons()[0].line
    first, second = line.units[0], line.units[1]
    key = Key(0, 0, "major")
    tonic, dominant = parse_chord("I", False), parse_chord("V6", False)
    assert first.length_ticks == second.length_ticks
    half = first.onset_ticks + first.length_ticks // 2
    spans = [
        ChordSpan(first.onset_ticks, half - first.onset_ticks, tonic, key),
        ChordSpan(half, second.end_ticks - 1 - half, dominant, key),
    ]
    labels = labels_of(line, spans)
    assert labels[0] is not None and labels[1] is not None
    assert (labels[0][1:], labels[1][1:]) == (("major", 0), ("major", 1))
    assert labels[1][0] - labels[0][0] == 1 and labels[0][0] == -line.signature
    assert set(labels[2:]) == {None}
    later = [replace(spans[0], length_ticks=half - 1 - first.onset_ticks), replace(spans[1], onset_ticks=half - 1)]
    assert labels_of(line, later)[0] == labels[1]


def test_lessons_have_four_voices_and_a_chord_for_most_units() -> None:
    for lesson, name in zip(lessons(), NAMES, strict=True):
        assert lesson.name == name and len(lesson.voices) == 4
        assert len(lesson.labels) == lesson.line.count
        assert sum(label is None for label in lesson.labels) == 0
        heard = heard_of(lesson, chords())
        known = heard.label != NONE
        assert known.mean() > 0.7
        assert heard.allowed[known, heard.label[known]].mean() > 0.8  # the soprano is a chord tone


def test_the_checksum_tells_a_fermata_and_a_name() -> None:
    one = lessons()[0]
    notes = (replace(one.voices[0][0], fermata=True), *one.voices[0][1:])
    other = replace(one, voices=(notes, *one.voices[1:]))
    assert checksum([one]) == checksum([replace(one)])
    assert len({checksum([one]), checksum([other]), checksum([replace(one, name="x")])}) == 3


def test_chords_stand_by_use_and_each_is_used_enough() -> None:
    labels = [label for lesson in lessons() for label in lesson.labels]
    uses = [labels.count(place) for place in chords().number]
    assert uses == sorted(uses, reverse=True) and uses[-1] == LEAST_USES
    assert len(chords_of([*lessons(), *lessons()]).number) > len(uses)
    assert list(chords().number.values()) == list(range(chords().vocabulary.count))


def test_a_lesson_moved_by_fifths_is_the_same_lesson() -> None:
    lesson = lessons()[1]
    still = heard_of(lesson, chords())
    for shift in (-2, 1):
        moved = heard_of(lesson, chords(), shift)
        both = (still.label != NONE) & (moved.label != NONE)
        words = chords().vocabulary
        assert both.any() and (words.root[moved.label[both]] - words.root[still.label[both]] == shift).all()
        assert (moved.allowed[both, moved.label[both]] == still.allowed[both, still.label[both]]).all()
        assert not np.array_equal(moved.features, still.features)


def test_what_follows_is_a_distribution_and_votes_are_its_ratio_to_the_shares() -> None:
    labels = [chords().of(lesson) for lesson in lessons()]
    count = chords().vocabulary.count
    after = follows(labels, count)
    assert np.allclose(after.sum(axis=1), 1) and (after > 0).all()
    assert np.allclose(np.exp(pair_votes(labels, count)) * shares(labels, count), after, atol=1e-8)
    lonely = follows([np.array([0, 1, 0, 1])], 3)  # what was never left tells nothing; what never came may come
    assert np.allclose(lonely.sum(axis=1), 1) and lonely[0, 1] > lonely[0, 0] > lonely[0, 2] > 0
