"""Whole-bar rhythms: a Markov chain over bar patterns, by meter and place in the line.

A pattern is written in note lengths, ``"q. e q q"``: w h q e s t (whole to thirty-second), a dot adds half.
It fills a bar of its meter. Probabilities back off from (place, pattern before) to the place, to the meter,
and to the table of bar rhythms measured elsewhere:

    p_k(r | c) = (n_cr + a_k * p_{k-1}(r)) / (n_c + a_k)

A name is a meter (``"6/8"``), or a meter and a kind of dance (``"4/4 hornpipe"``), which backs off to what was learned
of its meter; a kind not learned is answered with its meter. 2/2 is heard as 4/4.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from composer.errors import ShelfError
from composer.models.card import Card, load_arrays
from composer.score.time import TICKS_PER_QUARTER, parse_meter

FIRST, INNER, LINE_END, PHRASE_END = "first", "inner", "line-end", "phrase-end"
PLACES = (FIRST, INNER, LINE_END, PHRASE_END)
SAME_RHYTHMS = {"2/2": "4/4"}  # written alike, felt in other beats
LETTERS = {"w": 16, "h": 8, "q": 4, "e": 2, "s": 1}
FloatArray = NDArray[np.float64]


def pattern_lengths(pattern: str) -> tuple[int, ...]:
    """Lengths in ticks of a pattern; ``+`` ties two lengths.

    >>> pattern_lengths("q. e h")
    (720, 240, 960)
    >>> pattern_lengths("h.+q.")
    (2160,)

    Raises:
        ValueError: a word is no note length.
    """
    return tuple(sum(_ticks(word) for word in tied.split("+")) for tied in pattern.split())


def _ticks(word: str) -> int:
    sixteenths = LETTERS.get(word[:1]) if word.rstrip(".") == word[:1] and word.count(".") <= 1 else None
    if sixteenths is None and word not in ("t", "t."):
        raise ValueError(f"'{word}' is no note length; write w h q e s or t, with a dot or without")
    return int((sixteenths or 0.5) * TICKS_PER_QUARTER / 4 * (1.5 if word.endswith(".") else 1))


@dataclass(frozen=True)
class MeterRhythms:
    """Counts of one meter, K patterns: ``prior`` (P, K) shares by place; ``counts`` (P, K);
    ``pairs`` (P, K, K).

    ``pairs[place, before, after]``; axes P in the order of ``PLACES``.
    """

    patterns: tuple[str, ...]
    prior: FloatArray
    counts: FloatArray
    pairs: FloatArray


@dataclass(frozen=True)
class BarRhythm:
    """Rhythm model of one corpus; ``trust`` (3,): bars that a shorter context weighs (meter, place, pair).

    ``kinds``: kinds of dance by name (``"4/4 reel"``), as ``with_kinds`` makes them; ``kind_trust`` (3,) theirs.
    """

    meters: dict[str, MeterRhythms]
    trust: FloatArray
    card: Card | None = None
    kinds: Mapping[str, MeterRhythms] = field(default_factory=dict)
    kind_trust: FloatArray = field(default_factory=lambda: np.ones(3))

    def patterns(self, meter: str) -> tuple[str, ...]:
        """All patterns known in a meter, or in a meter's kind of dance (K), the commonest first.

        Raises:
            ShelfError: nothing was learned in this meter.
        """
        return self._of(meter)[0].patterns

    def log_p(self, place: str, previous: str | None = None, meter: str = "4/4") -> FloatArray:
        """log p(pattern | place, pattern of the bar before): (K,) nats in the order of ``patterns(meter)``.

        A ``previous`` that the model does not know counts as none. Restricting to a palette is the caller's.
        """
        known, trust = self._of(meter)
        place_index = PLACES.index(place)
        p = _place(known, trust, place_index)
        if previous in known.patterns:
            row = known.pairs[place_index, known.patterns.index(previous)]
            p = (row + trust[2] * p) / (row.sum() + trust[2])
        return np.asarray(np.log(p))

    def log_prior(self, place: str, meter: str = "4/4") -> FloatArray:
        """log share of each pattern in the table of bar rhythms, by place: (K,) nats; nothing learned is in it."""
        return np.asarray(np.log(self._of(meter)[0].prior[PLACES.index(place)]))

    def log_pairs(self, place: str, meter: str = "4/4") -> FloatArray:
        """log p(pattern | place, pattern before) for all patterns before: (K, K) nats, [before, after]."""
        known, trust = self._of(meter)
        rows = known.pairs[PLACES.index(place)]
        p = (rows + trust[2] * _place(known, trust, PLACES.index(place))) / (rows.sum(1, keepdims=True) + trust[2])
        return np.asarray(np.log(p))

    def with_kinds(self, own: Mapping[str, MeterRhythms], bars: float, trust: FloatArray) -> BarRhythm:
        """The model with kinds of dance: their ``own`` counts, to which their meter's are added, scaled to ``bars``.

        What was learned of the meter at each place is the last back-off, over the kind's own patterns.
        """
        kinds = {}
        for name, one in own.items():
            whole = self._of(name.partition(" ")[0])[0]
            at = [whole.patterns.index(pattern) for pattern in one.patterns]
            prior = np.array([_place(whole, self.trust, place)[at] for place in range(len(PLACES))])
            scale = bars / max(whole.counts.sum(), 1.0)
            kinds[name] = MeterRhythms(
                one.patterns,
                prior / prior.sum(1, keepdims=True),
                one.counts + scale * whole.counts[:, at],
                one.pairs + scale * whole.pairs[:, at][:, :, at],
            )
        return BarRhythm(self.meters, self.trust, self.card, kinds, trust)

    def _of(self, name: str) -> tuple[MeterRhythms, FloatArray]:
        """What a name is answered with, and its trust."""
        written, _, kind = name.partition(" ")
        meter = SAME_RHYTHMS.get(written, written)
        if meter not in self.meters:
            raise ShelfError(f"no bar rhythms learned in {written}; known: {', '.join(self.meters)}")
        found = self.kinds.get(f"{meter} {kind}")
        return (self.meters[meter], self.trust) if found is None else (found, self.kind_trust)


def _place(known: MeterRhythms, trust: FloatArray, place: int) -> FloatArray:
    """p(pattern | place): (K,)."""
    all_places = known.counts.sum(0)
    p = (all_places + trust[0] * known.prior[place]) / (all_places.sum() + trust[0])
    here = known.counts[place]
    return np.asarray((here + trust[1] * p) / (here.sum() + trust[1]))


def arrays_of(
    model: BarRhythm, own: Mapping[str, MeterRhythms], kind_bars: float
) -> dict[str, NDArray[Any]]:
    """The model as arrays to store, kinds with their own counts only; patterns as one text a meter or kind."""
    arrays: dict[str, NDArray[Any]] = {"trust": model.trust}
    if own:
        arrays |= {"kind_bars": np.array([kind_bars]), "kind_trust": model.kind_trust}
    meters = model.meters
    for name, known in (*meters.items(), *own.items()):
        key = name.replace("/", "_").replace(" ", "_")
        arrays[f"patterns_{key}"] = np.frombuffer("|".join(known.patterns).encode(), np.uint8)
        if name in meters:
            arrays[f"prior_{key}"] = known.prior
        arrays[f"counts_{key}"] = known.counts.astype(np.uint16)
        arrays[f"pairs_{key}"] = known.pairs.astype(np.uint16)
    return arrays


def load(folder: Path) -> BarRhythm:
    """The rhythm model of a folder.

    Raises:
        ShelfError: missing or damaged.
    """
    card, arrays = load_arrays(folder, "rhythm")
    known: dict[str, MeterRhythms] = {}
    for name in arrays:
        if name.startswith("patterns_"):
            key = name.removeprefix("patterns_")
            top, bottom, *kind = key.split("_")
            known[" ".join([parse_meter(f"{top}/{bottom}").name, *kind])] = MeterRhythms(
                tuple(arrays[name].tobytes().decode().split("|")),
                arrays.get(f"prior_{key}", np.empty(0)).astype(np.float64),
                arrays[f"counts_{key}"].astype(np.float64),
                arrays[f"pairs_{key}"].astype(np.float64),
            )
    own = {name: known[name] for name in sorted(known) if " " in name}
    model = BarRhythm({name: known[name] for name in sorted(known) if name not in own}, arrays["trust"], card)
    return model.with_kinds(own, float(arrays["kind_bars"][0]), arrays["kind_trust"]) if own else model
