"""Tensors of a torch.save file: within their storage, each once, read as float32."""

import pickle
from pathlib import Path

import numpy as np
import pytest
import torch

from rtsynth.common.errors import InputError
from tests.models.checkpoints.torchfile.archives import tensors, write_zip


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
