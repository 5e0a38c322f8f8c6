import io
import tomllib
from pathlib import Path

import numpy as np

from composer.models.card import data_path, read_card
from composer.training.progress import Progress
from composer.training.store import npz_bytes, toml_text, write_model


def test_arrays_have_the_same_bytes_whatever_their_order() -> None:
    one = {"b": np.arange(5), "a": np.ones((2, 3))}
    assert npz_bytes(one) == npz_bytes(dict(reversed(one.items())))
    with np.load(io.BytesIO(npz_bytes(one)), allow_pickle=False) as archive:
        assert archive["b"].tolist() == [0, 1, 2, 3, 4] and archive["a"].shape == (2, 3)


def test_toml_is_read_back() -> None:
    content = {
        "name": 'a "b" \\',
        "number": 3,
        "share": 0.25,
        "yes": True,
        "list": ["x", "y"],
        "t": {"k 1": 1},
    }
    assert tomllib.loads(toml_text(content)) == content


def test_a_card_describes_its_data(tmp_path: Path) -> None:
    write_model(tmp_path, {"model": "markov", "held_out": {"nats": 1.5}}, b"data")
    card = read_card(tmp_path)
    assert data_path(card).read_bytes() == b"data" and card.held_out["nats"] == 1.5


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_bar_on_a_terminal_and_nothing_in_a_pipe() -> None:
    for stream, shown in ((Terminal(), True), (io.StringIO(), False)):
        with Progress("reading", 2, stream) as bar:
            bar.tick("one")
            bar.tick("two")
        assert ("2/2" in stream.getvalue()) == shown
        assert bool(stream.getvalue()) == shown
