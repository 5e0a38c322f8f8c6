"""Features of a finished score by which a listener may know its style: rhythm, pitch, harmony, texture.

Numbers are means or shares over the piece, so that its length does not matter.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from statistics import mean, pstdev

from composer.analysis.craft import LEAP, Tune, tune_of
from composer.score.score import Score
from composer.score.time import OFF_BEAT, TICKS_PER_QUARTER

STEP = 2
ROOTS = (2, 4, 5, 9, 10)  # semitones above the tonic


def features(score: Score) -> dict[str, float]:
    """All features of a score with its reading."""
    tune = tune_of(score)
    return {
        "tempo": score.tempo_bpm, "voices": float(len(score.voices)), **_rhythm(score, tune), **_pitch(score, tune),
        **_harmony(score), **_texture(score),
    }  # fmt: skip


def _share(values: Sequence[bool]) -> float:
    return mean(map(float, values)) if values else 0.0


def _rhythm(score: Score, tune: Tune) -> dict[str, float]:
    quarters = [length / TICKS_PER_QUARTER for length in tune.lengths]
    bars = [tuple(tune.onsets[n] % tune.bar_ticks for n in bar) for bar in tune.by_bar()]
    counts = [len(bar) for bar in bars]
    last = [tune.gaps()[bar[-1]] / TICKS_PER_QUARTER for bar in tune.by_bar()[1::2] if bar]
    return {
        "notes a quarter": len(quarters) * TICKS_PER_QUARTER / tune.end_ticks,
        "short notes": _share([length <= 0.5 for length in quarters]),
        "quarters": _share([length == 1 for length in quarters]),
        "dotted notes": _share([length in (0.75, 1.5) for length in quarters]),
        "long notes": _share([length >= 2 for length in quarters]),
        "notes off the beat": _share([score.meter.strength(onset) == OFF_BEAT for onset in tune.onsets]),
        "distinct bar rhythms": len(set(bars)) / len(bars),
        "unevenness of bars": pstdev(counts) / mean(counts),
        "last note of even bars": mean(last) if last else 0.0,
        **_returning(bars),
        "upbeat": float(tune.pickup_ticks > 0),
        "rests in the tune": _share([note.is_rest for note in score.tune.notes]),
        "fermatas": sum(note.fermata for note in score.tune.notes) / tune.bars,
    }


def _returning(bars: Sequence[tuple[int, ...]]) -> dict[str, float]:
    """Bars with the rhythm of some bars before."""
    return {
        f"rhythm as {back} bars before": _share([bars[n] == bars[n - back] for n in range(back, len(bars))])
        for back in (1, 2, 4)
    }


def _pitch(score: Score, tune: Tune) -> dict[str, float]:
    moves = [b - a for a, b in pairwise(tune.pitches)]
    degrees = [(midi - score.key.tonic_pc) % 12 for midi in tune.pitches]
    return {
        "steps": _share([0 < abs(move) <= STEP for move in moves]),
        "thirds": _share([STEP < abs(move) < LEAP for move in moves]),
        "leaps": _share([abs(move) >= LEAP for move in moves]),
        "repeated notes": _share([move == 0 for move in moves]),
        "range": float(max(tune.pitches) - min(tune.pitches)),
        "spread": pstdev(tune.pitches),
        "notes outside the scale": _share([degree not in score.key.scale for degree in degrees]),
        "raised leading tone": _share([degree == 11 for degree in degrees]),
        "lowered seventh": _share([degree == 10 for degree in degrees]),
    }


def _harmony(score: Score) -> dict[str, float]:
    spans = score.reading.chords if score.reading else ()
    bars = max(score.end_ticks // score.meter.bar_ticks, 1)
    chords = [span.chord for span in spans]
    return {
        "chords a bar": len(chords) / bars,
        "tonic chords": _share([chord.root[1] == 0 for chord in chords]),
        "dominants": _share([chord.is_dominant for chord in chords]),
        "inversions": _share([chord.inversion > 0 for chord in chords]),
        "sevenths": _share([len(chord.members) > 3 for chord in chords]),
        "applied chords": _share([chord.target is not None for chord in chords]),
        "distinct chords": len({chord.numeral for chord in chords}) / max(len(chords), 1),
        **{f"root {root}": _share([chord.root[1] == root for chord in chords]) for root in ROOTS},
        **_bars_of_chords(score),
    }


def _bars_of_chords(score: Score) -> dict[str, float]:
    """Bars whose chords are those of some bars before, and bars with several chords in the middle of strains."""
    spans = score.reading.chords if score.reading else ()
    length, early = score.meter.bar_ticks, score.pickup_ticks
    starts = range(early, score.end_ticks - length // 2, length)
    bars = [tuple(c.chord.numeral for c in spans if c.onset_ticks < at + length and c.end_ticks > at) for at in starts]
    again = {
        f"chords as {back} bars before": _share([bars[n] == bars[n - back] for n in range(back, len(bars))])
        for back in (1, 2, 4)
    }
    places = {f"chords in bar {n + 1} of eight": bars[n::8] for n in range(8)}
    return again | {name: mean(map(len, own)) if own else 0.0 for name, own in places.items()}


def _texture(score: Score) -> dict[str, float]:
    tune = {note.onset_ticks for note in score.tune.sounding()}
    others = [note for voice in score.voices if voice is not score.tune for note in voice.sounding()]
    onsets = sorted({note.onset_ticks for note in others})
    quarters = score.end_ticks / TICKS_PER_QUARTER
    struck = [sum(len(n.pitches) for n in others if n.onset_ticks == at) for at in onsets]
    loud = [note.velocity for note in score.tune.sounding()]
    return {
        "accompaniment onsets a quarter": len(onsets) / quarters,
        "pitches struck at once": mean(struck) if struck else 0.0,
        "accompaniment with the tune": _share([at in tune for at in onsets]),
        "tune without accompaniment": _share([at not in set(onsets) for at in tune]),
        "length of accompaniment notes": mean(n.length_ticks for n in others) / TICKS_PER_QUARTER if others else 0.0,
        "articulation": score.articulation,
        "change of loudness": pstdev(loud) if loud else 0.0,
    }
