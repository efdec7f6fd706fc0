"""Plugins of one `mtcrnn` tier and random weights."""

from typing import Any

from rtsynth.plugin import Codec, Manifest, Parameter, Plugin, Tier
from tests.rtsynth.plugins import mtcrnn_tensors

LEVELS = 32


def one_tier(
    network: int = 0,
    made: int = 0,
    count: int = 2,
    hidden: int = 20,
    layers: int = 2,
    seed: int = 0,
    **config: Any,
) -> Plugin:
    """One tier that makes `made` parameters, or audio, from `count` knobs."""
    names = [f"c{number}" for number in range(count)], [f"g{number}" for number in range(made)]
    manifest = Manifest(
        name="one",
        sample_rate_hz=1000,
        codec=None if made else Codec(name="mu_law_floor", levels=LEVELS),
        parameters=[
            Parameter(name=name, minimum=0, maximum=1, default=0.5)
            for part in names
            for name in part
        ],
        tiers=[
            Tier(
                name="only",
                family="mtcrnn",
                rate_hz=1000,
                conditioning=names[0],
                outputs=names[1],
                config={"network": network, "hidden_size": hidden, "layers": layers} | config,
            )
        ],
    )
    return Plugin(manifest, mtcrnn_tensors(manifest, seed))
