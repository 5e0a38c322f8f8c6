"""``corpus.toml``: which works are learned from, their families and split, what is left out and why."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from composer.errors import InputError, ShelfError
from composer.training import corpus, families
from composer.training.corpus import IntArray, RawWork
from composer.training.encode import faults
from composer.training.store import toml_text, toml_value

VOICES = {"bach-chorales": 4, "oneills-airs": 1, "dances": 1}
# of the tunes that are not fixed: validation, test
SHARES = {"bach-chorales": (0.15, 0.0), "oneills-airs": (0.1, 0.1), "dances": (0.1, 0.1)}
SHARES_AN_AIR = "shares a run of 12 intervals with the air"
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
    "dances": (
        "Irish and American dances: O'Neill's Music of Ireland (Chicago 1903), numbers 701-1850, and Ryan's Mammoth "
        "Collection (Boston 1883)",
        "the oneills1850 and ryansMammoth folders of music21's bundled corpus (music21 10.5), of O'Neill's one "
        "transcription a number; a dance that shares a tune with an air is left out, so that neither corpus learns "
        "what the other is tested on",
        "the tunes are in the public domain; the encodings are distributed with music21 by permission of "
        "their encoders, see corpus/license.txt there; no score is copied here, only counts and parameters",
    ),
}


@dataclass(frozen=True)
class Listing:
    """A corpus.toml: ``family``, ``split`` and (of dances) ``kind`` of every work, ``quarantine`` with reasons."""

    name: str
    family: Mapping[str, int]
    split: Mapping[str, str]
    quarantine: Mapping[str, str]
    fixed_test: tuple[str, ...]
    checksum: str
    kind: Mapping[str, str] = field(default_factory=dict)


def checksum(works: Iterable[RawWork]) -> str:
    """SHA-256 over names, signatures, kinds, bars and notes of works, in hex."""
    digest = hashlib.sha256()
    for work in works:
        kind = f" {work.kind}" if work.kind else ""
        digest.update(f"{work.name} {work.fifths} {work.declared_tonic_pc} {work.meters}{kind}\n".encode())
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
            {name: row[2] for name, row in works.items() if len(row) > 2},
        )
    except (OSError, KeyError, IndexError, tomllib.TOMLDecodeError) as error:
        raise ShelfError(f"{path}: missing or damaged ({error})") from None


def survey(
    name: str,
    works: Iterable[RawWork | InputError],
    names: Iterable[str],
    fixed: tuple[str, ...],
    airs: Mapping[str, IntArray] | None = None,
) -> Listing:
    """Lint all works of a corpus, find the families of the sound ones and split them.

    ``airs``: pitches (T,) of the tunes of the airs, that no dance may share.
    """
    sound: list[RawWork] = []
    quarantine: dict[str, str] = {}
    heard = {run: air for air, pitch in (airs or {}).items() for run in families.runs(pitch, families.AIR_RUN)}
    for work_name, work in zip(names, works, strict=True):
        reason = "cannot be read" if isinstance(work, InputError) else faults(work, VOICES[name]) or _air(work, heard)
        if reason or isinstance(work, InputError):
            quarantine[work_name] = str(reason)
        else:
            sound.append(work)
    family = families_of(name, {work.name: work.voices[0].events[:, 2] for work in sound})
    split = families.split_families(family, fixed, SHARES[name])
    kind = {work.name: work.kind for work in sound if work.kind}
    return Listing(name, family, split, quarantine, fixed, checksum(sound), kind)


def _air(work: RawWork, heard: Mapping[bytes, str]) -> str | None:
    """Which air a work shares a run of ``heard`` with, as a reason, or None."""
    shared = [heard[run] for run in families.runs(work.voices[0].events[:, 2], families.AIR_RUN) if run in heard]
    return f"{SHARES_AN_AIR} {min(shared)}" if shared else None


def families_of(name: str, tunes: Mapping[str, IntArray]) -> dict[str, int]:
    """Families of a corpus's tunes, pitches (T,)."""
    if name == "bach-chorales":
        return families.families(tunes, families.CHORALE_RUN, families.CHORALE_SHARE)
    return families.families(tunes, families.DANCE_RUN if name == "dances" else families.AIR_RUN)


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
        f"{toml_value(work)} = {toml_value([number, listing.split[work], *_kind(listing, work)])}"
        for work, number in listing.family.items()
    ]
    return (
        head
        + f"\n# Work = [family, split{', kind' * bool(listing.kind)}]; works of one family share a tune.\n[works]\n"
        + "\n".join(rows)
        + "\n"
    )


def _kind(listing: Listing, work: str) -> tuple[str, ...]:
    return (listing.kind[work],) if work in listing.kind else ()


def all_names(corpus_name: str) -> tuple[str, ...]:
    """Names of all works music21 bundles for a corpus."""
    if corpus_name == "bach-chorales":
        return corpus.chorale_names()
    tunes = corpus.dance_tunes() if corpus_name == "dances" else corpus.oneills_tunes()
    return tuple(tune.name for tune in tunes)
