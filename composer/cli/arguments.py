"""What the parser of options would swallow or say in its own words."""

from __future__ import annotations

import re

from composer.errors import RequestError

SUBCOMMANDS = ("words", "check", "rules", "voice", "harmonize")
_FLAGS = frozenset({"--trace", "--force", "--quiet", "-q", "--version", "-h", "--help", "--json"})
_WHOLE = {"--bars": "8", "--seed": "7", "--count": "10"}
_NUMBERS = {"--tempo": "72", "--strict": "1.5", "--valence": "0.5", "--arousal": "-0.5"}


def refuse_words(arguments: list[str]) -> None:
    """A bare word belongs to no option, and a subcommand stands first.

    Raises:
        RequestError: such a word.
    """
    if arguments[:1] and arguments[0] in SUBCOMMANDS:
        return
    previous = ""
    for word in arguments:
        if not word.startswith("-") and (not previous.startswith("-") or previous in _FLAGS or "=" in previous):
            if word in SUBCOMMANDS:
                raise RequestError(
                    f"'{word}' is a subcommand and comes first; write compose {word}, with its own options behind it"
                )
            raise RequestError(
                f"'{word}' is no subcommand and belongs to no option; write it behind one, as in --mood sad"
            )
        previous = word


def in_our_words(message: str) -> str:
    """Say a number's fault in our words."""
    found = re.match(r"Invalid value for '?(--?[\w-]+)[^:]*:", message)
    if not found or not any(word in message for word in ("number", "integer", "size", "float")):
        return message
    name = "--count" if found.group(1) == "-n" else found.group(1)
    example = _WHOLE.get(name) or _NUMBERS.get(name, "8")
    wanted = "a whole number" if name in _WHOLE else "a number"
    return f"{name} wants {wanted}, as in {name} {example}"
