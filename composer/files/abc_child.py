"""A tune in ABC as MusicXML by music21, in a process of its own: UTF-8 on stdin and stdout, one line on stderr if it
fails.

music21's reader of ABC takes long over some texts and raises whatever it likes; nothing of ours is imported here, the
text comes through the pipe alone (no cache is asked), and the process may not take more memory than ``MOST_MEMORY``.
"""

from __future__ import annotations

import sys

MOST_MEMORY = 2 << 30  # bytes of address space


def main() -> int:
    """Convert stdin to stdout. Returns the exit code."""
    _limit_memory()
    try:
        document = converted(sys.stdin.buffer.read().decode("utf-8"))
    except MemoryError:
        print("it takes too much memory", file=sys.stderr)
        return 1
    except Exception as error:  # whatever a library raises, the caller gets one line
        print(" ".join(f"{error}".split()) or type(error).__name__, file=sys.stderr)
        return 1
    sys.stdout.buffer.write(document)
    return 0


def _limit_memory() -> None:
    try:
        import resource
    except ImportError:  # a system without such limits
        return
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    soft = MOST_MEMORY if hard == resource.RLIM_INFINITY else min(MOST_MEMORY, hard)
    resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def converted(text: str) -> bytes:
    """One tune as a MusicXML document.

    Raises:
        ValueError: the text holds no tune with notes.
    """
    from music21 import abcFormat, stream
    from music21.abcFormat.translate import abcToStreamScore
    from music21.musicxml.m21ToXml import GeneralObjectExporter

    handler = abcFormat.ABCFile().readstr(text)
    score = abcToStreamScore(handler)
    if not isinstance(score, stream.Score) or not any(True for _ in score.recurse().notes):
        raise ValueError("no notes were found")
    document: bytes = GeneralObjectExporter(score).parse()
    return document


if __name__ == "__main__":
    sys.exit(main())
