"""What songs do with chords, as tables and prices: everything parses, closes are cadences, common moves are cheap."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from composer.analysis.cadences import OTHER, Harmony, named
from composer.pipeline.harmonize.song_harmony import CLOSES, HALF, PLAGAL, TONIC, SongHarmony, song_harmony
from composer.score.chord import Chord, parse_chord
from composer.score.key import Key
from composer.theory.law import Law
from composer.theory.rulebook import load_rulebook
from composer.theory.tables import load_table

MODES = ("major", "minor", "dorian", "aeolian", "mixolydian", "phrygian", "lydian")
Harmonies = dict[tuple[str, bool], SongHarmony]
KINDS = [(mode, plain) for mode in MODES for plain in (True, False)]


@pytest.fixture(scope="module")
def harmonies() -> Harmonies:
    book = load_rulebook()
    law = {plain: Law.of(book.style("folk-song" if plain else "song")) for plain in (True, False)}
    return {(mode, plain): song_harmony(Key(1, 0, mode), law[plain], load_table, plain) for mode, plain in KINDS}


def number(harmony: SongHarmony, numeral: str) -> int:
    return next(index for index, chord in enumerate(harmony.chords) if chord.numeral == numeral)


def test_tables_parse_and_say_which_styles_they_are_for() -> None:
    styles = set(load_rulebook().style_paths)
    for row in load_table("progressions"):
        assert all(parse_chord(numeral, row["mode"] == "minor") for numeral in str(row["chords"]).split())
        assert set(row["styles"]) <= styles and float(row["weight"]) > 0 and row["where"] in ("loop", "turn")
    for row in load_table("chord_shares"):
        assert sum(row["shares"].values()) <= 1.0 and set(row["styles"]) <= styles
        assert all(parse_chord(numeral, row["mode"] == "minor") for numeral in row["shares"])
    for row in load_table("line_ends"):
        assert sum(row[kind] for kind in CLOSES) == pytest.approx(1.0)
    led = [row for row in load_table("chord_tones") if "name" in row]
    assert sum(row["foreign_share"] for row in led) == pytest.approx(1.0)
    assert sum(row["song_share"] for row in led) == pytest.approx(1.0)
    assert sum(row["member_share"] for row in led) == pytest.approx(1.0)


@pytest.mark.parametrize("kind", KINDS)
def test_shapes_and_that_nothing_is_priced_at_nothing(harmonies: Harmonies, kind: tuple[str, bool]) -> None:
    harmony = harmonies[kind]
    count = len(harmony.chords)
    assert harmony.pair.shape == (count, count) and harmony.bars.shape == (8, count) and harmony.alone.shape == (count,)
    assert harmony.close.shape == (3, len(CLOSES), count, count) and len(set(harmony.chords)) == count
    assert np.isfinite(harmony.pair).all() and (np.diag(harmony.pair) == 0).all()
    assert (harmony.bars >= 0).all() and (harmony.alone > 0).all() and set(harmony.functions) <= set("TSD")
    if kind[1]:
        assert all(chord.inversion == 0 for chord in harmony.chords)


@pytest.mark.parametrize("kind", KINDS)
def test_a_close_is_what_the_analysis_calls_a_cadence(harmonies: Harmonies, kind: tuple[str, bool]) -> None:
    harmony = harmonies[kind]
    closes = np.isfinite(harmony.close).any(axis=(0, 1))
    assert closes.any()
    for a, b in product(range(len(harmony.chords)), repeat=2):
        if closes[a, b]:
            before, goal = (heard(harmony.chords[index]) for index in (a, b))
            cadence = named(goal, before, 0, harmony.key)
            assert cadence != OTHER
            if not harmony.key.is_modal and goal.root == 0 and cadence == "PAC":
                assert before.is_dominant


def heard(chord: Chord) -> Harmony:
    return Harmony(chord.root[1] % 12, chord.quality, chord.bass[1] % 12, 1.0, 1.0)


def test_common_moves_are_cheaper_than_rare_ones(harmonies: Harmonies) -> None:
    harmony = harmonies["major", True]
    place = {numeral: number(harmony, numeral) for numeral in ("I", "ii", "IV", "V", "V7", "V/V")}
    pair = {(a, b): harmony.pair[place[a], place[b]] for a, b in product(place, repeat=2)}
    assert pair["V7", "I"] < pair["V7", "IV"] and pair["ii", "V7"] < pair["ii", "I"]
    assert pair["IV", "V7"] < pair["IV", "ii"]
    assert pair["V/V", "V"] < pair["V/V", "I"] - 3  # the law has applied dominants go to their goals
    opening, fourth = harmony.bars[0], harmony.bars[3]
    one, two = number(harmony, "I"), number(harmony, "ii")
    assert opening[two] - opening[one] > fourth[two] - fourth[one] + 1.5  # bar 4 is the place of ii
    last, middle = harmony.close[2], harmony.close[0]
    five = number(harmony, "V7")
    assert last[CLOSES.index(TONIC), five, one] < last[CLOSES.index(PLAGAL), number(harmony, "IV"), one]
    assert middle[CLOSES.index(HALF)].min() < last[CLOSES.index(HALF)].min() - 2


def test_the_old_modes_have_their_own_thirds(harmonies: Harmonies) -> None:
    dorian, mixolydian = harmonies["dorian", True], harmonies["mixolydian", True]
    assert {"IV", "v", "VII"} <= {chord.numeral for chord in dorian.chords}
    assert {"bVII", "v"} <= {chord.numeral for chord in mixolydian.chords}
    assert dorian.alone[number(dorian, "IV")] < dorian.alone[number(dorian, "ii")]


def test_a_mood_brings_its_chords_and_a_named_chord_is_there() -> None:
    law = Law.of(load_rulebook().style("song"))
    romantic = next(row for row in load_table("moods") if row["name"] == "romantic")
    plain, coloured = (song_harmony(Key(0, 0, "major"), law, load_table, False, mood) for mood in (None, romantic))
    cheaper = coloured.alone[number(coloured, "iv")] - coloured.alone[number(coloured, "I")]
    assert cheaper < plain.alone[number(plain, "iv")] - plain.alone[number(plain, "I")] - 1
    ger = parse_chord("Ger6", False)
    assert ger not in plain.chords
    assert ger in song_harmony(Key(0, 0, "major"), law, load_table, False, None, (ger,)).chords
