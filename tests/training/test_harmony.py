"""Teaching the reader of harmony: annotations laid over scores, lessons that give the same weights, and the card."""

from __future__ import annotations

import json

import numpy as np
import pytest

from composer.analysis.votes import MOVES, SIZES, SOUNDS
from composer.errors import InputError
from composer.models.harmony import load_harmony
from composer.training.annotated import NUMBERS, read_annotated
from composer.training.fit_harmony import (
    Lesson,
    Rivals,
    design_weights,
    packed,
    teach,
    unpacked,
    weights_text,
)
from composer.training.harmony_card import Agreement, compare, figures, home_right

TAUGHT = (1, 3)  # the shortest but one, and one in minor


@pytest.fixture(scope="module")
def lessons() -> list[Lesson]:
    return [Lesson.of(number) for number in TAUGHT]


def test_an_annotation_lies_over_its_score() -> None:
    work = read_annotated(1)
    assert work.name == "bwv269"
    assert work.numerals[0].onset_ticks == 0
    onsets = [numeral.onset_ticks for numeral in work.numerals]
    assert onsets == sorted(onsets) and onsets[-1] < work.score.end_ticks
    assert work.at(onsets[3]) == work.at(onsets[3] + 1) == work.numerals[3]
    assert work.at(-1) is None


def test_an_unknown_number_is_refused() -> None:
    with pytest.raises(InputError, match="no such analysis"):
        read_annotated(999)


def test_most_units_have_a_state_that_the_annotation_names(lessons: list[Lesson]) -> None:
    for lesson in lessons:
        assert (lesson.right >= 0).mean() > 0.9
        for place in np.flatnonzero(lesson.right >= 0):
            numeral = lesson.work.at(int(lesson.units.onset_ticks[place]))
            assert numeral is not None
            state = int(lesson.right[place])
            assert lesson.states.chords[state].inversion == numeral.inversion
            assert lesson.states.keys[lesson.states.key[state]] == numeral.key


def test_weights_pack_and_unpack() -> None:
    weights = design_weights()
    vector = packed(weights)
    assert len(vector) == sum(SIZES.values())
    again = unpacked(vector)
    assert all(np.array_equal(again[group], weights[group]) for group in SIZES)
    content = json.loads(weights_text(weights))
    assert list(content["sound"]) == list(SOUNDS) and list(content["move"]) == list(MOVES)


def test_the_score_of_a_path_is_its_features_by_their_weights(lessons: list[Lesson]) -> None:
    vector = packed(design_weights())
    for lesson in lessons:
        rivals = Rivals(lesson, unpacked(vector))
        for right in (False, True):
            path, score = rivals.path(vector, 0.0, right)
            assert rivals.features(path) @ vector == pytest.approx(score)
        assert rivals.wrong[np.arange(len(path)), path].sum() == 0
        free, tempted = rivals.path(vector, 0.0, right=False)[1], rivals.path(vector, 1.0, right=False)[1]
        assert score <= free <= tempted


def test_the_same_lessons_teach_the_same_weights_and_none_praises_what_speaks_against(lessons: list[Lesson]) -> None:
    first, second = teach(lessons), teach(lessons)
    assert weights_text(first) == weights_text(second)
    start = design_weights()
    assert any(not np.array_equal(first[group], start[group]) for group in SIZES)
    for name, value in zip(SOUNDS, first["sound"], strict=True):
        if name.startswith(("out ", "no ", "bass out", "bass is another")):
            assert value <= 0


def test_the_shipped_weights_agree_with_annotations(lessons: list[Lesson]) -> None:
    weights = load_harmony().groups
    told = figures(lessons, [weights] * len(lessons))
    assert told["chorales"] == told["home_keys_right"] == len(lessons)
    assert told["keys_given_figure"] <= told["keys_given_root"] and told["keys_given_root"] > 0.9
    assert told["notes_alone_numeral"] <= min(told["notes_alone_key"], told["notes_alone_figure"])
    assert all(home_right(lesson, weights) for lesson in lessons)
    for lesson in lessons:
        rows = compare(lesson, weights, keys_given=True)
        assert all(key for _, _, key in rows)
        assert Agreement.of(rows).beats == len(rows)


def test_the_card_names_every_chorale_that_fits_its_score() -> None:
    card = load_harmony().card.content
    assert len(card["works"]) == len(NUMBERS) == card["held_out"]["chorales"]
