"""Keys: as asked, the mode left open chosen by mood and style, the tonic respelled where it must be."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from composer.errors import RequestError
from composer.pipeline.brief import Brief
from composer.score.key import Key, parse_key, respelled
from composer.search.draw import draw_index, spawn
from composer.theory.tables import Row

# Tonics with signatures of up to four accidentals, by mode, as (letter, alteration).
_EASY = {
    "major": ((0, 0), (4, 0), (1, 0), (5, 0), (2, 0), (3, 0), (6, -1), (2, -1), (5, -1)),
    "minor": ((5, 0), (2, 0), (6, 0), (3, 1), (0, 1), (1, 0), (4, 0), (0, 0), (3, 0)),
}
_EASY_MODAL = ((0, 0), (1, 0), (2, 0), (3, 0), (4, 0), (5, 0), (6, -1))
_FEW = 3  # accidentals of a mode's signature drawn by the seed


def read_key(brief: Brief, mood: Row, settings: Mapping[str, Any], seed: int) -> tuple[Key, tuple[str, ...]]:
    """The key, and sentences that say how it was come by.

    Raises:
        RequestError: no key, or one whose tonic chord cannot close a piece.
    """
    if brief.key is None:
        key = _drawn(_mode(mood, settings, seed), seed)
        return key, (f"{key.spoken}: drawn by the seed; write --key to choose",)
    try:
        wish = parse_key(brief.key)
    except ValueError as error:
        raise RequestError(f"--key {error}") from None
    if wish.mode == "locrian":
        raise RequestError(
            f"--key '{brief.key}': the tonic chord of locrian is diminished, so no piece can close on it; "
            "write phrygian, which differs from it in one note"
        )
    mode = wish.mode or _mode(mood, settings, seed)
    asked = Key(wish.step, wish.alter, mode)
    key = respelled(asked)
    notes = []
    if key != asked:
        sign = "flats" if asked.fifths < 0 else "sharps"
        notes.append(f"{key.spoken} for {asked.spoken}, which would need {abs(asked.fifths)} {sign}")
    if wish.mode is None:
        other = "major" if key.is_minor else "minor"
        chooser = mood["name"] if mode in ("major", "minor") else f"{mood['name']} and the style"
        notes.append(f"{key.spoken}: {chooser} chose the mode; write --key '{key.tonic_name} {other}' for {other}")
    return key, tuple(notes)


def _mode(mood: Row, settings: Mapping[str, Any], seed: int) -> str:
    """The mood's third; styles with old modes draw one that has it."""
    third = str(mood["mode"])
    shares: Mapping[str, float] = settings.get(f"modes_{third}", {third: 1.0})
    names = list(shares)
    if len(names) == 1:
        return names[0]
    return names[draw_index(np.log([float(shares[name]) for name in names]), spawn(seed, "mode"))]


def _drawn(mode: str, seed: int) -> Key:
    tonics = _EASY.get(mode) or tuple(
        (step, alter) for step, alter in _EASY_MODAL if abs(Key(step, alter, mode).fifths) <= _FEW
    )
    step, alter = tonics[int(spawn(seed, "key").integers(len(tonics)))]
    return Key(step, alter, mode)


def area_key(home: Key, letters: int, semitones: int, mode: str) -> Key:
    """The key on a degree of ``home``, respelled where it would need more than seven accidentals."""
    tonic = home.pitch(letters, semitones, 4)
    return respelled(Key(tonic.step, tonic.alter, mode))
