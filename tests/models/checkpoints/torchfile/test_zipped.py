"""Files of torch.save are read exactly, and nothing in them runs."""

import os
import pickle
import struct
import zipfile
from collections import OrderedDict
from pathlib import Path

import numpy as np
import pytest
import torch

from rtsynth.common.errors import InputError
from rtsynth_models.checkpoints.pickles.values import Placeholder
from rtsynth_models.checkpoints.torchfile.zipped import (
    MOST_MEMBERS,
    read_state_dict,
    read_torch_file,
)
from tests.models.checkpoints.torchfile.archives import Hostile, tensors, write_zip

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
