"""What a `gru` tier is: dense layer, GRU stack, dense layer to categorical logits.

With a linear input layer this is RNNControl; with relu, MTCRNN's network 0.
"""

from typing import Literal

from pydantic import BaseModel, ConfigDict

from rtsynth.families.recurrent import RNN_PARTS, Layers, Units, rnn_shapes
from rtsynth.plugin.family import Family, LazyTape, read_config
from rtsynth.plugin.manifest import Manifest, Tier

NAME = "gru"
INPUT, OUTPUT = "input", "output"  # the dense layers: NAME.weight and NAME.bias


class GruConfig(BaseModel):
    """`tier.config` of this family."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    hidden_size: Units
    """Units per GRU layer."""
    layers: Layers
    """GRU layers."""
    input_activation: Literal["linear", "relu"] = "linear"
    """Activation of the dense input layer."""


def gru_names(layer: int) -> tuple[str, ...]:
    """The tensors of one GRU layer, in the order of `RNN_PARTS`."""
    return tuple(f"gru.{layer}.{part}" for part in RNN_PARTS)


def tensor_shapes(hidden: int, layers: int, inputs: int, levels: int) -> dict[str, tuple[int, ...]]:
    """Name and shape of every tensor.

    PyTorch's orientation and order: weights [outputs, inputs], gates r, z, n.

    Args:
        hidden: units of a layer.
        layers: of the GRU.
        inputs: width of the input vector, the code and the conditioning: 1 + C.
        levels: Q, number of codes.
    """
    shapes: dict[str, tuple[int, ...]] = {
        f"{INPUT}.weight": (hidden, inputs),
        f"{INPUT}.bias": (hidden,),
        f"{OUTPUT}.weight": (levels, hidden),
        f"{OUTPUT}.bias": (levels,),
    }
    for layer in range(layers):
        shapes |= zip(gru_names(layer), rnn_shapes(3, hidden, hidden), strict=True)
    return shapes


class GruFamily:
    """See the module."""

    compile = LazyTape("rtsynth.families.gru.tape:compile_tier")

    def tensor_shapes(self, manifest: Manifest, tier: Tier) -> dict[str, tuple[int, ...]]:
        """Of every tensor, see `tensor_shapes`."""
        config = read_config(tier, GruConfig)
        if tier.outputs:
            raise ValueError("outputs: a gru tier generates audio, not parameters")
        inputs, levels = 1 + len(tier.conditioning), manifest.audio_codec.levels
        return tensor_shapes(config.hidden_size, config.layers, inputs, levels)

    def state_shape(self, manifest: Manifest, tier: Tier) -> tuple[int, ...]:
        """[layers, hidden]."""
        config = read_config(tier, GruConfig)
        return (config.layers, config.hidden_size)


FAMILY: Family = GruFamily()
