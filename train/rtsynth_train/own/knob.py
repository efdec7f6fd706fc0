"""A parameter of a whole set of recordings."""

from dataclasses import dataclass

from rtsynth.common.plain_text import plain
from rtsynth.offline.params_file import Original

NORMALISED = "norm"  # a unit of `.params`: 0..1


@dataclass(frozen=True)
class Knob:
    """As the `.params` call it. `original`: what the ends of the range were before it was
    normalised; `constant`: it moves within no recording; `values` counts the different ones.
    """

    name: str
    minimum: float
    maximum: float
    unit: str = ""
    original: Original | None = None
    constant: bool = True
    values: int = 2

    @property
    def shown_unit(self) -> str:
        """The unit, as a plugin has it; "" for a normalised one."""
        return "" if self.unit == NORMALISED else plain(self.unit, 32)

    @property
    def meaning(self) -> str:
        """What the ends of the range were before, in words; "" where they say so themselves."""
        if self.original is None:
            return ""
        low, high, unit = self.original.minimum, self.original.maximum, self.original.unit
        ends = f"{self.minimum:g} and {self.maximum:g} are {low:g} and {high:g}"
        return plain(f"{ends} {unit}".rstrip())

    def line(self) -> str:
        """All that is known of it."""
        span = f"{plain(self.name)}: {self.minimum:g} to {self.maximum:g} {self.shown_unit}"
        how = f"{self.values} values, one for each recording" if self.constant else "over time"
        return "; ".join(part for part in (span.rstrip(), self.meaning, how) if part)
