"""The kinds of rules, one a file, all of one shape.

Every kind states ``SCOPE`` (what its windows are made of), ``PLACE`` (the moment in a window a finding is
laid on), ``ASKS`` (its blanks), ``span(asks)`` (moments in a window), ``broken(window, asks)`` and
``chances(window, asks)``: both boolean arrays of the window's leading shape ``(...)``; whatever is broken
was a chance.

Scopes: ``line`` (successive notes of one voice, voices axis 1), ``slices`` (moments of several voices),
``harmony`` (successive chords), ``bars`` and ``form`` (see ``composer.theory.frames``), ``sections`` and ``strikes``
(see ``composer.theory.sections``).
"""

from __future__ import annotations

from types import ModuleType

from composer.theory.kinds import (
    alteration,
    applied,
    approach,
    arithmetic,
    blues,
    bridge,
    cadence,
    closing,
    compass,
    completeness,
    cross_relation,
    diatonic,
    doubling,
    ending,
    frame,
    harmonic_rhythm,
    leap,
    leaps,
    long_notes,
    low_interval,
    motion,
    nonchord,
    overlap,
    palette,
    period,
    plan,
    preparation,
    presence,
    raised_seventh,
    range,
    recovery,
    repetition,
    reprise,
    resolution,
    sixfour,
    spacing,
    spelling,
    standstill,
    stress,
    succession,
    summit,
    together,
    variety,
)

MODULES: tuple[ModuleType, ...] = (
    alteration,
    applied,
    approach,
    arithmetic,
    blues,
    bridge,
    cadence,
    closing,
    compass,
    completeness,
    cross_relation,
    diatonic,
    doubling,
    ending,
    frame,
    harmonic_rhythm,
    leap,
    leaps,
    long_notes,
    low_interval,
    motion,
    nonchord,
    overlap,
    palette,
    period,
    plan,
    preparation,
    presence,
    raised_seventh,
    range,
    recovery,
    repetition,
    reprise,
    resolution,
    sixfour,
    spacing,
    spelling,
    standstill,
    stress,
    succession,
    summit,
    together,
    variety,
)
KINDS: dict[str, ModuleType] = {
    module.__name__.rpartition(".")[2].replace("_", "-"): module for module in MODULES
}
