"""Counterpoint over a cantus firmus: which voice that is, which species, and real exercises marked."""

import pytest

from composer.score.reading import Reading
from composer.score.text import parse_text
from composer.theory.check import Report, check
from composer.theory.rulebook import load_rulebook
from composer.theory.two_voices import cantus_voices, counterpoint

BOOK = load_rulebook()
CANTUS = "C4:4 | D4 | F4 | E4 | D4 | C4"
OVER = {
    1: "G4:4 | F4 | A4 | C5 | B4 | C5",
    2: "G4:2 E4 | F4 G4 | A4 F4 | C5 G4 | A4 B4 | C5:4",
    3: "G4 A4 G4 E4 | F4 G4 A4 B4 | A4 G4 A4 C5 | G4 A4 B4 C5 | F4 G4 A4 B4 | C5:4",
    4: "r:2 E5_ | E5 D5_ | D5 A4_ | A4 G4_ | G4 B4 | C5:4",
    5: "G4:2 E4 | F4:1 G4 A4:2_ | A4:2 C5:1 B4 | C5:4 | A4:2 B4 | C5:4",
}
# Fux, Gradus ad Parnassum: the first exercise of the first species, above and below.
FUX = "D4:4 | F4 | E4 | D4 | G4 | F4 | A4 | G4 | F4 | E4 | D4"
FUX_ABOVE = "A4:4 | A4 | G4 | A4 | B4 | C5 | C5 | B4 | D5 | C#5 | D5"
FUX_BELOW = "D3:4 | D3 | A3 | F3 | E3 | D3 | F3 | C4 | D4 | C#4 | D4"


def strict(text: str) -> Report:
    score = parse_text(text)
    return check(score, score.reading or Reading(score.key), BOOK, "strict-species")


@pytest.mark.parametrize("species", OVER)
def test_the_species_is_told_by_the_music(species: int) -> None:
    score = parse_text(f"S: {OVER[species]} ; B: {CANTUS}")
    found = counterpoint(score, Reading(score.key))
    assert set(found.species.tolist()) == {species}
    assert found.roles == ("soprano", "bass")
    assert found.above.all()
    assert found.held.any() == (species > 3)


def test_the_cantus_is_named_or_the_lower_or_the_slower_voice() -> None:
    lower = parse_text(f"S: {OVER[1]} ; B: {CANTUS}")
    named = parse_text(f"cantus(soprano): {OVER[1]} ; B: {CANTUS}")
    slower = parse_text(f"S: {CANTUS} ; B: C3:2 E3 | D3 F3 | D3 F3 | C3 E3 | F3 D3 | C3:4")
    assert [voice.role for one in (lower, named, slower) for voice in cantus_voices(one)] == [
        "bass", "soprano", "soprano",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text", ["S: C5 D5 E5 F5 ; B: C3:2 G3:1 C3", f"S: {CANTUS} ; A: {CANTUS} ; B: {CANTUS}", "S: C5"]
)
def test_other_music_is_no_counterpoint(text: str) -> None:
    score = parse_text(text)
    assert counterpoint(score, Reading(score.key)).span == 0
    assert not [one for one in strict(text).findings if one.rule_id[:2] in ("S1", "S2", "S3", "S4")]


@pytest.mark.parametrize("species", [1, 2, 3])
def test_sound_counterpoint_has_no_errors(species: int) -> None:
    errors = {one.rule_id for one in strict(f"S: {OVER[species]} ; CF(bass): {CANTUS}").errors}
    assert errors == {"MEL-1"}  # six notes are few for a cantus


def test_fux_keeps_his_own_rules() -> None:
    above = strict(f"key: D dorian ; S: {FUX_ABOVE} ; CF(alto): {FUX}")
    below = strict(f"key: D dorian ; CF(alto): {FUX} ; B: {FUX_BELOW}")
    assert above.errors == ()
    assert {one.rule_id for one in below.errors} <= {"S1-7"}  # he meets the cantus once inside
    assert above.chances["S1-1"] == below.chances["S1-1"] == 11


def test_weak_notes_are_named() -> None:
    named = [one.message for one in strict(f"S: {OVER[2]} ; CF(bass): {CANTUS}").labels if one.rule_id == "S2-5"]
    assert named[1] == "Bar 2: passing note."
