"""How requests are read: key words, forms, moods, numbers, and refusals in one line."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from composer import Brief, compose
from composer.errors import RequestError
from composer.pipeline.brief import Request
from composer.pipeline.form_words import BARS
from composer.pipeline.interpret import MAX_SEED, MAX_TITLE, read_brief
from composer.score.key import SCALES
from composer.theory.rulebook import load_rulebook
from composer.theory.tables import load_table

MOODS = [str(row["name"]) for row in load_table("moods")]
BOOK = load_rulebook()
many = settings(deadline=None)  # files are read anew for every brief


def read(**options: object) -> Request:
    return read_brief(Brief(**options), 1, BOOK)  # type: ignore[arg-type]


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


@pytest.mark.parametrize("mode", [mode for mode in SCALES if mode != "locrian"])
def test_modes(mode: str) -> None:
    assert read(key=f"D {mode}").key.mode == mode
    assert read(key=f"d {mode.upper()}").key.scale == SCALES[mode]


def test_a_mode_that_cannot_close_is_refused() -> None:
    with pytest.raises(RequestError, match="write phrygian"):
        read(key="B locrian")


def test_folk_songs_stand_in_old_modes_too() -> None:
    modes = {read(style="folk-song", key="D", mood=mood, seed=seed).key.mode for mood in ("sad", "happy")
             for seed in range(30)}
    assert modes == {"dorian", "aeolian", "minor", "major", "mixolydian"}


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
    with pytest.raises(RequestError, match=r"from 20 to 300|ordinary number"):
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


@pytest.mark.parametrize(("options", "remedy"), [
    ({"form": "blues-12", "bars": 7}, "has 12 bars; leave --bars out or write --bars 12"),
    ({"form": "song-32", "bars": 16}, "write --bars 8"),
    ({"form": "blues-12", "style": "chorale"}, "write --style song"),
    ({"style": "jig", "meter": "4/4"}, "6/8 or 12/8"),
    ({"style": "waltz", "meter": "2/4"}, "3/4"),
    ({"style": "chorale", "ensemble": "voice-and-piano"}, "write --ensemble"),
    ({"mood": "sad", "valence": 0.5}, "one or the other"),
    ({"arousal": -1.5}, "from -1 to 1"),
    ({"strict": 2.5}, "from 0 to 2"),
    ({"pickup": "3"}, "from 1/2 to 2"),
    ({"pickup": "0.3"}, "in halves"),
    ({"pickup": "soon"}, "or 0 for none"),
    ({"style": "polca"}, "polka"),
    ({"title": "x" * (MAX_TITLE + 1)}, "at most 200"),
    ({"seed": "seven"}, "ordinary number"),
    ({"bars": 8.0}, "whole number"),
    ({"mood": 3}, "write a text"),
    ({"strict": True}, "ordinary number"),
])
def test_contradictions_are_answered_with_what_would_be_right(options: dict[str, object], remedy: str) -> None:
    with pytest.raises(RequestError, match=remedy):
        read(**options)


def test_aliases_mean_their_mood() -> None:
    assert read(mood="peaceful").mood["name"] == "calm"
    assert read(mood="Triumphant").mood["name"] == "heroic"


@pytest.mark.parametrize("mood", MOODS)
def test_a_mood_s_place_on_the_plane_is_near_the_mood(mood: str) -> None:
    row = read(mood=mood).mood
    found = read(valence=row["valence"], arousal=row["arousal"]).mood
    assert found["name"] == mood
    assert abs(sum(found["tempo_bpm"]) - sum(row["tempo_bpm"])) < 60


def test_targets_change_gradually_over_the_plane() -> None:
    calm, lively = (read(valence=0.6, arousal=arousal).mood for arousal in (-0.5, 0.3))
    between = read(valence=0.6, arousal=-0.1).mood
    assert sum(calm["velocity"]) < sum(between["velocity"]) < sum(lively["velocity"])


def test_every_style_has_its_own_defaults() -> None:
    assert (read().form["name"], read().ensemble["name"], read().meter.name, read().bars) == ("aaba", "piano", "4/4", 8)
    chorale = read(style="chorale")
    assert (chorale.form["name"], chorale.ensemble["name"], chorale.four_voices) == ("AAB", "satb", True)
    jig = read(style="jig")
    assert (jig.style, jig.kind, jig.meter.name, jig.form["name"]) == ("dance", "jig", "6/8", "AABB")
    assert read(style="dance", meter="3/4").kind == "waltz"
    assert read(ensemble="satb").style == "chorale"
    assert read(ensemble="satb", style="song").four_voices
    assert read(form="blues-12").bars == 12


def test_an_upbeat_is_asked_for_in_quarters() -> None:
    assert read(pickup="0").pickup_ticks == 0
    assert read(pickup="1/2", meter="6/8").pickup_ticks == 240
    assert read(pickup="1.5").pickup_ticks == 720
    habits = [read(style="folk-song", seed=seed).pickup_ticks for seed in range(40)]
    assert 24 <= sum(map(bool, habits)) <= 39  # .82 of songs in 4/4


OPTIONS = ("form", "key", "mood", "meter", "ensemble", "title", "style", "pickup")


@many
@given(option=st.sampled_from(OPTIONS), text=st.text(max_size=30))
def test_any_text_is_read_or_refused_in_one_line(option: str, text: str) -> None:
    _read_or_refused({option: text})


@many
@given(text=st.from_regex(r"[A-Ca-c '’,-]{1,12}", fullmatch=True))
def test_any_letters_are_read_or_refused_in_one_line(text: str) -> None:
    _read_or_refused({"form": text})


@many
@given(text=st.from_regex(r"[A-Ha-h](#|b|is|es|s)?( |-)?(m|min|minor|major|dur|moll)?", fullmatch=True))
def test_anything_like_a_key_is_read_or_refused_in_one_line(text: str) -> None:
    _read_or_refused({"key": text})


@many
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


WORDS = {
    "form": st.sampled_from([None, *(str(row["name"]) for row in load_table("forms")), "ABCA", "AA'B", "BA", "sonata"]),
    "key": st.sampled_from([None, "D", "f#", "Cb major", "A# minor", "E phrygian", "F lydian", "B locrian", "H"]),
    "mood": st.sampled_from([None, *MOODS, "peaceful", "blue"]),
    "meter": st.sampled_from([None, "2/4", "2/2", "3/4", "4/4", "6/8", "9/8", "12/8", "5/4"]),
    "bars": st.sampled_from([None, 4, 4, 4, 8, 7]),
    "tempo": st.sampled_from([None, 30, 96, 280, 5]),
    "ensemble": st.sampled_from([None, *(str(row["name"]) for row in load_table("ensembles"))]),
    "style": st.sampled_from([None, "song", "folk-song", "chorale", "dance", "jig", "reel", "waltz", "march"]),
    "strict": st.sampled_from([0.0, 1.0, 2.0, 3.0]),
    "pickup": st.sampled_from([None, "0", "1/2", "1", "2"]),
    "valence": st.sampled_from([None, None, -0.9, 0.4]),
    "arousal": st.sampled_from([None, None, -1.0, 0.7]),
    "seed": st.integers(0, 99),
}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
@given(options=st.fixed_dictionaries(WORDS))
def test_every_brief_is_composed_or_refused_with_a_remedy(options: dict[str, object]) -> None:
    try:
        made = compose(Brief(**options))  # type: ignore[arg-type]
    except RequestError as error:
        assert len(str(error).splitlines()) == 1
        assert any(word in str(error) for word in ("write", "did you mean", "leave", "at home", "has"))
    else:
        assert made.score.voices
        assert made.report.errors == ()
