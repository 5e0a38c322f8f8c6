"""Cadences read from sounding notes, or from chord symbols where only a tune is written.

PAC: V or V7 in root position to I in root position, the tune ending on the tonic. IAC: any other dominant to tonic.
HC: a stop on V or V7 in root position. PC: IV to I. DC: V to vi. Everything else is ``other``. In the old modes MC is
any close on the tonic from another root, HC a stop on the fifth degree, in phrygian on the second or fourth.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from composer.score.key import Key
from composer.score.note import Note
from composer.score.score import Score
from composer.score.time import HALF_BAR

PAC, IAC, HC, PC, DC, MC, OTHER = "PAC", "IAC", "HC", "PC", "DC", "MC", "other"
TONIC, SUBDOMINANT, DOMINANT, LEADING = 0, 5, 7, 11  # semitones above the tonic
# Triads and sevenths to compare with, as semitones above the root; the plainer wins where two fit alike.
SHAPES = {
    "major": (0, 4, 7), "minor": (0, 3, 7), "dominant-seventh": (0, 4, 7, 10), "diminished": (0, 3, 6),
    "minor-seventh": (0, 3, 7, 10), "major-seventh": (0, 4, 7, 11), "half-diminished": (0, 3, 6, 10),
    "diminished-seventh": (0, 3, 6, 9), "suspended-seventh": (0, 5, 7, 10),
}
GOOD_FIT = 0.8  # design value
TUNE_WEIGHT = 0.5  # design value: a tune over an accompaniment says less about the chord than the accompaniment
_BASS_BONUS, _KEY_BONUS, _SIZE_COST, _EMPTY_COST = 0.25, 0.08, 0.04, 0.1
_ALONE_COST = 0.3  # design value: a note alone is hardly a chord
_BEAT_COST = 0.04  # design value: near windows before long ones
_SCALES = {False: frozenset({0, 2, 4, 5, 7, 9, 11}), True: frozenset({0, 2, 3, 5, 7, 8, 11})}


@dataclass(frozen=True)
class Harmony:
    """A chord heard for a time: semitones of root and bass above the tonic, shape, the share of the
    sounding time inside it, and how clearly it is heard (that share, with our bonuses and costs)."""

    root: int
    shape: str
    bass: int
    fit: float
    clarity: float

    @property
    def is_tonic(self) -> bool:
        """I or i, in any inversion, a seventh allowed."""
        return self.root == TONIC and self.shape in ("major", "minor", "major-seventh", "minor-seventh")

    @property
    def is_dominant(self) -> bool:
        """V, V7 or a chord on the leading tone."""
        on_five = self.root == DOMINANT and self.shape in ("major", "dominant-seventh", "suspended-seventh")
        return on_five or (self.root == LEADING and "diminished" in self.shape)

    @property
    def is_half_close(self) -> bool:
        """V or V7 with its root in the bass."""
        return self.root == DOMINANT and self.bass == DOMINANT and self.is_dominant


def cadence_at(score: Score, end_ticks: int) -> str:
    """The cadence that ends at a tick, from the last two harmonies before it."""
    goal, before = last_harmonies(score, end_ticks)
    if goal is None:
        return OTHER
    tune = last_note(score, end_ticks)
    degree = (tune.top.midi - score.key.tonic_pc) % 12 if tune is not None else -1
    return named(goal, before, degree, score.key)


def named(goal: Harmony, before: Harmony | None, degree: int, key: Key) -> str:
    """The cadence of two harmonies, the tune ending on ``degree`` (semitones above the tonic)."""
    if key.is_modal:
        return _modal(goal, before, key)
    if goal.is_half_close:
        return HC
    if before is None:
        return OTHER
    if goal.is_tonic and (before.is_dominant or before.bass == DOMINANT):  # 5 in the bass leads, whatever is above
        return PAC if goal.bass == TONIC and before.bass == DOMINANT and degree == TONIC else IAC
    if goal.is_tonic and before.root == SUBDOMINANT:
        return PC
    if before.is_dominant and goal.root in (8, 9):
        return DC
    return OTHER


def _modal(goal: Harmony, before: Harmony | None, key: Key) -> str:
    """The cadence of two harmonies in an old mode."""
    halves = (1, SUBDOMINANT) if key.mode == "phrygian" else (DOMINANT,)
    if goal.root in halves and goal.bass == goal.root:
        return HC
    closes = goal.is_tonic and goal.bass == TONIC and before is not None and before.root != TONIC
    return MC if closes else OTHER


def last_note(score: Score, end_ticks: int) -> Note | None:
    """The tune's last note that begins before a tick."""
    return next((note for note in reversed(score.tune.sounding()) if note.onset_ticks < end_ticks), None)


def last_harmonies(score: Score, end_ticks: int) -> tuple[Harmony | None, Harmony | None]:
    """The last harmony before a tick and the one before it, however long the last one stood (up to two bars)."""
    if len(score.voices) == 1:
        return _printed(score, end_ticks)
    goal, before = _two_harmonies(score, end_ticks)
    bar, early = score.meter.bar_ticks, score.pickup_ticks
    bar_line = (end_ticks - early - 1) // bar * bar + early
    if goal is not None and before is not None and goal.root == before.root:
        longer, earlier = _two_harmonies(score, bar_line)
        if longer is not None and earlier is not None and longer.root == goal.root != earlier.root:
            return goal, earlier
    return goal, before


def _two_harmonies(score: Score, end_ticks: int) -> tuple[Harmony | None, Harmony | None]:
    meter = score.meter
    half = meter.bar_ticks // 2 if meter.beats % 2 == 0 else 2 * meter.beat_ticks
    early = score.pickup_ticks if end_ticks % meter.bar_ticks == 0 else 0  # an end before an upbeat: bars are shorter
    wide = tuple(length - early for length in (meter.bar_ticks, half, meter.beat_ticks) if length > early)
    if not _figured(score):
        lengths = _under_one_bass(score, end_ticks, wide)
        goal, length = _first_good(score, end_ticks, lengths, lengths)
        return goal, _clearest(score, end_ticks - length, _under_one_bass(score, end_ticks - length, wide))[0]
    wide = _from_a_bass(score, end_ticks, wide)
    goal, length = _first_good(score, end_ticks, wide, wide)
    return goal, _figure_before(score, end_ticks - length, (half, meter.beat_ticks, meter.bar_ticks))


def _figure_before(score: Score, end: int, windows: tuple[int, ...]) -> Harmony | None:
    """The harmony of a figure before the goal: that of half a bar, where bars halve, for a pattern spreads a chord so
    far. It stands over its root if that is heard in a longer window or struck first."""
    halves = windows[:1] if score.meter.beats % 2 == 0 else ()
    before = _first_good(score, end, halves, windows)[0]
    if before is None:
        return None
    heard = [harmony(score, end - length, end) for length in sorted(windows) if length <= end]
    founded = [chord for chord in heard if chord is not None and chord.root == chord.bass]
    if before.root == before.bass:
        return before
    longer = next((chord for chord in founded if chord.root == before.root), None)
    struck = _strong_bass(score, end - windows[0], end)
    return longer or (replace(before, bass=before.root) if struck == before.root else before)


def _strong_bass(score: Score, begin: int, end: int) -> int | None:
    """Semitones above the tonic of the lowest note struck under the tune on strong places between two ticks."""
    others = [note for voice in score.voices if voice is not score.tune for note in voice.sounding()]
    struck = [
        note.bottom.midi for note in others
        if begin <= note.onset_ticks < end and score.meter.strength(note.onset_ticks - score.pickup_ticks) >= HALF_BAR
    ]  # fmt: skip
    return (min(struck) - score.key.tonic_pc) % 12 if struck else None


def _from_a_bass(score: Score, end_ticks: int, lengths: tuple[int, ...]) -> tuple[int, ...]:
    """The windows that begin where the lowest voice strikes a note: a chord does not change under a held bass."""
    bass = score.voice("bass") or score.voices[-1]
    struck = [end_ticks - note.onset_ticks for note in bass.sounding() if note.onset_ticks < end_ticks]
    own = tuple(length for length in lengths if length in struck)
    return own or tuple(length for length in struck[-1:] if length <= max(lengths)) or lengths


def _under_one_bass(score: Score, end_ticks: int, lengths: tuple[int, ...]) -> tuple[int, ...]:
    """The windows in which the lowest voice stands still: where voices are few, a new bass is a new chord."""
    stand = _last_stand(score, end_ticks)
    return tuple(length for length in lengths if length <= stand) or (score.meter.beat_ticks,)


def _last_stand(score: Score, end_ticks: int) -> int:
    """How long the lowest voice has stood on its last note (octaves apart are one note) at a tick."""
    bass = score.voice("bass") or score.voices[-1]
    notes = [note for note in bass.sounding() if note.onset_ticks < end_ticks]
    start = end_ticks
    for note in reversed(notes):
        if note.bottom.midi % 12 != notes[-1].bottom.midi % 12:
            break
        start = note.onset_ticks
    return end_ticks - start


def _figured(score: Score) -> bool:
    """Whether a pattern lies under the tune; four voices of single notes are real parts, whatever their names."""
    if len(score.voices) >= 4 and all(len(note.pitches) <= 1 for voice in score.voices for note in voice.notes):
        return False
    return any(voice.role == "figuration" for voice in score.voices)


def _first_good(
    score: Score, end: int, lengths: tuple[int, ...], others: tuple[int, ...]
) -> tuple[Harmony | None, int]:
    """The chord of the first window that has nearly all its notes in one chord, else the clearest of ``others``."""
    for length in lengths:
        heard = harmony(score, end - length, end)
        if heard is not None and heard.fit >= GOOD_FIT:
            return heard, length
    return _clearest(score, end, others)


def _clearest(score: Score, end: int, lengths: tuple[int, ...]) -> tuple[Harmony | None, int]:
    """The chord of the window before ``end`` in which one is heard most clearly, and the window's length.

    Where a longer window has the same chord over its root, that one's bass is taken: patterns strike the bass early.
    """
    heard = [(harmony(score, end - length, end), length) for length in lengths if end - length >= 0]
    found = [(chord, length) for chord, length in heard if chord is not None]
    if not found:
        return None, lengths[0]
    cost = _BEAT_COST / score.meter.beat_ticks
    best = max(found, key=lambda pair: pair[0].clarity - cost * pair[1])
    return next((pair for pair in found if pair[0].root == pair[0].bass == best[0].root), best)


def harmony(score: Score, begin: int, end: int) -> Harmony | None:
    """The chord that best fits what sounds between two ticks; None in silence."""
    weights: dict[int, float] = {}
    lowest: tuple[int, int] | None = None
    figured = _figured(score)
    for voice in score.voices:
        weight = TUNE_WEIGHT if figured and voice is score.tune else 1.0
        for note in voice.notes:
            time = min(note.end_ticks, end) - max(note.onset_ticks, begin)
            if time <= 0 or not note.pitches:
                continue
            lowest = min(filter(None, (lowest, (note.bottom.midi, note.onset_ticks))))
            for pitch in note.pitches:
                above = (pitch.midi - score.key.tonic_pc) % 12
                weights[above] = weights.get(above, 0.0) + weight * time
    if lowest is None:
        return None
    return best_fit(weights, (lowest[0] - score.key.tonic_pc) % 12, score.key.is_minor)


def best_fit(weights: dict[int, float], bass: int, minor: bool) -> Harmony:
    """The chord nearest to weighted pitch classes (semitones above the tonic) over a bass; chords of the key before
    others, so that a bare fifth on 5 is a dominant."""
    total = sum(weights.values())
    found: list[tuple[float, int, str, float]] = []
    for shape, members in SHAPES.items():
        for root in range(12):
            inside = [(root + member) % 12 for member in members]
            fit = sum(weights.get(above, 0.0) for above in inside) / total
            clear = fit - _SIZE_COST * len(members) - _ALONE_COST * (len(weights) == 1)
            clear -= _EMPTY_COST * sum(1 for above in inside if above not in weights)
            clear += _KEY_BONUS * _SCALES[minor].issuperset(inside)
            clear += _BASS_BONUS if root == bass else _BASS_BONUS / 2 if bass in inside else 0.0
            found.append((round(clear, 6), -root, shape, fit))
    clear, root, shape, fit = max(found)
    return Harmony(-root, shape, bass, fit, clear)


def _printed(score: Score, end_ticks: int) -> tuple[Harmony | None, Harmony | None]:
    """The last two different chord symbols of a lead sheet."""
    spans = [span for span in (score.reading.chords if score.reading else ()) if span.onset_ticks < end_ticks]
    found: list[Harmony] = []
    for span in reversed(spans):
        here = Harmony(_above(span.chord.root, score.key, span.key), span.chord.quality,
                       _above(span.chord.bass, score.key, span.key), 1.0, 1.0)
        if not found or here != found[-1]:
            found.append(here)
        if len(found) == 2:
            break
    return (found[0] if found else None), (found[1] if len(found) > 1 else None)


def _above(member: tuple[int, int], home: Key, key: Key) -> int:
    return (key.tonic_pc + member[1] - home.tonic_pc) % 12
