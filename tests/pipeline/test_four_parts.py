"""The lattice of voicings against every way tried one by one, and against the check of the finished setting."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from composer.pipeline.candidates import Moment, stack_chords, window
from composer.pipeline.chord_table import Slot
from composer.pipeline.four_parts import (
    FORBIDDEN,
    MOST_CROSSED,
    ROLES,
    WIDEST,
    WIDEST_BELOW,
    WIDEST_GAP,
    Memory,
    lattice,
)
from composer.pipeline.realise import voicing_law
from composer.score.chord import parse_chord
from composer.score.key import Key
from composer.score.note import Note, Voice
from composer.score.pitch import pitch_at
from composer.score.reading import ChordSpan, Reading
from composer.score.score import Score
from composer.score.spelling import spelled
from composer.score.time import Meter
from composer.search.alternatives import count_paths
from composer.search.lattice import best
from composer.theory.check import check
from composer.theory.law import Law, voice_groups
from composer.theory.rulebook import Rulebook, load_rulebook

BOOK = load_rulebook()
LAW = voicing_law(BOOK, "satb")
MEMORY = Memory(LAW)
NUMERALS = {
    "major": ("I", "I6", "ii", "ii6", "ii6/5", "IV", "IVmaj7", "V", "V6", "V7", "V6/5", "V4/3", "V4/2", "vi", "vii°6",
              "viiø7", "V7/V", "vii°7/V", "V7/IV", "I6/4", "iv", "bII6", "Fr6"),
    "minor": ("i", "i6", "ii°6", "iiø6/5", "III", "iv", "iv6", "V", "V6", "V7", "V4/2", "VI", "VII", "vii°7",
              "vii°6/5", "bII6", "It6", "Ger6", "V7/III", "i6/4", "I"),
}  # fmt: skip


@st.composite
def progressions(draw: st.DrawFn, length: int = 3) -> tuple[Slot, ...]:
    mode = draw(st.sampled_from(("major", "minor")))
    key = draw(st.sampled_from((Key(0, 0, mode), Key(4, 0, mode), Key(6, 0, mode), Key(3, 0, mode))))
    names = draw(st.lists(st.sampled_from(NUMERALS[mode]), min_size=length, max_size=length))
    strengths = draw(st.sampled_from(((3, 1, 2), (1, 3, 1), (2, 1, 3))))
    return tuple(
        Slot(parse_chord(name, key.is_minor), key, strength, 1 if end else 0, end)
        for name, strength, end in zip(names, strengths, (False, False, True), strict=True)
    )


def moment(slot: Slot, pitches: NDArray[np.int64], number: int) -> Moment:
    letters = [[spelled(int(midi), slot.key, slot.chord).letter_step for midi in row] for row in pitches]
    return Moment(
        pitches, np.array(letters).reshape(-1, 4), stack_chords([slot.chord], slot.key), np.array([number]),
        slot.strength, slot.cadence, slot.last, 480, 480 * number, (True,) * 4,
    )  # fmt: skip


def priced(law: Law, moments: list[Moment], given: frozenset[int]) -> NDArray[np.float64]:
    """Nats of every combination, rule by rule and voice by voice; what lies in given voices alone is not asked."""
    together = window(moments, ROLES)
    cost = np.zeros(tuple(len(one.pitch_midi) for one in moments))
    for rule, nats in law.entries:
        if rule.scope in ("line", "slices") and rule.span == len(moments):
            for group in voice_groups(rule, ROLES):
                if not given >= set(group):
                    cost += rule.judge.broken(together.take(group), rule.asks) * min(nats, FORBIDDEN)
    return cost


def every_voicing(slot: Slot) -> NDArray[np.int64]:
    """All notes of the chord in all four voices, as far apart as the search looks."""
    tones = set(slot.chord.pitch_classes(slot.key))
    bass = (slot.key.tonic_pc + slot.chord.bass[1]) % 12
    choices = [[n for n in range(low, high + 1) if n % 12 in tones] for low, high in WIDEST]
    choices[3] = [n for n in choices[3] if n % 12 == bass] if slot.bass is None else [slot.bass]
    choices[0] = choices[0] if slot.soprano is None else [slot.soprano]
    return np.array([row for row in itertools.product(*choices) if near(row)])


def near(row: tuple[int, ...]) -> bool:
    gaps = [upper - lower for upper, lower in itertools.pairwise(row)]
    widest = (WIDEST_GAP, WIDEST_GAP, WIDEST_BELOW)
    return all(-MOST_CROSSED <= gap <= most for gap, most in zip(gaps, widest, strict=True))


def brute(slots: tuple[Slot, ...], most: float) -> tuple[int, float]:
    """How many ways cost less than ``most`` in each chord and move, and what the cheapest costs."""
    given = frozenset(place for place, name in ((0, "soprano"), (3, "bass")) if getattr(slots[0], name) is not None)
    total, before = np.zeros(()), None
    for number, slot in enumerate(slots):
        here = moment(slot, every_voicing(slot), number)
        alone = priced(LAW, [here], given)
        here, alone = here.keep(np.flatnonzero(alone < most)), alone[alone < most]
        total = total[..., None] + alone
        if before is not None:
            same = slots[number - 1].chord == slot.chord
            later = replace(here, chord_id=before.chord_id) if same else here
            step = priced(LAW, [before, later], given)
            total = total + np.where(step < most, step, np.inf)
            here = later
        before = here
    allowed = np.isfinite(total)
    return int(allowed.sum()), float(total.min(initial=np.inf))


@given(progressions())
@settings(max_examples=30, deadline=None)
def test_the_best_way_and_their_number_equal_brute_force(slots: tuple[Slot, ...]) -> None:
    count, cheapest = brute(slots, FORBIDDEN)
    try:
        chain, _ = lattice(slots, MEMORY)
        found = count_paths(chain)
    except ValueError:
        found = 0
    assert found == count
    if count:
        assert best(chain).cost_nats == pytest.approx(cheapest)


@given(progressions(), st.data())
@settings(max_examples=25, deadline=None)
def test_where_both_outer_voices_are_given_the_fewest_breaks_are_found(
    slots: tuple[Slot, ...], data: st.DataObject
) -> None:
    outer = []
    for slot in slots:
        tones, bass = set(slot.chord.pitch_classes(slot.key)), (slot.key.tonic_pc + slot.chord.bass[1]) % 12
        soprano = data.draw(st.sampled_from([n for n in range(62, 80) if n % 12 in tones]))
        low = data.draw(st.sampled_from([n for n in range(41, 60) if n % 12 == bass]))
        outer.append(replace(slot, soprano=soprano, bass=low))
    chain, _ = lattice(outer, MEMORY, legal=False)
    assert best(chain).cost_nats == pytest.approx(brute(tuple(outer), np.inf)[1])


@given(progressions(), progressions())
@settings(max_examples=5, deadline=None)
def test_what_is_remembered_changes_no_answer(slots: tuple[Slot, ...], others: tuple[Slot, ...]) -> None:
    used = Memory(LAW)
    for legal in (True, False):
        for before in (others, slots[::-1], (*others, *slots)):
            try:
                lattice(before, used, legal)
            except ValueError:
                continue
        fresh, again = answer(slots, Memory(LAW), legal), answer(slots, used, legal)
        assert len(fresh) == len(again)
        assert all(np.array_equal(one, other) for one, other in zip(fresh, again, strict=True))


def answer(slots: tuple[Slot, ...], memory: Memory, legal: bool) -> list[NDArray[Any]]:
    try:
        chain, states = lattice(slots, memory, legal)
    except ValueError:
        return []
    return [chain.first, *chain.steps, *(state.pitch_midi for state in states)]


def law_as_book() -> Rulebook:
    """The forbidden rules of the law that look at no more than two chords, as a rulebook of their own."""
    kept = {
        rule.id: rule for rule, nats in LAW.entries
        if nats == np.inf and rule.scope in ("line", "slices") and rule.span <= 2
    }  # fmt: skip
    return replace(BOOK, rules=kept)


@given(progressions(), st.integers(0, 10**6))
@settings(max_examples=40, deadline=None)
def test_the_check_forbids_what_the_lattice_forbids(slots: tuple[Slot, ...], seed: int) -> None:
    plain = [replace(slot, strength=strength, cadence=0) for slot, strength in zip(slots, (3, 1, 2), strict=True)]
    chain, states = lattice(plain, MEMORY, legal=False)
    rng, book, meter = np.random.default_rng(seed), law_as_book(), Meter(4, 4)
    for _ in range(4):
        path = [int(rng.integers(len(chain.first)))]
        cost = float(chain.first[path[0]])
        for step in chain.steps:  # one of the twenty cheapest goes on, so that both verdicts are met
            path.append(int(rng.choice(np.argsort(step[path[-1]])[:20])))
            cost += float(step[path[-2], path[-1]])
        rows = [(state.pitch_midi[c], state.letter_step[c]) for state, c in zip(states, path, strict=True)]
        voices = tuple(
            Voice(role, role, tuple(
                Note(480 * place, 480, (pitch_at(int(letters[number]), int(pitches[number])),))
                for place, (pitches, letters) in enumerate(rows)
            ))
            for number, role in enumerate(ROLES)
        )
        chords = tuple(ChordSpan(480 * place, 480, slot.chord, slot.key) for place, slot in enumerate(plain))
        score = Score("", meter, plain[0].key, voices)
        findings = check(score, Reading(plain[0].key, chords), book, "omt").findings
        assert cost >= FORBIDDEN or not findings, [finding.message for finding in findings]
        if all(one.chord != other.chord for one, other in itertools.pairwise(plain)):  # one that stays is judged once
            assert findings or cost < FORBIDDEN


def test_a_chord_that_stays_is_no_new_chord() -> None:
    key = Key(0, 0, "major")
    one = Slot(parse_chord("I", False), key, 3)
    chain, states = lattice([one, replace(one, strength=1)], MEMORY)
    same = [
        chain.steps[0][first, second]
        for first, row in enumerate(states[0].pitch_midi)
        for second in np.flatnonzero((states[1].pitch_midi == row).all(axis=1))
    ]
    assert same and np.isfinite(same).all()


def test_only_chord_tones_are_sung_and_the_bass_is_the_chords_own() -> None:
    key = Key(2, -1, "major")
    slots = [Slot(parse_chord(name, False), key, 1) for name in ("I", "V4/3", "I6", "ii6/5", "V7", "I")]
    _, states = lattice(slots, MEMORY)
    for slot, state in zip(slots, states, strict=True):
        assert np.isin(state.pitch_midi % 12, slot.chord.pitch_classes(key)).all()
        assert set(state.pitch_midi[:, 3] % 12) == {(key.tonic_pc + slot.chord.bass[1]) % 12}
        for pitches, letters in zip(state.pitch_midi[:20], state.letter_step[:20], strict=True):
            names = [pitch_at(int(letter), int(midi)) for letter, midi in zip(letters, pitches, strict=True)]
            assert names == [spelled(int(midi), key, slot.chord) for midi in pitches]
