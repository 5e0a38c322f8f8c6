"""Composer: pieces from music-theory rules and learned probabilities, added up in one exact sum."""

from __future__ import annotations

__version__ = "0.1.0"
