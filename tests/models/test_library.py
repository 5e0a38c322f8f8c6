import shutil
from pathlib import Path

import pytest

from composer.analysis.votes import SIZES
from composer.errors import ShelfError
from composer.models.harmony import load_harmony
from composer.models.library import load_models
from composer.shelf import shelf_folder


@pytest.mark.parametrize("name", ("oneills-airs", "dances"))
def test_tunes_take_their_chords_from_the_chorales(name: str) -> None:
    models, chorales = load_models(name), load_models("bach-chorales")
    assert None not in (models.pitch, models.rhythm, models.hidden, models.phrase)
    assert models.hidden.card and chorales.hidden.card
    assert models.hidden.card.sha256 == chorales.hidden.card.sha256


def test_unknown_names_are_answered_with_the_known_ones() -> None:
    for name in ("beatles", "joint", "styles", "analysis"):
        with pytest.raises(ShelfError, match=r"known: bach-chorales, dances, oneills-airs$"):
            load_models(name)


@pytest.mark.parametrize("kind", ("markov", "rhythm", "hidden", "mixture"))
def test_missing_and_damaged_models_are_refused(tmp_path: Path, kind: str) -> None:
    home = tmp_path / "bach-chorales" / kind
    shutil.copytree(shelf_folder("corpora") / "bach-chorales", tmp_path / "bach-chorales")
    load_models("bach-chorales", tmp_path)
    data = (home / "arrays.npz").read_bytes()
    (home / "arrays.npz").write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    with pytest.raises(ShelfError, match="not the file its card describes"):
        load_models("bach-chorales", tmp_path)
    (home / "arrays.npz").unlink()
    with pytest.raises(ShelfError, match="missing"):
        load_models("bach-chorales", tmp_path)
    (home / "card.toml").write_text("model = ")
    with pytest.raises(ShelfError, match="damaged"):
        load_models("bach-chorales", tmp_path)
    (home / "card.toml").unlink()
    with pytest.raises(ShelfError, match="no such model"):
        load_models("bach-chorales", tmp_path)


def test_the_readers_weights_are_those_of_its_card(tmp_path: Path) -> None:
    shutil.copytree(shelf_folder("corpora") / "analysis", tmp_path / "analysis")
    found = load_harmony(tmp_path)
    assert {group: len(row) for group, row in found.groups.items()} == SIZES
    home = tmp_path / "analysis" / "harmony"
    text = (home / "weights.json").read_text()
    (home / "weights.json").write_text(text.replace("1", "2", 1))
    with pytest.raises(ShelfError, match="not the file its card describes"):
        load_harmony(tmp_path)
    shutil.copyfile(shelf_folder("corpora") / "bach-chorales" / "markov" / "card.toml", home / "card.toml")
    with pytest.raises(ShelfError, match="holds the model 'markov', not 'harmony'"):
        load_harmony(tmp_path)
    shutil.rmtree(home)
    with pytest.raises(ShelfError, match="no such model"):
        load_harmony(tmp_path)


def test_nothing_on_the_shelf_is_a_pickle_or_large() -> None:
    files = [path for path in shelf_folder("corpora").rglob("*") if path.is_file()]
    assert {path.suffix for path in files} <= {".toml", ".npz", ".onnx", ".json"}
    assert sum(path.stat().st_size for path in files) < 5_000_000
