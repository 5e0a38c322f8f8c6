from collections import Counter, defaultdict

import numpy as np
import pytest

from composer.shelf import shelf_folder
from composer.training.corpus import RawVoice, RawWork
from composer.training.data import CORPORA
from composer.training.families import families, runs, split_families
from composer.training.survey import SHARES, SHARES_AN_AIR, Listing, listing_text, read_listing, survey


@pytest.fixture(params=CORPORA)
def listing(request: pytest.FixtureRequest) -> Listing:
    return read_listing(shelf_folder("corpora") / request.param / "corpus.toml")


def test_no_family_stands_in_two_splits(listing: Listing) -> None:
    splits = defaultdict(set)
    for name, family in listing.family.items():
        splits[family].add(listing.split[name])
    assert all(len(found) == 1 for found in splits.values())
    assert {one for found in splits.values() for one in found} == {"train", "validation", "test"}


def test_fixed_works_are_test_and_nothing_is_listed_twice(listing: Listing) -> None:
    assert all(listing.split[name] == "test" for name in listing.fixed_test)
    assert not set(listing.quarantine) & set(listing.split)
    assert all(listing.quarantine.values())
    assert bool(listing.fixed_test) == (listing.name == "bach-chorales")


def test_the_list_is_what_the_survey_writes(listing: Listing) -> None:
    path = shelf_folder("corpora") / listing.name / "corpus.toml"
    assert listing_text(listing) == path.read_text(encoding="utf-8")


def test_the_split_follows_from_families(listing: Listing) -> None:
    assert split_families(listing.family, listing.fixed_test, SHARES[listing.name]) == dict(listing.split)


def test_every_dance_has_a_kind_and_no_other_work(listing: Listing) -> None:
    assert set(listing.kind) == (set(listing.split) if listing.name == "dances" else set())
    counts = Counter(listing.kind.values())
    if listing.name == "dances":
        assert min(counts[kind] for kind in ("reel", "jig", "hornpipe", "slip-jig", "strathspey")) > 30


def test_a_dance_that_shares_a_tune_with_an_air_is_left_out() -> None:
    rng = np.random.default_rng(7)
    air, other = (np.cumsum(rng.integers(-3, 4, 48)) % 15 + 60 for _ in range(2))
    borrowed = np.concatenate([other[:30], air[20:34] + 2, other[30:]])
    works = [_dance("mine", other[:40]), _dance("borrowed", borrowed[:56])]
    found = survey("dances", works, ["mine", "borrowed"], (), {"oneill0001": air})
    assert found.quarantine == {"borrowed": f"{SHARES_AN_AIR} oneill0001"}
    assert set(found.split) == {"mine"} and found.kind == {"mine": "reel"}


def _dance(name: str, pitch: np.ndarray) -> RawWork:
    onset = np.arange(len(pitch)) * 240
    events = np.column_stack([onset, np.full(len(pitch), 240), pitch]).astype(np.int64)
    bars = np.array([(start, 1920) for start in range(0, len(pitch) * 240, 1920)])
    return RawWork(name, (RawVoice(events, np.zeros(len(pitch), bool)),), bars, ((4, 4),), 0, None, "reel")


def test_transposed_and_shared_tunes_are_one_family() -> None:
    rng = np.random.default_rng(4)
    one, other = rng.integers(55, 80, 40), rng.integers(55, 80, 40)
    tunes = {"a": one, "b": other, "c": one + 5, "d": np.concatenate([other[5:25], one[:3]])}
    assert families(tunes, 12) == {"a": 0, "b": 1, "c": 0, "d": 1}
    assert families({"a": one, "b": other}, 5, 0.5) == {"a": 0, "b": 1}


def test_plain_repetition_makes_no_family() -> None:
    assert runs(np.full(30, 60), 12) == set()
    assert len(runs(np.array([60, 62, 63, 60, 67]), 3)) == 2


def test_fixed_works_pull_their_families_along() -> None:
    split = split_families({"a": 0, "b": 1, "c": 0}, ["c"], (0.0, 0.0))
    assert split == {"a": "test", "b": "train", "c": "test"}
