"""Forms as a person writes them: names of the table or letters with primes."""

from __future__ import annotations

import difflib
import re

from composer.errors import RequestError
from composer.pipeline.words import either
from composer.theory.tables import Row

BARS = (4, 8, 16)
USUAL_BARS = 8
MAX_SECTIONS = 26


def read_form(text: str, forms: tuple[Row, ...]) -> tuple[Row, tuple[str, ...]]:
    """The row of a named form, or one made of letters; and the labels of its sections.

    Raises:
        RequestError: neither a name nor letters in order.
    """
    row = next((row for row in forms if row["name"] == text.strip().lower()), None)
    letters = str(row["letters"]) if row else text
    compact = re.sub(r"[\s,\-]+", "", letters).replace("’", "'").replace("′", "'").upper()
    labels = tuple(re.findall(r"[A-Z]'*", compact))
    if not labels or "".join(labels) != compact:
        raise RequestError(f"--form '{text}' is no form; {_hint(text, forms)}")
    if len(labels) > MAX_SECTIONS:
        raise RequestError(f"--form '{text}' has {len(labels)} sections; at most {MAX_SECTIONS} are right")
    seen = ""
    for label in labels:
        if label[0] in seen:
            continue
        expected = chr(ord("A") + len(seen))
        if label[0] != expected and len(set(compact) - {"'"}) > 3:
            raise RequestError(f"--form '{text}' is no form; {_hint(text, forms)}")
        if label[0] != expected:
            raise RequestError(
                f"--form '{text}': new letters come in order, {expected} before {label[0]}; {_hint(text, forms)}"
            )
        if len(label) > 1:
            raise RequestError(f"--form '{text}': {label} varies {label[0]}, so {label[0]} must stand before it")
        seen += label[0]
    return row or {"name": "".join(labels), "letters": compact}, labels


def _hint(text: str, forms: tuple[Row, ...]) -> str:
    names = [str(form["name"]) for form in forms]
    close = difflib.get_close_matches(text.strip().lower(), names, n=1, cutoff=0.6)
    return f"did you mean {close[0]}?" if close else f"write letters such as AABA or ABA', or one of {', '.join(names)}"


def read_bars(asked: int | None, form: Row) -> int:
    """Bars a section.

    Raises:
        RequestError: a length the form cannot have.
    """
    allowed = tuple(form.get("bars", BARS))
    if asked is None:
        return USUAL_BARS if USUAL_BARS in allowed else int(allowed[0])
    if asked not in allowed:
        if "bars" in form:
            raise RequestError(
                f"--form {form['name']} --bars {asked}: a section of {form['name']} has {either(allowed)} bars; "
                f"leave --bars out or write --bars {allowed[0]}"
            )
        raise RequestError(f"--bars {asked}: a section has {either(allowed)} bars")
    return asked
