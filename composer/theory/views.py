"""The windows of one piece, as the rules want to see it; each frame is built once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from composer.score.reading import Reading
from composer.score.score import Score
from composer.score.time import BEAT
from composer.score.windows import REST, Window, line, slices
from composer.theory.frames import bars, pairs
from composer.theory.judge import WHOLE
from composer.theory.law import voice_groups
from composer.theory.passages import delays, key_runs, phrases
from composer.theory.rule import Rule
from composer.theory.sections import sections, strikes
from composer.theory.textures import goals, grips, holds, textures
from composer.theory.themes import themes
from composer.theory.two_voices import cantus_voices, counterpoint

# Frames that a score and its reading give by themselves, by scope.
FRAMES = {
    "slices": slices, "bars": bars, "form": pairs, "sections": sections, "strikes": strikes, "phrases": phrases,
    "keys": key_runs, "themes": themes, "textures": textures, "holds": holds, "goals": goals, "grips": grips,
    "counterpoint": counterpoint,
}  # fmt: skip
BY_VOICE = {"line": line, "cantus": line, "delays": delays}
BY_GROUP = ("slices", "beats")


class Views:
    """The windows of one piece."""

    def __init__(self, score: Score, reading: Reading) -> None:
        self._score, self._reading = score, reading
        self._whole: dict[tuple[str, str], Any] = {}
        self._sliding: dict[tuple[str, str, int, int, tuple[int, ...]], Any] = {}

    def windows(self, rule: Rule) -> Iterator[Any]:
        """Windows (T, span, ...) of every voice or group of voices the rule looks at, or of the whole piece."""
        if rule.scope in BY_VOICE:
            for role in self._voices(rule):
                yield self._slide(rule.scope, role, rule, (0,))
        elif rule.scope in BY_GROUP:
            for group in voice_groups(rule, self._roles()):
                yield self._slide(rule.scope, "", rule, group)
        else:
            yield self._slide(rule.scope, "", rule, ())

    def _roles(self) -> tuple[str, ...]:
        roles: tuple[str, ...] = self._of("slices", "").roles
        return roles

    def _voices(self, rule: Rule) -> tuple[str, ...]:
        limit = rule.asks.get("roles") or self._roles()
        if rule.scope == "cantus":
            limit = [voice.role for voice in cantus_voices(self._score)]
        return tuple(dict.fromkeys(role for role in self._roles() if role in limit))

    def _of(self, scope: str, role: str) -> Any:
        place = (scope, role)
        if place not in self._whole:
            if scope == "harmony":
                self._whole[place] = chord_moments(self._of("slices", ""))
            elif scope == "beats":
                self._whole[place] = beat_moments(self._of("slices", ""))
            elif scope in BY_VOICE:
                self._whole[place] = BY_VOICE[scope](self._score, self._reading, role)
            else:
                self._whole[place] = FRAMES[scope](self._score, self._reading)
        return self._whole[place]

    def _slide(self, scope: str, role: str, rule: Rule, group: tuple[int, ...]) -> Any:
        place = (scope, role, rule.span, rule.lead, group)
        if place not in self._sliding:
            if group and scope in BY_GROUP:
                self._sliding[place] = self._slide(scope, role, rule, ()).take(group)
            else:
                frame = _led(self._of(scope, role), rule.lead)
                span = max(_length(frame), 1) if rule.span == WHOLE else rule.span
                self._sliding[place] = frame.sliding(span)
        return self._sliding[place]


def _length(frame: Any) -> int:
    return len(frame.onset_ticks)


def _led(frame: Any, lead: int) -> Any:
    """From a frame of T moments: the same with ``lead`` silent moments before the first."""
    if not lead or not isinstance(frame, Window) or not frame.span:
        return frame
    index = np.maximum(np.arange(-lead, frame.span), 0)
    arrays = _picked(frame, index)
    for name, silent in (("pitch_midi", REST), ("letter_step", REST), ("attack", False), ("length_ticks", 0)):
        arrays[name][:lead] = silent
    arrays["chord_id"][:lead] -= 1
    return replace(frame, **arrays)


def _picked(window: Window, index: Any) -> dict[str, Any]:
    return {name: getattr(window, name)[index] for name in Window.__dataclass_fields__ if name != "roles"}


def chord_moments(window: Window) -> Window:
    """From a window of T moments: the moments at which the chord changes, the last one marked ``last``."""
    if not window.span:
        return window
    arrays = _picked(window, np.flatnonzero(np.diff(window.chord_id, prepend=window.chord_id[0] - 1)))
    arrays["last"] = np.arange(len(arrays["last"])) == len(arrays["last"]) - 1
    return replace(window, **arrays)


def beat_moments(window: Window) -> Window:
    """From a window of T moments: those on beats; ``attack`` says that a voice strikes before the next beat, too."""
    beats = np.flatnonzero(window.strength >= BEAT)
    arrays = _picked(window, beats)
    ends = np.append(beats[1:], window.span)
    between = [window.attack[begin + 1 : end].any(axis=0) for begin, end in zip(beats, ends, strict=True)]
    arrays["attack"] = np.array(between, dtype=bool).reshape(len(beats), len(window.roles))
    return replace(window, **arrays)
