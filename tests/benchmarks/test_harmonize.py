"""The page on harmonising at its smallest, Bach his own harmoniser; random sopranos and what becomes of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import harmonize
from benchmarks.fourpart import page as pages
from benchmarks.fourpart.bach import Chorale, chorales, fixed, listing
from benchmarks.fourpart.marked import checked
from benchmarks.fourpart.random_tunes import KINDS, long_tune, random_tune
from benchmarks.fourpart.robust import ANSWERED, CHANGED, CRASHED, REFUSED, RELAXED, outcome, robust_lines
from benchmarks.fourpart.rows import Row, at_most, near
from benchmarks.fourpart.stand_ins import Bach
from benchmarks.fourpart.trial import System, compared, try_tune
from composer.errors import RequestError
from composer.files.plain import to_bytes
from composer.score.score import Score
from composer.training.annotated import read_annotated


@pytest.fixture(scope="module")
def few() -> list[Chorale]:
    return fixed(12)


def test_bach_is_his_own_likeness(few: list[Chorale]) -> None:
    system = System("bach", Bach(tuple(few)).answer, Bach(tuple(few)).answer, lambda tune, seed, n: [few[0].score])
    found = try_tune(system, few[0])
    assert found.likeness.root_share == 1.0 and found.best == found.likeness
    assert found.samples == (found.likeness,) * 3
    shaved = try_tune(System("shaved", Bach(tuple(few), shaved=True).answer), few[0])
    assert shaved.setting is not None and shaved.setting.style["tenor: beats off beat"] == 0.0
    assert shaved.best is None and shaved.samples is None


def test_a_refusal_is_kept(few: list[Chorale]) -> None:
    def refuse(tune: Score, seed: int) -> Score:
        raise RequestError("too low")

    found = try_tune(System("none", refuse), few[0])
    assert found.refused == "too low" and found.setting is None
    assert "No tune was answered." in pages.page("none", [found], None)


def test_the_page_of_shaved_bach(
    few: list[Chorale], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    listed = listing()
    family = chorales([name for name, number in listed.family.items() if number == 21], listed)
    monkeypatch.setattr(pages, "every", lambda: family)
    monkeypatch.setattr(pages, "LEAST_PIECES", 6)
    monkeypatch.setattr(pages, "annotated", lambda: [read_annotated(1)])
    out = tmp_path / "page.md"
    harmonize.main(["--system", "shaved", "--count", "8", "--no-check", "--out", str(out)])
    text = out.read_text(encoding="utf-8")
    assert text in capsys.readouterr().out
    assert "| tenor's notes between beats, a beat | 0.000 |" in text and "| tunes answered | 8 | – | 8 | yes |" in text
    assert "PAR by music21" in text and "compose check" not in text.split("## ")[0]


def test_pages_in_a_folder_are_found_by_name(few: list[Chorale], tmp_path: Path) -> None:
    (tmp_path / f"{few[1].name}.txt").write_bytes(to_bytes(few[1].score))
    found = harmonize.from_folder(tmp_path, few)
    assert [one.chorale.name for one in found] == [few[1].name]
    assert found[0].likeness.root_share == 1.0 == found[0].likeness.inversion_share
    assert found[0].setting == compared(few[1], few[1].score).setting


def test_compose_check_counts_what_the_tune_alone_breaks(few: list[Chorale]) -> None:
    found = checked([few[2].score])
    assert len(found) == 1 and found[0].errors >= found[0].of_the_tune >= 0


def test_verdicts() -> None:
    assert Row("x", (0.2, None), at_most(0.1)).text == "| x | 0.20 | – | ≤ 0.1 | **no** |"
    assert Row("x", (None, 0.1), at_most(0.1)).is_met is None
    assert near(0.6, 0.25, 0.55).test(0.6) and not near(0.6, 0.25, 0.55).test(0.5)
    assert not near(0.6, 0.25).test(0.76)


def test_random_tunes_are_what_they_are_called() -> None:
    for kind in KINDS:
        tune = random_tune(kind, 5)
        assert tune == random_tune(kind, 5) != random_tune(kind, 6)
        for seed in range(20):
            heights = [note.top.midi for note in random_tune(kind, seed).voices[0].notes if note.pitches]
            assert kind.low <= min(heights) <= max(heights) <= kind.high
    notes = long_tune(64).voices[0].notes
    assert notes[-1].end_ticks == 64 * 480 and sum(note.fermata for note in notes) == 8


def test_what_becomes_of_a_tune(few: list[Chorale]) -> None:
    tune = few[0].score.with_voices(few[0].score.voices[:1])

    def refuse(tune: Score, seed: int) -> tuple[Score, tuple[str, ...]]:
        raise RequestError("no")

    def crash(tune: Score, seed: int) -> tuple[Score, tuple[str, ...]]:
        raise IndexError("off the page")

    def answered(score: Score, *relaxed: str) -> str:
        return outcome("x", tune, lambda *_: (score, relaxed)).verdict

    assert answered(few[0].score) == ANSWERED and answered(few[0].score, "a doubling") == RELAXED
    assert answered(few[1].score) == CHANGED
    found = [outcome("x", tune, refuse), outcome("x", tune, crash)]
    assert [one.verdict for one in found] == [REFUSED, CRASHED] and "off the page" in found[1].said[-1]
    assert "| x | 0 | 0 | 1 | 1 | 0 | 0.00 | 0.00 |" in robust_lines(found)
