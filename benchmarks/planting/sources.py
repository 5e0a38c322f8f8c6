"""Clean pieces to plant in: composed chorales, progressions set in four voices, chorales of the corpus."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from benchmarks.pieces import composed
from benchmarks.planting.grid import Block, Ground, Harmony, bare, blocks
from composer import Brief
from composer.errors import ComposerError
from composer.files.door import open_score
from composer.pipeline.chord_words import read_numerals
from composer.pipeline.four_parts import Memory
from composer.pipeline.realise import realise, voicing_law
from composer.score.key import Key
from composer.score.reading import ChordSpan
from composer.score.time import Meter
from composer.theory.rulebook import load_rulebook
from composer.theory.tables import load_table

KEYS = ("C", "a", "G", "d", "F", "e", "D", "g", "Bb", "b", "A", "c", "Eb", "f#", "E", "f", "Ab", "c#")
MOODS = ("calm", "sad", "happy", "solemn")
ROLES = ("soprano", "alto", "tenor", "bass")
COMPOSED_SHARE = 3  # every third of our pieces is composed, the others are progressions
MOST_TRIES = 1000
MAJOR = (
    "I IV V7 I | vi ii6 V V | I V6/5 I IV6 | V4/3 I6 ii6/5 V7 | I",
    "I V6 I V7/IV | IV ii6 V I | vi V7/V V V4/2 | I6 ii6 V7 I",
    "I vi IV ii | V7 vi IV6 V | I6 IV V V7 | I",
    "I I6 IV V | V7/ii ii V7 I | IV iv I6/4 V7 | I",
    "I6 IV ii V | I V7/vi vi IV | ii6 V I6/4 V7 | I",
    "I vi ii6 V | I bII6 V7 I | vi IV ii V7 | I",
    "I IV Ger6 V | I vi Fr6 V | V4/2 I6 ii6 V7 | I",
    "I V It6 V | V7 vi ii6 V7 | I",
    "I vii°6 I6 IV | ii7 V7 I vi | ii6/5 V I6/4 V7 | I",
    "I V7/V V V | I IV iv V | V7 vi ii6 V7 | I",
    "I vi7 ii7 V7 | I Imaj7 IV ii7 | V V7 I I",
    "I ii°6 V7 I | IV V6 I V7/V | V V4/2 I6 V7 | I",
)
MINOR = (
    "i iv V7 i | VI ii°6 V V | i V6/5 i iv6 | V i iiø6/5 V7 | i",
    "i V6 i V7/iv | iv ii°6 V i | VI iv V V4/2 | i6 iiø6/5 V7 i",
    "i bII6 V7 i | VI iv i6/4 V7 | i",
    "i iv Ger6 V | i VI Fr6 V | V4/2 i6 ii°6 V7 | i",
    "i iv It6 V | V7 VI ii°6 V7 | i",
    "i V6 i iv | V VI ii°6 V | i6 iv i6/4 V7 | i",
    "i vii°7 i iv | V7/V V V4/2 i6 | ii°6 V i V | i",
    "i VI iv V | i6 iv V i | VI bII6 V V7 | i",
)


def harmony_of(span: ChordSpan) -> Harmony:
    """A chord of a reading by its spelled tones."""
    tones = tuple((pitch.step, pitch.alter) for pitch in span.chord.spelled(span.key))
    return Harmony(tones, span.chord.quality, span.chord.inversion, span.key, span.chord.numeral)


def with_blocks(ground: Ground) -> Ground:
    """The piece with its blocks found."""
    return replace(ground, blocks=blocks(ground.score, ground.known))


def composed_pieces(seed: int) -> Iterator[Ground]:
    """Four-part chorales of ours in short forms, keys, moods and meters rotating."""
    for number in range(MOST_TRIES):
        brief = Brief(
            form=("period", "sentence")[number % 2], style="chorale", ensemble="satb", bars=8,
            seed=seed * 1000 + number, key=KEYS[number * 5 % len(KEYS)], meter=("4/4", "3/4")[number // 2 % 2],
            mood=MOODS[number % len(MOODS)],
        )  # fmt: skip
        piece = composed(brief)
        if piece is None or piece.score.reading is None:
            continue
        known = tuple((s.onset_ticks, s.end_ticks, harmony_of(s)) for s in piece.score.reading.chords)
        name = f"composed {number}: {piece.score.key.name} {piece.score.meter.name} seed {brief.seed}"
        home = piece.score.reading.key
        yield with_blocks(Ground(name, "composed", bare(piece.score, name), known, home))


def realised_pieces() -> Iterator[Ground]:
    """Progressions with sevenths, applied and altered chords and six-fours, in many keys and several ways each."""
    memory, ensembles = Memory(voicing_law(load_rulebook(), "satb")), load_table("ensembles")
    for number in range(MOST_TRIES):
        name = KEYS[number % len(KEYS)]
        pool = MINOR if name[0].islower() else MAJOR
        turn = number // 2 % len(pool)
        meter = Meter(4, 4)
        task = read_numerals(pool[turn], name, meter)
        try:
            found = realise(task, memory, 2, "satb", ensembles)
        except ComposerError:
            continue
        score = found.scores[number % len(found.scores)]
        assert score.reading is not None
        known = tuple((s.onset_ticks, s.end_ticks, harmony_of(s)) for s in score.reading.chords)
        title = f"realised {number}: {score.key.name}: {pool[turn]}"
        if found.legal_ways:
            yield with_blocks(Ground(title, "realised", bare(score, title), known, score.key))


def chorales(seed: int) -> Iterator[Ground]:
    """Four-voice chorales of the corpus, in an order drawn by the seed."""
    import music21

    paths = sorted((Path(music21.__file__).parent / "corpus" / "bach").glob("bwv*.mxl"))
    random.Random(seed).shuffle(paths)
    for path in paths:
        try:
            score = open_score(path).score
        except ComposerError:
            continue
        if tuple(voice.role for voice in score.voices) != ROLES or score.end_ticks > 40 * 1920:
            continue
        ground = Ground(f"chorale {path.stem}", "chorale", bare(score, path.stem))
        yield at_cadences(with_blocks(replace(ground, home=_home(score.key, blocks(ground.score, ())))))


def _home(signature: Key, found: tuple[Block, ...]) -> Key | None:
    """The key whose tonic triad ends the piece, if the signature is its own."""
    last = found[-1].harmony if found else None
    if last is None or last.inversion:
        return None
    options = (Key(*last.root, mode) for mode in ("major", "minor"))
    return next((key for key in options if key.fifths == signature.fifths), None)


def at_cadences(ground: Ground) -> Ground:
    """The blocks of a corpus piece with key and numeral where a fermata makes them plain: V(7)-I and a closing V."""
    home = ground.home
    if home is None:
        return ground
    tonic, row = (home.step, home.alter), list(ground.blocks)
    for n in range(1, len(row)):
        a, b = row[n - 1].harmony, row[n].harmony
        if not row[n].fermata or a is None or b is None or row[n - 1].end != row[n].tick or b.inversion:
            continue
        if b.root == tonic and _is_dominant(a, home) and b.quality in ("major", home.third):
            figures = ("", "6", "6/4")[a.inversion] if len(a.tones) == 3 else ("7", "6/5", "4/3", "4/2")[a.inversion]
            row[n - 1] = replace(row[n - 1], harmony=replace(a, key=home, numeral="V" + figures))
            row[n] = replace(row[n], harmony=replace(b, key=home, numeral="I" if b.quality == "major" else "i"))
        elif _is_dominant(b, home) and len(b.tones) == 3 and not _raises_fourth(ground, row[n].tick, home):
            row[n] = replace(row[n], harmony=replace(b, key=home, numeral="V"))
    return replace(ground, blocks=tuple(row))


def _is_dominant(harmony: Harmony, key: Key) -> bool:
    fifth = key.pitch(4, 7, 4)
    return harmony.root == (fifth.step, fifth.alter) and harmony.quality in ("major", "dominant-seventh")


def _raises_fourth(ground: Ground, tick: int, key: Key) -> bool:
    """Whether the phrase leans to the key of the dominant: its raised fourth is heard in the two bars before."""
    raised = key.pitch(3, 6, 4)
    begin = tick - 2 * ground.score.meter.bar_ticks
    heard = (note for line in ground.lines for note in line if begin <= note.onset_ticks < tick)
    return any((p.step, p.alter) == (raised.step, raised.alter) for note in heard for p in note.pitches)
