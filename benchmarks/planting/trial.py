"""One trial: a piece is marked clean, a fault is planted, the piece is marked again, and the findings are compared."""

from __future__ import annotations

import random
import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from benchmarks.planting import chords, function, motion, ornaments
from benchmarks.planting.grid import Ground, Plant
from composer.files.musicxml import to_bytes
from composer.score.score import Score
from composer.score.text import format_text
from composer.study.marking import Desk, Marked, mark_file

Recipe = Callable[[Ground], Iterator[Plant]]
RECIPES: tuple[tuple[str, Recipe], ...] = (*chords.RECIPES, *motion.RECIPES, *function.RECIPES, *ornaments.RECIPES)
GRAVE = ("error", "warning")
# Other faults that a planted one may bring, by the planter's own count; more where the fault itself is counted.
MOST_COST = 2
PATIENCE = {"DBL-7": 4, "HRM-5": 4, "CHR-2": 3, "LIN-1": 3, "LIN-3": 3, "TND-1": 3, "DIS-1": 3, "TND-4": 3}
KEY = re.compile(r"(?m)^key:.*\n")  # a bare score does not say its key
Key = tuple[str, str, tuple[int, ...], tuple[str, ...]]


@dataclass(frozen=True)
class Outcome:
    """What came of one planted fault. ``others``: further new findings beside it, ``false``: away from it."""

    ground: Ground
    plant: Plant
    found: bool
    exact: bool
    others: tuple[str, ...]
    false: tuple[str, ...]
    said: str

    @property
    def place(self) -> str:
        """Bar, beat and voices."""
        bar, beat = self.ground.score.bar_of(self.plant.tick)
        names = " ".join(self.ground.score.voices[v].name for v in self.plant.voices)
        return f"bar {bar} beat {beat:g} {names}"


@dataclass(frozen=True)
class Bench:
    """Where pieces are written, and who marks them under each profile."""

    folder: Path
    desks: Mapping[str, Desk]
    known: frozenset[str]

    def marked(self, score: Score, ground: Ground, as_page: bool, spoilt: Plant | None = None) -> Marked:
        """The piece written down, opened again, and judged."""
        path = self.folder / ("piece.musicxml" if as_page else "piece.txt")
        data = to_bytes(score) if as_page else KEY.sub("", format_text(score)).encode()
        path.write_bytes(_odd_bar(data, spoilt) if spoilt else data)
        return mark_file(path, self.desks[ground.profile])


def _odd_bar(document: bytes, plant: Plant) -> bytes:
    """The page with the last note of one bar of one part taken out or written twice."""
    root = ElementTree.fromstring(document)
    bar = root.findall("part")[plant.voices[0]].findall("measure")[plant.shortened or 0]
    note = bar.findall("note")[-1]
    place = list(bar).index(note)
    if plant.lengthened:
        bar.insert(place, note)
    else:
        bar.remove(note)
    return bytes(ElementTree.tostring(root, encoding="utf-8", xml_declaration=True))


def keys_of(marked: Marked, severities: Sequence[str] = GRAVE) -> Counter[Key]:
    """The findings, each by what says that two are the same."""
    return Counter(
        (finding.rule_id, finding.severity, finding.moments_ticks, finding.voices)
        for finding in marked.report.findings
        if finding.severity in severities
    )


def choose(
    bench: Bench, ground: Ground, clean: Marked, planted: Counter[int], rng: random.Random,
    recipes: Sequence[tuple[str, Recipe]] = RECIPES,
) -> tuple[int, Plant] | None:  # fmt: skip
    """The recipe least used so far that finds a place where nothing of its kind is said yet, and its quietest plant."""
    order = sorted(range(len(recipes)), key=lambda n: (planted[n], rng.random()))
    for number in order:
        rule, recipe = recipes[number]
        if rule not in bench.known:
            continue
        most = PATIENCE.get(rule, MOST_COST)
        fit = [plant for plant in recipe(ground) if plant.cost <= most and quiet(ground, clean, plant)]
        if fit:
            least = min(plant.cost for plant in fit)
            return number, rng.choice([plant for plant in fit if plant.cost == least])
    return None


def quiet(ground: Ground, clean: Marked, plant: Plant) -> bool:
    """No finding of the rule within a bar of the place."""
    bar = ground.score.meter.bar_ticks
    return not any(
        finding.rule_id in (plant.rule, *plant.also) and any(abs(t - plant.tick) <= bar for t in finding.moments_ticks)
        for finding in clean.report.findings
    )


def attempt(bench: Bench, ground: Ground, clean: Marked, plant: Plant, as_page: bool) -> Outcome:
    """Plant, mark, compare."""
    score = ground.edited(plant.edits)
    marked = bench.marked(score, ground, as_page, plant if plant.shortened is not None else None)
    every = (*GRAVE, "info")
    fresh = list((keys_of(marked, every) - keys_of(clean, every)).elements())
    window = _window(score, ground, plant)
    touching = [key for key in fresh if any(window[0] <= tick <= window[1] for tick in key[2])]
    roles = {ground.score.voices[voice].role for voice in plant.voices}
    ids = (plant.rule, *plant.also)
    hits = {key[0] for key in touching if key[0] in ids and (not key[3] or roles & set(key[3]))}
    grave = tuple(key[0] for key in touching if key[1] in GRAVE and key[0] not in ids)
    false = tuple(_told(score, key) for key in fresh if key[1] in GRAVE and key not in touching)
    said = f"says {', '.join(sorted({key[0] for key in touching})) or 'nothing'}; reads {_reading(marked, window)}"
    return Outcome(
        ground, plant, bool(hits), plant.rule in hits, grave, false,
        f"{_written(ground, plant)}: {said}; made as {_made(ground, window)}",
    )


def _written(ground: Ground, plant: Plant) -> str:
    """The edits, old notes and new."""
    words = []
    for edit in plant.edits:
        old = next(note for note in ground.lines[edit.voice] if note.onset_ticks == edit.tick)
        new = " ".join(note.top.name if note.pitches else "rest" for note in edit.notes)
        words.append(f"{ground.score.voices[edit.voice].name} {old.top.name if old.pitches else 'rest'} to {new}")
    return ", ".join(words) or "page"


def _window(score: Score, ground: Ground, plant: Plant) -> tuple[int, int]:
    """From the moment before the edited notes to the moment after them."""
    onsets = sorted({note.onset_ticks for voice in score.voices for note in voice.notes})
    times = [plant.tick, *(edit.tick for edit in plant.edits)]
    times += [note.onset_ticks for edit in plant.edits for note in edit.notes]
    last = max([plant.tick, *(edit.notes[-1].end_ticks - 1 for edit in plant.edits)])
    if plant.shortened is not None:
        last = plant.tick + ground.score.meter.bar_ticks - 1
    before = bisect_left(onsets, min(times)) - 1
    after = bisect_right(onsets, last)
    return onsets[max(before, 0)], onsets[min(after, len(onsets) - 1)]


def reading_at(marked: Marked, tick: int) -> str:
    """Key and numeral read at a tick."""
    span = marked.reading.chord_at(tick)
    return f"{span.key.name}:{span.chord.numeral}" if span else "no chord"


def made_at(ground: Ground, tick: int) -> str:
    """The numeral a tick was made with."""
    return next((h.numeral for begin, end, h in ground.known if begin <= tick < end), "no chord")


def _reading(marked: Marked, window: tuple[int, int]) -> str:
    spans = [span for span in marked.reading.chords if window[0] <= span.onset_ticks <= window[1]]
    return " ".join(f"{span.key.name}:{span.chord.numeral}" for span in spans) or "no chords"


def _made(ground: Ground, window: tuple[int, int]) -> str:
    spans = [h for begin, _, h in ground.known if window[0] <= begin <= window[1]]
    return " ".join(h.numeral for h in spans) or "(corpus)"


def _told(score: Score, key: Key) -> str:
    bar, beat = score.bar_of(key[2][0]) if key[2] else (0, 0.0)
    return f"{key[0]} bar {bar} beat {beat:g}"
