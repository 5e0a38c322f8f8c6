"""Features of single voices: intervals, register, rhythm, what stands between the beats."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from statistics import fmean, pstdev

from benchmarks.fourpart.piece import BASS, Tone
from benchmarks.fourpart.view import BEAT, LOWER, NAMES, View

INTERVALS = {
    "repeated": (0,), "semitones": (1,), "whole tones": (2,), "thirds": (3, 4), "fourths": (5,), "fifths": (7,),
    "wide leaps": (6, 8, 9, 10, 11), "octaves": (12,),
}  # fmt: skip


def line_features(view: View) -> dict[str, float]:
    """Rates a note or a beat of alto, tenor and bass, by name."""
    found: dict[str, float] = {}
    for number in LOWER:
        voice, name = view.piece.voices[number], NAMES[number]
        for part in (_intervals(voice), _register(voice), _rhythm(view, number), _offbeats(view, number)):
            found |= {f"{name}: {key}": value for key, value in part.items()}
    return found | _bass(view)


def joined(voice: Sequence[Tone]) -> list[tuple[Tone, Tone]]:
    """Notes in a row with no rest between."""
    return [(one, two) for one, two in pairwise(voice) if one.end_ticks == two.onset_ticks]


def runs(voice: Sequence[Tone]) -> float:
    """Share of three notes in a row that walk by step in one direction."""
    moves = [two.midi - one.midi for one, two in joined(voice)]
    walks = [abs(a) in (1, 2) and abs(b) in (1, 2) and a * b > 0 for a, b in pairwise(moves)]
    return _share(walks)


def _share(verdicts: Sequence[bool]) -> float:
    return sum(verdicts) / max(1, len(verdicts))


def _intervals(voice: Sequence[Tone]) -> dict[str, float]:
    moves = [two.midi - one.midi for one, two in joined(voice)]
    sizes = [abs(move) for move in moves]
    found = {name: _share([size in wanted for size in sizes]) for name, wanted in INTERVALS.items()}
    moving = [move for move in moves if move]
    leaps = [(a, b) for a, b in pairwise(moves) if abs(a) > 4]
    found["rising of moves"] = _share([move > 0 for move in moving])
    found["turns"] = _share([a * b < 0 for a, b in pairwise(moving)])
    found["leaps turned by step"] = _share([a * b < 0 and abs(b) <= 2 for a, b in leaps])
    found["runs by step"] = runs(voice)
    found["there and back"] = _share([a == -b != 0 for a, b in pairwise(moves)])
    return found


def _register(voice: Sequence[Tone]) -> dict[str, float]:
    heights = [tone.midi for tone in voice] or [0]
    return {
        "mean height": fmean(heights), "spread": pstdev(heights), "highest": max(heights), "lowest": min(heights),
        "different pitches a note": len(set(heights)) / len(heights),
    }  # fmt: skip


def _rhythm(view: View, number: int) -> dict[str, float]:
    voice, beats = view.piece.voices[number], max(1, view.beats)
    lengths = [tone.length_ticks for tone in voice]
    strong = {tick for tick, strength in zip(view.piece.beats, view.piece.strengths, strict=True) if strength == 3}
    held = [one for one in view.slices if _is_held(one.tones[number], one.onset_ticks)]
    return {
        "notes a beat": len(lengths) / beats,
        "eighths a beat": sum(length == BEAT // 2 for length in lengths) / beats,
        "sixteenths a beat": sum(length <= BEAT // 4 for length in lengths) / beats,
        "quarters a note": _share([length == BEAT for length in lengths]),
        "dotted quarters a beat": sum(length == 3 * BEAT // 2 for length in lengths) / beats,
        "dotted eighths a beat": sum(length == 3 * BEAT // 4 for length in lengths) / beats,
        "halves a note": _share([length == 2 * BEAT for length in lengths]),
        "longer than halves a note": _share([length > 2 * BEAT for length in lengths]),
        "held into beats": len(held) / beats,
        "held into bars": sum(one.onset_ticks in strong for one in held) / max(1, len(strong)),
        "syncopated a beat": sum(one.onset_ticks - tone.onset_ticks < BEAT for one in held
                                 if (tone := one.tones[number]) is not None) / beats,
        "pairs of equal struck notes": _share([a.length_ticks == b.length_ticks and a.midi == b.midi
                                               for a, b in joined(voice)]),
    }  # fmt: skip


def _is_held(tone: Tone | None, tick: int) -> bool:
    return tone is not None and tone.onset_ticks < tick


def offbeat_eighths(view: View, number: int) -> int:
    """Notes struck half a beat after a beat."""
    halves = {tick + BEAT // 2 for tick in view.piece.beats}
    return sum(tone.onset_ticks in halves for tone in view.piece.voices[number])


def _offbeats(view: View, number: int) -> dict[str, float]:
    """What the notes between the beats do: rates a beat."""
    voice, beats = view.piece.voices[number], max(1, view.beats)
    halves = {tick + BEAT // 2 for tick in view.piece.beats}
    kinds = dict.fromkeys(("passing", "neighbour", "repeated", "anticipating", "leapt to", "leapt from", "falling",
                           "rising"), 0)  # fmt: skip
    active = set()
    for before, here, after in zip(voice, voice[1:], voice[2:], strict=False):
        if here.onset_ticks not in halves or here.length_ticks > BEAT // 2:
            continue
        active.add(here.onset_ticks)
        come, leave = here.midi - before.midi, after.midi - here.midi
        kinds["passing"] += abs(come) in (1, 2) and abs(leave) in (1, 2) and come * leave > 0
        kinds["neighbour"] += abs(come) in (1, 2) and come == -leave
        kinds["repeated"] += come == 0
        kinds["anticipating"] += leave == 0
        kinds["leapt to"] += abs(come) > 2
        kinds["leapt from"] += abs(leave) > 2
        kinds["falling"] += come < 0
        kinds["rising"] += come > 0
    found = {f"{kind} eighths a beat": times / beats for kind, times in kinds.items()}
    found["beats off beat"] = offbeat_eighths(view, number) / beats
    found["moving beats that go on"] = sum(tick + BEAT in active for tick in active) / max(1, len(active))
    return found


def repeated_and_held(view: View, number: int) -> tuple[float, float]:
    """Shares of beats, from the second, on which a voice keeps its pitch: struck again, and held."""
    again = held = beats = 0
    for one, two in pairwise(view.slices):
        before, after = one.tones[number], two.tones[number]
        if before is None or after is None:
            continue
        beats += 1
        held += before is after
        again += before is not after and before.midi == after.midi
    return again / max(1, beats), held / max(1, beats)


def _bass(view: View) -> dict[str, float]:
    """What the bass does from beat to beat."""
    again, held = repeated_and_held(view, BASS)
    tones = [tone for one in view.slices if (tone := one.tones[BASS]) is not None]
    moves = [two.midi - one.midi for one, two in pairwise(tones)]
    sizes = [abs(move) for move in moves]
    return {
        "bass, beat to beat: struck again": again, "bass, beat to beat: held": held,
        "bass, beat to beat: steps": _share([size in (1, 2) for size in sizes]),
        "bass, beat to beat: thirds": _share([size in (3, 4) for size in sizes]),
        "bass, beat to beat: fourths and fifths": _share([size in (5, 7) for size in sizes]),
        "bass, beat to beat: octaves": _share([size == 12 for size in sizes]),
        "bass, beat to beat: walks": _share(
            [abs(a) in (1, 2) and abs(b) in (1, 2) and a * b > 0 for a, b in pairwise(moves)]
        ),
        "bass, beat to beat: rising of moves": _share([move > 0 for move in moves if move]),
    }  # fmt: skip
