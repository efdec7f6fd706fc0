"""Conditioning on the tape: how it reaches a tier, the same for every family."""

from rtsynth.engine.program.builder import TapeBuilder
from rtsynth.engine.program.layout import UNSHAPED
from rtsynth.engine.program.sections import Shape
from rtsynth.engine.program.table import SHAPED_BY, row_named, take_name
from rtsynth.families.classes import class_counts
from rtsynth.plugin.manifest import Manifest, Tier


def fetch_conditioning(manifest: Manifest, tier: Tier, builder: TapeBuilder, at: int) -> None:
    """Let the tier's conditioning arrive at arena[at : at + C]; call it after `begin_tier`.

    Knobs are routed there when they move, values that tiers above generate are fetched every step.
    """
    numbers = {parameter.name: number for number, parameter in enumerate(manifest.parameters)}
    for position, name in enumerate(tier.conditioning):
        parameter = manifest.parameters[numbers[name]]
        low, high = parameter.network_range
        shape = Shape(
            SHAPED_BY.get(parameter.role, UNSHAPED), (parameter.minimum, parameter.maximum)
        )
        if name in manifest.generated:
            # The first tier to use a value shows it, with its controls.
            builder.followed.setdefault(name, at + position)
            builder.upsample(
                builder.values[name],
                at + position,
                (low, high - low),
                (row_named(manifest, name), row_named(manifest, take_name(name))),
                shape,
                linear=parameter.upsampling == "linear",
            )
        else:
            scale, offset = 1 / (high - low), -low / (high - low)
            builder.route(numbers[name], at + position, scale, offset, shape)
    builder.begin_network()


class ConditionVector:
    """A tier's conditioning with classes expanded: fetched once, expanded wherever it is read."""

    def __init__(self, manifest: Manifest, tier: Tier, builder: TapeBuilder) -> None:
        self._counts = class_counts(manifest, tier)
        self.inputs, self.count = builder.space(len(self._counts)), len(self._counts)
        self.size = sum(self._counts)
        self._plain = all(count == 1 for count in self._counts)
        self._at = self.inputs if self._plain else builder.space(self.size)
        self._fetch = (manifest, tier)

    def fetch(self, builder: TapeBuilder) -> None:
        """Let the parameters arrive; called in the first section, after `begin_tier`."""
        fetch_conditioning(*self._fetch, builder, self.inputs)

    def expand(self, builder: TapeBuilder) -> int:
        """Where the vector is, up to date from here to the end of the section."""
        target = self._at
        for number, count in enumerate(() if self._plain else self._counts):
            builder.class_weights(self.inputs + number, target, count)
            target += count
        return self._at
