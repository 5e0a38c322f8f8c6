"""The refiner: log-probabilities of notes given everything around them, from a small bidirectional network.

The network was taught to guess masked notes of whole tunes (see ``training.fit_refiner``); here its ONNX file
runs in onnxruntime, on one thread. It sees symbols of ``models.vocabulary`` and seven whole numbers a note (F
= 7), in the order of ``FEATURES``:

==============  ======  =====================================================================
feature         values  meaning
==============  ======  =====================================================================
duration        0-8     class of the length: up to s, s., e, e., q, q., h, h., longer
strength        0-3     metric strength, ``score.time``
place           0-15    eighths since the bar line
bar             0-3     number of the bar modulo 4; the first full bar is 1, an upbeat 0
meter           0-3     2/4, 3/4, 4/4 and others, 6/8 and other compound meters; 2/2 is heard as 4/4
mode            0-1     major, minor
style           0-2     0 airs and songs, 1 chorale, 2 dances
==============  ======  =====================================================================
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from composer.errors import ShelfError
from composer.models.card import Card, data_path, read_card
from composer.models.vocabulary import LOW, SIZE
from composer.score.time import Meter

MODEL = "model.onnx"
MASK = SIZE  # index of the symbol that hides a note
FEATURES = ("duration", "strength", "place", "bar", "meter", "mode", "style")
FEATURE_SIZES = (9, 4, 16, 4, 4, 2, 3)
STYLES = {"oneills-airs": 0, "bach-chorales": 1, "dances": 2}
_LENGTHS = np.array([120, 180, 240, 360, 480, 720, 960, 1440])
FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


def note_features(
    length_ticks: ArrayLike, place_ticks: ArrayLike, bar: ArrayLike, meter: Meter, minor: bool, style: int
) -> IntArray:
    """Features (T, F) of notes from their lengths, places in the bar (ticks) and bar numbers, each (T,)."""
    length, place, number = (np.asarray(one, np.int64) for one in (length_ticks, place_ticks, bar))
    meter = Meter(4, 4) if meter == Meter(2, 2) else meter
    kind = 3 if meter.is_compound else {(2, 4): 0, (3, 4): 1}.get((meter.numerator, meter.denominator), 2)
    columns = [
        np.searchsorted(_LENGTHS, length),
        np.array([meter.strength(int(one)) for one in place], np.int64),
        np.minimum(place // 240, 15),
        number % 4,
        np.full(len(length), kind),
        np.full(len(length), int(minor)),
        np.full(len(length), style),
    ]
    return np.stack(columns, axis=1).astype(np.int64)


@dataclass(frozen=True)
class Refiner:
    """The network in its session; results in nats over symbols LOW..HIGH (S = 37)."""

    session: Any
    card: Card | None = None

    def log_p(self, symbols: ArrayLike, mask: ArrayLike, features: ArrayLike) -> FloatArray:
        """log p(note | all unmasked notes) at every place of a tune: (T, S) nats.

        ``symbols`` (T,) semitones above the tonic, ``mask`` (T,) bool: notes to hide, ``features`` (T, F).
        """
        one = self.log_p_batch(np.asarray(symbols)[None], np.asarray(mask)[None], np.asarray(features)[None])
        return np.asarray(one[0])

    def log_p_batch(self, symbols: ArrayLike, mask: ArrayLike, features: ArrayLike) -> FloatArray:
        """The same for tunes of one length: symbols and mask (B, T), features (B, T, F); (B, T, S) nats."""
        index = np.where(np.asarray(mask, bool), MASK, np.asarray(symbols, np.int64) - LOW)
        if ((index < 0) | (index > MASK)).any():
            raise ValueError("a symbol outside LOW..HIGH; fold it with vocabulary.symbols_of")
        inputs = {"symbols": index, "features": np.asarray(features, np.int64)}
        logits = self.session.run(["logits"], inputs)[0].astype(np.float64)
        return np.asarray(logits - np.logaddexp.reduce(logits, axis=-1, keepdims=True))


def load(folder: Path) -> Refiner:
    """The refiner of a folder, in a session of one thread.

    Raises:
        ShelfError: missing or damaged.
    """
    import onnxruntime

    card = read_card(folder)
    path = data_path(card, MODEL)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    try:
        session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:
        raise ShelfError(f"{path}: onnxruntime cannot load it ({error})") from None
    return Refiner(session, card)
