"""The kinds of rules, one musical idea a file.

Every kind is a module with ``JUDGES``: the questions it can ask, by name, the first being the one that a rule file
asks when it names none (``[asks] judge = "..."``). The functions are vectorised over windows with free leading axes.

Scopes of a judge: ``line`` (successive notes of one voice, voices axis 1), ``slices`` (moments of several voices),
``harmony`` (successive chords), ``bars`` and ``form`` (see ``composer.theory.frames``), ``sections`` and ``strikes``
(see ``composer.theory.sections``).
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from pkgutil import iter_modules

from composer.theory.judge import Judge

KINDS: Mapping[str, Mapping[str, Judge]] = {
    found.name: import_module(f"{__name__}.{found.name}").JUDGES for found in iter_modules(__path__)
}
