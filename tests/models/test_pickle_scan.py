"""Where a pickle ends, whoever wrote it, without running it."""

import pickle
import pickletools

import pytest

from rtsynth_models.pickle_scan import end_of_pickle
from tests.models.samplernn_fixtures import THEANO

VALUES = {
    "text": ["a\nb", "\xe9", "x" * 300, "y" * 70_000],
    "bytes": [b"", b"ab\n", b"c" * 300, bytearray(b"d")],
    "numbers": [0, -1, 300, 70_000, 1 << 40, 1 << 3000, 1.5, None, True],
    "more": ({1, 2}, frozenset({3}), (), (1, 2, 3, 4), complex(1, 2), range(3)),
}


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_pickles_of_every_protocol(protocol: int) -> None:
    data = pickle.dumps([VALUES, list(range(1000)), VALUES["text"]], protocol)
    assert end_of_pickle(data) == len(data)
    assert end_of_pickle(b"???" + data + b"rest", 3) == 3 + len(data)
    for size in range(0, len(data), len(data) // 50):
        with pytest.raises(EOFError):
            end_of_pickle(data[:size])


@pytest.mark.parametrize("path", THEANO, ids=lambda path: path.parent.name)
def test_strings_that_are_no_text(path: object) -> None:
    """Python 2's, which pickletools cannot read."""
    data = path.read_bytes()
    assert end_of_pickle(data) == len(data)


def test_every_opcode_is_known() -> None:
    assert {opcode.arg.n for opcode in pickletools.opcodes if opcode.arg is not None} <= {
        1, 2, 4, 8, -1, -2, -3, -4, -5,
    }  # fmt: skip
    with pytest.raises(pickle.UnpicklingError, match="byte 1 is no opcode"):
        end_of_pickle(b"}\xff.")
