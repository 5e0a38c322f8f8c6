"""How requests are read: key words, forms, moods, numbers, and refusals in one line."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from composer import Brief
from composer.errors import RequestError
from composer.pipeline.brief import BARS, MAX_SEED, Request, read_brief
from composer.theory.tables import load_table

MOODS = [str(row["name"]) for row in load_table("moods")]


def read(**options: object) -> Request:
    return read_brief(Brief(**options), 1)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("word", "spoken"),
    [
        ("D", "D minor"), ("d", "D minor"), ("Dm", "D minor"), ("D minor", "D minor"), ("D major", "D major"),
        ("DM", "D major"), ("Dmaj", "D major"), ("d minor", "D minor"), ("Bb", "B flat minor"),
        ("Bb major", "B flat major"), ("bb", "B flat minor"), ("B", "B minor"), ("F#m", "F sharp minor"),
        ("B-flat", "B flat minor"), ("B flat major", "B flat major"), ("f#", "F sharp minor"),
        (" e ", "E minor"), ("E♭ major", "E flat major"), ("Ab", "G sharp minor"), ("as major", None),
    ],
)
def test_keys_under_a_minor_mood(word: str, spoken: str | None) -> None:
    if spoken is None:
        with pytest.raises(RequestError, match="write Ab"):
            read(key=word, mood="sad")
    else:
        assert read(key=word, mood="sad").key.spoken.replace("A flat", "G sharp") == spoken


@pytest.mark.parametrize(("word", "spoken"), [("D", "D major"), ("d", "D minor"), ("Bb", "B flat major"),
                                              ("B", "B major"), ("bb", "B flat minor"), ("Am", "A minor")])
def test_keys_under_a_major_mood(word: str, spoken: str) -> None:
    assert read(key=word, mood="happy").key.spoken == spoken


def test_the_mood_says_that_it_chose_the_mode() -> None:
    assert read(key="D", mood="sad").notes == ("D minor: sad chose the mode; write --key 'D major' for major",)
    assert read(key="Dm", mood="sad").notes == ()


@pytest.mark.parametrize(("word", "english"), [("H", "B"), ("h", "B"), ("Cis", "C#"), ("Es", "Eb"), ("es", "Eb"),
                                               ("Fis", "F#"), ("Cis-moll", "C#"), ("H dur", "B")])
def test_german_names_are_answered_in_english(word: str, english: str) -> None:
    with pytest.raises(RequestError, match=f"write {english} "):
        read(key=word)


@pytest.mark.parametrize("word", ["", "X", "D#b", "Cbb", "C##", "dur", "D minor major", "12", "b flat sharp"])
def test_words_that_are_no_key(word: str) -> None:
    with pytest.raises(RequestError, match="--key"):
        read(key=word)


def test_modes_that_are_not_served() -> None:
    with pytest.raises(RequestError, match="major and minor"):
        read(key="D dorian")


@pytest.mark.parametrize(("word", "spoken", "signs"), [
    ("Dbm", "C sharp minor", "8 flats"), ("D flat minor", "C sharp minor", "8 flats"),
    ("G# major", "A flat major", "8 sharps"), ("Gb minor", "F sharp minor", "9 flats"),
    ("D# major", "E flat major", "9 sharps"), ("Fb", "E major", "8 flats"),
])
def test_keys_of_more_than_seven_signs_are_respelled_and_said(word: str, spoken: str, signs: str) -> None:
    request = read(key=word, mood="happy")
    assert request.key.spoken == spoken
    assert abs(request.key.fifths) <= 7
    assert request.notes[0].startswith(f"{spoken} for ") and signs in request.notes[0]


@pytest.mark.parametrize(("text", "labels"), [
    ("AABA", "A A B A"), ("aaba", "A A B A"), ("abac", "A B A C"), ("ABA'", "A B A'"), ("a b a’", "A B A'"),
    ("ternary", "A B A'"), ("Rondo", "A B A C A"), ("period", "A"), ("sentence", "A"), ("A-B-A", "A B A"),
    ("AA'A''", "A A' A''"), ("a,b,a", "A B A"),
])
def test_forms(text: str, labels: str) -> None:
    assert read(form=text).labels == tuple(labels.split())


@pytest.mark.parametrize(("text", "answer"), [
    ("", "letters"), ("BA", "A before B"), ("ACB", "B before C"), ("A'BA", "varies A"), ("A1B", "letters"),
    ("rondoo", "rondo"), ("peroid", "period"), ("'", "letters"), ("A" * 27, "at most 26"), ("ternery", "ternary"),
])
def test_words_that_are_no_form(text: str, answer: str) -> None:
    with pytest.raises(RequestError, match=answer):
        read(form=text)


@pytest.mark.parametrize(("option", "word", "nearest"), [
    ("mood", "happyy", "happy"), ("mood", "SADD", "sad"), ("mood", "melancolic", "melancholic"),
    ("ensemble", "pinao", "piano"), ("ensemble", "leadsheet", "lead-sheet"), ("meter", "6/4", "6/8|4/4|3/4"),
    ("mood", "qqqq", "write one of happy"), ("ensemble", "", "write one of"),
])
def test_a_wrong_word_is_answered_with_the_nearest_right_ones(option: str, word: str, nearest: str) -> None:
    with pytest.raises(RequestError, match=nearest) as caught:
        read(**{option: word})
    assert f"--{option}" in str(caught.value)


@pytest.mark.parametrize("mood", MOODS)
def test_every_mood_is_read_with_a_tempo_of_its_own(mood: str) -> None:
    request = read(mood=mood.upper())
    assert 40 <= request.tempo_bpm <= 200
    assert abs(request.key.fifths) <= 4


@pytest.mark.parametrize("bars", [0, -4, 5, 12, 32])
def test_wrong_bars(bars: int) -> None:
    with pytest.raises(RequestError, match="4, 8 or 16"):
        read(bars=bars)


@pytest.mark.parametrize("tempo", [19.9, 301, -5, float("nan"), float("inf")])
def test_wrong_tempo(tempo: float) -> None:
    with pytest.raises(RequestError, match="from 20 to 300"):
        read(tempo=tempo)


@pytest.mark.parametrize("seed", [-1, MAX_SEED + 1])
def test_wrong_seed(seed: int) -> None:
    with pytest.raises(RequestError, match="whole number"):
        read(seed=seed)


def test_limits_are_served() -> None:
    assert read(seed=0).seed == 0
    assert read(seed=MAX_SEED).seed == MAX_SEED
    assert read(tempo=20).tempo_bpm == 20
    assert {read(bars=bars).bars for bars in BARS} == set(BARS)


def test_layers_that_can_be_left_out() -> None:
    assert read(without=("hmm", "gmm")).without == {"hmm", "gmm"}
    with pytest.raises(RequestError, match="refiner"):
        read(without=("refine",))


def test_the_default_brief_is_served_and_names_a_file() -> None:
    request = read()
    assert request.slug == f"aaba-{request.key.spoken.lower().replace(' ', '-')}-calm-1"


OPTIONS = ("form", "key", "mood", "meter", "ensemble", "title")


@given(option=st.sampled_from(OPTIONS), text=st.text(max_size=30))
def test_any_text_is_read_or_refused_in_one_line(option: str, text: str) -> None:
    _read_or_refused({option: text})


@given(text=st.from_regex(r"[A-Ca-c '’,-]{1,12}", fullmatch=True))
def test_any_letters_are_read_or_refused_in_one_line(text: str) -> None:
    _read_or_refused({"form": text})


@given(text=st.from_regex(r"[A-Ha-h](#|b|is|es|s)?( |-)?(m|min|minor|major|dur|moll)?", fullmatch=True))
def test_anything_like_a_key_is_read_or_refused_in_one_line(text: str) -> None:
    _read_or_refused({"key": text})


@given(seed=st.integers(), bars=st.integers(), tempo=st.floats())
def test_any_number_is_read_or_refused_in_one_line(seed: int, bars: int, tempo: float) -> None:
    _read_or_refused({"seed": seed})
    _read_or_refused({"bars": bars})
    _read_or_refused({"tempo": tempo})


def _read_or_refused(options: dict[str, object]) -> None:
    try:
        request = read(**options)
    except RequestError as error:
        assert len(str(error).splitlines()) == 1
        assert str(error).startswith("--")
    else:
        assert isinstance(request, Request)
        assert request.labels[0] == "A"
        assert request.title
        assert all(character.isalnum() or character == "-" for character in request.slug)
