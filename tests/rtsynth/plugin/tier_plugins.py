"""Plugins of one tier each, to be combined."""

from typing import Any

import numpy as np

from rtsynth.plugin import (
    Codec,
    Manifest,
    Parameter,
    Plugin,
    Provenance,
    Sampling,
    Tier,
)
from rtsynth.plugin.family import find_family

HIDDEN = 4


def knob(name: str, **fields: Any) -> Parameter:
    return Parameter(**{"name": name, "minimum": 0, "maximum": 1, "default": 0.5, **fields})


def tier_plugin(
    name: str,
    rate_hz: int,
    conditioning: list[Parameter],
    outputs: list[Parameter] | None = None,
    tier: str = "parameters",
    seed: int = 0,
    extra: dict[str, np.ndarray] | None = None,
    **fields: Any,
) -> Plugin:
    """A plugin of one small `mtcrnn` tier of random weights."""
    outputs = outputs or []
    manifest = Manifest(
        name=name,
        sample_rate_hz=rate_hz,
        codec=None if outputs else Codec(name="mu_law_floor", levels=16),
        tiers=[
            Tier(
                name=tier,
                family="mtcrnn",
                rate_hz=rate_hz,
                conditioning=[parameter.name for parameter in conditioning],
                outputs=[parameter.name for parameter in outputs],
                config={"network": 0, "hidden_size": HIDDEN, "layers": 1},
            )
        ],
        parameters=[*conditioning, *outputs],
        **fields,
    )
    random = np.random.default_rng(seed)
    shapes = find_family("mtcrnn").tensor_shapes(manifest, manifest.tiers[0])
    tensors: dict[str, Any] = {
        f"{tier}.{key}": random.normal(0, 0.3, shape).astype(np.float32)
        for key, shape in shapes.items()
    }
    return Plugin(manifest, tensors | (extra or {}))


FILL = knob("fill", smoothing_ms=50)
CENTROID = knob("centroid", minimum=100, maximum=4000, default=800, unit="Hz", upsampling="hold")
RMSE = knob("rmse")
MFCC = knob("mfcc1")


def water_plugin() -> Plugin:
    """The audio tier of a stack, with a golden excerpt and a rest state."""
    golden = {
        "golden.codes": np.arange(5, dtype=np.int32),
        "golden.conditioning": np.zeros((5, 3), np.float32),
        "golden.state": np.zeros((1, HIDDEN), np.float32),
        "golden.logits": np.zeros((5, 16), np.float32),
        "rest.audio": np.full((1, HIDDEN), 0.25, np.float32),
    }
    return tier_plugin(
        "water",
        16_000,
        [MFCC, CENTROID, knob("tone")],
        tier="audio",
        seed=3,
        extra=golden,
        sampling=Sampling(temperature=0.8),
        provenance=Provenance(dataset="tank", steps=900, held_out_bits_per_sample=3.5),
    )
