"""Composer: pieces from music-theory rules and learned probabilities, added up in one exact sum."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from composer.pipeline.brief import Brief
    from composer.pipeline.compose import Piece, compose

__version__ = "0.1.0"
__all__ = ["Brief", "Piece", "__version__", "compose"]


def __getattr__(name: str) -> Any:
    """Import the pipeline only when it is asked for, so that the command starts quickly."""
    if name in ("compose", "Piece"):
        from composer.pipeline import compose as module

        return getattr(module, name)
    if name == "Brief":
        from composer.pipeline.brief import Brief

        return Brief
    raise AttributeError(f"module 'composer' has no attribute '{name}'")
