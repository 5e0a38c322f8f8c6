"""Refinement: blocks of a new section are drawn again from the lattice with the network's vote added.

Bars that repeat another are redrawn with it, scored at both places. Cadence goals, the climax and bars in sequence
are locked. What the law forbids stays forbidden, because the draw is the lattice's own.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from composer.analysis.craft import distance, measures
from composer.errors import LimitError
from composer.models.refiner import STYLES, Refiner, note_features
from composer.models.vocabulary import LOW, symbols_of
from composer.pipeline.drafts import WANTED, Made, climax_cost
from composer.pipeline.melody import Costs, draw
from composer.pipeline.plan import Plan
from composer.pipeline.sites import Site
from composer.search.draw import Floats, spawn
from composer.search.lattice import log_total

WEIGHT = 1.2  # of the network's nats
BLOCK = 5  # notes redrawn at once
WORSE = 1.0  # craft distance a refined section may lose against its draft


def refine(
    plan: Plan, made: Made, costs: Costs, refiner: Refiner, earlier: list[Made], attempt: int
) -> Made:
    """The section refined; the draft itself where refinement made it worse by the craft measures."""
    rng = spawn(plan.request.seed, "refine", ord(made.plan.letter), attempt)
    locked = _locked(made)
    ties = _ties(made)
    followers = {follower for group in ties.values() for follower in group}
    pitches = list(made.pitches)
    for start in range(int(rng.integers(BLOCK)), len(pitches), BLOCK):
        block = [n for n in range(start, min(start + BLOCK, len(pitches))) if n not in locked | followers]
        if block:
            pitches = _redraw(made, costs, refiner, pitches, block, ties, rng)
    refined = replace(made, pitches=tuple(pitches))
    before, after = (
        distance(measures(one.tune(plan)), WANTED) + climax_cost(made.plan, one, earlier) for one in (made, refined)
    )
    return refined if after <= before + WORSE else made


def vote(made: Made, costs: Costs, refiner: Refiner, pitches: list[int], hidden: list[int]) -> Floats:
    """log p of every symbol at every site with ``hidden`` masked: (T, S) nats."""
    mask = np.zeros(len(pitches), dtype=bool)
    mask[hidden] = True
    return refiner.log_p(symbols_of(np.array(pitches), costs.tonic), mask, features_of(made, costs))


def features_of(made: Made, costs: Costs) -> np.ndarray:
    """What the network is told of every note but its pitch: (T, F) ints."""
    request = costs.plan.request
    return note_features(
        [site.length_ticks for site in made.sites],
        [site.onset_ticks % costs.plan.bar_ticks for site in made.sites],
        [site.onset_ticks // costs.plan.bar_ticks + 1 for site in made.sites],
        request.meter,
        request.key.is_minor,
        STYLES[costs.models.corpus],
    )


def _redraw(
    made: Made,
    costs: Costs,
    refiner: Refiner,
    pitches: list[int],
    block: list[int],
    ties: dict[int, list[int]],
    rng: np.random.Generator,
) -> list[int]:
    hidden = [*block, *(follower for n in block for follower in ties.get(n, []))]
    log_p = vote(made, costs, refiner, pitches, hidden)
    first, last = max(block[0] - 2, 0), min(block[-1] + 3, len(pitches))
    sites = []
    for n in range(first, last):
        site = made.sites[n]
        if n not in block:
            sites.append(site.only(pitches[n]))
            continue
        for place in (n, *ties.get(n, [])):
            heard = -WEIGHT * log_p[place][symbols_of(site.pitches, costs.tonic) - LOW]
            site = site.with_vote(f"lstm {place}", heard)
            if place != n:
                site = _scored_there(site, made.sites[place])
        sites.append(site)
    history = pitches[: first + 2] if first else []
    try:
        drawn = draw(costs, sites, history, rng)
    except LimitError:
        return pitches
    again = list(pitches)
    for n, midi in zip(range(first, last), drawn, strict=True):
        again[n] = midi
    for n in block:
        for follower in ties.get(n, []):
            again[follower] = again[n]
    return again if all(_legal(made, costs, again, f) for n in block for f in ties.get(n, [])) else pitches


def _scored_there(site: Site, other: Site) -> Site:
    """Add the votes a pitch gets at a place that repeats it (forbidden where it is no candidate there)."""
    there = np.full(len(site.pitches), np.inf)
    for index, midi in enumerate(site.pitches):
        found = np.flatnonzero(other.pitches == midi)
        if len(found):
            there[index] = other.unary[found[0]]
    return site.with_vote("repeat", np.asarray(there))


def _legal(made: Made, costs: Costs, pitches: list[int], place: int) -> bool:
    """True if nothing forbidden breaks around a note."""
    around = range(max(place - 2, 0), min(place + 3, len(pitches)))
    if any(pitches[n] not in made.sites[n].pitches for n in around):
        return False
    return bool(
        np.isfinite(log_total(costs.lattice([made.sites[n].only(pitches[n]) for n in around], False)))
    )


def _ties(made: Made) -> dict[int, list[int]]:
    """Sites that exact repeats follow: leader -> followers."""
    ties: dict[int, list[int]] = {}
    by_bar = _by_bar(made)
    for bar, plan in enumerate(made.plan.bars):
        if plan.source < 0 or plan.op:
            continue
        leader, follower = by_bar[plan.source], by_bar[bar]
        same = [made.pitches[n] for n in leader] == [made.pitches[n] for n in follower]
        if same and len(leader) == len(follower):
            for a, b in zip(leader, follower, strict=True):
                ties.setdefault(a, []).append(b)
    return ties


def _by_bar(made: Made) -> list[list[int]]:
    found: list[list[int]] = [[] for _ in made.plan.bars]
    for number, site in enumerate(made.sites):
        found[site.bar].append(number)
    return found


def _locked(made: Made) -> set[int]:
    """First and closing notes, the climax, and bars in sequence."""
    by_bar = _by_bar(made)
    top = max(made.pitches)
    locked = {0} | {number for number, pitch in enumerate(made.pitches) if pitch == top}
    for phrase in made.plan.phrases:
        locked |= set(by_bar[phrase.end - 1][-1:])
    for bar, plan in enumerate(made.plan.bars):
        if plan.op and plan.op != "~":
            locked |= set(by_bar[bar]) | set(by_bar[plan.source])
    return locked
