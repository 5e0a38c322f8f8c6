"""The refiner's network in PyTorch, its masks, its training and its export to ONNX."""

from __future__ import annotations

import io
import warnings
from collections.abc import Callable, Iterator, Sequence

import numpy as np
import torch
from torch import nn

from composer.models.refiner import FEATURE_SIZES, MASK
from composer.models.vocabulary import SIZE
from composer.training.network_input import BoolArray, Lesson, draw_mask

HIDDEN, EMBED, FEATURE_EMBED, LAYERS, DROPOUT = 96, 48, 8, 2, 0.3
BATCH, CROP, RATE = 24, 96, 3e-3


class Network(nn.Module):  # type: ignore[misc]
    """Embeddings, two bidirectional LSTM layers, one linear layer."""

    def __init__(self) -> None:
        super().__init__()
        self.symbol = nn.Embedding(SIZE + 2, EMBED)
        self.feature = nn.ModuleList(nn.Embedding(size, FEATURE_EMBED) for size in FEATURE_SIZES)
        width = EMBED + FEATURE_EMBED * len(FEATURE_SIZES)
        self.lstm = nn.LSTM(width, HIDDEN, LAYERS, batch_first=True, bidirectional=True, dropout=DROPOUT)
        self.drop = nn.Dropout(DROPOUT)
        self.out = nn.Linear(2 * HIDDEN, SIZE)

    def forward(
        self, symbols: torch.Tensor, features: torch.Tensor, lengths: torch.Tensor | None = None
    ) -> torch.Tensor:
        """Logits (B, T, S) of ``symbols`` (B, T) with MASK and ``features`` (B, T, F)."""
        parts = [self.symbol(symbols)]
        parts += [one(features[:, :, place]) for place, one in enumerate(self.feature)]
        x = self.drop(torch.cat(parts, dim=-1))
        if lengths is None:
            x, _ = self.lstm(x)
        else:
            packed = nn.utils.rnn.pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False)
            x, _ = nn.utils.rnn.pad_packed_sequence(self.lstm(packed)[0], batch_first=True)
        return self.out(self.drop(x))


def _crop(rng: np.random.Generator, lesson: Lesson) -> Lesson:
    if len(lesson.index) <= CROP:
        return lesson
    first = int(rng.integers(0, len(lesson.index) - CROP + 1))
    return Lesson(lesson.index[first : first + CROP], lesson.features[first : first + CROP])


def _batch(
    lessons: Sequence[Lesson], masks: Sequence[BoolArray]
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:
    """Padded symbols with MASK (B, T), features (B, T, F), lengths (B,), targets (B, T) or -100."""
    longest = max(len(lesson.index) for lesson in lessons)
    symbols = np.full((len(lessons), longest), SIZE + 1, np.int64)
    features = np.zeros((len(lessons), longest, len(FEATURE_SIZES)), np.int64)
    targets = np.full((len(lessons), longest), -100, np.int64)
    for row, (lesson, mask) in enumerate(zip(lessons, masks, strict=True)):
        size = len(lesson.index)
        symbols[row, :size] = np.where(mask, MASK, lesson.index)
        features[row, :size] = lesson.features
        targets[row, :size][mask] = lesson.index[mask]
    lengths = torch.tensor([len(lesson.index) for lesson in lessons])
    return torch.from_numpy(symbols), torch.from_numpy(features), lengths, torch.from_numpy(targets)


def masked_nats(network: Network, lessons: Sequence[Lesson], masks: Sequence[BoolArray]) -> float:
    """Mean code length of masked notes, nats."""
    network.eval()
    total, notes = 0.0, 0
    with torch.no_grad():
        for first in range(0, len(lessons), BATCH):
            part = slice(first, first + BATCH)
            symbols, features, lengths, targets = _batch(lessons[part], masks[part])
            logits = network(symbols, features, lengths)
            total += float(
                nn.functional.cross_entropy(logits.flatten(0, 1), targets.flatten(), reduction="sum")
            )
            notes += int((targets >= 0).sum())
    return total / notes


def in_turns(rng: np.random.Generator, lessons: Sequence[Sequence[Lesson]], most: int) -> Iterator[list[Lesson]]:
    """Lessons of one epoch after another, shuffled: all of a small corpus, of a larger one ``most`` in turns."""
    waiting: list[list[Lesson]] = [[] for _ in lessons]
    while True:
        chosen: list[Lesson] = []
        for corpus, queue in zip(lessons, waiting, strict=True):
            size = min(len(corpus), most)
            if len(queue) < size:
                queue += [corpus[int(place)] for place in rng.permutation(len(corpus))]
            chosen += queue[:size]
            del queue[:size]
        yield [chosen[int(place)] for place in rng.permutation(len(chosen))]


def train(
    lessons: Sequence[Sequence[Lesson]],
    validation: Sequence[Sequence[Lesson]],
    seed: int,
    epochs: int,
    most: int = 500,
    tick: Callable[[str], None] = lambda note: None,
) -> tuple[Network, int]:
    """The network of the epoch that guesses the validation folds best on average, and that epoch's number from 1.

    ``lessons``, ``validation``: one list a corpus; of each corpus an epoch hears at most ``most`` tunes.
    """
    torch.manual_seed(seed)
    torch.use_deterministic_algorithms(True)
    torch.set_num_threads(1)
    rng = np.random.default_rng(seed)
    network = Network()
    asked = [[draw_mask(rng, len(lesson.index)) for lesson in fold] for fold in validation]
    steps = -(-sum(min(len(corpus), most) for corpus in lessons) // BATCH) * epochs
    turns = in_turns(rng, lessons, most)
    optimiser = torch.optim.AdamW(network.parameters(), RATE, weight_decay=0.01)
    pace = torch.optim.lr_scheduler.OneCycleLR(optimiser, RATE, total_steps=steps, pct_start=0.2)
    best, kept, chosen = float("inf"), network.state_dict(), 0
    for epoch in range(1, epochs + 1):
        network.train()
        heard = next(turns)
        for first in range(0, len(heard), BATCH):
            part = [_crop(rng, lesson) for lesson in heard[first : first + BATCH]]
            _step(network, optimiser, part, [draw_mask(rng, len(one.index)) for one in part])
            pace.step()
        folds = zip(validation, asked, strict=True)
        nats = float(np.mean([masked_nats(network, fold, masks) for fold, masks in folds]))
        if nats < best:
            best, chosen = nats, epoch
            kept = {name: value.clone() for name, value in network.state_dict().items()}
        tick(f"{nats:.3f} nats")
    network.load_state_dict(kept)
    return network.eval(), chosen


def _step(
    network: Network, optimiser: torch.optim.Optimizer, lessons: Sequence[Lesson], masks: Sequence[BoolArray]
) -> None:
    """One step down the loss of a batch."""
    symbols, features, lengths, targets = _batch(lessons, masks)
    logits = network(symbols, features, lengths)
    loss = nn.functional.cross_entropy(logits.flatten(0, 1), targets.flatten())
    optimiser.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(network.parameters(), 1.0)
    optimiser.step()


def onnx_bytes(network: Network) -> bytes:
    """The network as an ONNX file, opset 17, batch and time free."""
    symbols = torch.full((2, 5), MASK)
    features = torch.zeros((2, 5, len(FEATURE_SIZES)), dtype=torch.int64)
    axes = {0: "batch", 1: "time"}
    buffer = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            network.eval(),
            (symbols, features),
            buffer,
            dynamo=False,
            opset_version=17,
            input_names=["symbols", "features"],
            output_names=["logits"],
            dynamic_axes={"symbols": axes, "features": axes, "logits": axes},
        )
    return buffer.getvalue()
