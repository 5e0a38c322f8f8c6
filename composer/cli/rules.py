"""``compose rules``: the rulebook listed, a rule's page, a folder of one's own tried."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import typer

from composer.errors import InputError, RequestError

ACTIONS = {"show": "an id, as in: compose rules show PAR-5", "test": "a folder, as in: compose rules test my-rules"}


def rules(action: str | None, what: str | None, folder: Path | None, rulebook: Path | None, as_json: bool) -> int:
    """List, show or try; returns the exit code.

    Raises:
        RequestError: an action that is none, or one without its word.
    """
    from composer.theory.page import listing, page
    from composer.theory.rulebook import load_rulebook

    if action is not None and action not in ACTIONS:
        raise RequestError(f"rules {action}: write show with an id, test with a folder, or nothing to list all rules")
    if action is not None and what is None:
        raise RequestError(f"rules {action} wants {ACTIONS[action]}")
    if action == "test":
        return _tried(Path(str(what)))
    book = load_rulebook((folder,) if folder else (), rulebook)
    if action == "show":
        lines = page(str(what), book)
        typer.echo(json.dumps({"id": what, "page": lines}, ensure_ascii=False) if as_json else "\n".join(lines))
        return 0
    rows = listing(book)
    if as_json:
        named = [{"id": one, "what": what, "title": title} for one, what, title in rows]
        typer.echo(json.dumps({"rules": named}, indent=1, ensure_ascii=False))
        return 0
    for one, what, title in rows:
        typer.echo(f"{one:<9} {what:<20} {title}")
    return 0


def _tried(folder: Path) -> int:
    from composer.theory.page import try_folder

    count, slips = try_folder(folder)
    for slip in slips:
        print(f"compose: {slip}", file=sys.stderr)
    typer.echo(f"{count} examples tried, {len(slips)} slip{'' if len(slips) == 1 else 's'}")
    return InputError.exit_code if slips else 0
