"""What somebody wrote at notes and bar lines, set into our page: syllables, slurs, signs, grace notes, repeats."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from lxml import etree

from composer.files.grid import Bar
from composer.files.notation import Written, bars_of
from composer.score.note import Script, Voice
from composer.score.pitch import LETTERS, Pitch
from composer.score.score import BarSign, Score

ARTICULATIONS = (
    "accent", "strong-accent", "staccato", "tenuto", "detached-legato", "staccatissimo", "spiccato", "breath-mark",
    "caesura", "stress", "unstress",
)  # as MusicXML calls them
ORNAMENTS = ("trill-mark", "turn", "inverted-turn", "mordent", "inverted-mordent", "shake")
_SIGNS = {-2: "flat-flat", -1: "flat", 0: "natural", 1: "sharp", 2: "double-sharp"}
_AFTER_NOTATIONS = ("lyric", "play", "listen")
_AFTER_LYRICS = ("play", "listen")


def set_given(tree: Any, score: Score, bars: Sequence[Bar]) -> None:
    """Set what the score carries of somebody's script into the document of its page."""
    for voice in score.voices:
        scripts = [note.script for note in voice.notes if note.script]
        verses = {syllable.verse for script in scripts for syllable in script.syllables}
        for bar, head, note in heads_of(tree, score, voice, bars) if scripts else ():
            numerals = note.findall("lyric")  # ours, which stand under the words
            for numeral in numerals:
                note.remove(numeral)
            _set(note, head, bar)
            for numeral in numerals:
                numeral.set("number", str(len(verses) + 1))
                _put(note, numeral, _AFTER_LYRICS)
    for number, element in enumerate(tree.findall("part")):  # an ending's bracket stands above the page, once
        _bar_signs(element, [one for one in score.bar_signs if not (number and one.number)], bars)


def heads_of(tree: Any, score: Score, voice: Voice, bars: Sequence[Bar]) -> Iterator[tuple[Bar, Written, Any]]:
    """Every head of a voice on the page of its score: its bar, what is written, and the ``<note>`` that writes it."""
    for part, element in zip(score.parts, tree.findall("part"), strict=True):
        names = [name for staff in part.staves for name in staff.voices]
        if voice.name in names:
            number = names.index(voice.name) + 1
            written = zip(bars, bars_of(voice, bars), strict=True)
            heads = [(bar, one) for bar, inside in written for one in inside if one.pitches]
            notes = [note for note in element.iter("note") if _is_head(note, number, len(names))]
            for (bar, head), note in zip(heads, notes, strict=True):
                yield bar, head, note


def _is_head(note: Any, number: int, count: int) -> bool:
    """Whether a note element is the (first) head of a voice, counted through the part."""
    if any(note.find(tag) is not None for tag in ("rest", "chord", "grace")):
        return False
    return count == 1 or note.findtext("voice", "1") == str(number)


def _set(note: Any, head: Written, bar: Bar) -> None:
    """What belongs to a note that is divided stands at its first head, the end of a slur at its last."""
    script = head.source.script
    if script is None:
        return
    if head.begins:
        for pitch in script.graces:
            note.addprevious(_grace(pitch, note, bar))
        for lyric in _lyrics(script):
            _put(note, lyric, _AFTER_LYRICS)
    signs = [sign for sign in script.signs if (head.ends if sign == "slur-stop" else head.begins)]
    for element in _notations(signs):
        _put(_notations_of(note), element, ())


def _lyrics(script: Script) -> Iterator[Any]:
    for syllable in script.syllables:
        lyric = etree.Element("lyric", number=syllable.verse)
        if syllable.text:
            etree.SubElement(lyric, "syllabic").text = syllable.place
            etree.SubElement(lyric, "text").text = syllable.text
        if syllable.extends:
            etree.SubElement(lyric, "extend")
        yield lyric


def _notations(signs: Sequence[str]) -> Iterator[Any]:
    for sign in signs:
        if sign.startswith("slur-"):
            yield etree.Element("slur", number="1", type=sign.removeprefix("slur-"))
            continue
        group = etree.Element("ornaments" if sign in ORNAMENTS else "articulations")
        etree.SubElement(group, sign)
        yield group


def _notations_of(note: Any) -> Any:
    found = note.find("notations")
    if found is None:
        found = etree.Element("notations")
        _put(note, found, _AFTER_NOTATIONS)
    return found


def _put(parent: Any, child: Any, before: Sequence[str]) -> None:
    """Add a child, before the first of those that must follow it."""
    after = next((one for one in parent if one.tag in before), None)
    if after is None:
        parent.append(child)
    else:
        after.addprevious(child)


def _grace(pitch: Pitch, note: Any, bar: Bar) -> Any:
    """A grace note in the voice and staff of the note it leads to."""
    grace = etree.Element("note")
    etree.SubElement(grace, "grace", slash="yes")
    written = etree.SubElement(grace, "pitch")
    etree.SubElement(written, "step").text = LETTERS[pitch.step]
    if pitch.alter:
        etree.SubElement(written, "alter").text = str(pitch.alter)
    etree.SubElement(written, "octave").text = str(pitch.octave)
    sign = _SIGNS.get(pitch.alter, "") if pitch.alter != bar.key.signature_alter(pitch.step) else ""
    texts = {"voice": note.findtext("voice"), "type": "eighth", "accidental": sign, "staff": note.findtext("staff")}
    for name, text in texts.items():
        if text:
            etree.SubElement(grace, name).text = text
    return grace


def _bar_signs(part: Any, signs: Sequence[BarSign], bars: Sequence[Bar]) -> None:
    """Repeats, endings and double bars at the bar lines of a part."""
    measures = part.findall("measure")
    for measure, bar in zip(measures, bars, strict=True):
        left = [one for one in signs if one.onset_ticks == bar.onset_ticks and one.kind in _LEFT]
        right = [one for one in signs if one.onset_ticks == bar.end_ticks and one.kind not in _LEFT]
        for place, found in (("left", left), ("right", right)):
            if found:
                _bar_line(measure, place, found)


_LEFT = ("repeat-forward", "ending-start")
_STYLES = {"repeat-forward": "heavy-light", "repeat-backward": "light-heavy", "double": "light-light"}


def _bar_line(measure: Any, place: str, signs: Sequence[BarSign]) -> None:
    """One bar line with its style, ending and repeat, instead of ours."""
    old = next((one for one in measure.findall("barline") if one.get("location", "right") == place), None)
    style = next((_STYLES[one.kind] for one in signs if one.kind in _STYLES), "")
    line = etree.Element("barline", location=place)
    ours = old.findtext("bar-style") if old is not None else None
    if style or ours:
        etree.SubElement(line, "bar-style").text = "light-heavy" if ours == "light-heavy" else style or ours
    for one in signs:
        if one.kind.startswith("ending-"):
            etree.SubElement(line, "ending", number=one.number, type=one.kind.removeprefix("ending-"))
    for one in signs:
        if one.kind.startswith("repeat-"):
            etree.SubElement(line, "repeat", direction=one.kind.removeprefix("repeat-"))
    if old is not None:
        measure.replace(old, line)
    elif place == "right":
        measure.append(line)
    else:
        measure.insert(0, line)
