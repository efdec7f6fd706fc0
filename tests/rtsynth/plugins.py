"""Small plugins of random weights, of any shape a test asks for."""

from pathlib import Path
from typing import Any

import numpy as np

from rtsynth.plugin import Codec, Manifest, Parameter, Plugin, Tier

PARAMETERS = [
    Parameter(name="instrument", minimum=0, maximum=1, default=0),
    Parameter(
        name="amplitude", minimum=0.1, maximum=1, default=0.5, role="amplitude", network_minimum=0
    ),
    Parameter(name="pitch", minimum=64, maximum=76, default=69, role="pitch", unit="MIDI"),
]


def gru_manifest(
    hidden: int = 20,
    layers: int = 2,
    levels: int = 256,
    rate_hz: int = 16_000,
    activation: str = "linear",
    parameters: list[Parameter] | None = None,
    **fields: Any,
) -> Manifest:
    """A manifest of one `gru` tier; its conditioning is all parameters, in reverse order."""
    parameters = PARAMETERS if parameters is None else parameters
    return Manifest(
        name=fields.pop("name", "random"),
        sample_rate_hz=rate_hz,
        codec=Codec(name="mu_law_round", levels=levels),
        initial_state=fields.pop("initial_state", "uniform_0.05"),
        tiers=[
            Tier(
                name="audio",
                family="gru",
                rate_hz=rate_hz,
                # Not in the order of the parameters: a mix-up of the two orders must show.
                conditioning=[parameter.name for parameter in reversed(parameters)],
                config={
                    "hidden_size": hidden,
                    "layers": layers,
                    "input_activation": activation,
                },
            )
        ],
        parameters=parameters,
        **fields,
    )


def gru_tensors(manifest: Manifest, seed: int = 0, scale: float = 0.3) -> dict[str, Any]:
    """Normal weights of standard deviation `scale` for a `gru_manifest`."""
    random = np.random.default_rng(seed)
    config = manifest.tiers[0].config
    hidden, levels = config["hidden_size"], manifest.codec.levels
    inputs = 1 + len(manifest.tiers[0].conditioning)
    shapes: dict[str, tuple[int, ...]] = {
        "input.weight": (hidden, inputs),
        "input.bias": (hidden,),
        "output.weight": (levels, hidden),
        "output.bias": (levels,),
    }
    for layer in range(config["layers"]):
        shapes[f"gru.{layer}.weight_ih"] = (3 * hidden, hidden)
        shapes[f"gru.{layer}.weight_hh"] = (3 * hidden, hidden)
        shapes[f"gru.{layer}.bias_ih"] = (3 * hidden,)
        shapes[f"gru.{layer}.bias_hh"] = (3 * hidden,)
    return {
        f"audio.{name}": random.normal(0, scale, shape).astype(np.float32)
        for name, shape in shapes.items()
    }


def random_plugin(path: Path, seed: int = 0, scale: float = 0.3, **fields: Any) -> Plugin:
    """Write a plugin of random weights to `path`; `fields` as `gru_manifest` takes them."""
    from rtsynth.plugin import save

    manifest = gru_manifest(**fields)
    return save(path, manifest, gru_tensors(manifest, seed, scale))
