"""Reading ABC: one tune of a book is made MusicXML by ``composer.files.abc_child`` in a process of its own."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

from composer.errors import InputError, LimitError
from composer.files.abc_words import with_words
from composer.files.counted import Counted, counted
from composer.files.musicxml_reader import read_page
from composer.score.score import Score

TIME_LIMIT_S = 20.0
MOST_LETTERS = 200_000  # of one tune: a design value, a hundred times what tunes have
CHILD = Path(__file__).with_name("abc_child.py")
_TUNE = re.compile(r"(?m)^(?=X:)")
_BOOK_FIELD = re.compile(r"(?m)^[LMQU]:.*$")  # fields that a book's head says for all its tunes
_VOICE = re.compile(r"^\s*(?:(?P<inline>\[)V:\s*(?P<id>[^\s\]]+)[^\]]*\]|V:\s*(?P<own>\S+).*$)")
_TITLE = re.compile(r"(?m)^T:(.*)$")
_HAS_LENGTH = re.compile(r"(?m)^[LM]:")


def read_abc(text: str, path: Path, tune: int) -> tuple[Score, tuple[str, ...], bytes]:
    """The score of one tune of a text, counted from 1, what could not be kept, and the tune as MusicXML.

    Raises:
        InputError: there is no such tune, or it is no ABC.
        LimitError: reading took longer than ``TIME_LIMIT_S``.
    """
    head, *tunes = _TUNE.split(text)
    if not tunes:
        head, tunes = "", [f"X:1\n{text}"]
    if not 1 <= tune <= len(tunes):
        held = "one tune" if len(tunes) == 1 else f"{len(tunes)} tunes"
        raise InputError(f"{path}: there is no tune {tune}, the file holds {held}; write a number from 1")
    chosen = tunes[tune - 1]
    if len(chosen) > MOST_LETTERS:
        raise InputError(f"{path}: tune {tune} is longer than {MOST_LETTERS} letters; hand in a part of it")
    number, _, rest = chosen.partition("\n")
    shared = "".join(f"{line}\n" for line in _BOOK_FIELD.findall(head))
    if not _HAS_LENGTH.search(shared + rest):
        shared += "L:1/8\n"  # what ABC takes where neither a length nor a meter is said
    whole = _each_voice_at_once(rest)
    document = with_words(_converted(f"{number}\n{shared}{whole}", path), whole)
    page = read_page(document, path, own=False, numbered=False)
    title = _TITLE.search(chosen)
    others = counted([Counted("other tune")] * (len(tunes) - 1))
    score = replace(page.score, title=" ".join(title[1].split()) if title else "")
    return score, (*page.warnings, *others), document


def _each_voice_at_once(tune: str) -> str:
    """The tune with every voice in one block: some write the voices in turns, line by line, or inline as ``[V:2]``."""
    lines = tune.splitlines()
    body = next((place + 1 for place, line in enumerate(lines) if line.startswith("K:")), len(lines))
    blocks: dict[str, list[str]] = {}
    now = ""
    for line in lines[body:]:
        found = _VOICE.match(line)
        if found:
            now = found["id"] or found["own"]
            line = line[found.end() :] if found["inline"] else ""
        if line or not found:
            blocks.setdefault(now, []).append(line)
    if len(blocks) < 2:
        return tune
    made = list(lines[:body])
    for voice, inside in blocks.items():
        made += [f"V:{voice}"] * bool(voice) + inside
    return "\n".join(made) + "\n"


def _converted(text: str, path: Path) -> bytes:
    command = [sys.executable, "-P", str(CHILD)]
    # threads of a numeric library would each reserve address space, of which the process has little
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    try:
        done = subprocess.run(
            command, input=text.encode("utf-8", "replace"), capture_output=True, timeout=TIME_LIMIT_S, check=False,
            env=environment,
        )
    except subprocess.TimeoutExpired:
        raise LimitError(
            f"{path}: reading this ABC took more than {TIME_LIMIT_S:g} seconds; hand in a shorter tune"
        ) from None
    except OSError as error:
        raise InputError(f"{path}: the reader of ABC cannot be started ({error.strerror}); hand in MusicXML") from None
    if done.returncode or not done.stdout:
        lines = done.stderr.decode("utf-8", "replace").strip().splitlines()
        why = lines[-1] if lines else f"its reader ended with code {done.returncode}"
        raise InputError(f"{path}: not readable as ABC ({why[:200]}); mend the tune, or hand in MusicXML")
    return done.stdout
