"""After bars of silence music is read and judged as before, so much later."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st
from test_invariance import judged, numerals, work, works

from composer.score.note import Note, Voice
from composer.score.score import Score
from composer.score.time import BarLine


def later(score: Score, bars: int) -> Score:
    """The score after bars of silence."""
    ticks = bars * score.meter.bar_ticks

    def moved(voice: Voice) -> Voice:
        notes = (replace(note, onset_ticks=note.onset_ticks + ticks) for note in voice.notes)
        return replace(voice, notes=(Note(0, ticks), *notes))

    signs = tuple((onset + ticks if onset else 0, sharps) for onset, sharps in score.key_signatures)
    voices = tuple(moved(voice) for voice in score.voices)
    return replace(score.with_voices(voices), key_signatures=signs, bar_lines=later_lines(score, bars))


def later_lines(score: Score, bars: int) -> tuple[BarLine, ...]:
    """The bar lines that are written, with the lines of the silence before them."""
    if not score.bar_lines:
        return ()
    first, bar = score.bar_lines[0], score.meter.bar_ticks
    upbeat = (first,) if first.lead_ticks else ()
    silent = (BarLine(score.pickup_ticks + bar * place, place + 1, score.meter, bar) for place in range(bars))
    rest = score.bar_lines[len(upbeat):]
    moved = (replace(line, onset_ticks=line.onset_ticks + bar * bars, number=line.number + bars) for line in rest)
    return (*upbeat, *silent, *moved)


@given(works, st.integers(1, 3))
@settings(max_examples=6, deadline=None)
def test_after_bars_of_silence_all_verdicts_are_the_same_so_much_later(number: int, bars: int) -> None:
    later_one = later(work(number), bars)
    (before, reading), (after, moved) = judged(work(number)), judged(later_one)
    assert Counter({(rule, bar + bars, *rest): count for (rule, bar, *rest), count in before.items()}) == after
    assert (reading.key, numerals(reading)) == (moved.key, numerals(moved))
