"""Pickles are read in bounded time and memory, whatever they say, and nothing in them runs."""

import contextlib
import pickle
import pickletools
import time
import tracemalloc

import pytest

from rtsynth_models.checkpoints.pickles.arrays import ARRAYS
from rtsynth_models.checkpoints.pickles.machine import MOST_STEPS, PickleMachine
from rtsynth_models.checkpoints.pickles.values import Damaged, Placeholder

VALUES = {
    "text": ["a\nb", "\xe9", "x" * 300, "y" * 70_000, "\U0001f600"],
    "bytes": [b"", b"ab\n", b"c" * 300],
    "numbers": [0, -1, 300, 70_000, 1 << 40, -(1 << 200), 1.5, None, True, False],
    "more": ((), (1, 2, 3, 4), {1: "a"}, [[]]),
}


def load(data: bytes) -> object:
    return PickleMachine(data, ARRAYS).load()[0]


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_plain_values_in_every_protocol(protocol: int) -> None:
    data = pickle.dumps([VALUES, list(range(1000)), VALUES["text"]], protocol)
    assert load(data) == [VALUES, list(range(1000)), VALUES["text"]]
    value, end = PickleMachine(b"???" + data + b"rest", ARRAYS).load(3)
    assert (value, end) == (load(data), 3 + len(data))
    for size in range(0, len(data), len(data) // 50):
        with pytest.raises(Damaged, match="truncated|damaged"):
            load(data[:size])


def test_every_opcode_is_known() -> None:
    for opcode in pickletools.opcodes:
        # Enough of anything on the stack, and an argument that any of them may have.
        data = b"}}(}}" + opcode.code.encode("latin-1") + b"0\n0\n" + bytes(20) + b"."
        with contextlib.suppress(Damaged):
            load(data)
    with pytest.raises(Damaged, match="at byte 1"):
        load(b"}\xff.")


class Call:
    def __init__(self, function, *arguments) -> None:
        self.call = (function, arguments)

    def __reduce__(self):
        return self.call


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
@pytest.mark.parametrize("function", [eval, exec, __import__, getattr, open, print])
def test_a_call_becomes_an_inert_placeholder(protocol: int, function, capsys) -> None:
    value = load(pickle.dumps([Call(function, "print('ran')")], protocol))
    assert isinstance(value, list)
    assert isinstance(value[0], Placeholder)
    assert value[0].name.endswith(function.__name__)
    assert value[0].arguments == ("print('ran')",)
    assert capsys.readouterr().out == ""


# (N, N), then each pair holds the one before twice: 2^depth to hash or to show.
NESTED = b"NN\x86" + b"2\x86" * 40
MANY = MOST_STEPS + 10
HOSTILE = {
    "a nested tuple as a key": b"}" + NESTED + b"Ns.",
    "a nested tuple as a key of many": b"(" + NESTED + b"Nd.",
    "a nested tuple in a set": b"\x8f(" + NESTED + b"\x90.",
    "numbers with the same hash": b"}("
    + b"".join(b"\x8a\x0b%sN" % (k * ((1 << 61) - 1)).to_bytes(11, "little") for k in range(20_000))
    + b"u.",
    "a nested tuple as arguments": b"ccollections\nOrderedDict\n" + NESTED + b"R.",
    "a long number": b"\x8b" + (1 << 20).to_bytes(4, "little") + b"\x7f" * (1 << 20) + b".",
    "a long number in digits": b"L" + b"9" * (1 << 20) + b"L\n.",
    "a high index": b"}r\xff\xff\xff\x7f.",
    "a very high index": b"}r\xff\xff\xff\xff.",
    "an index in digits": b"}p99999999999999999999\n.",
    "an index of many digits": b"}p" + b"9" * 100_000 + b"\n.",
    "many tables": b"}" * MANY + b".",
    "many sets": b"\x8f" * MANY + b".",
    "many marks": b"(" * MANY + b".",
    "many tuples in tuples": b")" + b"\x85" * MANY + b".",
    "a text copied many times": b"c_codecs\nencode\nq\x00X\x00\x00\x10\x00"
    + b"x" * (1 << 20)
    + b"q\x01h\x00(h\x01X\x06\x00\x00\x00latin1tq\x02R"
    + b"h\x00h\x02R" * 100_000
    + b".",
    "a long name many times": b"X\x00\x00\x10\x00" + b"x" * (1 << 20) + b"q\x00"
    + b"h\x00h\x00\x93" * 100_000
    + b".",
    "many arguments many times": b"ccollections\nOrderedDict\nq\x00("
    + b"N" * 100_000
    + b"tq\x01"
    + b"h\x00h\x01R0" * 100_000
    + b".",
    "a table copied many times": b"ccollections\nOrderedDict\nq\x00(("
    + b"".join(b"M%sN" % number.to_bytes(2, "little") for number in range(60_000))
    + b"dtq\x01"
    + b"h\x00h\x01R" * 10_000
    + b".",
}  # fmt: skip


@pytest.mark.measure
@pytest.mark.parametrize("name", HOSTILE)
def test_nothing_takes_more_than_its_size(name: str) -> None:
    """Some of these are read, others refused: quickly, and in little memory."""
    data = HOSTILE[name]
    start = time.process_time()
    said = complaint(data)
    assert time.process_time() - start < 8
    assert len(said) < 200
    # Tracing makes it slow. A step takes 130 bytes at most, so all that there may be 130 MB.
    part = data[: 1 << 17]
    tracemalloc.start()
    complaint(part)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 130 * len(part) + (6 << 20)


def complaint(data: bytes) -> str:
    """What is said of a pickle; nothing of one that can be read."""
    try:
        load(data)
    except Damaged as error:
        return str(error)
    return ""


@pytest.mark.parametrize(
    "data",
    [b"", b"R.", b"(R.", b"b.", b"Nb.", b"(s.", b"u.", b"h\x00.", b"}(NNNu.", b"(2.", b"(q\x00."],
)
def test_what_takes_more_than_there_is_is_damaged(data: bytes) -> None:
    assert complaint(data).startswith(("damaged", "truncated"))
