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


def samplernn_manifest(
    rnn: str = "gru",
    frame_sizes: tuple[int, ...] = (16,),
    hidden: int = 20,
    layers: int = 1,
    levels: int = 64,
    rate_hz: int = 16_000,
    **config: Any,
) -> Manifest:
    """A manifest of one `samplernn` tier; `config` goes into the tier's."""
    return Manifest(
        name="random",
        sample_rate_hz=rate_hz,
        codec=Codec(name="mu_law_round", levels=levels),
        tiers=[
            Tier(
                name="audio",
                family="samplernn",
                rate_hz=rate_hz,
                config={
                    "rnn": rnn,
                    "layers": layers,
                    "hidden_size": hidden,
                    "frame_sizes": list(frame_sizes),
                    "embedding_size": 12,
                }
                | config,
            )
        ],
    )


def samplernn_tensors(manifest: Manifest, seed: int = 0) -> dict[str, Any]:
    """Random weights for a `samplernn_manifest`: normal, over the root of the inputs."""
    from rtsynth.families import find_family

    random = np.random.default_rng(seed)
    tier = manifest.tiers[0]
    tensors = {}
    for name, shape in find_family("samplernn").tensor_shapes(manifest, tier).items():
        spread = 0.5 if len(shape) == 1 else 1.5 / np.sqrt(shape[1])
        if name == "sample.embedding":
            spread = 1.0
        if name.startswith("frame.0.rnn.0.weight_ih"):
            spread = 2.0  # its inputs are amplitudes, all much the same
        tensors[f"audio.{name}"] = random.normal(0, spread, shape).astype(np.float32)
    return tensors
