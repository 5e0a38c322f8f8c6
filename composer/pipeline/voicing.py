"""Four voices under a soprano: one lattice over (chord, alto, tenor, bass), the law on every pair of states."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from composer.models.library import Models
from composer.pipeline.brief import Request
from composer.pipeline.candidates import Moment, letters_of, stack_chords, window
from composer.pipeline.plan import Plan
from composer.pipeline.skeleton import Slot
from composer.score.chord import Chord, parse_chord
from composer.score.key import Key
from composer.score.windows import REST, Ints
from composer.search.draw import Floats, rounded
from composer.search.lattice import Lattice, lookahead, sample
from composer.theory.law import Law, Vote

ROLES = ("soprano", "alto", "tenor", "bass")
RANGES = {"alto": (53, 74), "tenor": (46, 69), "bass": (38, 62)}  # wider than any textbook's: the law decides
SILENT_TOP = 72  # what the alto stays below where the soprano is silent
MOST_CROSSED = 3  # semitones by which candidates may cross, for the law to refuse
CHORDS_KEPT = 5  # chords a slot; design value
OTHER_CHORD = 1.0  # leaving the skeleton's chord
BASS_MOVED = 0.05  # a semitone away from the skeleton's bass
INNER_STEP, BASS_STEP = 0.18, 0.06  # nats a semitone moved
FORBIDDEN_NATS = 400.0  # instead of infinity, so that a path exists: the check finds what was paid for
TEMPERATURE = 0.7


@dataclass(frozen=True)
class Heard:
    """The soprano over one slot: pitches (MIDI) of its notes, the one sounding at the slot's start first; REST alone
    where it is silent."""

    pitches: tuple[int, ...]
    letters: tuple[int, ...]
    stepwise: tuple[bool, ...]
    strength: int
    cadence: int
    last: bool

    @property
    def sings(self) -> bool:
        """The soprano is not silent here."""
        return self.pitches[0] != REST


@dataclass(frozen=True)
class Place:
    """A slot to be voiced: the plan in its section's key, whether its chord is kept, and the soprano over it."""

    plan: Plan
    slot: Slot
    firm: bool
    heard: Heard


@dataclass(frozen=True)
class States:
    """Candidates of one slot: (K, 3) alto, tenor, bass; chord index of each (K,)."""

    voices: Ints
    chord: Ints
    chords: tuple[Chord, ...]
    cost: Floats


def voice(
    request: Request, places: list[Place], models: Models, law: Law, rng: np.random.Generator
) -> tuple[list[Slot], list[tuple[int, int, int]]]:
    """Chords as sung, (alto, tenor, bass) MIDI for every slot."""
    states = [_states(place, models, law) for place in places]
    moments = [
        _moments(place.plan.request.key, here, place.heard, number)
        for number, (here, place) in enumerate(zip(states, places, strict=True))
    ]
    learned = "hmm" not in request.without
    moves = {third: _chord_moves(third, learned, models) for third in ("major", "minor")}
    known: dict[tuple[object, ...], Floats] = {}
    steps = []
    for number in range(1, len(places)):
        cost = _pair(
            moments[number - 1][1], moments[number][0], states[number - 1], states[number], law, known
        )
        cost = cost + moves[places[number].plan.request.key.third](states[number - 1], states[number])
        steps.append(rounded((cost + states[number].cost[None, :]) / TEMPERATURE))
    lattice = Lattice(rounded(states[0].cost / TEMPERATURE), tuple(steps))
    path = sample(lattice, rng, lookahead(lattice))
    found = [states[n].voices[c] for n, c in enumerate(path.candidates)]
    chords = [states[n].chords[int(states[n].chord[c])] for n, c in enumerate(path.candidates)]
    voiced = [
        replace(place.slot, chord=chord, bass_midi=int(voices[2]))
        for place, chord, voices in zip(places, chords, found, strict=True)
    ]
    return voiced, [(int(v[0]), int(v[1]), int(v[2])) for v in found]


def _options(place: Place, models: Models) -> list[tuple[Chord, float]]:
    """The skeleton's chord and others that carry the soprano, cheapest first."""
    plan, slot, heard = place.plan, place.slot, place.heard
    if place.firm or not heard.sings:
        return [(slot.chord, 0.0)]
    key = plan.request.key
    names = models.hidden.states(key.third)
    emission = models.hidden.log_soprano(key.third)
    options = [(slot.chord, 0.0)]
    for numeral, row in plan.chords.items():
        if not row["learned"] or numeral == slot.chord.numeral:
            continue
        chord = parse_chord(numeral, key.is_minor)
        if chord.inversion == 2 and len(chord.members) == 3:
            continue
        tones = {(key.tonic_pc + semitones) % 12 for _, semitones in chord.members}
        if heard.pitches[0] % 12 in tones and all(
            pitch % 12 in tones or step for pitch, step in zip(heard.pitches, heard.stepwise, strict=True)
        ):
            degree = (heard.pitches[0] - key.tonic_pc) % 12
            unlikely = -float(emission[names.index(chord.numeral), degree]) if chord.numeral in names else 4.0
            same_root = chord.root == slot.chord.root
            options.append((chord, (0.4 if same_root else OTHER_CHORD) + 0.4 * unlikely))
    return sorted(options, key=lambda option: option[1])[:CHORDS_KEPT]


def _states(place: Place, models: Models, law: Law) -> States:
    key, slot, heard = place.plan.request.key, place.slot, place.heard
    rows, chord_of, costs, chords = [], [], [], []
    for index, (chord, price) in enumerate(_options(place, models)):
        chords.append(chord)
        tones = [(key.tonic_pc + semitones) % 12 for _, semitones in chord.members]
        bass_pc = (key.tonic_pc + chord.bass[1]) % 12
        low = min(heard.pitches) if heard.sings else SILENT_TOP
        for bass in _within("bass", {bass_pc}):
            for tenor in _within("tenor", set(tones)):
                for alto in _within("alto", set(tones)):
                    crossed = max(bass - tenor, tenor - alto, alto - low)
                    if crossed <= MOST_CROSSED and alto - tenor <= 14 and low - alto <= 14:
                        rows.append((alto, tenor, bass))
                        chord_of.append(index)
                        costs.append(price + BASS_MOVED * abs(bass - slot.bass_midi))
    if not rows:
        bass = next(iter(_within("bass", {(key.tonic_pc + slot.chord.bass[1]) % 12})))
        top = heard.pitches[0] if heard.sings else SILENT_TOP
        rows, chord_of, costs = [(top - 3, top - 8, bass)], [0], [FORBIDDEN_NATS]
    states = States(np.array(rows), np.array(chord_of), tuple(chords), np.array(costs))
    alone = np.zeros(len(rows))
    for midi, letter in zip(heard.pitches, heard.letters, strict=True):
        first, _ = _moments(key, states, replace(heard, pitches=(midi,), letters=(letter,)), 0)
        first = replace(first, sounded=tuple(sorted({pitch % 12 for pitch in heard.pitches if pitch != REST})))
        alone = np.maximum(alone, _broken(law.slice_votes(window([first], ROLES), 1)))
    first, _ = _moments(key, states, heard, 0)
    for number in (1, 2, 3):
        alone = alone + _broken(law.line_votes(window([first], ROLES).take((number,)), 1))
    cost = states.cost + alone
    keep = np.argsort(cost, kind="stable")
    keep = keep[cost[keep] < cost.min() + FORBIDDEN_NATS]  # where all break a rule, those that break fewest
    return States(states.voices[keep], states.chord[keep], states.chords, cost[keep])


def _within(role: str, tones: set[int]) -> list[int]:
    low, high = RANGES[role]
    return [midi for midi in range(low, high + 1) if midi % 12 in tones]


def _broken(votes: list[Vote]) -> Floats:
    """Nats of all rules together, forbidden ones at their finite price: (K,)."""
    return np.asarray(sum(_tamed(vote) for _, vote in votes))


def _tamed(cost: Floats) -> Floats:
    return np.where(np.isfinite(cost), cost, FORBIDDEN_NATS)


def _moments(key: Key, states: States, heard: Heard, number: int) -> tuple[Moment, Moment]:
    """The slot's first and last moment (they differ in the soprano)."""
    table = stack_chords(states.chords, key)
    fields = {name: array[states.chord] for name, array in table.items()}
    rows = list(zip(states.voices.tolist(), states.chord.tolist(), strict=True))
    sounded = {(index, midi) for row, index in rows for midi in row}
    letter_of = {(index, midi): letters_of([midi], key, states.chords[index])[0] for index, midi in sounded}
    lower = np.array([[letter_of[index, midi] for midi in row] for row, index in rows]).reshape(-1, 3)
    # the same harmony keeps its number from slot to slot
    names = np.array([hash_free(chord.numeral) for chord in states.chords])[states.chord]

    def moment(place: int) -> Moment:
        count = len(states.voices)
        top = np.full((count, 1), heard.pitches[place])
        letter = np.full((count, 1), heard.letters[place])
        return Moment(
            np.concatenate((top, states.voices), axis=1),
            np.concatenate((letter, lower), axis=1),
            fields,
            names,
            heard.strength,
            heard.cadence,
            heard.last,
            480,
            number,
            (True,) * 4,
            tuple(sorted({pitch % 12 for pitch in heard.pitches if pitch != REST})),
        )

    return moment(0), moment(-1)


def hash_free(text: str) -> int:
    """A number for a numeral that is the same in every process."""
    return int.from_bytes(text.encode("utf-8")[:7], "big")


def _pair(
    before: Moment,
    here: Moment,
    states_before: States,
    states_here: States,
    law: Law,
    known: dict[tuple[object, ...], Floats],
) -> Floats:
    """The law on two chords in a row, and the price of moving: (K, K) nats."""
    signature = tuple(
        (m.pitch_midi.tobytes(), m.letter_step.tobytes(), m.chord_id.tobytes(), m.strength, m.cadence, m.last)
        for m in (before, here)
    )
    if signature not in known:
        both = window([before, here], ROLES)
        cost = law.slice_cost(both, 2)
        for number in (1, 2, 3):
            cost = cost + law.line_cost(both.take((number,)), 2)
        move = np.abs(states_before.voices[:, None, :] - states_here.voices[None, :, :])
        known[signature] = (
            _tamed(cost) + INNER_STEP * (move[..., 0] + move[..., 1]) + BASS_STEP * move[..., 2]
        )
    return known[signature]


def _chord_moves(third: str, learned: bool, models: Models) -> Callable[[States, States], Floats]:
    names = {name: index for index, name in enumerate(models.hidden.states(third))}
    return partial(_moved, names, -models.hidden.log_transition(third), learned)


def _moved(names: dict[str, int], moves: Floats, learned: bool, before: States, here: States) -> Floats:
    """Chord to chord by the HMM: (K, K) nats."""
    table = np.full((len(before.chords), len(here.chords)), 4.0)
    for i, a in enumerate(before.chords):
        for j, b in enumerate(here.chords):
            if a.numeral in names and b.numeral in names:
                table[i, j] = min(float(moves[names[a.numeral], names[b.numeral]]), 7.0) if learned else 0.0
    return np.asarray(0.5 * table[np.ix_(before.chord, here.chord)])
