"""What songs do with chords, whatever the tune: which, which after which, how often in which bar, and how they close.

Everything comes from tables: shares of chords and of strains, progressions, cadence formulas, recipes of mood and mode.
All prices are nats, so that composing and harmonising add them to their other votes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from composer.pipeline.chord_table import ChordTable, Slot
from composer.pipeline.harmonize.song_grid import CLOSE_AT, STRAIN_BARS
from composer.score.chord import Chord, parse_chord
from composer.score.key import Key
from composer.score.windows import REST, Bools
from composer.search.draw import Floats
from composer.theory.law import Law
from composer.theory.tables import Row

Tables = Callable[[str], tuple[Row, ...]]
Label = tuple[int, str]  # semitones of the root above the tonic, and the third
TONIC, HALF, PLAGAL, DECEPTIVE = CLOSES = ("tonic", "half", "plagal", "deceptive")
# Design values, nats unless said.
STRAIN_SHARE = 0.3  # of the strains of dances in what songs put on their downbeats
LOOP_SHARE = 0.5  # of loops in the time that chords have in songs
UNSEEN_SHARE = 0.006  # of a chord no table counts
SMOOTHING = 25.0  # counts that every chord brings to the moves from it
BAR_WEIGHT, MOVE_WEIGHT = 0.8, 0.7  # of bars and of moves beside the other votes, which say some of the same
MOVE_BOUNDS = (-2.0, 1.8)  # how much a move may be favoured or priced
KIND_NATS = {"diatonic": 0.0, "applied": 0.5, "borrowed": 1.2, "colour": 1.5, "picardy": 4.0}
OTHER_KIND_NATS = 3.0
SEVENTH_NATS, DOMINANT_SEVENTH_NATS = 1.2, 0.2
INVERTED_NATS = (0.0, 0.4, 0.8, 0.6)  # by inversion
SAME_ROOT_NATS = 1.5
SIX_FOUR_LEFT_NATS = 6.0  # a six-four that does not go to the dominant
BASS_NATS = {0: 0.4, 1: -0.25, 2: -0.25, 6: 0.6}  # semitones of the bass, either way
PALETTE_COUNTS, MOOD_COUNTS = 40.0, 400.0  # of moves that a mode's loops and a mood's recipes bring
OFF_PALETTE_NATS = 0.5  # another form of a chord than the mood's recipes have
FORMULA_FLOOR = 0.1  # share, beside the commonest, of a close whose chords no formula names
PLAIN_NATS = 0.3  # a dominant without its seventh before the tonic
DRIVEN_NATS = 0.7  # a half close on a seventh, which drives on


@dataclass(frozen=True)
class SongHarmony:
    """The harmony of a style in one mode, C chords; no tune is known here.

    ``pair`` (C, C) nats of a chord after another one (same chords: 0); ``bars`` (8, C) nats of a chord on the downbeat
    of each bar of a strain; ``alone`` (C,) nats of a chord that enters elsewhere, ``root`` (C,) of its root alone;
    ``close`` (places, kinds, C, C) nats of a close by its last two chords, infinite where it is none;
    ``chords_in_bar`` (8,) how many a bar has.
    """

    key: Key
    chords: tuple[Chord, ...]
    functions: tuple[str, ...]
    pair: Floats
    bars: Floats
    alone: Floats
    root: Floats
    close: Floats
    chords_in_bar: Floats

    def moves(self, chords: Sequence[Chord]) -> Floats:
        """(N, N) nats from each of some of its chords to each, whatever the bar: the move, and how rare the root is."""
        number = {chord: index for index, chord in enumerate(self.chords)}
        own = [number[chord] for chord in chords]
        return np.asarray(self.pair[np.ix_(own, own)] + self.root[own][None, :])

    @property
    def leads_home(self) -> Bools:
        """(C, C) a dominant of the key, then its tonic."""
        own = [chord.is_dominant and chord.target is None for chord in self.chords]
        home = [chord.root[1] % 12 == 0 for chord in self.chords]
        return np.outer(own, home)


def song_harmony(
    key: Key, law: Law, tables: Tables, plain: bool, mood: Row | None = None, named: Sequence[Chord] = ()
) -> SongHarmony:
    """The harmony of a style in a key. ``plain`` keeps to triads in root position and the dominant seventh, as folk
    songs do; ``named`` are chords that are wanted whatever the tables say."""
    family = "folk-song" if plain else "song"
    mode_row = next(row for row in tables("modes") if row["name"] == key.mode)
    lines = _lines(key, family, tables, mode_row, mood)
    palette = {numeral for words in (_recipes(mood, key) if mood else ()) for numeral in words.split()}
    kinds = {str(row["numeral"]): row for row in tables("chords") if row["mode"] == key.third}
    chords = _vocabulary(key, lines, palette, mode_row, tables, plain, named)
    labels = [label(chord) for chord in chords]
    loops = [(words.split(), 1.0, True) for words in _recipes(mood, key)] if mood else [] if plain else lines
    shares = _shares(key, family, tables, [line for line in loops if line[2]])
    wished = {label(parse_chord(numeral, key.is_minor)) for numeral in palette}
    form = np.array([_form_nats(chord, kinds.get(chord.numeral), palette) for chord in chords])
    form += [OFF_PALETTE_NATS if one in wished and chord.numeral not in palette else 0.0
             for one, chord in zip(labels, chords, strict=True)]
    root = -np.log([shares.get(one, UNSEEN_SHARE) for one in labels])
    bars = _bar_nats(key, labels, shares, tables, 1.0 if plain else STRAIN_SHARE) + form
    return SongHarmony(
        key, chords, tuple(_function(chord, kinds) for chord in chords),
        _pairs(key, chords, labels, lines, shares, law, plain), bars, root + form, root,
        _closes(key, chords, tables),
        np.array(tables("harmonic_rhythm")[0]["chords"], dtype=np.float64),
    )  # fmt: skip


def label(chord: Chord) -> Label:
    """Root and third of a chord: what counts of chords count."""
    third = (chord.members[1][1] - chord.root[1]) % 12 if len(chord.members) > 2 else 4
    return chord.root[1] % 12, "minor" if third == 3 else "major"


def _recipes(row: Row, key: Key) -> tuple[str, ...]:
    """The loops and bridges that a mood brings for a mode."""
    return tuple(str(words) for name in ("loops", "bridge") for words in row.get(f"{name}_{key.third}", ()))


def _lines(
    key: Key, family: str, tables: Tables, mode_row: Row, mood: Row | None
) -> list[tuple[list[str], float, bool]]:
    """(numerals, weight, whether the last leads back to the first) of everything that says which chord follows."""
    if key.is_modal:
        loops = [str(words) for words in mode_row["loops"]]
        bridges = [str(words) for words in mode_row["bridges"]]
        found = [(words.split(), PALETTE_COUNTS / len(loops), True) for words in loops]
        found += [(words.split(), PALETTE_COUNTS / 2 / len(bridges), False) for words in bridges]
    else:
        rows = [row for row in tables("progressions") if row["mode"] == key.third and family in row["styles"]]
        found = [(str(row["chords"]).split(), float(row["weight"]), row["where"] == "loop") for row in rows]
    if mood:
        recipes = _recipes(mood, key)
        found += [(words.split(), MOOD_COUNTS / len(recipes), True) for words in recipes]
    formulas = [row for row in tables("cadences") if row["mode"] == key.mode and row["name"] not in ("open", "DC")]
    total = sum(float(row["weight"]) for row in formulas)
    found += [
        (str(row["formula"]).replace("|", " ").split(), 4 * PALETTE_COUNTS * float(row["weight"]) / total, False)
        for row in formulas
    ]
    return found


def _vocabulary(
    key: Key, lines: Iterable[tuple[list[str], float, bool]], palette: set[str], mode_row: Row, tables: Tables,
    plain: bool, named: Sequence[Chord],
) -> tuple[Chord, ...]:
    """All chords that something names; plain ones stand on their roots."""
    numerals = list(mode_row.get("chords", ()))
    numerals += [numeral for words, _, _ in lines for numeral in words]
    if not key.is_modal:
        family = "folk-song" if plain else "song"
        rows = [row for row in tables("chord_shares") if row["mode"] == key.third and family in row["styles"]]
        numerals += [numeral for row in rows for numeral in row["shares"]]
    chords = [parse_chord(numeral, key.is_minor) for numeral in dict.fromkeys(numerals)]
    kept = []
    for chord in chords:
        simple = chord.inversion == 0 and (chord.seventh is None or chord.quality == "dominant-seventh")
        close = chord.target is None or chord.target[1] == 7
        if not plain or (simple and close) or chord.numeral in palette:
            kept.append(chord)
    return tuple(dict.fromkeys((*kept, *named)))


def _function(chord: Chord, rows: Mapping[str, Row]) -> str:
    """T, S or D: by the table, else by the root."""
    row = rows.get(chord.numeral)
    if row is not None:
        return str(row["function"])
    if chord.is_dominant and chord.target is None:
        return "D"
    return {0: "T", 3: "T", 4: "T", 8: "T", 9: "T", 7: "D", 11: "D"}.get(chord.root[1] % 12, "S")


def _shares(
    key: Key, family: str, tables: Tables, loops: Iterable[tuple[list[str], float, bool]]
) -> dict[Label, float]:
    """Share of the time that each root has, as counted; where songs go in loops, half as their loops have it."""
    found: dict[Label, float] = {}
    if family == "folk-song":
        for row in tables("strains"):
            if row["mode"] == key.third:
                found[_named(str(row["numeral"]), key)] = float(np.mean(row["shares"]))
    for row in tables("chord_shares"):
        if row["mode"] == key.third and family in row["styles"]:
            for numeral, share in row["shares"].items():
                found[_named(str(numeral), key)] = float(share)
    if key.is_modal:
        found = _modal_shares(found, key)
    looped: dict[Label, float] = {}
    for words, weight, _ in loops:
        for word in words:
            one = _named(word, key)
            looped[one] = looped.get(one, 0.0) + weight / len(words)
    total = sum(looped.values())
    if not total:
        return found
    return {
        one: (1 - LOOP_SHARE) * found.get(one, 0.0) + LOOP_SHARE * looped.get(one, 0.0) / total
        for one in sorted({*found, *looped})
    }


def _modal_shares(shares: Mapping[Label, float], key: Key) -> dict[Label, float]:
    """The shares with the thirds of the mode: V of major is v in mixolydian, iv of minor IV in dorian."""
    found: dict[Label, float] = {}
    for (root, _), share in shares.items():
        near = min(key.scale, key=lambda degree: (min((degree - root) % 12, (root - degree) % 12), degree))
        place = key.scale.index(near)
        third = (key.scale[(place + 2) % 7] - near) % 12
        own = (near, "minor" if third == 3 else "major")
        found[own] = found.get(own, 0.0) + share
    return found


def _named(numeral: str, key: Key) -> Label:
    return label(parse_chord(numeral, key.is_minor))


def _form_nats(chord: Chord, row: Row | None, palette: set[str]) -> float:
    """What a chord costs beside its root: colour, seventh, inversion."""
    kind = str(row["kind"]) if row else "diatonic"
    cost = INVERTED_NATS[chord.inversion]
    if chord.numeral in palette:
        return cost
    if chord.seventh is not None:
        cost += DOMINANT_SEVENTH_NATS if chord.is_dominant else SEVENTH_NATS
    return cost + KIND_NATS.get(kind, OTHER_KIND_NATS)


def _bar_nats(
    key: Key, labels: list[Label], shares: Mapping[Label, float], tables: Tables, strain_share: float
) -> Floats:
    """(8, C) nats of a chord's root on each downbeat of a strain; what is no strain's share is the chord's own."""
    rows = {_named(str(row["numeral"]), key): row["shares"] for row in tables("strains") if row["mode"] == key.third}
    counted = np.full((STRAIN_BARS, len(labels)), UNSEEN_SHARE)
    strain = {bar: {one: float(row[bar]) for one, row in rows.items()} for bar in range(STRAIN_BARS)}
    for bar in range(STRAIN_BARS):
        here = _modal_shares(strain[bar], key) if key.is_modal else strain[bar]
        rest = max(1.0 - sum(here.values()), UNSEEN_SHARE)
        others = sum(share for one, share in shares.items() if one not in here) or 1.0
        for place, one in enumerate(labels):
            known = here.get(one)
            own = shares.get(one, UNSEEN_SHARE)
            counted[bar, place] = known if known is not None else rest * own / others
            counted[bar, place] = strain_share * counted[bar, place] + (1 - strain_share) * own
    return np.asarray(-BAR_WEIGHT * np.log(np.maximum(counted, UNSEEN_SHARE)))


def _pairs(
    key: Key, chords: tuple[Chord, ...], labels: list[Label], lines: Iterable[tuple[list[str], float, bool]],
    shares: Mapping[Label, float], law: Law, plain: bool,
) -> Floats:
    """(C, C) nats of one chord after another beyond what both cost alone."""
    moves: dict[tuple[Label, Label], float] = {}
    for words, weight, loops in lines:
        roots = [_named(word, key) for word in words]
        for a, b in pairwise([*roots, roots[0]] if loops else roots):
            if a != b:
                moves[a, b] = moves.get((a, b), 0.0) + weight
    every = sorted(set(labels) | {one for pair in moves for one in pair})
    base = {one: shares.get(one, UNSEEN_SHARE) for one in every}
    total = sum(base.values())
    leaving = {a: sum(count for (x, _), count in moves.items() if x == a) for a in every}
    cost = np.zeros((len(chords), len(chords)))
    for i, a in enumerate(labels):
        for j, b in enumerate(labels):
            if a == b:
                cost[i, j] = 0.0 if i == j else SAME_ROOT_NATS
                continue
            usual = base[b] / (total - base[a])
            p = (moves.get((a, b), 0.0) + SMOOTHING * usual) / (leaving[a] + SMOOTHING)
            cost[i, j] = float(np.clip(-np.log(p / usual), *MOVE_BOUNDS))
    cost += _law_nats(key, chords, law)
    if not plain:
        cost += _bass_nats(chords)
    np.fill_diagonal(cost, 0.0)
    return cost


def _law_nats(key: Key, chords: tuple[Chord, ...], law: Law) -> Floats:
    """(C, C) what the law says of two chords in a row."""
    count = len(chords)
    table = ChordTable([Slot(chord, key, 2) for chord in chords])
    first, second = np.repeat(np.arange(count), count), np.tile(np.arange(count), count)
    silent = np.full((count * count, 1), REST)
    window = table.window(("melody",), [(silent, silent, first), (silent, silent, second)])
    return law.slice_cost(window, 2).reshape(count, count)


def _bass_nats(chords: tuple[Chord, ...]) -> Floats:
    """(C, C) of the bass: steps are good where a chord is inverted; a six-four goes to the dominant."""
    cost = np.zeros((len(chords), len(chords)))
    for i, a in enumerate(chords):
        for j, b in enumerate(chords):
            if a.inversion or b.inversion:
                move = (b.bass[1] - a.bass[1]) % 12
                cost[i, j] += BASS_NATS.get(min(move, 12 - move), 0.0)
            if a.inversion == 2 and len(a.members) == 3 and not (b.root[1] == a.bass[1] and b.inversion == 0):
                cost[i, j] += SIX_FOUR_LEFT_NATS
    return cost


def _closes(key: Key, chords: tuple[Chord, ...], tables: Tables) -> Floats:
    """(places, kinds, C, C) nats of a close by its kind, and by how often a formula of the table ends so."""
    weights: dict[tuple[Label, Label], float] = {}
    for row in (row for row in tables("cadences") if row["mode"] == key.mode):
        before, goal = (_named(word, key) for word in str(row["formula"]).replace("|", " ").split()[-2:])
        weights[before, goal] = weights.get((before, goal), 0.0) + float(row["weight"])
    kinds = np.full((len(CLOSES), len(chords), len(chords)), np.inf)
    for i, one in enumerate(chords):
        for j, other in enumerate(chords):
            kind = _close_kind(one, other, key)
            if kind:
                kinds[CLOSES.index(kind), i, j] = weights.get((label(one), label(other)), 0.0)
    for counted in kinds:
        known = np.isfinite(counted)
        usual = max(float(counted[known].max(initial=0.0)), 1.0)
        counted[known] = -np.log(np.maximum(counted[known] / usual, FORMULA_FLOOR))
    kinds[CLOSES.index(TONIC)] += np.array([0.0 if chord.seventh else PLAIN_NATS for chord in chords])[:, None]
    kinds[CLOSES.index(HALF)] += np.array([DRIVEN_NATS if chord.seventh is not None else 0.0 for chord in chords])
    shares = {str(row["place"]): row for row in tables("line_ends")}
    place_nats = -np.log([[float(shares[place][kind]) for kind in CLOSES] for place in CLOSE_AT])
    return np.asarray(place_nats[:, :, None, None] + kinds[None])


def _close_kind(before: Chord, goal: Chord, key: Key) -> str:
    """What close two chords make, as ``composer.analysis.cadences`` names them; empty where none."""
    root, source = goal.root[1] % 12, before.root[1] % 12
    if goal.inversion or root == source:
        return ""
    triad = goal.seventh is None
    if root == 0 and triad and label(goal)[1] == key.third:
        if key.is_modal:
            return TONIC if before.inversion == 0 else ""
        if before.is_dominant and before.target is None and before.inversion == 0 and source == 7:
            return TONIC
        return PLAGAL if source == 5 else ""
    if root == 7 and (key.is_modal or goal.is_dominant):
        return HALF
    if key.mode == "phrygian" and root in (1, 5):
        return HALF
    if not key.is_modal and before.is_dominant and source == 7 and root in (8, 9) and triad:
        return DECEPTIVE
    return ""
