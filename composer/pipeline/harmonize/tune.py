"""The tune that somebody hands in, made ready: one line as it was written, its key, its lines; what stands in the way
is said in one sentence, with what would work."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path

from composer.analysis.read import signatures
from composer.analysis.tune_key import home_by_notes, home_of
from composer.analysis.tune_phrases import OPEN, tune_phrases
from composer.errors import RequestError
from composer.files.as_written import KEPT, as_written
from composer.files.door import ABC, Opened, open_score
from composer.files.notation import is_value
from composer.pipeline.chord_words import read_wish_key
from composer.pipeline.harmonize.asked import Wish
from composer.pipeline.harmonize.given_chords import given_chords
from composer.pipeline.harmonize.task import Tune
from composer.pipeline.harmonize.transpose import AUTO, fitting, interval_of, moved, read_transpose
from composer.pipeline.words import either
from composer.score.key import Key
from composer.score.note import Note, Voice
from composer.score.score import Score
from composer.score.spelling import spelled

ASKED, SAID, FOUND = "asked", "said", "found"
LEAST_NOTES = 2
MOST_NOTES = 20_000
GRID = (20, 15)  # ticks: what is a multiple of one of them can be written with heads and ties


@dataclass(frozen=True)
class Read:
    """A tune that was read, who says its key, how many semitones it was moved, and what its page held that is not kept;
    which tune of the file it is, and the file's checksum."""

    tune: Tune
    key_by: str  # asked, said or found
    semitones: int
    warnings: tuple[str, ...]
    number: int
    sha256: str


def read_tune(path: Path, number: int, wish: Wish) -> Read:
    """The tune of a file, in the range of the ensemble; ``number`` (from 1) picks one of a book of ABC.

    Raises:
        InputError: the file cannot be read.
        RequestError: it holds no tune that can be harmonised as asked, with what would work.
    """
    opened = open_score(path, number)
    score = as_written(opened, _chosen(opened.score, wish.asked.voice))
    line = _single(score, named=wish.asked.voice is not None)
    score = replace(score, voices=(line,), parts=(), title=score.title or path.stem)
    key, sharps, key_by = _key(opened, score, wish.asked.key)
    if wish.four_voices and key.is_modal:  # four voices know major and minor; the signature stays
        key = Key(key.step, key.alter, key.third)
    score = replace(score, key=key, key_signatures=_signatures(score, sharps, wish.asked.key is not None))
    semitones = _semitones(score, wish)
    if semitones:
        score = moved(score, interval_of(score, semitones))
    home = score.key
    given = given_chords(score, home, wish.table("numerals")) if wish.asked.keep_chords else ()
    written = score.reading.phrases if score.reading else ()
    phrases = tuple(replace(one, cadence=OPEN) for one in written) or tune_phrases(score, home)
    bare = replace(score, reading=None)
    kept = tuple(one for one in opened.warnings if not any(word in one for word in KEPT))
    tune = Tune(bare, bare.voices[0], home, bare.key_signatures[0][1], phrases, given)
    return Read(tune, key_by, semitones, kept, number, hashlib.sha256(opened.source.data).hexdigest())


def _chosen(score: Score, wanted: str | None) -> int:
    """The place of the line that is the tune: by its role, its name, or the name of the part whose first line it is."""
    voices = score.voices
    real = [place for place, voice in enumerate(voices) if voice.role != "doubling"]
    names = list(dict.fromkeys(_called(voices[place]) for place in real))
    leaders = {part.name: part.staves[0].voices[0] for part in score.parts if part.name and part.staves[0].voices}
    names += [name for name in leaders if name.lower() not in {one.lower() for one in names}]
    if wanted is None:
        if len(real) > 1:
            raise RequestError(f"it holds {len(real)} voices, and a tune is one: name it, as in --voice {names[0]} "
                               f"(it has {either(names)})")
        return real[0] if real else 0
    word = wanted.strip().lower()
    for place in real:
        if word in (voices[place].name.lower(), _called(voices[place]).lower()):
            return place
    led = next((voice for name, voice in leaders.items() if name.lower() == word), None)
    for place in real:
        if voices[place].name == led:
            return place
    raise RequestError(f"--voice '{wanted}': the file has no such line; write {either(names)}")


def _called(voice: Voice) -> str:
    """What a line is called: its role, or which hand plays it."""
    return voice.name if voice.role == "figuration" else voice.role


def _single(score: Score, named: bool) -> Voice:
    """The line with one note at a time: of a line that was named the highest notes.

    Raises:
        RequestError: too few or too many notes, several at once, or lengths that no page can show.
    """
    voice = score.voices[0]
    thick = next((note for note in voice.notes if len(note.pitches) > 1), None)
    if thick is not None and not named:
        bar, _ = score.bar_of(thick.onset_ticks)
        raise RequestError(f"bar {bar} strikes {len(thick.pitches)} notes at once, and a tune has one: "
                           f"write --voice {_called(voice)} to keep the highest")
    count = len(voice.sounding())
    if count < LEAST_NOTES:
        raise RequestError(f"{count} note{'s' * (count != 1)} make no tune; hand in at least {LEAST_NOTES}")
    if count > MOST_NOTES:
        raise RequestError(f"it has {count} notes; hand in a tune of at most {MOST_NOTES}")
    odd = next((note for note in voice.notes if not _is_writable(note)), None)
    if odd is not None:
        bar, beat = score.bar_of(odd.onset_ticks)
        raise RequestError(f"bar {bar} beat {beat:g} has a length that our pages cannot show (a septuplet, or finer "
                           "than a 128th); write it in plain notes, triplets or quintuplets")
    return replace(voice, notes=tuple(replace(note, pitches=note.pitches[-1:]) for note in voice.notes))


def _is_writable(note: Note) -> bool:
    if note.script is not None and is_value(note.length_ticks):
        return True
    return any(note.onset_ticks % grid == 0 and note.length_ticks % grid == 0 for grid in GRID)


def _key(opened: Opened, score: Score, wanted: str | None) -> tuple[Key, int, str]:
    """The home key, the signature, and who says so: the user, the file, or the tune."""
    if wanted is not None:
        key = read_wish_key(wanted)
        return key, key.fifths, ASKED
    if opened.says_key or score.recipe:
        return score.key, score.key.fifths, SAID
    if not score.key_signatures:
        key = home_by_notes(score)
        return key, key.fifths, FOUND
    sharps = signatures(score)[0][1]
    deliberate = score.key.is_modal or (opened.kind == ABC and score.key.is_minor)  # nobody writes these by chance
    if deliberate and score.key.fifths == sharps:
        return score.key, sharps, SAID
    return home_of(score, sharps), sharps, FOUND


def _signatures(score: Score, sharps: int, wanted: bool) -> tuple[tuple[int, int], ...]:
    """The signatures of the page: those of the file, unless the key was asked for or none is written."""
    return score.key_signatures if score.key_signatures and not wanted else ((0, sharps),)


def _semitones(score: Score, wish: Wish) -> int:
    """How far the tune is moved.

    Raises:
        RequestError: it does not lie in the range of the ensemble.
    """
    low, high = wish.tune_range
    word = wish.asked.transpose
    asked = 0 if word is None else read_transpose(word)
    best = fitting(score, low, high)
    if asked is None and best is not None:
        return best
    midis = [pitch.midi + (asked or 0) for note in score.voices[0].notes for pitch in note.pitches]
    least, most = min(midis), max(midis)
    if low <= least and most <= high:
        return asked or 0
    place = f"--ensemble {wish.ensemble['name']}"
    if best is None:
        right = "--style song --ensemble lead-sheet" if wish.four_voices else "--ensemble lead-sheet"
        raise RequestError(
            f"the tune spans {most - least} semitones, more than the {high - low} that a {wish.style} has for it with "
            f"{place}; write {right}, or hand in one voice alone"
        )
    wrong = f"reaches up to {_named(most)}, above {_named(high)}, where {place} ends"
    if least < low:
        wrong = f"reaches down to {_named(least)}, below {_named(low)}, where {place} begins"
    by = f", moved by {asked}," if asked else ""
    right = f"write --transpose {best} or --transpose {AUTO}" if best else "leave --transpose out"
    raise RequestError(f"the tune{by} {wrong}; {right}")


def _named(midi: int) -> str:
    return spelled(midi, Key(0, 0, "major"), None).name
