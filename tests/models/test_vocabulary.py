import numpy as np
import pytest

from composer.models.vocabulary import HIGH, LOW, mode_index, symbols_of, tonic_midi


@pytest.mark.parametrize("tonic_pc", range(12))
def test_the_tonic_puts_the_mean_within_its_octave(tonic_pc: int) -> None:
    for mean in np.arange(50.0, 85.0, 0.25):
        tonic = tonic_midi(tonic_pc, mean)
        assert tonic % 12 == tonic_pc
        assert -3.0 <= mean - tonic < 9.0


def test_transposing_a_tune_keeps_its_symbols() -> None:
    pitch = np.array([60, 64, 67, 72, 71])
    for shift in range(-12, 13):
        moved = pitch + shift
        tonic = tonic_midi((60 + shift) % 12, float(moved.mean()))
        assert symbols_of(moved, tonic).tolist() == [0, 4, 7, 12, 11]


def test_far_notes_are_folded_by_octaves() -> None:
    folded = symbols_of(np.arange(20, 120), 60)
    assert folded.min() >= LOW and folded.max() <= HIGH
    assert ((folded - np.arange(20, 120)) % 12 == 0).all()


def test_modes_by_name_or_number() -> None:
    assert [mode_index(mode) for mode in ("major", "minor", "dorian", "mixolydian", 0, True)] == [
        0,
        1,
        1,
        0,
        0,
        1,
    ]
