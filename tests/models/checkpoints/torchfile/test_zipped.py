"""Files of torch.save are read exactly, and nothing in them runs."""

import os
import pickle
import struct
import zipfile
from collections import OrderedDict
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from rtsynth.common.errors import InputError
from rtsynth_models.checkpoints.pickles.machine import MOST_STEPS
from rtsynth_models.checkpoints.pickles.values import Placeholder
from rtsynth_models.checkpoints.torchfile.stream import MAGIC
from rtsynth_models.checkpoints.torchfile.zipped import (
    MOST_MEMBERS,
    read_state_dict,
    read_torch_file,
)


def write_zip(path: Path, data: bytes, storages: dict[str, bytes] | None = None) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("x/data.pkl", data)
        for key, content in (storages or {}).items():
            archive.writestr(f"x/data/{key}", content)
    return path


def tensors(path: Path, *names: str) -> dict[str, np.ndarray]:
    return read_state_dict(path, *names)[1]


TYPES = [torch.float32, torch.float64, torch.float16, torch.int64, torch.uint8, torch.bool]


@pytest.mark.parametrize("dtype", [*TYPES, torch.bfloat16, torch.uint16])
@pytest.mark.parametrize("zipped", [True, False])
@pytest.mark.parametrize("protocol", range(2, 6))
def test_reads_what_torch_saves(
    tmp_path: Path, dtype: torch.dtype, zipped: bool, protocol: int
) -> None:
    whole = torch.arange(24).reshape(4, 6).to(dtype)
    saved = OrderedDict(
        whole=whole, turned=whole.t(), part=whole[1:3, ::2], scalar=whole[2, 3], none=whole[:0]
    )
    saved["other"] = torch.nn.Parameter(torch.ones(3))
    saved["buffer"] = torch.nn.parameter.Buffer(torch.ones(2))
    saved["same"] = whole.expand(2, 4, 6)
    data = {"tensors": saved, "text": "é", "numbers": [1, 2.5, None, True], "size": whole.shape}
    torch.save(
        data,
        tmp_path / "a.pt",
        _use_new_zipfile_serialization=zipped,
        pickle_protocol=protocol,
    )
    read, found = read_state_dict(tmp_path / "a.pt", "tensors")
    assert (read["text"], read["numbers"], read["size"]) == ("é", [1, 2.5, None, True], (4, 6))
    for name, tensor in saved.items():
        plain = tensor.detach()
        plain = plain.float() if dtype is torch.bfloat16 else plain
        np.testing.assert_array_equal(found[name], plain.numpy())
        assert found[name].dtype == plain.numpy().dtype


@pytest.mark.parametrize("place", ["cuda:0", "mps", "xpu:1"])
@pytest.mark.parametrize("zipped", [True, False])
def test_where_a_tensor_was_makes_no_difference(
    tmp_path: Path, place: str, zipped: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch.serialization, "location_tag", lambda _storage: place)
    path = tmp_path / "a.pt"
    torch.save({"a": torch.arange(3.0)}, path, _use_new_zipfile_serialization=zipped)
    assert place.encode() in path.read_bytes()
    np.testing.assert_array_equal(tensors(path)["a"], np.arange(3.0))


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


@pytest.mark.parametrize("zipped", [True, False])
def test_truncated_files(tmp_path: Path, zipped: bool) -> None:
    path = tmp_path / "a.pt"
    torch.save({"a": torch.ones(1000)}, path, _use_new_zipfile_serialization=zipped)
    content = path.read_bytes()
    for size in range(0, len(content), len(content) // 29):
        path.write_bytes(content[:size])
        with pytest.raises(InputError, match=r"a\.pt: (refused|damaged)") as error:
            tensors(path)
        assert "\n" not in str(error.value)


def test_an_old_file_runs_nothing_either(tmp_path: Path) -> None:
    mark = tmp_path / "ran"
    path = tmp_path / "a.pt"
    hostile = {"x": Hostile(os.system, f"touch {mark}")}
    torch.save(hostile, path, _use_new_zipfile_serialization=False)
    with pytest.raises(InputError, match=r"a\.pt: tensor 'x': refused: is posix\.system, which"):
        tensors(path)
    assert not mark.exists()


class Hostile:
    def __init__(self, function, *arguments) -> None:
        self.call = (function, arguments)

    def __reduce__(self):
        return self.call


@pytest.mark.parametrize("function", [os.system, eval, exec, __import__, open])
def test_a_hostile_pickle_is_refused_and_nothing_runs(tmp_path: Path, function) -> None:
    mark = tmp_path / "ran"
    argument = f"touch {mark}" if function is os.system else f"open({str(mark)!r}, 'w')"
    hostile = Hostile(open, str(mark), "w") if function is open else Hostile(function, argument)
    path = write_zip(tmp_path / "a.pt", pickle.dumps({"model": hostile}, protocol=2))
    with pytest.raises(InputError, match=r"a\.pt: no table of tensors called 'model'") as error:
        read_state_dict(path, "model")
    assert "\n" not in str(error.value)
    assert isinstance(read_torch_file(path)["model"], Placeholder)
    assert not mark.exists()


def tensor_pickle(offset: int, shape: tuple, strides: tuple, count: int) -> bytes:
    """What torch.save writes for a table with one float tensor, with any numbers."""
    from pickle import BININT, GLOBAL, MARK, PROTO, STOP

    def number(n: int) -> bytes:
        return BININT + n.to_bytes(4, "little", signed=True)

    def numbers(values: tuple) -> bytes:
        return MARK + b"".join(map(number, values)) + pickle.TUPLE

    def text(value: str) -> bytes:
        raw = value.encode()
        return pickle.BINUNICODE + len(raw).to_bytes(4, "little") + raw

    storage = (
        (MARK + text("storage") + GLOBAL + b"torch\nFloatStorage\n" + text("0") + text("cpu"))
        + number(count)
        + pickle.TUPLE
    )
    return (
        PROTO + b"\x02}" + text("x") + GLOBAL + b"torch._utils\n_rebuild_tensor_v2\n"
        + MARK + storage
        + pickle.BINPERSID + number(offset) + numbers(shape) + numbers(strides)
        + pickle.NEWFALSE + pickle.EMPTY_DICT + pickle.TUPLE + pickle.REDUCE + b"s" + STOP
    )  # fmt: skip


@pytest.mark.parametrize(
    ("offset", "shape", "strides", "count", "complaint"),
    [
        (0, (5,), (1,), 4, "reaches beyond"),
        (3, (2,), (1,), 4, "reaches beyond"),
        (0, (2, 2), (1000, 1), 4, "reaches beyond"),
        (-1, (2,), (1,), 4, "negative"),
        (0, (2,), (-1,), 4, "negative"),
        (0, (2,), (1, 1), 4, "strides do not match its shape"),
        (1, (2, 2), (2, 1), 4, "reaches beyond"),
        (0, (1 << 30,), (0,), 4, "far more numbers than the file holds"),
        (0, (1,) * 33, (0,) * 33, 4, "an invalid shape"),
        (0, (4,), (1,), 400, "holds 4 numbers, not 400"),
    ],
)
def test_tensors_cannot_reach_beyond_their_storage(
    tmp_path: Path, offset: int, shape: tuple, strides: tuple, count: int, complaint: str
) -> None:
    good = write_zip(tmp_path / "good.pt", tensor_pickle(0, (4,), (1,), 4), {"0": bytes(16)})
    np.testing.assert_array_equal(tensors(good)["x"], np.zeros(4))
    data = tensor_pickle(offset, shape, strides, count)
    with pytest.raises(InputError, match=complaint):
        tensors(write_zip(tmp_path / "a.pt", data, {"0": bytes(16)}))


def test_a_tensor_is_no_storage(tmp_path: Path) -> None:
    """A view of a view: its numbers would lie behind the end of the first one's."""
    one = tensor_pickle(0, (2, 500), (0, 0), 1)
    begin, end = one.index(b"c"), one.index(b"Rs.")
    inner = one[begin:end] + b"R"
    outer = one[:begin] + b"ctorch._utils\n_rebuild_tensor_v2\n(" + inner
    outer += b"K\x01(M\xe7\x03t(K\x01t\x89}tRs."
    path = write_zip(tmp_path / "a.pt", outer, {"0": bytes(4)})
    with pytest.raises(InputError, match="a tensor has no storage"):
        tensors(path)


def test_many_tensors_may_not_say_one_number_many_times(tmp_path: Path) -> None:
    one = tensor_pickle(0, (1 << 20,), (0,), 1)
    many = one[:3] + b"".join(
        one[3:-1].replace(b"X\x01\x00\x00\x00x", b"X\x02\x00\x00\x00%02d" % number, 1)
        for number in range(50)
    )
    path = write_zip(tmp_path / "a.pt", many + b".", {"0": bytes(4)})
    with pytest.raises(InputError, match="far more numbers than the file holds"):
        tensors(path)


def test_archives_that_unpack_to_far_more_than_they_are(tmp_path: Path) -> None:
    path = tmp_path / "a.pt"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("x/data.pkl", b"}" + bytes(64 << 20))
    with pytest.raises(InputError, match="unpacks to many times its size"):
        tensors(path)
    # A directory that says less than there is in the member.
    content = bytearray(path.read_bytes())
    entry = content.rindex(b"PK\x01\x02")
    content[entry + 24 : entry + 28] = (100).to_bytes(4, "little")
    path.write_bytes(content)
    with pytest.raises(InputError, match="Bad CRC-32"):
        tensors(path)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("x/data.pkl", b"}.")
    with pytest.raises(InputError, match="compressed in a way that torch does not"):
        tensors(path)


def test_a_directory_of_too_many_files(tmp_path: Path) -> None:
    path = tmp_path / "a.pt"
    count = MOST_MEMBERS + 1
    directory = (b"PK\x01\x02" + bytes(42)) * count
    end = struct.pack("<4H2LH", 0, 0, count & 0xFFFF, count & 0xFFFF, len(directory), 0, 0)
    path.write_bytes(directory + b"PK\x05\x06" + end)
    with pytest.raises(InputError, match="an archive of more than"):
        tensors(path)


def test_a_compressed_copy_is_read(tmp_path: Path) -> None:
    torch.save({"a": torch.arange(1000.0)}, tmp_path / "a.pt")
    with (
        zipfile.ZipFile(tmp_path / "a.pt") as stored,
        zipfile.ZipFile(tmp_path / "b.pt", "w", zipfile.ZIP_DEFLATED) as packed,
    ):
        for name in stored.namelist():
            packed.writestr(name, stored.read(name))
    np.testing.assert_array_equal(tensors(tmp_path / "b.pt")["a"], np.arange(1000))


def test_garbage_where_the_pickle_should_be(tmp_path: Path) -> None:
    for data in (b"", b"\x80\x02", b"no pickle", b"\x80\x02]q\x00(", bytes(range(256))):
        with pytest.raises(InputError, match="refused: (truncated|damaged), or not a pickle"):
            tensors(write_zip(tmp_path / "a.pt", data))
    with zipfile.ZipFile(tmp_path / "b.pt", "w") as archive:
        archive.writestr("other", b"")
    with pytest.raises(InputError, match=r"no data\.pkl"):
        read_torch_file(tmp_path / "b.pt")
    with pytest.raises(InputError, match="cannot read"):
        read_torch_file(tmp_path / "missing.pt")


def test_what_is_no_ordinary_file(tmp_path: Path) -> None:
    path = tmp_path / "a.pkl"
    with path.open("wb") as file:
        file.truncate(5 << 30)  # of nothing: it takes no room
    with pytest.raises(InputError, match=r"a\.pkl: is larger than 4 GiB"):
        tensors(path)
    path.unlink()
    path.mkdir()
    with pytest.raises(InputError, match=r"a\.pkl: not a file"):
        tensors(path)


def test_the_pickles_of_an_old_file_share_one_limit(tmp_path: Path) -> None:
    """Each of five could make a million objects."""
    many = b"(" + b"}" * (MOST_STEPS // 2) + b"l."
    magic = b"\x80\x02\x8a\x0a" + MAGIC.to_bytes(10, "little") + b"."
    (tmp_path / "a.pt").write_bytes(magic + 4 * many)
    with pytest.raises(InputError, match="more objects than any checkpoint has"):
        read_torch_file(tmp_path / "a.pt")


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_half_numbers_count_as_the_float32_that_they_become(
    tmp_path: Path, dtype: torch.dtype
) -> None:
    half = torch.zeros(1 << 24, dtype=dtype)  # 32 MB
    torch.save({"a": half}, tmp_path / "once.pt")
    assert tensors(tmp_path / "once.pt")["a"].size == half.numel()
    torch.save({"a": half, "b": half}, tmp_path / "twice.pt")
    with pytest.raises(InputError, match="far more numbers than the file holds"):
        tensors(tmp_path / "twice.pt")


def test_a_large_file_that_is_no_zip_is_not_read_through(tmp_path: Path) -> None:
    """Of 3 GB, only the ends are looked at: pages read are counted, not seconds."""
    path = tmp_path / "a.pt"
    with path.open("wb") as file:
        file.truncate(3 << 30)
    before = read_bytes_so_far()
    with pytest.raises(InputError, match="it is no zip file"):
        read_torch_file(path)
    assert read_bytes_so_far() - before < 1 << 20


def read_bytes_so_far() -> int:
    """What this process has read, from files and from the cache of files."""
    return int(Path("/proc/self/io").read_text().splitlines()[0].removeprefix("rchar: "))
