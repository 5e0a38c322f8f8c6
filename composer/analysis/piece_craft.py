"""Measures of a finished piece: what its chords, sections, bass and accompaniment do beside the tune.

They complete ``composer.analysis.craft``; names, real values and bounds are rows of ``craft.TESTS``.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby, pairwise
from statistics import mean, median

from composer.analysis.craft import Tune, measures, tune_of
from composer.score.key import Key
from composer.score.note import Note
from composer.score.reading import ChordSpan, Reading, Section
from composer.score.score import Score
from composer.score.time import DOWNBEAT, HALF_BAR, OFF_BEAT

STRAIN_BARS = 8
STEP = 2  # semitones
LOUDER = 6  # MIDI velocity that is heard as another dynamic
DOMINANT, PHRYGIAN_HALVES = 7, (1, 5)  # semitones above the tonic


def piece_measures(score: Score, owner: int | None = None) -> dict[str, float]:
    """Every measure of ``craft.TESTS`` that the score and its reading allow.

    Args:
        owner: number of the section that was planned to hold the highest note, if one was.
    """
    tune = tune_of(score)
    score = _barred(score)
    reading = score.reading
    bar_ticks = score.meter.bar_ticks
    lengths = {(s.end_ticks - s.onset_ticks) // bar_ticks for s in reading.sections} if reading else set()
    tune = replace(tune, section_bars=lengths.pop() if len(lengths) == 1 else STRAIN_BARS)
    found = measures(tune)
    if reading is None or not tune.onsets:
        return found
    bass = bass_line(score, reading)
    found.update(_closes(tune, reading))
    found.update(_harmony(score, reading))
    found.update(_bass(bass))
    found.update(_outer_voices(score, bass))
    found.update(_texture(score, tune, reading))
    found.update(_bridge(tune, reading))
    found.update(_ending(score, tune))
    if owner is not None and owner < len(reading.sections):
        found["climax where it is planned"] = float(_climax(tune, reading, owner))
    return found


def _barred(score: Score) -> Score:
    """The score and its reading in time from the first bar line, an upbeat before zero."""
    early = score.pickup_ticks

    def moved(note: Note) -> Note:
        return replace(note, onset_ticks=note.onset_ticks - early)

    voices = tuple(replace(voice, notes=tuple(moved(note) for note in voice.notes)) for voice in score.voices)
    reading = score.reading
    if reading is not None:
        reading = replace(
            reading,
            chords=tuple(replace(c, onset_ticks=c.onset_ticks - early) for c in reading.chords),
            phrases=tuple(
                replace(p, onset_ticks=p.onset_ticks - early, end_ticks=p.end_ticks - early) for p in reading.phrases
            ),
            sections=tuple(
                replace(s, onset_ticks=s.onset_ticks - early, end_ticks=s.end_ticks - early) for s in reading.sections
            ),
        )
    return replace(score, voices=voices, reading=reading, pickup_ticks=0)


def bass_line(score: Score, reading: Reading) -> tuple[tuple[int, int], ...]:
    """The bass voice, or the left hand's lowest note at each chord, as (onset in ticks, MIDI pitch)."""
    voice = score.voice("bass")
    if voice:
        return tuple((note.onset_ticks, note.bottom.midi) for note in voice.sounding())
    hand = score.voice("figuration")
    if hand is None:
        return ()
    struck = {note.onset_ticks: note.bottom.midi for note in hand.sounding()}
    return tuple((c.onset_ticks, struck[c.onset_ticks]) for c in reading.chords if c.onset_ticks in struck)


def _inside(tune: Tune, section: Section) -> list[int]:
    """Note numbers of a section, its upbeat among them."""
    early = tune.pickup_ticks
    begin, end = section.onset_ticks - early, section.end_ticks - early
    return [n for n, onset in enumerate(tune.onsets) if begin <= onset < end]


def _climax(tune: Tune, reading: Reading, owner: int) -> bool:
    """The top sounds only under the owner's letter, once before its last two bars and not in passing."""
    top, usual = max(tune.pitches), median(tune.lengths)
    letter = reading.sections[owner].letter
    tops = [n for n, pitch in enumerate(tune.pitches) if pitch == top]
    good = False
    for section in reading.sections:
        here = [n for n in tops if n in _inside(tune, section)]
        if here and section.letter != letter:
            return False
        last = section.end_ticks - 2 * tune.bar_ticks
        good |= any(tune.onsets[n] < last and tune.lengths[n] >= usual for n in here)
    return good


def _closes(tune: Tune, reading: Reading) -> dict[str, float]:
    """How sections end, and whether strains come to a full stop in their middle."""
    ends = set()
    stops = []
    tonic = reading.key.tonic_pc
    for section in reading.sections:
        notes = _inside(tune, section)
        if not notes:
            continue
        closing = [p.cadence for p in reading.phrases if section.onset_ticks < p.end_ticks <= section.end_ticks]
        cadence = closing[-1] if closing else ""
        degree = (tune.pitches[notes[-1]] - tonic) % 12
        ends.add((cadence, degree, tuple(tune.lengths[n] for n in notes[-3:])))
        if reading.chords and section.end_ticks - section.onset_ticks == STRAIN_BARS * tune.bar_ticks:
            half = section.onset_ticks + STRAIN_BARS // 2 * tune.bar_ticks
            last = max((n for n in notes if tune.onsets[n] < half - tune.pickup_ticks), default=notes[0])
            chord = reading.chord_at(tune.onsets[last])
            home = chord is not None and chord.chord.root[1] == 0 and chord.chord.inversion == 0
            local = chord.key.tonic_pc if chord is not None else tonic  # of a section in another key
            stops.append(home and (tune.pitches[last] - local) % 12 == 0)
    found = {"different section ends": float(len(ends))} if len(reading.sections) > 1 else {}
    if stops:
        found["full stop in mid-strain"] = mean(map(float, stops))
    return found


def _harmony(score: Score, reading: Reading) -> dict[str, float]:
    """Harmonic rhythm inside strains of eight bars; chord tones off and on the beat."""
    found: dict[str, float] = {}
    bar_ticks = score.meter.bar_ticks
    strains = [s for s in reading.sections if s.end_ticks - s.onset_ticks == STRAIN_BARS * bar_ticks]

    def sounding(bars: tuple[int, ...]) -> int:
        starts = [section.onset_ticks + (bar - 1) * bar_ticks for section in strains for bar in bars]
        spans = reading.chords
        return sum(c.onset_ticks < at + bar_ticks and c.end_ticks > at for at in starts for c in spans)

    if strains and sounding((1, 5)):
        found["chords in bars 4 and 7 to 1 and 5"] = sounding((4, 7)) / sounding((1, 5))
    for name, strength in (("off the beat", OFF_BEAT), ("on downbeats", DOWNBEAT)):
        notes = [n for n in score.tune.sounding() if score.meter.strength(n.onset_ticks) == strength]
        spans = [(note, reading.chord_at(note.onset_ticks)) for note in notes]
        tones = [float(_belongs(note, span)) for note, span in spans if span]
        if tones:
            found[f"chord tones {name}"] = mean(tones)
    return found


def _belongs(note: Note, span: ChordSpan) -> bool:
    return note.top.midi % 12 in span.chord.pitch_classes(span.key)


def _bass(bass: tuple[tuple[int, int], ...]) -> dict[str, float]:
    """Steps among the moves of the bass, and its longest run of one note."""
    if not bass:
        return {}
    pitches = [pitch for _, pitch in bass]
    found = {"longest run of one bass note": float(max(len(list(run)) for _, run in groupby(pitches)))}
    moves = [abs(b - a) for a, b in pairwise(pitches) if a != b]
    if moves:
        found["steps among bass moves"] = mean(float(move <= STEP) for move in moves)
    return found


def _outer_voices(score: Score, bass: tuple[tuple[int, int], ...]) -> dict[str, float]:
    """Share of contrary and oblique motion among all motion of tune and bass from beat to beat."""
    if not bass:
        return {}
    tune = [(note.onset_ticks, note.top.midi) for note in score.tune.sounding()]
    beats = range(max(tune[0][0], bass[0][0]), score.end_ticks, score.meter.beat_ticks)
    pairs = list(zip(_at(tune, beats), _at(list(bass), beats), strict=True))
    moves = [(b[0] - a[0], b[1] - a[1]) for a, b in pairwise(pairs) if a != b]
    if not moves:
        return {}
    return {"contrary and oblique outer voices": mean(float(upper * lower <= 0) for upper, lower in moves)}


def _at(line: list[tuple[int, int]], beats: range) -> list[int]:
    """The pitch last struck at each beat."""
    found, place = [], 0
    for beat in beats:
        while place + 1 < len(line) and line[place + 1][0] <= beat:
            place += 1
        found.append(line[place][1])
    return found


def _texture(score: Score, tune: Tune, reading: Reading) -> dict[str, float]:
    """Held notes that something moves under, and section bounds at which texture or loudness changes."""
    others = [v for v in score.voices if v is not score.tune]
    if not others:
        return {}
    onsets = sorted(note.onset_ticks for voice in others for note in voice.sounding())
    found: dict[str, float] = {}
    holds = [n for n, gap in enumerate(tune.gaps()) if gap >= 2 * tune.beat_ticks]
    if holds:
        gaps = tune.gaps()
        filled = [any(tune.onsets[n] < at < tune.onsets[n] + gaps[n] for at in onsets) for n in holds]
        found["holds filled by the accompaniment"] = mean(map(float, filled))
    faces = []
    for section in reading.sections:
        end = section.onset_ticks + tune.bar_ticks
        places = tuple(at - section.onset_ticks for at in onsets if section.onset_ticks <= at < end)
        notes = [n for n in score.tune.sounding() if section.onset_ticks <= n.onset_ticks < end]
        faces.append((places, notes[0].velocity if notes else 0))
    if len(faces) > 1:
        changed = [a[0] != b[0] or abs(a[1] - b[1]) >= LOUDER for a, b in pairwise(faces)]
        found["section bounds with a change"] = mean(map(float, changed))
    return found


def _bridge(tune: Tune, reading: Reading) -> dict[str, float]:
    """The first section whose letter neither opens nor closes the piece, or of AABA the one that is not A: a chorus
    that closes the piece is none."""
    letters = [section.letter for section in reading.sections]
    number = next((n for n, letter in enumerate(letters) if letter not in (letters[0], letters[-1])), 0)
    if number == 0:
        return {}
    first, bridge = reading.sections[0], reading.sections[number]
    notes = [_inside(tune, section) for section in (first, bridge)]
    if not all(notes):
        return {}
    low, high = (mean(tune.pitches[n] for n in numbers) for numbers in notes)
    ours, theirs = (_rhythms(tune, section) for section in (bridge, first))
    found = {
        "bridge above A (semitones)": high - low,
        "bridge bars with an A rhythm": mean(float(rhythm in theirs) for rhythm in ours),
    }
    begin, end = bridge.onset_ticks - tune.pickup_ticks, bridge.end_ticks - tune.pickup_ticks
    spans = [c for c in reading.chords if begin <= c.onset_ticks < end]  # the next upbeat is not its own
    if spans:
        above = [(c.key.tonic_pc + c.chord.root[1] - reading.key.tonic_pc) % 12 for c in spans]
        home = sum(c.length_ticks for c, root in zip(spans, above, strict=True) if root == 0)
        found["tonic share of the bridge"] = home / sum(c.length_ticks for c in spans)
        found["bridge ends on V"] = float(_half_close(spans[-1], above[-1], reading.key))
    return found


def _half_close(span: ChordSpan, root: int, key: Key) -> bool:
    """V; in the old modes its third may be minor, and phrygian stops on its second or fourth degree."""
    if key.is_modal:
        return root in (PHRYGIAN_HALVES if key.mode == "phrygian" else (DOMINANT,))
    return span.chord.is_dominant and root == DOMINANT


def _rhythms(tune: Tune, section: Section) -> list[tuple[int, ...]]:
    """Onset places of each bar of a section."""
    by_bar = tune.by_bar()
    bars = range(section.onset_ticks // tune.bar_ticks, section.end_ticks // tune.bar_ticks)
    return [tuple(tune.onsets[n] % tune.bar_ticks for n in by_bar[bar]) for bar in bars if bar < tune.bars]


def _ending(score: Score, tune: Tune) -> dict[str, float]:
    """The last note: where it stands and how long it is; how busy the last bar is."""
    strong = score.meter.strength(tune.onsets[-1]) >= HALF_BAR
    full = tune.lengths[-1] + tune.pickup_ticks  # the last bar gives an upbeat its time
    long = 2 * (tune.end_ticks - tune.onsets[-1]) >= tune.bar_ticks and 2 * full >= tune.bar_ticks
    last = sum(onset >= tune.end_ticks - tune.bar_ticks for onset in tune.onsets)
    return {
        "ends on a strong long note": float(strong and long),
        "density of the last bar": last * tune.bars / len(tune.onsets),
    }
