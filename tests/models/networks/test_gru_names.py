"""RNNControl's names and the family's are the same tensors."""

import pytest

from rtsynth.families.gru.spec import tensor_shapes
from rtsynth_models.networks.gru import ConditionedGru
from rtsynth_models.networks.gru_names import plugin_names


@pytest.mark.parametrize(("layers", "conditioning"), [(1, 0), (3, 2)])
def test_names_and_shapes_are_those_of_the_network(layers: int, conditioning: int) -> None:
    network = ConditionedGru(conditioning, 5, layers, 16)
    shapes, names = tensor_shapes(5, layers, 1 + conditioning, 16), plugin_names(layers)
    assert sorted(names.values()) == sorted(shapes)
    assert {names[name]: tuple(t.shape) for name, t in network.state_dict().items()} == shapes


def test_the_output_layer_may_have_another_name() -> None:
    assert plugin_names(1, "decoders.0")["decoders.0.bias"] == "output.bias"
    assert "decoder.bias" not in plugin_names(1, "decoders.0")
