"""Slips in rule files are answered by path and line; folders lie over one another."""

import shutil
from pathlib import Path

import pytest

from composer.errors import InputError, RequestError, SlipError
from composer.shelf import shelf_folder
from composer.theory.rule import load_rule
from composer.theory.rulebook import load_rulebook

FIFTHS = shelf_folder("rules") / "voice-leading" / "parallel-fifths.toml"
SLIPS = [
    ('kind     = "motion"', 'kind     = "motoin"', "kind", "motion"),
    ('severity = "error"', 'severity = "grave"', "severity", "error, warning, info"),
    ('title    = "Parallel fifths"', 'titel = "Parallel fifths"', "titel", "title"),
    ('id       = "PAR-5"', 'id = "par5"', "id", "PAR-5"),
    ("{upper} and", "{uper} and", "message", "upper"),
    ("{upper} and", "{upper and", "message", "{upper}"),
    ('into = ["P5"]', 'into = ["fifth"]', "into", "P5"),
    ('into = ["P5"]', 'into = "P5"', "into", "["),
    ('into = ["P5"]', 'intos = ["P5"]', "intos", "into"),
    ('how = "parallel"', 'how = "sideways"', "how", "parallel"),
    ('voices = "pairs"', 'voices = "everyone"', "voices", "outer"),
    ('verdict = "breaks"', 'verdict = "fails"', "[[example]]", "breaks"),
    ('how = "parallel"', 'judge = "hidden"', "judge", "interval"),
    ('kind     = "motion"', 'use = "hint"\nkind = "motion"', "use", "label"),
    ('kind     = "motion"', 'use = "label"\nkind = "motion"', "severity", 'severity = "info"'),
]


@pytest.mark.parametrize(("right", "wrong", "key", "remedy"), SLIPS)
def test_slips_name_path_line_and_remedy(
    tmp_path: Path, right: str, wrong: str, key: str, remedy: str
) -> None:
    text = FIFTHS.read_text(encoding="utf-8")
    assert right in text
    path = tmp_path / "fifths.toml"
    path.write_text(text.replace(right, wrong, 1), encoding="utf-8")
    lines = path.read_text(encoding="utf-8").splitlines()
    line = next(n for n, row in enumerate(lines, 1) if row.startswith(key))
    with pytest.raises(SlipError) as caught:
        load_rule(path)
    assert str(caught.value).startswith(f"{path}:{line}: ")
    assert remedy in str(caught.value).partition("; ")[2]


@pytest.mark.parametrize("field", ["id", "title", "kind", "severity", "message", "why", "source"])
def test_missing_fields(tmp_path: Path, field: str) -> None:
    rows = FIFTHS.read_text(encoding="utf-8").splitlines()
    path = tmp_path / "fifths.toml"
    path.write_text("\n".join(row for row in rows if not row.startswith(field)), encoding="utf-8")
    with pytest.raises(SlipError, match=rf"'{field}' is missing"):
        load_rule(path)


@pytest.mark.parametrize("ask", ["upper_leaps = 1", "upper_leaps = 'yes'"])
def test_a_wrong_type_is_answered(tmp_path: Path, ask: str) -> None:
    path = tmp_path / "fifths.toml"
    path.write_text(FIFTHS.read_text(encoding="utf-8").replace("[asks]", f"[asks]\n{ask}"), encoding="utf-8")
    with pytest.raises(SlipError, match="write true or false"):
        load_rule(path)


def test_broken_toml_is_answered_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "x.toml"
    path.write_text('id = "A-1"\ntitle = \n', encoding="utf-8")
    with pytest.raises(SlipError, match=r"x\.toml:2: this is no TOML"):
        load_rule(path)


def test_one_verdict_is_not_enough(tmp_path: Path) -> None:
    head = FIFTHS.read_text(encoding="utf-8").partition("[[example]]")[0]
    path = tmp_path / "fifths.toml"
    path.write_text(head + '[[example]]\nverdict = "keeps"\nmusic = "S: C4"\n', encoding="utf-8")
    with pytest.raises(SlipError, match="no example that breaks"):
        load_rule(path)


def test_a_later_folder_wins_by_file_name(tmp_path: Path) -> None:
    text = FIFTHS.read_text(encoding="utf-8").replace('severity = "error"', 'severity = "info"')
    (tmp_path / "parallel-fifths.toml").write_text(text, encoding="utf-8")
    book = load_rulebook([tmp_path])
    assert book.rules["PAR-5"].severity == "info"
    assert len(book.rules) == len(load_rulebook().rules)


def test_a_new_rule_joins(tmp_path: Path) -> None:
    text = FIFTHS.read_text(encoding="utf-8").replace('"PAR-5"', '"MY-1"')
    (tmp_path / "my-fifths.toml").write_text(text, encoding="utf-8")
    assert {"MY-1", "PAR-5"} <= set(load_rulebook([tmp_path]).rules)


def test_one_id_twice_is_a_slip(tmp_path: Path) -> None:
    shutil.copy(FIFTHS, tmp_path / "again.toml")
    with pytest.raises(SlipError, match="PAR-5 is already the id of"):
        load_rulebook([tmp_path])


def test_a_replaced_shelf_lacks_what_was_taken_out(tmp_path: Path) -> None:
    folder = tmp_path / "rules"
    shutil.copytree(shelf_folder("rules"), folder)
    (folder / "voice-leading" / "parallel-fifths.toml").unlink()
    book = load_rulebook(replace=folder)
    assert "PAR-5" not in book.rules
    style = book.style("chorale")
    assert style.missing == ("PAR-5",)
    assert "PAR-5" not in {rule.id for rule in style.forbid}


def test_styles_and_profiles_by_name() -> None:
    book = load_rulebook()
    assert book.style("chorale").profile == "chorale"
    assert book.style("song").profile == "pop"
    assert book.style("song").missing == ()
    with pytest.raises(RequestError, match="chorale"):
        book.style("chorall")
    with pytest.raises(RequestError, match="omt"):
        book.profile("strictest")


def test_slips_in_styles_and_profiles(tmp_path: Path) -> None:
    for folder in ("styles", "profiles"):
        (tmp_path / folder).mkdir()
    (tmp_path / "styles" / "a.toml").write_text(
        'profile = "pop"\n[prefer]\nPAR-5 = "much"\n', encoding="utf-8"
    )
    (tmp_path / "styles" / "b.toml").write_text('profile = "pop"\nforbids = []\n', encoding="utf-8")
    (tmp_path / "profiles" / "c.toml").write_text('[[row]]\nrule = "PAR-5"\n', encoding="utf-8")
    book = load_rulebook([tmp_path])
    with pytest.raises(SlipError, match=r"a\.toml:3: PAR-5 = 'much' is no cost"):
        book.style("a")
    with pytest.raises(SlipError, match=r"b\.toml:2: 'forbids'"):
        book.style("b")
    with pytest.raises(SlipError, match=r"c\.toml:1: a row is not complete"):
        book.profile("c")


def test_a_missing_folder() -> None:
    with pytest.raises(InputError, match="no such folder"):
        load_rulebook([Path("/nowhere/at/all")])


LICENCE = """
[licence.MY-2]
why = "The two fifths are one sound, moved about for its colour."
source = ["our design value"]
asks = { into = ["A5"] }

[[licence.MY-2.example]]
music = "S: G4 A4 ; B: C3 D3"
"""
LICENCE_SLIPS = [
    ('asks = { into = ["A5"] }', "asks = { intos = 1 }", "'intos' is not asked"),
    ('why = "The two', 'wye = "The two', "'MY-2' is no licence"),
    ('source = ["our design value"]', "", "'source' is missing"),
    ("[licence.MY-2]", "[licence.my]", "'my' is no licence"),
    ('music = "S: G4 A4 ; B: C3 D3"', "", "a licence without an example"),
]


def licensed(folder: Path, licence: str) -> Path:
    path = folder / "parallel-fifths.toml"
    path.write_text(FIFTHS.read_text(encoding="utf-8") + licence, encoding="utf-8")
    return path


@pytest.mark.parametrize(("right", "wrong", "answer"), LICENCE_SLIPS)
def test_slips_in_licences(tmp_path: Path, right: str, wrong: str, answer: str) -> None:
    assert right in LICENCE
    path = licensed(tmp_path, LICENCE.replace(right, wrong))
    with pytest.raises(SlipError, match=answer) as caught:
        load_rule(path)
    assert int(str(caught.value).split(":")[1]) > 30


def test_a_licence_is_known_by_id_and_may_be_taken_back(tmp_path: Path) -> None:
    licensed(tmp_path, LICENCE)
    (tmp_path / "profiles").mkdir()
    (tmp_path / "profiles" / "stern.toml").write_text(
        'base = "omt"\n[[row]]\nrule = "MY-2"\nseverity = "off"\nsource = "ours"\n', encoding="utf-8"
    )
    book = load_rulebook([tmp_path])
    rule, licence = book.licences["MY-2"]
    assert (rule.id, licence.asks["into"]) == ("PAR-5", (8,))
    assert book.profile("omt").judged(rule).asks["into"] == (8,)
    assert book.profile("stern").judged(rule).asks["into"] == (1,)
    assert book.profile("omt").judged(rule, frozenset({"MY-2"})).asks["into"] == (1,)


def test_a_style_composes_without_a_licence(tmp_path: Path) -> None:
    (tmp_path / "styles").mkdir()
    (tmp_path / "styles" / "a.toml").write_text(
        'profile = "pop"\nforbid = ["DIS-1"]\nwithout = ["DIS-3"]\n', encoding="utf-8"
    )
    (tmp_path / "styles" / "b.toml").write_text('profile = "pop"\nwithout = ["DIS-1"]\n', encoding="utf-8")
    book = load_rulebook([tmp_path])
    assert not book.style("a").forbid[0].asks["passing_may_rise"]
    assert book.rules["DIS-1"].asks["passing_may_rise"]
    with pytest.raises(SlipError, match="DIS-1 is a rule, no licence"):
        book.style("b")


def test_one_id_may_not_be_rule_and_licence(tmp_path: Path) -> None:
    licensed(tmp_path, LICENCE.replace("MY-2", "PAR-8"))
    with pytest.raises(SlipError, match="PAR-8 is already the id of"):
        load_rulebook([tmp_path])
