"""Time: ticks, meters and metric strength."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

TICKS_PER_QUARTER = 480
# Metric strength of a place in the bar, strongest first.
DOWNBEAT, HALF_BAR, BEAT, OFF_BEAT = 3, 2, 1, 0


@dataclass(frozen=True)
class Meter:
    """A meter such as 4/4 or 6/8; compound when the numerator is 6, 9 or 12."""

    numerator: int
    denominator: int

    @property
    def bar_ticks(self) -> int:
        """Length of a bar."""
        return self.numerator * TICKS_PER_QUARTER * 4 // self.denominator

    @property
    def is_compound(self) -> bool:
        """6/8, 9/8, 12/8: three pulses a beat."""
        return self.numerator in (6, 9, 12) and self.denominator >= 8

    @property
    def beat_ticks(self) -> int:
        """Length of a felt beat: a dotted quarter in compound meters."""
        pulse = TICKS_PER_QUARTER * 4 // self.denominator
        return 3 * pulse if self.is_compound else pulse

    @property
    def beats(self) -> int:
        """Felt beats in a bar."""
        return self.bar_ticks // self.beat_ticks

    def strength(self, onset_ticks: int) -> int:
        """``DOWNBEAT``, ``HALF_BAR`` (only where the bar halves), ``BEAT`` or ``OFF_BEAT``."""
        place = onset_ticks % self.bar_ticks
        if place == 0:
            return DOWNBEAT
        if self.beats % 2 == 0 and place == self.bar_ticks // 2:
            return HALF_BAR
        return BEAT if place % self.beat_ticks == 0 else OFF_BEAT

    @property
    def name(self) -> str:
        """``4/4``."""
        return f"{self.numerator}/{self.denominator}"

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True)
class BarLine:
    """Where a bar begins that no counting of equal bars would find: ``number`` as it is printed.

    ``length_ticks`` is what the meter promises, less for an upbeat or a part of a bar that is written in two;
    ``lead_ticks`` is what such a bar lacks at its beginning, so that its beats are counted right.
    """

    onset_ticks: int
    number: int
    meter: Meter
    length_ticks: int
    lead_ticks: int = 0

    def place(self, onset_ticks: int) -> int:
        """Ticks from where a full bar would begin."""
        return onset_ticks - self.onset_ticks + self.lead_ticks


def parse_meter(text: str) -> Meter:
    """Read ``3/4``.

    Raises:
        ValueError: not two whole numbers with a slash.
    """
    try:
        top, bottom = (int(part) for part in text.strip().split("/"))
    except ValueError:
        raise ValueError(f"'{text}' is no meter; write it as 3/4") from None
    if not 1 <= top <= 32 or bottom not in (1, 2, 4, 8, 16):
        raise ValueError(f"'{text}' is no meter; write it as 3/4")
    return Meter(top, bottom)


def quarters(ticks: int) -> Fraction:
    """A length in quarters."""
    return Fraction(ticks, TICKS_PER_QUARTER)


def ticks(length_quarters: Fraction | int) -> int:
    """Ticks of a length in quarters.

    Raises:
        ValueError: the length is no whole number of ticks.
    """
    exact = Fraction(length_quarters) * TICKS_PER_QUARTER
    if exact.denominator != 1:
        raise ValueError(f"{length_quarters} quarters is finer than 1/{TICKS_PER_QUARTER} of a quarter")
    return int(exact)
