"""Features of voices together: gaps, doublings, motion, activity, dissonance."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from statistics import fmean, pstdev

from benchmarks.fourpart.faults import BESIDE, counts
from benchmarks.fourpart.piece import BASS, NEIGHBOURS, PAIRS, SOPRANO, Slice
from benchmarks.fourpart.view import BEAT, LOWER, NAMES, View, members, suspensions

MOTIONS = ("contrary", "oblique", "similar", "both still")
_OCTAVE = 12


def texture_features(view: View) -> dict[str, float]:
    """Rates a beat or a chord change, by name."""
    return _gaps(view) | _doublings(view) | _motions(view) | _activity(view) | _dissonance(view)


def motion(view: View, upper: int = SOPRANO, lower: int = BASS) -> dict[str, float]:
    """Shares of the motions of two voices from beat to beat."""
    tally: Counter[str] = Counter()
    for one, two in pairwise(view.slices):
        high, low, high_after, low_after = one.tones[upper], one.tones[lower], two.tones[upper], two.tones[lower]
        if high is None or low is None or high_after is None or low_after is None:
            continue
        a, b = high_after.midi - high.midi, low_after.midi - low.midi
        tally["both still" if a == b == 0 else "oblique" if a * b == 0 else "contrary" if a * b < 0 else "similar"] += 1
    total = max(1, sum(tally.values()))
    return {name: tally[name] / total for name in MOTIONS}


def _full(view: View) -> list[Slice]:
    return [one for one in view.slices if one.is_full]


def _share(verdicts: Sequence[bool]) -> float:
    return sum(verdicts) / max(1, len(verdicts))


def _gaps(view: View) -> dict[str, float]:
    heights = [[tone.midi for tone in one.sounding] for one in _full(view)] or [[0, 0, 0, 0]]
    found: dict[str, float] = {}
    for upper, lower in NEIGHBOURS:
        name = f"{NAMES[upper]} over {NAMES[lower]}"
        gaps = [row[upper] - row[lower] for row in heights]
        found |= {
            f"{name}: mean gap": fmean(gaps), f"{name}: spread of gap": pstdev(gaps),
            f"{name}: unisons": _share([gap == 0 for gap in gaps]),
            f"{name}: octaves": _share([gap == _OCTAVE for gap in gaps]),
            f"{name}: wider than an octave": _share([gap > _OCTAVE for gap in gaps]),
            f"{name}: within a third": _share([gap <= 4 for gap in gaps]),
        }  # fmt: skip
    spans = [row[SOPRANO] - row[BASS] for row in heights]
    found["soprano over bass: mean gap"], found["soprano over bass: spread of gap"] = fmean(spans), pstdev(spans)
    found["close position"] = _share([row[0] - row[2] < _OCTAVE for row in heights])
    return found


def _doublings(view: View) -> dict[str, float]:
    """Of triads on beats: which member is doubled, by inversion, and what lacks."""
    tally: Counter[str] = Counter()
    size: Counter[str] = Counter()
    for one in _full(view):
        label = view.chord_at(one.onset_ticks)
        classes = [tone.midi % 12 for tone in one.sounding]
        if label is None or not set(classes) <= set(members(label)):
            continue
        if len(members(label)) > 3:
            size["sevenths"] += 1
            tally["seventh chords without fifth"] += members(label)[2] not in classes
            tally["seventh chords with doubled root"] += classes.count(label.root) > 1
            continue
        place = f"inversion {label.inversion}"
        size[place] += 1
        for name, pc in zip(("root", "third", "fifth"), members(label), strict=True):
            tally[f"{place}: {name} doubled"] += classes.count(pc) == 2
        tally[f"{place}: root in three voices"] += classes.count(label.root) == 3
        tally[f"{place}: without fifth"] += members(label)[2] not in classes
    found = {}
    for n in range(2):
        place = f"inversion {n}"
        for name in ("root doubled", "third doubled", "fifth doubled", "root in three voices", "without fifth"):
            found[f"{place}: {name}"] = tally[f"{place}: {name}"] / max(1, size[place])
    for name in ("seventh chords without fifth", "seventh chords with doubled root"):
        found[name] = tally[name] / max(1, size["sevenths"])
    return found


def _motions(view: View) -> dict[str, float]:
    found = {f"outer voices: {name}": share for name, share in motion(view).items()}
    for upper, lower in ((1, 2), (1, 3), (2, 3)):
        name = f"{NAMES[upper]} and {NAMES[lower]}"
        found |= {f"{name}: {kind}": share for kind, share in motion(view, upper, lower).items()}
    thirds: Counter[tuple[int, int]] = Counter()
    alike = 0
    moving: Counter[int] = Counter()
    steps = list(pairwise(_full(view)))
    for one, two in steps:
        moves = [(after.midi - before.midi) for before, after in zip(one.sounding, two.sounding, strict=True)]
        moving[sum(move != 0 for move in moves)] += 1
        alike += all(move > 0 for move in moves) or all(move < 0 for move in moves)
        for pair in PAIRS:
            if moves[pair[0]] * moves[pair[1]] > 0:
                gaps = {(s.sounding[pair[0]].midi - s.sounding[pair[1]].midi) % 12 for s in (one, two)}
                thirds[pair] += gaps <= {3, 4} or gaps <= {8, 9}
    total = max(1, len(steps))
    found |= {f"{n} voices move": moving[n] / total for n in range(5)}
    found["all voices one way"] = alike / total
    for upper, lower in PAIRS:
        found[f"thirds or sixths: {NAMES[upper]} and {NAMES[lower]}"] = thirds[upper, lower] / total
    return found


def _activity(view: View) -> dict[str, float]:
    """How many voices move half a beat after a beat, and how the beats with motion lie."""
    halves = [tick + BEAT // 2 for tick in view.piece.beats]
    struck = [{tone.onset_ticks for tone in voice} for voice in view.piece.voices]
    busy = [sum(tick in own for own in struck) for tick in halves]
    lower = [sum(tick in struck[n] for n in LOWER) for tick in halves]
    found = {f"{n} voices between the beats": _share([many == n for many in busy]) for n in range(4)}
    found["lower voices between the beats, a beat"] = sum(lower) / max(1, len(lower))
    found["motion after motion"] = _share([two > 0 for one, two in pairwise(busy) if one])
    found["rest after rest"] = _share([two == 0 for one, two in pairwise(busy) if not one])
    found["lower voices answer the soprano's eighths"] = _share(
        [low > 0 for low, tick in zip(lower, halves, strict=True) if tick in struck[SOPRANO]]
    )
    held = [(tone.onset_ticks, tone.end_ticks) for tone in view.piece.fermatas]
    under = {tick + BEAT // 2 for begin, end in held for tick in range(begin, end, BEAT)}
    before = {begin - BEAT // 2 for begin, _ in held}
    for name, places in (("under", under), ("before", before)):
        found[f"motion {name} fermatas"] = _share(
            [low > 0 for low, tick in zip(lower, halves, strict=True) if tick in places]
        )
    found["slices a beat"] = len(view.surface) / max(1, view.beats)
    return found


def _dissonance(view: View) -> dict[str, float]:
    heard = suspensions(view)
    found = {
        "suspensions a line": len(heard) / view.lines,
        "suspensions at fermatas a line": sum(one.at_fermata for one in heard) / view.lines,
    }
    for number in LOWER:
        found[f"suspensions of {NAMES[number]} a line"] = sum(one.voice == number for one in heard) / view.lines
    counted = counts(view.piece)
    for name in BESIDE:
        if name != "anti-parallel":  # a matter of law, not of style
            found[f"{name} a change"] = counted.found.get(name, 0) / max(1, counted.changes)
    return found
