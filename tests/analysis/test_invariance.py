"""Transposed, or with its staves in another order, music is read and judged alike."""

from __future__ import annotations

import itertools
import random
from collections import Counter
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from composer.analysis.read import read_score
from composer.files.door import open_score
from composer.files.incoming import unpacked
from composer.score.key import Key
from composer.score.pitch import LETTER_FIFTHS, LETTER_SEMITONES
from composer.score.reading import Reading
from composer.score.score import Score
from composer.score.text import parse_text
from composer.study.marking import Desk, desk, mark_file
from composer.theory.check import check
from composer.training.corpus import corpus_folder

CHORALES = ("bwv269", "bwv66.6", "bwv153.1")
HYMN = """
key: D minor
meter: 3/4
pickup: 1
S: A4 | D5:2 E5:1 | F5:1/2 E5 D5:1 C#5 | D5:2@ F5:1 | E5 D5 C5 | Bb4 A4 G4 | A4:2@
A: F4 | F4:2 A4:1 | A4 A4 G4 | F4:2 A4:1 | G4 G4 A4 | G4 E4 D4 | E4:2
T: D4 | D4:2 C#4:1 | D4 F4 E4 | D4:2 D4:1 | E4 B3 E4 | D4 C4 Bb3 | C#4:2
B: D3 | Bb3:2 A3:1 | D3 F3 A3 | D3:2 D3:1 | C3 G3 A3 | G3 C3 G2 | A2:2
"""
FAULTY = """
key: F
S: C5:1 D5 E5 F5 | G5 F5 E5 F5:1 | A5:2 G5 | F5:4
A: A4:1 Bb4 Bb4 A4 | Bb4 C5 G4 A4 | C5:2 Bb4 | A4:4
T: F4:1 F4 G4 C4 | D4 F4 C4 C4 | F4:2 E4 | C4:4
B: F3:1 Bb3 C4 F3 | G3 A3 C4 F3 | D3:2 C3 | F2:4
"""
TEXTS = (HYMN, FAULTY)
ABSOLUTE = frozenset({"RNG-1", "RNG-2", "BAS-2"})  # what a voice can sing, and how low chords lie, is no interval
INTERVALS = ((1, 2), (1, 1), (-1, -2), (2, 3), (2, 4), (-2, -4), (-2, -3), (3, 5), (-3, -5), (7, 12))
MOST_SIGNS = 5
Verdict = tuple[str, int, float, tuple[str, ...]]  # rule, bar, beat, voices


@cache
def on() -> Desk:
    return desk()


@cache
def work(number: int) -> Score:
    """The chorales, then the texts."""
    if number < len(CHORALES):
        return open_score(corpus_folder() / "bach" / f"{CHORALES[number]}.mxl").score
    return parse_text(TEXTS[number - len(CHORALES)])


def judged(score: Score) -> tuple[Counter[Verdict], Reading]:
    reading = read_score(score, on().weights, on().numerals)
    report = check(score, reading, on().rulebook, on().profile)
    found = (*report.findings, *report.labels)
    return Counter((one.rule_id, one.bar, round(one.beat, 6), one.voices) for one in found), reading


def numerals(reading: Reading) -> list[str]:
    return [span.chord.numeral for span in reading.chords]


def transposed(score: Score, letters: int, semitones: int) -> Score:
    """The score a spelled interval higher, key and signatures with it."""
    octaves, step = divmod(letters, 7)
    fifths = LETTER_FIFTHS[step] + 7 * (semitones - LETTER_SEMITONES[step] - 12 * octaves)
    tonic = LETTER_FIFTHS[score.key.step] + 7 * score.key.alter + fifths
    key_step = 4 * tonic % 7
    key = Key(key_step, (tonic - LETTER_FIFTHS[key_step]) // 7, score.key.mode)
    signs = tuple((onset, sharps + fifths) for onset, sharps in score.key_signatures)
    return replace(score.moved(letters, semitones), key=key, key_signatures=signs)


works = st.integers(0, len(CHORALES) + len(TEXTS) - 1)


@given(works, st.sampled_from(INTERVALS))
@settings(max_examples=10, deadline=None)
def test_an_interval_higher_or_lower_all_verdicts_are_the_same(number: int, interval: tuple[int, int]) -> None:
    score = transposed(work(number), *interval)
    if abs(score.key.fifths) > MOST_SIGNS:
        return
    (before, reading), (after, moved) = judged(work(number)), judged(score)
    assert {one for one in (before - after) + (after - before) if one[0] not in ABSOLUTE} == set()
    assert numerals(reading) == numerals(moved)
    steps = (moved.key.tonic_pc - reading.key.tonic_pc - interval[1]) % 12
    assert (moved.key.mode, steps) == (reading.key.mode, 0)


@pytest.mark.parametrize("name", CHORALES)
def test_the_order_of_the_staves_is_no_matter(name: str, tmp_path: Path) -> None:
    path = corpus_folder() / "bach" / f"{name}.mxl"
    _, document = unpacked(path.read_bytes(), path)
    wanted = verdicts(path)
    orders = [order for order in itertools.permutations(range(4)) if order != (0, 1, 2, 3)]
    for order in random.Random(name).sample(orders, 2):
        shuffled = tmp_path / f"{''.join(map(str, order))}.musicxml"
        shuffled.write_bytes(reordered(document, order))
        assert verdicts(shuffled) == wanted


def verdicts(path: Path) -> tuple[Counter[Verdict], str, list[str]]:
    found = mark_file(path, on())
    rows = Counter((one.rule_id, one.bar, one.beat, one.voices) for one in found.report.findings)
    return rows, found.reading.key.name, numerals(found.reading)


def reordered(document: bytes, order: tuple[int, ...]) -> bytes:
    """The same score with its parts in another order."""
    root = etree.fromstring(document)
    for parent, tag in ((root.find("part-list"), "score-part"), (root, "part")):
        assert parent is not None
        parts = parent.findall(tag)
        for part in parts:
            parent.remove(part)
        for place in order:
            parent.append(parts[place])
    for group in root.findall("part-list/part-group"):
        group.getparent().remove(group)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8"))
