"""Writing a `gru` tier onto the tape.

A linear input layer is folded into the first GRU layer: two affine maps in a row are one.
"""

from rtsynth.engine.kernels.matrix import RELU
from rtsynth.engine.program.builder import TapeBuilder
from rtsynth.families.arrays import f32, f64
from rtsynth.families.conditioning import fetch_conditioning
from rtsynth.families.gru.spec import INPUT, OUTPUT, GruConfig, gru_names
from rtsynth.plugin.family import Tensors, read_config
from rtsynth.plugin.manifest import Manifest, Tier


def compile_tier(manifest: Manifest, tier: Tier, tensors: Tensors, builder: TapeBuilder) -> None:
    """One op per layer, the output layer, and the draw."""
    config = read_config(tier, GruConfig)
    hidden, levels = config.hidden_size, manifest.audio_codec.levels
    inputs = builder.space(1 + len(tier.conditioning))
    builder.input_at = inputs
    states = [builder.hidden(hidden) for _ in range(config.layers)]
    logits = builder.space(levels)

    builder.begin_tier()
    fetch_conditioning(manifest, tier, builder, inputs + 1)
    source = inputs
    input_weight, input_bias = (f64(tensors[f"{INPUT}.{part}"]) for part in ("weight", "bias"))
    fold = config.input_activation == "linear"
    if not fold:
        source = builder.space(hidden)
        builder.linear(f32(input_weight), f32(input_bias), inputs, source, RELU)
    for layer, state in enumerate(states):
        weight_ih, weight_hh, bias_ih, bias_hh = (f64(tensors[name]) for name in gru_names(layer))
        if layer == 0 and fold:
            bias_ih = bias_ih + weight_ih @ input_bias
            weight_ih = weight_ih @ input_weight
        builder.gru((f32(weight_ih), f32(weight_hh), f32(bias_ih), f32(bias_hh)), source, state)
        source = state
    output_weight, output_bias = (f32(tensors[f"{OUTPUT}.{part}"]) for part in ("weight", "bias"))
    builder.linear(output_weight, output_bias, source, logits, fewest_bits=8)
    builder.begin_head()
    builder.categorical(logits, levels)
    builder.end_tier(manifest.sample_rate_hz // tier.rate_hz)
    builder.describe_tier(
        inputs + 1, len(tier.conditioning), [*range(logits, logits + levels)], (levels,), -1
    )
