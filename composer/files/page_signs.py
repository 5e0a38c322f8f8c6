"""Signs of a MusicXML document that concern a whole score: key, tempo, title, rehearsal marks, chord symbols."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from composer.files.grid import key_of_signature
from composer.files.marks import KINDS, RECIPE_FIELD
from composer.score.chord import QUALITIES, Chord
from composer.score.key import MODE_FIFTHS, Key
from composer.score.note import Voice
from composer.score.pitch import LETTER_SEMITONES, LETTERS
from composer.score.reading import ChordSpan, Section
from composer.score.time import Meter

Timed = tuple[int, Any]  # (onset in ticks, element)
MOST_SHARPS = 7
_QUALITY_OF = {kind: quality for quality, (kind, _) in KINDS.items() if kind != "other"}
_ROMANS = ("I", "II", "III", "IV", "V", "VI", "VII")
_SIGNS = {-2: "bb", -1: "b", 0: "", 1: "#", 2: "##"}
_SUFFIXES = {
    "diminished": "°", "augmented": "+", "suspended": "sus4", "power": "5", "dominant-seventh": "7",
    "major-seventh": "maj7", "minor-seventh": "7", "half-diminished": "ø7", "diminished-seventh": "°7",
    "suspended-seventh": "7sus4",
}
_SMALL = frozenset({"minor", "diminished", "minor-seventh", "half-diminished", "diminished-seventh"})
_MODES = {"ionian": "major"} | {mode: mode for mode in MODE_FIFTHS}


def signature(element: Any, transposed_fifths: int) -> tuple[int, str | None] | None:
    """Sounding sharps and the stated mode of a ``<key>``; None where it is no signature of sharps or flats."""
    try:
        fifths = int((element.findtext("fifths") or "").strip()) + transposed_fifths
    except ValueError:
        return None
    fifths = (fifths + 5) % 12 - 5 if abs(fifths) > MOST_SHARPS else fifths
    return fifths, _MODES.get((element.findtext("mode") or "").strip().lower())


def key_of(signs: Sequence[tuple[int, int, str | None]], voices: Sequence[Voice]) -> Key:
    """The key of a score's first signature: the mode that it states, or else the better guess.

    ``signs``: (onset in ticks, sharps, stated mode or None).
    """
    fifths, mode = signs[0][1:] if signs else (0, None)
    return key_of_signature(fifths, mode or _guessed_mode(fifths, voices))


def _guessed_mode(fifths: int, voices: Sequence[Voice]) -> str:
    """Major or minor by the last bass note, or else by which leading tone sounds more often."""
    major_pc = fifths * 7 % 12
    minor_pc = (major_pc + 9) % 12
    sounding = [note for voice in voices for note in voice.sounding()]
    end = max(note.end_ticks for note in sounding)
    last_bass = min(pitch.midi for note in sounding if note.end_ticks == end for pitch in note.pitches) % 12
    if last_bass in (major_pc, minor_pc):
        return "minor" if last_bass == minor_pc else "major"
    counts = Counter(pitch.midi % 12 for note in sounding for pitch in note.pitches)
    return "minor" if counts[(minor_pc + 11) % 12] > counts[(major_pc + 7) % 12] else "major"


def tempo_of(directions: Sequence[Timed], meter: Meter) -> tuple[float, str]:
    """Felt beats a minute and the words beside them; 0 and nothing where no tempo stands."""
    for onset, element in directions:
        quarter_bpm = _metronome(element.find(".//metronome")) or _sound(element)
        if quarter_bpm:
            words = next((
                found for at, other in directions if at == onset
                for found in [" ".join((other.findtext("direction-type/words") or "").split())] if found
            ), "")
            return round(quarter_bpm * 480 / meter.beat_ticks, 4), words
    return 0.0, ""


def _metronome(element: Any) -> float:
    """Quarters a minute of a metronome mark; 0 for none, or for one without a number."""
    if element is None:
        return 0.0
    units = {"whole": 4.0, "half": 2.0, "quarter": 1.0, "eighth": 0.5, "16th": 0.25}
    unit = units.get(element.findtext("beat-unit") or "", 0.0) * (2 - 0.5 ** len(element.findall("beat-unit-dot")))
    return _number(element.findtext("per-minute")) * unit


def _sound(element: Any) -> float:
    sound = element if element.tag == "sound" else element.find("sound")
    return _number(sound.get("tempo")) if sound is not None else 0.0


def _number(text: str | None) -> float:
    try:
        value = float(text or "")
    except ValueError:
        return 0.0
    return value if 1 <= value <= 1000 else 0.0


def title_of(root: Any) -> str:
    """The title of the movement, or else of the work."""
    words = root.findtext("movement-title") or root.findtext("work/work-title") or ""
    return " ".join(words.split())


def recipe_of(root: Any) -> dict[str, object]:
    """The recipe that a page of ours carries; empty for a page of others."""
    for field in root.iterfind("identification/miscellaneous/miscellaneous-field"):
        if field.get("name") == RECIPE_FIELD:
            try:
                found = json.loads(field.text or "")
            except (ValueError, RecursionError):
                return {}
            return found if isinstance(found, dict) else {}
    return {}


def sections_of(
    directions: Sequence[Timed], key: Key, signs: Sequence[tuple[int, int, str | None]], end_ticks: int
) -> tuple[Section, ...]:
    """A section from every rehearsal mark to the next."""
    starts = [
        (onset, " ".join(mark.text.split()))
        for onset, element in directions for mark in element.iterfind("direction-type/rehearsal")
        if mark.text and mark.text.strip()
    ]
    return tuple(
        Section(label, onset, end, "", _key_at(onset, key, signs))
        for (onset, label), (end, _) in pairwise([*starts, (end_ticks, "")]) if end > onset
    )


def _key_at(onset_ticks: int, key: Key, signs: Sequence[tuple[int, int, str | None]]) -> Key | None:
    """The key of what begins at a tick, if another signature than the piece's is in force there."""
    before = [(fifths, mode) for onset, fifths, mode in signs if onset <= onset_ticks]
    if not before or before[-1][0] == key.fifths:
        return None
    fifths, mode = before[-1]
    return key_of_signature(fifths, mode or key.mode)


def chords_of(
    harmonies: Sequence[Timed], key: Key, sections: Sequence[Section], end_ticks: int
) -> tuple[ChordSpan, ...]:
    """Printed chord symbols, each lasting to the next; one of a kind we do not know ends the one before."""
    spans = []
    for (onset, sign), (end, _) in pairwise([*sorted(harmonies, key=lambda pair: pair[0]), (end_ticks, None)]):
        own = next((s.key for s in sections if s.key and s.onset_ticks <= onset < s.end_ticks), None) or key
        chord = _chord(sign, own)
        if chord is not None and end > onset:
            spans.append(ChordSpan(onset, end - onset, chord, own))
    return tuple(spans)


def _chord(sign: Any, key: Key) -> Chord | None:
    kind = sign.find("kind")
    if kind is None:
        return None
    quality = _QUALITY_OF.get((kind.text or "").strip())
    if kind.get("text") == KINDS["suspended-seventh"][1]:
        quality = "suspended-seventh"
    root = _interval(sign.find("root"), "root", key)
    if quality is None or root is None:
        return None
    return named_chord(root, quality, _interval(sign.find("bass"), "bass", key) or root, key)


def named_chord(root: tuple[int, int], quality: str, bass: tuple[int, int], key: Key) -> Chord:
    """The chord on a root, (letters, semitones) above the tonic, named by its place in the key's own scale; a bass that
    is none of its members is left out."""
    letters, semitones = root
    natural = key.pitch(0, 0, 4).midi
    usual = next(
        key.pitch(letters, above, 4).midi - natural for above in range(12)
        if key.pitch(letters, above, 4).alter == key.signature_alter((key.step + letters) % 7)
    )
    roman = _ROMANS[letters]
    numeral = _SIGNS.get((semitones - usual + 6) % 12 - 6, "") + (roman.lower() if quality in _SMALL else roman)
    members = tuple(((letters + up) % 7, (semitones + high) % 12) for up, high in QUALITIES[quality])
    inversion = members.index(bass) if bass in members else 0
    return Chord(numeral + _SUFFIXES.get(quality, ""), quality, inversion, members)


def _interval(element: Any, name: str, key: Key) -> tuple[int, int] | None:
    """(letters, semitones) of a chord symbol's root or bass above the tonic."""
    letter = (element.findtext(f"{name}-step") or "").strip() if element is not None else ""
    if len(letter) != 1 or letter not in LETTERS:
        return None
    try:
        alter = round(float(element.findtext(f"{name}-alter") or 0))
    except (ValueError, OverflowError):
        return None
    step = LETTERS.index(letter)
    return (step - key.step) % 7, (LETTER_SEMITONES[step] + alter - key.tonic_pc) % 12
