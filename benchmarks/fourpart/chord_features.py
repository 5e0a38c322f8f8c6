"""Features of harmony: which chords, how they follow, how lines close."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from benchmarks.fourpart.labels import LABELS, Label
from benchmarks.fourpart.piece import BASS, SOPRANO
from benchmarks.fourpart.view import View

# Roots in semitones over the tonic of the major key with the signature, and types: the commonest of chorales.
CHORDS = {
    "I": (0, "major"), "ii": (2, "minor"), "iii": (4, "minor"), "IV": (5, "major"), "V": (7, "major"),
    "vi": (9, "minor"), "vii o": (11, "diminished"), "V7": (7, "dominant7"), "ii7": (2, "minor7"),
    "vii ø": (11, "half-diminished7"), "II": (2, "major"), "III": (4, "major"), "VI": (9, "major"),
    "bVII": (10, "major"), "v": (7, "minor"), "I7": (0, "dominant7"), "II7": (2, "dominant7"),
    "III7": (4, "dominant7"), "VI7": (9, "dominant7"), "IVmaj7": (5, "major7"), "vi7": (9, "minor7"),
    "ii ø": (2, "half-diminished7"), "#iv o": (6, "diminished"), "#v o": (8, "diminished"),
}  # fmt: skip
ROOTS = ("I", "bII", "II", "bIII", "III", "IV", "#IV", "V", "#V", "VI", "bVII", "VII")
MOTIONS = {
    "same": (0,), "fourth up": (5,), "fifth up": (7,), "step up": (1, 2), "step down": (10, 11), "third down": (8, 9),
    "third up": (3, 4), "tritone": (6,),
}  # fmt: skip
CADENCES = {
    "fifth down": (5,), "fifth up": (7,), "step up": (1, 2), "step down": (10, 11), "third": (3, 4, 8, 9),
    "stays": (0,),
}  # fmt: skip


def chord_features(view: View) -> dict[str, float]:
    """Rates a unit, by name."""
    chords = view.chords
    found = _rates(view, chords) | _inversions(view, chords)
    found |= {f"root moves: {name}": _share([(two.root - one.root) % 12 in sizes for one, two in pairwise(chords)])
              for name, sizes in MOTIONS.items()}  # fmt: skip
    found["chord entropy (nats)"] = entropy(view)
    found["different chords a unit"] = len(set(_names(view))) / max(1, len(chords))
    found["chord changes a unit"] = _share([_name(one) != _name(two) for one, two in pairwise(chords)])
    found["root changes a unit"] = _share([one.root != two.root for one, two in pairwise(chords)])
    found["chords as two units before"] = _share(
        [_name(one) == _name(two) for one, two in zip(chords, chords[2:], strict=False)]
    )
    found["roots outside the signature"] = _share([_degree(view, label.root) not in (0, 2, 4, 5, 7, 9, 11)
                                                   for label in chords])  # fmt: skip
    return found | _closes(view)


def entropy(view: View) -> float:
    """Nats of a piece's chords (root, type, inversion)."""
    tally = Counter(_names(view))
    total = sum(tally.values())
    return -sum(n / total * math.log(n / total) for n in tally.values()) if total else 0.0


def third_inversions(view: View) -> float:
    """Share of units with the seventh in the bass."""
    return _share([label.inversion == 3 for label in view.chords])


def _share(verdicts: Sequence[bool]) -> float:
    return sum(verdicts) / max(1, len(verdicts))


def _name(label: Label) -> tuple[int, str, int]:
    return label.root, label.type, label.inversion


def _names(view: View) -> list[tuple[int, str, int]]:
    return [_name(label) for label in view.chords]


def _degree(view: View, root: int) -> int:
    return (root - view.tonic) % 12


def _rates(view: View, chords: Sequence[Label]) -> dict[str, float]:
    tally = Counter((_degree(view, label.root), label.type) for label in chords)
    total = max(1, len(chords))
    found = {f"chord {name}": tally[key] / total for name, key in CHORDS.items()}
    found["other chords"] = 1 - sum(found.values())
    found |= {f"root {name}": _share([_degree(view, label.root) == place for label in chords])
              for place, name in enumerate(ROOTS)}  # fmt: skip
    return found | {f"type {name}": _share([label.type == name for label in chords]) for name in LABELS}


def _inversions(view: View, chords: Sequence[Label]) -> dict[str, float]:
    found = {f"inversion {n}": _share([label.inversion == n for label in chords]) for n in range(4)}
    strong = {tick for tick, place in zip(view.piece.beats, view.piece.strengths, strict=True) if place == 3}
    downbeats = [label for label in chords if label.begin_ticks in strong]
    found["root position on downbeats"] = _share([label.inversion == 0 for label in downbeats])
    found["sevenths on downbeats"] = _share(["7" in label.type for label in downbeats])
    for name in ("major", "minor", "diminished", "dominant7"):
        own = [label for label in chords if label.type == name]
        found[f"first inversion of {name}"] = _share([label.inversion == 1 for label in own])
    found["second inversion of triads"] = _share([label.inversion == 2 and "7" not in label.type for label in chords])
    return found


def _closes(view: View) -> dict[str, float]:
    """What happens at fermatas: the last two chords of lines and how outer voices come."""
    ends = [label for label in view.chords if label.fermata and not _inside(view, label)]
    befores = [view.before(label.begin_ticks) for label in ends]
    pairs = [(one, two) for one, two in zip(befores, ends, strict=True) if one is not None]
    found = {f"close: {name}": _share([(two.root - one.root) % 12 in sizes for one, two in pairs])
             for name, sizes in CADENCES.items()}  # fmt: skip
    found["close: last chord major"] = _share([two.type == "major" for two in ends])
    found["close: last chord inverted"] = _share([two.inversion > 0 for two in ends])
    found["close: chord before inverted"] = _share([one.inversion > 0 for one, _ in pairs])
    found["close: seventh before"] = _share(["7" in one.type for one, _ in pairs])
    found["close: on I"] = _share([_degree(view, two.root) == 0 for two in ends])
    found["close: on V"] = _share([_degree(view, two.root) == 7 for two in ends])
    found["close: on vi"] = _share([_degree(view, two.root) == 9 for two in ends])
    outer = [(one.tones[SOPRANO], one.tones[BASS]) for one in (view.piece.at(two.begin_ticks) for two in ends)]
    spans = [high.midi - low.midi for high, low in outer if high is not None and low is not None]
    for name, size in (("octave", (0,)), ("fifth", (7,)), ("third", (3, 4))):
        found[f"close: soprano {name} over bass"] = _share([span % 12 in size for span in spans])
    return found


def _inside(view: View, label: Label) -> bool:
    tone = view.piece.at(label.begin_ticks).tones[SOPRANO]
    return tone is None or tone.onset_ticks < label.begin_ticks
