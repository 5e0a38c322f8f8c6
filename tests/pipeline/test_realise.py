"""Chords in four voices: nothing broken where a legal way exists, ways that really differ, given voices kept."""

from __future__ import annotations

from itertools import combinations

import pytest

from composer.errors import RequestError
from composer.pipeline.chord_words import read_figured, read_numerals
from composer.pipeline.four_parts import ROLES, Memory
from composer.pipeline.realise import DIFFERENT_CHORDS, DIFFERENT_VOICES, MOST_WAYS, Realised, realise, voicing_law
from composer.score.note import Voice
from composer.score.score import Score
from composer.score.text import format_text, parse_text
from composer.score.time import Meter
from composer.theory.check import check
from composer.theory.rulebook import load_rulebook
from composer.theory.tables import load_table

BOOK, METER = load_rulebook(), Meter(4, 4)
ENSEMBLES, NUMERALS = load_table("ensembles"), load_table("numerals")
MEMORIES = {texture: Memory(voicing_law(BOOK, texture)) for texture in ("satb", "keyboard")}
PROGRESSIONS = (
    ("I IV V I", "C"), ("I ii6/5 V7 | I", "G"), ("I ii7 V7 | I", "C"), ("I ii4/2 V6/5 | I", "C"),
    ("I V4/3 I6 ii6/5 | I6/4 V7 I", "C"), ("I V4/2 I6 IV | V I", "Bb"), ("I IVmaj7 V7 | I", "F"),
    ("I viiø7 I vii°6 | I6 IV V I", "F"), ("Imaj7 IVmaj7 viiø7 iii7 | vi7 ii7 V7 I", "C"), ("I iii vi ii | V7 I", "Eb"),
    ("I V vi IV | ii V7 vi", "A"), ("I V6/5/V V | I", "D"), ("I V4/3/V V7 | I", "D"), ("I V4/2/V V6 | I", "D"),
    ("I vii°7/V V | I", "D"), ("I V6/5/IV IV V7 | I", "Ab"), ("I V7/vi vi ii6 | V7 I", "Eb"),
    ("I V7/ii ii V7 | I", "Eb"),
    ("I iv V7 I", "C"), ("I iiø6/5 V7 | I", "E"), ("I bII6 V7 | I", "C"), ("i bII6 V7 | i", "c"),
    ("i It6 V | i", "c"), ("i Fr6 V | i", "f#"), ("i Ger6 i6/4 V7 | i", "c"), ("i ii°6 V7 | i", "a"),
    ("i iiø6/5 V7 | i", "a"), ("i vii°7 i", "a"), ("i vii°6/5 i6", "a"), ("i vii°4/3 i6", "a"), ("i vii°4/2 V7 i", "a"),
    ("i VI iv V7 | i", "e"), ("i V4/2/iv iv6 V | i", "e"), ("i V7/III III iv | V7 i", "b"), ("i v6 iv6 V | i", "g"),
    ("i VII III VI | iv V i", "d"), ("I vi V7/V V | V7/IV IV V7 I", "C"),
)  # fmt: skip


def voiced(chords: str, key: str, ways: int = 1, texture: str = "satb", given: Voice | None = None) -> Realised:
    return realise(read_numerals(chords, key, METER), MEMORIES[texture], ways, texture, ENSEMBLES, given)


def errors(score: Score) -> list[str]:
    """Ids of the rules that the textbook finds broken."""
    assert score.reading is not None
    return [finding.rule_id for finding in check(score, score.reading, BOOK, "omt").errors]


def line(text: str, key: str = "C") -> Voice:
    return parse_text(f"key: {key}\nmeter: 4/4\n{text}").voices[0]


def chords_sung(score: Score) -> list[tuple[int, ...]]:
    return list(zip(*([note.top.midi for note in voice.sounding()] for voice in score.voices), strict=True))


@pytest.mark.parametrize(("chords", "key"), PROGRESSIONS)
def test_progressions_of_the_textbook_are_voiced_without_an_error(chords: str, key: str) -> None:
    found = voiced(chords, key)
    assert found.legal_ways > 0
    assert [errors(score) for score in found.scores] == [[]]
    (score,) = found.scores
    assert score.reading is not None
    for span, sung in zip(score.reading.chords, chords_sung(score), strict=True):
        assert {midi % 12 for midi in sung} <= set(span.chord.pitch_classes(span.key))
        assert sung[3] % 12 == (span.key.tonic_pc + span.chord.bass[1]) % 12


@pytest.mark.parametrize("times", [1, 8])
def test_a_chain_of_applied_dominants_has_legal_ways_however_long(times: int) -> None:
    found = voiced(" | ".join(["I vi V7/V V | V7/IV IV V7 I"] * times), "C")
    assert found.legal_ways > 10 ** (7 * times)
    assert errors(found.scores[0]) == []


def test_where_no_way_is_legal_it_is_said_and_the_fewest_breaks_are_shown() -> None:
    found = voiced("I IV | I", "C", given=line("S: G3:2 A3 | G3:4"))
    assert found.legal_ways == 0
    assert found.costs_nats[0] >= 1e4
    assert [note.top.name for note in found.scores[0].voices[0].sounding()] == ["G3", "A3", "G3"]


@pytest.mark.parametrize(("chords", "key"), PROGRESSIONS[::6])
@pytest.mark.parametrize("texture", ["satb", "keyboard"])
def test_other_ways_really_differ_and_are_dearer(chords: str, key: str, texture: str) -> None:
    found = voiced(chords, key, MOST_WAYS, texture)
    assert len(found.scores) == len(found.costs_nats) == MOST_WAYS
    assert list(found.costs_nats) == sorted(found.costs_nats)
    for one, other in combinations(found.scores, 2):
        pairs = zip(chords_sung(one), chords_sung(other), strict=True)
        moved = [sum(a != b for a, b in zip(*pair, strict=True)) for pair in pairs]
        assert sum(count >= DIFFERENT_VOICES for count in moved) >= DIFFERENT_CHORDS
    assert found.scores[0] == voiced(chords, key, 1, texture).scores[0]
    if texture == "satb":
        assert [errors(score) for score in found.scores] == [[]] * MOST_WAYS


def test_what_was_worked_out_before_changes_no_answer() -> None:
    for chords, key in PROGRESSIONS[::5]:
        task = read_numerals(chords, key, METER)
        fresh = realise(task, Memory(voicing_law(BOOK, "satb")), 3, "satb", ENSEMBLES)
        again = realise(task, MEMORIES["satb"], 3, "satb", ENSEMBLES)
        assert (fresh.scores, fresh.costs_nats, fresh.legal_ways) == (again.scores, again.costs_nats, again.legal_ways)


@pytest.mark.parametrize(("text", "chords"), [
    ("S: E5:2 D5 | C5:4", "I V | I"), ("B: C3:2 F3 | G3 C3", "I IV | V I"),
    ("S: E5:2 F5:1 D5 | C5:4", "I V | I"), ("B: C3:2 B2 | A2 G2 | C3:4", "I V6 | vi V | I"),
    ("S: G4:2 A4 | B4:2 B4 | C5:4", "I IV | V V7 | I"),
])  # fmt: skip
def test_a_given_voice_is_kept_note_for_note(text: str, chords: str) -> None:
    given = line(text)
    found = voiced(chords, "C", 3, given=given)
    assert found.legal_ways > 0
    for score in found.scores:
        assert score.voice(given.role) == given
        assert errors(score) == []
    free = voiced(chords, "C")
    assert found.legal_ways < free.legal_ways


def test_a_figured_bass_is_kept_and_its_figures_sung() -> None:
    task = read_figured("G2 B2^6 | C3 D3^7 | G2:4", None, METER, NUMERALS)
    found = realise(task, MEMORIES["satb"], 1, "satb", ENSEMBLES)
    (score,) = found.scores
    assert [note.top.name for note in score.voices[3].sounding()] == ["G2", "B2", "C3", "D3", "G2"]
    assert [span.chord.numeral for span in task.chords] == ["I", "I6", "IV", "V7", "I"]
    assert errors(score) == []


def test_the_text_form_carries_the_whole_answer() -> None:
    for chords, key in PROGRESSIONS[::7]:
        (score,) = voiced(chords, key).scores
        again = parse_text(format_text(score))
        assert again.reading == score.reading
        assert [voice.role for voice in again.voices] == list(ROLES)
        assert chords_sung(again) == chords_sung(score)


@pytest.mark.parametrize(("chords", "cadence"), [
    ("I ii6 V7 | I", "PAC"), ("I IV I V", "HC"), ("I IV V vi", "DC"), ("I IV I", "PC"), ("I V6 I", "IAC"),
    ("I ii", "open"),
])
def test_the_last_chords_promise_a_cadence(chords: str, cadence: str) -> None:
    (score,) = voiced(chords, "C").scores
    assert score.reading is not None
    assert [phrase.cadence for phrase in score.reading.phrases] == [cadence]


def test_an_unknown_texture_is_refused() -> None:
    with pytest.raises(RequestError, match="satb or keyboard"):
        voicing_law(BOOK, "organ")


def test_what_four_voices_cannot_sing_is_refused() -> None:
    with pytest.raises(RequestError, match="cannot be sung"):
        voiced("I V | I", "C", given=line("S: C2:2 D2 | C2:4"))
