"""The harness itself: it sees crashes, hangs, growth, tracebacks, and long texts."""

import sys
from pathlib import Path

import pytest

from tests.fuzz.harness import try_mutants

pytestmark = [
    pytest.mark.system,
    pytest.mark.skipif(sys.platform != "linux", reason="limits of a process"),
]

READER = """
import ctypes
import os
from pathlib import Path

from rtsynth.common.errors import InputError

MUTANTS = 4
NAME = "x.txt"


def original() -> bytes:
    return b"good"


def mutant(seed: int) -> bytes:
    return b"bad" if seed == 2 else b"other" if seed == 3 else b"good"


def read(path: Path) -> None:
    if path.read_bytes() == b"other":
        raise InputError("x.txt: is another")
    if path.read_bytes() == b"bad":
        FAULT
"""
FAULTS = {
    "ctypes.string_at(0)": "bad_reader 2: ended by SIGSEGV",
    "os._exit(3)": "bad_reader 2: status 3",
    "while True: pass": "bad_reader 2: takes more than 1 s",
    "b'x' * (600 << 20)": "bad_reader 2: grew by",
    "bytes(3 << 30)": "bad_reader 2: MemoryError:  at bad_reader.py:24",
    "{}['x']": "bad_reader 2: KeyError: 'x' at bad_reader.py:24",
    "raise InputError('ab' * 9000)": "bad_reader 2: says more than a line: 'abab",
}


@pytest.mark.measure
@pytest.mark.parametrize("fault", FAULTS)
def test_every_fault_is_seen(fault: str, tmp_path: Path) -> None:
    file = tmp_path / "bad_reader.py"
    file.write_text(READER.replace("FAULT", fault), encoding="utf-8")
    outcome = try_mutants(file, range(4), processes=1, cpu_s=1)
    (failure,) = outcome.failures
    assert failure.startswith(FAULTS[fault])
    assert (outcome.accepted, outcome.refused) == (2, 1)


def test_one_that_takes_long_once_is_no_fault(tmp_path: Path) -> None:
    file, mark = tmp_path / "bad_reader.py", tmp_path / "mark"
    fault = f"first = not Path({str(mark)!r}).exists(); Path({str(mark)!r}).touch()"
    file.write_text(
        READER.replace("FAULT", f"{fault}\n        while first: pass"), encoding="utf-8"
    )
    outcome = try_mutants(file, range(4), processes=1, cpu_s=1)
    assert (outcome.accepted, outcome.refused, outcome.failures) == (3, 1, [])


def test_mutants_are_shared_out(tmp_path: Path) -> None:
    file = tmp_path / "bad_reader.py"
    file.write_text(READER.replace("FAULT", "pass"), encoding="utf-8")
    outcome = try_mutants(file, range(11), processes=3)
    assert (outcome.accepted, outcome.refused, outcome.failures) == (10, 1, [])
