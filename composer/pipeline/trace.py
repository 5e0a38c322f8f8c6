"""The trace: every chord and note with the votes it got."""

from __future__ import annotations

from typing import Any

from composer.pipeline.compose import Piece
from composer.pipeline.sections import Made


def trace_of(piece: Piece) -> dict[str, Any]:
    """The votes behind a piece as plain values; costs in nats, lower is better."""
    return {
        "recipe": piece.score.recipe,
        "sections": [_section(piece, made) for made in piece.sections],
    }


def _section(piece: Piece, made: Made) -> dict[str, Any]:
    start = made.plan.start_bar
    return {
        "label": made.plan.label, "theme": made.plan.theme, "draft_ranks": list(made.rank),
        "chords": [
            {"bar": start + slot.onset_ticks // piece.plan.bar_ticks + 1, "numeral": slot.chord.numeral,
             "bass_midi": slot.bass_midi, "goal_midi": slot.goal_midi, "votes_nats": dict(slot.votes)}
            for slot in made.slots
        ],
        "notes": [],
    }
