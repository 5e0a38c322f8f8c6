"""Every rule of the craft has its place, and the page that says which is true."""

import re
from pathlib import Path

import pytest

from benchmarks.rule_table import IDS, UNSEEN, WRITTEN, place, table
from composer.theory.rulebook import load_rulebook

ROOT = Path(__file__).parents[2]
BOOK = load_rulebook()
CRAFT = """
RNG-1 RNG-2 SPC-1 SPC-2 SPC-3 CRS-1 OVL-1 VCN-1
DBL-1 DBL-2 DBL-3 DBL-4 DBL-5 DBL-6 DBL-7 DBL-8 CMP-1 CMP-2 CMP-3 CMP-4 CMP-5
PAR-5 PAR-8 PAR-C PAR-U PAR-B DIR-8 DIR-5 MOT-1 MOT-2 MOT-3
LIN-1 LIN-2 LIN-3 LIN-4 LIN-5 LIN-6 TND-1 TND-2 TND-3 TND-4 TND-5
DIS-1 DIS-2 DIS-3 DIS-4 SIX-1 SIX-2 CHR-1 CHR-2 CHR-3 CHR-4
HRM-1 HRM-2 HRM-3 HRM-4 HRM-5 HRM-6 HRM-7 HRM-8 CAD-1 CAD-2 CAD-3 CAD-4 CAD-5 CAD-6 CAD-7
NCT-1 NCT-2 NCT-3 NCT-4 NCT-5 NCT-6 FB-1 FB-2 FB-3 FB-4 SPL-1 SPL-2 SPL-3 SPL-4 SPL-5 SPL-6
MEL-1 MEL-2 MEL-3 MEL-4 MEL-5 MEL-6 MEL-7 MEL-8 MEL-9 MEL-10 MEL-11 MEL-12
S1-1 S1-2 S1-3 S1-4 S1-5 S1-6 S1-7 S1-8 S1-9 S1-10 S2-1 S2-2 S2-3 S2-4 S2-5 S2-6 S3-1 S3-2 S3-3 S3-4
S4-1 S4-2 S4-3 S4-4 S4-5 S5-1
FRM-1 FRM-2 FRM-3 FRM-4 FRM-5 FRM-6 FRM-7 FRM-8 FRM-9 FRM-10 FRM-11 FRM-12 FRM-13 FRM-14 FRM-15
REP-1 REP-2 REP-3 RHY-1 RHY-2 RHY-3 RHY-4 CLX-1 TES-1 BAS-1 BAS-2 TEX-1 TEX-2 TEX-3 TEX-4 BRG-1 END-1 EXP-1 SCH-1
""".split()  # noqa: SIM905


def test_there_are_155_rules_of_the_craft() -> None:
    assert len(CRAFT) == len(set(CRAFT)) == 155
    assert set(IDS) == set(CRAFT)


@pytest.mark.parametrize("name", CRAFT)
def test_every_rule_of_the_craft_has_its_place(name: str) -> None:
    where = place(name, BOOK)
    if where.startswith("licence"):
        assert BOOK.licences[name][1].examples
    elif where == "page writer":
        _, path, test = WRITTEN[name]
        assert re.search(rf"^def {test}\(", (ROOT / path).read_text(encoding="utf-8"), re.MULTILINE)
    elif where == "not in a score":
        assert len(UNSEEN[name]) > 40
    else:
        assert where in ("law", "preference", "label")
        assert len(BOOK.rules[name].examples) >= 2


def test_the_page_is_true() -> None:
    page = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
    assert page == table(BOOK), "write it again: python -m benchmarks.rule_table --out docs/rules.md"
