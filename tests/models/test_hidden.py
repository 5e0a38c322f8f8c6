import itertools

import numpy as np
import pytest

from composer.models.hidden import ChordHMM, ModeChords
from composer.models.library import load_models
from composer.score.chord import parse_chord
from composer.theory.tables import load_table

MODES = ("major", "minor")


@pytest.fixture(scope="module")
def model() -> ChordHMM:
    hidden = load_models("bach-chorales").hidden
    assert hidden is not None
    return hidden


@pytest.mark.parametrize("mode", MODES)
def test_states_are_the_learned_chords_of_the_table(model: ChordHMM, mode: str) -> None:
    rows = [row["numeral"] for row in load_table("chords") if row["mode"] == mode and row["learned"]]
    assert model.states(mode) == tuple(rows)


@pytest.mark.parametrize("mode", MODES)
def test_every_distribution_sums_to_one(model: ChordHMM, mode: str) -> None:
    for one in (
        model.log_start(mode),
        model.log_end(mode),
        model.log_before_end(mode),
        model.of(mode).log_share,
    ):
        assert abs(np.exp(one).sum() - 1) < 1e-9
    assert np.abs(np.exp(model.log_transition(mode)).sum(1) - 1).max() < 1e-9
    assert np.abs(np.exp(model.log_emission_bass_soprano(mode)).sum((1, 2)) - 1).max() < 1e-9
    assert np.abs(np.exp(model.log_soprano(mode)).sum(1) - 1).max() < 1e-9


@pytest.mark.parametrize("mode", MODES)
def test_every_state_still_means_its_chord(model: ChordHMM, mode: str) -> None:
    bass, soprano = np.exp(model.of(mode).log_bass()), np.exp(model.log_soprano(mode))
    for index, numeral in enumerate(model.states(mode)):
        chord = parse_chord(numeral, mode == "minor")
        members = [semitones for _, semitones in chord.members]
        assert bass[index].argmax() == chord.bass[1], numeral
        assert soprano[index, members].sum() > 0.5, numeral
        assert soprano[index, members].mean() > 2 * np.delete(soprano[index], members).mean(), numeral


def test_dominants_go_home(model: ChordHMM) -> None:
    states, move = model.states("major"), np.exp(model.log_transition("major"))
    assert states[int(move[states.index("V7")].argmax())] == "I"
    ends = [model.states(mode)[int(model.log_end(mode).argmax())] for mode in MODES]
    assert ends == ["I", "i"]


def test_likelihood_and_posterior_equal_the_sum_over_all_paths() -> None:
    rng = np.random.default_rng(3)
    size, seen = 3, np.array([5, 17, 140, 5])
    small = ModeChords(
        ("a", "b", "c"),
        np.log(rng.dirichlet(np.ones(size))),
        np.log(rng.dirichlet(np.ones(size), size)),
        np.log(rng.dirichlet(np.ones(144), size)).reshape(size, 12, 12),
        *(np.zeros(size) for _ in range(3)),
    )
    heard = small.log_emission_bass_soprano.reshape(size, -1)
    weights = {}
    for path in itertools.product(range(size), repeat=len(seen)):
        log_p = small.log_start[path[0]] + sum(heard[s, o] for s, o in zip(path, seen, strict=True))
        weights[path] = np.exp(log_p + sum(small.log_transition[a, b] for a, b in itertools.pairwise(path)))
    total = sum(weights.values())
    assert small.log_likelihood(seen) == pytest.approx(np.log(total), abs=1e-12)
    expected = [
        [sum(w for p, w in weights.items() if p[t] == s) / total for s in range(size)] for t in range(4)
    ]
    assert np.allclose(small.posterior(seen), expected, atol=1e-12)


@pytest.mark.parametrize("mode", MODES)
def test_the_card_beats_no_memory_and_the_bigram_of_chords(model: ChordHMM, mode: str) -> None:
    assert model.card is not None
    held = model.card.held_out
    assert held[f"{mode}_nats_a_beat"] < held[f"{mode}_baseline_bigram_add_k_nats"]
    assert held[f"{mode}_nats_a_beat"] < held[f"{mode}_baseline_no_memory_nats"]
    assert held[f"{mode}_outer_voices_nats_a_beat"] < held[f"{mode}_outer_voices_no_memory_nats"]
