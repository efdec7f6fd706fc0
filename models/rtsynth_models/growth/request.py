"""What is asked for: a tier of a plugin, and the tier that is to start from it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from rtsynth.common.errors import InputError
from rtsynth.plugin.manifest import Manifest, Tier
from rtsynth_models.growth.maps import F64

Weights = Mapping[str, F64]


class Sized(Protocol):
    """The sizes that may grow."""

    @property
    def hidden_size(self) -> int: ...
    @property
    def layers(self) -> int: ...


@dataclass(frozen=True)
class Growth:
    """A trained tier and the tier to be trained.

    `old` and `fresh` are the tensors of the two by their names in a tier: trained ones, and those
    of an untrained network. Of a SampleRNN `h0` is among them.
    """

    source: Manifest
    old_tier: Tier
    old: Weights
    target: Manifest
    new_tier: Tier
    fresh: Weights

    @property
    def old_side(self) -> tuple[Manifest, Tier]:
        """Where it starts from."""
        return self.source, self.old_tier

    @property
    def new_side(self) -> tuple[Manifest, Tier]:
        """What it becomes."""
        return self.target, self.new_tier


def check_equal(growth: Growth, before: Any, after: Any, names: Sequence[str]) -> None:
    """InputError where a setting of the network that cannot be taken over differs."""
    for name in names:
        old, new = getattr(before, name), getattr(after, name)
        if old != new:
            raise InputError(
                f"{name} is {new} here and {old} in {growth.source.name!r}; set it to {old}, or"
                " start from nothing"
            )


def check_sizes(growth: Growth, before: Sized, after: Sized) -> None:
    """InputError where the network is to become smaller."""
    for name, what in (("hidden_size", "units"), ("layers", "layers")):
        old, new = getattr(before, name), getattr(after, name)
        if new < old:
            raise InputError(
                f"{name} is {new}, and {growth.source.name!r} has {old} {what}, of which none can"
                f" be left out; set it to {old} or more"
            )


def check_codec(growth: Growth) -> None:
    """InputError where the codes of audio mean something else."""
    old, new = growth.source.codec, growth.target.codec
    if growth.new_tier.outputs or old == new:
        return
    assert old is not None  # both make audio
    assert new is not None
    if old.levels != new.levels:
        raise InputError(
            f"{growth.source.name!r} has {old.levels} levels, and this network {new.levels}; set"
            f" data.levels = {old.levels}, or start from nothing"
        )
    raise InputError(
        f"{growth.source.name!r} has codec {_shown(old)}, and this network {_shown(new)}; set those"
        " of [data] to its own, or start from nothing"
    )


def _shown(codec: Any) -> str:
    low, high = codec.limits
    return codec.name if codec.minimum is None else f"{codec.name} from {low:g} to {high:g}"
