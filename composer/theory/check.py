"""Marking a piece: every rule of a rulebook over every window of a score, under a profile."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from composer.score.pitch import pitch_at
from composer.score.reading import Reading
from composer.score.score import Score
from composer.score.windows import CADENCES, REST, Window
from composer.theory.frames import Bars, Pairs
from composer.theory.passages import Delays
from composer.theory.rows import Rows
from composer.theory.rule import MESSAGE_FIELDS, SEVERITIES, Rule
from composer.theory.rulebook import Rulebook
from composer.theory.sections import Sections, Strikes
from composer.theory.two_voices import Counterpoint
from composer.theory.views import Views

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
    views = Views(score, reading)
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
        for part in rule.parts:
            for window in views.windows(part):
                if not named:
                    chances[rule.id] += int(np.count_nonzero(part.chances(window)))
                places = _once(part, window, np.flatnonzero(part.broken(window)))
                found += [_finding(part, severity, window, int(place), score, reading, source) for place in places]
    return Report(_in_order(findings), chances, _in_order(labels))


def _once(rule: Rule, window: Any, places: NDArray[np.int64]) -> NDArray[np.int64]:
    """What a rule about single moments finds again and again while a chord lasts is found once."""
    if rule.scope != "slices" or rule.span > 1 or not len(places):
        return places
    number = window.chord_id[places, 0]
    again = (np.diff(places, prepend=-2) == 1) & (np.diff(number, prepend=number[0] - 1) == 0)
    return np.asarray(places[~again])


def _in_order(findings: list[Finding]) -> tuple[Finding, ...]:
    def place(f: Finding) -> tuple[int, float, int, str, tuple[str, ...]]:
        return f.bar, f.beat, SEVERITIES.index(f.severity), f.rule_id, f.voices

    return tuple(sorted(findings, key=place))


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
    if rule.judge.what:
        names["what"] = rule.judge.what(window, rule.asks, place)
    if isinstance(window, Rows):
        roles = window.roles
        names |= _spoken(roles)
    if isinstance(window, Delays):
        names["pitch"] = pitch_at(int(window.letter_step[place, 0]), int(window.pitch_midi[place, 0])).name
        names["chord"] = _numeral(onset, reading)
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
    if isinstance(window, Counterpoint):
        ticks = _all_notes(score, ticks)
    return Finding(rule.id, severity, bar, float(beat), roles, rule.message.format_map(names), source, ticks)


def _all_notes(score: Score, ticks: tuple[int, ...]) -> tuple[int, ...]:
    """Where notes begin from the first of some cantus notes to the end of the last."""
    end = max(note.end_ticks for voice in score.voices for note in voice.sounding() if note.onset_ticks == ticks[-1])
    onsets = {note.onset_ticks for voice in score.voices for note in voice.sounding()}
    return tuple(sorted(onset for onset in onsets if ticks[0] <= onset < end))


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
        names |= {**_spoken(window.roles), "pitch": sounds[at][0]}
    return names


def _spoken(roles: tuple[str, ...]) -> dict[str, str]:
    """What a message calls voices, highest first."""
    titles = [_SPOKEN.get(role, role).capitalize() for role in roles]
    if not titles:
        return {}
    voices = " and ".join(titles)
    return {"voice": titles[0], "upper": titles[0], "lower": titles[-1].lower(), "voices": voices}


def _numeral(onset_ticks: int, reading: Reading) -> str:
    span = reading.chord_at(onset_ticks)
    return span.chord.numeral if span else "no chord"
