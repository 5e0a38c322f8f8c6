"""What can go wrong, in one tree.

::

    ComposerError            exit code
    ├── RequestError         2   the brief or an option cannot be served
    ├── InputError           2   a file cannot be read or means nothing
    │   └── SlipError        2   a slip in a rule, table or text file: ``path:line: what; remedy``
    ├── OutputError          2   a file cannot be written (or would be overwritten)
    ├── LimitError           3   time, size or memory ran out; no solution within the limits
    └── ShelfError           2   rules or models are missing or damaged

Every message is one sentence: where, what is wrong, what would be right.
"""

from __future__ import annotations


class ComposerError(Exception):
    """Base of every error a user may see; ``exit_code`` is what the command returns."""

    exit_code = 2

    def __str__(self) -> str:
        """The message in one line, whatever a user's words bring into it."""
        line = " ".join(super().__str__().split())
        return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in line)


class RequestError(ComposerError):
    """The brief or an option cannot be served."""


class InputError(ComposerError):
    """A file cannot be read, or what it says means nothing."""


class SlipError(InputError):
    """A slip in a rule, table or text file, named by path and line."""

    def __init__(self, path: object, line: int, wrong: str, right: str) -> None:
        super().__init__(f"{path}:{line}: {wrong}; {right}")


class OutputError(ComposerError):
    """A file cannot be written, or would overwrite another."""


class LimitError(ComposerError):
    """A limit was reached: time, size, memory, or no solution exists within the law."""

    exit_code = 3


class ShelfError(ComposerError):
    """Rules, tables or models are missing or damaged."""
