"""Names in plugins and in states of networks."""

import numpy as np
import pytest

from rtsynth_models.growth.naming import to_plugin, to_state
from rtsynth_models.networks.gru import ConditionedGru
from tests.models.growth.nets import TIER
from tests.models.growth.test_grown import NETWORKS, PITCH, made


@pytest.mark.parametrize("name", ["gru", "two tiers", "mtcrnn 4, values"])
def test_there_and_back(name: str) -> None:
    side = made(name, 1, [PITCH])
    tier = side.manifest.tiers[0]
    state = to_state(tier, side.tensors)
    assert len(state) == len(side.tensors)
    back = to_plugin(tier, state)
    assert back.keys() == side.tensors.keys()
    for key, value in back.items():
        np.testing.assert_array_equal(value, side.tensors[key])
    assert not any(key.startswith(TIER) for key in state)


def test_a_gru_has_the_names_of_its_network() -> None:
    _, config, _ = NETWORKS["gru"]
    side = made("gru", 1, [PITCH])
    network = ConditionedGru(1, config["hidden_size"], config["layers"], 16)
    assert to_state(side.manifest.tiers[0], side.tensors).keys() == network.state_dict().keys()
