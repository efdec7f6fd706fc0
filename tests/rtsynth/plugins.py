"""Small plugins of random weights, of any shape a test asks for."""

from collections.abc import Sequence
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
    parameters: Sequence[Parameter] = (),
    **config: Any,
) -> Manifest:
    """One `samplernn` tier conditioned on all `parameters`; `config` goes into the tier's."""
    return Manifest(
        name="random",
        sample_rate_hz=rate_hz,
        codec=Codec(name="mu_law", levels=levels),
        parameters=list(parameters),
        tiers=[
            Tier(
                name="audio",
                family="samplernn",
                rate_hz=rate_hz,
                conditioning=[parameter.name for parameter in parameters],
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
    from rtsynth.plugin.family import find_family

    random = np.random.default_rng(seed)
    tier = manifest.tiers[0]
    tensors = {}
    for name, shape in find_family("samplernn").tensor_shapes(manifest, tier).items():
        spread = 0.5 if len(shape) == 1 else 1.5 / np.sqrt(shape[1])
        if name == "sample.embedding":
            spread = 1.0
        tensors[f"audio.{name}"] = random.normal(0, spread, shape).astype(np.float32)
    return tensors


MOTION = ["rmse", "centroid", "pitch"]
TIMBRE = [f"mfcc{number}" for number in range(1, 14)]


def tiers_manifest(
    rates_hz: tuple[int, int, int] = (125, 500, 16_000),
    networks: tuple[int, int, int] = (2, 5, 0),
    hidden: tuple[int, int, int] = (20, 24, 33),
    layers: int = 1,
    pitch_role: str = "conditioning",
    phased: bool = False,
) -> Manifest:
    """Three `mtcrnn` tiers: fill -> motion (3 values) -> timbre (13 values) -> audio.

    Orders and network ranges differ wherever they may, so that a mix-up shows: timbre takes
    motion's values in another order, audio timbre's in the reverse one, and the centroid as well.
    The pitch is held between its steps, the others move on straight lines.
    """
    configs = [
        {"network": network, "hidden_size": size, "layers": layers, "phased": phased and not number}
        for number, (network, size) in enumerate(zip(networks, hidden, strict=True))
    ]
    plain = {"minimum": 0, "maximum": 1, "default": 0.5}
    made_by_timbre = [Parameter(name=name, minimum=-40, maximum=40, default=0) for name in TIMBRE]
    parameters = [
        *made_by_timbre,
        Parameter(name="fill", **plain),
        Parameter(name="rmse", **plain),
        Parameter(
            name="centroid", minimum=100, maximum=4000, default=1000, unit="Hz",
            network_minimum=0, network_maximum=5000,
        ),
        Parameter(
            name="pitch", minimum=48, maximum=84, default=60, unit="MIDI", upsampling="hold",
            role=pitch_role,
        ),
    ]  # fmt: skip
    tiers = [
        ("motion", ["fill"], MOTION),
        ("timbre", ["pitch", "rmse", "centroid"], TIMBRE),
        ("audio", [*reversed(TIMBRE), "centroid"], []),
    ]
    return Manifest(
        name="three",
        sample_rate_hz=rates_hz[2],
        codec=Codec(name="mu_law_floor", levels=256),
        parameters=parameters,
        tiers=[
            Tier(
                name=name, family="mtcrnn", rate_hz=rate_hz, conditioning=conditioning,
                outputs=outputs, config=config,
            )
            for (name, conditioning, outputs), rate_hz, config in zip(
                tiers, rates_hz, configs, strict=True
            )
        ],
    )  # fmt: skip


def mtcrnn_tensors(manifest: Manifest, seed: int = 0, scale: float = 0.3) -> dict[str, Any]:
    """Normal weights for plugins of `mtcrnn` tiers; clocks of phased units as a new one's."""
    from rtsynth.plugin.family import find_family

    random = np.random.default_rng(seed)
    clocks = {"period": (2.7, 20.0), "phase": (-20.0, 0.0), "ratio_on": (0.05, 0.9)}
    tensors = {}
    for tier in manifest.tiers:
        shapes = find_family(tier.family).tensor_shapes(manifest, tier)
        for name, shape in shapes.items():
            span = clocks.get(name.rsplit(".", 1)[-1])
            values = random.uniform(*span, shape) if span else random.normal(0, scale, shape)
            tensors[f"{tier.name}.{name}"] = values.astype(np.float32)
    return tensors


def tiers_plugin(seed: int = 0, scale: float = 0.3, **fields: Any) -> Plugin:
    """A plugin of three tiers and random weights; `fields` as `tiers_manifest` takes them."""
    manifest = tiers_manifest(**fields)
    return Plugin(manifest, mtcrnn_tensors(manifest, seed, scale))
