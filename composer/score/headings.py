"""The headings of the text form that lay a reading over a score: ``form``, ``chords`` and ``phrases``.

- ``chords: I V6 | [G major] V7:2 I``: bars divided by ``|``; chords without a length share what is left of
  their bar evenly, ``V7:2`` lasts two quarters and may run on over the bar line; ``-`` is no chord; ``[G
  major]`` changes the key.
- ``phrases: HC@4 PAC@8``: a cadence at the end of bar 4; the phrase begins where the one before ended, or,
  in ``HC@1/2-4``, after half a bar. Under a pickup every phrase ends that much before the bar line, where the
  upbeat of the next begins.
- ``form: A A' B`` divides the piece evenly; ``A:8 B:4`` counts bars; ``A@1:8`` begins one quarter after the
  start; ``A:8(period)`` and ``B:8(sentence, G major)`` name a theme and a key. The first section begins with the
  first full bar, after the pickup.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from composer.score.chord import parse_chord
from composer.score.key import Key, parse_key
from composer.score.reading import ChordSpan, Phrase, Section
from composer.score.time import Meter, quarters, ticks
from composer.score.windows import CADENCES

_CHORD = re.compile(r"\[[^\]]*\]|[^\s\[]+")
_SECTION = re.compile(
    r"(?P<label>[A-Za-z]\w*'*)(?:@(?P<start>[\d/]+))?(?::(?P<bars>[\d/]+))?(?:\((?P<theme>[^),]*)(?:,(?P<key>[^)]*))?\))?"
)
_KINDS = "|".join(filter(None, CADENCES))
_PHRASE = re.compile(rf"^(?P<cadence>{_KINDS})@(?:(?P<start>-?[\d/]+)-)?(?P<end>[\d/]+)$")


@dataclass(frozen=True)
class Frame:
    """The bar lines of a score."""

    meter: Meter
    pickup_ticks: int
    end_ticks: int

    def is_bar_line(self, onset_ticks: int) -> bool:
        """Whether a bar begins at a tick."""
        return (onset_ticks - self.pickup_ticks) % self.meter.bar_ticks == 0

    def next_bar_line(self, onset_ticks: int) -> int:
        """The first bar line after a tick."""
        past = (onset_ticks - self.pickup_ticks) % self.meter.bar_ticks
        return onset_ticks + self.meter.bar_ticks - past

    @property
    def form_end(self) -> int:
        """Where the last section ends: with a pickup the last bar counts as whole, though it is shorter."""
        if not self.pickup_ticks or self.is_bar_line(self.end_ticks):
            return self.end_ticks
        return self.next_bar_line(self.end_ticks)

    def bars(self, onset_ticks: int) -> Fraction:
        """Bars of phrases before a tick: each phrase has its own upbeat, so that all end a pickup before a bar line."""
        return Fraction(onset_ticks, self.meter.bar_ticks)

    def ticks(self, bars: Fraction) -> int:
        """The tick after a number of bars of phrases."""
        return round(bars * self.meter.bar_ticks)


def _number(text: str) -> Fraction:
    try:
        return Fraction(text)
    except (ValueError, ZeroDivisionError):
        raise ValueError(f"'{text}' is no number; write 4 or 3/2") from None


def _read_key(text: str) -> Key:
    wish = parse_key(text.strip())
    return Key(wish.step, wish.alter, wish.mode or "major")


def read_chords(text: str, key: Key, frame: Frame) -> tuple[ChordSpan, ...]:
    """The chords of a heading.

    Raises:
        ValueError: a word is no numeral, or a bar holds more than its chords' lengths allow.
    """
    spans: list[ChordSpan] = []
    now = 0
    bar_end = frame.pickup_ticks or frame.meter.bar_ticks
    for group in text.split("|"):
        words = [(word, *_length(word)) for word in _CHORD.findall(group)]
        counted = [length for word, _, length in words if word[0] != "["]
        fixed = sum(length for length in counted if length)
        free = counted.count(0)
        if free and bar_end - now - fixed <= 0:
            raise ValueError(f"'{group.strip()}' is more than a bar; give shorter lengths, as in V7:1")
        for word, name, length in words:
            if word[0] == "[":
                key = _read_key(word[1:-1])
                continue
            length = length or (bar_end - now - fixed) // free
            if name != "-":
                spans.append(ChordSpan(now, length, parse_chord(name, key.is_minor), key))
            fixed, free = (fixed, free - 1) if length and ":" not in word else (fixed - length, free)
            now += length
        bar_end += frame.meter.bar_ticks
    return tuple(spans)


def _length(word: str) -> tuple[str, int]:
    name, _, length = word.partition(":")
    return (name, ticks(_number(length))) if length and word[0] != "[" else (name, 0)


def chords_text(chords: Sequence[ChordSpan], key: Key, frame: Frame) -> str:
    """The heading's value for a reading's chords; empty for none."""
    groups: list[str] = []
    pieces = list(_with_gaps(chords))
    now, bar_end, place = 0, frame.pickup_ticks or frame.meter.bar_ticks, 0
    while place < len(pieces):
        inside = []
        while place < len(pieces) and pieces[place][0] < bar_end:
            inside.append(pieces[place])
            place += 1
        lengths = [length for _, length, _ in inside]
        even = len(set(lengths)) == 1 and sum(lengths) == bar_end - now
        words = []
        for onset, length, span in inside:
            if span is not None and span.key != key:
                key = span.key
                words.append(f"[{key.name}]")
            numeral = span.chord.numeral if span else "-"
            words.append(numeral if even else f"{numeral}:{quarters(length)}")
            now = onset + length
        groups.append(" ".join(words))
        bar_end += frame.meter.bar_ticks
    return " | ".join(groups)


def _with_gaps(chords: Sequence[ChordSpan]) -> Iterator[tuple[int, int, ChordSpan | None]]:
    now = 0
    for span in chords:
        if span.onset_ticks > now:
            yield now, span.onset_ticks - now, None
        yield span.onset_ticks, span.length_ticks, span
        now = span.end_ticks


def read_phrases(text: str, _key: Key, frame: Frame) -> tuple[Phrase, ...]:
    """The phrases of a heading.

    Raises:
        ValueError: a word is no cadence at a bar.
    """
    phrases: list[Phrase] = []
    for word in text.split():
        found = _PHRASE.match(word)
        if not found:
            raise ValueError(
                f"'{word}' is no phrase; write a cadence and its bar, as in HC@4, PAC@8 or open@2"
            )
        before = phrases[-1].end_ticks if phrases else 0
        start = frame.ticks(_number(found["start"])) if found["start"] else before
        phrases.append(Phrase(start, frame.ticks(_number(found["end"])), found["cadence"]))
    return tuple(phrases)


def phrases_text(phrases: Sequence[Phrase], frame: Frame) -> str:
    """The heading's value for a reading's phrases; empty for none."""
    words, before = [], 0
    for phrase in phrases:
        start = "" if phrase.onset_ticks == before else f"{frame.bars(phrase.onset_ticks)}-"
        words.append(f"{phrase.cadence}@{start}{frame.bars(phrase.end_ticks)}")
        before = phrase.end_ticks
    return " ".join(words)


def read_form(text: str, _key: Key, frame: Frame) -> tuple[Section, ...]:
    """The sections of a heading.

    Raises:
        ValueError: a word is no section.
    """
    found = list(_SECTION.finditer(text))
    if _SECTION.sub("", text).strip():
        raise ValueError(
            f"'{_SECTION.sub('', text).strip()}' is no section; write A A' B, or A:8 B:4 in bars"
        )
    sections: list[Section] = []
    now = frame.pickup_ticks
    for number, match in enumerate(found):
        if match["start"]:
            now = ticks(_number(match["start"]))
        if match["bars"]:
            end = now + round(_number(match["bars"]) * frame.meter.bar_ticks)
        else:
            end = now + (frame.form_end - now) // (len(found) - number)
        key = _read_key(match["key"]) if match["key"] else None
        sections.append(Section(match["label"], now, end, (match["theme"] or "").strip(), key))
        now = end
    return tuple(sections)


def form_text(sections: Sequence[Section], frame: Frame) -> str:
    """The heading's value for a reading's sections; empty for none."""
    plain = " ".join(section.label + _more(section) for section in sections)
    if plain and read_form(plain, Key(0, 0, "major"), frame) == tuple(sections):
        return plain
    words, before = [], frame.pickup_ticks
    for section in sections:
        start = "" if section.onset_ticks == before else f"@{quarters(section.onset_ticks)}"
        length = Fraction(section.end_ticks - section.onset_ticks, frame.meter.bar_ticks)
        words.append(f"{section.label}{start}:{length}{_more(section)}")
        before = section.end_ticks
    return " ".join(words)


def _more(section: Section) -> str:
    if section.key is not None:
        return f"({section.theme}, {section.key.name})"
    return f"({section.theme})" if section.theme else ""


def tempo_text(bpm: float, words: str) -> str:
    """``72 Andante``; empty when nothing is said."""
    number = repr(int(bpm)) if bpm == int(bpm) else repr(bpm)
    return f"{number} {words}".strip() if bpm or words else ""
