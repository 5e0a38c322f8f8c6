"""What stands under the bass of a page: Roman numerals, or figures."""

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


def set_figures(tree: Any, score: Score, bars: Sequence[Bar]) -> None:
    """Set a figured bass into the document of a page that asks for one."""
    voice = lowest_voice(score)
    if voice is None or score.reading is None or not score.figures:
        return
    divisions = int(next(tree.iter("divisions")).text)
    for row in heads_of(tree, score, voice, bars):
        head = Head(*row)
        _set_figures(head, list(_starting(head, score.reading.chords)), divisions)


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
