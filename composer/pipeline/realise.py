"""Realising chords in four voices: the best of all legal ways, how many there are, and others that really differ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from composer.analysis.cadences import OTHER
from composer.analysis.phrases import OPEN, cadence_of
from composer.errors import RequestError
from composer.pipeline.chord_table import Slot
from composer.pipeline.chord_words import Task
from composer.pipeline.four_parts import ROLES, Memory, Voicings, lattice
from composer.pipeline.staves import parts_of
from composer.score.note import Note, Voice
from composer.score.pitch import pitch_at
from composer.score.reading import Phrase, Reading
from composer.score.score import Part, Score
from composer.score.time import BEAT
from composer.score.windows import CADENCES
from composer.search.alternatives import alternatives, count_paths
from composer.search.lattice import Path, best
from composer.theory.law import Law
from composer.theory.rulebook import Rulebook
from composer.theory.tables import Row

STYLE, PROFILE = "chorale", "omt"  # whose law holds, and which textbook's
VOICED = ("line", "slices")  # scopes of rules that voicings can keep or break
TEXTURES = {"satb": "satb", "keyboard": "piano"}  # the ensemble of each
DIFFERENT_VOICES, DIFFERENT_CHORDS = 2, 2  # what makes another way really another
MOST_WAYS = 5


@dataclass(frozen=True)
class Realised:
    """The ways found, best first, with their costs in nats, and how many legal ways exist (0: a rule was given up)."""

    scores: tuple[Score, ...]
    costs_nats: tuple[float, ...]
    legal_ways: int


def voicing_law(rulebook: Rulebook, texture: str) -> Law:
    """The law of four parts for voicing given chords in a texture.

    Raises:
        RequestError: no such texture.
    """
    if texture not in TEXTURES:
        raise RequestError(f"--texture '{texture}': write {' or '.join(TEXTURES)}")
    return four_part_law(rulebook, ("voicing", texture))


def four_part_law(rulebook: Rulebook, settings: Sequence[str]) -> Law:
    """The law of four parts: the chorale's and whatever else the textbook calls an error, with what tables of the
    style's settings add (``forbid``, ``prefer``, ``grant``) and leave out (``without``)."""
    style, profile = rulebook.style(STYLE), rulebook.profile(PROFILE)
    rows: list[Any] = [style.settings.get(name, {}) for name in settings]
    without = frozenset(name for row in rows for name in row.get("without", ()))
    granted = {name for row in rows for name in row.get("grant", ())}
    forbid = {rule.id: rule for rule in style.forbid}
    for rule in rulebook.rules.values():
        if profile.severity(rule) == "error" and rule.scope in VOICED:
            forbid.setdefault(rule.id, rule)
    forbid |= {name: rulebook.rules[name] for row in rows for name in row.get("forbid", ()) if name in rulebook.rules}
    prefer = {rule.id: (rule, nats) for rule, nats in style.prefer if rule.id not in forbid}
    for host, licence in ((host, one.id) for name, (host, one) in rulebook.licences.items() if name in granted):
        if host.id in forbid:
            forbid[host.id] = host.without(frozenset(one.id for one in host.licences if one.id != licence))
    for row in rows:
        known = {name: float(nats) for name, nats in row.get("prefer", {}).items() if name in rulebook.rules}
        prefer |= {name: (rulebook.rules[name], nats) for name, nats in known.items()}
    return Law.of(replace(style, forbid=tuple(forbid.values()), prefer=tuple(prefer.values())), without)


def realise(task: Task, memory: Memory, ways: int, texture: str, ensembles: Sequence[Row], given: Voice | None = None,
            ) -> Realised:  # fmt: skip
    """Voice the chords of a task; ``given`` is a soprano or bass to be kept.

    Raises:
        RequestError: the chords have no voicing at all.
    """
    slots = slots_of(task, given)
    legal_ways = 0
    try:
        chain, states = lattice(slots, memory)
        legal_ways = count_paths(chain)
    except ValueError:
        pass
    if not legal_ways:
        try:
            chain, states = lattice(slots, memory, legal=False)
            best(chain)
        except ValueError:
            raise RequestError("these chords cannot be sung in four voices over the notes given; give fewer") from None
    found = _ways(chain, states, ways, [not slot.held for slot in slots])
    scores = tuple(_score(task, states, path, texture, ensembles, given) for path in found)
    return Realised(scores, tuple(path.cost_nats for path in found), legal_ways)


def _ways(chain: Any, states: Sequence[Voicings], ways: int, struck: Sequence[bool]) -> list[Path]:
    """The ways, each with one voicing a chord: where a chord is held on, what differs is counted once."""

    def differs(position: int, candidate: int) -> np.ndarray[Any, np.dtype[np.bool_]]:
        pitches = states[position].pitch_midi
        return np.asarray(((pitches != pitches[candidate]).sum(axis=1) >= DIFFERENT_VOICES) & struck[position])

    return alternatives(chain, ways, min(DIFFERENT_CHORDS, sum(struck)), differs)


def slots_of(task: Task, given: Voice | None = None) -> list[Slot]:
    """What the lattice is told of every chord, and of every further note that a given voice has over it."""
    cadence = CADENCES.index(_cadence(task, given))
    found = []
    goal = task.chords[-1].onset_ticks
    for number, span in enumerate(task.chords):
        slot = Slot(
            span.chord, span.key, max(task.meter.strength(span.onset_ticks), BEAT),
            cadence if span.onset_ticks >= goal else 0,
            number == len(task.chords) - 1, bass=task.bass[number].midi if task.bass else None,
            given_step=task.bass[number].letter_step if task.bass else None,
        )  # fmt: skip
        note = _sounding(given, span.onset_ticks) if given else None
        if note is None or given is None:
            found.append(slot)
            continue
        inside = [one for one in given.sounding() if span.onset_ticks < one.onset_ticks < span.end_ticks]
        for place, one in enumerate((note, *inside)):
            strength = task.meter.strength(one.onset_ticks) if place else slot.strength
            before = tuple(sorted({other.top.midi % 12 for other in (note, *inside)[:place]}))
            here = replace(slot, strength=strength, held=place > 0, sounded=before)
            here = replace(here, last=slot.last and place == len(inside))
            midi, here = one.top.midi, replace(here, given_step=one.top.letter_step)
            found.append(replace(here, soprano=midi) if given.role == "soprano" else replace(here, bass=midi))
    return found


def _cadence(task: Task, given: Voice | None) -> str:
    """The cadence that the last chords promise: with a soprano that is given, the one it makes; else the fullest."""
    last = task.chords[-1]
    if given is not None and given.role == "soprano":
        voices = (given,)
    else:
        tonic = last.key.pitch(0, 0, 4)
        voices = (Voice("soprano", "soprano", (Note(0, last.end_ticks, (tonic,)),)),)
    sketch = Score("", task.meter, task.key, voices)
    return cadence_of(sketch, task.chords, 0, last.end_ticks).replace(OTHER, OPEN)


def _sounding(voice: Voice, tick: int) -> Note | None:
    return next((note for note in voice.sounding() if note.onset_ticks <= tick < note.end_ticks), None)


def _score(
    task: Task, states: Sequence[Voicings], path: Path, texture: str, ensembles: Sequence[Row], given: Voice | None
) -> Score:
    held = [slot.held for slot in slots_of(task, given)]
    rows = [
        (state.pitch_midi[c], state.letter_step[c])
        for state, c, on in zip(states, path.candidates, held, strict=True)
        if not on
    ]
    voices = []
    for number, role in enumerate(ROLES):
        if given is not None and given.role == role:
            voices.append(given)
            continue
        notes = tuple(
            Note(span.onset_ticks, span.length_ticks, (pitch_at(int(letters[number]), int(pitches[number])),))
            for span, (pitches, letters) in zip(task.chords, rows, strict=True)
        )
        voices.append(Voice(role, role, notes))
    end = task.chords[-1].end_ticks
    phrase = Phrase(0, end, _cadence(task, given))  # as promised, for the check to hold the voices to
    reading = Reading(task.key, task.chords, (phrase,))
    title = f"Four parts in {task.key.spoken}"
    return Score(title, task.meter, task.key, tuple(voices), _parts(texture, ensembles), reading)


def _parts(texture: str, ensembles: Sequence[Row]) -> tuple[Part, ...]:
    row = next(row for row in ensembles if row["name"] == TEXTURES[texture])
    return parts_of(row["parts"] if texture == "satb" else row["four_parts"])
