"""Names of tensors in a plugin, and in the state of the PyTorch network that it came from."""

from collections.abc import Mapping

import numpy as np

from rtsynth.families.gru.spec import NAME as GRU
from rtsynth.families.recurrent import MOST_LAYERS
from rtsynth.families.samplernn.spec import NAME as SAMPLERNN
from rtsynth.plugin import Tier
from rtsynth.plugin.family import Tensors
from rtsynth_models.growth.samplernn import H0
from rtsynth_models.networks.gru_names import plugin_names


def to_plugin(tier: Tier, state: Mapping[str, np.ndarray]) -> Tensors:
    """A network's state under the names of a plugin with this tier."""
    names = plugin_names(MOST_LAYERS) if tier.family == GRU else {}
    return {
        _rest(tier) if _is_state(tier, name) else f"{tier.name}.{names.get(name, name)}": value
        for name, value in state.items()
    }


def to_state(tier: Tier, tensors: Tensors) -> dict[str, np.ndarray]:
    """The tensors of a tier under the names of a network's state."""
    names = plugin_names(MOST_LAYERS) if tier.family == GRU else {}
    theirs = {ours: name for name, ours in names.items()}
    prefix, out = f"{tier.name}.", {}
    for name, value in tensors.items():
        if name.startswith(prefix):
            short = name.removeprefix(prefix)
            out[theirs.get(short, short)] = value
        elif tier.family == SAMPLERNN and name == _rest(tier):
            out[H0] = value
    return out


def _is_state(tier: Tier, name: str) -> bool:
    return tier.family == SAMPLERNN and name == H0


def _rest(tier: Tier) -> str:
    return f"rest.{tier.name}"
