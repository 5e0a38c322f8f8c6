"""A rule as written in one file, and the reader that answers slips with ``path:line``."""

from __future__ import annotations

import re
import string
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from composer.errors import InputError, SlipError
from composer.score.windows import Bools
from composer.theory.asks import Asks
from composer.theory.judge import Judge
from composer.theory.kinds import KINDS

SEVERITIES = ("error", "warning", "info")
# What a file is for, and the verdicts of its examples: the first where its predicate holds, the second where not.
USES = {"law": ("breaks", "keeps"), "preference": ("breaks", "keeps"), "label": ("shows", "lacks")}
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
    "what",
)
_TEXTS = ("id", "title", "kind", "severity", "message", "why")
_KEYS = (*_TEXTS, "use", "unless", "by_construction", "source", "asks", "also", "example", "licence")
_LICENCE_KEYS = ("why", "source", "asks", "example")
_ID = re.compile(r"^[A-Z][A-Z0-9]*-[A-Za-z0-9]+$")


@dataclass(frozen=True)
class Example:
    """A piece of music in the text form that ``breaks`` or ``keeps`` the rule, ``shows`` or ``lacks`` the label."""

    verdict: str
    music: str


@dataclass(frozen=True)
class Licence:
    """An exception inside a rule: what the rule asks instead where it holds, and music that would break it without."""

    id: str
    why: str
    source: tuple[str, ...]
    asks: Asks = field(compare=False)
    examples: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rule:
    """A rule: what it is called, what it asks, how grave it is, and why it is there.

    ``use``: a ``law`` is kept or broken; a ``preference`` is a taste, more or less followed and never graver than info;
    a ``label`` only names what is there.
    """

    id: str
    name: str  # the file's stem
    title: str
    use: str
    kind: str
    severity: str
    message: str
    why: str
    unless: str
    source: tuple[str, ...]
    judge: Judge = field(compare=False, repr=False)
    plain_asks: Asks = field(compare=False, repr=False)  # as read by the judge's blanks, defaults filled in
    asks: Asks = field(compare=False, repr=False)  # the same with the licences in force laid over them
    examples: tuple[Example, ...]
    path: Path
    by_construction: str = ""  # why the composer cannot break it even without this file; empty where it can
    licences: tuple[Licence, ...] = ()
    also: Rule | None = field(default=None, compare=False, repr=False)  # a second question of the same rule

    @property
    def parts(self) -> tuple[Rule, ...]:
        """The rule, and its second question as a rule of the same id."""
        return (self,) if self.also is None else (self, self.also)

    @property
    def scope(self) -> str:
        """What its windows are made of: one of ``composer.theory.judge.SCOPES``."""
        return self.judge.scope

    @property
    def span(self) -> int:
        """Moments, chords, bars or pairs in a window."""
        return self.judge.moments(self.asks)

    @property
    def lead(self) -> int:
        """Moments at the beginning of a window that are only looked back at."""
        return self.judge.before(self.asks)

    def broken(self, window: Any) -> Bools:
        """(...): the rule is broken, or the label is there."""
        return self.judge.broken(window, self.asks)

    def chances(self, window: Any) -> Bools:
        """(...): the rule could be broken."""
        return self.judge.chances(window, self.asks)

    def without(self, off: frozenset[str]) -> Rule:
        """The rule with every licence but those whose ids are in ``off``."""
        asks = dict(self.plain_asks)
        for licence in self.licences:
            if licence.id not in off:
                asks |= licence.asks
        return replace(self, asks=asks)


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
    _check_message(file, content["message"])
    judge, asks = _asks(file, content.get("asks", {}))
    rule = Rule(
        id=content["id"],
        name=path.stem,
        title=content["title"],
        use=content.get("use", "law"),
        kind=content["kind"],
        severity=content["severity"],
        message=content["message"],
        why=_one_line(content["why"]),
        unless=_one_line(str(content.get("unless", ""))),
        source=_source(file, content, "source"),
        judge=judge,
        plain_asks=asks,
        asks=asks,
        examples=_examples(file),
        path=path,
        by_construction=_one_line(str(content.get("by_construction", ""))),
        licences=_licences(file, judge),
    )
    return replace(rule.without(frozenset()), also=_also(file, rule))


def _also(file: TomlFile, rule: Rule) -> Rule | None:
    """The second question of a rule, from ``[also]``: a message and the blanks of a judge of the same kind."""
    written = dict(file.content.get("also", {}))
    if not written:
        return None
    message = written.pop("message", "")
    if not isinstance(message, str) or not message.strip():
        raise file.slip("also", "[also] without a message", 'add message = "..."')
    _check_message(file, message)
    judge, asks = _asks(file, written)
    return replace(rule, message=message, judge=judge, plain_asks=asks, asks=asks, licences=())


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
    use = content.get("use", "law")
    if use not in USES:
        raise file.slip("use", f"{use!r} is no use of a rule", f"use one of {', '.join(USES)}")
    if use != "law" and content["severity"] != "info":
        raise file.slip("severity", f"a {use} is never graver than info", 'write severity = "info"')


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _check_message(file: TomlFile, message: str) -> None:
    try:
        names = [
            name for _, name, _, _ in string.Formatter().parse(message) if name is not None
        ]
    except ValueError as error:
        raise file.slip("message", f"its braces do not close ({error})", "write names as {upper}") from None
    for name in names:
        if name not in MESSAGE_FIELDS:
            raise file.slip(
                "message", f"'{{{name}}}' is nothing a message can name", f"use {', '.join(MESSAGE_FIELDS)}"
            )


def _source(file: TomlFile, content: Mapping[str, Any], key: str) -> tuple[str, ...]:
    source = content.get("source")
    if (
        not isinstance(source, list)
        or not source
        or not all(isinstance(item, str) and item for item in source)
    ):
        raise file.slip(key, "'source' is missing or no list of texts", 'add source = ["..."]')
    return tuple(source)


def _asks(file: TomlFile, table: Mapping[str, Any]) -> tuple[Judge, Asks]:
    """The judge that a table names (or the kind's first), and its blanks, filled in."""
    kind, written = file.content["kind"], dict(table)
    judges = KINDS[kind]
    name = written.pop("judge", next(iter(judges)))
    if name not in judges:
        raise file.slip("judge", f"'{name}' is no judge of the kind {kind}", f"use one of {', '.join(judges)}")
    judge = judges[name]
    defaults: dict[str, Any] = {blank: ask.default for blank, ask in judge.asks.items()}
    return judge, {**defaults, **_filled(file, judge, written)}


def _filled(file: TomlFile, judge: Judge, written: Mapping[str, Any], table: str = "asks") -> Asks:
    """The blanks that are written in a table, as the judge reads them."""
    asks: dict[str, Any] = {}
    for name, value in written.items():
        key = name if file.line_of(name) > 1 else table
        if name not in judge.asks:
            known = ", ".join(judge.asks) or "no [asks] but judge"
            raise file.slip(key, f"'{name}' is not asked by this judge of the kind", f"use {known}")
        try:
            asks[name] = judge.asks[name].read(value)
        except ValueError as error:
            wrong, _, right = str(error).partition("; ")
            raise file.slip(key, f"{name}: {wrong}", right or "mend it") from None
    return asks


def _licences(file: TomlFile, judge: Judge) -> tuple[Licence, ...]:
    found = []
    for name, row in file.content.get("licence", {}).items():
        key = f"licence.{name}"
        if not isinstance(row, dict) or not _ID.match(name) or set(row) - set(_LICENCE_KEYS):
            right = f"write [licence.DIS-3] with {', '.join(_LICENCE_KEYS)}"
            raise file.slip(key, f"'{name}' is no licence", right)
        if not isinstance(row.get("why"), str) or not row["why"].strip():
            raise file.slip(key, "'why' is missing or no text", 'add why = "..."')
        rows = row.get("example", [])
        music = [str(one.get("music", "")) for one in rows if isinstance(one, dict)] if isinstance(rows, list) else []
        if not music or not all(music):
            right = f'add [[{key}.example]] music = "..." that breaks the rule without it'
            raise file.slip(key, "a licence without an example", right)
        asks = _filled(file, judge, row.get("asks", {}), key)
        found.append(Licence(name, _one_line(row["why"]), _source(file, row, key), asks, tuple(music)))
    return tuple(found)


def _examples(file: TomlFile) -> tuple[Example, ...]:
    found = []
    verdicts = USES[file.content.get("use", "law")]
    rows = file.content.get("example", [])
    for number, row in enumerate(rows if isinstance(rows, list) else []):
        if row.get("verdict") not in verdicts:
            right = 'add verdict = "{}" or "{}"'.format(*verdicts)
            raise file.slip("example", "an example without a verdict", right, number)
        if not isinstance(row.get("music"), str) or set(row) != {"verdict", "music"}:
            right = 'give it verdict and music only, as in music = "S: G4 A4 ; B: C3 D3"'
            raise file.slip("example", "an example without music, or with more", right, number)
        found.append(Example(row["verdict"], row["music"]))
    for verdict in verdicts:
        if verdict not in [example.verdict for example in found]:
            raise file.slip(
                "example", f"no example that {verdict} the rule", f'add [[example]] verdict = "{verdict}"'
            )
    return tuple(found)
