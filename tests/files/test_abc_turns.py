"""Voices of an ABC tune that are written in turns, line by line or inline, are those that one block each would be."""

from __future__ import annotations

from pathlib import Path

import pytest

from composer.files.door import open_score

HEAD = "X:1\nT:t\nM:4/4\nL:1/4\nK:C\n"
BLOCKS = "V:1\nE F G E | F D E2 |\nE F G E |\nV:2\nC, F, E, C, | F, G, C,2 |\nC, F, E, C, |\n"
TURNS = "V:1\nE F G E | F D E2 |\nV:2\nC, F, E, C, | F, G, C,2 |\nV:1\nE F G E |\nV:2\nC, F, E, C, |\n"
INLINE = "[V:1] E F G E | F D E2 |\n[V:2] C, F, E, C, | F, G, C,2 |\n[V:1] E F G E |\n[V:2] C, F, E, C, |\n"


@pytest.mark.parametrize("written", [TURNS, INLINE])
def test_voices_in_turns(written: str, tmp_path: Path) -> None:
    lines = []
    for number, body in enumerate((BLOCKS, written)):
        path = tmp_path / f"{number}.abc"
        path.write_text(HEAD + body, encoding="utf-8")
        voices = open_score(path).score.voices
        lines.append([[(n.onset_ticks, str(n.top)) for n in voice.sounding()] for voice in voices])
    assert lines[0] == lines[1]
    assert [len(line) for line in lines[0]] == [11, 11]
