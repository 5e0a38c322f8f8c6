"""The window networks of the chorale harmoniser in PyTorch: one hidden layer, and scores of chords that are shared.

A chord's score is its own and those of its root, bass, shape and inversion, so that rare chords learn from common ones.
Every lesson is also heard moved by one to three fifths, with less weight; two more features say by how much, and are
nought where the model is used.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import torch
from torch import nn

from composer.search.draw import Floats
from composer.training.chorale_chords import NONE, Chords, heard_of
from composer.training.chorale_works import Lesson

HIDDEN, EPOCHS, BATCH = 384, 25, 512
DROPPED, FEATURES_DROPPED = 0.7, 0.1
RATE, DECAY = 2e-3, 1e-3
SHIFTS = {1: 0.5, 2: 0.3, 3: 0.15}  # weight of a lesson moved by so many fifths, up or down
ROOT_LOSS = 1.0  # weight of the root's own loss beside the chord's
BARRED, LEAST = -1e4, 1e-6
Layers = tuple[Floats, Floats, Floats, Floats]  # inner (F, H), (H,), outer (H, C), (C,)


class Window(nn.Module):  # type: ignore[misc]
    """Scores of C chords from F features."""

    def __init__(self, features: int, chords: Chords, hidden: int = HIDDEN) -> None:
        super().__init__()
        words = chords.vocabulary
        shapes = sorted(set(words.shape))
        groups = (words.root, words.bass, np.array([shapes.index(name) for name in words.shape]), words.inversion)
        self.before = nn.Dropout(FEATURES_DROPPED)
        self.inner = nn.Linear(features, hidden)
        self.between = nn.Dropout(DROPPED)
        self.own = nn.Linear(hidden, words.count)
        self.groups = [torch.tensor(group - group.min()) for group in groups]
        self.shared = nn.ModuleList(nn.Linear(hidden, int(group.max()) + 1) for group in self.groups)

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        """Scores (N, C) of ``features`` (N, F)."""
        inner = self.between(torch.relu(self.inner(self.before(features))))
        parts = (layer(inner)[:, group] for layer, group in zip(self.shared, self.groups, strict=True))
        return self.own(inner) + sum(parts)

    def layers(self) -> Layers:
        """The weights, as they are stored in half precision: the shared scores added to each chord's own, the two
        features of the shift left out."""
        pairs = list(zip(self.shared, self.groups, strict=True))
        outer = self.own.weight + sum(layer.weight[group] for layer, group in pairs)
        bias = self.own.bias + sum(layer.bias[group] for layer, group in pairs)
        tensors = (self.inner.weight.T[:-2], self.inner.bias, outer.T, bias)
        inner, inner_bias, outer_rows, outer_bias = (
            one.detach().numpy().astype(np.float16).astype(np.float64) for one in tensors
        )
        return inner, inner_bias, outer_rows, outer_bias


def examples(lessons: Sequence[Lesson], chords: Chords) -> tuple[torch.Tensor, ...]:
    """Features (N, F + 2), chord (N,), allowed chords (N, C) and weight (N,) of all units that have a known chord."""
    shifts = [(0, 1.0), *((sign * fifths, weight) for fifths, weight in SHIFTS.items() for sign in (1, -1))]
    rows, labels, allowed, weights = [], [], [], []
    for shift, weight in shifts:
        for lesson in lessons:
            heard = heard_of(lesson, chords, shift)
            known = heard.label != NONE
            told = np.full((known.sum(), 2), (shift / 2, abs(shift) / 2))
            rows.append(np.concatenate((heard.features[known], told), axis=1))
            labels.append(heard.label[known])
            allowed.append(heard.allowed[known])
            weights.append(np.full(known.sum(), weight))
    label = torch.tensor(np.concatenate(labels))
    may = torch.tensor(np.concatenate(allowed))
    may[torch.arange(len(label)), label] = True
    return (
        torch.tensor(np.concatenate(rows), dtype=torch.float32), label, may,
        torch.tensor(np.concatenate(weights), dtype=torch.float32),
    )  # fmt: skip


def taught(
    lessons: Sequence[Lesson], chords: Chords, seed: int, epochs: int = EPOCHS,
    tick: Callable[[str], None] = lambda note: None,
) -> Layers:  # fmt: skip
    """A network taught by lessons; the same every time on one machine."""
    torch.manual_seed(seed)
    torch.use_deterministic_algorithms(True)
    torch.set_num_threads(1)
    features, label, allowed, weight = examples(lessons, chords)
    network = Window(features.shape[1], chords)
    optimiser = torch.optim.AdamW(network.parameters(), lr=RATE, weight_decay=DECAY)
    pace = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, epochs * (len(label) // BATCH + 1))
    network.train()
    for _ in range(epochs):
        order = torch.randperm(len(label))
        total = 0.0
        for first in range(0, len(label), BATCH):
            part = order[first : first + BATCH]
            loss = _loss(network, features[part], label[part], allowed[part], weight[part])
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            pace.step()
            total += float(loss.detach()) * len(part)
        tick(f"{total / len(label):.3f}")
    layers: Layers = network.eval().layers()
    return layers


def _loss(network: Window, features: torch.Tensor, label: torch.Tensor, allowed: torch.Tensor,
          weight: torch.Tensor) -> torch.Tensor:  # fmt: skip
    """Mean code length of the chords and of their roots among those allowed, nats."""
    log_p = torch.log_softmax(network(features).masked_fill(~allowed, BARRED), dim=1)
    roots = network.groups[0]
    by_root = torch.zeros(len(label), int(roots.max()) + 1).index_add_(1, roots, log_p.exp())
    place = torch.arange(len(label))
    root = torch.log(by_root[place, roots[label]] + LEAST)
    return ((-log_p[place, label] - ROOT_LOSS * root) * weight).mean()


def networks(
    lessons: Sequence[Lesson], chords: Chords, seeds: Sequence[int], epochs: int = EPOCHS,
    tick: Callable[[str], None] = lambda note: None,
) -> tuple[Layers, ...]:  # fmt: skip
    """One network a seed; ``tick`` is called after every epoch of each."""
    return tuple(taught(lessons, chords, seed, epochs, tick) for seed in seeds)
