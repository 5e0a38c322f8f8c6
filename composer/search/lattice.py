"""The lattice: exact sum, best path, k best paths, exact sampling and posteriors over chains of candidates.

A lattice has positions 0 .. T-1; position t has K_t candidates. Its memory is one candidate (first-order: the state
at t is a candidate) or two (pair states: the state at t is the candidates at t-1 and t). Costs are nats: probability
is proportional to ``exp(-cost)``; an infinite cost forbids. One code serves both orders, because a step's cost array
always has the state's axes followed by the next candidate's axis, and the next state is the last axes of that array.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from composer.search.draw import Floats, draw_index


@dataclass(frozen=True)
class Lattice:
    """``first``: (K_0,) or (K_0, K_1) nats; ``steps[i]``: (K_t, K_t+1) or (K_t-1, K_t, K_t+1) nats."""

    first: Floats
    steps: tuple[Floats, ...]

    def __post_init__(self) -> None:
        shape = self.first.shape
        if len(shape) not in (1, 2):
            raise ValueError(f"the first state has {len(shape)} axes; 1 (first-order) or 2 (pair states) are right")
        for number, step in enumerate(self.steps):
            if step.shape[:-1] != shape:
                raise ValueError(f"step {number} begins at shape {step.shape[:-1]}, the state before has {shape}")
            shape = step.shape[1:]

    @property
    def length(self) -> int:
        """Number of positions."""
        return self.first.ndim + len(self.steps)


@dataclass(frozen=True)
class Path:
    """One candidate a position, and the whole cost in nats."""

    candidates: tuple[int, ...]
    cost_nats: float


def log_sum(values: Floats, axis: int | tuple[int, ...] | None = None) -> Floats:
    """log of the sum of exponentials along ``axis``; minus infinity where all are."""
    top = np.max(values, axis=axis, keepdims=True)
    safe = np.where(np.isfinite(top), top, 0.0)
    with np.errstate(divide="ignore"):
        total = np.log(np.sum(np.exp(values - safe), axis=axis, keepdims=True)) + safe
    return np.asarray(np.squeeze(total, axis=axis) if axis is not None else total.reshape(()))


def lookahead(lattice: Lattice) -> list[Floats]:
    """For each state array: log of the total weight of all ways on from that state, nats; the last is zero."""
    last = lattice.steps[-1].shape[1:] if lattice.steps else lattice.first.shape
    messages = [np.zeros(last)]
    for step in reversed(lattice.steps):
        messages.append(log_sum(messages[-1][None] - step, axis=-1))
    messages.reverse()
    return messages


def log_total(lattice: Lattice) -> float:
    """log of the summed weight of all paths, nats; minus infinity when every path is forbidden."""
    return float(log_sum(lookahead(lattice)[0] - lattice.first))


def best(lattice: Lattice) -> Path:
    """The path of least cost (ties go to the lowest candidate numbers).

    Raises:
        ValueError: every path is forbidden.
    """
    found = k_best(lattice, 1)
    if not found:
        raise ValueError("every path is forbidden")
    return found[0]


def k_best(lattice: Lattice, k: int) -> list[Path]:
    """The k paths of least cost in order, fewer if fewer are allowed; exact."""
    last = lattice.steps[-1].shape[1:] if lattice.steps else lattice.first.shape
    ways = np.zeros((*last, 1))  # (*state, rank): costs of the best ways on
    choices: list[np.ndarray] = []
    for step in reversed(lattice.steps):
        costs = step[..., None] + ways[None]  # (*state, next, rank)
        flat = costs.reshape(*step.shape[:-1], -1)
        order = flat.argmin(axis=-1)[..., None] if k == 1 else np.argsort(flat, axis=-1, kind="stable")[..., :k]
        choices.append(np.stack((order // ways.shape[-1], order % ways.shape[-1]), axis=-1))
        ways = np.take_along_axis(flat, order, axis=-1)
    choices.reverse()
    flat = (lattice.first[..., None] + ways).ravel()
    paths = []
    for index in np.argsort(flat, kind="stable")[:k]:
        if not np.isfinite(flat[index]):
            break
        *state, rank = (int(i) for i in np.unravel_index(index, (*lattice.first.shape, ways.shape[-1])))
        candidates = list(state)
        for choice in choices:
            candidate, rank = (int(i) for i in choice[(*state, rank)])
            candidates.append(candidate)
            state = [*state[1:], candidate]
        paths.append(Path(tuple(candidates), float(flat[index])))
    return paths


def path_cost(lattice: Lattice, candidates: tuple[int, ...]) -> float:
    """Cost of one path in nats."""
    order = lattice.first.ndim
    cost = float(lattice.first[candidates[:order]])
    for number, step in enumerate(lattice.steps):
        cost += float(step[candidates[number : number + order + 1]])
    return cost


def sample(lattice: Lattice, rng: np.random.Generator, messages: list[Floats] | None = None) -> Path:
    """One path drawn with probability exactly proportional to exp(-cost).

    ``messages`` may carry the lattice's ``lookahead`` when many paths are drawn.

    Raises:
        ValueError: every path is forbidden.
    """
    messages = lookahead(lattice) if messages is None else messages
    flat = (messages[0] - lattice.first).ravel()
    state = [int(i) for i in np.unravel_index(draw_index(flat, rng), lattice.first.shape)]
    candidates = list(state)
    for number in range(len(lattice.steps)):
        candidate = draw_index(next_weights(lattice, messages, number, tuple(state)), rng)
        candidates.append(candidate)
        state = [*state[1:], candidate]
    return Path(tuple(candidates), path_cost(lattice, tuple(candidates)))


def next_weights(lattice: Lattice, messages: list[Floats], number: int, state: tuple[int, ...]) -> Floats:
    """Log weight of each next candidate after ``state`` at step ``number``, all that follows summed in: (K,) nats."""
    return np.asarray(messages[number + 1][state[1:]] - lattice.steps[number][state])


def posteriors(lattice: Lattice) -> list[Floats]:
    """Posterior probability of each candidate at each position, given everything: T arrays (K_t,)."""
    messages = lookahead(lattice)
    ahead = -lattice.first
    total = float(log_sum(messages[0] + ahead))
    if not np.isfinite(total):
        raise ValueError("every path is forbidden")
    joint = np.exp(messages[0] + ahead - total)
    found = [joint.sum(axis=1), joint.sum(axis=0)] if lattice.first.ndim == 2 else [joint]
    for number, step in enumerate(lattice.steps):
        ahead = log_sum(ahead[..., None] - step, axis=0)
        joint = np.exp(messages[number + 1] + ahead - total)
        found.append(joint.sum(axis=0) if joint.ndim == 2 else joint)
    return found
