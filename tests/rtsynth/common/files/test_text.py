"""Text files in the encodings that programs save them in, and what is none."""

from pathlib import Path

import pytest

from rtsynth.common.errors import InputError
from rtsynth.common.files.text import opened_text, read_text

TEXT = "für\nzwei\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_every_encoding_with_a_mark_and_every_line_end(
    tmp_path: Path, encoding: str, ending: str
) -> None:
    path = tmp_path / "x.txt"
    path.write_bytes(TEXT.replace("\n", ending).encode(encoding))
    assert read_text(path, 100, "a test") == TEXT
    with opened_text(path) as file:
        assert file.read() == TEXT


def test_big_endian(tmp_path: Path) -> None:
    path = tmp_path / "x.txt"
    path.write_bytes(b"\xfe\xff" + TEXT.encode("utf-16-be"))
    assert read_text(path, 100, "a test") == TEXT


@pytest.mark.parametrize("ending", [b"\n", b"\r\n", b"\r"])
def test_another_encoding_is_refused_by_its_line(tmp_path: Path, ending: bytes) -> None:
    path = tmp_path / "x.txt"
    path.write_bytes(b"one" + ending + b"two" + ending + b"f\xfcr" + ending)
    with pytest.raises(InputError, match=r"x\.txt: line 3: not a text in UTF-8 .*save it as UTF-8"):
        read_text(path, 100, "a test")
    with pytest.raises(InputError, match="not a text in UTF-8"), opened_text(path) as file:
        file.read()


def test_zeros_are_no_text(tmp_path: Path) -> None:
    path = tmp_path / "x.txt"
    path.write_bytes("one".encode("utf-16-le"))
    with pytest.raises(InputError, match="not a text file"):
        read_text(path, 100, "a test")


def test_what_is_not_there_or_too_large(tmp_path: Path) -> None:
    path = tmp_path / "x.txt"
    with pytest.raises(InputError, match="cannot be read"):
        read_text(path, 100, "a test")
    with pytest.raises(InputError, match="cannot be read"), opened_text(tmp_path):
        pass
    path.write_bytes(b"x" * 101)
    with pytest.raises(InputError, match="larger than 0.0001 MB; this is not a test"):
        read_text(path, 100, "a test")
