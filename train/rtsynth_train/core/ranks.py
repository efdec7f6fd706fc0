"""The processes that train one network together; here one alone, which has nothing to exchange.

Each has the same weights, places in the recordings and random numbers, computes its rows of every
batch, and gets the gradients of all. So a batch is that of the recipe, whatever their number, and a
checkpoint is the same as that of one process. Rank 0 alone reads and writes the run folder, looks
at the clock and decides; `joining.follow_training` is what the others do. Several of them:
`joined.JoinedRanks`.
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np

from rtsynth.common.errors import InputError

if TYPE_CHECKING:
    from torch import Tensor

# What torchrun, and whatever else starts several processes for PyTorch, sets.
_SET = ("RANK", "WORLD_SIZE", "MASTER_ADDR", "MASTER_PORT")


class Ranks:
    """`rank` of `size` processes."""

    rank, size = 0, 1
    stop_wished = False  # whether this process was asked to stop
    stop_agreed = False  # whether any of them was, by the last step

    def rows(self, count: int) -> slice:
        """Which rows of a batch of `count` this process computes."""
        return slice(self.rank * count // self.size, (self.rank + 1) * count // self.size)

    def check_rows(self, count: int, setting: str) -> None:
        """InputError where a batch has too few rows for all processes; `setting` says how many."""
        if count < self.size:
            raise InputError(
                f"{setting}: {count} rows are too few for {self.size} processes, which take at"
                " least one each; start fewer"
            )

    def sum(self, tensors: Sequence["Tensor"]) -> None:
        """Replace float32 tensors of one device by their sums over all processes."""

    def total(self, value: float) -> float:
        """The sum of a number over all processes; with it goes whether one was asked to stop."""
        return value

    def join_rows(self, table: np.ndarray, chosen: np.ndarray) -> None:
        """Give each process the rows `chosen` of `table` uint8 [N, L], of which it has made those
        that `share` gives it.
        """

    def share(self, chosen: np.ndarray) -> np.ndarray:
        """Those of `chosen` that this process makes."""
        return chosen[self.rank :: self.size]

    def told(self, message: Any = None) -> Any:
        """What rank 0 has as `message`, for JSON, in every process."""
        return message

    def told_state(self, state: dict[str, Any] | None) -> dict[str, Any]:
        """What rank 0 has as `state`, in every process."""
        assert state is not None
        return state

    @contextmanager
    def ending_in_one_line(self) -> Iterator[None]:
        """Where one of them fails, all end, and one says why."""
        yield

    def end(self, status: int = 0) -> None:
        """End this process, if there are others; the last that it does."""


ALONE = Ranks()


def count_here() -> int:
    """How many processes this one was started with, itself included."""
    if not all(os.environ.get(name) for name in _SET):
        return 1
    return int(os.environ["WORLD_SIZE"])
