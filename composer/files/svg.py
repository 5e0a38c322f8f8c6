"""SVG: the page engraved by ``composer.files.engrave`` in a process of its own, within a time limit."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from composer.errors import LimitError, OutputError
from composer.files import musicxml
from composer.score.score import Score

TIME_LIMIT_S = 120.0
ENGRAVER = Path(__file__).with_name("engrave.py")


def to_bytes(score: Score) -> bytes:
    """The score as one SVG picture: same score, same bytes.

    Raises:
        LimitError: the engraver took longer than ``TIME_LIMIT_S``.
        OutputError: the engraver failed.
    """
    command = [sys.executable, "-P", str(ENGRAVER)]
    try:
        done = subprocess.run(
            command, input=musicxml.to_bytes(score), capture_output=True, timeout=TIME_LIMIT_S, check=False
        )
    except subprocess.TimeoutExpired:
        raise LimitError(
            f".svg: engraving took more than {TIME_LIMIT_S:g} seconds; ask for fewer bars, or write .musicxml"
        ) from None
    except OSError as error:
        raise OutputError(f".svg: the engraver cannot be started ({error.strerror}); write .musicxml") from None
    if done.returncode or not done.stdout:
        lines = done.stderr.decode("utf-8", "replace").strip().splitlines()
        why = lines[-1] if lines else f"it ended with code {done.returncode}"
        raise OutputError(f".svg: the engraver failed ({why}); write .musicxml instead")
    return done.stdout
