"""The tune that is handed in: its line, key, lines of verse and range; what does not do is refused with a remedy."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from written_tunes import PARTS, drawn_tune, sung

from composer.analysis.tune_key import home_of
from composer.analysis.tune_phrases import tune_phrases
from composer.errors import RequestError
from composer.files import musicxml
from composer.files.as_written import as_written
from composer.files.door import open_score
from composer.pipeline.harmonize.asked import Asked, read_asked
from composer.pipeline.harmonize.transpose import Interval, fitting, interval_of, moved
from composer.pipeline.harmonize.tune import read_tune
from composer.score.chord import parse_chord
from composer.score.key import Key
from composer.score.note import Note, Script, Syllable, Voice
from composer.score.pitch import pitch_at
from composer.score.reading import ChordSpan, Reading
from composer.score.score import BarSign, Score
from composer.score.text import parse_text
from composer.training.corpus import corpus_folder

SONG = Asked(style="song", ensemble="lead-sheet")
CHORALES = ("bwv104.6", "bwv112.5", "bwv123.6", "bwv127.5", "bwv14.5", "bwv140.7", "bwv146.8", "bwv153.9", "bwv154.8",
            "bwv155.5", "bwv156.6", "bwv157.5", "bwv158.4", "bwv10.7", "bwv120.6", "bwv145-a")  # fmt: skip


def soprano(name: str) -> tuple[Score, int]:
    """The soprano of a chorale alone, and the pitch class on which its bass ends."""
    score = open_score(corpus_folder() / "bach" / f"{name}.mxl").score
    bass = score.voice("bass")
    assert bass is not None
    line = score.voice("soprano")
    assert line is not None
    return replace(score, voices=(line,), reading=None, parts=()), bass.sounding()[-1].bottom.midi % 12


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "tune.txt"
    path.write_text(text)
    return path


@pytest.mark.parametrize(("text", "key"), [
    ("M: C4 D4 E4 F4 | G4 E4 F4 D4 | C4:4", "C major"), ("M: A4 B4 C5 D5 | E5 G#4 B4 G#4 | A4:4", "A minor"),
    ("M: G4 A4 B4 C5 | D5 B4 F#4 A4 | G4:4", "G major"), ("M: D4 E4 F4 G4 | A4 D5 C#5 E4 | D4:4", "D minor"),
    ("M: Bb4 C5 D5 Eb5 | F5 D5 A4 C5 | Bb4:4", "Bb major"),
    ("pickup: 1\nM: A4 | D5 C#5 D5 E5 | F#5 D5 E5 C#5 | D5:3", "D major"),
    ("key: A minor\nM: C4 E4 G4 C5 | C4:4", "A minor"),
])  # fmt: skip
def test_the_home_key(text: str, key: str, tmp_path: Path) -> None:
    assert read_tune(written(tmp_path, text), 1, read_asked(SONG)).tune.key.name == key


def test_a_key_that_is_asked_for_wins(tmp_path: Path) -> None:
    path = written(tmp_path, "M: C4 D4 E4 F4 | G4 E4 F4 D4 | C4:4")
    tune = read_tune(path, 1, read_asked(replace(SONG, key="a"))).tune
    assert tune.key.name == "A minor" and tune.signature == 0
    tune = read_tune(path, 1, read_asked(replace(SONG, key="F"))).tune
    assert tune.key.name == "F major" and tune.signature == -1 and tune.score.key_signatures == ((0, -1),)


def test_keys_and_lines_of_chorales() -> None:
    """Most tonics are those on which the bass ends, and most lines end where fermatas did that were taken away."""
    right = hits = said = meant = 0
    for name in CHORALES:
        score, tonic = soprano(name)
        key = home_of(score, score.key_signatures[0][1])
        right += key.tonic_pc == tonic
        held = {phrase.end_ticks for phrase in tune_phrases(score, key)}
        bare = tuple(replace(note, fermata=False) for note in score.voices[0].notes)
        found = {p.end_ticks for p in tune_phrases(score.with_voices((replace(score.voices[0], notes=bare),)), key)}
        last = max(held)
        hits, said, meant = hits + len(held & found - {last}), said + len(found) - 1, meant + len(held) - 1
    assert right >= 0.8 * len(CHORALES)
    assert hits >= 0.65 * said and hits >= 0.65 * meant


@pytest.mark.parametrize("name", CHORALES[:6])
@pytest.mark.parametrize("semitones", [-3, 2, 5])
def test_a_moved_tune_has_the_same_lines_and_the_moved_key(name: str, semitones: int) -> None:
    score, _ = soprano(name)
    sharps = score.key_signatures[0][1]
    other = moved(score, interval_of(score, semitones))
    here, there = home_of(score, sharps), home_of(other, other.key_signatures[0][1])
    assert (there.tonic_pc - here.tonic_pc) % 12 == semitones % 12 and there.mode == here.mode
    assert tune_phrases(score, here) == tune_phrases(other, there)


@pytest.mark.parametrize("seed", range(8))
def test_lines_cover_a_tune_in_order(seed: int) -> None:
    score = drawn_tune(seed)
    lines = tune_phrases(score, score.key)
    assert lines[0].onset_ticks == 0
    assert all(a.end_ticks == b.onset_ticks for a, b in pairwise(lines))
    assert lines[-1].end_ticks == score.voices[0].sounding()[-1].end_ticks
    ends = {note.end_ticks for note in score.voices[0].sounding()}
    assert all(line.end_ticks in ends and line.cadence == "open" for line in lines)


def test_an_upbeat_belongs_to_the_line_it_begins() -> None:
    bar = "G4 A4 B4 {} | C5 B4 A4:1 D4 |"
    text = "pickup: 1\nM: D4 | " + " ".join(bar.format(last) for last in ("G4", "C5", "D5"))
    text += " G4 A4 B4 C5 | G4:3"
    score = parse_text(text)
    fermatas = tuple(
        replace(note, fermata=note.end_ticks in (8 * 480, 16 * 480)) for note in score.voices[0].notes
    )
    held = score.with_voices((replace(score.voices[0], notes=fermatas),))
    assert [line.end_ticks for line in tune_phrases(held, score.key)] == [8 * 480, 16 * 480, score.end_ticks]


def test_repeats_and_double_bars_end_lines() -> None:
    score = parse_text("M: " + " | ".join(["C4 E4 G4 E4"] * 8))
    plain = {line.end_ticks for line in tune_phrases(score, score.key)}
    for bar in (3, 5):
        signed = replace(score, bar_signs=(BarSign(bar * 1920, "repeat-backward"),))
        assert bar * 1920 in {line.end_ticks for line in tune_phrases(signed, score.key)}
    assert not {3 * 1920, 5 * 1920} <= plain


def test_long_tunes_take_no_longer_than_their_length_asks() -> None:
    score = parse_text("M: " + " | ".join(["C4:1/2 D4 E4 F4 G4 F4 E4 D4"] * 600))
    assert 100 <= len(tune_phrases(score, score.key)) <= 400


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("semitones", [-7, -2, 1, 6, 14])
def test_moving_there_and_back_changes_nothing(seed: int, semitones: int) -> None:
    score = replace(drawn_tune(seed), key_signatures=((0, seed % 9 - 4), (1920, seed % 5)))
    by = interval_of(score, semitones)
    there = moved(score, by)
    assert all(abs(sharps) <= 7 for _, sharps in there.key_signatures)
    for before, after in zip(score.voices[0].notes, there.voices[0].notes, strict=True):
        assert [p.midi + semitones for p in before.pitches] == [p.midi for p in after.pitches]
    back = moved(there, Interval(-by.letters, -by.semitones))
    assert back.voices == score.voices


@pytest.mark.parametrize(("low", "high"), [(48, 60), (60, 84), (70, 90), (20, 108)])
@pytest.mark.parametrize("seed", range(6))
def test_the_least_move_that_fits(seed: int, low: int, high: int) -> None:
    score = replace(drawn_tune(seed), key_signatures=((0, 0),))
    midis = [pitch.midi for note in score.voices[0].notes for pitch in note.pitches]
    ways = [n for n in range(-60, 61) if low <= min(midis) + n and max(midis) + n <= high]
    found = fitting(score, low, high)
    if not ways:
        assert found is None
        return
    assert found in ways
    assert found is not None
    signs = abs(interval_of(score, found).fifths)
    assert signs <= 4 or all(abs(interval_of(score, way).fifths) > 4 for way in ways)
    assert not [way for way in ways if abs(way) < abs(found) and abs(interval_of(score, way).fifths) <= 4]


@pytest.mark.parametrize("ensemble", ["satb", "piano", "lead-sheet", "voice-and-piano", "string-quartet"])
def test_auto_brings_every_tune_into_range(ensemble: str, tmp_path: Path) -> None:
    path = written(tmp_path, "M: C1 D1 E1 F1 | G1:4 | C1:4")
    with pytest.raises(RequestError, match=r"write --transpose .* or --transpose auto") as told:
        read_tune(path, 1, read_asked(Asked(ensemble=ensemble)))
    wish = read_asked(Asked(ensemble=ensemble, transpose="auto"))
    read = read_tune(path, 1, wish)
    low, high = wish.tune_range
    assert all(low <= note.top.midi <= high for note in read.tune.voice.sounding())
    assert f"--transpose {read.semitones} " in str(told.value)
    asked = read_tune(path, 1, read_asked(Asked(ensemble=ensemble, transpose=str(read.semitones))))
    assert asked.tune == read.tune


@pytest.mark.parametrize("seed", range(6))
def test_the_tune_is_read_as_it_was_written(seed: int, tmp_path: Path) -> None:
    score = drawn_tune(seed)
    path = tmp_path / "tune.musicxml"
    path.write_bytes(musicxml.to_bytes(score))
    tune = read_tune(path, 1, read_asked(SONG)).tune
    assert sung(tune.score) == sung(score) and tune.voice == tune.score.voices[0]
    assert tune.score.pickup_ticks == score.pickup_ticks and tune.score.title == "A tune"


def test_kept_chords_sound_as_they_were_written(tmp_path: Path) -> None:
    home = Key(5, 0, "minor")
    spans = tuple(
        ChordSpan(1920 * n, 1920, parse_chord(numeral, True), home)
        for n, numeral in enumerate(("i", "iv6", "V7/VI", "VI", "V4/2", "i"))
    )
    notes = tuple(Note(1920 * n, 1920, (pitch_at(33 + n % 3, 69 + (0, 2, 3)[n % 3]),)) for n in range(6))
    voice = Voice("melody", "melody", notes)
    score = Score("t", parse_text("M: C4").meter, home, (voice,), PARTS, Reading(home, spans), chord_symbols=True)
    path = tmp_path / "tune.musicxml"
    path.write_bytes(musicxml.to_bytes(score))
    asked = replace(SONG, keep_chords=True, key="a")
    given = read_tune(path, 1, read_asked(asked)).tune.given
    assert [(g.onset_ticks, g.end_ticks) for g in given] == [(s.onset_ticks, s.end_ticks) for s in spans]
    assert [g.chord.numeral for g in given] == ["i", "iv6", "V7/VI", "VI", "V4/2", "i"]
    up = read_tune(path, 1, read_asked(replace(asked, key=None, transpose="3"))).tune.given
    for before, after in zip(given, up, strict=True):
        moved_up = {(pc + 3) % 12 for pc in before.chord.pitch_classes(before.key)}
        assert moved_up == set(after.chord.pitch_classes(after.key))


def test_lines_that_the_text_says_are_the_lines(tmp_path: Path) -> None:
    path = written(tmp_path, "phrases: HC@1 PAC@3\nM: C5 D5 E5 D5 | E5 F5 G5 F5 | E5:2 D5:1 C5")
    lines = read_tune(path, 1, read_asked(SONG)).tune.phrases
    assert [(line.onset_ticks, line.end_ticks) for line in lines] == [(0, 1920), (1920, 5760)]
    assert {line.cadence for line in lines} == {"open"}


def test_a_repeat_after_an_upbeat_ends_no_line() -> None:
    score = parse_text("pickup: 1\nM: D4 | G4 A4 B4 G4 | A4 B4 C5 A4 | B4 C5 D5 B4 | G4:3")
    for tick in (480, 480 + 1920 * 2):
        signed = replace(score, bar_signs=(BarSign(tick, "repeat-forward"),))
        assert (tick in {line.end_ticks for line in tune_phrases(signed, score.key)}) == (tick > 480)


@pytest.mark.parametrize("length", [8, 12])
def test_words_say_where_lines_end(length: int) -> None:
    """The same even notes are divided as their words are."""
    score = parse_text("M: " + " | ".join(["G4 A4 B4 A4"] * 6))
    sung_notes = []
    for place, note in enumerate(score.voices[0].notes):
        left = length - 1 - place % length
        text, part = ("go,", "end") if not left else ("o", "begin" if left == 1 else "single")
        sung_notes.append(replace(note, script=Script((Syllable("1", text, part),))))
    line = replace(score.voices[0], notes=tuple(sung_notes))
    found = {one.end_ticks // 480 for one in tune_phrases(score.with_voices((line,)), score.key)}
    assert found == set(range(length, 25, length))


@pytest.mark.parametrize("name", CHORALES[:6])
def test_words_help_to_find_the_lines_of_chorales(name: str) -> None:
    opened = open_score(corpus_folder() / "bach" / f"{name}.mxl")
    place = [voice.role for voice in opened.score.voices].index("soprano")
    score = as_written(opened, place)
    notes = score.voices[0].notes
    bare = tuple(replace(note, fermata=False) for note in notes)
    bare_score = score.with_voices((replace(score.voices[0], notes=bare),))
    ends = {line.end_ticks for line in tune_phrases(bare_score, score.key)}
    inside = {
        note.end_ticks for note, after in pairwise(notes)
        if note.script and after.script and after.script.syllables
        and [one.place for one in note.script.syllables[:1]] in (["begin"], ["middle"])
    }
    assert len(ends & inside) <= 0.1 * len(ends)
