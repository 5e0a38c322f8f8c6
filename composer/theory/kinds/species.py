"""Two voices in species: a counterpoint against a cantus firmus.

Rows are notes of the cantus (see ``composer.theory.two_voices``); ``species`` lists those in which a rule is asked.
Intervals are compared by spelling and without regard to octaves.

- ``downbeat``: where a note of the cantus begins, the interval is one of ``allowed``; a unison inside the piece is none
  unless ``unison``.
- ``unison``: inside the piece the voices do not meet on one note.
- ``ends``: the first interval is one of ``above`` or ``below``, by the place of the counterpoint, the last of ``last``.
- ``close``: both voices reach the last interval by step in contrary motion, from one of ``before``.
- ``penultimate``: the last note before the end stands on one of ``degrees`` and goes on by step.
- ``similar``: the interval at a downbeat, if it is one of ``into``, is not reached by similar motion; with ``equal`` it
  is not the interval before either, by whatever motion.
- ``downbeats``: ``times`` successive downbeats do not have the same one of ``into``; with ``outline`` the
  counterpoint's own interval from one to the next is no dissonance either.
- ``alike``: ``times`` successive intervals are not the same third or sixth.
- ``distance``: the voices are at most ``most`` staff positions apart, and not beyond ``long`` three times running.
- ``peaks``: the two tops do not coincide, and the counterpoint repeats a note at most once.
- ``variety``: at least the share ``contrary`` of motions is contrary or oblique, ``imperfect`` of intervals thirds and
  sixths.
- ``weak``: notes after the first that are dissonant are passing notes; with ``turning`` also neighbours, double
  neighbours and the second note of a cambiata. With ``downbeat`` the first note is consonant.
- ``before-perfect``: no P5 among the last two of four notes before a downbeat on P5, no P8 after the first before P8.
- ``turns``: a double neighbour goes on by step as it came; of a cambiata the first, third and fifth note are consonant.
- ``figure``: names what the weak note of a bar does between two downbeats.
"""

from __future__ import annotations

import numpy as np

from composer.score.windows import REST, Bools, Ints, bools
from composer.theory.asks import Ask, Asks, flag, intervals, number, whole, wholes
from composer.theory.judge import Judge
from composer.theory.two_voices import MOST, Counterpoint, interval_fifths, last_note, letters, semitones

CONSONANCES = ("P1", "m3", "M3", "P5", "m6", "M6", "P8")
CONSONANT = (0, -3, 4, 1, -4, 3)  # the same on the line of fifths
PERFECT = (0, 1)
TRITONES = (6, -6)
SPECIES: dict[str, Ask] = {"species": wholes(1)}


def among(values: Ints, names: tuple[int, ...]) -> Bools:
    """(...): the value is one of those."""
    return np.isin(values, names)


def asked(window: Counterpoint, asks: Asks) -> Bools:
    """(...): the piece is in one of the species asked about."""
    return among(window.species[..., 0], asks["species"])


def sounds(window: Counterpoint, place: int, note: int) -> Bools:
    """(...): the counterpoint has such a note there."""
    return bools(window.midi[..., place, note] != REST)


def consonant(window: Counterpoint, place: int, note: int) -> Bools:
    """(...): the interval is a consonance."""
    return among(interval_fifths(window, place, note), CONSONANT)


def _final(window: Counterpoint, place: int) -> tuple[Ints, Ints, Ints]:
    """(...) each: interval, MIDI number and staff position of the last note against a note of the cantus."""
    at = last_note(window, place)
    spelled = [interval_fifths(window, place, note) for note in range(MOST)]
    pitch = np.take_along_axis(window.midi[..., place, :], at[..., None], axis=-1)[..., 0]
    step = np.take_along_axis(window.step[..., place, :], at[..., None], axis=-1)[..., 0]
    return np.choose(at, spelled), pitch, step


def downbeat_broken(window: Counterpoint, asks: Asks) -> Bools:
    """(...): the interval is not allowed, or an inner unison."""
    wrong = ~among(interval_fifths(window, 0, 0), asks["allowed"])
    inner = ~window.first[..., 0] & ~window.last[..., 0]
    one = (semitones(window, 0, 0) == 0) & inner & bools(not asks["unison"])
    return bools(downbeat_chances(window, asks) & (wrong | one))


def downbeat_chances(window: Counterpoint, asks: Asks) -> Bools:
    """(...): both voices sound when the note of the cantus begins."""
    return bools(asked(window, asks) & sounds(window, 0, 0) & ~window.waits[..., 0])


def unison_broken(window: Counterpoint, asks: Asks) -> Bools:
    """(...): the voices meet inside the piece."""
    return bools(unison_chances(window, asks) & (semitones(window, 0, 0) == 0))


def unison_chances(window: Counterpoint, asks: Asks) -> Bools:
    """(...): it is neither the first nor the last note."""
    return bools(downbeat_chances(window, asks) & ~window.first[..., 0] & ~window.last[..., 0])


def ends_broken(window: Counterpoint, asks: Asks) -> Bools:
    """(...): the piece begins or ends on another interval."""
    found = interval_fifths(window, 0, 0)
    start = np.where(window.above[..., 0], among(found, asks["above"]), among(found, asks["below"]))
    wrong = (window.first[..., 0] & ~start) | (window.last[..., 0] & ~among(found, asks["last"]))
    return bools(wrong & ends_chances(window, asks))


def ends_chances(window: Counterpoint, asks: Asks) -> Bools:
    """(...): it is the first or the last note."""
    return bools(asked(window, asks) & sounds(window, 0, 0) & (window.first[..., 0] | window.last[..., 0]))


def close_broken(window: Counterpoint, asks: Asks) -> Bools:
    """(...): the end is reached from another interval, by leap, or in one direction."""
    before, _, step = _final(window, 0)
    free, firm = window.step[..., 1, 0] - step, window.cantus_step[..., 1] - window.cantus_step[..., 0]
    good = (np.abs(free) == 1) & (free == -firm) & among(before, asks["before"])
    return bools(close_chances(window, asks) & ~good)


def close_chances(window: Counterpoint, asks: Asks) -> Bools:
    """(...): the second note is the last."""
    return bools(asked(window, asks) & window.last[..., 1] & sounds(window, 0, 0) & sounds(window, 1, 0))


def penultimate_broken(window: Counterpoint, asks: Asks) -> Bools:
    """(...): the last note but one stands elsewhere, or leaps to the end."""
    _, _, step = _final(window, 0)
    degree = (step - window.tonic_letter[..., 0]) % 7 + 1
    good = among(degree, asks["degrees"]) & (np.abs(window.step[..., 1, 0] - step) == 1)
    return bools(close_chances(window, asks) & ~good)


def similar_broken(window: Counterpoint, asks: Asks) -> Bools:
    """(...): a perfect interval is reached by similar motion, or follows itself."""
    before, pitch, _ = _final(window, 0)
    after = interval_fifths(window, 1, 0)
    free, firm = window.midi[..., 1, 0] - pitch, window.cantus_midi[..., 1] - window.cantus_midi[..., 0]
    same = (before == after) & (free != 0) & (firm != 0)
    wrong = ((free * firm > 0) & (before != after)) | (same & bools(asks["equal"]))
    return bools(similar_chances(window, asks) & wrong)


def similar_chances(window: Counterpoint, asks: Asks) -> Bools:
    """(...): the second downbeat has one of the intervals."""
    struck = sounds(window, 0, 0) & sounds(window, 1, 0) & ~window.held[..., 1] & ~window.waits[..., 1]
    return bools(asked(window, asks) & struck & among(interval_fifths(window, 1, 0), asks["into"]))


def downbeats_span(asks: Asks) -> int:
    """Notes of the cantus in a window."""
    return int(asks["times"])


def downbeats_broken(window: Counterpoint, asks: Asks) -> Bools:
    """(...): every downbeat has the same perfect interval, or the downbeats outline a dissonance."""
    found = [interval_fifths(window, place, 0) for place in range(window.midi.shape[-2])]
    same = among(found[0], asks["into"])
    for place, other in enumerate(found[1:], 1):
        same = same & (other == found[0]) & (window.cantus_midi[..., place] != window.cantus_midi[..., place - 1])
    if asks["outline"]:
        size = np.abs(window.step[..., 1, 0] - window.step[..., 0, 0])
        fifths = 7 * window.midi[..., 0] - 12 * window.step[..., 0]
        rise = fifths[..., 1] - fifths[..., 0]
        same = same | (size == 6) | (size == 8) | among(rise, TRITONES)
    return bools(downbeats_chances(window, asks) & same)


def downbeats_chances(window: Counterpoint, asks: Asks) -> Bools:
    """(...): the counterpoint sounds on every downbeat."""
    return bools(asked(window, asks) & (window.midi[..., 0] != REST).all(axis=-1) & ~window.waits.any(axis=-1))


def alike_broken(window: Counterpoint, asks: Asks) -> Bools:
    """(...): the same third or sixth, again and again."""
    sizes = [letters(window, place, 0) % 7 for place in range(window.midi.shape[-2])]
    same = among(sizes[0], (2, 5))
    for other in sizes[1:]:
        same = same & (other == sizes[0])
    return bools(downbeats_chances(window, asks) & same)


def distance_broken(window: Counterpoint, asks: Asks) -> Bools:
    """(...): the voices are too far apart, or far apart too long."""
    apart = [letters(window, place, 0) for place in range(3)]
    far = (apart[0] > asks["long"]) & (apart[1] > asks["long"]) & (apart[2] > asks["long"])
    return bools(downbeats_chances(window, asks) & (far | (apart[1] > asks["most"])))


def peaks_broken(window: Counterpoint, asks: Asks) -> Bools:
    """(...): both voices have their only top at once, or notes are repeated."""
    free, firm = window.midi[..., 0], window.cantus_midi
    tops = [line == line.max(axis=-1, keepdims=True) for line in (free, firm)]
    single = (tops[0].sum(axis=-1) == 1) & (tops[1].sum(axis=-1) == 1)
    together = single & (tops[0] & tops[1]).any(axis=-1)
    repeats = (free[..., 1:] == free[..., :-1]).sum(axis=-1)
    return bools(peaks_chances(window, asks) & (together | (repeats > 1)))


def peaks_chances(window: Counterpoint, asks: Asks) -> Bools:
    """(...): a whole piece without rests."""
    return bools(asked(window, asks) & (window.midi[..., 0] != REST).all(axis=-1))


def variety_broken(window: Counterpoint, asks: Asks) -> Bools:
    """(...): too much goes the same way, or too much is hollow."""
    able = peaks_chances(window, asks)
    if not able.any():
        return able
    free, firm = np.diff(window.midi[..., 0], axis=-1), np.diff(window.cantus_midi, axis=-1)
    contrary = (free * firm <= 0).mean(axis=-1)
    sizes = np.stack([letters(window, place, 0) % 7 for place in range(window.midi.shape[-2])], axis=-1)
    imperfect = among(sizes, (2, 5)).mean(axis=-1)
    poor = (contrary < asks["contrary"]) | (imperfect < asks["imperfect"])
    return bools(able & poor)


def _moves(window: Counterpoint) -> tuple[list[Ints], list[Bools], list[Bools]]:
    """For each note of the first bar: letters moved to the next, whether the note is there, whether it is consonant.

    The note after the last one is the downbeat of the second bar.
    """
    moves, there, fine = [], [], []
    for note in range(MOST):
        after = window.step[..., 0, note + 1] if note + 1 < MOST else window.step[..., 1, 0]
        ends = window.count[..., 0] == note + 1
        moves.append(np.where(ends, window.step[..., 1, 0], after) - window.step[..., 0, note])
        there.append(bools(window.count[..., 0] > note))
        fine.append(consonant(window, 0, note))
    return moves, there, fine


def weak_broken(window: Counterpoint, asks: Asks) -> Bools:
    """(...): a dissonance after the downbeat is neither passing nor, where that is allowed, turning."""
    moves, there, fine = _moves(window)
    wrong = bools(weak_chances(window, asks) & False)
    double, cambiata = _double(moves, there), _cambiata(moves, there)
    for note in range(1, MOST):
        came, goes = moves[note - 1], moves[note]
        steps = (np.abs(came) == 1) & (np.abs(goes) == 1)
        good = steps & ((came == goes) | bools(asks["turning"]))
        if asks["turning"]:
            good = good | (double & bools(note in (1, 2))) | (cambiata & bools(note == 1))
        wrong = wrong | (there[note] & ~fine[note] & ~good)
    wrong = wrong | (~fine[0] & bools(asks["downbeat"]))
    return bools(wrong & weak_chances(window, asks))


def weak_chances(window: Counterpoint, asks: Asks) -> Bools:
    """(...): the first bar has a note after its downbeat, and the second bar begins with one."""
    begins = ~window.waits[..., 0] & sounds(window, 1, 0) & ~window.waits[..., 1]
    return bools(asked(window, asks) & (window.count[..., 0] > 1) & begins)


def _double(moves: list[Ints], there: list[Bools]) -> Bools:
    """(...): four notes circle one: a step out, a third across, a step back."""
    return bools(there[3] & (np.abs(moves[0]) == 1) & (moves[1] == -2 * moves[0]) & (moves[2] == moves[0]))


def _cambiata(moves: list[Ints], there: list[Bools]) -> Bools:
    """(...): a step, a third in the same direction, and two steps back."""
    out = (np.abs(moves[0]) == 1) & (moves[1] == 2 * moves[0])
    return bools(there[3] & out & (moves[2] == -moves[0]) & (moves[3] == -moves[0]))


def before_perfect_broken(window: Counterpoint, asks: Asks) -> Bools:
    """(...): a perfect interval shines through the ornament before it."""
    after = interval_fifths(window, 1, 0)
    wrong = bools(weak_chances(window, asks) & False)
    for note in range(1, MOST):
        same = (interval_fifths(window, 0, note) == after) & (window.count[..., 0] > note)
        late = after == 0 if note == 1 else among(after, PERFECT)
        wrong = wrong | (same & late & (window.midi[..., 0, note] != window.midi[..., 1, 0]))
    moved = window.cantus_midi[..., 0] != window.cantus_midi[..., 1]
    return bools(wrong & moved & weak_chances(window, asks))


def turns_broken(window: Counterpoint, asks: Asks) -> Bools:
    """(...): a double neighbour does not go on, or a cambiata leans on a dissonance."""
    moves, there, fine = _moves(window)
    stops = _double(moves, there) & (moves[3] != moves[2])
    leans = _cambiata(moves, there) & ~(fine[0] & fine[2] & consonant(window, 1, 0))
    return bools(turns_chances(window, asks) & (stops | leans))


def turns_chances(window: Counterpoint, asks: Asks) -> Bools:
    """(...): there is a double neighbour or a cambiata."""
    moves, there, _ = _moves(window)
    return bools(weak_chances(window, asks) & (_double(moves, there) | _cambiata(moves, there)))


def figure_shown(window: Counterpoint, asks: Asks) -> Bools:
    """(...): the weak note follows one of the patterns known by name."""
    return bools(weak_chances(window, asks) & (_figures(window) > 0))


FIGURES = (
    "", "passing note", "neighbour", "substitution", "skipped passing note", "subdivided leap", "change of register",
    "delayed step",
)  # fmt: skip


def _figures(window: Counterpoint) -> Ints:
    """(...) place in FIGURES of what the weak note of two does."""
    out = window.step[..., 0, 1] - window.step[..., 0, 0]
    back = window.step[..., 1, 0] - window.step[..., 0, 1]
    away, home = np.abs(out), np.abs(back)
    on = out * back > 0
    found: Ints = np.select(
        [
            on & (away == 1) & (home == 1), ~on & (away == 1) & (home == 1) & (out == -back),
            ~on & (away == 3) & (home == 1), on & (away + home == 3), on & (away > 1) & (home > 1),
            ~on & (away >= 4) & (home == 1), ~on & (away == 2) & (home == 1),
        ],
        [1, 2, 3, 4, 5, 6, 7],
        0,
    )  # fmt: skip
    return found


def figure_name(window: Counterpoint, _asks: Asks, place: int) -> str:
    """What the weak note of a window does."""
    return FIGURES[int(np.atleast_1d(_figures(window))[place])]


JUDGES: dict[str, Judge] = {
    "downbeat": Judge(
        "counterpoint", {**SPECIES, "allowed": intervals(*CONSONANCES), "unison": flag(True)}, downbeat_broken,
        downbeat_chances,
    ),
    "unison": Judge("counterpoint", SPECIES, unison_broken, unison_chances),
    "ends": Judge(
        "counterpoint",
        {**SPECIES, "above": intervals("P1", "P5"), "below": intervals("P1"), "last": intervals("P1")},
        ends_broken, ends_chances,
    ),
    "close": Judge(
        "counterpoint", {**SPECIES, "before": intervals("m3", "M6")}, close_broken, close_chances, span=2, place=1
    ),
    "penultimate": Judge(
        "counterpoint", {**SPECIES, "degrees": wholes(7, 2)}, penultimate_broken, close_chances, span=2
    ),
    "similar": Judge(
        "counterpoint", {**SPECIES, "into": intervals("P8", "P5"), "equal": flag(False)}, similar_broken,
        similar_chances, span=2, place=1,
    ),
    "downbeats": Judge(
        "counterpoint", {**SPECIES, "times": whole(2), "into": intervals("P8", "P5"), "outline": flag(False)},
        downbeats_broken, downbeats_chances, span=downbeats_span, place=1,
    ),
    "alike": Judge(
        "counterpoint", {**SPECIES, "times": whole(4)}, alike_broken, downbeats_chances, span=downbeats_span, place=3
    ),
    "distance": Judge(
        "counterpoint", {**SPECIES, "most": whole(11), "long": whole(9)}, distance_broken, downbeats_chances, span=3,
        place=1,
    ),
    "peaks": Judge("counterpoint", SPECIES, peaks_broken, peaks_chances, span=0),
    "variety": Judge(
        "counterpoint", {**SPECIES, "contrary": number(0.5), "imperfect": number(0.5)}, variety_broken,
        peaks_chances, span=0,
    ),
    "weak": Judge(
        "counterpoint", {**SPECIES, "turning": flag(False), "downbeat": flag(False)}, weak_broken, weak_chances, span=2
    ),
    "before-perfect": Judge("counterpoint", SPECIES, before_perfect_broken, weak_chances, span=2, place=1),
    "turns": Judge("counterpoint", SPECIES, turns_broken, turns_chances, span=2),
    "figure": Judge("counterpoint", SPECIES, figure_shown, weak_chances, span=2, what=figure_name),
}  # fmt: skip
