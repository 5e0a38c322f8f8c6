"""The blanks a kind of rule asks a rule file to fill: how each is read, and what is answered to a slip.

An ``Ask`` reads the TOML value of one field of ``[asks]`` into the value that the kind's functions use, or
raises ``ValueError`` with a sentence ``what is wrong; what would be right``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from composer.score.pitch import NATURAL_SIZES, PERFECT_LETTERS, parse_pitch

Asks = Mapping[str, Any]
ROLES = ("melody", "soprano", "alto", "tenor", "bass", "left")
SELECTIONS = ("each", "pairs", "adjacent", "outer", "with-bass", "all")


@dataclass(frozen=True)
class Ask:
    """A blank: its value when left open (already read), and how a written value is read."""

    default: object
    read: Callable[[object], object]


def whole(default: int) -> Ask:
    """A whole number."""

    def read(value: object) -> object:
        if not isinstance(value, int) or isinstance(value, bool):
            raise ValueError(f"{value!r} is no whole number; write it as 12")
        return value

    return Ask(default, read)


def number(default: float) -> Ask:
    """A number."""

    def read(value: object) -> object:
        if not isinstance(value, int | float) or isinstance(value, bool):
            raise ValueError(f"{value!r} is no number; write it as 0.5")
        return float(value)

    return Ask(default, read)


def flag(default: bool) -> Ask:
    """true or false."""

    def read(value: object) -> object:
        if not isinstance(value, bool):
            raise ValueError(f"{value!r} is neither true nor false; write true or false")
        return value

    return Ask(default, read)


def choice(default: str, *choices: str) -> Ask:
    """One word out of some."""

    def read(value: object) -> object:
        if value not in choices:
            raise ValueError(f"{value!r} is unknown here; write one of {', '.join(choices)}")
        return value

    return Ask(default, read)


def choices(default: tuple[str, ...], *known: str) -> Ask:
    """A list of words out of some, kept as a tuple."""

    def read(value: object) -> object:
        unknown = [word for word in value if word not in known] if isinstance(value, list) else [value]
        if not isinstance(value, list) or unknown:
            raise ValueError(f"{unknown[0]!r} is unknown here; write a list of {', '.join(known)}")
        return tuple(value)

    return Ask(default, read)


def wholes(*default: int) -> Ask:
    """A list of whole numbers, kept as a tuple."""

    def read(value: object) -> object:
        if not isinstance(value, list) or not all(isinstance(item, int) for item in value):
            raise ValueError(f"{value!r} is no list of whole numbers; write it as [1, 3, 5]")
        return tuple(value)

    return Ask(default, read)


def letters(default: str) -> Ask:
    """Letters of a form, one a section."""

    def read(value: object) -> object:
        if not isinstance(value, str) or not value.isalpha() or value != value.upper():
            raise ValueError(f'{value!r} names no form; write its letters, as in "AABA"')
        return value

    return Ask(default, read)


def intervals(*default: str) -> Ask:
    """A list of interval names such as P5, m7, A2, read as places on the line of fifths."""

    def read(value: object) -> object:
        if not isinstance(value, list):
            raise ValueError(f'{value!r} is no list of intervals; write it as ["P5", "P8"]')
        return tuple(interval_fifths(name) for name in value)

    return Ask(tuple(interval_fifths(name) for name in default), read)


def ranges() -> Ask:
    """A table of role = [lowest, highest] pitch names, read as {role: (midi, midi)}."""

    def read(value: object) -> object:
        if not isinstance(value, dict) or not value:
            raise ValueError(f'{value!r} is no table of ranges; write soprano = ["C4", "G5"]')
        found: dict[str, tuple[int, int]] = {}
        for role, ends in value.items():
            if role not in ROLES or not isinstance(ends, list) or len(ends) != 2:
                raise ValueError(f'{role} = {ends!r} is no range; write soprano = ["C4", "G5"]')
            low, high = (parse_pitch(str(name)).midi for name in ends)
            found[role] = (low, high)
        return found

    return Ask({}, read)


def schemata() -> Ask:
    """A table of name = [degrees of the bass, degrees of the tune], read as a tuple of (name, degrees, degrees)."""

    def read(value: object) -> object:
        if not isinstance(value, dict) or not value:
            raise ValueError(f'{value!r} is no table of schemata; write Prinner = ["4 3 2 1", "6 5 4 3"]')
        found = []
        for name, lines in value.items():
            both = [tuple(int(word) for word in str(line).split() if word.isdigit()) for line in lines]
            if [len(line) for line in both] != [4, 4]:
                raise ValueError(f'{name} = {lines!r} is no schema; write Prinner = ["4 3 2 1", "6 5 4 3"]')
            found.append((name, *both))
        return tuple(found)

    return Ask((), read)


def voices(default: str) -> Ask:
    """Which voices are looked at together: a word of ``SELECTIONS`` or a list of roles, highest first."""

    def read(value: object) -> object:
        if isinstance(value, list) and value and all(role in ROLES for role in value):
            return tuple(value)
        if value not in SELECTIONS:
            raise ValueError(
                f"{value!r} names no voices; write one of {', '.join(SELECTIONS)}, or a list of roles"
            )
        return value

    return Ask(default, read)


def roles() -> Ask:
    """The roles a rule is limited to; none named means all."""
    return choices((), *ROLES)


def interval_fifths(name: object) -> int:
    """Place on the line of fifths of an interval name: P5 1, M2 2, d5 -6, A2 9.

    Raises:
        ValueError: no interval name.
    """
    text = str(name)
    quality, size = text.rstrip("0123456789"), text.lstrip("PMmAd")
    if not size.isdigit() or size == "0" or not quality:
        raise ValueError(f"{name!r} is no interval; write it as P5, m7 or A2")
    simple = (int(size) - 1) % 7
    perfect = simple in PERFECT_LETTERS
    shift = {"P": 0 if perfect else None, "M": None if perfect else 0, "m": None if perfect else -1}
    shift |= {"A": 1, "AA": 2, "d": -1 if perfect else -2}
    change = shift.get(quality)
    if change is None:
        raise ValueError(f"{name!r} is no interval; write it as P5, m7 or A2")
    natural = 7 * NATURAL_SIZES[simple] - 12 * simple
    return natural + 7 * change


def select(names: tuple[str, ...], asks: Asks) -> list[tuple[int, ...]]:
    """The groups of voices, as places in ``names``, that a rule looks at in a window of these roles."""
    wanted, limit = asks["voices"], asks.get("roles") or names
    count = len(names)
    groups: list[tuple[int, ...]]
    if isinstance(wanted, tuple):
        return [tuple(names.index(role) for role in wanted)] if set(wanted) <= set(names) else []
    if wanted == "each":
        groups = [(v,) for v in range(count)]
    elif wanted == "pairs":
        groups = [(u, v) for u in range(count) for v in range(u + 1, count)]
    elif wanted == "adjacent":
        groups = [(v, v + 1) for v in range(count - 1)]
    elif wanted == "with-bass":
        groups = [(v, count - 1) for v in range(count - 1)]
    elif wanted == "outer":
        groups = [(0, count - 1)] if count > 1 else []
    else:
        groups = [tuple(range(count))] if count else []
    return [group for group in groups if all(names[v] in limit for v in group)]
