"""Pickles of arrays, of Python 2 and 3, are read exactly, and nothing in them runs."""

import pickle
from pathlib import Path

import numpy as np
import pytest

from rtsynth.common.errors import InputError
from rtsynth_models.checkpoints.pickles.table_of_arrays import read_arrays
from tests.models.checkpoints.samplernn_fixtures import THEANO, python2_pickle


def write(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def refused(path: Path) -> str:
    with pytest.raises(InputError) as info:
        read_arrays(path)
    line = str(info.value)
    assert "\n" not in line
    assert line.startswith(f"{path}: ")
    return line


@pytest.mark.parametrize("kind", ["<f4", ">f4", "<f8", "<f2", "<i8", "|u1"])
def test_arrays_come_back(tmp_path: Path, kind: str) -> None:
    random = np.random.default_rng(0)
    whole = (random.uniform(0, 100, (3, 5))).astype(kind)
    arrays = {"whole": whole, "turned": whole.T, "none": whole[:0], "one": whole[0, :1]}
    read = read_arrays(write(tmp_path / "a.pkl", python2_pickle(arrays)))
    assert read.keys() == arrays.keys()
    for name, array in arrays.items():
        np.testing.assert_array_equal(read[name], array)
        assert read[name].dtype == array.dtype


@pytest.mark.parametrize("path", THEANO, ids=lambda path: path.parent.name)
def test_the_fixtures_are_read_as_pickle_itself_reads_them(path: Path) -> None:
    """They were written by a real Python 2."""
    expected = pickle.loads(path.read_bytes(), encoding="latin-1")
    read = read_arrays(path)
    assert list(read) == list(expected)
    for name, array in expected.items():
        np.testing.assert_array_equal(read[name], array)


@pytest.mark.parametrize("protocol", range(6))
@pytest.mark.parametrize("numpy_1", [True, False])
def test_python_3_saves_them_in_any_protocol(tmp_path: Path, protocol: int, numpy_1: bool) -> None:
    random = np.random.default_rng(0)
    whole = random.standard_normal((3, 5)).astype("f4")
    arrays = {
        "whole": whole,
        "turned": whole.T,
        "part": whole[:, ::2],
        "big": whole.astype(">f8"),
        "none": whole[:0],
        "point": np.array(0.5),
    }
    for names in (arrays, {name.encode("latin-1"): array for name, array in arrays.items()}):
        data = pickle.dumps(names, protocol)
        if numpy_1:
            data = numpy_1_pickle(data)
        read = read_arrays(write(tmp_path / "a.pkl", data))
        assert list(read) == list(arrays)
        for name, array in arrays.items():
            np.testing.assert_array_equal(read[name], array)
            assert read[name].dtype == array.dtype


def numpy_1_pickle(data: bytes) -> bytes:
    """With the names that NumPy 1 gives its modules, which are a letter shorter."""
    for module in (b"multiarray", b"numeric"):
        new, old = b"numpy._core." + module, b"numpy.core." + module
        data = data.replace(b"c" + new + b"\n", b"c" + old + b"\n")
        sized = b"\x8c%c%s", b"X%c\x00\x00\x00%s"
        for form in sized:
            data = data.replace(form % (len(new), new), form % (len(old), old))
    assert b"_core" not in data
    # Frames say how long they are; a reader need not care.
    return data


@pytest.mark.parametrize(
    "call",
    [
        b"cos\nsystem\n(S'touch MARK'\ntR",
        b'c__builtin__\neval\n(S\'open("MARK", "w")\'\ntR',
        b'cbuiltins\nexec\n(S\'open("MARK", "w")\'\ntR',
        b"(S'touch MARK'\nios\nsystem\n",
        b"cnumpy.core.multiarray\nfromfile\n(S'MARK'\ntR",
        b"ccopy_reg\n_reconstructor\n(cos\nsystem\nc__builtin__\nobject\nNtR",
        b"cnumpy\nndarray.__class__\n",
    ],
)
def test_a_hostile_pickle_is_refused_and_nothing_runs(tmp_path: Path, call: bytes) -> None:
    mark = tmp_path / "ran"
    call = call.replace(b"MARK", str(mark).encode())
    path = write(tmp_path / "a.pkl", b"(dS'x'\n" + call + b"s.")
    assert "is not an array" in refused(path)
    assert not mark.exists()


def test_what_it_may_name_cannot_be_changed(tmp_path: Path) -> None:
    """A pickle can set attributes on whatever it holds; here there is nothing to set."""
    for name in (
        b"cnumpy\ndtype\n",
        b"cnumpy\nndarray\n",
        b"cnumpy.core.multiarray\n_reconstruct\n",
    ):
        refused(write(tmp_path / "a.pkl", b"(dS'x'\n" + name + b"(dS'evil'\nI1\nsbs."))
    good = write(tmp_path / "b.pkl", python2_pickle({"x": np.arange(3.0)}))
    np.testing.assert_array_equal(read_arrays(good)["x"], np.arange(3.0))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"(I2\n", b"(I3\n"),  # more numbers than there are
        (b"(I2\n", b"(I-2\n"),
        (b"(I2\n", b"(I9999999999999999999\n"),
        (b"S'f4'", b"S'O8'"),  # objects: pickles within the pickle
        (b"S'f4'", b"S'V4'"),
        (b"S'<'", b"S'!'"),
        (b"S'<'", b"N"),
        (b"(cnumpy\nndarray\n", b"(N"),
        (b"tbI00", b"I00"),
    ],
)
def test_arrays_that_make_no_sense(tmp_path: Path, old: bytes, new: bytes) -> None:
    data = python2_pickle({"x": np.zeros(2, np.float32)})
    assert data.count(old) == 1
    refused(write(tmp_path / "a.pkl", data.replace(old, new)))


def test_anything_but_a_table_of_arrays(tmp_path: Path) -> None:
    for data in (b"I1\n.", b"(d.", b"(dS'x'\nI1\ns.", b"(l.", b"(dcnumpy\nndarray\nI1\ns."):
        refused(write(tmp_path / "a.pkl", data))


def test_truncated_files(tmp_path: Path) -> None:
    data = THEANO[0].read_bytes()
    for length in (0, 1, 10, len(data) // 2, len(data) - 2, len(data) - 1):
        refused(write(tmp_path / "a.pkl", data[:length]))
    assert "truncated" in refused(write(tmp_path / "a.pkl", b""))
    assert "no such file" in refused(tmp_path / "nowhere.pkl").lower()


def test_what_is_no_ordinary_file(tmp_path: Path) -> None:
    path = tmp_path / "a.pkl"
    with path.open("wb") as file:
        file.truncate(5 << 30)  # of nothing: it takes no room
    with pytest.raises(InputError, match=r"a\.pkl: is larger than 4 GiB"):
        read_arrays(path)
    path.unlink()
    path.mkdir()
    with pytest.raises(InputError, match=r"a\.pkl: not a file"):
        read_arrays(path)
