"""What a `gru` tier is made of, and what is none."""

import pytest

from rtsynth.families.gru.spec import FAMILY
from tests.rtsynth.plugins import gru_manifest


def test_shapes_are_pytorchs() -> None:
    manifest = gru_manifest(hidden=8, layers=1, levels=16)
    assert FAMILY.tensor_shapes(manifest, manifest.tiers[0]) == {
        "input.weight": (8, 4),
        "input.bias": (8,),
        "gru.0.weight_ih": (24, 8),
        "gru.0.weight_hh": (24, 8),
        "gru.0.bias_ih": (24,),
        "gru.0.bias_hh": (24,),
        "output.weight": (16, 8),
        "output.bias": (16,),
    }
    assert FAMILY.state_shape(manifest, manifest.tiers[0]) == (1, 8)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"hidden_size": 0}, "config.hidden_size: Input should be greater than or equal to 1"),
        ({"layers": 33}, "config.layers: Input should be less than or equal to 32"),
        ({"input_activation": "tanh"}, "config.input_activation: Input should be 'linear'"),
        ({"dropout": 0.1}, "config.dropout: Extra inputs are not permitted"),
    ],
)
def test_a_config_that_is_wrong(change: dict, says: str) -> None:
    manifest = gru_manifest(hidden=8, layers=1, levels=16)
    tier = manifest.tiers[0]
    wrong = tier.model_copy(update={"config": tier.config | change})
    for ask in (FAMILY.tensor_shapes, FAMILY.state_shape):
        with pytest.raises(ValueError, match=says):
            ask(manifest, wrong)


def test_it_makes_no_parameters() -> None:
    manifest = gru_manifest(hidden=8, layers=1, levels=16)
    tier = manifest.tiers[0].model_copy(update={"outputs": ["x"]})
    with pytest.raises(ValueError, match="outputs: a gru tier generates audio, not parameters"):
        FAMILY.tensor_shapes(manifest, tier)
