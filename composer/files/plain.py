"""The plain text form as a file."""

from __future__ import annotations

from composer.score.score import Score
from composer.score.text import format_text


def to_bytes(score: Score) -> bytes:
    """The score in the text form, UTF-8."""
    return (format_text(score).rstrip("\n") + "\n").encode("utf-8")
