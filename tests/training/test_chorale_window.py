"""The ladder of chord models on chorales: hidden chords, the window's networks (with PyTorch), and the whole model."""

from __future__ import annotations

import itertools
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from composer.models.chorale import load_chorale
from composer.training import __main__ as command
from composer.training import chorale_hidden
from composer.training.chorale_chords import NONE, heard_of
from composer.training.chorale_held_out import Known, agreement, best_path, figures, told
from composer.training.chorale_tables import counted
from training.chorale_lessons import NAMES, chords, dull_layers, lessons

needs_torch = pytest.mark.skipif(find_spec("torch") is None, reason="the window is taught with torch (extra 'train')")


def test_the_soprano_is_heard_as_degrees_and_closes() -> None:
    lesson = lessons()[0]
    heard = chorale_hidden.symbols(lesson.line)
    assert ((heard >= chorale_hidden.SYMBOLS // 2) == lesson.line.close).all()
    assert len(set((heard % (chorale_hidden.SYMBOLS // 2)).tolist())) > 3


def test_hidden_chords_hear_sopranos_better_once_fitted() -> None:
    first, fitted = chorale_hidden.counted(lessons(), chords()), chorale_hidden.fitted(lessons(), chords())
    for model in (first, fitted):
        assert model.start.sum() == pytest.approx(1)
        assert np.allclose(model.move.sum(axis=1), 1) and np.allclose(model.emit.sum(axis=1), 1)
        assert min(model.start.min(), model.move.min(), model.emit.min()) > 0
    heard = [chorale_hidden.symbols(lesson.line) for lesson in lessons()]
    assert sum(map(fitted.log_likelihood, heard)) > sum(map(first.log_likelihood, heard))
    root = [agreement(one, chords(), fitted.posterior(h).argmax(axis=1))[0].mean()
            for one, h in zip(lessons(), heard, strict=True)]  # fmt: skip
    assert np.mean(root) > 0.5  # the states are still the chords they were counted as


def test_the_best_path_is_the_best_of_all() -> None:
    rng = np.random.default_rng(5)
    unit, move = rng.normal(size=(4, 3)), rng.normal(size=(3, 3))

    def nats(path: tuple[int, ...]) -> float:
        return sum(unit[t, c] for t, c in enumerate(path)) + sum(move[pair] for pair in itertools.pairwise(path))

    best = max(itertools.product(range(3), repeat=4), key=nats)
    assert tuple(best_path(unit, move).tolist()) == best


def test_every_step_of_the_ladder_is_a_distribution() -> None:
    known = Known.of(lessons(), chords())
    model = counted(lessons(), chords(), [dull_layers()])[0]
    hidden = {"hidden": chorale_hidden.counted(lessons(), chords())}
    steps = told(lessons()[1], chords(), known, model, hidden)
    for name, step in steps.items():
        assert np.allclose(np.exp(step.log_p).sum(axis=1), 1), name
        assert step.path is None or step.path.shape == step.log_p.shape[:1]
    content = figures(lessons()[:2], chords(), known, model, hidden)
    assert content["units"] == sum(lesson.line.count for lesson in lessons()[:2])
    # a network that says nothing knows which chords hold the soprano, and the table knows that and more
    assert content["soprano_degree_nats"] < content["window_nats"] < np.log(chords().vocabulary.count)
    assert content["window_and_chord_before_nats"] < content["window_nats"]
    assert content["hidden_nats"] < content["soprano_degree_nats"] < content["shares_nats"]
    assert all(content[f"{name}_root"] >= content[f"{name}_root_and_inversion"] for name in ("hidden", "window"))


def test_agreement_is_whole_where_the_path_is_the_label() -> None:
    for lesson in lessons():
        label = chords().of(lesson)
        if (label == NONE).any():
            root, _ = agreement(lesson, chords(), np.maximum(label, 0))
            assert root[label != NONE].all() and root.mean() < 1
            break
    else:
        pytest.fail("every chord is in the vocabulary")


@needs_torch
@pytest.mark.filterwarnings("ignore")
def test_a_window_learns_and_is_the_same_every_time() -> None:
    from composer.training import chorale_window

    said: list[str] = []
    one, two = (chorale_window.taught(lessons(), chords(), 4, 12, said.append) for _ in range(2))
    assert all(np.array_equal(a, b) for a, b in zip(one, two, strict=True))
    assert float(said[11]) < 0.8 * float(said[0]) and said[:12] == said[12:]
    heard = heard_of(lessons()[0], chords())
    scores = np.maximum(heard.features @ one[0] + one[1], 0) @ one[2] + one[3]
    known = heard.label != NONE
    right = np.where(heard.allowed, scores, -np.inf).argmax(axis=1)[known] == heard.label[known]
    assert right.mean() > 0.35  # a guess among the chords that hold the soprano is right in one of seven


@needs_torch
def test_layers_are_the_network_without_the_shift() -> None:
    import torch

    from composer.training.chorale_window import Window

    torch.manual_seed(1)
    heard = heard_of(lessons()[0], chords())
    size = heard.features.shape[1]
    network = Window(size + 2, chords(), hidden=16).eval()
    inner, inner_bias, outer, outer_bias = network.layers()
    assert inner.shape == (size, 16) and outer.shape == (16, chords().vocabulary.count)
    ours = np.maximum(heard.features @ inner + inner_bias, 0) @ outer + outer_bias
    padded = np.concatenate((heard.features, np.zeros((len(heard.features), 2))), axis=1)
    with torch.no_grad():
        theirs = network(torch.tensor(padded, dtype=torch.float32)).numpy()
    assert np.allclose(ours, theirs, atol=0.01) and np.ptp(theirs) > 0.1


@needs_torch
@pytest.mark.filterwarnings("ignore")
def test_the_model_is_written_and_loaded(tmp_path: Path) -> None:
    from composer.shelf import shelf_folder
    from composer.training import chorale_card
    from composer.training.chorale_works import read_works

    tuning = read_works(shelf_folder("corpora") / "bach-chorales").tuning
    names = [*NAMES[:3], tuning[0]]
    effort = chorale_card.Effort(epochs=1, networks=1, sizes=(2,), rounds=1, works=1)
    folders = [tmp_path / name for name in ("one", "two")]
    for folder in folders:
        chorale_card.write(folder, effort, names)
    first, second = (load_chorale(folder) for folder in folders)
    assert first.card is not None and second.card is not None
    assert first.card.content == second.card.content
    assert first.card.content["train_chorales"] == 4 and first.card.held_out["works"] == 1
    assert first.card.held_out["window_nats"] > 0 and "learned_from_2_root" in first.card.held_out
    assert len(first.networks) == 1 and np.isfinite(first.pair).all()


def test_without_torch_the_model_is_left_out(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr(command, "find_spec", lambda name: None)
    assert command.main(["--only", "chorale", "--out", str(tmp_path)]) == 0
    assert "torch not installed (extra 'train')" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())
