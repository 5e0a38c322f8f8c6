"""The skeleton: one lattice over (chord, bass, melodic goal) for the chord places of a section."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from composer.errors import LimitError
from composer.models.library import Models
from composer.pipeline.brief import Request
from composer.pipeline.candidates import Moment, letters_of, stack_chords, window
from composer.pipeline.chord_plan import SlotPlan
from composer.pipeline.harmonize.song_harmony import song_harmony
from composer.pipeline.plan import Plan
from composer.pipeline.section_plan import SectionPlan
from composer.score.chord import Chord, parse_chord
from composer.score.key import Key
from composer.score.time import BEAT, DOWNBEAT
from composer.search.draw import Floats, rounded
from composer.search.lattice import Lattice, log_sum, lookahead, sample
from composer.theory.law import Law

# Prices in nats: design values, to be fitted later.
THEME_LEFT = 4.0  # a variation's note that leaves its theme's letter
OFF_TABLE = 3.0  # a chord whose habits are in no corpus
MOST_MOVE = 7.0  # from one chord to another
UNWISHED_COLOUR = 2.5
CHORD_REPEATED = 2.0
CONTOUR_SD = 1.8  # semitones
TESSITURA_SD = 3.2  # semitones; within-song spread of 4,778 German songs
TESSITURA_BESIDE_SHAPES = 0.1
GOAL_MOTION = ((0, 1.6), (2, 0.0), (4, 0.0), (7, 0.2), (9, 1.2), (99, 5.0))  # (up to semitones, nats)
BASS_MOTION = ((0, 0.7), (2, 0.0), (4, 0.3), (7, 0.4), (12, 1.5), (99, 8.0))
SIMILAR_MOTION = 0.3


@dataclass(frozen=True)
class Slot:
    """A chord that sounds: its place in the section, bass and melodic goal (MIDI), and the votes it got (nats)."""

    onset_ticks: int
    length_ticks: int
    chord: Chord
    bass_midi: int
    goal_midi: int
    votes: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True)
class Space:
    """All states a slot may take: chord index, bass and goal of each, (N,) ints."""

    chords: tuple[Chord, ...]
    chord: np.ndarray
    bass: np.ndarray
    goal: np.ndarray


def outer_voices(request: Request) -> tuple[str, str]:
    """Roles of the tune and of the bass: real parts, or a tune over a figure."""
    return ("soprano", "bass") if request.four_voices else ("melody", "left")


def degree_semitones(plan: Plan, degrees: tuple[int, ...]) -> list[int]:
    """Semitones of scale degrees above the tonic; in minor (not in the old modes) 7 is the leading tone."""
    key = plan.request.key
    scale = (*key.scale[:6], 11) if key.mode == "minor" else key.scale
    return [scale[degree - 1] for degree in degrees]


def tessitura_share(plan: Plan) -> float:
    """Weight of the plain pull towards the mean: small where the GMM's shapes say where a phrase lies."""
    return 1.0 if "gmm" in plan.request.without else TESSITURA_BESIDE_SHAPES


def make_space(plan: Plan, section: SectionPlan, locked: dict[int, Slot]) -> Space:
    """States of a section: learned chords of the mode, the chords its recipe names, and those that return."""
    key = plan.request.key
    numerals = [numeral for numeral, row in plan.chords.items() if row["learned"]]
    numerals += [slot.wish for slot in section.slots if slot.wish and slot.wish not in numerals]
    numerals += [slot.chord.numeral for slot in locked.values()]
    chords = tuple(parse_chord(numeral, key.is_minor) for numeral in dict.fromkeys(numerals))
    low, high = plan.melody_low, plan.melody_high
    states = []
    for index, chord in enumerate(chords):
        basses = _at(key, chord.bass[1], plan.bass_low, plan.bass_high)
        goals = sorted({p for _, semis in chord.members for p in _at(key, semis, low, high)})
        states += [(index, bass, goal) for bass in basses for goal in goals if goal - bass >= 3]
    grid = np.array(states, dtype=np.int64)
    return Space(chords, grid[:, 0], grid[:, 1], grid[:, 2])


def _at(key: Key, semitones: int, low: int, high: int) -> list[int]:
    pc = (key.tonic_pc + semitones) % 12
    return [midi for midi in range(low, high + 1) if midi % 12 == pc]


@dataclass(frozen=True)
class Ground:
    """What all drafts of a section share: its states, their votes but the contour's, and the moves between them."""

    plan: Plan
    section: SectionPlan
    space: Space
    votes: tuple[dict[str, Floats], ...]  # a slot: (N,) nats by voice
    moves: Floats  # (C, C) nats, chord to chord
    pairs: dict[bool, Floats]  # (N, N) nats, onto a downbeat or off it
    locked: dict[int, Slot]


def make_ground(
    plan: Plan,
    section: SectionPlan,
    models: Models,
    law: Law,
    locked: dict[int, Slot],
    letters: Mapping[int, int] = MappingProxyType({}),
) -> Ground:
    """Prepare a section's lattice; ``locked``: slots (by number) that return from an earlier section; ``letters``: the
    staff letters of a theme by onset (ticks), to which the goals of its variation keep."""
    space = make_space(plan, section, locked)
    mode = plan.request.key.third
    sung = (models.hidden.states(mode), models.hidden.log_soprano(mode))
    votes = tuple(_votes(plan, section, space, sung, slot) for slot in section.slots)
    if letters:
        states = zip(space.goal.tolist(), space.chord.tolist(), strict=True)
        own = np.array([letters_of([goal], plan.request.key, space.chords[chord])[0] for goal, chord in states])
        for named, slot in zip(votes, section.slots, strict=True):
            if slot.onset_ticks in letters:
                named["theme"] = np.where(own == letters[slot.onset_ticks], 0.0, THEME_LEFT)
    return Ground(
        plan, section, space, votes, _transitions(plan, space, models), _pair_costs(plan, space, law), locked
    )


def draw_skeleton(ground: Ground, contour: Floats | None, rng: np.random.Generator) -> tuple[Slot, ...]:
    """Draw chords, bass and goals of a section, exactly from the lattice.

    ``contour``: (slots,) wished MIDI pitch of the melody at each slot, or None.

    Raises:
        LimitError: no path keeps the law.
    """
    space, slots, locked = ground.space, ground.section.slots, ground.locked
    votes = [dict(named) for named in ground.votes]
    if contour is not None:
        for number, named in enumerate(votes):
            named["gmm"] = (space.goal - contour[number]) ** 2 / (2 * CONTOUR_SD**2)
    unaries = [sum(named.values(), np.zeros(len(space.chord))) for named in votes]
    for number, slot in locked.items():
        keep = (space.bass == slot.bass_midi) & (space.goal == slot.goal_midi)
        keep &= np.array([chord.numeral == slot.chord.numeral for chord in space.chords])[space.chord]
        unaries[number] = np.where(keep, 0.0, np.inf)
    allowed = [np.flatnonzero(np.isfinite(unary)) for unary in unaries]
    label = ground.section.label
    if not all(len(states) for states in allowed):
        raise LimitError(f"section {label}: a chord of the plan has no place in its range; try another seed")
    picks = _draw_states(ground, unaries, allowed, rng)
    tied = _tied(ground, allowed, picks) if picks else {}
    if tied:  # bars that repeat take the chords of the bars they repeat; the rest is drawn again around them
        allowed = [np.array([tied[n]]) if n in tied else states for n, states in enumerate(allowed)]
        picks = _draw_states(ground, unaries, allowed, rng) or picks
    if not picks:
        raise LimitError(f"section {label}: no chords satisfy plan and law; try another seed or mood")
    return tuple(
        _slot(slots[n], space, pick, votes[n], ground.moves, picks[n - 1] if n else None, locked.get(n))
        for n, pick in enumerate(picks)
    )


def _draw_states(
    ground: Ground, unaries: list[Floats], allowed: list[np.ndarray], rng: np.random.Generator
) -> list[int]:
    """One state a slot, drawn exactly; empty when every path is forbidden."""
    lattice = _lattice(ground, unaries, allowed)
    messages = lookahead(lattice)
    if not np.isfinite(log_sum(messages[0] - lattice.first)):
        return []
    path = sample(lattice, rng, messages)
    return [int(allowed[number][candidate]) for number, candidate in enumerate(path.candidates)]


def _tied(ground: Ground, allowed: list[np.ndarray], picks: list[int]) -> dict[int, int]:
    """States fixed by exact repeats: slots of a repeated bar and of its repeat, where the plan leaves both free."""
    slots = ground.section.slots
    by_bar: dict[int, list[int]] = {}
    for number, slot in enumerate(slots):
        by_bar.setdefault(slot.bar, []).append(number)
    tied: dict[int, int] = {}
    for bar, plan in enumerate(ground.section.bars):
        source, here = by_bar.get(plan.source, []), by_bar[bar]
        if plan.source < 0 or plan.op or len(source) != len(here):
            continue
        if all(picks[a] in allowed[b] for a, b in zip(source, here, strict=True)):
            for a, b in zip(source, here, strict=True):
                tied[a] = tied[b] = picks[a]
    return tied


def _lattice(ground: Ground, unaries: list[Floats], allowed: list[np.ndarray]) -> Lattice:
    """The section's lattice over the states that are allowed at each slot."""
    meter, space = ground.plan.request.meter, ground.space
    steps = []
    for number in range(1, len(allowed)):
        before, here = allowed[number - 1], allowed[number]
        strong = meter.strength(ground.section.slots[number].onset_ticks) == DOWNBEAT
        cost = ground.pairs[strong][np.ix_(before, here)] + ground.moves[np.ix_(space.chord[before], space.chord[here])]
        if {number - 1, number} <= set(ground.locked):
            cost = np.zeros_like(cost)
        steps.append(rounded(cost + unaries[number][here][None, :]))
    return Lattice(rounded(unaries[0][allowed[0]]), tuple(steps))


def _slot(
    place: SlotPlan,
    space: Space,
    pick: int,
    votes: dict[str, Floats],
    hmm: Floats,
    before: int | None,
    locked: Slot | None,
) -> Slot:
    named = {name: float(vote[pick]) for name, vote in votes.items()}
    if before is not None:
        named["hmm"] = named.get("hmm", 0.0) + float(hmm[space.chord[before], space.chord[pick]])
    kept = locked.votes if locked else tuple((name, round(nats, 4)) for name, nats in named.items() if nats)
    return Slot(
        place.onset_ticks,
        place.length_ticks,
        space.chords[space.chord[pick]],
        int(space.bass[pick]),
        int(space.goal[pick]),
        kept,
    )


def _votes(
    plan: Plan,
    section: SectionPlan,
    space: Space,
    sung: tuple[tuple[str, ...], Floats],
    slot: SlotPlan,
) -> dict[str, Floats]:
    """Costs of each state at one slot by voice: recipe, plan, hmm: (N,) nats each."""
    tonic = plan.request.key.tonic_pc
    votes = {
        "recipe": _recipe_cost(plan, section, space, slot),
        "plan": _plan_cost(plan, section, space, slot),
    }
    if "hmm" not in plan.request.without:
        names, emission = sung
        cost = np.full(len(space.chord), 2.0)
        for index, chord in enumerate(space.chords):
            if chord.numeral in names:
                here = space.chord == index
                state = names.index(chord.numeral)
                cost[here] = -emission[state][(space.goal[here] - tonic) % 12]
        votes["hmm"] = 0.5 * cost
    return votes


def _recipe_cost(plan: Plan, section: SectionPlan, space: Space, slot: SlotPlan) -> Floats:
    """Off the recipe costs; a cadence formula is kept."""
    key = plan.request.key
    off, near = (float(plan.request.settings[name]) for name in ("recipe_nats", "near_share"))
    costs = np.zeros(len(space.chords))
    wished = parse_chord(slot.wish, key.is_minor) if slot.wish else None
    for index, chord in enumerate(space.chords):
        row = plan.chords.get(chord.numeral)
        coloured = row is None or row["kind"] not in ("diatonic", "applied")
        if slot.firm and slot.wish:
            costs[index] = 0.0 if chord.numeral == slot.wish else np.inf
        elif wished is not None:
            same_root = chord.root == wished.root and chord.quality[:3] == wished.quality[:3]
            costs[index] = 0.0 if chord.numeral == slot.wish else off * near if same_root else off
            costs[index] += UNWISHED_COLOUR if coloured and chord.numeral != slot.wish else 0.0
        elif coloured:
            costs[index] = UNWISHED_COLOUR
        if chord.inversion == 2 and len(chord.members) == 3 and chord.numeral != slot.wish:
            costs[index] = np.inf
        if chord.inversion and chord.numeral != slot.wish:  # songs stand on roots
            costs[index] += float(plan.request.settings["inverted_nats"])
    return np.asarray(costs[space.chord])


def _plan_cost(plan: Plan, section: SectionPlan, space: Space, slot: SlotPlan) -> Floats:
    """Cadence degrees (kept), tessitura and the planned top."""
    tonic = plan.request.key.tonic_pc
    mean = plan.melody_mean + section.lift
    cost = tessitura_share(plan) * (space.goal - mean) ** 2 / (2 * TESSITURA_SD**2)
    cost = cost + np.where(space.goal > plan.top(section, slot.bar), np.inf, 0.0)
    if slot.degrees:
        right = np.isin((space.goal - tonic) % 12, degree_semitones(plan, slot.degrees))
        if right.any():
            cost = np.where(right, cost, np.inf)
    return np.asarray(cost)


def _transitions(plan: Plan, space: Space, models: Models) -> Floats:
    """Chord to chord, (C, C) nats. Songs move as songs do (the harmony that a given tune is harmonised with, too);
    where chords are free, the HMM's moves between different chords, and a plain price where it knows none."""
    count, request = len(space.chords), plan.request
    cost = np.full((count, count), OFF_TABLE)
    if "hmm" in request.without:
        cost[:] = 0.0
    elif request.settings["harmony"] != "free":
        plain = request.settings["harmony"] == "strain"
        harmony = song_harmony(request.key, Law(()), request.table, plain, request.mood, space.chords)
        cost = np.minimum(harmony.moves(space.chords), MOST_MOVE)
    else:
        mode = plan.request.key.third
        names = models.hidden.states(mode)
        moves = np.exp(models.hidden.log_transition(mode))
        np.fill_diagonal(moves, 0.0)
        moves = moves / moves.sum(axis=1, keepdims=True)
        known = [(i, names.index(c.numeral)) for i, c in enumerate(space.chords) if c.numeral in names]
        ours, theirs = (np.array(column) for column in zip(*known, strict=True))
        cost[np.ix_(ours, ours)] = np.minimum(-np.log(moves[np.ix_(theirs, theirs)] + 1e-4), MOST_MOVE)
    same = np.array(
        [[a.root == b.root and a.quality == b.quality for b in space.chords] for a in space.chords]
    )
    return np.where(same, CHORD_REPEATED, cost)


def _priced(distance: np.ndarray, prices: tuple[tuple[int, float], ...]) -> Floats:
    limits = np.array([limit for limit, _ in prices])
    return np.array([nats for _, nats in prices])[np.searchsorted(limits, distance)]


def _pair_costs(plan: Plan, space: Space, law: Law) -> dict[bool, Floats]:
    """Outer-voice motion and the law over every pair of states, onto a downbeat (True) or off it: (N, N) nats."""
    request = plan.request
    goal_move = space.goal[None, :] - space.goal[:, None]
    bass_move = space.bass[None, :] - space.bass[:, None]
    cost = _priced(np.abs(goal_move), GOAL_MOTION) + _priced(np.abs(bass_move), BASS_MOTION)
    similar = (np.sign(goal_move) == np.sign(bass_move)) & (goal_move != 0)
    cost += np.where(similar, SIMILAR_MOTION, 0.0)
    table = stack_chords(space.chords, request.key)
    fields = {name: array[space.chord] for name, array in table.items()}
    states = list(zip(space.chord.tolist(), space.goal.tolist(), space.bass.tolist(), strict=True))
    pairs = {(c, midi) for c, goal, bass in states for midi in (goal, bass)}
    letter = {(c, m): letters_of([m], request.key, space.chords[c])[0] for c, m in pairs}
    letters = np.array([[letter[c, goal], letter[c, bass]] for c, goal, bass in states])
    pitches = np.stack((space.goal, space.bass), axis=-1)
    moments = {
        strength: Moment(
            pitches, letters, fields, space.chord, strength, 0, False, request.meter.beat_ticks, 0, (True, True)
        )
        for strength in (BEAT, DOWNBEAT)
    }
    roles = outer_voices(request)
    return {
        strong: cost + law.slice_cost(window([moments[order[0]], moments[order[1]]], roles), 2)
        for strong, order in ((True, (BEAT, DOWNBEAT)), (False, (DOWNBEAT, BEAT)))
    }
