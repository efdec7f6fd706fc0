"""State dicts of any kind, with anything beside the tensors."""

import os
from collections import OrderedDict
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from rtsynth.common.errors import InputError
from rtsynth_models.checkpoints.torchfile.zipped import (
    read_state_dict,
)
from tests.models.checkpoints.torchfile.archives import tensors


class Table(OrderedDict):
    """A table of somebody's own."""


@pytest.mark.parametrize("zipped", [True, False])
@pytest.mark.parametrize("kind", [dict, OrderedDict, Table])
@pytest.mark.parametrize(
    "wrapped",
    [
        lambda name: f"module.{name}",
        lambda name: f"_orig_mod.{name}",
        lambda name: f"module._orig_mod.{name}",
        lambda name: f"_orig_mod.module._orig_mod.{name}",
        lambda name: name.replace("gru.", "gru.module._orig_mod."),  # of a part of the network
    ],
)
def test_a_state_dict_of_any_kind(tmp_path: Path, zipped: bool, kind: type, wrapped) -> None:
    """Tables of other classes, and the prefixes of DataParallel and torch.compile."""
    network = torch.nn.ModuleDict({"gru": torch.nn.GRU(2, 3), "out": torch.nn.Linear(3, 1)})
    state = network.state_dict()
    path = tmp_path / "a.pt"
    saved = {"x": {"y": kind((wrapped(name), tensor) for name, tensor in state.items())}}
    torch.save(saved, path, _use_new_zipfile_serialization=zipped)
    found = tensors(path, "x", "y")
    assert list(found) == list(state)
    for name, tensor in state.items():
        np.testing.assert_array_equal(found[name], tensor.numpy())


def test_two_tensors_of_one_name_are_refused(tmp_path: Path) -> None:
    torch.save({"module.a": torch.ones(1), "a": torch.ones(1)}, tmp_path / "a.pt")
    with pytest.raises(InputError, match="has two tensors called 'a'"):
        tensors(tmp_path / "a.pt")


class Config:
    def __init__(self) -> None:
        self.size = np.int64(3)


def harmless() -> dict[str, Any]:
    """What training programs put beside their tensors."""
    import argparse
    from collections import Counter, defaultdict
    from datetime import datetime

    network = torch.nn.Linear(2, 2)
    adam = torch.optim.Adam(network.parameters())
    network(torch.ones(2)).sum().backward()
    adam.step()
    return {
        "optimizer": adam.state_dict(),
        "args": argparse.Namespace(path=Path("a") / "b", device=torch.device("cuda:0")),
        "config": Config(),
        "function": os.path.join,
        "network": network,
        "counter": Counter("hello"),
        "default": defaultdict(list, a=[1]),
        "numpy": [np.float32(0.5), np.int64(7), np.bool_(True), np.arange(3), np.array("text")],
        "sets": [{1, 2}, frozenset({(1, 2)})],
        "keys": {(1, 2): 3, 1.5: 4, 1 << 70: 5},
        "when": datetime(2026, 1, 1),
        "random": [torch.get_rng_state(), np.random.default_rng(0)],
        "types": [torch.float32, torch.nn.GRU],
        "sparse": torch.eye(2).to_sparse(),
        "quantised": torch.quantize_per_tensor(torch.ones(2), 0.1, 0, torch.qint8),
        "complex": torch.ones(2, dtype=torch.complex64),
        "meta": torch.ones(2, device="meta"),
    }


@pytest.mark.parametrize("zipped", [True, False])
@pytest.mark.parametrize("protocol", range(2, 6))
@pytest.mark.filterwarnings("ignore::UserWarning", "ignore::DeprecationWarning")
def test_what_is_beside_the_tensors_does_no_harm(
    tmp_path: Path, zipped: bool, protocol: int
) -> None:
    saved = {**harmless(), "model": {"a": torch.ones(2)}, "epoch": np.int64(3)}
    path = tmp_path / "a.pt"
    torch.save(saved, path, _use_new_zipfile_serialization=zipped, pickle_protocol=protocol)
    read, found = read_state_dict(path, "model")
    np.testing.assert_array_equal(found["a"], [1, 1])
    assert (read["epoch"], type(read["epoch"])) == (3, int)
    assert read["counter"] == {"h": 1, "e": 1, "l": 2, "o": 1}
    assert read["default"] == {"a": [1]}
    assert read["numpy"][:3] == [0.5, 7, True]
    assert read["config"].fields == {"size": 3}
    assert read["network"].name.endswith("Linear")


@pytest.mark.parametrize(
    ("name", "complaint"),
    [
        ("sparse", r"is a sparse tensor; save it with \.to_dense\(\)"),
        ("quantised", r"is a quantised tensor; save it with \.dequantize\(\)"),
        ("complex", r"is a tensor of complex(float|64); save it as float32"),
        ("meta", "is a tensor without data"),
        ("config", "Config, which has no meaning here"),
        ("optimizer", "is not a tensor"),
    ],
)
@pytest.mark.parametrize("zipped", [True, False])
@pytest.mark.filterwarnings("ignore::UserWarning", "ignore::DeprecationWarning")
def test_but_not_where_a_tensor_is_needed(
    tmp_path: Path, name: str, complaint: str, zipped: bool
) -> None:
    path = tmp_path / "a.pt"
    torch.save({"w": harmless()[name]}, path, _use_new_zipfile_serialization=zipped)
    with pytest.raises(InputError, match=rf"a\.pt: tensor 'w': refused: .*{complaint}") as error:
        tensors(path)
    assert "\n" not in str(error.value)
