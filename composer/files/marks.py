"""The finish of a MusicXML page: tempo, letters, dynamics, chord symbols, identification; and the mends it needs."""

from __future__ import annotations

import json
from typing import Any
from xml.etree import ElementTree

from lxml import etree

from composer.files.given import set_given
from composer.files.grid import bar_at, bars_of_score
from composer.files.under_bass import set_figures
from composer.score.pitch import LETTERS
from composer.score.reading import ChordSpan
from composer.score.score import Mark, Part, Score
from composer.score.time import TICKS_PER_QUARTER

DOCTYPE = (
    '<!DOCTYPE score-partwise PUBLIC "-//Recordare//DTD MusicXML 4.0 Partwise//EN" '
    '"http://www.musicxml.org/dtds/partwise.dtd">'
)
RECIPE_FIELD = "composer-recipe"
# Kinds that MuseScore 3 and verovio both show right: (MusicXML kind, text).
KINDS = {
    "major": ("major", ""), "minor": ("minor", "m"), "diminished": ("diminished", "dim"),
    "augmented": ("augmented", "+"), "suspended": ("suspended-fourth", "sus4"), "power": ("power", "5"),
    "dominant-seventh": ("dominant", "7"), "major-seventh": ("major-seventh", "maj7"),
    "minor-seventh": ("minor-seventh", "m7"), "half-diminished": ("half-diminished", "m7b5"),
    "diminished-seventh": ("diminished-seventh", "dim7"), "suspended-seventh": ("other", "7sus4"),
    "italian-sixth": ("Italian", "It+6"), "german-sixth": ("German", "Ger+6"), "french-sixth": ("French", "Fr+6"),
}


def finish(root: ElementTree.Element, score: Score) -> bytes:
    """The whole document as bytes, marks set in and volatile fields taken out."""
    tree = etree.fromstring(ElementTree.tostring(root))
    _identify(tree, score)
    parts = tree.findall("part")
    for part, element in zip(score.parts, parts, strict=True):
        _number_voices(part, element)
    measures = parts[0].findall("measure")
    divisions = int(measures[0].findtext("attributes/divisions", "1"))
    bars = bars_of_score(score)
    for onset, element in sorted(_marks(score), key=lambda pair: pair[0]):
        ends = element.find("direction-type/wedge[@type='stop']") is not None
        bar = bar_at(bars, onset - ends)  # a hairpin ends before the bar line, not behind it
        _insert(measures[bar], (onset - bars[bar].onset_ticks) * divisions // TICKS_PER_QUARTER, element)
    set_given(tree, score, bars)
    set_figures(tree, score, bars)
    for time in tree.iter("root-alter", "bass-alter"):
        if time.text == "0" and (parent := time.getparent()) is not None:
            parent.remove(time)
    etree.indent(tree, "  ")
    body: bytes = etree.tostring(tree, encoding="UTF-8", xml_declaration=False)
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + DOCTYPE.encode() + b"\n" + body + b"\n"


def _number_voices(part: Part, element: Any) -> None:
    """Number the voices through all staves of a part: a number that two staves share would be one voice."""
    first = [sum(len(staff.voices) for staff in part.staves[:place]) for place in range(len(part.staves))]
    for note in element.iter("note"):
        staff = int(note.findtext("staff", "1")) - 1
        if len(part.staves) > 1:
            within = int(note.findtext("voice")) if len(part.staves[staff].voices) > 1 else 1
            note.find("voice").text = str(first[staff] + within)


def _identify(tree: Any, score: Score) -> None:
    tree.set("version", "4.0")
    for name in ("movement-title", "identification"):
        for old in tree.findall(name):
            tree.remove(old)
    title = etree.Element("movement-title")
    title.text = score.title
    identification = etree.Element("identification")
    ours = str(score.recipe.get("by", "Composer"))
    if score.author:
        etree.SubElement(identification, "creator", type="composer").text = score.author
    given = bool(score.author) or "harmonize" in score.recipe
    etree.SubElement(identification, "creator", type="arranger" if given else "composer").text = ours
    encoding = etree.SubElement(identification, "encoding")
    etree.SubElement(encoding, "software").text = ours
    if score.recipe:
        miscellaneous = etree.SubElement(identification, "miscellaneous")
        recipe = etree.SubElement(miscellaneous, "miscellaneous-field", name=RECIPE_FIELD)
        recipe.text = json.dumps(score.recipe, sort_keys=True, ensure_ascii=False)
    place = 1 if tree.find("work") is not None else 0
    tree.insert(place, title)
    tree.insert(place + 1, identification)


def _marks(score: Score) -> list[tuple[int, Any]]:
    """(tick, element) of everything that stands above or below the top staff, in printing order."""
    found: list[tuple[int, Any]] = []
    if score.tempo_bpm:
        found.append((0, _tempo(score)))
    reading = score.reading
    for section in reading.sections if reading else ():
        found.append((section.onset_ticks, _direction("above", _letter(section.label))))
    for mark in score.marks:
        found += _mark(mark)
    if reading and score.chord_symbols:
        last, lines = None, {bar.onset_ticks for bar in bars_of_score(score)}
        for span in reading.chords:
            symbol = (span.chord.root, span.chord.quality, span.chord.bass)
            if symbol != last or span.onset_ticks in lines:
                found.append((span.onset_ticks, _harmony(span)))
            last = symbol
    return found


def _letter(text: str) -> Any:
    rehearsal = etree.Element("rehearsal", enclosure="square")
    rehearsal.text = text
    return rehearsal


def _direction(placement: str, *types: Any) -> Any:
    direction = etree.Element("direction", placement=placement)
    for content in types:
        etree.SubElement(direction, "direction-type").append(content)
    return direction


def _tempo(score: Score) -> Any:
    words = etree.Element("words")
    words.set("font-weight", "bold")
    words.text = score.tempo_words + "\u00a0"  # keeps words and metronome mark apart in MuseScore 3
    metronome = etree.Element("metronome", parentheses="no")
    etree.SubElement(metronome, "beat-unit").text = "quarter" if score.meter.denominator >= 4 else "half"
    if score.meter.is_compound:
        etree.SubElement(metronome, "beat-unit-dot")
    etree.SubElement(metronome, "per-minute").text = f"{score.tempo_bpm:g}"
    direction = _direction("above", *((words, metronome) if score.tempo_words else (metronome,)))
    quarters = score.tempo_bpm * score.meter.beat_ticks / TICKS_PER_QUARTER
    etree.SubElement(direction, "sound", tempo=f"{quarters:g}")
    return direction


def _mark(mark: Mark) -> list[tuple[int, Any]]:
    if mark.kind == "dynamic":
        dynamics = etree.Element("dynamics")
        etree.SubElement(dynamics, mark.text)
        return [(mark.onset_ticks, _direction("below", dynamics))]
    if mark.kind == "hairpin":
        start = etree.Element("wedge", type=mark.text)
        stop = etree.Element("wedge", type="stop")
        return [(mark.onset_ticks, _direction("below", start)), (mark.end_ticks, _direction("below", stop))]
    if mark.kind == "letter":
        return [(mark.onset_ticks, _direction("above", _letter(mark.text)))]
    words = etree.Element("words")
    words.set("font-style", "italic")
    words.text = mark.text
    return [(mark.onset_ticks, _direction("above", words))]


def _harmony(span: ChordSpan) -> Any:
    chord, key = span.chord, span.key
    kind, text = KINDS[chord.quality]
    harmony = etree.Element("harmony")
    _degree(etree.SubElement(harmony, "root"), "root", key.pitch(*chord.root))
    etree.SubElement(harmony, "kind", text=text).text = kind
    if chord.inversion:
        _degree(etree.SubElement(harmony, "bass"), "bass", key.pitch(*chord.bass))
    return harmony


def _degree(parent: Any, name: str, pitch: Any) -> None:
    etree.SubElement(parent, f"{name}-step").text = LETTERS[pitch.step]
    if pitch.alter:
        etree.SubElement(parent, f"{name}-alter").text = str(pitch.alter)


def _insert(measure: Any, target: int, element: Any) -> None:
    """Put a mark where its time begins: before the note at ``target`` divisions, else before the note that spans
    it, with an offset."""
    position = 0
    anchor, anchor_position = None, 0
    for child in measure:
        if child.tag == "backup":
            break
        if child.tag not in ("note", "forward"):
            continue
        duration = int(child.findtext("duration", "0"))
        if child.tag == "note" and child.find("chord") is None and position <= target:
            anchor, anchor_position = child, position
        if child.find("chord") is None:
            position += duration
    if anchor is None:
        measure.append(element)
        return
    if target > anchor_position:
        offset = etree.Element("offset")
        offset.text = str(target - anchor_position)
        if element.tag == "harmony":
            element.append(offset)
        else:
            last_type = element.findall("direction-type")[-1]
            last_type.addnext(offset)
    anchor.addprevious(element)
