"""Windows say what the score says."""

import numpy as np
import pytest

from composer.score.reading import Reading
from composer.score.text import parse_text
from composer.score.windows import ABSENT, CADENCES, REST, Window, line, slices

TEXT = """
chords: I V7 | I
phrases: PAC@2
S: E5:1 D5 D5:2 | C5:3 r:1
B: C3:2 G2 | C3:4
"""


def both(text: str) -> tuple[Window, Window]:
    score = parse_text(text)
    reading = score.reading or Reading(score.key)
    return slices(score, reading), line(score, reading, score.tune.role)


def test_moments_notes_and_chords() -> None:
    window, _ = both(TEXT)
    assert window.roles == ("soprano", "bass")
    assert window.onset_ticks.tolist() == [0, 480, 960, 1920, 3360]
    assert window.pitch_midi[:, 0].tolist() == [76, 74, 74, 72, REST]
    assert window.pitch_midi[:, 1].tolist() == [48, 48, 43, 48, 48]
    assert window.attack[:, 1].tolist() == [True, False, True, True, False]
    assert window.strength.tolist() == [3, 1, 2, 3, 1]
    assert window.member_pc[2].tolist() == [7, 11, 2, 5]
    assert window.member_pc[0].tolist() == [0, 4, 7, ABSENT]
    assert window.leading_pc.tolist() == [ABSENT, ABSENT, 11, ABSENT, ABSENT]
    assert window.chord_id.tolist() == [0, 0, 1, 2, 2]
    assert [CADENCES[code] for code in window.cadence] == ["", "", "", "PAC", "PAC"]
    assert window.last.tolist() == [False, False, False, False, True]


def test_members_and_degrees() -> None:
    window, _ = both(TEXT)
    assert window.member[:, 0].tolist() == [1, ABSENT, 2, 0, ABSENT]
    assert window.degree[:, 0].tolist() == [4, 2, 2, 0, ABSENT]
    assert window.degree[:, 1].tolist() == [0, 0, 7, 0, 0]


def test_a_line_leaves_rests_out_and_joins_ties() -> None:
    _, tune = both("S: C5_ C5 r D5 | E5:4")
    assert tune.pitch_midi[:, 0].tolist() == [72, 74, 76]
    assert tune.length_ticks[:, 0].tolist() == [960, 480, 1920]
    with pytest.raises(KeyError):
        line(parse_text("S: C5"), Reading(parse_text("S: C5").key), "alto")


def test_sliding_and_taking() -> None:
    window, _ = both(TEXT)
    pairs = window.sliding(2)
    assert pairs.pitch_midi.shape == (4, 2, 2)
    assert pairs.member_pc.shape == (4, 2, 4)
    assert np.array_equal(pairs.pitch_midi[1], window.pitch_midi[1:3])
    assert window.sliding(9).pitch_midi.shape[0] == 0
    bass = pairs.take((1,))
    assert bass.roles == ("bass",)
    assert np.array_equal(bass.pitch_midi[..., 0], pairs.pitch_midi[..., 1])
    swapped = pairs.take((1, 0))
    assert np.array_equal(swapped.pitch_midi, pairs.pitch_midi[..., ::-1])


def test_fifths_name_intervals_without_octaves() -> None:
    window, _ = both("S: G4 G5 D5 F5 ; B: C3 C3 G3 B3")
    gaps = window.fifths[:, 0] - window.fifths[:, 1]
    assert gaps.tolist() == [1, 1, 1, -6]


def test_moves_do_not_count_rests() -> None:
    window, _ = both("S: C5 r C5 D5 ; B: C3 C3 D3 D3")
    assert window.move.tolist() == [[0, 0], [0, 2], [2, 0]]


def test_figuration_is_its_bass() -> None:
    window, _ = both("chords: I V ; M: C5:2 B4 ; L: C3:1/2 G3 E3 G3 G2 D3 B2 D3")
    assert window.roles == ("melody", "left")
    assert window.pitch_midi[:, 1].tolist() == [48, 43]


def test_a_pickup_shifts_the_beats() -> None:
    window, _ = both("pickup: 1 ; S: G4 | C5:4")
    assert window.strength.tolist() == [1, 3]
