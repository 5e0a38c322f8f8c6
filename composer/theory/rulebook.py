"""All rules, styles and profiles of a rules folder, and folders laid over it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from composer.errors import InputError, RequestError, SlipError
from composer.shelf import shelf_folder
from composer.theory.rule import SEVERITIES, Licence, Rule, TomlFile, load_rule, read_toml

_STYLE_KEYS = ("title", "profile", "why", "forbid", "prefer", "without", "source", "settings")
_PROFILE_KEYS = ("title", "base", "why", "source", "row", "mark")
_MARK_KEYS = {"title", "source", "chord_points", "pair_points", "chord", "pair"}
_ROW_KEYS = {"rule", "severity", "source"}


@dataclass(frozen=True)
class Profile:
    """Severities where textbooks and repertoires disagree."""

    name: str
    rows: Mapping[str, str]  # id of a rule or licence -> severity or "off"
    sources: Mapping[str, str]  # the same id -> who says so
    points: Mapping[str, Any] = field(default_factory=dict, compare=False)  # [mark], see composer.theory.mark

    def severity(self, rule: Rule) -> str:
        """``error``, ``warning``, ``info`` or ``off``."""
        return self.rows.get(rule.id, rule.severity)

    def judged(self, rule: Rule, lifted: frozenset[str] = frozenset()) -> Rule:
        """The rule with the licences that the profile leaves in force; those in ``lifted`` are out of force, too."""
        off = frozenset(one.id for one in rule.licences if one.id in lifted or self.rows.get(one.id) == "off")
        return rule.without(off) if off else rule


@dataclass(frozen=True)
class Style:
    """Which rules a style forbids breaking, and how dear the others are."""

    name: str
    profile: str
    forbid: tuple[Rule, ...]
    prefer: tuple[tuple[Rule, float], ...]  # (rule, nats for a broken one)
    missing: tuple[str, ...]  # ids that no rule file has
    settings: Mapping[str, object] = field(default_factory=dict, compare=False)


@dataclass(frozen=True)
class Rulebook:
    """Rules by id, and the files of styles and profiles by name."""

    rules: Mapping[str, Rule]
    style_paths: Mapping[str, Path]
    profile_paths: Mapping[str, Path]

    @property
    def licences(self) -> dict[str, tuple[Rule, Licence]]:
        """Every licence by id, with the rule it is an exception of."""
        return {one.id: (rule, one) for rule in self.rules.values() for one in rule.licences}

    def style(self, name: str) -> Style:
        """A style by name.

        Raises:
            RequestError: no such style.
            SlipError: a slip in its file.
        """
        return _load_style(name, _pick(name, self.style_paths, "style"), self.rules)

    def profile(self, name: str) -> Profile:
        """A profile by name, its bases included.

        Raises:
            RequestError: no such profile.
            SlipError: a slip in its file.
        """
        path = _pick(name, self.profile_paths, "profile")
        file = read_toml(path)
        _known_keys(file, _PROFILE_KEYS, "profile")
        base = file.content.get("base", "")
        if base == name or (base and base not in self.profile_paths):
            raise file.slip(
                "base", f"'{base}' is no other profile", f"use one of {', '.join(self.profile_paths)}"
            )
        below = self.profile(base) if base else Profile("", {}, {})
        rows, sources = dict(below.rows), dict(below.sources)
        for number, row in enumerate(file.content.get("row", [])):
            if set(row) != _ROW_KEYS or row["severity"] not in (*SEVERITIES, "off"):
                right = (
                    'write rule = "PAR-5", severity = "error", "warning", "info" or "off", and source = "..."'
                )
                raise file.slip("row", "a row is not complete", right, number)
            rows[row["rule"]], sources[row["rule"]] = row["severity"], row["source"]
        return Profile(name, rows, sources, _points(file) or below.points)


def load_rulebook(folders: Sequence[Path] = (), replace: Path | None = None) -> Rulebook:
    """The shelf's rules (or those of ``replace``) with ``folders`` laid over them, same file names winning.

    Files below ``styles``, ``profiles`` and ``tables`` folders are not rules; every other ``.toml`` is.

    Raises:
        InputError: a folder does not exist.
        SlipError: a slip in a rule file, or two files with one id.
        ShelfError: the shelf's rules are missing.
    """
    found: dict[tuple[str, str], Path] = {}
    for folder in (replace or shelf_folder("rules"), *folders):
        if not folder.is_dir():
            raise InputError(f"{folder}: no such folder; name a folder with rule files")
        for path in sorted(folder.rglob("*.toml")):
            found[_shelf_of(path), path.stem] = path
    rules: dict[str, Rule] = {}
    taken: dict[str, Path] = {}
    for (shelf, _), path in sorted(found.items()):
        if shelf == "rules":
            rule = load_rule(path)
            for key, name in [("id", rule.id), *((f"licence.{one.id}", one.id) for one in rule.licences)]:
                if name in taken:
                    wrong = f"{name} is already the id of {taken[name].name}"
                    raise SlipError(path, read_toml(path).line_of(key), wrong, "give each rule its own id")
                taken[name] = path
            rules[rule.id] = rule
    return Rulebook(
        dict(sorted(rules.items())),
        {name: path for (shelf, name), path in found.items() if shelf == "styles"},
        {name: path for (shelf, name), path in found.items() if shelf == "profiles"},
    )


def _shelf_of(path: Path) -> str:
    return path.parent.name if path.parent.name in ("styles", "profiles", "tables") else "rules"


def _pick(name: str, paths: Mapping[str, Path], what: str) -> Path:
    if name not in paths:
        raise RequestError(
            f"'{name}' is no {what}; use one of {', '.join(sorted(paths)) or 'none: there are none'}"
        )
    return paths[name]


def _known_keys(file: TomlFile, keys: Sequence[str], what: str) -> None:
    for key in file.content:
        if key not in keys:
            raise file.slip(key, f"'{key}' is no field of a {what}", f"use {', '.join(keys)}")


def _load_style(name: str, path: Path, rules: Mapping[str, Rule]) -> Style:
    file = read_toml(path)
    _known_keys(file, _STYLE_KEYS, "style")
    forbid, prefer = file.content.get("forbid", []), file.content.get("prefer", {})
    off = frozenset(_without(file, rules))
    if not isinstance(file.content.get("profile"), str):
        raise file.slip("profile", "'profile' is missing", 'add profile = "pop"')
    if not isinstance(forbid, list):
        raise file.slip("forbid", "'forbid' is no list", 'write forbid = ["PAR-5", "PAR-8"]')
    for rule_id, nats in prefer.items():
        if not isinstance(nats, int | float) or isinstance(nats, bool) or nats < 0:
            raise file.slip(
                rule_id, f"{rule_id} = {nats!r} is no cost", "write nats, zero or more, as in 0.4"
            )
        if rule_id in forbid:
            raise file.slip(rule_id, f"{rule_id} is forbidden and preferred", "keep one of the two")
    return Style(
        name=name,
        profile=file.content["profile"],
        forbid=tuple(rules[i].without(off) for i in forbid if i in rules),
        prefer=tuple((rules[i].without(off), float(nats)) for i, nats in prefer.items() if i in rules),
        missing=tuple(i for i in (*forbid, *prefer) if i not in rules),
        settings=file.content.get("settings", {}),
    )


def _without(file: TomlFile, rules: Mapping[str, Rule]) -> list[str]:
    """Ids of licences that a style does not take when it composes."""
    off = file.content.get("without", [])
    if not isinstance(off, list) or not all(isinstance(name, str) for name in off):
        raise file.slip("without", "'without' is no list", 'write without = ["DIS-3"]')
    known = {one.id for rule in rules.values() for one in rule.licences}
    for name in off:
        if name not in known and name in rules:
            raise file.slip("without", f"{name} is a rule, no licence", "take it out of forbid and prefer instead")
    return off


def _points(file: TomlFile) -> Mapping[str, Any]:
    """The ``[mark]`` table of a profile, empty where there is none (see ``composer.theory.mark``); a rule that was
    taken out of the rulebook costs nothing."""
    table: dict[str, Any] = file.content.get("mark", {})
    if table and set(table) != _MARK_KEYS:
        raise file.slip("mark", "[mark] is not complete", f"give it {', '.join(sorted(_MARK_KEYS))}")
    numbers = {name: table[name] for name in ("chord_points", "pair_points") if table}
    for part in ("chord", "pair"):
        numbers |= table.get(part, {})
    for name, points in numbers.items():
        if not isinstance(points, int | float) or isinstance(points, bool) or points < 0:
            raise file.slip(name, f"{name} = {points!r} is no number of points", "write points, as in 0.5")
    return table
