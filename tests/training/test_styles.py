"""The style cards on the shelf, and how they are written."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from composer.models.card import read_card
from composer.models.markov import PitchMarkov
from composer.shelf import shelf_folder
from composer.training import abc_books, fit_markov, styles
from composer.training.data import Corpus
from composer.training.encode import Tune
from composer.training.store import toml_text

STYLES = tuple(styles.STYLE_CORPORA)
SONG = "X:{x}\nT:{x}\nO:{land}\nM:{meter}\nL:1/8\nK:G\nG2A2B2c2|d2B2G4|\n\n"


@pytest.fixture(params=STYLES)
def card(request: pytest.FixtureRequest) -> dict[str, Any]:
    path = shelf_folder("corpora") / styles.FOLDER / f"{request.param}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


def test_a_card_says_what_the_models_cards_say(card: dict[str, Any]) -> None:
    style = card["style"]
    expected = styles.style_card(style, shelf_folder("corpora"))
    shown = tomllib.loads(toml_text(expected))
    assert {key: value for key, value in card.items() if key != "essen"} == shown
    corpus = shelf_folder("corpora") / styles.STYLE_CORPORA[style]
    assert card["markov"]["nats_a_note"] == read_card(corpus / "markov").held_out["nats_a_note"]


def test_every_model_beats_its_baselines(card: dict[str, Any]) -> None:
    melody, rhythm, refiner = card["markov"], card["rhythm"], card["refiner"]
    assert melody["nats_a_note"] < min(melody[f"baseline_order_{order}_add_k_nats"] for order in (0, 1, 2))
    assert rhythm["nats_a_bar"] < rhythm["baseline_meter_add_one_nats"] < rhythm["baseline_table_alone_nats"]
    assert card["mixture"]["log_density_nats"] > card["mixture"]["baseline_one_gaussian_nats"]
    assert refiner["nats_a_note"] < refiner["baseline_two_sided_markov_nats"]


def test_what_falls_short_is_said(card: dict[str, Any]) -> None:
    bar_before = card["rhythm"]["baseline_without_bar_before_nats"] < card["rhythm"]["nats_a_bar"]
    assert any("without_bar_before" in line for line in card["falls_short"]) == bar_before
    worse = {
        "markov": {"nats_a_note": 2.0, "baseline_order_1_add_k_nats": 1.5},
        "rhythm": {
            "nats_a_bar": 1.0,
            "baseline_table_alone_nats": 3.0,
            "kinds_nats_a_bar": 1.5,
            "kinds_baseline_x_nats": 1.4,
        },
        "mixture": {"log_density_nats": -20.0, "baseline_one_gaussian_nats": -19.0},
        "refiner": {"nats_a_note": 1.0, "baseline_two_sided_markov_nats": 1.5},
    }
    assert [line.split(" ")[0] for line in styles.falls_short(worse)] == ["markov:", "rhythm:", "mixture:"]


def test_folk_song_is_measured_on_songs_it_was_not_made_from(card: dict[str, Any]) -> None:
    assert ("essen" in card) == (card["style"] == "folk-song")
    if "essen" in card:
        essen = card["essen"]
        assert "no model is fitted" in essen["what"] and essen["songs"] >= 300
        assert essen["nats_a_note"] < min(essen[f"baseline_order_{order}_add_k_nats"] for order in (0, 1, 2))


def test_styles_compose_with_the_corpora_of_their_rules() -> None:
    for path in (shelf_folder("rules") / "styles").glob("*.toml"):
        corpus = tomllib.loads(path.read_text(encoding="utf-8")).get("settings", {}).get("corpus")
        if corpus and path.stem in styles.STYLE_CORPORA:
            assert corpus == styles.STYLE_CORPORA[path.stem], path.name


def test_the_sample_of_songs_is_german_plain_and_even(tmp_path: Path) -> None:
    lands = ("Deutschland, Hessen", "China, Asia", "Europa, Deutschland")
    songs = [SONG.format(x=x, land=lands[x % 3], meter="9/4" if x % 5 == 0 else "2/4") for x in range(30)]
    (tmp_path / "erk.abc").write_text("".join(songs), encoding="latin-1")
    (tmp_path / "test0.abc").write_text(songs[1], encoding="latin-1")
    every = abc_books.essen(tmp_path, 99)
    assert len(every) == sum(x % 3 != 1 and x % 5 != 0 for x in range(30))
    some = abc_books.essen(tmp_path, 4)
    assert some == every[::4] and some == abc_books.essen(tmp_path, 4)
    assert some[0].name == "essen-erk-3"
    assert abc_books.essen(tmp_path / "nowhere", 4) == ()


def _airs(tunes: list[Tune], chorales: Corpus) -> tuple[Corpus, PitchMarkov]:
    split = {"train": tuple(tunes[:12]), "validation": tuple(tunes[12:16]), "test": tuple(tunes[16:])}
    corpus = Corpus(chorales.listing, split, chorales.chorales, chorales.checksum)
    return corpus, fit_markov.fit(split["train"], split["validation"], rounds=1)


def test_a_collection_that_cannot_be_read_is_said_to_be_left_out(
    tunes: list[Tune], chorales: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    airs, model = _airs(tunes, chorales)
    monkeypatch.setattr(styles, "essen_tunes", lambda count: ())
    assert "could not be read" in styles.essen_figures(airs, model)["left_out"]


def test_songs_are_measured_beside_n_grams_of_the_airs(
    tunes: list[Tune], chorales: Corpus, monkeypatch: pytest.MonkeyPatch, made_tune: Callable[..., Tune]
) -> None:
    airs, model = _airs(tunes, chorales)
    monkeypatch.setattr(styles, "ESSEN_SONGS", 3)
    broken = abc_books.AbcTune("essen-broken", 0, "X:1\nM:4/4\nK:G\nG2|", "")
    sample = [broken, *(abc_books.AbcTune(f"essen-{n}", n, _song(n)) for n in range(5))]
    monkeypatch.setattr(styles, "essen_tunes", lambda count: sample)
    found = styles.essen_figures(airs, model)
    assert found["songs"] == 3 and found["notes"] == 3 * 16
    assert 0 < found["nats_a_note"] < found["baseline_order_0_add_k_nats"] + 2


def _song(number: int) -> str:
    notes = "GABcdBAG" if number % 2 else "cBAGABcd"
    return "X:1\nM:4/4\nL:1/4\nK:G\n" + "".join(f"{notes[:4]}|{notes[4:]}|" for _ in range(2)) + "\n"
