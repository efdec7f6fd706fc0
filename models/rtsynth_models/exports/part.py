"""A part of a plugin that steps at one rate: what it reads, what it makes, and how."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from rtsynth_models.exports.ops import Ops, Value

# What parts read and make.
CODES, STEP = "codes", "step"  # int64 [N, W] and [N, 1]
VALUES, CONDITIONING, ABOVE = "values", "conditioning", "above"  # float32 [N, size]
STATE, NEXT_STATE = "state", "next_state"  # float32 [S, N, H]
LOGITS, OUTPUTS, VECTORS = "logits", "outputs", "vectors"  # float32 [N, ...]

Named = Mapping[str, Value]
Arrays = Mapping[str, np.ndarray]
Sizes = dict[str, tuple[int, ...]]
Step = Callable[[Ops, Named], dict[str, Value]]


@dataclass(frozen=True)
class Part:
    """One network that is exported as one step.

    `inputs` and `outputs` are sizes by name, without the rows N. `every` is how many samples of the
    plugin's rate there are from one step to the next. `initial` is the state [S, H] to start from.
    """

    name: str
    tier: str
    every: int
    inputs: Sizes
    outputs: Sizes
    step: Step
    initial: np.ndarray | None = None

    @staticmethod
    def is_whole(name: str) -> bool:
        """Whether an input is of whole numbers."""
        return name in (CODES, STEP)

    @staticmethod
    def axes(name: str, size: tuple[int, ...]) -> list[int | str]:
        """The shape of an input or output with its rows, "N"."""
        if name in (STATE, NEXT_STATE):
            return [size[0], "N", size[1]]
        return ["N", *size]
