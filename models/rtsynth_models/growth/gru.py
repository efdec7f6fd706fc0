"""Growth of a `gru` tier: RNNControl's network."""

from collections.abc import Mapping

import numpy as np

from rtsynth.families.gru.spec import INPUT, OUTPUT, GruConfig, gru_names
from rtsynth.families.recurrent import RNN_PARTS
from rtsynth.plugin.family import read_config
from rtsynth_models.growth.conditioning import affine
from rtsynth_models.growth.layers import given_back, passing
from rtsynth_models.growth.maps import F64, blocks, placed, same, units
from rtsynth_models.growth.request import Growth, check_equal, check_sizes

GATES = 3


def grown_gru(growth: Growth) -> Mapping[str, F64]:
    """The tensors of the target's tier; see `rtsynth_models.growth`."""
    before, after = (read_config(tier, GruConfig) for tier in (growth.old_tier, growth.new_tier))
    check_equal(growth, before, after, ("input_activation",))
    check_sizes(growth, before, after)
    mix = affine(growth.old_side, growth.new_side)
    old, fresh = growth.old, growth.fresh
    rows = units(before.hidden_size, after.hidden_size)
    gates = blocks(GATES, rows, before.hidden_size)
    code, seen = old[f"{INPUT}.weight"][:, :1], old[f"{INPUT}.weight"][:, 1:]
    weight = np.hstack([code, mix.of_weights(seen)])
    bias = old[f"{INPUT}.bias"] + mix.of_bias(seen)
    out = {
        f"{INPUT}.weight": placed(fresh[f"{INPUT}.weight"], weight, rows, same(weight.shape[1])),
        f"{INPUT}.bias": placed(fresh[f"{INPUT}.bias"], bias, rows),
    }
    for layer in range(after.layers):
        names = gru_names(layer)
        if layer < before.layers:
            for name, columns in zip(names, (rows, rows, None, None), strict=True):
                out[name] = placed(fresh[name], old[name], gates, columns)
        else:
            parts = dict(zip(RNN_PARTS, (fresh[name] for name in names), strict=True))
            through = passing("gru", parts, rows, first=layer == before.layers)
            out |= {name: through[part] for name, part in zip(names, RNN_PARTS, strict=True)}
    back = given_back("gru", after.layers - before.layers)
    name = f"{OUTPUT}.weight"
    out[name] = placed(fresh[name], old[name] * back, same(len(old[name])), rows)
    out[f"{OUTPUT}.bias"] = old[f"{OUTPUT}.bias"]
    return out
