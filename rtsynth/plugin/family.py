"""Model families: what a plugin file has to contain, and where its tiers are compiled.

A family is an object that an installed package names in the entry-point group `rtsynth.families`.
Reading a plugin file asks it for shapes alone, so importing it must import neither Numba nor the
engine: what compiles its tiers is named by a `LazyTape`. Plugin files themselves stay pure data.
"""

from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import Any, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ValidationError

from rtsynth.common.errors import InputError
from rtsynth.plugin.manifest import Manifest, Tier

GROUP = "rtsynth.families"

Tensors = dict[str, NDArray[np.generic]]
Config = TypeVar("Config", bound=BaseModel)


class Family(Protocol):
    """What a family has to offer. `tier.config` is its own; it checks it."""

    def tensor_shapes(self, manifest: Manifest, tier: Tier) -> dict[str, tuple[int, ...]]:
        """Name (without the tier's prefix) and shape of every tensor the tier must have.

        Raises:
            ValueError: `tier.config` is not what the family understands; one line.
        """
        ...

    def state_shape(self, manifest: Manifest, tier: Tier) -> tuple[int, ...]:
        """Shape of the tier's hidden state, as `teacher_force` takes and returns it."""
        ...

    def compile(self, manifest: Manifest, tier: Tier, tensors: Tensors, builder: Any) -> None:
        """Write the tier's ops with a `rtsynth.engine.program.builder.TapeBuilder`.

        `tensors` has the names and shapes of `tensor_shapes`.
        """
        ...


class LazyTape:
    """A family's `compile`, imported when it is first called.

    Args:
        where: "package.module:function" of a function with the arguments of `Family.compile`.
    """

    def __init__(self, where: str) -> None:
        self._entry = EntryPoint(name="tape", value=where, group=GROUP)

    def __call__(self, manifest: Manifest, tier: Tier, tensors: Tensors, builder: Any) -> None:
        self._entry.load()(manifest, tier, tensors, builder)


@cache
def find_family(name: str) -> Family:
    """The installed family called `name`.

    Raises:
        InputError: there is none, or it cannot be imported.
    """
    found = entry_points(group=GROUP)
    for entry in found:
        if entry.name == name:
            try:
                family: Family = entry.load()
            except (ImportError, AttributeError) as error:
                raise InputError(
                    f"family {name!r} cannot be imported from {entry.value}: {error}"
                ) from error
            return family
    known = ", ".join(sorted({entry.name for entry in found}))
    raise InputError(f"family {name!r} is not installed; known: {known}")


def read_config(tier: Tier, model: type[Config]) -> Config:
    """`tier.config` as the family's model of it.

    Raises:
        ValueError: it is not; one line that names the field.
    """
    try:
        return model.model_validate(tier.config)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(("config", *map(str, first["loc"])))
        raise ValueError(f"{field}: {first['msg'].removeprefix('Value error, ')}") from error
