"""The arguments of opcodes: their length, and the values of their bytes."""

import pickle
import pickletools

import pytest

from rtsynth_models.checkpoints.pickles.arguments import (
    LONGEST_NUMBER,
    OPCODES,
    decimal,
    little,
    quoted,
    signed,
    to_float,
    utf8,
)
from rtsynth_models.checkpoints.pickles.values import Placeholder

VALUES = [
    0,
    -1,
    255,
    70_000,
    1 << 70,
    1.5,
    "a\nb",
    "\xe9" * 300,
    b"ab\n",
    b"c" * 300,
    [1],
    {"k": 2},
]


@pytest.mark.parametrize("protocol", range(6))
def test_every_argument_is_as_long_as_pickletools_says(protocol: int) -> None:
    data = pickle.dumps(VALUES, protocol)
    at = 0
    for opcode, _, start in pickletools.genops(data):
        assert at == start
        name, read = OPCODES[data[at : at + 1]]
        assert name == opcode.name
        _, at = read(data, at + 1)
    assert at == len(data)


@pytest.mark.parametrize("opcode", [b"K", b"M", b"J", b"G", b"U", b"X", b"B", b"I", b"c"])
def test_an_argument_that_is_cut_off_is_noticed(opcode: bytes) -> None:
    with pytest.raises(EOFError):
        OPCODES[opcode][1](opcode + b"\xff"[: opcode not in b"IcK"], 1)


def test_numbers() -> None:
    assert little(b"\x01\x02") == 0x201
    assert signed(b"\xff") == -1
    assert [decimal(raw) for raw in (b"00", b"01", b"1", b"-12L")] == [False, True, 1, -12]
    assert to_float(b"1e3") == 1000.0
    long = b"1" * (LONGEST_NUMBER + 1)
    assert all(isinstance(read(long), Placeholder) for read in (signed, decimal, to_float))


def test_texts() -> None:
    assert quoted(b"'a\\x41\\n'") == b"aA\n"
    assert quoted(b'"plain" ') == b"plain"
    for raw in (b"", b"'", b"'a\"", b"a"):
        with pytest.raises(ValueError, match="no quotes"):
            quoted(raw)
    assert utf8("\xe9".encode()) == "\xe9"
