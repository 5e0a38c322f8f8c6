"""Figured bass: which tones the figures under (or beside) a bass note ask for.

What is written counts; what is left out is filled in: a fifth unless there is a sixth, a third unless there is a fourth
or a second; 4/2 and 4/3 have a sixth. An accidental alone alters the third; a stroke (``+``) raises.
Source: Open Music Theory v1, thoroughbassFigures.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from composer.score.key import Key
from composer.score.pitch import LETTER_SEMITONES, Pitch

_FIGURE = re.compile(r"^(?P<sign>[#bn]?)(?P<number>[2-9]?)(?P<stroke>\+?)$")
_ALTER = {"#": 1, "b": -1, "n": 0}
GRAMMAR = "write figures as 6, 6/4, 7, 6/5, 4/3, 4/2, with #, b, n or + where a tone is altered, as in #6 or 6+/4"


def read_figures(text: str) -> dict[int, tuple[str, bool]]:
    """Interval above the bass (2 to 9) -> (sign written before it, raised by a stroke), what is left out filled in.

    Raises:
        ValueError: no figures.
    """
    found: dict[int, tuple[str, bool]] = {}
    for word in text.split("/") if text else ():
        parts = _FIGURE.match(word)
        if not parts or not word:
            raise ValueError(f"'{text}' is no figure; {GRAMMAR}")
        number = int(parts["number"] or 3)
        if number in found:
            raise ValueError(f"'{text}' names one interval twice; {GRAMMAR}")
        found[number] = (parts["sign"], bool(parts["stroke"]))
    plain = ("", False)
    if 2 in found:
        found.setdefault(4, plain)
    if 4 in found and (2 in found or 3 in found):
        found.setdefault(6, plain)
    if 6 not in found and 5 not in found:
        found[5] = plain
    if not {2, 3, 4} & set(found):
        found[3] = plain
    return dict(sorted(found.items()))


def tones_above(bass: Pitch, figures: str, key: Key) -> tuple[Pitch, ...]:
    """The tones that figures ask for above a bass note, by the signature of a key, lowest first.

    Raises:
        ValueError: no figures.

    >>> from composer.score.pitch import parse_pitch
    >>> [tone.letter_name for tone in tones_above(parse_pitch("B3"), "6/5", Key(0, 0, "major"))]
    ['D', 'F', 'G']
    """
    tones = []
    for interval, (sign, raised) in read_figures(figures).items():
        octave, step = divmod(bass.letter_step + interval - 1, 7)
        alter = _ALTER[sign] if sign else signature_alter(step, key)
        tones.append(Pitch(octave, step, alter + raised))
    return tuple(tones)


def signature_alter(step: int, key: Key) -> int:
    """What a key's signature does to a letter (0 = C): -1, 0 or 1."""
    place = (step - key.step) % 7
    semitones = key.tonic_pc + key.scale[place]
    return (semitones - LETTER_SEMITONES[step] + 6) % 12 - 6


def figures_of(bass: Pitch, tones: Iterable[Pitch], key: Key) -> str:
    """The shortest figures that ask for tones above a bass note, by the signature of a key; the octave is left out, and
    what no sign can say (a double flat) stands without one.

    >>> from composer.score.pitch import parse_pitch
    >>> figures_of(parse_pitch("B3"), [parse_pitch(name) for name in ("G4", "D4", "F4")], Key(0, 0, "major"))
    '6/5'
    """
    words = {}
    for tone in tones:
        interval = (tone.step - bass.step) % 7 + 1
        usual = signature_alter(tone.step, key)
        sign = "" if tone.alter == usual else _SIGNS.get(tone.alter, "")
        stroke = "+" if not sign and tone.alter == usual + 1 else ""
        if interval > 1:
            words[interval] = f"{sign}{'' if sign and interval == 3 else interval}{stroke}"
    for interval in _LEFT_OUT:
        shorter = {number: word for number, word in words.items() if number != interval}
        if interval in words and read_figures(_joined(shorter)) == read_figures(_joined(words)):
            words = shorter
    return _joined(words)


_SIGNS = {alter: sign for sign, alter in _ALTER.items()}
_LEFT_OUT = (5, 3, 6)  # in this order, where the rest implies them


def _joined(words: Mapping[int, str]) -> str:
    return "/".join(word for _, word in sorted(words.items(), reverse=True))
