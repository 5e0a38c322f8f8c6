"""How well harmony is read from bare scores: annotated chorales, each read with weights learned from all others.

    python -m benchmarks.reading [--out docs/reading.md]

Beside it music21's ``romanNumeralFromChord`` on the notes that sound on each beat, the annotator's key given. Three of
the twenty annotated chorales do not fit their scores and are left out.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from benchmarks.pieces import publish
from composer.score.pitch import parse_pitch
from composer.training.fit_harmony import Lesson, lessons
from composer.training.harmony_card import figures, leave_one_out

NAMES = {
    "keys_given_root": "root, keys given", "keys_given_figure": "root, quality and inversion, keys given",
    "notes_alone_root": "root, from the notes alone",
    "notes_alone_figure": "root, quality and inversion, from the notes alone",
    "notes_alone_key": "local key", "notes_alone_numeral": "numeral: key, root, quality and inversion",
}  # fmt: skip


def peer(taught: Sequence[Lesson]) -> tuple[float, float]:
    """Shares of beats on which music21 names the annotator's root, and root, members and inversion."""
    from music21 import chord, key, roman

    beats = root = figure = 0
    for lesson in taught:
        score = lesson.work.score
        beat = score.meter.beat_ticks
        for onset in range(score.pickup_ticks % beat, score.end_ticks, beat):
            wanted = lesson.work.at(onset)
            sounding = [
                note.top for voice in score.voices for note in voice.sounding()
                if note.onset_ticks <= onset < note.end_ticks
            ]  # fmt: skip
            if wanted is None or not sounding:
                continue
            beats += 1
            names = [pitch.name.replace("b", "-") if pitch.alter < 0 else pitch.name for pitch in sounding]
            tonic = wanted.key.tonic_name.replace("b", "-")
            home = key.Key(tonic.lower() if wanted.key.is_minor else tonic)
            found = roman.romanNumeralFromChord(chord.Chord(names), home)
            right = _place(found.root().name) == wanted.root
            members = frozenset(_place(pitch.name) for pitch in found.pitches)
            root += right
            figure += right and members == wanted.members and found.inversion() == wanted.inversion
    return root / beats, figure / beats


def _place(name: str) -> int:
    return parse_pitch(name.replace("-", "b") + "4").fifths


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, print and publish."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path)
    chosen = parser.parse_args(arguments)
    taught = lessons()
    ours = figures(taught, leave_one_out(taught))
    root, figure = peer(taught)
    page = [
        "# Reading harmony", "",
        f"{ours['chorales']} chorales, {ours['keys_given_beats']} beats, each read with weights learned from the other "
        f"{int(ours['chorales']) - 1}; agreement with the annotation.", "",
        "| on a beat | ours | music21, keys given |", "|---|---|---|",
    ]  # fmt: skip
    theirs = {"keys_given_root": f"{root:.3f}", "keys_given_figure": f"{figure:.3f}"}
    page += [f"| {words} | {ours[name]:.3f} | {theirs.get(name, '')} |" for name, words in NAMES.items()]
    page += [f"| key of the piece | {ours['home_keys_right']} of {ours['chorales']} | |", ""]
    publish("\n".join(page), chosen.out)


if __name__ == "__main__":
    main()
