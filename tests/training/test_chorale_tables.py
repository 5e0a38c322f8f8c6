"""Counting chorales, Bach's and ours: chord tones, figures, tables; and calibration towards equal counts."""

from __future__ import annotations

from dataclasses import fields, replace
from functools import cache

import numpy as np
import pytest

from composer.models.chorale import MOST_LETTERS, PLACES, ChoraleModel, move_class, of_arrays
from composer.pipeline.harmonize.chords import NOWHERE
from composer.pipeline.harmonize.joint import Prices
from composer.pipeline.harmonize.workshop import Workshop, workshop_of
from composer.score.time import DOWNBEAT
from composer.theory.rulebook import load_rulebook
from composer.theory.tables import load_table
from composer.training.chorale_calibrate import calibrated, moved, pace, ratio, written
from composer.training.chorale_chords import NONE
from composer.training.chorale_figures import KINDS, LEAST_USES, RHYTHMS, Catalogue, habits, kind_of, log_share
from composer.training.chorale_surface import (
    Figure,
    figures_of,
    half_tone,
    has_figures,
    standing_of,
    surface_of,
    within,
)
from composer.training.chorale_tables import counted, forms, stored
from composer.training.chorale_tally import Kinds, Tally, count, nothing
from training.chorale_lessons import chords, dull_layers, lessons


@cache
def made() -> tuple[ChoraleModel, Tally, Catalogue]:
    return counted(lessons(), chords(), [dull_layers()])


def workshop() -> Workshop:
    return workshop_of(load_rulebook(), made()[0], load_table("numerals"))


def test_what_stands_are_notes_of_the_chord_that_sound() -> None:
    for lesson in lessons():
        standing = standing_of(lesson, chords())
        assert (standing.chord != NONE).mean() > 0.7
        for t in np.flatnonzero(standing.chord != NONE).tolist():
            members = {7 * (int(p) + lesson.line.signature) % 12
                       for p in chords().vocabulary.members[standing.chord[t]] if p != NOWHERE}  # fmt: skip
            for voice, notes in enumerate(lesson.voices):
                heard = [note.top.midi for note in within(notes, lesson.line.units[t])]
                assert standing.pitch_midi[t, voice] in heard and standing.pitch_midi[t, voice] % 12 in members


def test_a_figure_says_every_note_of_its_unit() -> None:
    told = 0
    for lesson in lessons():
        standing = standing_of(lesson, chords())
        for t, row in enumerate(figures_of(lesson, chords(), standing)):
            unit = lesson.line.units[t]
            for voice, figure in enumerate(row):
                if figure is None:
                    continue
                notes = within(lesson.voices[voice + 1], unit)
                letters = [standing.letter_step[t, voice + 1] + offset for offset in figure.offsets]
                assert letters == [note.top.letter_step for note in notes]
                assert figure.offsets[figure.inside.index(True)] == 0
                begins = [unit.onset_ticks + unit.length_ticks * place // 4 for place in figure.rhythm]
                assert begins[1:] == [note.onset_ticks for note in notes[1:]]
                assert figure.tied == (notes[0].onset_ticks < unit.onset_ticks)
                told += 1
    assert told > 200


def test_half_tones_are_told_from_tones() -> None:
    assert half_tone((True, False), (60, 59)) == 1 and half_tone((False, True), (62, 60)) == 0
    assert half_tone((True,), (60,)) == half_tone((True, True), (60, 64)) == half_tone((False, True), (67, 60)) == NONE


def test_the_catalogue_holds_figures_used_enough_the_commonest_first() -> None:
    found = made()[2]
    uses = found.uses.sum(axis=(1, 2, 3))
    assert (np.diff(uses) <= 0).all() and uses[-1] >= LEAST_USES
    assert found.figures[0] == Figure((0,), (0,), (True,), False)
    assert all(figure.rhythm in RHYTHMS for figure in found.figures)
    assert made()[0].figures.plain == 0


def test_shares_of_figures_are_distributions_that_lean_on_what_was_seen() -> None:
    uses = made()[2].uses
    share = np.exp(log_share(uses))
    assert np.allclose(share.sum(axis=0), 1)
    more = uses.copy()
    more[1, 0, MOST_LETTERS, 0] += 50
    after = np.exp(log_share(more))
    assert after[1, 0, MOST_LETTERS, 0] > share[1, 0, MOST_LETTERS, 0]
    assert after[1, 2, MOST_LETTERS, 3] > share[1, 2, MOST_LETTERS, 3]  # what is done elsewhere counts a little
    assert np.allclose(after[:, :, 0], share[:, :, 0])


def test_habits_are_nought_where_every_chorale_is_alike() -> None:
    kinds = np.array([kind_of(figure) for figure in made()[2].figures])
    assert set(kinds.tolist()) <= set(range(KINDS)) and kinds[0] == 0
    rng = np.random.default_rng(3)
    uses = rng.integers(1, 9, (1, len(kinds), 3)).astype(float)
    assert np.allclose(habits(np.repeat(uses, 4, axis=0), kinds), 0)
    moved_by = uses.copy()
    moved_by[0, kinds == 1] *= 3
    two = habits(np.concatenate((uses, moved_by)), kinds)
    assert (two[1, :, 1] > 0).all() and (two[0, :, 1] < 0).all()


@pytest.mark.parametrize(
    ("figure", "kind"),
    [
        (Figure((0,), (0,), (True,), True), 1), (Figure((0, 2), (0, -1), (True, False), False), 2),
        (Figure((0, 2), (1, 0), (False, True), True), 3), (Figure((0, 2), (0, 2), (True, True), False), 4),
        (Figure((0, 2, 3), (0, 1, 0), (True, False, True), False), 5),
    ],
)  # fmt: skip
def test_kinds_of_figures(figure: Figure, kind: int) -> None:
    assert kind_of(figure) == kind


def by_hand(model: ChoraleModel) -> dict[str, np.ndarray]:
    """Some counts of all lessons, one unit at a time."""
    turn, bend, again = np.zeros((3, 15)), np.zeros((3, 7, 7)), np.zeros(2)
    tie, run = np.zeros((3, 4, 2, 2)), np.zeros((3, 2, 2))
    for lesson in lessons():
        surface = surface_of(lesson, chords(), made()[2].numbers)
        chord, pitch = surface.standing.chord, surface.standing.pitch_midi
        told = [has_figures(lesson.line, t) and (row >= 0).all() for t, row in enumerate(surface.figure)]
        for t in range(1, lesson.line.count):
            if chord[t] >= 0 and chord[t - 1] >= 0:
                way = int(np.sign(pitch[t, 0] - pitch[t - 1, 0])) + 1
                turn[way, model.turns[chord[t - 1], chord[t]]] += 1
                if t > 1 and chord[t - 2] >= 0:
                    again[int(chord[t] == chord[t - 2] != chord[t - 1])] += 1
                    for v in range(3):
                        steps = [move_class(pitch[k + 1, v + 1] - pitch[k, v + 1]) for k in (t - 2, t - 1)]
                        bend[v, steps[0], steps[1]] += 1
            for v in range(3):
                if told[t] and surface.tie[t, v] >= 0:
                    place = int(chord[t] != chord[t - 1]) + 2 * (lesson.line.units[t].strength == DOWNBEAT)
                    tie[v, place, int(surface.moves[t - 1, v]), surface.tie[t, v]] += 1
                if told[t] and told[t - 1]:
                    run[v, int(surface.moves[t - 1, v]), int(surface.moves[t, v])] += 1
    return {"turn": turn, "bend": bend, "again": again, "tie": tie, "run": run}


def test_counts_are_those_of_counting_by_hand() -> None:
    model, bach, _ = made()
    for name, counts in by_hand(model).items():
        assert counts.sum() > 50 and np.array_equal(getattr(bach, name), counts), name


def test_counts_of_one_unit_add_up() -> None:
    _, bach, _ = made()
    units = bach.chord.sum()
    assert units > 150
    for table in (bach.gap, bach.height, bach.doubling):
        assert table.sum() == units * (1 if table is bach.doubling else 3)
    assert bach.place.sum() == bach.figure.sum() == 3 * bach.moving.sum()
    assert bach.coming.sum() <= bach.figure.sum() and bach.half.sum() < bach.figure.sum()
    assert bach.place.shape[-1] == PLACES
    assert bach.move.sum() == 3 * bach.turn.sum() and bach.bend.sum() == 3 * bach.again.sum()


def test_tallies_add_and_compare() -> None:
    bach = made()[1]
    twice = bach.plus(bach)
    assert np.array_equal(bach.plus(twice, 0.5).gap, 2 * bach.gap)
    assert all(value == pytest.approx(0) for value in bach.distance(twice).values())
    other = replace(bach, again=bach.again[::-1])
    assert bach.distance(other)["again"] > 0.1 and other.distance(bach) == pytest.approx(bach.distance(other))


def test_counted_tables_are_distributions_and_come_back_from_storage() -> None:
    model = made()[0]
    for table in (model.gap, model.height, model.move, model.doubling):
        assert np.allclose(np.exp(table).sum(axis=-1), 1)
    again = of_arrays(stored(model))
    assert (again.shape, again.figures.offsets, again.figures.rhythm, again.figures.inside) == (
        model.shape, model.figures.offsets, model.figures.rhythm, model.figures.inside,
    )  # fmt: skip
    for name in ("root", "bass", "pair", "gap", "height", "move", "doubling", "turn", "bend", "again"):
        assert np.allclose(getattr(again, name), getattr(model, name), atol=1e-4), name
    for one in fields(model.figures)[3:]:
        assert np.allclose(getattr(again.figures, one.name), getattr(model.figures, one.name), atol=1e-5), one.name
    every = np.concatenate(forms(model))
    assert sorted(every.tolist()) == list(range(len(model.shape)))
    for numbers in forms(model):
        assert len({(model.shape[n], model.inversion[n]) for n in numbers}) == 1
        assert np.ptp(model.doubling[numbers], axis=0).max() == pytest.approx(0)


def test_a_ratio_says_which_way_and_not_too_far() -> None:
    bach, ours = np.array([[30.0, 10.0, 0.0]]), np.array([[10.0, 30.0, 0.0]])
    step = ratio(bach, ours, 1, 2.0)[0]
    assert step[0] > 0.5 and step[1] < -0.5 and step[2] == 0 and np.abs(step).max() <= 1
    assert np.allclose(ratio(bach, 7 * bach, 1, 2.0), 0)
    assert abs(ratio(bach, ours, 1, 50.0)[0, 0]) < step[0]  # with caution it goes less far
    assert [pace(number) for number in (0, 5, 6, 13, 14, 99)] == [0.5, 0.5, 0.3, 0.3, 0.15, 0.15]


def test_nothing_moves_where_counts_agree() -> None:
    model, bach, _ = made()
    after = moved(model, bach, bach, 0.5, Prices())
    for name in ("gap", "height", "move", "doubling", "turn", "pair", "bend", "again"):
        assert np.allclose(getattr(after, name), getattr(model, name)), name
    for name in ("log_share", "moving", "run", "half", "tie"):
        assert np.allclose(getattr(after.figures, name), getattr(model.figures, name)), name


def test_votes_rise_and_costs_fall_where_bach_has_more() -> None:
    model, bach, _ = made()
    top = {name: np.unravel_index(getattr(bach, name).argmax(), getattr(bach, name).shape)
           for name in ("gap", "turn", "bend", "moving", "tie", "chord", "coming")}  # fmt: skip
    counts = {name: getattr(bach, name).copy() for name in top}
    for name, place in top.items():
        counts[name][place] *= 0.2  # ours have few of what Bach has most
    after = moved(model, bach, replace(bach, **counts), 0.5, Prices())
    assert after.gap[top["gap"]] > model.gap[top["gap"]] and after.turn[top["turn"]] > model.turn[top["turn"]]
    assert after.bend[top["bend"]] < model.bend[top["bend"]]
    assert (after.pair[:, top["chord"][0]] > model.pair[:, top["chord"][0]]).all()
    old, new = model.figures, after.figures
    assert new.moving[top["moving"]] < old.moving[top["moving"]] and new.tie[top["tie"]] < old.tie[top["tie"]]
    assert (new.log_share[top["coming"]] > old.log_share[top["coming"]]).all()


def test_what_is_written_stands_under_the_tune_and_is_counted() -> None:
    shop, lesson = workshop(), lessons()[3]
    surface = written(shop, lesson.tune, Prices(), np.random.default_rng(1))
    standing = surface.standing
    assert np.array_equal(standing.pitch_midi[:, 0], lesson.line.midi()) and (standing.chord >= 0).all()
    model = shop.model
    tally = nothing(len(model.shape), len(model.figures.rhythm))
    count(tally, surface, Kinds.of(model))
    assert tally.chord.sum() == lesson.line.count == tally.doubling.sum()
    assert 0 < tally.moving.sum() < lesson.line.count


def test_calibration_is_the_same_every_time() -> None:
    bach, ticks = made()[1], []
    (one, rounds), (two, _) = (
        calibrated(workshop(), lessons()[3:4], bach, Prices(), 2, 1, ticks.append) for _ in range(2)
    )
    assert np.array_equal(one.gap, two.gap) and np.array_equal(one.figures.tie, two.figures.tie)
    assert not np.array_equal(one.gap, made()[0].gap)
    assert [told.number for told in rounds] == [0, 1] and len(ticks) == 4
    assert all(0 <= value <= 2 for told in rounds for value in told.distance.values())
