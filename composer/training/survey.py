"""``corpus.toml``: which works are learned from, their families and split, what is left out and why."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from composer.errors import InputError, ShelfError
from composer.training import corpus, families
from composer.training.corpus import RawWork
from composer.training.encode import faults
from composer.training.store import toml_text, toml_value

VOICES = {"bach-chorales": 4, "oneills-airs": 1}
TERMS = {
    "bach-chorales": (
        "Four-part chorales by J. S. Bach",
        "the bach folder of music21's bundled corpus (music21 10.5)",
        "the works are in the public domain; the encodings are distributed with music21 by permission of "
        "their encoders, see corpus/license.txt there; no score is copied here, only counts and parameters",
    ),
    "oneills-airs": (
        "Airs and songs of O'Neill's Music of Ireland (Chicago 1903), numbers 1-700",
        "the oneills1850 folder of music21's bundled corpus (music21 10.5), one transcription a number",
        "the tunes are in the public domain; the encodings are distributed with music21 by permission of "
        "their encoders, see corpus/license.txt there; no score is copied here, only counts and parameters",
    ),
}


@dataclass(frozen=True)
class Listing:
    """A corpus.toml: ``family`` and ``split`` of every work, ``quarantine`` with reasons."""

    name: str
    family: Mapping[str, int]
    split: Mapping[str, str]
    quarantine: Mapping[str, str]
    fixed_test: tuple[str, ...]
    checksum: str


def checksum(works: Iterable[RawWork]) -> str:
    """SHA-256 over names, signatures, bars and notes of works, in hex."""
    digest = hashlib.sha256()
    for work in works:
        digest.update(f"{work.name} {work.fifths} {work.declared_tonic_pc} {work.meters}\n".encode())
        for array in (work.bars, *(voice.events for voice in work.voices)):
            digest.update(array.astype("<i8").tobytes())
        for voice in work.voices:
            digest.update(voice.fermata.tobytes())
    return digest.hexdigest()


def read_listing(path: Path) -> Listing:
    """A ``corpus.toml``.

    Raises:
        ShelfError: missing or damaged.
    """
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
        works = content["works"]
        return Listing(
            content["name"],
            {name: row[0] for name, row in works.items()},
            {name: row[1] for name, row in works.items()},
            content["quarantine"],
            tuple(content["fixed_test"]),
            content["checksum"],
        )
    except (OSError, KeyError, tomllib.TOMLDecodeError) as error:
        raise ShelfError(f"{path}: missing or damaged ({error})") from None


def survey(
    name: str, works: Iterable[RawWork | InputError], names: Iterable[str], fixed: tuple[str, ...]
) -> Listing:
    """Lint all works of a corpus, find the families of the sound ones and split them."""
    sound: list[RawWork] = []
    quarantine: dict[str, str] = {}
    for work_name, work in zip(names, works, strict=True):
        reason = "cannot be read" if isinstance(work, InputError) else faults(work, VOICES[name])
        if reason or isinstance(work, InputError):
            quarantine[work_name] = str(reason)
        else:
            sound.append(work)
    tunes = {work.name: work.voices[0].events[:, 2] for work in sound}
    if name == "bach-chorales":
        family = families.families(tunes, families.CHORALE_RUN, families.CHORALE_SHARE)
        split = families.split_families(family, fixed, (0.15, 0.0))
    else:
        family = families.families(tunes, families.AIR_RUN)
        split = families.split_families(family, fixed, (0.1, 0.1))
    return Listing(name, family, split, quarantine, fixed, checksum(sound))


def listing_text(listing: Listing) -> str:
    """The text of ``corpus.toml``."""
    title, source, terms = TERMS[listing.name]
    count = {part: sum(s == part for s in listing.split.values()) for part in ("train", "validation", "test")}
    head = toml_text(
        {
            "name": listing.name,
            "title": title,
            "source": source,
            "terms": terms,
            "checksum": listing.checksum,
            "counts": [f"{part} {number}" for part, number in count.items()],
            "fixed_test": list(listing.fixed_test),
            "quarantine": listing.quarantine,
        }
    )
    rows = [
        f"{toml_value(work)} = [{number}, {toml_value(listing.split[work])}]"
        for work, number in listing.family.items()
    ]
    return (
        head
        + "\n# Work = [family, split]; works of one family share a tune.\n[works]\n"
        + "\n".join(rows)
        + "\n"
    )


def all_names(corpus_name: str) -> tuple[str, ...]:
    """Names of all works music21 bundles for a corpus."""
    if corpus_name == "bach-chorales":
        return corpus.chorale_names()
    return tuple(f"oneill{tune.number:04d}" for tune in corpus.oneills_tunes())
