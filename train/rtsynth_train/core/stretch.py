"""A schedule that is counted in steps, drawn out or pressed together to another number of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

EVALUATE, CHECKPOINT, PREVIEW, OWN = "evaluate", "checkpoint", "preview", "own"


@dataclass(frozen=True)
class Stretch:
    """A schedule of `configured` steps as one of `steps`; of as many, everything stays as it is.

    `least` holds the smallest distances in steps of what takes its time, by name.
    """

    configured: int
    steps: int
    least: Mapping[str, int] = field(default_factory=dict)
    open: bool = False  # whether the number of steps is not known yet

    @property
    def expected(self) -> int:
        """How many steps to speak of."""
        return self.configured if self.open else self.steps

    def place(self, step: int) -> int:
        """Where in the schedule what was configured for `step` is."""
        return step if self.steps == self.configured else round(step * self._ratio)

    def every(self, what: str, steps: int) -> int:
        """The distance of what was configured to be done every `steps`."""
        if self.steps == self.configured:
            return steps
        return max(1, round(steps * self._ratio), self.least.get(what, 1))

    def short(self, steps: int) -> int:
        """A beginning of so many steps, which does not stretch: at most a tenth of all of them."""
        return steps if self.steps == self.configured else min(steps, self.steps // 10)

    @property
    def _ratio(self) -> float:
        return self.steps / self.configured
