"""How much memory a plugin may be compiled to, for what its file holds.

Rows are padded to whole vectors and layers are folded into tables: of unusual shapes that makes
gigabytes of a small file. What is asked for is counted before it is allocated.
"""

from collections.abc import Iterable
from typing import Any

from numpy.typing import NDArray

from rtsynth.common.errors import PluginError

TIMES_THE_FILE = 6  # float32 of bytes, twice, is 8 times; networks are stored as float32
ALWAYS_BYTES = 64 << 20


class Budget:
    """Bytes that are left for a program.

    Args:
        file_bytes: what the plugin's tensors take.
    """

    def __init__(self, file_bytes: int) -> None:
        self.file_bytes = file_bytes
        self.most_bytes = ALWAYS_BYTES + TIMES_THE_FILE * file_bytes
        self._taken: dict[str, int] = {}

    def hold(self, what: str, total_bytes: int) -> None:
        """`what` takes so many bytes altogether.

        Raises:
            PluginError: with all the rest that is more than the plugin's file justifies.
        """
        self._taken[what] = total_bytes
        self._check(sum(self._taken.values()))

    def foresee(self, more_bytes: int) -> None:
        """Like `hold`, for what is needed for a moment only."""
        self._check(sum(self._taken.values()) + more_bytes)

    def _check(self, wanted_bytes: int) -> None:
        if wanted_bytes > self.most_bytes:
            raise PluginError(
                f"needs more than {self.most_bytes / 1e6:.0f} MB of memory for "
                f"{self.file_bytes / 1e6:.1f} MB of weights; a network of such a shape is not "
                "played (fewer levels, or a shorter window)"
            )


def budget_for(tensors: Iterable[NDArray[Any]]) -> Budget:
    """The budget of a plugin of these tensors."""
    return Budget(sum(tensor.nbytes for tensor in tensors))
