"""Plugins of zeros in bytes: as small as a file of their shape can be."""

import math
from typing import Any

import numpy as np

from rtsynth.plugin import Codec, Manifest, Plugin, Tier
from rtsynth.plugin.family import find_family


def hollow_plugin(family: str, levels: int, **config: Any) -> Plugin:
    """A plugin of one audio tier, without parameters."""
    manifest = Manifest(
        name="hollow",
        sample_rate_hz=16_000,
        codec=Codec(name="mu_law_round", levels=levels),
        tiers=[Tier(name="audio", family=family, rate_hz=16_000, config=config)],
    )
    tier = manifest.tiers[0]
    shapes = find_family(family).tensor_shapes(manifest, tier)
    return Plugin(
        manifest, {f"audio.{name}": np.zeros(shape, np.uint8) for name, shape in shapes.items()}
    )


def hollow_samplernn(levels: int, **config: Any) -> Plugin:
    """A `hollow_plugin` of frames."""
    return hollow_plugin("samplernn", levels, rnn="gru", layers=1, **config)


def file_bytes(plugin: Plugin) -> int:
    """What its tensors take."""
    return sum(math.prod(tensor.shape) for tensor in plugin.tensors.values())
