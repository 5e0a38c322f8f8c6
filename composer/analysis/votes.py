"""What speaks for a reading of harmony: features of a state over a unit, and of two states in a row.

Every feature has a learned weight. Sounds vote in proportion to time (felt beats); what a chord is, and what it
follows, votes once where it enters.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from composer.analysis.states import KINDS, SHAPES, States, tonic_fifths
from composer.analysis.units import FREE, HALF_LED, LED, LOWEST, PLACES, Floats, Units
from composer.score.windows import Bools, Ints

Weights = Mapping[str, Floats]
FIGURES = 7  # triads in 3 positions, seventh chords in 4
STRENGTHS = 4
MOST_FAR = 4  # signatures further than this from the score's are alike
# Sounds, in the order of the weights "sound".
SOUNDS = (
    "in start", "in later", "out start led", "out start half led", "out start free", "out later led",
    "out later half led", "out later free", "no root", "no third", "no fifth", "no seventh", "bass fits",
    "bass is another member", "bass out led", "bass out half led", "bass out free", "bass line fits", "seventh passes",
    "seventh rises", "seventh without third", "outside the scale",
)
# What a state does at the end of a phrase, and of the piece.
CLOSES = ("tonic in root position", "another tonic", "dominant in root position", "another chord")
# Two chords in a row.
MOVES = (
    "a dominant resolves", "a dominant of the key does not", "an applied chord does not",
    "a six-four falls to its dominant", "a seventh is added", "a seventh is dropped", "the key changes",
    "the key changes after a close", "the same chord in a new key", "fifths between the keys", "mode changes",
    "the new key begins on its tonic",
)
SIZES = {
    "sound": len(SOUNDS), "shape": len(SHAPES), "kind": len(KINDS), "degree": 14, "figure": FIGURES,
    "far": MOST_FAR + 1, "close": 2 * len(CLOSES), "final": 2 * len(CLOSES), "opening": 2, "turn": STRENGTHS,
    "change": STRENGTHS, "after close": 1, "root move": 12, "move": len(MOVES),
}


def sounds(units: Units, states: States, index: Ints | None = None) -> Floats:
    """(T, N, len(SOUNDS)) what the states in ``index`` (T, N), or else all, find in each unit."""
    planes = []
    for plane in sound_planes(units, states):
        planes.append(plane if index is None else np.take_along_axis(plane, index, axis=1))
    return np.stack(planes, axis=-1)


def sound_planes(units: Units, states: States) -> Iterator[Floats]:
    """(T, S) of each of SOUNDS, in their order; states that sound alike are looked at once."""
    rows = np.concatenate((states.member, states.inversion[:, None]), axis=1)
    alike, back = np.unique(rows, axis=0, return_inverse=True)
    for plane in _chord_planes(units, alike[:, :4], alike[:, 4]):
        yield np.take(plane * units.beats[:, None], back.ravel(), axis=1)
    weight = units.start.sum(axis=2) + units.later.sum(axis=2)
    outside = np.stack([~scale(tonic_fifths(key), key.is_minor) for key in states.keys]).astype(float)
    yield np.take((weight @ outside.T) * units.beats[:, None], states.key, axis=1)


def _chord_planes(units: Units, members: Ints, inversion: Ints) -> Iterator[Floats]:
    """(T, U) of all SOUNDS but the last, of U chords: ``members`` (U, 4) places, ``inversion`` (U,)."""
    inside = np.zeros((len(members), PLACES + 1))
    np.put_along_axis(inside, members, 1.0, axis=1)
    inside = inside[:, :PLACES]
    yield units.start.sum(axis=2) @ inside.T
    yield units.later.sum(axis=2) @ inside.T
    for heard in (units.start, units.later):
        for led in (LED, HALF_LED, FREE):
            yield heard[..., led] @ (1.0 - inside).T
    always = np.ones((units.count, 1), dtype=bool)  # for the member that a triad does not have
    present = np.concatenate((units.start.sum(axis=2) + units.later.sum(axis=2) > 0, always), axis=1)
    for slot in range(4):
        yield (~present[:, members[:, slot]]).astype(float)
    yield from _bass_planes(units, np.take_along_axis(members, inversion[:, None], axis=1)[:, 0], inside)
    firm = np.concatenate((units.start.sum(axis=2) > 0, always), axis=1)
    yield (present & ~firm)[:, members[:, 3]].astype(float)
    never = np.zeros((units.count, 1), dtype=bool)
    rises = units.rises & ~units.falls
    yield np.concatenate((rises, never), axis=1)[:, members[:, 3]].astype(float)
    yield (~present[:, members[:, 1]] & (members[:, 3] < PLACES)[None, :]).astype(float)


def scale(tonic: int, minor: bool) -> Bools:
    """(PLACES,) the notes of a key; in minor both sixths and sevenths."""
    found = np.zeros(PLACES, dtype=bool)
    steps = (-4, -3, -2, -1, 0, 1, 2, 3, 5) if minor else (-1, 0, 1, 2, 3, 4, 5)
    places = np.array(steps) + tonic - LOWEST
    found[places[(places >= 0) & (places < PLACES)]] = True
    return found


def _bass_planes(units: Units, own: Ints, inside: Floats) -> Iterator[Floats]:
    """Five planes on the lowest note at the beginning, one on the bass line; ``own`` (U,) the place of the bass."""
    known = (units.bass >= 0)[:, None]
    fits = known & (units.bass[:, None] == own[None, :])
    member = known & (inside[:, np.maximum(units.bass, 0)].T > 0)
    yield fits.astype(float)
    yield (member & ~fits).astype(float)
    for led in (LED, HALF_LED, FREE):
        yield (known & ~member & (units.bass_led == led)[:, None]).astype(float)
    yield units.low[:, own]


def figure(states: States) -> Ints:
    """(S,) 0-2 triads by inversion, 3-6 seventh chords."""
    found: Ints = states.inversion + 3 * states.seventh_chord
    return np.minimum(found, FIGURES - 1)


def degree(states: States) -> Ints:
    """(S,) 0-6 in major, 7-13 in minor; -1 for chords that are not the key's own."""
    own = states.kind <= KINDS.index("melodic")
    return np.where(own, states.degree + 7 * states.minor, -1)


def far(units: Units, states: States) -> Ints:
    """(T, S) fifths between the signature of the score and the state's key, at most MOST_FAR."""
    signs = np.array([key.fifths for key in states.keys])[states.key]
    return np.minimum(np.abs(signs[None, :] - units.signature[:, None]), MOST_FAR)


def close(states: States) -> Ints:
    """(S,) what the state would be at the end of a phrase, major before minor."""
    tonic = (states.degree == 0) & (states.kind != KINDS.index("applied")) & ~states.seventh_chord
    dominant = (states.degree == 4) & (states.inversion == 0) & (states.goal >= 0)
    code = np.where(tonic & (states.inversion == 0), 0, np.where(tonic, 1, np.where(dominant, 2, 3)))
    return code + len(CLOSES) * states.minor


@dataclass(frozen=True)
class Kept:
    """N states kept of each unit, as arrays (T, N)."""

    key: Ints
    minor: Ints
    signs: Ints  # sharps of the state's key
    root: Ints
    shape: Ints
    inversion: Ints
    kind: Ints
    degree: Ints
    figure: Ints
    close: Ints
    goal: Ints
    seventh: Bools
    tonic: Bools

    @classmethod
    def of(cls, states: States, index: Ints) -> Kept:
        """``index``: (T, N) numbers of states."""
        signs = np.array([key.fifths for key in states.keys])[states.key]
        tonic = (states.degree == 0) & (states.kind != KINDS.index("applied"))
        rows: tuple[Any, ...] = (
            states.key, states.minor, signs, states.member[:, 0], states.shape, states.inversion, states.kind,
            degree(states), figure(states), close(states), states.goal, states.seventh_chord, tonic,
        )
        return cls(*(row[index] for row in rows))


def pair_codes(units: Units, kept: Kept) -> list[tuple[str, Ints]]:
    """(group, (T - 1, N, N) index into the group's weights, -1 for none) of every feature of two states in a row."""
    a = {name: getattr(kept, name)[:-1, :, None] for name in Kept.__dataclass_fields__}
    b = {name: getattr(kept, name)[1:, None, :] for name in Kept.__dataclass_fields__}
    shape = np.broadcast_shapes(a["key"].shape, b["key"].shape)
    strength = np.broadcast_to(units.strength[1:, None, None], shape)
    closed = np.broadcast_to(units.phrase_end[:-1, None, None], shape)
    same = (a["root"] == b["root"]) & (a["shape"] == b["shape"])
    moved_root = a["root"] != b["root"]
    new_key = a["key"] != b["key"]
    turned = same & (a["inversion"] != b["inversion"])
    enters = ~same

    def when(here: Bools, code: Ints) -> Ints:
        return np.where(here, np.broadcast_to(code, shape), -1)

    zero = np.zeros(shape, dtype=np.int64)
    due = (a["goal"] >= 0) & enters & moved_root
    resolved = due & (b["root"] == a["goal"])
    applied = a["kind"] == KINDS.index("applied")
    six_four = (a["figure"] == 2) & (a["shape"] <= 1) & (b["inversion"] == 0) & (b["goal"] >= 0)
    falls = six_four & (b["root"] == a["root"] + 1)
    facts = (
        resolved, due & ~resolved & ~applied, due & ~resolved & applied, falls & enters,
        enters & ~moved_root & ~a["seventh"] & b["seventh"], enters & ~moved_root & a["seventh"] & ~b["seventh"],
        new_key & ~closed, new_key & closed, new_key & same,
    )
    codes = [("move", when(np.broadcast_to(fact, shape), zero + number)) for number, fact in enumerate(facts)]
    codes += [
        ("move", when(new_key & (a["minor"] != b["minor"]), zero + MOVES.index("mode changes"))),
        ("move", when(new_key & b["tonic"], zero + MOVES.index("the new key begins on its tonic"))),
        ("turn", when(turned, strength)), ("change", when(enters, strength)),
        ("after close", when(enters & closed, zero)),
        ("root move", when(enters & moved_root, (b["root"] - a["root"]) % 12)),
    ]
    for name in ("shape", "kind", "degree", "figure"):
        codes.append((name, when(enters | turned if name == "figure" else enters, b[name])))
    return codes


def key_distance(kept: Kept) -> Floats:
    """(T - 1, N, N) fifths between the keys of two states in a row."""
    return np.asarray(np.abs(kept.signs[:-1, :, None] - kept.signs[1:, None, :]), dtype=np.float64)
