"""Every word that the options know, read from the tables."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable
from pathlib import Path

from composer.cli.outputs import SUFFIXES
from composer.errors import RequestError
from composer.score.time import parse_meter
from composer.theory.rule import read_toml
from composer.theory.rulebook import load_rulebook
from composer.theory.tables import Row, load_table

Line = tuple[str, str]  # a word, and what it means

KEYS: tuple[Line, ...] = (
    ("C, D, Eb, F# ...", "a tonic, with # or b; the mood chooses the mode"),
    ("d, f# ...", "lower case: minor"),
    ("Dm, 'D minor', DM, 'Bb major'", "major or minor, said"),
    ("'D dorian' ...", "a tonic and one of the modes"),
)
FORMATS = {
    ".musicxml": "for notation programs", ".mxl": "the same, compressed", ".mid": "MIDI, to be played",
    ".svg": "a picture of the page", ".txt": "plain text, readable and exact", ".json": "for programs",
}
LAYERS: tuple[Line, ...] = (
    ("markov", "what follows what in real tunes"), ("hmm", "which chords move where, and which notes they carry"),
    ("gmm", "the contour of phrases"), ("refiner", "the LSTM that draws blocks of notes again"),
)
HARMONIZE: tuple[Line, ...] = (
    ("--style", "chorale: four voices; song, folk-song: chords, and hands on a piano where the ensemble has one"),
    ("--numerals", "lyric, figures or none: what stands under the bass"),
    ("--chords-per-bar", "1/4, 1/2, 1, 2, 3, 4, or beat"),
    ("--transpose", "semitones up or down, or auto: the least that brings the tune into range"),
    ("--voice", "which line of a score of several is the tune: soprano, melody, bass, left ..."),
    ("--keep-chords", "the chord symbols of the file stay"),
    ("--best", "1 to 5: the best reading and others that really differ"),
)
NUMBERS: tuple[Line, ...] = (
    ("--bars", "bars a section: 4, 8 or 16, where the form leaves it open"),
    ("--tempo", "beats a minute, 20 to 300"),
    ("--strict", "0 to 2: multiplies the prices of rules that may break"),
    ("--pickup", "the upbeat in quarters: 1, 1/2; 0 for none"),
    ("--valence, --arousal", "-1 to 1: a mood by its place, instead of its name"),
    ("--seed", "a whole number: same seed, same piece"),
    ("--count", "how many pieces, with the seeds that follow"),
)


def words(group: str | None, rules: Path | None, rulebook: Path | None, as_json: bool = False) -> str:
    """All groups, or one, as lines or as JSON.

    Raises:
        RequestError: no such group.
    """
    folders = tuple(folder for folder in (rules,) if folder)
    groups = _groups(folders, rulebook)
    if group is not None:
        name = group.strip().lower()
        if name not in groups:
            close = difflib.get_close_matches(name, groups, n=1, cutoff=0.5)
            right = f"did you mean {close[0]}?" if close else f"write one of {', '.join(groups)}"
            raise RequestError(f"words {group}: no such group; {right}")
        groups = {name: groups[name]}
    if as_json:
        return json.dumps({name: [{"word": w, "means": m} for w, m in lines] for name, lines in groups.items()},
                          indent=1, ensure_ascii=False)
    return "\n\n".join(_shown(name, lines) for name, lines in groups.items())


def _shown(name: str, lines: tuple[Line, ...]) -> str:
    width = max((len(word) for word, _ in lines), default=0)
    return "\n".join([name, *(f"  {word:<{width}}  {means}".rstrip() for word, means in lines)])


def _groups(folders: tuple[Path, ...], rulebook: Path | None) -> dict[str, tuple[Line, ...]]:
    """The lines of every group, in the order in which a person meets them."""

    def table(name: str) -> tuple[Line, ...]:
        return tuple(_line(row) for row in load_table(name, folders, rulebook))

    return {
        "forms": (*table("forms"), ("AABA, ABA', ABACA ...", "letters; a prime asks for a real variation")),
        "moods": table("moods"),
        "styles": _styles(folders, rulebook),
        "dances": table("dances"),
        "ensembles": table("ensembles"),
        "meters": tuple(_meter(row) for row in load_table("meters", folders, rulebook)),
        "modes": table("modes"),
        "keys": KEYS,
        "layers": LAYERS,
        "formats": tuple((suffix, FORMATS[suffix]) for suffix in SUFFIXES),
        "numbers": NUMBERS,
        "harmonize": HARMONIZE,
    }


def _line(row: Row) -> Line:
    """A row's name, and its summary, letters, meters and aliases as far as it has them."""
    meters = [str(meter) for meter in row.get("meters", ())]
    summary = str(row.get("summary", ""))
    place = f"valence {row['valence']:g}, arousal {row['arousal']:g}" if "valence" in row else ""
    third = f"a {row['third']} third" if "third" in row else ""
    shown = "" if any(meter in summary for meter in meters) else _list(meters)
    facts = [str(row.get("letters", "")), shown, summary, place, third]
    aliases = _list(row.get("aliases", ()))
    means = "; ".join(fact for fact in facts if fact)
    return str(row["name"]), f"{means} (also: {aliases})".strip() if aliases else means


def _meter(row: Row) -> Line:
    meter = parse_meter(str(row["name"]))
    return meter.name, f"{meter.beats} beats" + (" of three" if meter.is_compound else "")


def _list(names: Iterable[object]) -> str:
    return ", ".join(str(name) for name in names)


def _styles(folders: tuple[Path, ...], rulebook: Path | None) -> tuple[Line, ...]:
    """Each style with the first sentence of its file's ``why``."""
    lines = []
    for name, path in sorted(load_rulebook(folders, rulebook).style_paths.items()):
        why = " ".join(str(read_toml(path).content.get("why", "")).split())
        lines.append((name, why.split(". ")[0].rstrip(".")))
    return tuple(lines)
