"""The trace: every chord and note with the votes it got, in nats (costs: lower is better)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from composer.models.refiner import Refiner
from composer.models.vocabulary import LOW, START, symbols_of
from composer.pipeline.candidates import window
from composer.pipeline.drafts import Made
from composer.pipeline.melody import Costs
from composer.pipeline.refine import features_of
from composer.pipeline.sites import Site
from composer.score.chord import Chord
from composer.score.spelling import spelled

if TYPE_CHECKING:
    from composer.pipeline.compose import Piece


LEGEND = {
    "votes_nats": "costs in nats: lower is better, absent means nothing to pay; rules by id",
    "chords": "votes of the chosen (chord, bass, melodic goal) in the skeleton's lattice",
    "notes": "the tune; lower voices and the left hand follow from chords, bass and figure and carry no votes here",
    "markov": "-log p of the note given the four before it, as the finished tune stands",
    "lstm": "-log p of the note given all others, as the finished tune stands (while refining, blocks were masked)",
    "returns": "number (from 0) of the section whose notes come back, or null",
    "draft_distances": "craft distance of every draft of the section, the kept one first",
}


def trace_of(piece: Piece) -> dict[str, Any]:
    """The votes behind a piece as plain values.

    Each chord: ``votes_nats`` by recipe, plan, gmm, hmm. Each note: ``plan``, ``goal``, ``motif``, ``hmm`` (chord and
    tune), ``markov`` (-log p given four notes), ``lstm`` (-log p given all other notes), ``rules`` by rule id.
    """
    return {
        "legend": LEGEND,
        "recipe": piece.score.recipe,
        "sections": [_section(piece, made) for made in piece.sections],
        "findings": [
            {"rule": f.rule_id, "severity": f.severity, "bar": f.bar, "beat": f.beat, "message": f.message}
            for f in piece.report.findings
        ],
    }


def _section(piece: Piece, made: Made) -> dict[str, Any]:
    start, bar_ticks = made.plan.start_bar, piece.plan.bar_ticks
    return {
        "label": made.plan.label,
        "theme": made.plan.theme,
        "returns": None if made.plan.base < 0 else made.plan.base,
        "draft_distances": list(made.rank),
        "chords": [
            {
                "bar": start + slot.onset_ticks // bar_ticks + 1,
                "numeral": slot.chord.numeral,
                "bass_midi": slot.bass_midi,
                "goal_midi": slot.goal_midi,
                "votes_nats": dict(slot.votes),
            }
            for slot in made.slots
        ],
        "notes": _notes(piece, made),
    }


def _notes(piece: Piece, made: Made) -> list[dict[str, Any]]:
    costs = piece.costs[made.plan.key]
    networks = _lstm(costs, piece.refiner, made) if piece.refiner else None
    rows = []
    for number, (site, midi) in enumerate(zip(made.sites, made.pitches, strict=True)):
        index = int(np.flatnonzero(site.pitches == midi)[0])
        votes: dict[str, Any] = {
            name: round(float(vote[index]), 4) for name, vote in site.votes.items() if vote[index]
        }
        if costs.markov:
            votes["markov"] = _markov(costs, made, number)
        if networks is not None:
            votes["lstm"] = round(float(networks[number]), 4)
        votes["rules"] = _rules(costs, made, number)
        place = site.onset_ticks % piece.plan.bar_ticks
        rows.append(
            {
                "bar": made.plan.start_bar + site.onset_ticks // piece.plan.bar_ticks + 1,
                "beat": round(1 + place / piece.request.meter.beat_ticks, 3),
                "pitch": spelled(midi, made.plan.key, _chord(made, site)).name,
                "candidates_midi": [int(p) for p in site.pitches],
                "votes_nats": votes,
            }
        )
    return rows


def _chord(made: Made, site: Site) -> Chord | None:
    """The chord a note is spelled over; none under an upbeat that opens a section."""
    return made.slots[site.slot].chord if site.onset_ticks >= made.slots[0].onset_ticks else None


def _markov(costs: Costs, made: Made, number: int) -> float:
    past = [
        int(s)
        for s in symbols_of(np.array(made.pitches[max(number - 4, 0) : number], dtype=np.int64), costs.tonic)
    ]
    past = [START] * (4 - len(past)) + past
    own = int(symbols_of(np.array([made.pitches[number]]), costs.tonic)[0])
    return round(-float(costs.models.pitch.log_p(past, costs.mode)[own - LOW]), 4)


def _lstm(costs: Costs, refiner: Refiner, made: Made) -> np.ndarray:
    """-log p of every note given all others, (T,) nats."""
    symbols = symbols_of(np.array(made.pitches), costs.tonic)
    count = len(symbols)
    masks = np.eye(count, dtype=bool)
    features = features_of(made, costs)
    log_p = refiner.log_p_batch(
        np.broadcast_to(symbols, (count, count)), masks, np.broadcast_to(features, (count, *features.shape))
    )
    return np.asarray(-log_p[np.arange(count), np.arange(count), symbols - LOW])


def _rules(costs: Costs, made: Made, number: int) -> dict[str, float]:
    """Nats of every rule that speaks against a note, with the one or two notes before it."""
    found: dict[str, float] = {}
    sites = [made.sites[n].only(made.pitches[n]) for n in range(max(number - 2, 0), number + 1)]
    for span in range(1, len(sites) + 1):
        moments = [site.moment for site in sites[-span:]]
        votes = costs.law.line_votes(window(moments, costs.roles).take((0,)), span)
        if span == 2 and sites[-1].goal:
            votes = votes + costs.law.slice_votes(window([sites[-2].tail, moments[-1]], costs.roles), 2)
        elif span == 1:
            votes = votes + costs.law.slice_votes(window(moments, costs.roles), 1)
        for rule, nats in votes:
            if (total := float(np.asarray(nats).sum())) > 0:
                found[rule] = round(found.get(rule, 0.0) + total, 4)
    return found
