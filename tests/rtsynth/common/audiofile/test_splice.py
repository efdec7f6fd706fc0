"""Other bytes in front of a part of a file, read as one file."""

import io
import os

import pytest

from rtsynth.common.audiofile.splice import Splice


@pytest.fixture
def spliced() -> Splice:
    return Splice(io.BytesIO(b"0123456789"), b"head", 3, 7)


def test_reads_across_the_seam(spliced: Splice) -> None:
    assert [spliced.read(3), spliced.read(3), spliced.read(99), spliced.read(1)] == [
        b"hea", b"d34", b"56", b"",
    ]  # fmt: skip
    assert spliced.error is None


def test_seeks_as_a_file_does(spliced: Splice) -> None:
    assert spliced.seek(-2, os.SEEK_END) == spliced.tell() == 6
    assert spliced.read(9) == b"56"
    assert spliced.seek(2) == 2
    assert spliced.seek(3, os.SEEK_CUR) == 5
    assert spliced.read(1) == b"4"
    assert spliced.seek(-99) == 0


def test_an_empty_part_is_the_head_alone() -> None:
    assert Splice(io.BytesIO(b"0123"), b"head", 3, 1).read(99) == b"head"


def test_nothing_is_raised_into_a_decoder() -> None:
    class Broken(io.BytesIO):
        def read(self, _size: int | None = -1) -> bytes:
            raise OSError("unreadable")

    spliced = Splice(Broken(), b"head", 0, 4)
    assert spliced.read(6) == b"head"
    assert str(spliced.error) == "unreadable"
