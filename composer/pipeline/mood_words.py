"""Moods by name, or anywhere on the plane of valence and arousal between the moods of the table."""

from __future__ import annotations

import math
from typing import Any

from composer.errors import RequestError
from composer.pipeline.brief import Brief
from composer.pipeline.words import choose
from composer.theory.tables import Row

USUAL_MOOD = "calm"
NEIGHBOURS = 3
# Targets that have a value between two moods; what else a mood is comes from the nearest.
_BETWEEN = ("tempo_bpm", "onsets_per_second", "melody_mean", "bass_mean", "articulation", "velocity")


def read_mood(brief: Brief, rows: tuple[Row, ...]) -> tuple[Row, tuple[str, ...]]:
    """The mood's row, and a sentence where it was found on the plane.

    Raises:
        RequestError: no such mood; a place off the plane; both ways of asking at once.
    """
    place = (brief.valence, brief.arousal)
    if place == (None, None):
        return choose("mood", USUAL_MOOD if brief.mood is None else brief.mood, rows), ()
    if brief.mood is not None:
        raise RequestError("--mood and --valence or --arousal: write one or the other; a mood has its own place")
    for name, value in zip(("valence", "arousal"), place, strict=True):
        if value is not None and not -1 <= value <= 1:
            raise RequestError(f"--{name} {value:g}: write a number from -1 to 1")
    valence, arousal = (float(value or 0.0) for value in place)
    return _between(valence, arousal, rows)


def _between(valence: float, arousal: float, rows: tuple[Row, ...]) -> tuple[Row, tuple[str, ...]]:
    """Targets weighed by nearness over the nearest moods of one third; recipes of the nearest."""

    def far(row: Row) -> float:
        return math.hypot(float(row["valence"]) - valence, float(row["arousal"]) - arousal)

    near = min(rows, key=far)
    close = sorted((row for row in rows if row["mode"] == near["mode"]), key=far)[:NEIGHBOURS]
    weights = [1.0 / (far(row) + 0.05) for row in close]
    mixed: dict[str, Any] = dict(near)
    for name in _BETWEEN:
        low, high = (
            sum(w * float(row[name][end]) for w, row in zip(weights, close, strict=True)) / sum(weights)
            for end in (0, 1)
        )
        mixed[name] = [round(low, 2), round(high, 2)]
    mixed["valence"], mixed["arousal"] = valence, arousal
    note = f"valence {valence:g}, arousal {arousal:g}: nearest mood {near['name']}"
    return mixed, (note,)
