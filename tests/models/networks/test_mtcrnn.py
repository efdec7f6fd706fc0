"""MTCRNN's networks answer as the system itself does, and can be trained and drawn from."""

from pathlib import Path

import numpy as np
import pytest
import torch

from rtsynth.common.errors import InputError
from rtsynth.families.mtcrnn.spec import COMPONENTS, MtcrnnConfig
from rtsynth_models.cells.mtcrnn_heads import draw, mixture_parameters
from rtsynth_models.networks.mtcrnn import Mtcrnn
from tests.models.checkpoints.mtcrnn_fixtures import (
    FIXTURES,
    config_of,
    golden_of,
    golden_outputs,
    load,
)

CONFIGS = {
    "audio": MtcrnnConfig(network=0, hidden_size=11, layers=2, levels=16, conditioning=2),
    "one hot": MtcrnnConfig(network=0, hidden_size=9, layers=1, levels=16, one_hot=True),
    "phased": MtcrnnConfig(
        network=0, hidden_size=10, layers=2, levels=16, conditioning=1, phased=True
    ),
    "phased values": MtcrnnConfig(network=0, hidden_size=10, layers=1, generated=2, phased=True),
    "legacy": MtcrnnConfig(network=6, hidden_size=8, layers=2, levels=16, conditioning=1),
} | {
    f"values, network {network}": MtcrnnConfig(
        network=network, hidden_size=8, layers=2, generated=4, conditioning=2
    )
    for network in range(6)
}


@pytest.mark.measure
@pytest.mark.parametrize("fixture", FIXTURES, ids=lambda path: path.name)
def test_outputs_equal_the_systems_own(fixture: Path) -> None:
    network, golden = load(fixture), golden_of(fixture)
    inputs = torch.from_numpy(golden["inputs"])[:, None]
    with torch.no_grad():
        outputs, _ = network(inputs, network.initial_state(1))
    found = outputs[:, 0]
    if network.config.output == "mixture":
        found = mixture_parameters(found)
    expected = golden_outputs(golden)
    largest = np.abs(expected).max(axis=tuple(range(1, expected.ndim)), keepdims=True)
    if network.config.phased:
        # It begins before its shifts, where a state grows without bound: the logits reach 4e8,
        # so each step is compared relative to its largest.
        scale = np.maximum(1, largest)
        np.testing.assert_allclose(found.numpy() / scale, expected / scale, atol=1e-4, rtol=0)
    else:
        np.testing.assert_allclose(found.numpy(), expected, atol=2e-6, rtol=0)


@pytest.mark.parametrize("fixture", FIXTURES, ids=lambda path: path.name)
def test_inputs_equal_the_systems_own(fixture: Path) -> None:
    """[generated, conditioning]: the golden inputs are rebuilt from the codes."""
    config, golden = config_of(fixture), golden_of(fixture)
    assert golden["inputs"].shape[1] == config.inputs
    if config.audio:
        heard = Mtcrnn(config).as_input(torch.from_numpy(golden["codes"]))
        np.testing.assert_allclose(
            heard, golden["inputs"][:, : config.inputs - config.conditioning], atol=1e-7
        )


@pytest.mark.parametrize("config", CONFIGS.values(), ids=CONFIGS.keys())
def test_chunks_and_slices_equal_the_whole(config: MtcrnnConfig) -> None:
    torch.manual_seed(1)
    network = Mtcrnn(config)
    inputs, state = torch.rand(30, 3, config.inputs), network.initial_state(3)
    assert state.shape == (network.states, 3, config.hidden_size)
    with torch.no_grad():
        whole, last = network(inputs, state)
        first, between = network.features(inputs[:13], state)
        second, end = network.features(inputs[13:], between, step=13)
        torch.testing.assert_close(end, last)
        features = torch.cat([first, second])
        in_slices = torch.cat([network.head(part) for part in features.split(7)])
    torch.testing.assert_close(in_slices, whole)


@pytest.mark.parametrize("config", CONFIGS.values(), ids=CONFIGS.keys())
def test_the_fused_kernels_equal_torchs(config: MtcrnnConfig) -> None:
    """In float64 PyTorch's own GRU runs."""
    torch.manual_seed(2)
    network = Mtcrnn(config)
    inputs = torch.rand(20, 2, config.inputs)
    state = torch.rand(network.states, 2, config.hidden_size) - 0.5
    with torch.no_grad():
        outputs, last = network(inputs, state)
        exact, exact_last = network.double()(inputs.double(), state.double())
    torch.testing.assert_close(outputs.double(), exact, atol=1e-5, rtol=1e-5)
    torch.testing.assert_close(last.double(), exact_last, atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize("config", CONFIGS.values(), ids=CONFIGS.keys())
def test_every_weight_has_a_finite_gradient(config: MtcrnnConfig) -> None:
    torch.manual_seed(3)
    network = Mtcrnn(config)
    outputs, _ = network(torch.rand(40, 3, config.inputs), network.initial_state(3))
    outputs.square().sum().backward()
    for name, weight in network.named_parameters():
        assert weight.grad is not None, name
        assert torch.isfinite(weight.grad).all(), name


@pytest.mark.parametrize("config", CONFIGS.values(), ids=CONFIGS.keys())
def test_what_is_drawn_can_be_fed_back(config: MtcrnnConfig) -> None:
    torch.manual_seed(4)
    network, random = Mtcrnn(config), torch.Generator().manual_seed(4)
    state, conditioning = network.initial_state(2), torch.rand(1, 2, config.conditioning)
    made = torch.zeros(1, 2, dtype=torch.long) if config.audio else torch.rand(1, 2, config.inputs)
    if not config.audio:
        made = made[..., : config.generated]
    with torch.no_grad():
        for step in range(20):
            inputs = torch.cat([network.as_input(made), conditioning], dim=-1)
            outputs, state = network(inputs, state, step)
            made = draw(config, outputs, temperature=0.9, beta=2.0, generator=random)
            assert made.shape == ((1, 2) if config.audio else (1, 2, config.generated))
            assert torch.isfinite(made).all()
    if config.audio:
        assert 0 <= made.min() <= made.max() < config.levels


def test_shapes_of_the_outputs() -> None:
    for config in CONFIGS.values():
        network = Mtcrnn(config)
        outputs, _ = network(torch.zeros(5, 2, config.inputs), network.initial_state(2))
        assert (
            outputs.shape[2:]
            == {
                "categorical": (config.levels,),
                "gaussian": (2, config.generated),
                "mixture": (3, COMPONENTS, config.generated),
            }[config.output]
        )


def test_the_phased_clock_reaches_the_network() -> None:
    torch.manual_seed(5)
    network = Mtcrnn(CONFIGS["phased"])
    inputs, state = torch.rand(5, 1, 2), network.initial_state(1)
    assert not torch.equal(network(inputs, state)[0], network(inputs, state, step=3)[0])


def test_plugin_tensors_are_the_state_dict() -> None:
    network = Mtcrnn(CONFIGS["values, network 4"])
    tensors = network.plugin_tensors("motion")
    state = network.state_dict()
    assert set(tensors) == {f"motion.{name}" for name in state}
    assert tensors["motion.out_pro.1.h2v.bias"].dtype == np.float32
    for name, tensor in state.items():
        np.testing.assert_array_equal(tensors[f"motion.{name}"], tensor)


@pytest.mark.parametrize(
    ("changes", "match"),
    [
        ({"network": 7}, "no network 7"),
        ({"hidden_size": 0}, "hidden_size is 0"),
        ({"layers": -1}, "layers is -1"),
        ({"generated": 0}, "generated is 0"),
        ({"levels": 1}, "levels is 1"),
        ({"levels": 256, "network": 3, "generated": 1}, "network 3 generates parameters"),
        ({"levels": 256}, "generates one value"),
        ({"network": 6}, "network 6 generates audio"),
        ({"network": 2, "phased": True}, "only network 0 has a phased"),
        ({"one_hot": True}, "one_hot: only audio"),
    ],
)
def test_sizes_that_make_no_network_are_refused(changes: dict, match: str) -> None:
    fields = {"network": 0, "hidden_size": 4, "layers": 1, "generated": 2} | changes
    with pytest.raises(InputError, match=match):
        MtcrnnConfig(**fields)
