"""The chorale engine: the law kept, the tune untouched, the same bytes, and an answer to any tune."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from composer.models.chorale import load_chorale
from composer.pipeline.harmonize.answers import DIFFERENT, Wished, answers
from composer.pipeline.harmonize.chorale import Chorale, harmonize_line
from composer.pipeline.harmonize.chords import named_in_keys, place_of
from composer.pipeline.harmonize.joint import Prices
from composer.pipeline.harmonize.line import line_of
from composer.pipeline.harmonize.sonority import Sonorities
from composer.pipeline.harmonize.task import Tune
from composer.pipeline.harmonize.window import features
from composer.pipeline.harmonize.workshop import Workshop, workshop_of
from composer.score.chord import parse_chord
from composer.score.key import Key
from composer.score.note import Voice
from composer.score.reading import ChordSpan, Phrase, Reading
from composer.score.score import Score
from composer.score.text import parse_text
from composer.score.windows import ABSENT, slices
from composer.theory.check import check
from composer.theory.rulebook import load_rulebook
from composer.theory.tables import load_table

OLD = (
    "key: G major\nmeter: 4/4\npickup: 1\nS: G4:1 | G4 A4 B4 G4 | D5 C5 B4@ B4 | C5 B4 A4 G4 | A4:1 A4:1 G4:2@"
)
PARALLELS = ("PAR-5", "PAR-8")


@pytest.fixture(scope="module")
def workshop() -> Workshop:
    return workshop_of(load_rulebook(), load_chorale(), load_table("numerals"))


def _tune(text: str = OLD, key: Key | None = None) -> Tune:
    score = parse_text(text)
    line = replace(score.voices[0], name="soprano", role="soprano")
    ends = [note.end_ticks for note in line.sounding() if note.fermata] or [line.notes[-1].end_ticks]
    begins = [0, *ends[:-1]]
    phrases = tuple(Phrase(a, b, "open") for a, b in zip(begins, ends, strict=True))
    return Tune(replace(score, voices=(line,)), line, key or score.key, (key or score.key).fifths, phrases)


def _score(tune: Tune, voices: tuple[Voice, ...]) -> Score:
    return replace(tune.score, voices=(tune.voice, *voices))


def _sung(found: Chorale) -> list[list[tuple[int, int, str]]]:
    return [[(n.onset_ticks, n.length_ticks, str(n.top)) for n in v.sounding()] for v in found.voices]


def test_no_parallels_and_no_error_of_the_law_in_many_draws(workshop: Workshop) -> None:
    tune, book = _tune(), load_rulebook()
    for seed in range(12):
        found = harmonize_line(workshop, tune, Prices(), seed)
        assert found.rung.price == np.inf
        report = check(_score(tune, found.voices), Reading(tune.key, found.chords, tune.phrases), book, "chorale")
        assert not [f for f in report.findings if f.rule_id in PARALLELS]


def test_voices_last_as_long_as_the_tune_and_are_four(workshop: Workshop) -> None:
    tune = _tune()
    found = harmonize_line(workshop, tune, Prices(), 3)
    score = _score(tune, found.voices)
    assert [voice.notes[-1].end_ticks for voice in score.voices] == [score.end_ticks] * 4
    window = slices(score, Reading(tune.key, found.chords, tune.phrases))
    assert (window.pitch_midi > 0).all()


def test_same_seed_same_notes_other_seed_others(workshop: Workshop) -> None:
    one, again, other = (_sung(harmonize_line(workshop, _tune(), Prices(), seed)) for seed in (7, 7, 8))
    assert one == again
    assert one != other


def test_transposing_the_tune_transposes_what_is_seen(workshop: Workshop) -> None:
    tune = _tune()
    up = tune.score.moved(1, 2)
    high = replace(tune, score=up, voice=up.voices[0], key=Key(5, 0, "major"), signature=3)
    assert np.allclose(features(line_of(tune)), features(line_of(high)))


def test_readings_differ_and_the_first_is_the_seeds(workshop: Workshop) -> None:
    tune, book = _tune(), load_rulebook()
    found = answers(workshop, book, tune, 5, 3)
    assert found[0] == answers(workshop, book, tune, 5, 1)[0]
    assert 1 < len(found) <= 3
    assert 0 < DIFFERENT < 1
    assert len({one.chords for one in found}) == len(found)
    assert all(one.phrases[-1].cadence for one in found)


@pytest.mark.parametrize(
    "notes",
    [
        "C4 C4 D4 C4 | B3 A3 B3 C4", "G5 A5 B5 C6 | C6 A5 G5 G5", "C4 B4 D4 A5 | F4 E5 C4 B4",
        "G4 G4 G4 G4 | G4 G4 G4 G4",
        "C5 C#5 D5 D#5 | E5 F5 F#5 G5", "E3 F3 G3 E3 | D3 E3 F3 C3", "C5:4 | B4:4",
    ],
)
def test_any_tune_is_answered(workshop: Workshop, notes: str) -> None:
    tune = _tune(f"key: C major\nmeter: 4/4\nS: {notes}")
    found = answers(workshop, load_rulebook(), tune, 1, 1)[0]
    assert len(found.voices) == 3
    assert sum(span.length_ticks for span in found.chords) == tune.score.end_ticks


def test_what_gave_way_is_told(workshop: Workshop) -> None:
    tune = _tune("key: C major\nmeter: 4/4\nS: E3 F3 G3 E3 | D3 E3 F3 C3")
    assert answers(workshop, load_rulebook(), tune, 1, 1)[0].relaxed


def test_pace_keeps_chords_and_given_chords_are_kept(workshop: Workshop) -> None:
    tune, book = _tune(), load_rulebook()
    slow = answers(workshop, book, tune, 2, 1, Wished(pace=Fraction(2)))[0]
    beat = tune.score.meter.beat_ticks
    off = [s for s in slow.chords if (s.onset_ticks - tune.score.pickup_ticks) % (2 * beat) and s.onset_ticks]
    free = answers(workshop, book, tune, 2, 1)[0]
    assert len(off) < len([s for s in free.chords if (s.onset_ticks - tune.score.pickup_ticks) % (2 * beat)])
    given = ChordSpan(tune.score.pickup_ticks, 480, parse_chord("vi", False), tune.key)
    kept = answers(workshop, book, replace(tune, given=(given,)), 2, 1)[0]
    at = next(s for s in kept.chords if s.onset_ticks <= given.onset_ticks < s.end_ticks)
    assert place_of(at.chord, at.key, 1)[:2] == place_of(given.chord, given.key, 1)[:2]


def test_a_dark_mood_has_more_minor_chords(workshop: Workshop) -> None:
    tune, book = _tune(), load_rulebook()
    moods = {row["name"]: row for row in load_table("moods")}

    def minors(mood: str) -> int:
        ways = (answers(workshop, book, tune, seed, 1, Wished(moods[mood]))[0] for seed in range(8))
        return sum(span.chord.quality.startswith("minor") for way in ways for span in way.chords)

    assert minors("sad") > minors("happy")


def test_keys_change_as_seldom_as_chords_allow(workshop: Workshop) -> None:
    tune = _tune()
    names = workshop.bank(tune).names
    spoken = {(name.chord.numeral, name.key.name): c for c, row in enumerate(names.every) for name in row}
    home = [spoken["I", "G major"], spoken["IV", "G major"], spoken["V", "G major"], spoken["I", "G major"]]
    assert {name.key.name for name in named_in_keys(names, home, [False, False, False, True])} == {"G major"}
    away = [spoken[n, "D major"] for n in ("IV", "V7", "I", "IV", "V7", "I", "ii", "V7", "I")]
    found = named_in_keys(names, [*home, *away, *home], [False] * 12 + [True] + [False] * 3 + [True])
    assert "D major" in {name.key.name for name in found}
    assert found[0].key == found[-1].key == tune.key


def test_a_sonority_is_what_sounds(workshop: Workshop) -> None:
    score = parse_text("S: F5 B4 ; A: D5 G4 ; T: B4 D4 ; B: G3 G3")
    chords = (ChordSpan(0, 960, parse_chord("I", False), Key(0, 0, "major")),)
    window = slices(score, Reading(Key(0, 0, "major"), chords))
    heard = Sonorities(0, Key(0, 0, "major")).read(window.sliding(2))
    assert heard.member_pc[0, 0].tolist() == [7, 11, 2, 5]
    assert heard.leading_pc[0].tolist() == [11, 11]
    assert heard.member_pc[0, 1, 3] == ABSENT
