"""What styles, forms and upbeats promise, heard in finished pieces."""

from __future__ import annotations

from fractions import Fraction
from functools import cache

import pytest

from composer import Brief, Piece, compose
from composer.analysis.craft import tune_of
from composer.analysis.form import read_form, verify_form
from composer.pipeline.plan import BELOW_TOP
from composer.score.key import SCALES
from composer.score.score import Score
from composer.theory.law import Law
from composer.theory.rulebook import load_rulebook
from composer.theory.tables import load_table


@cache
def made(**options: object) -> Piece:
    return compose(Brief(**options))  # type: ignore[arg-type]


def bars_of(score: Score, role: str | None = None) -> list[list[tuple[int, tuple[int, ...]]]]:
    """(place, pitches) of the notes of each bar of a voice, the tune's by default; an upbeat belongs to no bar."""
    voice = score.voice(role) if role else score.tune
    assert voice is not None
    found: dict[int, list[tuple[int, tuple[int, ...]]]] = {}
    for note in voice.sounding():
        bar, place = divmod(note.onset_ticks - score.pickup_ticks, score.meter.bar_ticks)
        found.setdefault(bar, []).append((place, tuple(p.midi for p in note.pitches)))
    return [found.get(bar, []) for bar in range(max(found) + 1)]


@pytest.mark.parametrize("name", [str(row["name"]) for row in load_table("forms")])
def test_every_named_form_is_heard(name: str) -> None:
    piece = made(form=name, mood="hopeful", seed=3)
    assert piece.report.errors == ()
    assert verify_form(piece.score, piece.request.labels) == []


@pytest.mark.parametrize("pickup", ["1/2", "1", "2"])
def test_an_upbeat_opens_every_line_and_the_last_bar_gives_it_back(pickup: str) -> None:
    piece = made(form="AB", style="folk-song", key="G major", seed=5, pickup=pickup, bars=8)
    score, tune = piece.score, tune_of(piece.score)
    bar, early = score.meter.bar_ticks, score.pickup_ticks
    assert early == 480 * Fraction(pickup)
    assert score.end_ticks == 16 * bar
    for line in range(8):
        assert line * 2 * bar - early in tune.onsets
    left = score.voice("figuration")
    assert left is not None
    assert left.notes[0].is_rest and left.notes[0].length_ticks == early  # no chord under the first upbeat


def test_a_dance_rhymes() -> None:
    bars = bars_of(made(style="jig", key="D major", mood="happy", seed=4).score)
    assert bars[14] == bars[30] and bars[15][:1] == bars[31][:1]


def test_the_blues_keeps_its_changes() -> None:
    piece = made(form="blues-12", key="E major", mood="happy", seed=2)
    assert piece.score.reading is not None
    numerals = [span.chord.numeral for span in piece.score.reading.chords]
    assert len(numerals) == 48
    for chorus in range(4):
        first = numerals[12 * chorus : 12 * chorus + 12]
        assert [first[0], *first[4:10]] == ["I7", "IV7", "IV7", "I7", "I7", "V7", "IV7"]
    assert [bar for bar, notes in enumerate(bars_of(piece.score)) if not notes][:2] == [3, 7]  # the calls are answered


def test_a_chorale_rests_in_all_voices_at_the_end_of_every_line() -> None:
    score = made(style="chorale", form="AB", key="A minor", seed=9, pickup="1").score
    for voice in score.voices:
        held = [note.onset_ticks - 480 for note in voice.notes if note.fermata]
        assert held == [bar * 1920 for bar in range(1, 16, 2)], voice.role


def test_variations_change_what_they_say() -> None:
    piece = made(form="theme-and-variations", key="F major", mood="calm", seed=3)
    score, plan = piece.score, piece.plan
    bars = bars_of(score)
    theme, ornament, texture, mode, _ = (bars[8 * n : 8 * n + 8] for n in range(5))
    assert sum(map(len, ornament)) > sum(map(len, theme))
    goals = [a[0] == b[0] for a, b in zip(theme, ornament, strict=True) if a and b]
    assert sum(goals) >= 0.7 * len(goals)
    assert texture == theme
    left = bars_of(score, "figuration")
    assert [len(bar) for bar in left[16:22]] != [len(bar) for bar in left[:6]]
    assert plan.sections[3].key.name == "F minor"
    assert [[place for place, _ in bar] for bar in mode] == [[place for place, _ in bar] for bar in theme]


def test_episodes_stand_in_other_keys_and_lead_home() -> None:
    piece = made(form="rondo", key="C major", mood="happy", seed=6)
    keys = [section.key.name for section in piece.plan.sections]
    assert keys[0] == keys[2] == keys[4] == "C major"
    assert keys[1] in ("G major", "A minor") and keys[3] in ("F major", "C minor")
    assert [section.cadence for section in read_form(piece.score).sections][1::2] == ["HC", "HC"]


@pytest.mark.parametrize("key", ["D dorian", "E phrygian", "F lydian", "G mixolydian", "A aeolian"])
def test_modes_keep_their_scale(key: str) -> None:
    piece = made(form="AB", key=key, seed=8)
    scale = {(piece.request.key.tonic_pc + semitones) % 12 for semitones in SCALES[piece.request.key.mode]}
    sounded = {p.midi % 12 for voice in piece.score.voices for note in voice.sounding() for p in note.pitches}
    assert sounded <= scale
    assert piece.report.errors == ()


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_one_letter_owns_the_top_and_never_in_its_last_bars(seed: int) -> None:
    piece = made(form="AABA", key="G major", mood="tender", seed=seed)
    bars = bars_of(piece.score)
    tops = [max(p for _, pitches in bar for p in pitches) for bar in bars]
    assert max(tops) == max(tops[16:22])
    assert all(top <= piece.plan.melody_high - BELOW_TOP for top in [*tops[:16], *tops[22:]])


def test_strict_multiplies_what_may_be_bent_and_nothing_else() -> None:
    style = load_rulebook().style("song")
    usual, lax, severe = (Law.of(style, strict=strict) for strict in (1.0, 0.0, 2.0))
    prices = {rule.id: nats for rule, nats in usual.entries}
    assert {rule.id: nats for rule, nats in severe.entries} == {k: 2 * v for k, v in prices.items()}
    assert {rule.id for rule, _ in lax.entries} == {rule.id for rule in style.forbid}


def test_four_voices_strike_with_the_figure_outside_chorales() -> None:
    score = made(style="song", ensemble="string-quartet", form="AB", mood="happy", seed=2).score
    assert len(score.voices) == 4
    alto = score.voice("alto")
    assert alto is not None
    assert len(alto.sounding()) > 2 * 16
    assert not score.numerals
