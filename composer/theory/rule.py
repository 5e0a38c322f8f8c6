"""A rule as written in one file, and the reader that answers slips with ``path:line``."""

from __future__ import annotations

import re
import string
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

from composer.errors import InputError, SlipError
from composer.theory.asks import Asks
from composer.theory.kinds import KINDS

SEVERITIES = ("error", "warning", "info")
VERDICTS = ("breaks", "keeps")
# What a message may name in braces.
MESSAGE_FIELDS = (
    "voice",
    "upper",
    "lower",
    "voices",
    "pitch",
    "before",
    "after",
    "to",
    "chord",
    "first_chord",
    "next_chord",
    "cadence",
    "key",
    "bar",
    "section",
)
_TEXTS = ("id", "title", "kind", "severity", "message", "why")
_KEYS = (*_TEXTS, "unless", "by_construction", "source", "asks", "example")
_ID = re.compile(r"^[A-Z][A-Z0-9]*-[A-Za-z0-9]+$")


@dataclass(frozen=True)
class Example:
    """A piece of music in the text form that ``breaks`` or ``keeps`` the rule."""

    verdict: str
    music: str


@dataclass(frozen=True)
class Rule:
    """A rule: what it is called, what it asks, how grave it is, and why it is there."""

    id: str
    name: str  # the file's stem
    title: str
    kind: str
    severity: str
    message: str
    why: str
    unless: str
    source: tuple[str, ...]
    asks: Asks = field(compare=False)  # as read by the kind's blanks, defaults filled in
    examples: tuple[Example, ...]
    path: Path
    by_construction: str = ""  # why the composer cannot break it even without this file; empty where it can

    @property
    def module(self) -> ModuleType:
        """The kind's functions."""
        return KINDS[self.kind]

    @property
    def scope(self) -> str:
        """``line``, ``slices``, ``harmony``, ``bars``, ``form``, ``sections`` or ``strikes``."""
        return str(self.module.SCOPE)

    @property
    def span(self) -> int:
        """Moments, chords, bars or pairs in a window."""
        return int(self.module.span(self.asks))


@dataclass(frozen=True)
class TomlFile:
    """A parsed file that knows its lines."""

    path: Path
    text: str
    content: Mapping[str, Any]

    def line_of(self, key: str, nth: int = 0) -> int:
        """Line of the nth place where a key or a table of that name is written; 1 if nowhere."""
        pattern = re.compile(rf'^\s*(?:\[\[?\s*)?"?{re.escape(key)}"?\s*(?:=|\])')
        lines = [number for number, line in enumerate(self.text.splitlines(), 1) if pattern.match(line)]
        return lines[min(nth, len(lines) - 1)] if lines else 1

    def slip(self, key: str, wrong: str, right: str, nth: int = 0) -> SlipError:
        """The error for a slip at a key."""
        return SlipError(self.path, self.line_of(key, nth), wrong, right)


def read_toml(path: Path) -> TomlFile:
    """Parse a TOML file.

    Raises:
        SlipError: no TOML.
        InputError: the file cannot be read.
    """
    try:
        text = path.read_text(encoding="utf-8")
        return TomlFile(path, text, tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"at line (\d+)", str(error))
        line = int(found[1]) if found else len(text.splitlines())
        raise SlipError(path, line, f"this is no TOML ({error})", "mend the line") from None
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: cannot be read ({error}); give a UTF-8 text file") from None


def load_rule(path: Path) -> Rule:
    """Read one rule file.

    Raises:
        SlipError: any slip, with path, line, and what would be right.
        InputError: the file cannot be read.
    """
    file = read_toml(path)
    content = file.content
    _check_fields(file)
    _check_message(file)
    return Rule(
        id=content["id"],
        name=path.stem,
        title=content["title"],
        kind=content["kind"],
        severity=content["severity"],
        message=content["message"],
        why=_one_line(content["why"]),
        unless=_one_line(str(content.get("unless", ""))),
        source=_source(file),
        asks=_asks(file),
        examples=_examples(file),
        path=path,
        by_construction=_one_line(str(content.get("by_construction", ""))),
    )


def _check_fields(file: TomlFile) -> None:
    content = file.content
    for key in content:
        if key not in _KEYS:
            raise file.slip(key, f"'{key}' is no field of a rule", f"use {', '.join(_KEYS)}")
    for key in _TEXTS:
        if not isinstance(content.get(key), str) or not content[key].strip():
            raise file.slip(key, f"'{key}' is missing or no text", f'add {key} = "..."')
    if not _ID.match(content["id"]):
        raise file.slip(
            "id", f"'{content['id']}' is no id", "write capitals, a hyphen and a number, as in PAR-5"
        )
    if content["kind"] not in KINDS:
        raise file.slip(
            "kind", f"'{content['kind']}' is no kind of rule", f"use one of {', '.join(sorted(KINDS))}"
        )
    if content["severity"] not in SEVERITIES:
        raise file.slip(
            "severity", f"'{content['severity']}' is no severity", f"use one of {', '.join(SEVERITIES)}"
        )


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _check_message(file: TomlFile) -> None:
    try:
        names = [
            name for _, name, _, _ in string.Formatter().parse(file.content["message"]) if name is not None
        ]
    except ValueError as error:
        raise file.slip("message", f"its braces do not close ({error})", "write names as {upper}") from None
    for name in names:
        if name not in MESSAGE_FIELDS:
            raise file.slip(
                "message", f"'{{{name}}}' is nothing a message can name", f"use {', '.join(MESSAGE_FIELDS)}"
            )


def _source(file: TomlFile) -> tuple[str, ...]:
    source = file.content.get("source")
    if (
        not isinstance(source, list)
        or not source
        or not all(isinstance(item, str) and item for item in source)
    ):
        raise file.slip("source", "'source' is missing or no list of texts", 'add source = ["..."]')
    return tuple(source)


def _asks(file: TomlFile) -> Asks:
    module = KINDS[file.content["kind"]]
    written = file.content.get("asks", {})
    asks = {name: ask.default for name, ask in module.ASKS.items()}
    for name, value in written.items():
        if name not in module.ASKS:
            known = ", ".join(module.ASKS) or "no [asks] at all"
            raise file.slip(name, f"'{name}' is not asked by the kind {file.content['kind']}", f"use {known}")
        try:
            asks[name] = module.ASKS[name].read(value)
        except ValueError as error:
            wrong, _, right = str(error).partition("; ")
            raise file.slip(name, f"{name}: {wrong}", right or "mend it") from None
    return asks


def _examples(file: TomlFile) -> tuple[Example, ...]:
    found = []
    rows = file.content.get("example", [])
    for number, row in enumerate(rows if isinstance(rows, list) else []):
        if row.get("verdict") not in VERDICTS:
            raise file.slip(
                "example", "an example without a verdict", 'add verdict = "breaks" or "keeps"', number
            )
        if not isinstance(row.get("music"), str) or set(row) != {"verdict", "music"}:
            right = 'give it verdict and music only, as in music = "S: G4 A4 ; B: C3 D3"'
            raise file.slip("example", "an example without music, or with more", right, number)
        found.append(Example(row["verdict"], row["music"]))
    for verdict in VERDICTS:
        if verdict not in [example.verdict for example in found]:
            raise file.slip(
                "example", f"no example that {verdict} the rule", f'add [[example]] verdict = "{verdict}"'
            )
    return tuple(found)
