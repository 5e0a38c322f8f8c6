"""Scores of others for the tests: MusicXML put together from short texts, and files of music21's corpus."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from composer.score.score import Score

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE score-partwise PUBLIC "-//Recordare//DTD MusicXML 3.1 '
    'Partwise//EN" "http://www.musicxml.org/dtds/partwise.dtd">\n'
)


def attributes(divisions: int = 2, fifths: int = 0, meter: str = "4/4", more: str = "", mode: str = "") -> str:
    """The attributes that open a part."""
    top, bottom = meter.split("/")
    said = f"<mode>{mode}</mode>" if mode else ""
    return (
        f"<attributes><divisions>{divisions}</divisions><key><fifths>{fifths}</fifths>{said}</key>"
        f"<time><beats>{top}</beats><beat-type>{bottom}</beat-type></time>{more}</attributes>"
    )


def note(name: str, duration: int, voice: int = 1, staff: int = 0, before: str = "", after: str = "") -> str:
    """A note as ``C#4`` or ``r``; ``before`` stands before the pitch (``<chord/>``), ``after`` behind the voice."""
    pitch = "<rest/>"
    if name != "r":
        alter = name.count("#") - name.count("b")
        sign = f"<alter>{alter}</alter>" if alter else ""
        pitch = f"<pitch><step>{name[0]}</step>{sign}<octave>{name[-1]}</octave></pitch>"
    placed = f"<staff>{staff}</staff>" if staff else ""
    ties = "".join(f'<tie type="{kind}"/>' for kind in ("stop", "start") if f"tie {kind}" in after)
    rest = "" if "tie" in after else after
    return (
        f"<note>{before}{pitch}<duration>{duration}</duration>{ties}<voice>{voice}</voice>{placed}{rest}</note>"
    )


def line(words: str, voice: int = 1, staff: int = 0) -> str:
    """Notes as ``C4:2 D4 r:4``; a length is kept until changed."""
    found, length = [], 1
    for word in words.split():
        name, _, said = word.partition(":")
        length = int(said or length)
        found.append(note(name, length, voice, staff))
    return "".join(found)


def page(*parts: list[str], names: tuple[str, ...] = ()) -> bytes:
    """A document of parts, each a list of measures: their content, or a whole ``<measure>``."""
    listed = "".join(
        f'<score-part id="P{n}"><part-name>{names[n - 1] if names else f"Part {n}"}</part-name></score-part>'
        for n in range(1, len(parts) + 1)
    )
    body = ""
    for n, measures in enumerate(parts, 1):
        inside = "".join(
            one if one.startswith("<measure") else f'<measure number="{m}">{one}</measure>'
            for m, one in enumerate(measures, 1)
        )
        body += f'<part id="P{n}">{inside}</part>'
    return f'{HEAD}<score-partwise version="3.1"><part-list>{listed}</part-list>{body}</score-partwise>'.encode()


def rows(score: Score) -> dict[str, list[tuple[int, int, str]]]:
    """(onset, length, names) of the sounding notes of every voice, by its name."""
    return {
        voice.name: [
            (n.onset_ticks, n.length_ticks, "+".join(pitch.name for pitch in n.pitches)) for n in voice.sounding()
        ]
        for voice in score.voices
    }


@cache
def corpus() -> Path:
    """The folder of music21's corpus."""
    import importlib.util

    found = importlib.util.find_spec("music21")
    assert found is not None and found.origin is not None
    return Path(found.origin).parent / "corpus"


CHORALES = tuple(f"bwv{number}.mxl" for number in ("66.6", "269", "253", "153.1", "40.8", "57.8", "108.6", "4.8"))
