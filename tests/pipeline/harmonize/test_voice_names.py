"""The line of a file is named by its role, or by the part that it leads."""

from __future__ import annotations

from dataclasses import replace

import pytest

from composer.errors import RequestError
from composer.pipeline.harmonize.tune import _chosen
from composer.score.score import Part, Score, Staff
from composer.score.text import parse_text


def _two_parts() -> Score:
    score = parse_text("S: C5 D5 E5 F5 ; A: A4 B4 C5 A4")
    upper, lower = (voice.name for voice in score.voices)
    staves = [(Staff("treble", (name,)),) for name in (upper, lower)]
    parts = (Part("Piano", "Pno.", 0, staves[0]), Part("Voice", "V.", 52, staves[1]))
    return replace(score, parts=parts)


def test_a_part_is_named_as_its_page_names_it() -> None:
    score = _two_parts()
    assert _chosen(score, "voice") == 1
    assert _chosen(score, "Piano") == 0
    assert _chosen(score, "alto") == 1


def test_all_names_are_offered() -> None:
    with pytest.raises(RequestError, match="Voice"):
        _chosen(_two_parts(), None)
    with pytest.raises(RequestError, match="no such line"):
        _chosen(_two_parts(), "flute")
