"""What an `mtcrnn` tier is made of, and the networks that do not exist."""

from pathlib import Path
from typing import Any

import pytest

from rtsynth.common.errors import InputError, PluginError
from rtsynth.families.mtcrnn.spec import FAMILY, NETWORKS, MtcrnnConfig
from rtsynth.plugin import save
from rtsynth_models.checkpoints.mtcrnn.checkpoint import import_checkpoint
from tests.places import FIXTURES as ALL_FIXTURES
from tests.rtsynth.families.mtcrnn.one_tier import one_tier

FIXTURES = sorted(path for path in (ALL_FIXTURES / "mtcrnn").iterdir() if path.is_dir())


@pytest.mark.parametrize("fixture", FIXTURES, ids=lambda path: path.name)
def test_shapes_are_those_of_the_systems_state_dict(fixture: Path) -> None:
    manifest, tensors = import_checkpoint(fixture)
    (tier,) = manifest.tiers
    shapes = FAMILY.tensor_shapes(manifest, tier)
    assert {f"{tier.name}.{name}": shape for name, shape in shapes.items()} == {
        name: tensor.shape for name, tensor in tensors.items()
    }


@pytest.mark.parametrize(
    ("network", "made", "more", "states"),
    [(0, 0, {}, 2), (0, 0, {"phased": True}, 4), (6, 0, {}, 2), (1, 3, {}, 4), (2, 3, {}, 6),
     (3, 3, {}, 6), (4, 3, {}, 8), (5, 3, {}, 2)],
)  # fmt: skip
def test_state_shapes(network: int, made: int, more: dict[str, Any], states: int) -> None:
    plugin = one_tier(network, made, layers=2, **more)
    (tier,) = plugin.manifest.tiers
    assert FAMILY.state_shape(plugin.manifest, tier) == (states, 20)


REFUSED: list[tuple[dict[str, Any], int, str]] = [
    ({"network": 1}, 0, "config.network: network 1 generates parameters, not audio; take 0 or 6"),
    ({"network": 5}, 0, "config.network: network 5 generates parameters, not audio"),
    ({"network": 6}, 3, "network 6 generates audio, not parameters; take 0, 1, 2, 3, 4 or 5"),
    ({"network": 7}, 3, "config.network"),
    ({"network": 3, "phased": True}, 3, "config.phased: only network 0 has a phased LSTM"),
    ({"network": 0, "one_hot": True}, 3, "config.one_hot: only audio has codes"),
    ({"network": 0, "hidden_size": 0}, 3, "config.hidden_size"),
    ({"network": 0, "layers": 1.5}, 3, "config.layers"),
    ({"network": 0, "dropout": 0.1}, 3, "config.dropout"),
]


@pytest.mark.parametrize(("config", "made", "says"), REFUSED, ids=lambda value: str(value))
def test_networks_that_do_not_exist(
    tmp_path: Path, config: dict[str, Any], made: int, says: str
) -> None:
    plugin = one_tier(0, made)
    (tier,) = plugin.manifest.tiers
    wrong = tier.model_copy(update={"config": tier.config | config})
    manifest = plugin.manifest.model_copy(update={"tiers": [wrong]})
    path = tmp_path / "x.safetensors"
    with pytest.raises((PluginError, InputError)) as line:
        save(path, manifest, plugin.tensors)
    assert says in str(line.value)
    assert str(path) in str(line.value)
    assert "only" in str(line.value), "the tier is named"
    assert "\n" not in str(line.value)
    assert not path.exists()


@pytest.mark.parametrize("network", NETWORKS)
def test_a_config_comes_back_from_a_tier(network: int) -> None:
    made = 0 if NETWORKS[network].audio else 2
    plugin = one_tier(network, made)
    (tier,) = plugin.manifest.tiers
    config = MtcrnnConfig.of_tier(plugin.manifest, tier)
    full = tier.config | {"phased": False, "one_hot": False}
    assert config.tier_config == full
    assert (config.inputs, config.output != "categorical") == ((made or 1) + 2, made > 0)
    assert len(config.heads) >= 1
    assert {head.stack for head in config.heads} <= set(config.stacks)
