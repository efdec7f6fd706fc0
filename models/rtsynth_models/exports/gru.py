"""A `gru` tier: dense layer, GRU stack, dense layer to logits."""

from rtsynth.families.gru.spec import INPUT, OUTPUT, GruConfig, gru_names
from rtsynth.plugin.codec import input_table
from rtsynth.plugin.family import read_config
from rtsynth.plugin.manifest import Manifest, Tier
from rtsynth_models.exports.cells import gru
from rtsynth_models.exports.ops import Ops, Value
from rtsynth_models.exports.part import (
    CODES,
    CONDITIONING,
    LOGITS,
    NEXT_STATE,
    STATE,
    Arrays,
    Named,
    Part,
    Sizes,
)


def parts(manifest: Manifest, tier: Tier, tensors: Arrays) -> list[Part]:
    """One: it reads the last code."""
    config, codec = read_config(tier, GruConfig), manifest.audio_codec
    table = input_table(codec.name, codec.levels, codec.limits)[:, None]
    layers = [tuple(tensors[name] for name in gru_names(n)) for n in range(config.layers)]
    width = len(tier.conditioning)

    def step(ops: Ops, given: Named) -> dict[str, Value]:
        x = ops.flat(ops.lookup(table, given[CODES]))
        if width:
            x = ops.join([x, given[CONDITIONING]])
        x = ops.linear(x, tensors[f"{INPUT}.weight"], tensors[f"{INPUT}.bias"])
        if config.input_activation == "relu":
            x = ops.relu(x)
        after = []
        for number, layer in enumerate(layers):
            (x,) = gru(ops, x, [ops.row(given[STATE], number)], layer)
            after.append(x)
        logits = ops.linear(x, tensors[f"{OUTPUT}.weight"], tensors[f"{OUTPUT}.bias"])
        return {LOGITS: logits, NEXT_STATE: ops.stack(after, 0)}

    state = (config.layers, config.hidden_size)
    inputs: Sizes = {CODES: (1,)} | ({CONDITIONING: (width,)} if width else {}) | {STATE: state}
    outputs: Sizes = {LOGITS: (codec.levels,), NEXT_STATE: state}
    return [Part(tier.name, tier.name, 1, inputs, outputs, step)]
