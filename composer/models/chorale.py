"""The chorale harmoniser's model: chords heard behind a window of the tune, how they follow, and how voices move.

Chords are counted above the major tonic of the signature. All votes are nats; C = number of chords. Learned from four-
part chorales by ``python -m composer.training --only chorale``.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from composer.models.card import Card, load_arrays
from composer.shelf import shelf_folder

SHELF, MODEL = "bach-chorales", "chorale"
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
# Bins of the tables of voices, in semitones or MIDI numbers.
LEAST_GAP, LEAST_HEIGHT, WIDEST_MOVE = -10, 30, 15
MEMBERS = 5  # of a member there are 0 to 4
STEP, THIRD = 2, 4  # most semitones of a step and of a third
PLACES = 4  # of a unit in its phrase: the last, one and two before it, any other
MOST_LETTERS = 9  # a voice's way to the next unit, in letters, beyond which it takes no figure


@dataclass(frozen=True)
class FigureTable:
    """F figures of lower voices: ``rhythm`` places of a unit of four, ``offsets`` letters from the chord tone,
    ``inside`` the chord or not, ``tied`` to the note before (F,); ``log_share`` (F, 3, 2 MOST_LETTERS + 1, PLACES)
    [figure, voice, letters to the next chord tone, place in the phrase]; ``half`` (F, 2) nats where the first foreign
    note is a tone or a half tone from its chord tone; ``tie`` (3, 4, 2, 2) nats of striking or tying a repeated note
    [chord kept or new, on a downbeat 2 more; the voice rested or moved before]; ``group`` (F,) kinds of figures and
    ``habits`` (P, 3, G) nats by which P chorales have more or less of each kind in each voice than all together;
    ``moving`` (2, 4) nats of how many voices move inside a unit where the soprano rests or moves; ``run`` (3, 2, 2)
    nats of a voice that moves or rests after moving or resting."""

    rhythm: tuple[tuple[int, ...], ...]
    offsets: tuple[tuple[int, ...], ...]
    inside: tuple[tuple[bool, ...], ...]
    tied: NDArray[np.bool_]
    log_share: Floats
    moving: Floats
    run: Floats
    half: Floats
    tie: Floats
    group: Ints
    habits: Floats

    @property
    def plain(self) -> int:
        """Number of the figure that is the chord tone alone, struck."""
        return next(n for n, row in enumerate(self.offsets) if row == (0,) and not self.tied[n])


@dataclass(frozen=True)
class ChoraleModel:
    """Everything the chorale harmoniser has learned.

    ``root`` (C,) places on the line of fifths, ``shape`` (C,) names of qualities, ``inversion``, ``bass`` (C,) place of
    the bass; ``networks`` of the window, each (F, H), (H,), (H, C), (C,); ``pair`` (C, C) nats of a chord after another
    beyond its own share; ``gap`` (3, G), ``height`` (3, P), ``move`` (3, 3, 3, M) [voice, how the chord changes,
    soprano's way, semitones] and ``doubling`` (C, 625) nats of the lower voices; ``turn`` (3, 15) nats of the bass's
    way by the soprano's; ``bend`` (3, 7, 7) nats of a voice's move after its last one, in classes of ``move_class``;
    ``again`` (2,) of a chord that is new to the last three, or the one before the last.
    """

    card: Card | None
    root: Ints
    shape: tuple[str, ...]
    inversion: Ints
    bass: Ints
    networks: tuple[tuple[Floats, Floats, Floats, Floats], ...]
    pair: Floats
    gap: Floats
    height: Floats
    move: Floats
    doubling: Floats
    turn: Floats
    bend: Floats
    again: Floats
    figures: FigureTable

    @property
    def turns(self) -> Ints:
        """(C, C) how one chord follows another: 0 the same, 1 inverted, 2 on the same root, else 3 + the bass's way in
        semitones, 0 to 11."""
        bass = (7 * self.bass) % 12
        way = 3 + (bass[None, :] - bass[:, None]) % 12
        shape = np.array([sorted(set(self.shape)).index(name) for name in self.shape])
        rooted = self.root[:, None] == self.root[None, :]
        same = rooted & (shape[:, None] == shape[None, :])
        inverted = (self.inversion[:, None] != self.inversion[None, :]).astype(np.int64)
        return np.where(same, inverted, np.where(rooted, 2, way))

    def heard(self, features: Floats, allowed: NDArray[np.bool_]) -> Floats:
        """(T, C) log p(chord | window) among the chords ``allowed`` (T, C), minus infinity elsewhere: the mean of the
        networks. ``features`` (T, F)."""
        total = np.zeros(allowed.shape)
        for inner, inner_bias, outer, outer_bias in self.networks:
            scores = np.maximum(features @ inner + inner_bias, 0.0) @ outer + outer_bias
            scores = np.where(allowed, scores, -np.inf)
            top = scores.max(axis=1, keepdims=True)
            total += scores - top - np.log(np.exp(scores - top).sum(axis=1, keepdims=True))
        return np.asarray(total / len(self.networks))


def load_chorale(folder: Path | None = None) -> ChoraleModel:
    """The model; ``folder`` stands for the shelf's ``corpora/``.

    Raises:
        ShelfError: missing, damaged or another kind of model.
    """
    card, arrays = load_arrays((folder or shelf_folder("corpora")) / SHELF / MODEL, MODEL)
    return of_arrays(arrays, card)


def of_arrays(arrays: dict[str, NDArray[np.generic]], card: Card | None = None) -> ChoraleModel:
    """The model from its stored arrays."""
    wide = {name: np.asarray(value, dtype=np.float64) for name, value in arrays.items() if value.dtype.kind == "f"}
    count = sum(name.startswith("inner_bias") for name in wide)
    networks = tuple(
        (wide[f"inner{n}"], wide[f"inner_bias{n}"], wide[f"outer{n}"], wide[f"outer_bias{n}"]) for n in range(count)
    )
    shape = tuple(np.asarray(arrays["shape"]).tobytes().decode().split("|"))
    root, inversion, bass = (np.asarray(arrays[name], dtype=np.int64) for name in ("root", "inversion", "bass"))
    tables = {name: wide[name] for name in ("pair", "gap", "height", "move", "doubling", "turn", "bend", "again")}
    return ChoraleModel(card, root, shape, inversion, bass, networks, figures=_figures(arrays, wide), **tables)


def _figures(arrays: dict[str, NDArray[np.generic]], wide: dict[str, Floats]) -> FigureTable:
    """Figures from ``figure_notes`` (F, 4, 3) of place, letters and whether inside, places of -1 being empty."""
    rows = np.asarray(arrays["figure_notes"], dtype=np.int64).tolist()
    notes = [[note for note in row if note[0] >= 0] for row in rows]
    rhythm, offsets = (tuple(tuple(note[part] for note in row) for row in notes) for part in (0, 1))
    inside = tuple(tuple(bool(note[2]) for note in row) for row in notes)
    tied = np.asarray(arrays["figure_tied"], dtype=bool)
    return FigureTable(
        rhythm, offsets, inside, tied, wide["figure_share"], wide["moving"], wide["run"], wide["half"], wide["tie"],
        np.asarray(arrays["figure_group"], dtype=np.int64), wide["habits"],
    )


def move_class(semitones: Ints) -> Ints:
    """0 for a note repeated, 1 and 2 for a step up and down, 3 and 4 for a third, 5 and 6 for a wider leap."""
    size = np.abs(semitones)
    kind = np.where(size <= STEP, 1, np.where(size <= THIRD, 3, 5)) + (semitones < 0)
    return np.asarray(np.where(size == 0, 0, kind), dtype=np.int64)
