from collections import defaultdict

import numpy as np
import pytest

from composer.shelf import shelf_folder
from composer.training.families import families, runs, split_families
from composer.training.survey import Listing, listing_text, read_listing

CORPORA = ("bach-chorales", "oneills-airs")


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
    shares = (0.15, 0.0) if listing.name == "bach-chorales" else (0.1, 0.1)
    assert split_families(listing.family, listing.fixed_test, shares) == dict(listing.split)


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
