"""The opcodes of pickles: how long each one's argument is, and what its bytes mean."""

import pickletools
import warnings
from collections.abc import Callable
from typing import Any

from rtsynth_models.checkpoints.pickles.values import Placeholder

LONGEST_NUMBER = 64  # bytes or digits

Reader = Callable[[bytes, int], tuple[Any, int]]


def _fixed(count: int) -> Reader:
    def read(data: bytes, at: int) -> tuple[bytes, int]:
        if at + count > len(data):
            raise EOFError
        return data[at : at + count], at + count

    return read


def _counted(size: int) -> Reader:
    def read(data: bytes, at: int) -> tuple[bytes, int]:
        end = at + size + int.from_bytes(data[at : at + size], "little")
        if end > len(data):
            raise EOFError
        return data[at + size : end], end

    return read


def _line(data: bytes, at: int) -> tuple[bytes, int]:
    end = data.find(b"\n", at)
    if end < 0:
        raise EOFError
    return data[at:end], end + 1


def _two_lines(data: bytes, at: int) -> tuple[tuple[bytes, bytes], int]:
    first, at = _line(data, at)
    second, at = _line(data, at)
    return (first, second), at


_READERS: dict[int, Reader] = {
    pickletools.UP_TO_NEWLINE: _line,
    pickletools.TAKEN_FROM_ARGUMENT1: _counted(1),
    pickletools.TAKEN_FROM_ARGUMENT4: _counted(4),
    pickletools.TAKEN_FROM_ARGUMENT4U: _counted(4),
    pickletools.TAKEN_FROM_ARGUMENT8U: _counted(8),
    **{count: _fixed(count) for count in (0, 1, 2, 4, 8)},
}


def _reader(opcode: pickletools.OpcodeInfo) -> Reader:
    if opcode.name in ("GLOBAL", "INST"):
        return _two_lines
    return _READERS[0 if opcode.arg is None else opcode.arg.n]


# The byte of an opcode -> (its name, what reads its argument).
OPCODES = {
    opcode.code.encode("latin-1"): (opcode.name, _reader(opcode)) for opcode in pickletools.opcodes
}


def little(raw: bytes) -> int:
    return int.from_bytes(raw, "little")


def signed(raw: bytes) -> Any:
    if len(raw) > LONGEST_NUMBER:
        return Placeholder("a number too long")
    return int.from_bytes(raw, "little", signed=True)


def decimal(raw: bytes) -> Any:
    if len(raw) > LONGEST_NUMBER:
        return Placeholder("a number too long")
    return {b"00": False, b"01": True}.get(raw) if raw in (b"00", b"01") else int(raw.rstrip(b"L"))


def to_float(raw: bytes) -> Any:
    return float(raw) if len(raw) <= LONGEST_NUMBER else Placeholder("a number too long")


def quoted(raw: bytes) -> bytes:
    """Python 2's text, as its repr."""
    raw = raw.strip()
    if len(raw) < 2 or raw[:1] != raw[-1:] or raw[:1] not in (b"'", b'"'):
        raise ValueError("no quotes")
    if b"\\" not in raw:
        return raw[1:-1]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of escapes that are none
        return raw[1:-1].decode("unicode-escape").encode("latin-1")


def utf8(raw: bytes) -> str:
    return raw.decode("utf-8", "surrogatepass")
