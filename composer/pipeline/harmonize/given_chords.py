"""Chord symbols of a file as chords that are given, named in the home key."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from composer.analysis.states import inverted
from composer.errors import RequestError
from composer.files.page_signs import named_chord
from composer.score.chord import Chord, parse_chord
from composer.score.key import Key
from composer.score.reading import ChordSpan
from composer.score.score import Score
from composer.theory.tables import Row


def given_chords(score: Score, home: Key, numerals: Sequence[Row]) -> tuple[ChordSpan, ...]:
    """The chords that the symbols of a score say, each to the next.

    Raises:
        RequestError: there are none.
    """
    spans = score.reading.chords if score.reading else ()
    if not spans:
        raise RequestError("--keep-chords: the file has no chord symbols that are known; leave it out")
    known = _known(home, numerals)
    found = []
    for span in spans:
        root, bass = (_above(span, member, home) for member in (span.chord.root, span.chord.bass))
        chord = named_chord(root, span.chord.quality, bass, home)
        same = known.get((chord.members, chord.inversion))
        found.append(replace(span, chord=same or chord, key=home))
    return tuple(found)


def _above(span: ChordSpan, member: tuple[int, int], home: Key) -> tuple[int, int]:
    """(letters, semitones) above the home tonic of a member of a chord."""
    letters, semitones = member
    return (span.key.step + letters - home.step) % 7, (span.key.tonic_pc + semitones - home.tonic_pc) % 12


def _known(home: Key, numerals: Sequence[Row]) -> dict[tuple[tuple[tuple[int, int], ...], int], Chord]:
    """The chords of the tables by their members and inversion, the key's own before applied ones."""
    known: dict[tuple[tuple[tuple[int, int], ...], int], Chord] = {}
    for row in numerals:
        for numeral in row["numerals"] if row["mode"] == home.third else ():
            for chord in inverted(str(numeral), parse_chord(str(numeral), home.is_minor)):
                known.setdefault((chord.members, chord.inversion), chord)
    return known
