"""Every rule of the craft and its place: the file it stands in, how grave each profile finds it, what styles charge.

    python -m benchmarks.rule_table [--out docs/rules.md]
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.pieces import publish
from composer.shelf import shelf_folder
from composer.theory.rule import Rule
from composer.theory.rulebook import Profile, Rulebook, Style, load_rulebook

# The ids that textbooks, and the craft of songs, gave the project to start with: family, and numbers or letters.
FAMILIES = (
    ("RNG", "1 2"), ("SPC", "1 2 3"), ("CRS", "1"), ("OVL", "1"), ("VCN", "1"), ("DBL", "1 2 3 4 5 6 7 8"),
    ("CMP", "1 2 3 4 5"), ("PAR", "5 8 C U B"), ("DIR", "8 5"), ("MOT", "1 2 3"), ("LIN", "1 2 3 4 5 6"),
    ("TND", "1 2 3 4 5"), ("DIS", "1 2 3 4"), ("SIX", "1 2"), ("CHR", "1 2 3 4"), ("HRM", "1 2 3 4 5 6 7 8"),
    ("CAD", "1 2 3 4 5 6"), ("NCT", "1 2 3 4 5 6"), ("FB", "1 2 3 4"), ("SPL", "1 2 3 4 5 6"),
    ("MEL", "1 2 3 4 5 6 7 8 9 10 11 12"), ("S1", "1 2 3 4 5 6 7 8 9 10"), ("S2", "1 2 3 4 5 6"), ("S3", "1 2 3 4"),
    ("S4", "1 2 3 4 5"), ("S5", "1"), ("FRM", "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15"), ("REP", "1 2 3"),
    ("RHY", "1 2 3 4"), ("CLX", "1"), ("TES", "1"), ("BAS", "1 2"), ("TEX", "1 2 3 4"), ("CAD", "7"), ("BRG", "1"),
    ("END", "1"), ("EXP", "1"), ("SCH", "1"),
)  # fmt: skip
IDS = tuple(f"{family}-{number}" for family, numbers in FAMILIES for number in numbers.split())
# What a rule file cannot judge: the page writer's, with the test that shows it, and what no score says.
WRITTEN = {
    "SPL-3": ("Courtesy accidentals", "tests/files/test_notation.py", "test_accidentals"),
    "SPL-5": ("Stems of two voices on a staff", "tests/files/test_pages.py", "test_stems_of_two_voices"),
}
UNSEEN = {
    "FB-3": "A way of working: functions first, then figures, then notes. What comes of it HRM-1 and FB-1 judge.",
    "SPL-6": "On which side of a notehead a sign is drawn is ink; scores and their files do not hold it.",
    "S5-1": "Florid counterpoint mixes the four species and has no rule of its own; it is recognised and not judged.",
}
SHORT = {"error": "E", "warning": "W", "info": "I", "off": "-"}


def table(book: Rulebook) -> str:
    """The whole page."""
    profiles = {name: book.profile(name) for name in sorted(book.profile_paths)}
    styles = {name: book.style(name) for name in sorted(book.style_paths)}
    own = sorted((set(book.rules) | set(book.licences)) - set(IDS))
    head = ["id", "what", "place", "file", *profiles, "nats"]
    lines = [
        "# Rules", "", "Written by `python -m benchmarks.rule_table --out docs/rules.md`.", "",
        f"{len(IDS)} rules of the craft, and where each has its place: {_counted(book)}. E error, W warning, I info, "
        "- not judged, under each profile. Nats are what a style charges for a broken rule when it composes; "
        "forbidden is infinitely many. A licence is an exception inside the rule it names: where it is in force, "
        "the rule asks less.", "",
        *_rows(IDS, head, book, profiles, styles), "",
        "## Not judged by a rule", "",
        *(f"- **{name}** {what}: kept by the page writer, as `{test}` in `{path}` shows."
          for name, (what, path, test) in WRITTEN.items()),
        *(f"- **{name}** {why}" for name, why in UNSEEN.items()), "",
        "## Others", "", "Rules and licences that the project added.", "",
        *_rows(own, head, book, profiles, styles),
    ]  # fmt: skip
    return "\n".join(lines) + "\n"


def place(name: str, book: Rulebook) -> str:
    """``law``, ``preference``, ``label``, ``licence of DIS-1``, ``page writer``, ``not in a score``, or empty."""
    if name in book.rules:
        return book.rules[name].use
    if name in book.licences:
        return f"licence of {book.licences[name][0].id}"
    return "page writer" if name in WRITTEN else "not in a score" if name in UNSEEN else ""


def _counted(book: Rulebook) -> str:
    places = [place(name, book).split(" of ")[0] for name in IDS]
    words = {"law": "laws", "preference": "preferences", "label": "labels", "licence": "licences"}
    words |= {"page writer": "kept by the page writer", "not in a score": "that no score shows"}
    return ", ".join(f"{places.count(one)} {what}" for one, what in words.items())


def _rows(
    names: Sequence[str], head: Sequence[str], book: Rulebook, profiles: dict[str, Profile], styles: dict[str, Style]
) -> Iterator[str]:
    yield "| " + " | ".join(head) + " |"
    yield "|" + "---|" * len(head)
    for name in names:
        cells = _row(name, book, profiles, styles)
        if cells:
            yield "| " + " | ".join(cells) + " |"


def _row(name: str, book: Rulebook, profiles: dict[str, Profile], styles: dict[str, Style]) -> list[str]:
    if name in book.licences:
        rule, licence = book.licences[name]
        marks = ["-" if one.rows.get(licence.id) == "off" else "yes" for one in profiles.values()]
        taken = [style for style, one in styles.items() if _takes(one, rule, licence.id)]
        styles_with = f"taken in {', '.join(taken)}" if taken else ""
        return [name, licence.why, place(name, book), _file(rule), *marks, styles_with]
    if name not in book.rules:
        return []
    rule = book.rules[name]
    marks = [SHORT[one.severity(rule)] for one in profiles.values()]
    return [name, rule.title, place(name, book), _file(rule), *marks, _nats(rule, styles)]


def _file(rule: Rule) -> str:
    return f"`{rule.path.relative_to(shelf_folder('rules')).as_posix()}`"


def _nats(rule: Rule, styles: dict[str, Style]) -> str:
    """Styles by what they charge: ``forbidden in chorale; 0.5 in dance, song``."""
    prices = {name: {one.id: f"{nats:g}" for one, nats in style.prefer}.get(rule.id) for name, style in styles.items()}
    prices |= {name: "forbidden" for name, style in styles.items() if rule in style.forbid}
    known = sorted({price for price in prices.values() if price}, reverse=True)
    return "; ".join(f"{one} in {', '.join(name for name, price in prices.items() if price == one)}" for one in known)


def _takes(style: Style, rule: Rule, licence: str) -> bool:
    """Whether a style that has the rule composes with the licence."""
    mine = [one for one in (*style.forbid, *(rule for rule, _ in style.prefer)) if one == rule]
    with_it = rule.without(frozenset({one.id for one in rule.licences} - {licence})).asks
    return any(one.asks[blank] == with_it[blank] for one in mine for blank in _changed(rule, licence))


def _changed(rule: Rule, licence: str) -> list[str]:
    return [blank for one in rule.licences if one.id == licence for blank in one.asks]


def main(arguments: list[str]) -> int:
    """Print the page, and write it where asked."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.rule_table")
    parser.add_argument("--out", type=Path)
    publish(table(load_rulebook()), parser.parse_args(arguments).out)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
