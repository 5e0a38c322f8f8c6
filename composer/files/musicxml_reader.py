"""Reading MusicXML: voices as they sound, bars, keys, tempo, sections from rehearsal marks, chord symbols, recipe.

Lyrics, dynamics and layout are not read; repeats are not unfolded. A change of key signature is the key of the section
that begins with it. ``read`` is for pages of ours, ``read_page`` for any.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from composer.errors import InputError
from composer.files.bar_plan import BarPlan, Measure, bar_plan
from composer.files.counted import Counted, counted
from composer.files.incoming import parsed_xml, read_bytes, unpacked
from composer.files.lines import MOST_VOICES, Head, Line, TooThick, joined, lines_of
from composer.files.musicxml_walk import Malformed, PartWalk, Sign, signs_of, units_of, walk_part
from composer.files.page_signs import (
    chords_of,
    key_of,
    recipe_of,
    sections_of,
    signature,
    tempo_of,
    title_of,
)
from composer.files.roles import Cast, cast_roles, own_roles
from composer.score.headings import Frame
from composer.score.note import Voice
from composer.score.reading import Reading
from composer.score.score import Part, Score, Staff
from composer.score.time import TICKS_PER_QUARTER, Meter

MOST_PARTS = 200
ZIP = b"PK"
SNAP_TICKS = TICKS_PER_QUARTER // 16  # a bar that misses its meter by less was rounded by the program that wrote it
REPEAT, VOLTA, JUMP = "repeat", "volta", "jump"
SHORT, BEYOND = "note shorter than a tick", "note after the bar's end"
_Key = tuple[int, int, str | None]


@dataclass(frozen=True)
class Page:
    """A MusicXML document that was read. ``casts`` says from which of ``lines`` each voice of the score comes."""

    root: Any
    score: Score
    warnings: tuple[str, ...]
    lines: tuple[Line, ...]
    casts: tuple[Cast, ...]
    clock: Clock

    def elements(self, voice: int, onset_ticks: int) -> tuple[Any, ...]:
        """The ``<note>`` elements that write a note of a voice of the score, those tied to it included."""
        note = next((n for n in self.score.voices[voice].notes if n.onset_ticks == onset_ticks and n.pitches), None)
        line = self.lines[self.casts[voice].source]
        midis = {pitch.midi for pitch in note.pitches} if note else set()
        return tuple(one for midi in sorted(midis) for one in line.elements.get((onset_ticks, midi), ()))


def read(path: Path) -> Score:
    """The score in a MusicXML file of ours (plain or compressed).

    Raises:
        InputError: the file is missing, is no MusicXML, or holds what a score of ours cannot.
    """
    data = read_bytes(path)
    score = read_page(unpacked(data, path)[1] if data.startswith(ZIP) else data, path, own=True).score
    if len({line.meter for line in score.bar_lines}) > 1:
        raise InputError(f"{path}: the meter changes inside the piece; one meter a piece can be read")
    return score


def read_page(data: bytes, path: Path, own: bool | None = None, numbered: bool = True) -> Page:
    """Any MusicXML document.

    ``own``: read the roles as on our pages; None: if it carries a recipe of ours. ``numbered``: its bars have numbers
    that somebody sees; else they are counted, an upbeat as 0.

    Raises:
        InputError: no MusicXML, or a score without notes.
    """
    root = parsed_xml(data, path)
    if root.tag != "score-partwise":
        raise InputError(f"{path}: {_stranger(root)}")
    try:
        unit = units_of(root)
        walks = [walk_part(part, unit) for part in root.iterchildren("part")]
    except Malformed as error:
        raise InputError(f"{path}: {error}; export the score once more") from None
    if len(walks) > MOST_PARTS:
        raise InputError(f"{path}: it has more than {MOST_PARTS} parts; export fewer")
    if not any(walk.notes for walk in walks):
        raise InputError(f"{path}: no notes were found; is it a MusicXML score?")
    try:
        clock = _clock(root, walks, unit)
        clock = clock if numbered else clock.counted()
        return _page(root, walks, clock, bool(recipe_of(root)) if own is None else own)
    except TooThick as error:
        raise InputError(f"{path}: {error}; export the score once more") from None


def _stranger(root: Any) -> str:
    if root.tag == "score-timewise":
        return "this is MusicXML by time (score-timewise); export it as score-partwise"
    name = root.tag.rpartition("}")[2] if isinstance(root.tag, str) else "?"
    return f"no parts were found in <{name}>; is it a MusicXML score (score-partwise)?"


@dataclass(frozen=True)
class Clock:
    """Where bars begin. ``starts``: units, one more than bars."""

    unit: int
    starts: tuple[int, ...]
    measures: tuple[Measure, ...]

    def ticks(self, bar: int, onset: int) -> int:
        """The tick of a place counted in units from a bar's beginning."""
        return (2 * (self.starts[bar] + onset) * TICKS_PER_QUARTER + self.unit) // (2 * self.unit)

    @property
    def end_ticks(self) -> int:
        """First tick after the last bar."""
        return self.ticks(len(self.measures), 0)

    def counted(self) -> Clock:
        """The same bars, numbered from the first full one."""
        first = 0 if self.measures[0].is_short and len(self.measures) > 1 else 1
        measures = (replace(one, number=n, implicit=n == 0) for n, one in enumerate(self.measures, first))
        return replace(self, measures=tuple(measures))


def _clock(root: Any, walks: Sequence[PartWalk], unit: int) -> Clock:
    count = max(len(walk.reaches) for walk in walks)
    longest = next(part for part, w in zip(root.iterchildren("part"), walks, strict=True) if len(w.reaches) == count)
    elements = list(longest.iterchildren("measure"))
    meters, free = _meters(walks, count)
    starts = [0]
    for bar in range(count):
        starts.append(starts[-1] + _length(walks, bar, meters[bar], unit, elements[bar].get("implicit") == "yes"))
    closing = {sign.bar for walk in walks for sign in signs_of(walk, "barline") if _repeats(sign.element)}
    clock = Clock(unit, tuple(starts), ())
    measures = []
    for bar, element in enumerate(elements):
        onset, number = clock.ticks(bar, 0), str(element.get("number") or "").strip()
        implicit = element.get("implicit") == "yes" or number == "0" or bar in free
        own = int(number) if number.isdigit() and len(number) < 7 else None
        length = clock.ticks(bar + 1, 0) - onset
        measures.append(Measure(onset, length, own, meters[bar], implicit, bar in closing))
    return replace(clock, measures=tuple(measures))


def _repeats(barline: Any) -> bool:
    repeat = barline.find("repeat")
    return repeat is not None and repeat.get("direction") == "backward"


def _jumps(element: Any) -> bool:
    """Da capo, dal segno or to the coda."""
    sound = element if element.tag == "sound" else element.find("sound")
    return sound is not None and any(sound.get(name) for name in ("dacapo", "dalsegno", "tocoda"))


def _meters(walks: Sequence[PartWalk], count: int) -> tuple[list[Meter], set[int]]:
    """The meter of every bar, and the bars that have none (senza misura); the first part that says one is heard."""
    said: dict[int, Any] = {}
    for walk in walks:
        for sign in signs_of(walk, "attributes"):
            time = sign.element.find("time")
            if time is not None:
                said.setdefault(sign.bar + bool(sign.onset), time)
    meters, free, now, loose = [], set(), Meter(4, 4), False
    for bar in range(count):
        if bar in said:
            loose = said[bar].find("senza-misura") is not None
            now = _meter(said[bar]) or now
        meters.append(now)
        if loose:
            free.add(bar)
    return meters, free


def _meter(time: Any) -> Meter | None:
    """3+2/8 counts as 5/8; two fractions side by side are added."""
    total, denominator = 0, 1
    for above, below in zip(time.iterfind("beats"), time.iterfind("beat-type"), strict=False):
        try:
            beats, unit = sum(int(one) for one in (above.text or "").split("+")), int(below.text or "")
        except ValueError:
            return None
        if not 1 <= beats <= 64 or unit not in (1, 2, 4, 8, 16, 32):
            return None
        finer = max(unit, denominator)
        total, denominator = total * (finer // denominator) + beats * (finer // unit), finer
    return Meter(total, denominator) if total else None


def _length(walks: Sequence[PartWalk], bar: int, meter: Meter, unit: int, implicit: bool) -> int:
    """Units of a bar: its meter's length if any part fills it (others may be slips), else as far as one goes."""
    whole = meter.bar_ticks * unit // TICKS_PER_QUARTER
    inside = [walk for walk in walks if bar < len(walk.reaches)]
    reaches = [max(walk.reaches[bar], walk.rest_reaches[bar]) for walk in inside]
    if any(abs(reach - whole) * TICKS_PER_QUARTER < SNAP_TICKS * unit for reach in reaches):
        return whole
    sounding = max(walk.reaches[bar] for walk in inside)
    rests = max(walk.rest_reaches[bar] for walk in inside)
    return sounding or (rests if rests and (implicit or rests < whole) else whole)


def _page(root: Any, walks: Sequence[PartWalk], clock: Clock, own: bool) -> Page:
    plan = bar_plan(clock.measures)
    lines: list[Line] = []
    lost: list[tuple[str, int]] = []
    for number, walk in enumerate(walks):
        lines += lines_of(joined(_heads(walk, clock, lost)), number, clock.end_ticks)
    if not 1 <= len(lines) <= MOST_VOICES:
        wrong = f"there are more than {MOST_VOICES} voices"
        raise TooThick(wrong if lines else "none of its notes has a length that can be kept")
    given = [Voice(f"line {number}", "", line.notes) for number, line in enumerate(lines, 1)]
    casts = (own_roles if own else cast_roles)(given)
    score = _score(root, walks, clock, plan, tuple(cast.voice for cast in casts), own)
    score = replace(score, parts=_parts(root, walks, lines, casts))
    if not own:
        score = replace(score, misfilled=tuple(_misfilled(walks, clock, lines, casts)))
    return Page(root, score, _warnings(walks, clock, lost), tuple(lines), casts, clock)


def _misfilled(
    walks: Sequence[PartWalk], clock: Clock, lines: Sequence[Line], casts: Sequence[Cast]
) -> Iterator[tuple[int, str, int]]:
    """(onset in ticks, role of the part's first voice, ticks written) of bars that a part fills too little or too much.

    A bar in which a part writes nothing is left to the page.
    """
    for number, walk in enumerate(walks):
        role = next((cast.voice.role for cast in casts if lines[cast.source].part == number), None)
        for bar, reaches in enumerate(zip(walk.reaches, walk.rest_reaches, strict=True)):
            begin, end = clock.ticks(bar, 0), clock.ticks(bar + 1, 0)
            written = clock.ticks(bar, reaches[0])
            if role and reaches[0] and abs(written - end) >= SNAP_TICKS:
                yield begin, role, written - begin


def _heads(walk: PartWalk, clock: Clock, lost: list[tuple[str, int]]) -> Iterator[tuple[Head, bool, bool]]:
    """The heads of a part (head, held on, held from before), cut at the end of their bar; ``lost`` gathers the rest."""
    for note in walk.notes:
        onset, line = clock.ticks(note.bar, note.onset), clock.ticks(note.bar + 1, 0)
        end = min(clock.ticks(note.bar, note.onset + note.length), line)
        if onset >= end:
            lost.append((BEYOND if onset >= line else SHORT, note.bar))
            continue
        head = Head(onset, end, note.pitch, note.voice, note.staff, note.fermata, (note.element,))
        yield head, note.tie_start, note.tie_stop


def _score(
    root: Any, walks: Sequence[PartWalk], clock: Clock, plan: BarPlan, voices: tuple[Voice, ...], own: bool
) -> Score:
    signs = _signatures(walks, clock)
    key = key_of(signs, voices)
    directions = _first(walks, clock, ("direction", "sound"), _has_tempo)
    bpm, words = tempo_of(directions, plan.meter)
    end = Frame(plan.meter, plan.pickup_ticks, clock.end_ticks).form_end if own else clock.end_ticks
    sections = sections_of(_first(walks, clock, ("direction",), _has_letter), key, signs, end)
    chords = chords_of(_first(walks, clock, ("harmony",)), key, sections, clock.end_ticks)
    return Score(
        title=title_of(root), meter=plan.meter, key=key, voices=voices, tempo_bpm=bpm, tempo_words=words,
        pickup_ticks=plan.pickup_ticks, recipe=recipe_of(root), bar_lines=plan.lines, chord_symbols=bool(chords),
        reading=Reading(key, chords, (), sections) if chords or sections else None,
        key_signatures=() if own else _from_the_beginning(signs),
    )


def _from_the_beginning(signs: Sequence[_Key]) -> tuple[tuple[int, int], ...]:
    """(onset in ticks, sharps) from tick 0, where no signature is one without sharps."""
    found = tuple((onset, fifths) for onset, fifths, _ in signs)
    return found if found and found[0][0] == 0 else ((0, 0), *found)


def _has_tempo(element: Any) -> bool:
    return element.tag == "sound" or element.find(".//metronome") is not None or element.find("sound") is not None


def _has_letter(element: Any) -> bool:
    return element.find("direction-type/rehearsal") is not None


def _first(
    walks: Sequence[PartWalk], clock: Clock, tags: Sequence[str], fits: Callable[[Any], bool] = lambda _: True
) -> list[tuple[int, Any]]:
    """The signs with these tags of the first part that has a fitting one, as (onset in ticks, element)."""
    for walk in walks:
        found = [sign for sign in walk.signs if sign.element.tag in tags]
        if any(fits(sign.element) for sign in found):
            return [(clock.ticks(sign.bar, sign.onset), sign.element) for sign in found]
    return []


def _signatures(walks: Sequence[PartWalk], clock: Clock) -> list[_Key]:
    """Changes of the sounding signature as (onset in ticks, sharps, stated mode), by a part that does not transpose."""
    for walk in sorted(walks, key=lambda walk: walk.transposed_fifths != 0):
        found: list[_Key] = []
        for sign in signs_of(walk, "attributes"):
            element = sign.element.find("key")
            said = signature(element, walk.transposed_fifths) if element is not None else None
            if said is not None and (not found or found[-1][1:] != said):
                found.append((clock.ticks(sign.bar, sign.onset), *said))
        if found:
            return found
    return []


def _parts(root: Any, walks: Sequence[PartWalk], lines: Sequence[Line], casts: Sequence[Cast]) -> tuple[Part, ...]:
    """The parts that sound, their staves, and on each the names of its voices, the upper line first."""
    names: dict[tuple[int, int], list[tuple[int, str]]] = {}
    for cast in casts:
        line = lines[cast.source]
        names.setdefault((line.part, line.staff), []).append((cast.source, cast.voice.name))
    made = []
    for number, walk in enumerate(walks):
        staves = [
            Staff(_clef(walk, staff), tuple(name for _, name in sorted(inside, key=lambda pair: pair[0])))
            for (part, staff), inside in sorted(names.items()) if part == number
        ]
        if staves:
            said = next((e for e in root.iterfind("part-list/score-part") if e.get("id") == walk.identifier), None)
            made.append(_part(said, staves))
    return tuple(made)


def _part(said: Any, staves: Sequence[Staff]) -> Part:
    texts = ["" if said is None else " ".join((said.findtext(tag) or "").split()) for tag in _PART_TAGS]
    program = int(texts[2]) - 1 if texts[2].isdigit() and 1 <= int(texts[2][:4]) <= 128 else 0
    return Part(texts[0], texts[1], program, tuple(staves))


_PART_TAGS = ("part-name", "part-abbreviation", "midi-instrument/midi-program")


def _clef(walk: PartWalk, staff: int) -> str:
    clefs = (clef for sign in signs_of(walk, "attributes") for clef in sign.element.iterchildren("clef"))
    clef: Any = next((clef for clef in clefs if (clef.get("number") or "1") == str(staff)), None)
    sign = (clef.findtext("sign") or "").strip() if clef is not None else ""
    if sign == "G" and (clef.findtext("clef-octave-change") or "").strip() == "-1":
        return "tenor8"
    return {"F": "bass", "C": "alto"}.get(sign, "treble")


def _warnings(walks: Sequence[PartWalk], clock: Clock, cut: Sequence[tuple[str, int]]) -> tuple[str, ...]:
    """One line for everything that the score does not hold, counted, with the first bar as printed."""
    lost = [pair for walk in walks for pair in walk.lost] + list(cut)
    lines: Sequence[Sign] = list(signs_of(walks[0], "barline"))
    lost += [(REPEAT, sign.bar) for sign in lines if _repeats(sign.element)]
    lost += [(VOLTA, s.bar) for s in lines if (e := s.element.find("ending")) is not None and e.get("type") == "start"]
    lost += [(JUMP, sign.bar) for sign in walks[0].signs if _jumps(sign.element)]
    numbers = [measure.number if measure.number is not None else bar for bar, measure in enumerate(clock.measures, 1)]
    return counted(tuple(Counted(what, numbers[min(bar, len(numbers) - 1)]) for what, bar in lost))
