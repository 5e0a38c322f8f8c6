"""What an answer is and how it differs from another one, counted and said in plain words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from composer.pipeline.harmonize.task import Harmonized, Tune
from composer.score.note import Voice
from composer.score.reading import ChordSpan
from composer.score.score import Score

SOFT = {name: rank for rank, name in enumerate(("open", "DC", "HC", "PC", "MC", "IAC", "PAC"))}  # the firmest last
TRIAD, MINOR_SHAPES = 3, ("minor", "minor-seventh", "diminished", "half-diminished", "diminished-seventh")
# A count is worth a word where it differs by so many, and by so great a share of the larger one; design values.
LEAST_MORE, LEAST_SHARE = 2, 0.15
MOST_CLOSES = 3  # named one by one
MOST_RUNS = 4  # of bars that are named
STEP = 2  # semitones


@dataclass(frozen=True)
class Close:
    """How a line ends: where, its cadence, its last chord with its key."""

    end_ticks: int
    bar: int
    cadence: str
    chord: ChordSpan | None

    @property
    def spoken(self) -> str:
        """The numeral of the last chord."""
        return self.chord.chord.numeral if self.chord else "no chord"


@dataclass(frozen=True)
class Facts:
    """Counts of an answer. ``changes``: chords that follow another; ``foreign``: notes below the tune that are not in
    their chord; ``steps``: moves of the bass by step; ``time_ticks`` by root (pitch class) of every stretch."""

    changes: int
    different: int
    inversions: int
    sevenths: int
    applied: int
    minor: int
    keys: int
    foreign: int
    moves: int
    steps: int
    closes: tuple[Close, ...]
    cost_nats: float


def facts(tune: Tune, found: Harmonized) -> Facts:
    """Count what an answer is made of."""
    pairs = zip(found.chords, [None, *found.chords], strict=False)
    chords = [span for span, before in pairs if not _same(span, before)]
    bass = list(_bass(found, chords))
    moves = [abs(b - a) for a, b in pairwise(bass) if a != b]
    return Facts(
        changes=max(len(chords) - 1, 0),
        different=len({(span.key, span.chord.numeral) for span in chords}),
        inversions=sum(span.chord.inversion > 0 for span in chords),
        sevenths=sum(len(span.chord.members) > TRIAD for span in chords),
        applied=sum(span.chord.target is not None for span in chords),
        minor=sum(span.chord.quality in MINOR_SHAPES for span in chords),
        keys=len({span.key for span in chords}),
        foreign=sum(_foreign(voice, found.chords) for voice in found.voices),
        moves=len(moves), steps=sum(move <= STEP for move in moves),
        closes=tuple(_closes(tune.score, found)), cost_nats=found.cost_nats,
    )


def _same(span: ChordSpan, before: ChordSpan | None) -> bool:
    return before is not None and (before.chord, before.key) == (span.chord, span.key)


def _bass(found: Harmonized, chords: Sequence[ChordSpan]) -> Iterator[int]:
    """The bass as it is sung (MIDI), or the bass notes of the chords, each the nearest to the one before."""
    sung = next((voice for voice in found.voices if voice.role == "bass"), None)
    if sung is not None:
        yield from (note.bottom.midi for note in sung.sounding())
        return
    last = 43
    for span in chords:
        pc = (span.key.tonic_pc + span.chord.bass[1]) % 12
        last += (pc - last + 5) % 12 - 5
        yield last


def _foreign(voice: Voice, chords: Sequence[ChordSpan]) -> int:
    """Notes that are struck in a voice and are no members of the chord they are struck over."""
    count = 0
    for note in voice.sounding():
        over = next((span for span in chords if span.onset_ticks <= note.onset_ticks < span.end_ticks), None)
        count += over is not None and note.top.midi % 12 not in over.chord.pitch_classes(over.key)
    return count


def _closes(score: Score, found: Harmonized) -> Iterator[Close]:
    for phrase in found.phrases:
        inside = [span for span in found.chords if span.onset_ticks < phrase.end_ticks]
        end = phrase.end_ticks
        yield Close(end, score.bar_of(end - 1)[0], phrase.cadence, inside[-1] if inside else None)


_COUNTS = (
    ("chord change", "changes"), ("different chord", "different"), ("inversion", "inversions"), ("seventh", "sevenths"),
    ("applied dominant", "applied"), ("minor chord", "minor"), ("key", "keys"),
    ("note between the chords", "foreign"), ("step in the bass", "steps"),
)


def differences(tune: Tune, first: Harmonized, other: Harmonized) -> tuple[str, ...]:
    """What another answer has that the first has not, the closes first; what is all but the same is left out."""
    a, b = facts(tune, first), facts(tune, other)
    said = [*_close_words(a.closes, b.closes)]
    for name, field in _COUNTS:
        before, after = int(getattr(a, field)), int(getattr(b, field))
        gap = abs(after - before)
        rare = field in ("applied", "keys") and gap > 0
        if rare or (gap >= LEAST_MORE and gap >= LEAST_SHARE * max(before, after)):
            said.append(f"{'more' if after > before else 'fewer'} {_plural(name, 2)} ({after} for {before})")
    share, bars = _other_roots(tune.score, first, other)
    if share:
        said.append(f"other roots for {share:.0%} of the time ({_listed(bars)})")
    elif not said:
        said.append(_voices_words(first, other))
    nats = b.cost_nats - a.cost_nats
    said.append(f"{abs(nats):.1f} nats {'dearer' if nats >= 0 else 'cheaper'}")
    return tuple(said)


def _close_words(before: Sequence[Close], after: Sequence[Close]) -> Iterator[str]:
    """The lines that end otherwise; where many do, how many end more softly and more firmly."""
    known = {close.end_ticks: close for close in before}
    pairs = [(known[b.end_ticks], b) for b in after if b.end_ticks in known]
    ranked = [
        (a, b, SOFT.get(b.cadence, 0) - SOFT.get(a.cadence, 0))
        for a, b in pairs if (a.cadence, a.spoken) != (b.cadence, b.spoken)
    ]
    if len(ranked) > MOST_CLOSES:
        softer, firmer = sum(rank < 0 for *_, rank in ranked), sum(rank > 0 for *_, rank in ranked)
        yield f"{len(ranked)} of {len(before)} lines close otherwise ({softer} more softly, {firmer} more firmly)"
        ranked = []
    for a, b, rank in ranked:
        how = "softer" if rank < 0 else "firmer" if rank > 0 else "another"
        names = f"{b.spoken} for {a.spoken}" if a.spoken != b.spoken else f"{b.cadence} for {a.cadence}"
        yield f"{how} close in bar {b.bar} ({names})"
    ends = {close.end_ticks for close in after}
    yield from (f"goes on in bar {close.bar}" for close in before if close.end_ticks not in ends)
    yield from (f"closes in bar {close.bar} ({close.spoken})" for close in after if close.end_ticks not in known)


def _other_roots(score: Score, first: Harmonized, other: Harmonized) -> tuple[float, list[int]]:
    """The share of the time for which the roots differ, and the numbers of the bars in which they do."""
    spans = (*first.chords, *other.chords)
    ticks = sorted({span.onset_ticks for span in spans} | {span.end_ticks for span in spans})
    apart = whole = 0
    bars: set[int] = set()
    for begin, end in pairwise(ticks):
        whole += end - begin
        if _root_at(first.chords, begin) != _root_at(other.chords, begin):
            apart += end - begin
            bars |= set(range(score.bar_of(begin)[0], score.bar_of(end - 1)[0] + 1))
    return (apart / whole if whole else 0.0), sorted(bars)


def _listed(bars: Sequence[int]) -> str:
    """``bars 3, 5-7``; the first few runs where there are many."""
    runs: list[list[int]] = []
    for bar in bars:
        if runs and bar == runs[-1][-1] + 1:
            runs[-1].append(bar)
        else:
            runs.append([bar])
    names = [str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs[:MOST_RUNS]]
    return f"bar{'s' * (len(bars) > 1)} {', '.join(names)}{' ...' if len(runs) > MOST_RUNS else ''}"


def _root_at(chords: Sequence[ChordSpan], tick: int) -> int | None:
    span = next((span for span in chords if span.onset_ticks <= tick < span.end_ticks), None)
    return None if span is None else (span.key.tonic_pc + span.chord.root[1]) % 12


def _voices_words(first: Harmonized, other: Harmonized) -> str:
    """How many notes differ where the chords are the same."""

    def sung(found: Harmonized) -> set[tuple[str, int, int]]:
        return {(v.role, n.onset_ticks, n.top.midi) for v in found.voices for n in v.sounding()}

    notes = len(sung(other) - sung(first))
    return f"the same roots, {notes} other {_plural('note', notes)} in the lower voices"


def _plural(name: str, count: int) -> str:
    head, blank, tail = name.partition(" in ") if " in " in name else name.partition(" between ")
    plural = head if count == 1 else f"{head}s"
    return f"{plural}{blank}{tail}"
