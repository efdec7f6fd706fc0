"""What every family does alike: bringing a tier its conditioning."""

from rtsynth.engine.program.builder import TapeBuilder
from rtsynth.engine.program.layout import UNSHAPED
from rtsynth.engine.program.sections import Shape
from rtsynth.engine.program.table import SHAPED_BY, row_named, take_name
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
