"""Names for MIDI numbers by what sounds around them.

Every pitch class that sounds near a note votes, as if it were a tonic, for the letter that the note has in the
harmonic chromatic scale above it; it has as many votes as it sounds in a window of notes before and after. The method
and the window are those of D. Meredith, "The ps13 pitch spelling algorithm", Journal of New Music Research 35 (2006).
"""

from __future__ import annotations

from collections.abc import Sequence

from composer.score.pitch import LETTER_FIFTHS, LETTER_SEMITONES, Pitch

BEFORE, AFTER = 10, 42  # notes of the window, the note itself among those after
# Letters above a tonic of each semitone: the harmonic chromatic scale.
_LETTERS = (0, 1, 1, 2, 2, 3, 3, 4, 5, 5, 6, 6)
_SHARPEST, _FLATTEST = 6, -6


def spell(midis: Sequence[int], sharps: int | None = None) -> list[Pitch]:
    """Pitches of MIDI numbers in order of time, all voices together; ``sharps``: the signature, if one is known."""
    if not midis:
        return []
    fifths = best_signature(midis) if sharps is None else sharps
    steps = _steps(midis, _step_in(fifths, midis[0]))
    pitches = [_pitch(midi, step) for midi, step in zip(midis, steps, strict=True)]
    middle = sum(pitch.fifths for pitch in pitches) / len(pitches)
    if abs(middle - fifths - 2) > 6:  # in a key with the same sounds and other names
        up = 1 if middle > fifths + 2 else -1
        pitches = [_pitch(pitch.midi, (pitch.step + up) % 7) for pitch in pitches]
    return pitches


def best_signature(midis: Sequence[int]) -> int:
    """Sharps (flats negative) of the signature that leaves the fewest notes outside its scale; of equals the plainest.

    >>> best_signature([62, 64, 66, 67, 69, 71, 73])
    2
    """
    counts = [0] * 12
    for midi in midis:
        counts[midi % 12] += 1

    def inside(fifths: int) -> int:
        return sum(counts[7 * place % 12] for place in range(fifths - 1, fifths + 6))

    return max(range(_FLATTEST, _SHARPEST + 1), key=lambda fifths: (inside(fifths), -abs(fifths)))


def _step_in(fifths: int, midi: int) -> int:
    """The letter of a pitch class in a signature, counted from four fifths below to seven above it."""
    lowest = fifths - 4
    place = lowest + (7 * midi - lowest) % 12
    return LETTER_FIFTHS.index((place + 1) % 7 - 1)


def _steps(midis: Sequence[int], first_step: int) -> list[int]:
    classes = [midi % 12 for midi in midis]
    tonic_steps = [(first_step - _LETTERS[(classes[0] - tonic) % 12]) % 7 for tonic in range(12)]
    counts = [0] * 12
    for one in classes[:AFTER - 1]:
        counts[one] += 1
    steps = []
    for place, one in enumerate(classes):
        if place + AFTER - 1 < len(classes):
            counts[classes[place + AFTER - 1]] += 1
        if place > BEFORE:
            counts[classes[place - BEFORE - 1]] -= 1
        votes = [0] * 7
        for tonic, count in enumerate(counts):
            votes[(tonic_steps[tonic] + _LETTERS[(one - tonic) % 12]) % 7] += count
        steps.append(max(range(7), key=lambda step: votes[step]))
    return steps


def _pitch(midi: int, step: int) -> Pitch:
    alter = (midi - LETTER_SEMITONES[step] + 6) % 12 - 6
    return Pitch((midi - alter - LETTER_SEMITONES[step]) // 12 - 1, step, alter)
