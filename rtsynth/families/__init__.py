"""Model families: each turns a tier of a manifest and its tensors into ops on a tape.

An installed package adds one through the entry-point group `rtsynth.families`; plugin files
themselves stay pure data.
"""

from functools import cache
from importlib.metadata import entry_points
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from rtsynth.common.errors import InputError
from rtsynth.engine.program.builder import TapeBuilder
from rtsynth.plugin.manifest import Manifest, Tier

Tensors = dict[str, NDArray[np.generic]]


class Family(Protocol):
    """What a family has to offer. `tier.config` is its own; it checks it."""

    def tensor_shapes(self, manifest: Manifest, tier: Tier) -> dict[str, tuple[int, ...]]:
        """Name (without the tier's prefix) and shape of every tensor the tier must have.

        Raises:
            ValueError: `tier.config` is not what the family understands; one line.
        """
        ...

    def state_shape(self, manifest: Manifest, tier: Tier) -> tuple[int, ...]:
        """Shape of the tier's hidden state, as `teacher_force` takes and gives it."""
        ...

    def compile(
        self, manifest: Manifest, tier: Tier, tensors: Tensors, builder: TapeBuilder
    ) -> None:
        """Write the tier's ops; `tensors` has the names of `tensor_shapes`."""
        ...


@cache
def find_family(name: str) -> Family:
    """The installed family called `name`.

    Raises:
        InputError: there is none.
    """
    found = entry_points(group="rtsynth.families")
    for entry in found:
        if entry.name == name:
            family: Family = entry.load()
            return family
    known = ", ".join(sorted(entry.name for entry in found))
    raise InputError(f"family {name!r} is not installed; known: {known}")
