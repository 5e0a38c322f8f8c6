"""Marking a piece: every rule of a rulebook over every window of a score, under a profile."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from composer.score.pitch import pitch_at
from composer.score.reading import Reading
from composer.score.score import Score
from composer.score.windows import CADENCES, REST, Window, line, slices
from composer.theory.frames import Bars, Pairs, bars, pairs
from composer.theory.law import voice_groups
from composer.theory.rule import MESSAGE_FIELDS, SEVERITIES, Rule
from composer.theory.rulebook import Rulebook
from composer.theory.sections import Sections, Strikes, sections, strikes

_SPOKEN = {"left": "left hand"}  # roles whose name is no word for a voice


@dataclass(frozen=True)
class Finding:
    """A broken rule at a place: bar (the pickup is 0) and felt beat, both counted from 1."""

    rule_id: str
    severity: str
    bar: int
    beat: float
    voices: tuple[str, ...]
    message: str
    source: str = ""  # who says so, where the profile departs from the rule's own severity
    moments_ticks: tuple[int, ...] = ()  # onsets of all moments that were looked at together


@dataclass(frozen=True)
class Report:
    """What was found, by bar and gravity; how often each rule could have been broken; what was recognised."""

    findings: tuple[Finding, ...]
    chances: dict[str, int]
    labels: tuple[Finding, ...] = ()

    @property
    def errors(self) -> tuple[Finding, ...]:
        """Findings of severity error."""
        return self.of("error")

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """Findings of severity warning."""
        return self.of("warning")

    def of(self, severity: str) -> tuple[Finding, ...]:
        """Findings of one severity."""
        return tuple(finding for finding in self.findings if finding.severity == severity)


def check(
    score: Score, reading: Reading, rulebook: Rulebook, profile: str, lifted: frozenset[str] = frozenset()
) -> Report:
    """Mark a score with the reading laid over it; rules and licences with ids in ``lifted`` are left out.

    Raises:
        RequestError: no such profile.
    """
    verdicts = rulebook.profile(profile)
    if not score.voices:
        return Report((), {})
    frames = _Frames(score, reading)
    findings: list[Finding] = []
    labels: list[Finding] = []
    chances: dict[str, int] = {}
    for one in rulebook.rules.values():
        severity = verdicts.severity(one)
        if severity == "off" or one.id in lifted:
            continue
        rule = verdicts.judged(one, lifted)
        source = verdicts.sources.get(rule.id, "") if severity != rule.severity else ""
        named = rule.use == "label"
        found = labels if named else findings
        chances |= {} if named else {rule.id: 0}
        for window in frames.windows(rule):
            if not named:
                chances[rule.id] += int(np.count_nonzero(rule.chances(window)))
            places = np.flatnonzero(rule.broken(window))
            found += [_finding(rule, severity, window, int(place), score, reading, source) for place in places]
    return Report(_in_order(findings), chances, _in_order(labels))


def _in_order(findings: list[Finding]) -> tuple[Finding, ...]:
    def place(f: Finding) -> tuple[int, float, int, str, tuple[str, ...]]:
        return f.bar, f.beat, SEVERITIES.index(f.severity), f.rule_id, f.voices

    return tuple(sorted(findings, key=place))


class _Frames:
    """The windows of one piece, each built once."""

    def __init__(self, score: Score, reading: Reading) -> None:
        self._score, self._reading = score, reading
        self._whole: dict[str, Any] = {}
        self._sliding: dict[tuple[str, int, int, tuple[int, ...]], Any] = {}

    def windows(self, rule: Rule) -> Iterator[Any]:
        """Windows (T, span, ...) of every group of voices the rule looks at."""
        if rule.scope == "line":
            limit = rule.asks.get("roles") or self._roles()
            for role in dict.fromkeys(role for role in self._roles() if role in limit):
                yield self._slide(role, rule, (0,))
            return
        if rule.scope == "slices":
            for group in voice_groups(rule, self._roles()):
                yield self._slide("slices", rule, group)
            return
        yield self._slide(rule.scope, rule, ())

    def _roles(self) -> tuple[str, ...]:
        roles: tuple[str, ...] = self._of("slices").roles
        return roles

    def _of(self, name: str) -> Any:
        if name not in self._whole:
            builders = {"slices": slices, "bars": bars, "form": pairs, "sections": sections, "strikes": strikes}
            if name == "harmony":
                self._whole[name] = chord_moments(self._of("slices"))
            elif name in builders:
                self._whole[name] = builders[name](self._score, self._reading)
            else:
                self._whole[name] = line(self._score, self._reading, name)
        return self._whole[name]

    def _slide(self, name: str, rule: Rule, group: tuple[int, ...]) -> Any:
        place = (name, rule.span, rule.lead, group)
        if place not in self._sliding:
            if group and group != (0,):
                self._sliding[place] = self._slide(name, rule, ()).take(group)
            else:
                self._sliding[place] = _led(self._of(name), rule.lead).sliding(rule.span)
                if name == "slices" and group == (0,):
                    self._sliding[place] = self._sliding[place].take(group)
        return self._sliding[place]


def _led(frame: Any, lead: int) -> Any:
    """From a frame of T moments: the same with ``lead`` silent moments before the first."""
    if not lead or not isinstance(frame, Window) or not frame.span:
        return frame
    index = np.maximum(np.arange(-lead, frame.span), 0)
    arrays = {name: getattr(frame, name)[index] for name in Window.__dataclass_fields__ if name != "roles"}
    for name, silent in (("pitch_midi", REST), ("letter_step", REST), ("attack", False), ("length_ticks", 0)):
        arrays[name][:lead] = silent
    arrays["chord_id"][:lead] -= 1
    return replace(frame, **arrays)


def chord_moments(window: Window) -> Window:
    """From a window of T moments: the moments at which the chord changes, the last one marked ``last``."""
    if not window.span:
        return window
    changes = np.flatnonzero(np.diff(window.chord_id, prepend=window.chord_id[0] - 1))
    arrays = {name: getattr(window, name)[changes] for name in Window.__dataclass_fields__ if name != "roles"}
    arrays["last"] = np.arange(len(changes)) == len(changes) - 1
    return replace(window, **arrays)


def _finding(
    rule: Rule, severity: str, window: Any, place: int, score: Score, reading: Reading, source: str = ""
) -> Finding:
    moments = window.onset_ticks[place]
    at = rule.lead + rule.judge.place
    if rule.judge.ends_late and len(moments) > 1 and window.last[place, 1]:
        at = 1  # the piece itself ends on the note judged
    onset = int(moments[at])
    bar, beat = score.bar_of(onset)
    names: dict[str, str] = dict.fromkeys(MESSAGE_FIELDS, "?")
    names |= {"bar": str(bar), "key": str(reading.key), "voices": "the voices", "voice": "A voice"}
    roles: tuple[str, ...] = ()
    if isinstance(window, Window):
        roles = () if rule.scope == "harmony" else window.roles
        names |= _names(window, place, at, rule.lead, reading)
    if isinstance(window, Bars):
        wrong = window.filled_ticks[place, 0] != window.bar_ticks[place, 0]
        roles = tuple(role for role, hit in zip(window.roles, wrong, strict=True) if hit)
        names["voices"] = " and ".join(roles) or "a voice"
    if isinstance(window, Strikes):
        names |= {"lower": _pitch_name(window.lowest_step, window.lowest_midi, place)}
        names |= {"upper": _pitch_name(window.second_step, window.second_midi, place)}
    if isinstance(window, Sections):
        names["section"] = next(s.label for s in reading.sections if s.onset_ticks == onset)
    if isinstance(window, Pairs):
        names |= dict(zip(("before", "after"), (CADENCES[c] for c in window.cadence[place, 0]), strict=True))
    ticks = tuple(int(tick) for tick in moments)
    return Finding(rule.id, severity, bar, float(beat), roles, rule.message.format_map(names), source, ticks)


def _pitch_name(steps: Any, midis: Any, place: int) -> str:
    return pitch_at(int(steps[place, 0]), int(midis[place, 0])).name


def _names(window: Window, place: int, at: int, first: int, reading: Reading) -> dict[str, str]:
    """What a message may name in a window of moments, of which those before ``first`` are only looked back at."""
    sounds = [
        [
            pitch_at(int(step), int(midi)).name if midi != REST else "-"
            for step, midi in zip(steps, midis, strict=True)
        ]
        for steps, midis in zip(window.letter_step[place], window.pitch_midi[place], strict=True)
    ]
    chords = [_numeral(int(onset), reading) for onset in window.onset_ticks[place]]
    before, after = (" over ".join(sounds[moment]) for moment in (first, -1))
    names = {
        "before": before,
        "after": after,
        "to": after,
        "chord": chords[at],
        "first_chord": chords[first],
        "next_chord": chords[-1],
        "cadence": CADENCES[int(window.cadence[place, at])],
    }
    if window.roles:
        titles = [_SPOKEN.get(role, role).capitalize() for role in window.roles]
        names |= {
            "voice": titles[0],
            "upper": titles[0],
            "lower": titles[-1].lower(),
            "voices": " and ".join(titles),
            "pitch": sounds[at][0],
        }
    return names


def _numeral(onset_ticks: int, reading: Reading) -> str:
    span = reading.chord_at(onset_ticks)
    return span.chord.numeral if span else "no chord"
