"""Cadence formulas: what a promise allows is what the law allows, for every row of the table."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from composer import Brief
from composer.pipeline.brief import Request
from composer.pipeline.formulas import Formula, formula, home_dominant
from composer.pipeline.interpret import read_brief
from composer.score.chord import parse_chord
from composer.score.key import Key
from composer.score.note import Note, Voice
from composer.score.reading import ChordSpan, Phrase, Reading
from composer.score.score import Score
from composer.score.time import Meter
from composer.search.draw import spawn
from composer.shelf import shelf_folder
from composer.theory.check import check
from composer.theory.law import Law
from composer.theory.rulebook import Rulebook, load_rulebook

BOOK = load_rulebook()
DRAWS = 120
CLOSES = ("CAD-1", "CAD-2", "CAD-3")


def request(style: str, key: str) -> Request:
    return read_brief(Brief(style=style, key=key, seed=1), 1)


def drawn(asked: Request, cadence: str, book: Rulebook = BOOK) -> set[Formula]:
    """Every formula that some draw gives."""
    law, rng = Law.of(book.style(str(asked.style))), spawn(1, "formulas", cadence)
    found = {formula(asked, cadence, None, law, rng) for _ in range(DRAWS)}
    assert None not in found
    return {one for one in found if one is not None}


def broken(one: Formula, degree: int, cadence: str, key: Key, role: str) -> set[str]:
    """The rules about closes that the check finds broken where a phrase ends so."""
    chords = [parse_chord(name, key.is_minor) for name in (*one.before, *one.goal)]
    spans = tuple(ChordSpan(480 * place, 480, chord, key) for place, chord in enumerate(chords))
    top = key.pitch(degree - 1, key.scale[degree - 1], 4)
    bass = [key.pitch(chord.bass[0], chord.bass[1], 2) for chord in chords]
    low = tuple(Note(480 * place, 480, (pitch,)) for place, pitch in enumerate(bass))
    tune = tuple(Note(480 * place, 480, (top,)) for place in range(len(chords)))
    score = Score("", Meter(4, 4), key, (Voice("tune", role, tune), Voice("bass", "bass", low)))
    reading = Reading(key, spans, (Phrase(0, score.end_ticks, cadence),))
    findings = check(score, reading, BOOK, "omt").findings
    return {finding.rule_id for finding in findings if finding.rule_id.rstrip("b") in CLOSES}


@pytest.mark.parametrize("cadence", ["PAC", "HC", "IAC", "PC"])
@pytest.mark.parametrize("key", ["C", "Eb", "d", "f#"])
@pytest.mark.parametrize("style", ["chorale", "song"])
def test_what_is_drawn_keeps_its_promise(style: str, key: str, cadence: str) -> None:
    asked = request(style, key)
    role = "soprano" if asked.four_voices else "melody"
    for one in drawn(asked, cadence):
        assert one.goal and one.goal_degrees
        for degree in one.goal_degrees:
            assert broken(one, degree, cadence, asked.key, role) == set(), (one, degree)


@pytest.mark.parametrize("key", ["C", "d"])
def test_every_row_of_the_table_that_keeps_the_promise_is_drawn(key: str) -> None:
    asked = request("chorale", key)
    names = {
        (tuple(str(row["formula"]).partition("|")[0].split()), tuple(str(row["formula"]).partition("|")[2].split()))
        for row in asked.table("cadences") if row["mode"] == asked.key.mode and row["name"] == "PAC"
    }  # fmt: skip
    assert {(one.before, one.goal) for one in drawn(asked, "PAC")} == names


def test_without_the_rule_of_the_perfect_cadence_other_closes_are_drawn(tmp_path: Path) -> None:
    shutil.copytree(shelf_folder("rules"), tmp_path / "rules")
    (tmp_path / "rules" / BOOK.rules["CAD-1"].path.relative_to(shelf_folder("rules"))).unlink()
    poorer, asked = load_rulebook(replace=tmp_path / "rules"), request("chorale", "C")
    more, usual = drawn(asked, "PAC", poorer), drawn(asked, "PAC")
    chords = {(one.before, one.goal) for one in usual}
    assert chords < {(one.before, one.goal) for one in more}


def test_an_open_phrase_has_no_formula() -> None:
    asked = request("song", "C")
    assert formula(asked, "open", None, Law.of(BOOK.style("song")), spawn(1, "open")) is None
    assert formula(asked, "no such close", None, Law.of(BOOK.style("song")), spawn(1, "none")) is None


@pytest.mark.parametrize(("local", "home", "dominant", "numeral"), [
    (Key(0, 0, "major"), Key(0, 0, "major"), "V7", "V7"), (Key(4, 0, "major"), Key(0, 0, "major"), "V7", "V7/IV"),
    (Key(0, 0, "major"), Key(4, 0, "major"), "V", "V/V"), (Key(0, 0, "major"), Key(5, 0, "minor"), "V7", "V7/vi"),
    (Key(5, 0, "minor"), Key(2, 0, "minor"), "V", "V/V"), (Key(0, 0, "major"), Key(6, -1, "minor"), "V7", ""),
])  # fmt: skip
def test_the_dominant_of_another_key_has_a_name_here(local: Key, home: Key, dominant: str, numeral: str) -> None:
    assert home_dominant(local, home, dominant) == numeral


def test_a_bridge_leads_home() -> None:
    asked = request("song", "G")
    found = formula(asked, "bridge", Key(0, 0, "major"), Law.of(BOOK.style("song")), np.random.default_rng(0))
    assert found == Formula((), ("V7/IV",), (), (), "V7")
