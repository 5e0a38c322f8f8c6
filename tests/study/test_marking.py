"""The desk at which scores are marked: what is asked is read once, and every file gets the same answer."""

from __future__ import annotations

from pathlib import Path

import pytest

from composer.errors import InputError, RequestError, SlipError
from composer.study.marking import USUAL_PROFILE, desk, mark_file

TEXT = "S: E5:2 F5 | D5 C5 | E5 F5 | D5 C5\nA: G4:2 A4 | G4 G4 | G4 A4 | G4 G4\n" \
    "T: C4:2 C4 | B3 E4 | C4 C4 | B3 E4\nB: C3:2 F3 | G3 C3 | C3 F3 | G3 C3\n"  # fmt: skip


@pytest.fixture
def page(tmp_path: Path) -> Path:
    path = tmp_path / "page.txt"
    path.write_text(TEXT)
    return path


def test_the_usual_profile_is_the_textbook() -> None:
    assert desk().profile == USUAL_PROFILE == "omt"
    assert desk("pop").profile == "pop"


@pytest.mark.parametrize(("options", "said"), [
    ({"profile": "baroque"}, "no such profile"), ({"key": "H"}, "--key"), ({"form": "BA"}, "A before B"),
])  # fmt: skip
def test_what_cannot_be_asked_is_refused(options: dict[str, str], said: str) -> None:
    with pytest.raises(RequestError, match=said):
        desk(**options)  # type: ignore[arg-type]


def test_a_slip_in_a_rule_is_told_before_any_score_is_opened(tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text('id = "OWN-1"\n')
    with pytest.raises(SlipError, match=r"own\.toml"):
        desk(rules=(tmp_path,))
    with pytest.raises(InputError, match="nowhere"):
        desk(rules=(tmp_path / "nowhere",))


@pytest.mark.parametrize(("form", "bars"), [("AB", [(0, 2), (2, 4)]), ("AABA", [(0, 1), (1, 2), (2, 3), (3, 4)])])
def test_a_form_divides_the_score_evenly(form: str, bars: list[tuple[int, int]], page: Path) -> None:
    sections = mark_file(page, desk(form=form)).reading.sections
    assert [section.label for section in sections] == list(form)
    assert [(section.onset_ticks // 1920, section.end_ticks // 1920) for section in sections] == bars


def test_sections_begin_with_the_first_full_bar(tmp_path: Path) -> None:
    path = tmp_path / "upbeat.txt"
    path.write_text("pickup: 1\nS: G4 | C5 D5 E5 F5 | G5:3 G5:1 | C5 D5 E5 F5 | C5:3\n")
    sections = mark_file(path, desk(form="AA")).reading.sections
    assert [section.onset_ticks for section in sections] == [480, 480 + 2 * 1920]
    assert sections[-1].end_ticks == 16 * 480


@pytest.mark.parametrize("form", ["ABC", "ABCDE", "ABCDEFGH"])
def test_a_form_that_does_not_fit_is_refused(form: str, page: Path) -> None:
    with pytest.raises(RequestError, match="4 bars do not divide"):
        mark_file(page, desk(form=form))


def test_one_desk_marks_many_scores_alike(page: Path) -> None:
    once = desk()
    assert mark_file(page, once).report == mark_file(page, once).report == mark_file(page, desk()).report
    assert mark_file(page, once).mark is None
    assert mark_file(page, desk("ap")).mark is not None
