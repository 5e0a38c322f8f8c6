"""Sites: the notes of a section waiting for pitches, each with its candidates and what they cost alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from composer.models.library import Models
from composer.models.rhythm import pattern_lengths
from composer.pipeline.candidates import PER_CHORD, Moment, letters_of, stack_chords
from composer.pipeline.plan import BELOW_TOP, Plan
from composer.pipeline.rhythm import shortened
from composer.pipeline.section_plan import SectionPlan
from composer.pipeline.skeleton import TESSITURA_SD, Slot, degree_semitones, tessitura_share
from composer.score.chord import Chord
from composer.score.key import Key
from composer.score.time import BEAT
from composer.score.windows import CADENCES, REST, no_chord_fields
from composer.search.draw import Floats

# Prices in nats: design values (craft of song writing), to be fitted later.
GOAL_MISSED = 1.2  # the skeleton's goal on a chord's first note
GOAL_OCTAVE = 0.6  # its pitch class in another octave
CADENCE_BLURRED = 2.5  # a note of the goal over the chord before it
HELD_AGAINST_CHORD = 3.0  # a held note foreign to the chord that enters under it
HMM_SHARE = 0.4
TOP_REWARD, NEAR_TOP = 2.0, 4.0  # for the highest pitches in their window, and elsewhere
SHARE_OF_MEAN = 0.9  # of the mean length that a note at the top has at least
NOTE_CONTOUR_SD = 5.0  # semitones: each note leans towards the phrase's shape
UPBEAT_SHARES = {4: 0.59, 0: 0.29, 2: 0.08}  # degrees from 0; first notes of 4,778 German songs
UPBEAT_ABOVE, UPBEAT_FAR = 1.5, 0.15  # nats: an upbeat mostly rises; a semitone away from the note it leads to
REST_SHARE = 0.38  # lines followed by a rest, 4,778 German songs


@dataclass(frozen=True)
class Site:
    """One note to be pitched. ``pitches`` (K,) MIDI candidates; ``votes`` (K,) nats by voice.

    ``bar``: whose material it is; of an ``upbeat`` the bar after it.
    """

    onset_ticks: int
    length_ticks: int
    sounding_ticks: int
    bar: int
    slot: int
    strength: int
    pitches: np.ndarray
    votes: dict[str, Floats]
    moment: Moment
    tail: Moment  # the same candidates over the chord that sounds when the note ends
    goal: bool
    upbeat: bool = False

    @property
    def unary(self) -> Floats:
        """Summed votes, (K,) nats."""
        return np.asarray(sum(self.votes.values(), np.zeros(len(self.pitches))))

    def only(self, midi: int) -> Site:
        """The same site with one candidate, already paid for."""
        index = int(np.flatnonzero(self.pitches == midi)[0])
        return self.keep(np.array([index]), free=True)

    def keep(self, index: np.ndarray, free: bool = False) -> Site:
        """The same site with some of its candidates; ``free``: their own votes no longer count."""
        votes = {} if free else {name: vote[index] for name, vote in self.votes.items()}
        return replace(
            self,
            pitches=self.pitches[index],
            votes=votes,
            moment=self.moment.keep(index),
            tail=self.tail.keep(index),
        )

    def with_vote(self, name: str, vote: Floats) -> Site:
        """The same site with one more vote, (K,) nats."""
        return replace(self, votes={**self.votes, name: vote})


def melody_candidates(key: Key, chord: Chord, low: int, high: int) -> np.ndarray:
    """MIDI numbers a melody may use over a chord: the scale and the chord, less what clashes with a chord letter."""
    letters = dict(chord.members)
    degrees = {semitones for _, semitones in chord.members}
    for semitones in set(key.scale) | ({9} if key.mode == "minor" and 11 in degrees else set()):
        letter = letters_of([key.tonic_pc + 60 + semitones], key, chord)[0]
        letter = (letter - key.step) % 7
        if letters.get(letter, semitones) == semitones:
            degrees.add(semitones)
    return np.array(
        [midi for midi in range(low, high + 1) if (midi - key.tonic_pc) % 12 in degrees], dtype=np.int64
    )


def make_sites(
    plan: Plan,
    section: SectionPlan,
    slots: tuple[Slot, ...],
    patterns: tuple[str, ...],
    models: Models,
    rests: frozenset[int],
    contour: Floats | None = None,
) -> tuple[Site, ...]:
    """The notes of a section by its bar patterns.

    ``rests``: bars whose last note is shortened to breathe; ``contour``: (slots,) wished MIDI pitch, or None.
    """
    sites: list[Site] = []
    starts = [slot.onset_ticks for slot in slots]
    for onset, length, sounding, bar, final, upbeat in _note_places(plan, section, patterns, rests):
        number = int(np.searchsorted(starts, onset, side="right")) - 1
        if number < 0:
            site = _upbeat_site(plan, section, slots[0], onset, length, first=not sites)
        else:
            site = _site(plan, section, slots, number, models, onset, length, sounding, bar, final)
            if contour is not None:
                lean = (site.pitches - contour[number]) ** 2 / (2 * NOTE_CONTOUR_SD**2)
                site = site.with_vote("gmm", np.asarray(lean))
        sites.append(replace(site, upbeat=upbeat))
    return tuple(sites)


def _note_places(
    plan: Plan, section: SectionPlan, patterns: tuple[str, ...], rests: frozenset[int]
) -> Iterator[tuple[int, int, int, int, bool, bool]]:
    """(onset, length, sounding length in ticks, bar, last of its bar, upbeat) of every note."""
    beat_ticks = plan.request.meter.beat_ticks
    for bar, pattern in enumerate(patterns):
        onset = bar * plan.bar_ticks
        if section.bars[bar].opens:
            for place, length in enumerate(plan.upbeat):
                yield onset - sum(plan.upbeat[place:]), length, length, bar, False, True
        lengths = pattern_lengths(pattern)
        if bar + 1 == len(patterns) or section.bars[bar + 1].opens:
            lengths = shortened(lengths, sum(plan.upbeat))
        for number, length in enumerate(lengths):
            final = number == len(lengths) - 1
            breath = beat_ticks if final and bar in rests and length >= 2 * beat_ticks else 0
            yield onset, length, length - breath, bar, final, False
            onset += length


def _upbeat_site(plan: Plan, section: SectionPlan, slot: Slot, onset: int, length: int, first: bool) -> Site:
    """A note before the first bar line, under which no chord sounds: the fifth or another tone of the tonic chord;
    later notes of a longer upbeat are free."""
    key = plan.request.key
    shares = UPBEAT_SHARES if first else dict.fromkeys(key.scale, 1.0)
    tones = {key.scale[degree]: share for degree, share in shares.items()} if first else shares
    top = plan.melody_high - BELOW_TOP
    pitches = np.array(
        [midi for midi in range(plan.melody_low, top + 1) if (midi - key.tonic_pc) % 12 in tones], dtype=np.int64
    )
    price = np.array([-np.log(tones[int(midi - key.tonic_pc) % 12]) for midi in pitches])
    far = np.abs(pitches - slot.goal_midi)
    votes = {"plan": np.asarray(price + np.where(pitches > slot.goal_midi, UPBEAT_ABOVE, 0.0) + far * UPBEAT_FAR)}
    strength = plan.request.meter.strength(onset)
    letters = np.array(letters_of([int(p) for p in pitches], key, None))
    silent = {name: np.array([value]) for name, value in no_chord_fields(key).items() if name in PER_CHORD}
    moment = Moment(
        np.stack((pitches, np.full(len(pitches), REST)), axis=-1),
        np.stack((letters, np.full(len(pitches), REST)), axis=-1),
        silent,
        np.array([-1]),
        strength,
        0,
        False,
        length,
        onset,
        (True, False),
    )
    return Site(onset, length, length, 0, 0, strength, pitches, votes, moment, moment, False)


def _site(
    plan: Plan,
    section: SectionPlan,
    slots: tuple[Slot, ...],
    number: int,
    models: Models,
    onset: int,
    length: int,
    sounding: int,
    bar: int,
    final: bool,
) -> Site:
    slot, key, meter = slots[number], plan.request.key, plan.request.meter
    pitches = melody_candidates(key, slot.chord, plan.melody_low, plan.top(section, bar))
    strength = meter.strength(onset)
    phrase = next(phrase for phrase in section.phrases if phrase.first <= bar < phrase.end)
    closing = final and bar == phrase.end - 1
    cadence = (
        _cadence_code(phrase.kind)
        if bar == phrase.end - 1 and number == _last_slot(slots, bar, plan) and not section.slots[number].home
        else 0
    )
    last = closing and section.is_last and bar == len(section.bars) - 1
    struck = onset == slot.onset_ticks
    moment = _moment(key, slot, number, pitches, strength, cadence, last, length, onset, struck)
    tail = _tail(key, slots, number, moment, onset + length)
    members = {(key.tonic_pc + semitones) % 12 for _, semitones in slot.chord.members}
    votes = {
        "plan": _plan_votes(plan, section, pitches, bar, strength, length),
        "goal": _goal_votes(plan, slots, section, number, pitches, onset, closing, members),
    }
    held = [s for s in slots[number + 1 :] if s.onset_ticks < onset + sounding]
    for later in held:
        foreign = ~np.isin(pitches % 12, [(key.tonic_pc + semis) % 12 for _, semis in later.chord.members])
        votes["goal"] = votes["goal"] + HELD_AGAINST_CHORD * foreign
    if "hmm" not in plan.request.without:
        votes["hmm"] = _hmm_votes(plan, slot, models, pitches)
    return Site(onset, length, sounding, bar, number, strength, pitches, votes, moment, tail, struck)


def _tail(key: Key, slots: tuple[Slot, ...], number: int, moment: Moment, end_ticks: int) -> Moment:
    """The same notes over the chord that sounds when they end."""
    end = max(n for n, other in enumerate(slots) if other.onset_ticks < end_ticks)
    if end == number:
        return moment
    pitches = moment.pitch_midi[:, 0]
    tail = _moment(key, slots[end], end, pitches, BEAT, 0, False, moment.length_ticks, moment.onset_ticks, True)
    return replace(tail, letter_step=np.stack((moment.letter_step[:, 0], tail.letter_step[:, 1]), axis=-1))


def _moment(
    key: Key,
    slot: Slot,
    number: int,
    pitches: np.ndarray,
    strength: int,
    cadence: int,
    last: bool,
    length: int,
    onset: int,
    struck: bool,
) -> Moment:
    """The candidates over one slot's chord and bass."""
    melody = np.array(letters_of([int(p) for p in pitches], key, slot.chord))
    bass_letter = letters_of([slot.bass_midi], key, slot.chord)[0]
    count = len(pitches)
    return Moment(
        np.stack((pitches, np.full(count, slot.bass_midi)), axis=-1),
        np.stack((melody, np.full(count, bass_letter)), axis=-1),
        stack_chords([slot.chord], key),
        np.array([number]),
        strength,
        cadence,
        last,
        length,
        onset,
        (True, struck),
    )


def _cadence_code(cadence: str) -> int:
    return CADENCES.index(cadence) if cadence in CADENCES else 0


def _last_slot(slots: tuple[Slot, ...], bar: int, plan: Plan) -> int:
    """The chord a bar closes on; that of the next line's upbeat is none of its own."""
    end = (bar + 1) * plan.bar_ticks - plan.request.pickup_ticks
    return max(n for n, slot in enumerate(slots) if slot.onset_ticks < end)


def _plan_votes(
    plan: Plan, section: SectionPlan, pitches: np.ndarray, bar: int, strength: int, length: int
) -> Floats:
    """Tessitura; the planned top in its window, on a note that lasts."""
    mean = plan.melody_mean + section.lift
    cost = tessitura_share(plan) * (pitches - mean) ** 2 / (2 * TESSITURA_SD**2)
    bars = len(section.bars)
    inside = bars // 2 <= bar < bars - 2 or (bars <= 4 and bar == bars - 3)
    if section.owns_top:
        inside = inside and length * plan.notes_a_bar >= SHARE_OF_MEAN * plan.bar_ticks
        near = pitches > plan.melody_high - BELOW_TOP
        cost = cost + np.where(near, -TOP_REWARD if inside and strength else 0.0 if inside else NEAR_TOP, 0.0)
    return np.asarray(cost)


def _goal_votes(
    plan: Plan,
    slots: tuple[Slot, ...],
    section: SectionPlan,
    number: int,
    pitches: np.ndarray,
    onset: int,
    closing: bool,
    members: set[int],
) -> Floats:
    """The skeleton's goal on the first note of a chord; at a cadence's last note it is kept."""
    slot = slots[number]
    wished = section.slots[number].degrees
    same_pc = (pitches - slot.goal_midi) % 12 == 0
    if closing and section.slots[number].firm and wished:
        return np.where(pitches == slot.goal_midi, 0.0, np.inf)
    if closing:
        return np.where(np.isin(pitches % 12, sorted(members)), 0.0, np.inf)
    if wished and not closing:  # the chord before a cadence's goal carries 2, 7 ..., not yet the goal itself
        leading = np.isin((pitches - plan.request.key.tonic_pc) % 12, degree_semitones(plan, wished))
        missed = np.where(pitches == slot.goal_midi, 0.0, np.where(same_pc, GOAL_OCTAVE, GOAL_MISSED))
        return np.asarray(np.where(leading, 0.0, CADENCE_BLURRED) + (missed if onset == slot.onset_ticks else 0.0))
    if onset != slot.onset_ticks:
        return np.zeros(len(pitches))
    return np.where(pitches == slot.goal_midi, 0.0, np.where(same_pc, GOAL_OCTAVE, GOAL_MISSED))


def _hmm_votes(plan: Plan, slot: Slot, models: Models, pitches: np.ndarray) -> Floats:
    """How much likelier each degree is over this chord than anywhere: -(log p(d | chord) - log p(d)), nats."""
    mode = plan.request.key.third
    names = models.hidden.states(mode)
    if slot.chord.numeral not in names:
        return np.zeros(len(pitches))
    emission = models.hidden.log_soprano(mode)
    overall = np.log(np.exp(emission).mean(axis=0))
    degrees = (pitches - plan.request.key.tonic_pc) % 12
    gain = emission[names.index(slot.chord.numeral)] - overall
    return np.asarray(-HMM_SHARE * np.clip(gain[degrees], -2.5, 2.5))
