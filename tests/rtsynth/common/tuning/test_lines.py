"""Lines that count, in whatever 8-bit text they are."""

from pathlib import Path

import pytest

from rtsynth.common.errors import InputError
from rtsynth.common.tuning.lines import LARGEST_BYTES, read_lines


@pytest.mark.parametrize("data", ["! c\r\ncafé 1\r\n", "! c\ncafé 1\n", "\ufeff! c\ncafé 1\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "latin-1"])
def test_comments_go_and_lines_keep_their_numbers(tmp_path: Path, data: str, encoding: str) -> None:
    path = tmp_path / "a.scl"
    path.write_bytes(data.encode(encoding, "ignore"))
    line, last = read_lines(path, "a scale")
    assert (line.where, line.text, line.first) == (f"{path}: line 2", "café 1", "café")
    assert (last.text, last.first, last.shown) == ("", "", "''")


def test_what_is_no_text_or_too_large(tmp_path: Path) -> None:
    path = tmp_path / "a.scl"
    for data, refusal in ((b"a\0b", "zero bytes"), (b"a" * (LARGEST_BYTES + 1), "not a scale")):
        path.write_bytes(data)
        with pytest.raises(InputError, match=refusal):
            read_lines(path, "a scale")
    with pytest.raises(InputError, match=r"missing.*cannot be read"):
        read_lines(tmp_path / "missing", "a scale")
