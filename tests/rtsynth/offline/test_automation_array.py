"""Arrays of parameters: what they become, and every mistake as one line."""

from pathlib import Path

import numpy as np
import pytest

from rtsynth.common.errors import InputError
from rtsynth.offline.automation import batch_size, read_automation
from rtsynth.plugin import Plugin
from tests.rtsynth.control.recording_engine import PARAMETERS
from tests.rtsynth.offline.moves import PLUGIN, told

# ---------------------------------------------------------------------------------------- .npy


def npy(header: str, numbers: bytes = bytes(96)) -> bytes:
    text = header.encode().ljust(117) + b"\n"
    return b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text + numbers


def test_arrays_that_say_more_than_they_hold(tmp_path: Path) -> None:
    path = tmp_path / "a.npy"
    for shape in ("(1000, 3)", f"({1 << 40}, {1 << 40})", f"({1 << 62}, 3)"):
        path.write_bytes(npy(f"{{'descr': '<f8', 'fortran_order': False, 'shape': {shape}}}"))
        with pytest.raises(InputError, match=r"not a \.npy file of numbers"):
            read_automation(f"{path}:100", PLUGIN)


def test_arrays_that_python_2_wrote(tmp_path: Path) -> None:
    """Their sizes are long numbers, 4L, of which NumPy warns."""
    path = tmp_path / "a.npy"
    values = ROWS[:1].astype(float)
    text = "{'descr': '<f8', 'fortran_order': False, 'shape': (1L, 4L)}"
    path.write_bytes(npy(text, values.tobytes()))
    np.save(tmp_path / "b.npy", values)
    assert told(read_automation(f"{path}:100", PLUGIN)) == told(
        read_automation(f"{tmp_path}/b.npy:100", PLUGIN)
    )


ROWS = np.array([[0, 0.5, 69, 10], [0, 0.5, 70, 10], [1, 0.5, 70, 10]], np.float32)


@pytest.mark.parametrize("array", [ROWS, ROWS[None], np.stack([ROWS, ROWS + 1])])
def test_arrays_become_what_changes(tmp_path: Path, array: np.ndarray) -> None:
    np.save(tmp_path / "a.npy", array)
    assert told(read_automation(f"{tmp_path}/a.npy:100", PLUGIN)) == [
        (0.0, "instrument", 0.0), (0.0, "amplitude", 0.5), (0.0, "pitch", 69.0),
        (0.0, "rate", 10.0), (0.01, "pitch", 70.0), (0.02, "instrument", 1.0),
    ]  # fmt: skip


def test_one_parameter_may_be_one_dimensional(tmp_path: Path) -> None:
    manifest = PLUGIN.manifest.model_copy(update={"parameters": [PARAMETERS[3]]})
    np.save(tmp_path / "a.npy", np.array([1, 2, 2, 100.00001]))
    events = list(read_automation(f"{tmp_path}/a.npy:2", Plugin(manifest, {})))
    assert told(events) == [(0.0, "rate", 1.0), (0.5, "rate", 2.0), (1.5, "rate", 100.0)]


@pytest.mark.parametrize(
    ("array", "message"),
    [
        (np.zeros((3, 2)), "has shape [3, 2]; the plugin expects [T, 4]"),
        (np.zeros(3), "has shape [3]"),
        (np.zeros((0, 3, 4)), "has shape [0, 3, 4]"),
        (np.zeros((0, 4)), "has shape [0, 4]"),
        (np.array([["a"]]), "not a .npy file of numbers"),
        (np.zeros((2, 3, 3)), "has shape [2, 3, 3]"),
        (np.zeros((1, 1, 3, 4)), "has shape [1, 1, 3, 4]"),
        (np.zeros((2, 0, 4)), "has shape [2, 0, 4]"),
        (np.array(1.0), "has shape []"),
        (np.zeros((3, 4), complex), "not a .npy file of numbers"),
        (np.where(ROWS == 70, np.inf, ROWS), "row 1, column 2 (pitch): inf is not in 64..76"),
        (ROWS * np.nan, "row 0, column 0 (instrument): nan is not in 0..1"),
        (ROWS * np.array([1, 1, 2, 1]), "row 0, column 2 (pitch): 138 is not in 64..76"),
    ],
)
def test_mistakes_in_arrays(tmp_path: Path, array: np.ndarray, message: str) -> None:
    np.save(tmp_path / "a.npy", array)
    with pytest.raises(InputError) as error:
        read_automation(f"{tmp_path}/a.npy:100", PLUGIN)
    assert message in str(error.value)


def test_pickles_are_not_loaded(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", np.array([{}], object), allow_pickle=True)
    with pytest.raises(InputError, match=r"not a \.npy file"):
        read_automation(f"{tmp_path}/a.npy:100", PLUGIN)


@pytest.mark.parametrize(
    ("suffix", "message"),
    [
        ("", "for example"),
        (":", "'' is not a rate"),
        (":0", "'0' is not a rate; write for example"),
        (":nan", "'nan' is not a rate"),
        (":-5", "'-5' is not a rate"),
        (":inf", "'inf' is not a rate"),
    ],
)
def test_arrays_need_a_rate(tmp_path: Path, suffix: str, message: str) -> None:
    np.save(tmp_path / "a.npy", ROWS)
    with pytest.raises(InputError, match=message):
        read_automation(f"{tmp_path}/a.npy{suffix}", PLUGIN)


def test_an_array_of_several_is_for_a_batch(tmp_path: Path) -> None:
    """Each rendering has its own rows, and there are no more."""
    path = tmp_path / "a.npy"
    np.save(path, np.stack([ROWS[:1], ROWS[1:2], ROWS[2:]]))
    assert batch_size(f"{path}:100") == 3
    for number, pitch, instrument in ((0, 69, 0), (1, 70, 0), (2, 70, 1)):
        events = list(read_automation(f"{path}:100", PLUGIN, number=number))
        values = {event.name: event.value for event in events}
        assert (values["pitch"], values["instrument"]) == (pitch, instrument)
    with pytest.raises(InputError, match=r"a\.npy: is for 3 renderings; --batch asks for more"):
        read_automation(f"{path}:100", PLUGIN, number=3)
    np.save(path, np.zeros((0, 4, 4)))
    with pytest.raises(InputError, match=r"a\.npy: has shape \[0, 4, 4\]; no render can use it"):
        batch_size(f"{path}:100")
    np.save(path, ROWS)
    assert batch_size(f"{path}:100") == 1
    assert batch_size("not-there.csv") == 1


DAMAGED = [
    b"", b"PK\3\4", b"\x93NUMPY\1\0", b"\x93NUMPY\1\0\xff\xff{", b"time_s,pitch\n0,69\n",
    # A header that promises far more than there is.
    b"\x93NUMPY\1\0v\0" + b"{'descr': '<f8', 'fortran_order': False, 'shape': (99999999999999,)}"
    .ljust(117) + b"\n",
    b"\x93NUMPY\1\0v\0" + b"{'descr': '<f8', 'fortran_order': False, 'shape': (9,)}".ljust(117)
    + b"\n",
    # What Python's own parser says of a header.
    *(b"\x93NUMPY\1\0v\0" + header.ljust(117) + b"\n" for header in (
        b"{'descr': (((, 'fortran_order': False", b"(" * 117, b"9" * 117, b"{'descr': [[]]}",
        b"{'descr': '<f8', 'fortran_order': False, 'shape': (-1,)}", b"'\\N{", b"{1: 2}",
        b"{'descr': '<f8', 'fortran_order': False, 'shape': (0, 99999999999999999999)}",
    )),
]  # fmt: skip


@pytest.mark.parametrize("content", DAMAGED, ids=range(len(DAMAGED)))
def test_damaged_arrays(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.npy").write_bytes(content)
    with pytest.raises(InputError, match=r"a\.npy: not a \.npy file of numbers") as error:
        read_automation(f"{tmp_path}/a.npy:100", PLUGIN)
    assert "\n" not in str(error.value)
