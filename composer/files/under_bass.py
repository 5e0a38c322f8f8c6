"""What stands under the bass of a page: figures, and Roman numerals of chords that begin where no bass note does."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from lxml import etree

from composer.files.given import heads_of
from composer.files.grid import Bar, key_of_signature
from composer.files.notation import Written
from composer.score.figured import figures_of
from composer.score.note import Voice
from composer.score.reading import ChordSpan
from composer.score.score import Score
from composer.score.time import TICKS_PER_QUARTER

_PREFIXES = {"#": "sharp", "b": "flat", "n": "natural"}


@dataclass(frozen=True)
class Head:
    """A head of the bass on the page: its bar, what is written, its element and the tick at which it begins."""

    bar: Bar
    written: Written
    element: Any

    @property
    def onset_ticks(self) -> int:
        """The tick at which it begins."""
        return self.bar.onset_ticks + self.written.onset_ticks - self.bar.lead_ticks

    @property
    def end_ticks(self) -> int:
        """The first tick after it."""
        return self.onset_ticks + self.written.length_ticks


def lowest_voice(score: Score) -> Voice | None:
    """The bass, the left hand, or the only line: what numerals and figures stand under."""
    if len(score.voices) == 1:
        return score.voices[0]
    return next((voice for voice in score.voices if voice.role == "bass" or voice.name == "left"), None)


def numerals_of(score: Score) -> dict[int, str]:
    """Roman numerals by the tick at which a chord begins; where the key changes, its name stands before."""
    found: dict[int, str] = {}
    last: ChordSpan | None = None
    for span in score.reading.chords if score.reading else ():
        key = span.key.tonic_name.lower() if span.key.is_minor else span.key.tonic_name
        changed = last is not None and last.key != span.key
        if changed or last is None or span.chord.numeral != last.chord.numeral:
            found[span.onset_ticks] = f"{key}: {span.chord.numeral}" if changed else span.chord.numeral
        last = span
    return found


def set_under_bass(tree: Any, score: Score, bars: Sequence[Bar]) -> None:
    """Set figures, or the numerals that have no note of their own, into the document of a page."""
    voice = lowest_voice(score)
    if voice is None or score.reading is None or not (score.figures or score.numerals):
        return
    heads = [Head(*row) for row in heads_of(tree, score, voice, bars)]
    divisions = int(next(tree.iter("divisions")).text)
    if score.figures:
        for head in heads:
            _set_figures(head, list(_starting(head, score.reading.chords)), divisions)
        return
    struck = {head.onset_ticks for head in heads if not head.written.tie_from}
    for tick, text in numerals_of(score).items():
        under = next((one for one in heads if one.onset_ticks <= tick < one.end_ticks), None)
        if tick not in struck and under is not None:
            _set_words(under, tick, text, divisions)


def _starting(head: Head, chords: Sequence[ChordSpan]) -> Iterator[tuple[int, str]]:
    """(tick, figures) of the chords that begin over a head."""
    key = key_of_signature(head.bar.key.fifths, "major")
    for span in chords:
        if head.onset_ticks <= span.onset_ticks < head.end_ticks:
            bass = span.key.pitch(*span.chord.bass, 2)
            tones = [span.key.pitch(*member, 3) for member in span.chord.members]
            yield span.onset_ticks, figures_of(bass, tones, key)


def _set_figures(head: Head, figures: Sequence[tuple[int, str]], divisions: int) -> None:
    """Figures before a head; where several chords pass over it each lasts to the next."""
    if not any(text for _, text in figures):
        return
    rows = list(figures)
    if rows[0][0] > head.onset_ticks:
        rows.insert(0, (head.onset_ticks, ""))
    ends = [*(tick for tick, _ in rows[1:]), head.end_ticks]
    for (tick, text), end in zip(rows, ends, strict=True):
        element = etree.Element("figured-bass")
        for word in text.split("/") if text else [""]:
            _figure(etree.SubElement(element, "figure"), word)
        if len(rows) > 1:
            etree.SubElement(element, "duration").text = str((end - tick) * divisions // TICKS_PER_QUARTER)
        head.element.addprevious(element)


def _figure(figure: Any, word: str) -> None:
    """``#6`` as a prefix and a number, ``6+`` with a stroke, a sign alone as a prefix."""
    if word[:1] in _PREFIXES:
        etree.SubElement(figure, "prefix").text = _PREFIXES[word[0]]
    number = word.strip("#bn+")
    if number:
        etree.SubElement(figure, "figure-number").text = number
    if word.endswith("+"):
        etree.SubElement(figure, "suffix").text = "cross"


def _set_words(head: Head, tick: int, text: str, divisions: int) -> None:
    """Words below the staff inside a head."""
    direction = etree.Element("direction", placement="below")
    etree.SubElement(etree.SubElement(direction, "direction-type"), "words").text = text
    offset = (tick - head.onset_ticks) * divisions // TICKS_PER_QUARTER
    if offset:
        etree.SubElement(direction, "offset").text = str(offset)
    for name in ("voice", "staff"):
        found = head.element.findtext(name)
        if found:
            etree.SubElement(direction, name).text = found
    head.element.addprevious(direction)
