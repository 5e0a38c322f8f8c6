"""The parts and staves of an ensemble, from its row in the table."""

from __future__ import annotations

from collections.abc import Iterable

from composer.score.score import Part, Staff
from composer.theory.tables import Row


def parts_of(rows: Iterable[Row]) -> tuple[Part, ...]:
    """Parts with their staves, top first."""
    return tuple(
        Part(
            str(part["name"]),
            str(part["abbreviation"]),
            int(part["program"]),
            tuple(Staff(str(staff["clef"]), tuple(staff["voices"])) for staff in part["staves"]),
        )
        for part in rows
    )
