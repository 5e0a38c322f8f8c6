"""MusicXML as it stands: the notes and signs of every part, bar by bar, in exact units; nothing is interpreted yet.

A unit is the finest that all ``<divisions>`` of the document share, so that positions are whole numbers throughout.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import lcm
from typing import Any

from composer.score.pitch import LETTERS, Pitch, pitch_at

MOST_DIVISIONS = 1 << 20
MOST_UNITS = 1 << 62  # a document whose divisions share no finer unit is malformed
LONGEST_BAR_QUARTERS, MOST_STAVES = 1000, 64
GRACE, CUE, DRUM = "grace note", "cue note", "note without pitch"
MICROTONE, LENGTHLESS = "microtone", "note without length"


class Malformed(ValueError):
    """A document that breaks MusicXML's own grammar: bar as printed and what is wrong."""


@dataclass(frozen=True, slots=True)
class RawNote:
    """One notehead as it sounds: ``onset`` counts in units from its bar's beginning."""

    bar: int
    onset: int
    length: int
    pitch: Pitch
    voice: str
    staff: int
    tie_start: bool
    tie_stop: bool
    fermata: bool
    element: Any


@dataclass(frozen=True, slots=True)
class Sign:
    """A direction, harmony, attributes, barline or sound on the time line of a part."""

    bar: int
    onset: int
    element: Any


@dataclass(frozen=True)
class PartWalk:
    """What one part holds. ``reaches``: units that each bar is filled to; rests of whole bars count apart."""

    identifier: str
    notes: tuple[RawNote, ...]
    signs: tuple[Sign, ...]
    reaches: tuple[int, ...]
    rest_reaches: tuple[int, ...]
    lost: tuple[tuple[str, int], ...]  # (what is left out or rounded, bar)
    transposed_fifths: int  # written signature plus this is the sounding one


def units_of(root: Any) -> int:
    """Units a quarter for the whole document.

    Raises:
        Malformed: divisions that are no whole number, or too many different ones.
    """
    unit = 1
    for element in root.iter("divisions"):
        unit = lcm(unit, divisions_of(element))
    if unit > MOST_UNITS:
        raise Malformed("its <divisions> have no common unit")
    return unit


def divisions_of(element: Any) -> int:
    """The value of a ``<divisions>`` element.

    Raises:
        Malformed: no whole number from 1 to ``MOST_DIVISIONS``.
    """
    value = _float(element.text, "divisions")
    if value != int(value) or not 1 <= value <= MOST_DIVISIONS:
        raise Malformed(f"<divisions> says '{element.text}'")
    return int(value)


def walk_part(part: Any, unit: int) -> PartWalk:
    """The notes and signs of a ``<part>`` element.

    Raises:
        Malformed: a pitch or a length that means nothing.
    """
    walker = _Walker(unit)
    for bar, measure in enumerate(part.iterchildren("measure")):
        try:
            walker.measure(bar, measure)
        except Malformed as error:
            raise Malformed(f"bar {measure.get('number', bar + 1)}: {error}") from None
    fifths = 0
    if walker.shifts:
        letters, semitones = walker.shifts[min(walker.shifts)]
        fifths = 7 * semitones - 12 * letters
    return PartWalk(
        str(part.get("id") or ""), tuple(walker.notes), tuple(walker.signs), tuple(walker.reaches),
        tuple(walker.rest_reaches), tuple(walker.lost), fifths,
    )


class _Walker:
    """The place reached in one part while its elements go by."""

    def __init__(self, unit: int) -> None:
        self.unit = unit
        self.scale = unit  # units a division
        self.shifts: dict[int, tuple[int, int]] = {}  # (letters, semitones) by staff, 0 = all
        self.notes: list[RawNote] = []
        self.signs: list[Sign] = []
        self.reaches: list[int] = []
        self.rest_reaches: list[int] = []
        self.lost: list[tuple[str, int]] = []
        self.bar = self.now = self.struck = 0

    def measure(self, bar: int, measure: Any) -> None:
        self.bar, self.now, self.struck = bar, 0, 0
        self.reaches.append(0)
        self.rest_reaches.append(0)
        for child in measure:
            tag = child.tag
            if tag == "note":
                self._note(child)
            elif tag == "backup":
                self.now = max(0, self.now - self._duration(child))
            elif tag == "forward":
                self._advance(self._duration(child))
            elif tag == "attributes":
                self._attributes(child)
                self.signs.append(Sign(bar, self.now, child))
            elif tag in ("direction", "harmony", "barline", "sound"):
                offset = child.find("offset")
                moved = 0 if offset is None else round(_float(offset.text, "offset") * self.scale)
                self.signs.append(Sign(bar, max(0, self.now + moved), child))

    def _advance(self, length: int, whole_rest: bool = False) -> None:
        self.struck = self.now
        self.now += length
        if self.now > LONGEST_BAR_QUARTERS * self.unit:
            raise Malformed(f"it is longer than {LONGEST_BAR_QUARTERS} quarters")
        reaches = self.rest_reaches if whole_rest else self.reaches
        reaches[self.bar] = max(reaches[self.bar], self.now)

    def _duration(self, element: Any) -> int:
        value = _float(element.findtext("duration", "0"), "duration")
        if value < 0:
            raise Malformed(f"<duration> says '{value:g}'")
        return round(value * self.scale)

    def _attributes(self, element: Any) -> None:
        divisions = element.find("divisions")
        if divisions is not None:
            self.scale = self.unit // divisions_of(divisions)
        for shift in element.iterchildren("transpose"):
            semitones = round(_float(shift.findtext("chromatic", "0"), "chromatic"))
            octaves = round(_float(shift.findtext("octave-change", "0"), "octave-change"))
            stated = shift.findtext("diatonic")
            letters = _letters(semitones) if stated is None else round(_float(stated, "diatonic"))
            staff = round(_float(shift.get("number") or "0", "transpose number"))
            self.shifts[staff] = (letters + 7 * octaves, semitones + 12 * octaves)

    def _note(self, note: Any) -> None:
        parts: dict[Any, Any] = {child.tag: child for child in note}
        chord = "chord" in parts
        if "grace" in parts:
            self.lost.append((GRACE, self.bar))
            return
        length = self._duration(note)
        whole_rest = "rest" in parts and parts["rest"].get("measure") == "yes"
        if chord:
            onset = self.struck
        else:
            onset = self.now
            self._advance(length, whole_rest)
        if "rest" in parts:
            return
        if "cue" in parts or "pitch" not in parts:
            self.lost.append((CUE if "cue" in parts else DRUM, self.bar))
        elif not length:
            self.lost.append((LENGTHLESS, self.bar))
        else:
            staff = int(_float(parts["staff"].text, "staff")) if "staff" in parts else 1
            if not 1 <= staff <= MOST_STAVES:
                raise Malformed(f"<staff> says '{staff}'")
            voice = (parts["voice"].text or "1").strip() if "voice" in parts else "1"
            start, stop = _ties(note, parts)
            fermata = "notations" in parts and parts["notations"].find("fermata") is not None
            pitch = self._pitch(parts["pitch"], staff)
            self.notes.append(
                RawNote(self.bar, onset, length, pitch, voice, staff, start, stop, fermata, note)
            )

    def _pitch(self, element: Any, staff: int) -> Pitch:
        """The sounding pitch; the written one is moved by what the instrument transposes."""
        step = (element.findtext("step") or "").strip()
        if step not in LETTERS or len(step) != 1:
            raise Malformed(f"<step> says '{step}'")
        said = _float(element.findtext("alter", "0"), "alter")
        octave = _float(element.findtext("octave", ""), "octave")
        if abs(said) > 3 or not -1 <= octave <= 10 or octave != int(octave):
            raise Malformed(f"the pitch {step} has alter {said:g} and octave {octave:g}")
        alter = round(said)
        if alter != said:
            self.lost.append((MICROTONE, self.bar))
        pitch = Pitch(int(octave), LETTERS.index(step), alter)
        letters, semitones = self.shifts.get(staff) or self.shifts.get(0) or (0, 0)
        return pitch_at(pitch.letter_step + letters, pitch.midi + semitones) if letters or semitones else pitch


def _ties(note: Any, parts: dict[Any, Any]) -> tuple[bool, bool]:
    """Whether a head is held on, and whether it is held from before; some programs write only the printed sign."""
    if "tie" in parts:
        kinds = {element.get("type") for element in note.iterchildren("tie")}
    elif "notations" in parts:
        kinds = {element.get("type") for element in parts["notations"].iterchildren("tied")}
    else:
        return False, False
    return bool(kinds & {"start", "continue"}), bool(kinds & {"stop", "continue"})


def _letters(semitones: int) -> int:
    """Letters of the usual interval of a number of semitones."""
    octaves, rest = divmod(semitones, 12)
    return 7 * octaves + (0, 1, 1, 2, 2, 3, 3, 4, 5, 5, 6, 6)[rest]


def _float(text: str | None, what: str) -> float:
    try:
        value = float(text or "")
    except ValueError:
        raise Malformed(f"<{what}> says '{text or ''}'") from None
    if not abs(value) < 1e12:
        raise Malformed(f"<{what}> says '{text}'")
    return value


def signs_of(walk: PartWalk, tag: str) -> Iterator[Sign]:
    """The signs of a part whose element has a tag, in the document's order."""
    return (sign for sign in walk.signs if sign.element.tag == tag)
