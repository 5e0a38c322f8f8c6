"""A line as somebody wrote it: heads that ties join kept apart, with syllables, slurs, articulations and grace notes;
and the signs of its bars.

Reading a score joins ties and leaves such signs out; whoever gives the line back asks for them here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

from composer.files.door import ABC, MUSICXML, Opened
from composer.files.given import ARTICULATIONS, ORNAMENTS
from composer.files.incoming import unpacked
from composer.files.musicxml_reader import Page, read_page
from composer.files.musicxml_walk import RawNote, Sign, signs_of, walk_part
from composer.score.note import Note, Script, Syllable
from composer.score.pitch import LETTERS, Pitch, pitch_at
from composer.score.score import BarSign, Mark, Score

NO_CHORD = "NC"  # speaks of the chords that were there
SLURS = {"start": "slur-start", "stop": "slur-stop"}
DYNAMICS = ("pppp", "ppp", "pp", "p", "mp", "mf", "f", "ff", "fff", "ffff", "sf", "sfz", "fp", "fz")
_BETWEEN = ("note", "direction", "harmony", "figured-bass", "sound", "attributes", "print", "barline")
KEPT = ("grace note", "repeat", "volta")  # what the warnings of a reader call left out, and is kept here
_Heads = dict[Any, RawNote]


def as_written(opened: Opened, voice: int) -> Score:
    """The score with one of its voices alone, as it was written; a score without a page of its own as it is."""
    score = replace(opened.score, voices=(opened.score.voices[voice],), misfilled=())
    page = _page(opened)
    if page is None:
        return score
    part = page.lines[page.casts[voice].source].part
    elements = list(page.root.iterchildren("part"))
    walks = [walk_part(element, page.clock.unit) for element in elements]
    heads = {raw.element: raw for raw in walks[part].notes}
    line: list[Note] = []
    for note in score.voices[0].notes:
        line += _written(page, note, page.elements(voice, note.onset_ticks), heads)
    signs = dict.fromkeys(_bar_signs(page, list(signs_of(walks[0], "barline"))))
    return replace(
        score, voices=(replace(score.voices[0], notes=tuple(line)),), bar_signs=tuple(signs),
        marks=tuple(_marks(page, list(signs_of(walks[part], "direction")))), author=_author(page),
    )


def _page(opened: Opened) -> Page | None:
    """The document read again; MIDI and text have none."""
    source = opened.source
    if opened.kind == MUSICXML:
        document = unpacked(source.data, source.path)[1] if source.member else source.data
        return read_page(document, source.path)
    return read_page(source.document, source.path, own=False, numbered=False) if opened.kind == ABC else None


def _written(page: Page, note: Note, elements: Sequence[Any], heads: _Heads) -> Iterator[Note]:
    """The heads of a note, of a chord by its highest pitch; the note itself where they do not add up to it."""
    found = (heads[one] for one in elements if one in heads and note.pitches)
    raws = sorted((raw for raw in found if raw.pitch.midi == note.top.midi), key=lambda raw: (raw.bar, raw.onset))
    places = [(page.clock.ticks(raw.bar, raw.onset), page.clock.ticks(raw.bar, raw.onset + raw.length)) for raw in raws]
    joined = all(before[1] == after[0] for before, after in pairwise(places))
    if not raws or not joined or (places[0][0], places[-1][1]) != (note.onset_ticks, note.end_ticks):
        yield note
        return
    for place, (raw, (onset, end)) in enumerate(zip(raws, places, strict=True)):
        pitches = (*note.pitches[:-1], raw.pitch)
        yield replace(
            note, onset_ticks=onset, length_ticks=end - onset, pitches=pitches, tied=place + 1 < len(raws),
            fermata=raw.fermata, script=_script(raw),
        )


def _script(raw: RawNote) -> Script:
    return Script(tuple(_syllables(raw.element)), tuple(_signs(raw.element)), tuple(_graces(raw)))


def _syllables(element: Any) -> Iterator[Syllable]:
    """The verses under a head, top first; several syllables on one head stand with a blank between."""
    for number, lyric in enumerate(element.iterchildren("lyric"), 1):
        texts = [" ".join((text.text or "").split()) for text in lyric.iterchildren("text")]
        places = [(one.text or "").strip() for one in lyric.iterchildren("syllabic")]
        place = next((one for one in reversed(places) if one in ("single", "begin", "middle", "end")), "single")
        verse = str(lyric.get("number") or number)
        text, extends = " ".join(filter(None, texts)), lyric.find("extend") is not None
        if text or extends:
            yield Syllable(verse, text, place, extends)


def _signs(element: Any) -> Iterator[str]:
    for notations in element.iterchildren("notations"):
        for child in notations:
            if child.tag == "slur" and child.get("type") in SLURS:
                yield SLURS[child.get("type")]
            elif child.tag in ("articulations", "ornaments"):
                yield from (sign.tag for sign in child if sign.tag in (*ARTICULATIONS, *ORNAMENTS))


def _graces(raw: RawNote) -> list[Pitch]:
    """The grace notes that stand before a head, moved as the instrument transposes it."""
    written = _pitch_of(raw.element)
    letters, semitones = raw.pitch.letter_step - written.letter_step, raw.pitch.midi - written.midi
    found: list[Pitch] = []
    before = raw.element.getprevious()
    while before is not None and before.tag in _BETWEEN and (before.tag != "note" or before.find("grace") is not None):
        if before.tag == "note" and before.find("pitch") is not None and _voice(before) == _voice(raw.element):
            pitch = _pitch_of(before)
            found.append(pitch_at(pitch.letter_step + letters, pitch.midi + semitones))
        before = before.getprevious()
    return found[::-1]


def _voice(element: Any) -> str:
    return (element.findtext("voice") or "1").strip()


def _pitch_of(element: Any) -> Pitch:
    pitch = element.find("pitch")
    step = LETTERS.index((pitch.findtext("step") or "").strip())
    return Pitch(int(float(pitch.findtext("octave"))), step, round(float(pitch.findtext("alter") or 0)))


def _author(page: Page) -> str:
    """Who wrote the music, as the document says; what music21 writes where it knows nobody is nobody."""
    for creator in page.root.iterfind("identification/creator"):
        text = " ".join((creator.text or "").split())
        if creator.get("type") == "composer" and text and text != "Music21":
            return text
    return ""


def _bar_signs(page: Page, barlines: Sequence[Sign]) -> Iterator[BarSign]:
    """Repeats, endings and double bars of the top part."""
    for sign in barlines:
        left = sign.element.get("location") == "left"
        onset = page.clock.ticks(sign.bar, 0) if left else page.clock.ticks(sign.bar + 1, 0)
        ending, repeat = sign.element.find("ending"), sign.element.find("repeat")
        if ending is not None and ending.get("type") in ("start", "stop", "discontinue"):
            number = " ".join(str(ending.get("number") or "1").split())
            yield BarSign(onset, f"ending-{ending.get('type')}", number)
        if repeat is not None and repeat.get("direction") in ("forward", "backward"):
            yield BarSign(onset, f"repeat-{repeat.get('direction')}")
        elif (sign.element.findtext("bar-style") or "").strip() == "light-light":
            yield BarSign(onset, "double")


def _marks(page: Page, directions: Sequence[Sign]) -> Iterator[Mark]:
    """Dynamics, words and rehearsal letters beside the line; the tempo is read with the score."""
    for sign in directions:
        onset = page.clock.ticks(sign.bar, sign.onset)
        if sign.element.find(".//metronome") is not None or sign.element.find("sound[@tempo]") is not None:
            continue
        for letter in sign.element.iterfind("direction-type/rehearsal"):
            if letter.text and letter.text.strip():
                yield Mark(onset, "letter", " ".join(letter.text.split()))
        for kind in sign.element.iterfind("direction-type/dynamics/*"):
            if kind.tag in DYNAMICS:
                yield Mark(onset, "dynamic", kind.tag)
        for words in sign.element.iterfind("direction-type/words"):
            text = " ".join((words.text or "").split())
            if text and text.replace(".", "").upper() != NO_CHORD:
                yield Mark(onset, "words", text)
