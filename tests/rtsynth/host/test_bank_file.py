"""Files of states: what is written is read; anything else is refused in one line."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from safetensors import safe_open
from safetensors.numpy import save_file

from rtsynth.common.errors import InputError
from rtsynth.compiler.compile import Compiled, compile_plugin
from rtsynth.compiler.network_state import state_floats
from rtsynth.host.bank_file import METADATA_KEY, read_bank, write_bank
from tests.rtsynth.plugins import random_plugin

F32 = NDArray[np.float32]
VOICES = 2


@pytest.fixture
def states(compiled: Compiled) -> dict[str, F32]:
    random = np.random.default_rng(1)
    size = VOICES * state_floats(compiled)
    return {name: random.normal(size=size).astype(np.float32) for name in ("z", "a b/ü", "m")}


@pytest.fixture
def path(tmp_path: Path, compiled: Compiled, states: dict[str, F32]) -> Path:
    path = tmp_path / "bank.safetensors"
    write_bank(path, compiled, states)
    return path


def altered(path: Path, changes: dict[str, Any], **tensors: NDArray[Any]) -> None:
    """Write the file again with other metadata, or other tensors."""
    with safe_open(path, framework="numpy") as file:
        data = json.loads(file.metadata()[METADATA_KEY])
        kept = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    text = json.dumps({**data, **changes})
    save_file({**kept, **tensors}, path, metadata={METADATA_KEY: text})


def test_what_is_written_is_read_in_its_order(
    path: Path, compiled: Compiled, states: dict[str, F32]
) -> None:
    found = read_bank(path, compiled)
    assert list(found.states) == list(states)
    for name, state in states.items():
        np.testing.assert_array_equal(found.states[name], state)
    assert (found.plugin, found.hash) == (compiled.plugin.name, compiled.plugin.content_hash)
    write_bank(path, compiled, {"only": states["z"]})  # over one of its kind
    assert list(read_bank(path, compiled).states) == ["only"]
    assert [each.name for each in path.parent.iterdir()] == [path.name]


def test_another_plugin_is_refused(path: Path, compiled: Compiled, tmp_path: Path) -> None:
    of = {name: compile_plugin(random_plugin(tmp_path / f"{name}.safetensors", seed=9, name=name))
          for name in ("other", compiled.plugin.name)}  # fmt: skip
    with pytest.raises(InputError, match=r"states of random, where other plays; load that first"):
        read_bank(path, of["other"])
    with pytest.raises(InputError, match="states of another version of random, where random plays"):
        read_bank(path, of[compiled.plugin.name])


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"format": 2}, "states of a newer version"),
        ({"floats": 3}, "states of another layout"),
        ({"layers": []}, "states of another layout"),
        ({"names": "z"}, r"damaged \(names\)"),
        ({"names": [1]}, r"damaged \(names\)"),
        ({"names": ["gone"]}, "damaged"),
        ({"names": [str(number) for number in range(129)]}, "129 states, where 128 are kept"),
    ],
)
def test_damaged_metadata(
    path: Path, compiled: Compiled, changes: dict[str, Any], problem: str
) -> None:
    altered(path, changes)
    with pytest.raises(InputError, match=rf"bank\.safetensors: {problem}") as caught:
        read_bank(path, compiled)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "tensor", [np.zeros(4, np.float32), np.zeros((2, 4), np.float32), np.zeros((0, 4), np.float32)]
)
def test_damaged_tensors(path: Path, compiled: Compiled, tensor: F32) -> None:
    altered(path, {}, **{"state.z": tensor})
    with pytest.raises(InputError, match="the state 'z' is damaged; write it again"):
        read_bank(path, compiled)
    altered(path, {}, **{"state.z": np.zeros((2, state_floats(compiled)), np.float64)})
    with pytest.raises(InputError, match="the state 'z' is damaged; write it again"):
        read_bank(path, compiled)


@pytest.mark.parametrize("data", [b"", b"text", b"\xff" * 100, None])
def test_other_files_are_neither_read_nor_written_over(
    tmp_path: Path, compiled: Compiled, states: dict[str, F32], data: bytes | None
) -> None:
    path = tmp_path / "bank.safetensors"
    if data is None:
        random_plugin(path)
        data = path.read_bytes()
    path.write_bytes(data)
    with pytest.raises(InputError, match="no file of states"):
        read_bank(path, compiled)
    with pytest.raises(InputError, match="it is not written over: give another name"):
        write_bank(path, compiled, states)
    assert path.read_bytes() == data
    with pytest.raises(InputError, match="no such file"):
        read_bank(tmp_path / "gone", compiled)
    with pytest.raises(InputError, match="is a folder"):
        write_bank(tmp_path, compiled, states)
