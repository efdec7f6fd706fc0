"""A small plugin with random weights, for an engine that really plays."""

from pathlib import Path

import numpy as np

from rtsynth.families.gru.spec import FAMILY
from rtsynth.plugin import Codec, Manifest, Parameter, Plugin, Tier
from rtsynth.plugin.family import Tensors
from rtsynth.plugin.file import save


def small_plugin() -> Plugin:
    """One GRU layer of 16 units, conditioned on amplitude and pitch."""
    tier = Tier(
        name="audio",
        family="gru",
        rate_hz=16_000,
        conditioning=["amplitude", "pitch"],
        config={"hidden_size": 16, "layers": 1},
    )
    manifest = Manifest(
        name="small",
        description="random weights",
        sample_rate_hz=16_000,
        codec=Codec(name="mu_law_round", levels=256),
        tiers=[tier],
        parameters=[
            Parameter(name="amplitude", minimum=0, maximum=1, default=0.5, role="amplitude"),
            Parameter(name="pitch", minimum=64, maximum=76, default=69, unit="MIDI", role="pitch"),
        ],
    )
    random = np.random.default_rng(0)
    shapes = FAMILY.tensor_shapes(manifest, tier)
    tensors: Tensors = {
        f"audio.{name}": random.normal(0, 0.3, shape).astype(np.float32)
        for name, shape in shapes.items()
    }
    return Plugin(manifest, tensors)


def save_small(path: Path) -> Path:
    """The same in a file, under its name."""
    plugin = small_plugin()
    save(path, plugin.manifest.model_copy(update={"name": path.stem}), plugin.tensors)
    return path
