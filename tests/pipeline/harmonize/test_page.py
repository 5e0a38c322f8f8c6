"""The page: the tune comes back head for head under every style and ensemble, and every page is valid."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from pieces import SCHEMA
from written_tunes import drawn_tune, sung

from composer.cli.outputs import SUFFIXES, bytes_of
from composer.files import musicxml
from composer.files.as_written import as_written
from composer.files.door import open_score
from composer.pipeline.harmonize.asked import Asked, read_asked
from composer.pipeline.harmonize.harmonize import Answer, harmonize
from composer.pipeline.harmonize.page import page_of
from composer.pipeline.harmonize.task import Harmonized, Tune
from composer.pipeline.harmonize.tune import read_tune
from composer.score.chord import parse_chord
from composer.score.note import Note, Voice
from composer.score.pitch import parse_pitch
from composer.score.reading import ChordSpan, Phrase
from composer.score.score import Mark
from composer.score.text import parse_text

PAGES = [
    ("song", "lead-sheet", None), ("song", "lead-sheet", "lyric"), ("song", "piano", None),
    ("song", "piano", "figures"), ("folk-song", "voice-and-piano", "lyric"), ("chorale", "satb", None),
    ("chorale", "piano", "figures"), ("chorale", "string-quartet", "none"), ("chorale", "lead-sheet", None),
]  # fmt: skip


@pytest.fixture(scope="module")
def schema() -> Any:
    return etree.XMLSchema(etree.parse(str(SCHEMA), etree.XMLParser(no_network=True)))


def answers(path: Path, asked: Asked) -> tuple[Answer, ...]:
    wish = read_asked(asked)
    return harmonize(read_tune(path, 1, wish), wish)


@pytest.mark.parametrize(("style", "ensemble", "numerals"), PAGES)
@pytest.mark.parametrize("seed", range(3))
def test_the_tune_comes_back_untouched(
    style: str, ensemble: str, numerals: str | None, seed: int, schema: Any, tmp_path: Path
) -> None:
    score = drawn_tune(seed, 60, 79)
    path = tmp_path / "tune.musicxml"
    path.write_bytes(musicxml.to_bytes(score))
    answer = answers(path, Asked(style, ensemble, numerals=numerals))[0]
    data = bytes_of(answer.score, ".musicxml")
    schema.assertValid(etree.fromstring(data))
    page = tmp_path / "page.musicxml"
    page.write_bytes(data)
    back = as_written(open_score(page), 0)
    words = sung(back)
    if ensemble == "lead-sheet" and numerals == "lyric":
        assert {n.onset_ticks for n in back.voices[0].notes} == {n.onset_ticks for n in score.voices[0].notes}
        words = [(*row[:-1], row[-1] and _without_last_verse(row[-1])) for row in words]
    assert words == sung(score)
    assert back.pickup_ticks == score.pickup_ticks and back.end_ticks == score.end_ticks
    assert answer.score.title == "A tune" and back.title == "A tune"


def _without_last_verse(script: Any) -> Any:
    return replace(script, syllables=tuple(one for one in script.syllables if one.verse in ("1", "2")))


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_every_format_is_written(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / "tune.txt"
    path.write_text("M: C5 D5 E5 F5 | G5 E5 D5:2 | E5:1 D5 C5 B4 | C5:4")
    answer = answers(path, Asked("song", "piano"))[0]
    assert bytes_of(answer.score, suffix) == bytes_of(answers(path, Asked("song", "piano"))[0].score, suffix)


def page(tmp_path: Path, chords: str, asked: Asked, bass: str = "") -> Any:
    """The page of a tune over chords that are given, one a bar."""
    score = parse_text("M: E5:4 | D5 | C5 | B4 | C5")
    home = score.key
    spans = tuple(
        ChordSpan(1920 * n, 1920, parse_chord(numeral, False), home) for n, numeral in enumerate(chords.split())
    )
    phrases = (Phrase(0, score.end_ticks, "PAC"),)
    tune = Tune(score, score.voices[0], home, 0, phrases)
    voices = tuple(
        Voice(role, role, tuple(
            Note(1920 * n, 1920, (parse_pitch(name),)) for n, name in enumerate(names.split())
        ))
        for role, names in (("alto", "G4 G4 G4 G4 G4"), ("tenor", "C4 B3 C4 D4 E4"), ("bass", bass)) if bass
    )  # fmt: skip
    made, _ = page_of(tune, Harmonized(spans, voices, phrases, 0.0), read_asked(asked))
    return etree.fromstring(bytes_of(made, ".musicxml"))


def test_figures_stand_under_the_bass(tmp_path: Path) -> None:
    root = page(tmp_path, "I V6 V7/V V7 I", Asked("chorale", "satb", numerals="figures"), "C3 B2 D3 G2 C3")
    found = [
        ["".join(child.text or "" for child in figure) for figure in element] for element in root.iter("figured-bass")
    ]
    assert found == [["6"], ["7", "sharp"], ["7"]]
    assert not list(root.iter("lyric"))
    nexts = [element.getnext().findtext("pitch/step") for element in root.iter("figured-bass")]
    assert nexts == ["B", "D", "G"]


@pytest.mark.parametrize(("asked", "bass"), [
    (Asked("chorale", "satb"), "C3 B2 D3 G2 C3"), (Asked("song", "piano", numerals="lyric"), ""),
    (Asked("song", "lead-sheet", numerals="lyric"), ""),
])  # fmt: skip
def test_numerals_stand_under_the_lowest_voice(asked: Asked, bass: str, tmp_path: Path) -> None:
    root = page(tmp_path, "I V6 V7/V V7 I", asked, bass)
    assert [text.text for text in root.iter("text")] == ["I", "V6", "V7/V", "V7", "I"]


def test_numerals_over_a_held_bass_stand_under_its_heads(tmp_path: Path) -> None:
    score = parse_text("M: E5:2 F5 | E5:4")
    home = score.key
    names = (("I", 0, 960), ("IV6/4", 960, 1440), ("I", 2400, 1440))
    spans = tuple(ChordSpan(onset, length, parse_chord(name, False), home) for name, onset, length in names)
    voices = tuple(
        Voice(role, role, (Note(0, 3840, (parse_pitch(name),)),))
        for role, name in (("alto", "A4"), ("tenor", "C4"), ("bass", "C3"))
    )
    phrases = (Phrase(0, 3840, "PC"),)
    tune = Tune(score, score.voices[0], home, 0, phrases)
    made, _ = page_of(tune, Harmonized(spans, voices, phrases, 0.0), read_asked(Asked("chorale", "satb")))
    root = etree.fromstring(bytes_of(made, ".musicxml"))
    assert [text.text for text in root.iter("text")] == ["I IV6/4", "I"]
    assert [note.findtext("pitch/step") for note in root.iter("note") if note.find("lyric") is not None] == ["C", "C"]


def test_hands_stay_below_the_tune_and_within_reach(tmp_path: Path) -> None:
    path = tmp_path / "tune.txt"
    path.write_text("meter: 3/4\nM: G4 A4 B4 | C5:2 D5:1 | E5 D5 C5 | B4:3 | A4:1 B4 C5 | D5:2 E5:1 | D5 C5 B4 | C5:3")
    for ensemble in ("piano", "voice-and-piano"):
        made = answers(path, Asked("song", ensemble, best=2))[0].score
        tune, *hands = made.voices
        for hand in hands:
            for note in hand.sounding():
                assert note.top.midi - note.bottom.midi <= 12
        (left,) = [hand for hand in hands if hand.name == "left"]
        bass = [note for note in left.sounding() if made.meter.strength(note.onset_ticks) == 3]
        over = {n.onset_ticks: n.top.midi for n in tune.sounding()}
        assert all(note.bottom.midi < over[note.onset_ticks] for note in bass if note.onset_ticks in over)


def test_findings_of_the_tune_alone_are_set_apart(tmp_path: Path) -> None:
    path = tmp_path / "tune.txt"
    path.write_text("M: C5 F#5 C5 E5 | D5 B4 C5:2 | C5:1 F#5 C5 D5 | B4:2 C5")
    answer = answers(path, Asked("chorale"))[0]
    own = {finding.rule_id for finding in answer.given}
    assert "LIN-1" in own
    assert all(finding.voices in ((), ("soprano",)) for finding in answer.given)
    assert "LIN-1" not in {finding.rule_id for finding in answer.report.findings if finding.voices == ("soprano",)}


@pytest.mark.parametrize(("tune", "sign"), [("C5 D5 E5 F5 | E5:4", "G"), ("C3 D3 E3 F3 | E3:4", "F")])
def test_the_clef_of_a_lead_sheet_is_the_tunes(tune: str, sign: str, tmp_path: Path) -> None:
    (tmp_path / "tune.txt").write_text(f"M: {tune}")
    made = answers(tmp_path / "tune.txt", Asked("song", "lead-sheet"))[0].score
    assert etree.fromstring(bytes_of(made, ".musicxml")).findtext(".//clef/sign") == sign


def test_marks_beside_the_tune_come_back(tmp_path: Path) -> None:
    marks = (Mark(0, "letter", "A"), Mark(0, "dynamic", "p"), Mark(1920, "words", "dolce"), Mark(1920, "letter", "B"))
    path = tmp_path / "tune.musicxml"
    path.write_bytes(musicxml.to_bytes(replace(drawn_tune(4, 60, 79), pickup_ticks=0, marks=marks)))
    made = answers(path, Asked("song", "piano"))[0].score
    (tmp_path / "page.musicxml").write_bytes(bytes_of(made, ".musicxml"))
    assert set(as_written(open_score(tmp_path / "page.musicxml"), 0).marks) == set(marks)


def test_a_chord_over_a_rest_of_the_tune_lacks_no_voice_of_ours(tmp_path: Path) -> None:
    path = tmp_path / "tune.txt"
    path.write_text("meter: 3/4\nM: G4 A4 B4 | A4:3/2 r:1/2 A4:1 | B4 A4:3/2 r:1/2 | G4:3")
    answer = answers(path, Asked("chorale"))[0]
    silent = {n.onset_ticks for n in answer.score.voices[0].notes if not n.pitches}
    missing = [f for f in (*answer.report.findings, *answer.given) if f.rule_id == "VCN-1"]
    assert missing and all(f in answer.given for f in missing if silent & set(f.moments_ticks))
