"""Whole pieces: lawful, in the form that was asked for as read back from the page, the same for the same seed."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from pieces import BRIEFS, OPEN_MOODS, musicxml_bytes, piece

import composer.theory.kinds
from composer import Brief, compose
from composer.analysis.form import read_form, verify_form
from composer.errors import InputError, RequestError, SlipError
from composer.files import musicxml_reader
from composer.shelf import shelf_folder

SMALL = Brief("AB", "C", "hopeful", "4/4", 4, None, "lead-sheet", 1)


@pytest.mark.parametrize("name", BRIEFS)
def test_no_rule_is_broken(name: str) -> None:
    report = piece(name).report
    assert [str(finding) for finding in report.errors] == []
    assert sum(1 for chances in report.chances.values() if chances) >= 20


@pytest.mark.parametrize("name", BRIEFS)
def test_the_page_says_what_was_asked_for(name: str, musicxml_file: Callable[[str], Path]) -> None:
    made = piece(name)
    score = musicxml_reader.read(musicxml_file(name))
    assert score.key == made.request.key
    assert score.meter == made.request.meter
    assert score.tempo_bpm == pytest.approx(made.request.tempo_bpm)
    assert score.title == made.request.title
    assert score.reading is not None
    assert [section.label for section in score.reading.sections] == list(made.request.labels)
    assert {s.end_ticks - s.onset_ticks for s in score.reading.sections} == {
        made.request.bars * made.request.meter.bar_ticks
    }


@pytest.mark.parametrize("name", [name for name, brief in BRIEFS.items() if brief.mood not in OPEN_MOODS])
def test_the_form_is_heard_on_the_page(name: str, musicxml_file: Callable[[str], Path]) -> None:
    score = musicxml_reader.read(musicxml_file(name))
    assert verify_form(score, piece(name).request.labels) == []


@pytest.mark.parametrize("name", [name for name, brief in BRIEFS.items() if brief.mood not in OPEN_MOODS])
def test_the_cadences_on_the_page_are_the_planned_ones(name: str, musicxml_file: Callable[[str], Path]) -> None:
    made = piece(name)
    read = read_form(musicxml_reader.read(musicxml_file(name)))
    planned = [section.phrases[-1].cadence.replace("bridge", "HC") for section in made.plan.sections]
    assert [section.cadence for section in read.sections] == planned
    assert read.ends_on_tonic


@pytest.mark.parametrize("name", [name for name, brief in BRIEFS.items() if brief.mood in OPEN_MOODS])
def test_returns_come_back_in_open_moods_too(name: str, musicxml_file: Callable[[str], Path]) -> None:
    read = read_form(musicxml_reader.read(musicxml_file(name)))
    assert all(back.share >= 0.6 for back in read.returns)


def test_the_same_seed_is_the_same_piece() -> None:
    first, again = compose(SMALL), compose(SMALL)
    assert first.score == again.score
    assert first.score.recipe == again.score.recipe


def test_another_seed_is_another_tune() -> None:
    tunes = {tuple(n.pitches for n in compose(replace(SMALL, seed=seed)).score.tune.notes) for seed in range(1, 5)}
    assert len(tunes) == 4


def test_the_recipe_on_the_page_makes_the_piece_again(musicxml_file: Callable[[str], Path]) -> None:
    from composer.files import musicxml

    name = "happy lead sheet"
    recipe = musicxml_reader.read(musicxml_file(name)).recipe
    assert recipe == json.loads(json.dumps(piece(name).score.recipe))
    brief = recipe["brief"]
    assert isinstance(brief, dict)
    assert musicxml.to_bytes(compose(Brief(**brief)).score) == musicxml_bytes(name)


@pytest.mark.parametrize("layer", ["markov", "hmm", "gmm", "refiner"])
def test_a_layer_left_out_changes_some_piece(layer: str) -> None:
    def voices(seed: int, *without: str) -> object:
        return compose(replace(SMALL, seed=seed, without=without)).score.voices

    assert any(voices(seed) != voices(seed, layer) for seed in (1, 2))


def test_a_title_and_a_tempo_of_ones_own() -> None:
    made = compose(replace(SMALL, title="Étude <&> \"1\"", tempo=63.5))
    assert made.score.title == "Étude <&> \"1\""
    assert made.score.tempo_bpm == 63.5


def test_a_folder_laid_over_the_rules_wins(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    target = folder / "voice-leading" / "range.toml"
    target.parent.mkdir(parents=True)
    text = (shelf_folder("rules") / "voice-leading" / "range.toml").read_text(encoding="utf-8")
    assert 'title' in text
    target.write_text(text.replace("title", "titel", 1), encoding="utf-8")
    with pytest.raises(SlipError, match=r"range\.toml:\d+"):
        compose(replace(SMALL, rules=folder))
    target.write_text(text, encoding="utf-8")
    assert compose(replace(SMALL, rules=folder)).score.voices == compose(SMALL).score.voices


def test_a_rule_taken_out_is_one_warning(tmp_path: Path) -> None:
    book = tmp_path / "rules"
    shutil.copytree(shelf_folder("rules"), book)
    (book / "melody" / "octave-leap.toml").unlink()
    made = compose(replace(SMALL, rulebook=book))
    assert len(made.warnings) == 1
    assert "LIN-3" in made.warnings[0]


def test_a_rulebook_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="nowhere"):
        compose(replace(SMALL, rulebook=tmp_path / "nowhere"))


def test_a_wrong_word_is_refused_before_anything_is_loaded() -> None:
    with pytest.raises(RequestError, match="did you mean sad"):
        compose(Brief(mood="sadd"))


def test_tables_of_a_folder_count_too_and_the_recipe_knows(tmp_path: Path) -> None:
    made = []
    for name, low in (("one", 61), ("two", 61), ("three", 77)):
        target = tmp_path / name / "tables" / "moods.toml"
        target.parent.mkdir(parents=True)
        text = (shelf_folder("rules") / "tables" / "moods.toml").read_text(encoding="utf-8")
        target.write_text(re.sub(r"tempo_bpm = .*", f"tempo_bpm = [{low}, {low}]", text), encoding="utf-8")
        made.append(compose(replace(SMALL, rules=tmp_path / name)))
    assert [piece.request.tempo_bpm for piece in made] == [61, 61, 77]
    recipes = [piece.score.recipe for piece in made]
    assert recipes[0] == recipes[1] != recipes[2]
    assert recipes[0]["rules"] != compose(SMALL).score.recipe["rules"]


def test_a_bar_of_one_note_may_begin_a_piece() -> None:
    made = compose(Brief("A", "C# minor", "calm", "6/8", 4, None, "satb", 9017))
    assert not made.report.errors


def test_applied_dominants_go_to_their_goals() -> None:
    led, astray = 0, []
    for seed in range(8):
        chords = [span.chord for span in compose(Brief(key="C", mood="happy", seed=seed)).score.reading.chords]
        for chord, following in pairwise(chords):
            if chord.target is not None and following != chord:
                led += 1
                if following.root not in (chord.target, chord.root):
                    astray.append((seed, chord.numeral, following.numeral))
    assert led >= 5
    assert astray == []


def test_no_kind_of_rule_looks_at_what_prices_are_not_remembered_by() -> None:
    folder = Path(composer.theory.kinds.__file__).parent
    for path in folder.glob("*.py"):
        assert "onset_ticks" not in re.findall(r"\w+", path.read_text(encoding="utf-8")), path
