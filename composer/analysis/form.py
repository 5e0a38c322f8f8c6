"""The form of a score, read from its notes: sections, what returns, what contrasts, how sections and piece close."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import mean

from composer.analysis.cadences import (
    HC,
    IAC,
    MC,
    OTHER,
    PAC,
    PC,
    Harmony,
    cadence_at,
    harmony,
    last_harmonies,
    last_note,
)
from composer.score.reading import Section
from composer.score.score import Score

GUESSED_BARS = 8
# Design values, stated to users in the messages below.
RETURN_SHARE, VARIED_SHARE = 0.6, 0.5  # of a return's bars that are the earlier ones, plain; primed or short
SHORT_BARS = 4
NEAR = 0.75  # share of notes two nearly equal bars have in common
CONTRAST_SHARE = 0.5  # bars of a new letter that may stand in A
_CLOSING_DEGREES = {0: "1", 3: "3", 4: "3", 7: "5"}

Bar = tuple[tuple[int, int, int], ...]


@dataclass(frozen=True)
class SectionReading:
    """A section as heard: its bars (from 1, last one included), the cadence that ends it, and its final chord."""

    label: str
    first_bar: int
    last_bar: int
    cadence: str
    goal: Harmony | None

    @property
    def letter(self) -> str:
        """The label without primes."""
        return self.label.rstrip("'")


@dataclass(frozen=True)
class Return:
    """A later section that brings an earlier one back: numbers of both (from 0) and the share of equal bars."""

    section: int
    base: int
    share: float


@dataclass(frozen=True)
class Contrast:
    """How a new letter differs from the first: share of its bars that stand there too, difference of mean pitch in
    semitones (positive: higher), and its share of tonic harmony (None without harmony)."""

    section: int
    equal_share: float
    pitch_difference: float
    tonic_share: float | None


@dataclass(frozen=True)
class FormReading:
    """The form of a piece."""

    sections: tuple[SectionReading, ...]
    returns: tuple[Return, ...]
    contrasts: tuple[Contrast, ...]
    ends_on_tonic: bool
    final_degree: str  # of the tune, "1", "3", "5" or "other"


def read_form(score: Score) -> FormReading:
    """The form of a score: sections by its rehearsal marks, or by eight bars where there are none; a section ends
    where the upbeat of the next begins."""
    bars = melody_bars(score)
    sections = _sections(score)
    seen: dict[str, list[int]] = {}
    returns, contrasts = [], []
    spans = [bars[section.first_bar - 1 : section.last_bar] for section in sections]
    for number, section in enumerate(sections):
        earlier = seen.setdefault(section.letter, [])
        if earlier:
            varied = "'" in section.label
            shares = [(shared(spans[number], spans[base], varied), base) for base in earlier]
            share, base = max(shares)
            returns.append(Return(number, base, share))
        elif number:
            contrasts.append(_contrast(score, sections, spans, number))
        earlier.append(number)
    last = last_note(score, score.end_ticks)
    degree = _CLOSING_DEGREES.get((last.top.midi - score.key.tonic_pc) % 12, "other") if last else "other"
    goal = last_harmonies(score, score.end_ticks)[0]
    closed = goal is not None and goal.is_tonic and goal.bass == 0 and degree != "other"
    return FormReading(tuple(sections), tuple(returns), tuple(contrasts), closed, degree)


def verify_form(score: Score, letters: Sequence[str]) -> list[str]:
    """What is wrong with a piece that should have the form ``letters`` (primes included), in sentences."""
    form = read_form(score)
    found = tuple(section.label for section in form.sections)
    if found != tuple(letters):
        return [f"the sections are {' '.join(found)}, not {' '.join(letters)}; check the rehearsal marks"]
    problems = [*_return_problems(form), *_contrast_problems(form), *_close_problems(form)]
    if not form.ends_on_tonic:
        problems.append(
            f"the piece does not end on its tonic: the tune ends on degree {form.final_degree}, "
            f"the last bars are {form.sections[-1].cadence}; end on {score.key.tonic_name} in the bass"
        )
    return problems


def melody_bars(score: Score) -> list[Bar]:
    """The tune bar by bar as (place in bar, length, MIDI pitch), ties merged."""
    length = score.meter.bar_ticks
    count = -(-(score.end_ticks - score.pickup_ticks) // length)
    bars: list[list[tuple[int, int, int]]] = [[] for _ in range(count)]
    for note in score.tune.sounding():
        bar, place = divmod(note.onset_ticks - score.pickup_ticks, length)
        if bar >= 0:
            bars[bar].append((place, note.length_ticks, note.top.midi))
    return [tuple(bar) for bar in bars]


def nearly_equal(one: Bar, other: Bar) -> bool:
    """Same notes at the same places, but for at most a quarter of them."""
    if one == other:
        return True
    places, others = {(at, midi) for at, _, midi in one}, {(at, midi) for at, _, midi in other}
    return len(places & others) >= NEAR * max(len(places), len(others), 1)


def shared(later: Sequence[Bar], earlier: Sequence[Bar], varied: bool = False) -> float:
    """Share of bars that are nearly equal at the same place; of a variation, also of those that keep the note under
    the bar line, be it in the other mode."""
    equal = [nearly_equal(a, b) or (varied and _same_goal(a, b)) for a, b in zip(later, earlier, strict=False)]
    return sum(equal) / max(len(later), len(earlier), 1)


def _same_goal(one: Bar, other: Bar) -> bool:
    """Both begin on the bar line, on the same degree of the major or of the minor scale."""
    goals = [next((midi for at, _, midi in bar if at == 0), None) for bar in (one, other)]
    return goals[0] is not None and goals[1] is not None and abs(goals[0] - goals[1]) <= 1


def _sections(score: Score) -> list[SectionReading]:
    marked: tuple[Section, ...] = score.reading.sections if score.reading else ()
    if not marked:
        marked = guessed_sections(score)
    length, made = score.meter.bar_ticks, []
    for section in marked:
        first = (section.onset_ticks - score.pickup_ticks) // length + 1
        last = -(-(section.end_ticks - score.pickup_ticks) // length)
        end = section.end_ticks - score.pickup_ticks if section.end_ticks < score.end_ticks else score.end_ticks
        goal = last_harmonies(score, end)[0]
        made.append(SectionReading(section.label, first, last, cadence_at(score, end), goal))
    return made


def guessed_sections(score: Score) -> tuple[Section, ...]:
    """Eight bars a section; a section whose bars are mostly those of an earlier one takes its letter."""
    bars = melody_bars(score)
    length = GUESSED_BARS * score.meter.bar_ticks
    strains: list[tuple[str, list[Bar]]] = []
    made = []
    for number in range(0, len(bars), GUESSED_BARS):
        here = bars[number : number + GUESSED_BARS]
        label = next((label for label, strain in strains if shared(here, strain) >= VARIED_SHARE), "")
        if not label:
            label = chr(ord("A") + min(len(strains), 25))
            strains.append((label, here))
        onset = score.pickup_ticks + number // GUESSED_BARS * length
        made.append(Section(label, onset, min(onset + length, score.end_ticks)))
    return tuple(made)


def _contrast(score: Score, sections: list[SectionReading], spans: list[list[Bar]], number: int) -> Contrast:
    first, here = spans[0], spans[number]
    equal = mean(float(bar in first) for bar in here) if here else 0.0
    means = [mean(midi for bar in span for _, _, midi in bar) if any(span) else 0.0 for span in (first, here)]
    return Contrast(number, equal, means[1] - means[0], _tonic_share(score, sections[number]))


def _tonic_share(score: Score, section: SectionReading) -> float | None:
    """Share of half bars (bars, where the meter does not halve) on the tonic; in a lead sheet, of chord symbols."""
    length = score.meter.bar_ticks
    begin = score.pickup_ticks + (section.first_bar - 1) * length
    end = score.pickup_ticks + section.last_bar * length
    if len(score.voices) == 1:
        spans = [s for s in (score.reading.chords if score.reading else ()) if begin <= s.onset_ticks < end]
        time = sum(span.length_ticks for span in spans if span.chord.root[1] == 0)
        return time / sum(span.length_ticks for span in spans) if spans else None
    step = length // 2 if score.meter.beats % 2 == 0 else length
    heard = [harmony(score, onset, onset + step) for onset in range(begin, end, step)]
    sounding = [chord for chord in heard if chord is not None]
    return mean(float(chord.is_tonic) for chord in sounding) if sounding else None


def _return_problems(form: FormReading) -> list[str]:
    problems = []
    for back in form.returns:
        section, base = form.sections[back.section], form.sections[back.base]
        short = section.last_bar - section.first_bar < SHORT_BARS
        wanted = VARIED_SHARE if short or "'" in section.label + base.label else RETURN_SHARE
        if back.share < wanted:
            problems.append(
                f"section {section.label} (bar {section.first_bar}) shares {back.share:.0%} of its bars with "
                f"{base.label} (bar {base.first_bar}); a return shares {wanted:.0%} or more"
            )
    return problems


def _contrast_problems(form: FormReading) -> list[str]:
    return [
        f"section {form.sections[new.section].label} takes {new.equal_share:.0%} of its bars from "
        f"{form.sections[0].label}; a contrast takes less than {CONTRAST_SHARE:.0%}"
        for new in form.contrasts if new.equal_share >= CONTRAST_SHARE
    ]


def _close_problems(form: FormReading) -> list[str]:
    problems = []
    for number, section in enumerate(form.sections):
        place = f"section {section.label} (bars {section.first_bar}-{section.last_bar})"
        following = form.sections[number + 1] if number + 1 < len(form.sections) else None
        chorus = section.letter == form.sections[-1].letter  # what ends a piece closes on its own
        bridge = section.letter != "A" and following is not None and following.letter == "A" and not chorus
        if bridge and section.cadence != HC:
            problems.append(f"{place} goes back to A from {section.cadence}; a bridge ends on V in root position")
        elif following is None and section.cadence not in (PAC, IAC, PC, MC):
            problems.append(f"{place} is the last and closes with {section.cadence}; write an authentic cadence")
        elif section.cadence == OTHER:
            problems.append(f"{place} does not close; write an authentic or a half cadence in its last two bars")
    return problems
