from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from composer.score.time import Meter
from composer.training.corpus import oneills_tunes, read_abc
from composer.training.data import Corpus
from composer.training.encode import bar_grid, encode_tune, faults, main_meter, tonic_of

BAR = 1920


def test_an_upbeat_is_bar_nothing_and_cut_bars_are_joined() -> None:
    lengths = [480, BAR, BAR, 1440, 480, BAR, 1440]
    bars = np.array([(0, length) for length in lengths])
    places, numbers = bar_grid(bars, BAR)
    assert places.tolist() == [1440, 0, 0, 0, 1440, 0, 0]
    assert numbers.tolist() == [0, 1, 2, 3, 3, 4, 5]


@pytest.mark.parametrize(
    ("last", "fifths", "tonic"),
    [(60, 0, (0, False)), (57, 0, (9, True)), (62, 0, (2, True)), (64, 0, (9, True)), (67, 1, (7, False)),
     (67, 0, (7, False)), (59, 0, (0, False)), (57, -1, (9 - 4, False)), (62, -1, (2, True))],
)  # fmt: skip
def test_the_last_bass_note_and_the_signature_give_the_key(
    last: int, fifths: int, tonic: tuple[int, bool], made_work: Callable[..., Any]
) -> None:
    work = made_work([60, 62, 64, 65, last], [(0, BAR), (BAR, 480)], [480] * 5, fifths)
    found = tonic_of(work)
    if (last, fifths) == (57, -1):  # a close on the third degree: half close of the relative minor
        assert found == (2, True)
    else:
        assert found == tonic


def test_chorales_are_read_whole(chorales: Corpus) -> None:
    assert sum(len(part) for part in chorales.chorales.values()) == 8
    held = [int(one.fermata.sum()) for part in chorales.chorales.values() for one in part]
    assert sum(count >= 4 for count in held) >= 6  # a few encodings carry no fermatas
    for part in chorales.chorales.values():
        for chorale in part:
            tune = chorale.tune
            assert tune.meter in (Meter(4, 4), Meter(3, 4), Meter(3, 2))
            assert ((tune.place >= 0) & (tune.place < tune.meter.bar_ticks)).all()
            assert (np.diff(tune.bar * tune.meter.bar_ticks + tune.place) > 0).all()
            assert chorale.beats.shape[1] == 4 and (chorale.beats[:, 0] >= chorale.beats[:, 3]).mean() > 0.95
            assert chorale.beats[-1, 3] % 12 == chorale.tonic_pc


def test_a_known_chorale(chorales: Corpus) -> None:
    # BWV 104.6 stands in A major: an upbeat from the tonic to the third
    tune = next(one for part in chorales.tunes.values() for one in part if one.name == "bwv104.6")
    assert not tune.minor and tune.tonic % 12 == 9
    assert tune.bar[0] == 0 and tune.place[0] == 3 * 480


def test_an_air_is_read_from_its_text() -> None:
    tunes = oneills_tunes()
    assert [tune.number for tune in tunes] == sorted({tune.number for tune in tunes})
    assert tunes[-1].number <= 700
    second = read_abc(next(tune for tune in tunes if tune.number == 2))
    air = encode_tune(second)
    assert main_meter(second) == Meter(2, 4)
    assert air.tonic % 12 == 2 and not air.minor
    assert faults(second, 1) is None and faults(second, 4) is not None


def test_faults_are_named(made_work: Callable[..., Any]) -> None:
    fine = [60, 62, 64, 65, 67, 65, 64, 62]
    bars = [(0, BAR), (BAR, BAR)]
    assert faults(made_work(fine, bars, [480] * 8), 1) is None
    assert "parts" in str(faults(made_work(fine, bars, [480] * 8), 4))
    assert "longer" in str(faults(made_work(fine, [(0, BAR), (BAR, 2 * BAR)], [480] * 8), 1))
    assert "leap" in str(faults(made_work([60, 90, *fine[2:]], bars, [480] * 8), 1))
    assert "notes" in str(faults(made_work(fine[:4], bars, [480] * 4), 1))
