"""`gru`: dense layer, GRU stack, dense layer to categorical logits.

With a linear input layer this is RNNControl; with relu, MTCRNN's network 0. A linear input layer
is folded into the first GRU layer when compiled: two affine maps in a row are one.
"""

from typing import Annotated, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from rtsynth.engine.kernels.matrix import RELU
from rtsynth.engine.program.builder import TapeBuilder
from rtsynth.families import Tensors
from rtsynth.families.conditioning import fetch_conditioning
from rtsynth.plugin.manifest import Manifest, Tier


class GruConfig(BaseModel):
    """`tier.config` of this family."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    hidden_size: Annotated[int, Field(ge=1, le=8192)]
    """Units per GRU layer."""
    layers: Annotated[int, Field(ge=1, le=32)]
    """GRU layers."""
    input_activation: Literal["linear", "relu"] = "linear"
    """Activation of the dense input layer."""


def _config(tier: Tier) -> GruConfig:
    try:
        return GruConfig.model_validate(tier.config)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        raise ValueError(f"config.{field}: {first['msg']}") from error


class GruFamily:
    """See the module."""

    def tensor_shapes(self, manifest: Manifest, tier: Tier) -> dict[str, tuple[int, ...]]:
        """Shapes in PyTorch's orientation: weights [outputs, inputs], gates r, z, n."""
        config = _config(tier)
        if tier.outputs:
            raise ValueError("outputs: a gru tier makes audio")
        levels, hidden = manifest.audio_codec.levels, config.hidden_size
        shapes: dict[str, tuple[int, ...]] = {
            "input.weight": (hidden, 1 + len(tier.conditioning)),
            "input.bias": (hidden,),
            "output.weight": (levels, hidden),
            "output.bias": (levels,),
        }
        for layer in range(config.layers):
            for side in ("ih", "hh"):
                shapes[f"gru.{layer}.weight_{side}"] = (3 * hidden, hidden)
                shapes[f"gru.{layer}.bias_{side}"] = (3 * hidden,)
        return shapes

    def state_shape(self, manifest: Manifest, tier: Tier) -> tuple[int, ...]:
        """[layers, hidden]."""
        config = _config(tier)
        return (config.layers, config.hidden_size)

    def compile(
        self, manifest: Manifest, tier: Tier, tensors: Tensors, builder: TapeBuilder
    ) -> None:
        """One op per layer, the output layer, and the draw."""
        config = _config(tier)
        hidden, levels = config.hidden_size, manifest.audio_codec.levels
        heard = builder.space(1 + len(tier.conditioning))
        builder.input_at = heard
        states = [builder.hidden(hidden) for _ in range(config.layers)]
        logits = builder.space(levels)

        builder.begin_tier()
        fetch_conditioning(manifest, tier, builder, heard + 1)
        source = heard
        input_weight, input_bias = _f64(tensors["input.weight"]), _f64(tensors["input.bias"])
        fold = config.input_activation == "linear"
        if not fold:
            source = builder.space(hidden)
            builder.linear(_f32(input_weight), _f32(input_bias), heard, source, RELU)
        for layer, state in enumerate(states):
            weight_ih = _f64(tensors[f"gru.{layer}.weight_ih"])
            bias_ih = _f64(tensors[f"gru.{layer}.bias_ih"])
            if layer == 0 and fold:
                bias_ih = bias_ih + weight_ih @ input_bias
                weight_ih = weight_ih @ input_weight
            builder.gru(
                (
                    _f32(weight_ih),
                    _f32(tensors[f"gru.{layer}.weight_hh"]),
                    _f32(bias_ih),
                    _f32(tensors[f"gru.{layer}.bias_hh"]),
                ),
                source,
                state,
            )
            source = state
        output = _f32(tensors["output.weight"]), _f32(tensors["output.bias"])
        builder.linear(*output, source, logits, fewest_bits=8)
        builder.begin_head()
        builder.categorical(logits, levels)
        builder.end_tier(manifest.sample_rate_hz // tier.rate_hz)
        builder.describe_tier(
            heard + 1, len(tier.conditioning), [*range(logits, logits + levels)], (levels,), -1
        )


def _f64(tensor: np.ndarray) -> np.ndarray:
    return np.asarray(tensor, np.float64)


def _f32(tensor: np.ndarray) -> np.ndarray:
    return np.ascontiguousarray(tensor, np.float32)


FAMILY = GruFamily()
