"""Checkpoints are read exactly, and nothing in them runs."""

import io
import os
import pickle
import zipfile
from collections import OrderedDict
from pathlib import Path

import numpy as np
import pytest
import torch

from rtsynth.errors import InputError
from rtsynth_models.torchzip import read_torch_file


def write_zip(path: Path, data: bytes, storages: dict[str, bytes] | None = None) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("x/data.pkl", data)
        for key, content in (storages or {}).items():
            archive.writestr(f"x/data/{key}", content)
    return path


@pytest.mark.parametrize(
    "dtype", [torch.float32, torch.float64, torch.float16, torch.int64, torch.uint8, torch.bool]
)
def test_reads_what_torch_saves(tmp_path: Path, dtype: torch.dtype) -> None:
    whole = torch.arange(24).reshape(4, 6).to(dtype)
    saved = OrderedDict(
        whole=whole, turned=whole.t(), part=whole[1:3, ::2], scalar=whole[2, 3], none=whole[:0]
    )
    torch.save({"tensors": saved, "text": "é", "numbers": [1, 2.5, None, True]}, tmp_path / "a.pt")
    read = read_torch_file(tmp_path / "a.pt")
    assert read["text"] == "é"
    assert read["numbers"] == [1, 2.5, None, True]
    for name, tensor in saved.items():
        np.testing.assert_array_equal(read["tensors"][name], tensor.numpy())


def test_reads_parameters(tmp_path: Path) -> None:
    torch.save(torch.nn.Parameter(torch.ones(3)), tmp_path / "a.pt")
    np.testing.assert_array_equal(read_torch_file(tmp_path / "a.pt"), np.ones(3, np.float32))


@pytest.mark.parametrize("dtype", [torch.float32, torch.float16, torch.int64, torch.bool])
def test_reads_what_torch_saved_before_1_6(tmp_path: Path, dtype: torch.dtype) -> None:
    whole = torch.arange(24).reshape(4, 6).to(dtype)
    saved = OrderedDict(whole=whole, turned=whole.t(), part=whole[1:3, ::2], none=whole[:0])
    saved["other"] = torch.nn.Parameter(torch.ones(3))
    path = tmp_path / "a.pt"
    data = {"tensors": saved, "text": "é", "epoch": 3}
    torch.save(data, path, _use_new_zipfile_serialization=False)
    read = read_torch_file(path)
    assert (read["text"], read["epoch"]) == ("é", 3)
    for name, tensor in saved.items():
        np.testing.assert_array_equal(read["tensors"][name], tensor.detach().numpy())
    content = path.read_bytes()
    for size in range(20, len(content), len(content) // 19):
        path.write_bytes(content[:size])
        with pytest.raises(InputError, match=r"a\.pt: refused") as error:
            read_torch_file(path)
        assert "\n" not in str(error.value)


def test_an_old_file_runs_nothing_either(tmp_path: Path) -> None:
    mark = tmp_path / "ran"
    path = tmp_path / "a.pt"
    hostile = {"x": Hostile(os.system, f"touch {mark}")}
    torch.save(hostile, path, _use_new_zipfile_serialization=False)
    with pytest.raises(InputError, match=r"a\.pt: refused: it wants to call"):
        read_torch_file(path)
    assert not mark.exists()


def test_six_bytes_do_not_take_all_memory(tmp_path: Path) -> None:
    for data in (b"(dr\x00\x00\x00\x10.", b"(dp268435456\n.", b"(dq\xff."):
        with pytest.raises(InputError, match=r"a\.pt: refused: it keeps something at place"):
            read_torch_file(write_zip(tmp_path / "a.pt", data))
    with pytest.raises(InputError, match="more numbers than its storage"):
        many = tensor_pickle(0, (1 << 30,), (0,), 4)
        read_torch_file(write_zip(tmp_path / "a.pt", many, {"0": bytes(16)}))


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
    path = write_zip(tmp_path / "a.pt", pickle.dumps({"model_state_dict": hostile}, protocol=2))
    with pytest.raises(InputError, match=r"a\.pt: refused: it wants to call") as error:
        read_torch_file(path)
    assert "\n" not in str(error.value)
    assert not mark.exists()


def test_a_listed_class_becomes_a_record_and_its_code_does_not_run(tmp_path: Path) -> None:
    stream = io.BytesIO(b"\x80\x02cos\nsystem\n)\x81}X\x01\x00\x00\x00aK\x01sb.")
    path = write_zip(tmp_path / "a.pt", stream.getvalue())
    record = read_torch_file(path, frozenset({"os.system"}))  # even such a name is only a name
    assert record.fields == {"a": 1}


def tensor_pickle(offset: int, shape: tuple, strides: tuple, count: int) -> bytes:
    """What torch.save writes for one float tensor, with any numbers."""
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
        PROTO + b"\x02" + GLOBAL + b"torch._utils\n_rebuild_tensor_v2\n" + MARK + storage
        + pickle.BINPERSID + number(offset) + numbers(shape) + numbers(strides)
        + pickle.NEWFALSE + pickle.EMPTY_DICT + pickle.TUPLE + pickle.REDUCE + STOP
    )  # fmt: skip


@pytest.mark.parametrize(
    ("offset", "shape", "strides", "count", "complaint"),
    [
        (0, (5,), (1,), 4, "reaches beyond"),
        (3, (2,), (1,), 4, "reaches beyond"),
        (0, (2, 2), (1000, 1), 4, "reaches beyond"),
        (-1, (2,), (1,), 4, "negative"),
        (0, (2,), (-1,), 4, "negative"),
        (0, (2,), (1, 1), 4, "no strides"),
        (0, (4,), (1,), 400, "holds 4 numbers, not 400"),
    ],
)
def test_tensors_cannot_reach_beyond_their_storage(
    tmp_path: Path, offset: int, shape: tuple, strides: tuple, count: int, complaint: str
) -> None:
    good = write_zip(tmp_path / "good.pt", tensor_pickle(0, (4,), (1,), 4), {"0": bytes(16)})
    np.testing.assert_array_equal(read_torch_file(good), np.zeros(4))
    data = tensor_pickle(offset, shape, strides, count)
    with pytest.raises(InputError, match=complaint):
        read_torch_file(write_zip(tmp_path / "a.pt", data, {"0": bytes(16)}))


def test_damaged_files_give_one_clear_line(tmp_path: Path) -> None:
    torch.save({"a": torch.ones(1000)}, tmp_path / "whole.pt")
    whole = (tmp_path / "whole.pt").read_bytes()
    path = tmp_path / "a.pt"
    for size in range(0, len(whole), len(whole) // 23):
        path.write_bytes(whole[:size])
        with pytest.raises(InputError, match=r"a\.pt") as error:
            read_torch_file(path)
        assert "\n" not in str(error.value)


def test_garbage_where_the_pickle_should_be(tmp_path: Path) -> None:
    for data in (b"", b"\x80\x02", b"no pickle", b"\x80\x02]q\x00(", bytes(range(256))):
        with pytest.raises(InputError, match="refused"):
            read_torch_file(write_zip(tmp_path / "a.pt", data))
    with zipfile.ZipFile(tmp_path / "b.pt", "w") as archive:
        archive.writestr("other", b"")
    with pytest.raises(InputError, match=r"no data\.pkl"):
        read_torch_file(tmp_path / "b.pt")
    with pytest.raises(InputError, match="cannot read"):
        read_torch_file(tmp_path / "missing.pt")
