"""Random windows and their transpositions, for tests of the kinds."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from composer.score.windows import ABSENT, CADENCES, REST, Window

ROLES = ("soprano", "alto", "tenor", "bass")
# Letters of the twelve pitch classes in one mixed spelling.
LETTERS = np.array([0, 0, 1, 2, 2, 3, 3, 4, 5, 5, 6, 6])
MOMENT_PCS = ("leading_pc", "goal_pc", "tonic_pc")


def random_window(seed: int, shape: tuple[int, ...], roles: tuple[str, ...] = ROLES) -> Window:
    """A window of random notes over random chords of a few roots; ``shape`` is (..., span)."""
    rng = np.random.default_rng(seed)
    pitch = rng.integers(45, 80, (*shape, len(roles)))
    letter = 7 * (pitch // 12 - 1) + LETTERS[pitch % 12]
    root = rng.choice([0, 2, 5, 7, 9, 11], shape)
    third = (root + rng.choice([3, 4], shape)) % 12
    seventh = np.where(rng.random(shape) < 0.4, (root + 10) % 12, ABSENT)
    members = np.stack([root, third, (root + 7) % 12, seventh], axis=-1)
    letters = np.where(members == ABSENT, ABSENT, LETTERS[members])
    member = np.take_along_axis(members, rng.integers(0, 3, (*shape, len(roles))), axis=-1)
    near = np.where(rng.random(pitch.shape) < 0.6, pitch - pitch % 12 + member, pitch)
    letter = np.where(near == pitch, letter, 7 * (near // 12 - 1) + LETTERS[near % 12])
    letter = letter + (rng.random(near.shape) < 0.1)  # some notes on the wrong letter
    silent = rng.random(near.shape) < 0.05
    dominant = ((root == 7) & (third == 11)) | (root == 11)
    applied = root == 2  # stands for V/V
    return Window(
        roles=roles,
        pitch_midi=np.where(silent, REST, near),
        letter_step=np.where(silent, REST, letter),
        attack=rng.random(near.shape) < 0.8,
        length_ticks=rng.choice([240, 480, 960], near.shape),
        strength=rng.integers(0, 4, shape),
        member_pc=members,
        member_letter=letters,
        inversion=rng.integers(0, 3, shape),
        leading_pc=np.where(applied, 6, np.where(dominant, 11, ABSENT)),
        goal_pc=np.where(applied, 7, 0),
        chord_id=rng.integers(0, 9, shape),
        tonic_pc=np.zeros(shape, dtype=np.int64),
        tonic_letter=np.zeros(shape, dtype=np.int64),
        mode=rng.integers(0, 2, shape),
        cadence=rng.integers(0, len(CADENCES), shape) * (rng.random(shape) < 0.3),
        last=rng.random(shape) < 0.2,
        onset_ticks=np.zeros(shape, dtype=np.int64),
        heard=rng.random((*shape, 4)) < 0.2,
        read=rng.random(shape) < 0.2,
        confirmed=rng.random(shape) < 0.9,
        rooted=rng.random(shape) < 0.9,
    )


def transposed(window: Window, letters: int, semitones: int) -> Window:
    """The window moved by a spelled interval, chords and keys with it."""

    def move(values: np.ndarray, by: int, modulus: int) -> np.ndarray:
        return np.where(values == ABSENT, ABSENT, (values + by) % modulus)

    silent = window.pitch_midi == REST
    return replace(
        window,
        pitch_midi=np.where(silent, REST, window.pitch_midi + semitones),
        letter_step=np.where(silent, REST, window.letter_step + letters),
        member_pc=move(window.member_pc, semitones, 12),
        member_letter=move(window.member_letter, letters, 7),
        tonic_letter=move(window.tonic_letter, letters, 7),
        **{name: move(getattr(window, name), semitones, 12) for name in MOMENT_PCS},
    )
