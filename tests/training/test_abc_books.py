from pathlib import Path

from composer.training import abc_books

BOOK = "X:{x}\nT:{title}\nM:{meter}\nB:O'Neill's {number}\n{rest}K:D\nd2 f2|\n\n"


def write(folder: Path, name: str, *tunes: tuple[int, str, str, str]) -> None:
    texts = (
        BOOK.format(x=x, number=number, title=title, meter=meter, rest=rest)
        for x, (number, title, meter, rest) in enumerate(tunes, 1)
    )
    (folder / name).write_text("% a book\n" + "".join(texts), encoding="latin-1")


def test_one_transcription_a_number_and_only_the_asked_ones(tmp_path: Path) -> None:
    write(tmp_path, "0690-0702.abc", (700, "Air", "3/4", ""), (702, "First", "6/8", "R:jig\n"))
    write(tmp_path, "0702-0710.abc", (702, "Second", "6/8", ""), (701, "Older", "6/8", ""))
    dances = abc_books.oneills(tmp_path, 701, 1850)
    assert [(tune.name, tune.kind) for tune in dances] == [("oneill0701", "jig"), ("oneill0702", "jig")]
    assert "T:First" in dances[1].text
    airs = abc_books.oneills(tmp_path, 1, 700)
    assert [(tune.number, tune.kind) for tune in airs] == [(700, "")]


def test_kinds_by_header_title_section_and_meter() -> None:
    def kind(rest: str, number: int = 0) -> str:
        return abc_books.kind_of(f"X:1\n{rest}\nK:D\nABc|\n", number)

    assert kind("T:A Reel Tune\nM:C|\nR:Hornpipe") == "hornpipe"
    assert kind("T:Acacia -- Reel\nM:2/4") == "reel"
    assert kind("T:Off she goes\nM:6/8\nR:double jig") == "jig"
    assert kind("T:Andrew Carey\nM:9/8\nR:jig") == kind("T:x\nM:9/8", 1140) == "slip-jig"
    assert kind("T:x\nM:2/4\nR:jig") == "straight-jig" and kind("T:x\nM:12/8\nR:jig") == "slide"
    assert [kind("M:C|", number) for number in (1300, 1600, 1790, 1840)] == [
        "reel", "hornpipe", "long-dance", "miscellany",
    ]  # fmt: skip
    assert kind("T:Brian Boru's March\nM:6/8", 1801) == "march" and kind("T:Petronella\nM:2/4") == "other"


def test_a_file_a_tune_in_the_other_collection(tmp_path: Path) -> None:
    (tmp_path / "TheSlide.abc").write_text("X:1\nT:The Slide\nM:12/8\nK:G\nG3 G3|\n", encoding="latin-1")
    (tune,) = abc_books.ryans(tmp_path)
    assert (tune.name, tune.kind) == ("ryan-TheSlide", "slide")
