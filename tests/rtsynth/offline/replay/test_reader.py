"""Reading an event log: damage is refused by its line, an end that was cut off is none."""

import re
from pathlib import Path

import pytest

from rtsynth.common.errors import InputError
from rtsynth.host.event_lines import FORMAT, LARGEST_LINE, Block, Done, Head, to_text
from rtsynth.offline.replay.reader import LogReader

HEAD = to_text(Head(FORMAT, "1.0", "abc", 48_000))
BLOCK, DONE = to_text(Block(0, 64)), to_text(Done(64, None))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "take.events"


@pytest.mark.parametrize("cut", range(len(DONE)))
def test_a_last_line_that_is_not_whole_is_left_out(path: Path, cut: int) -> None:
    path.write_text(HEAD + BLOCK + DONE[:cut])
    reader = LogReader(path)
    assert reader.head.rate_hz == 48_000
    assert list(reader) == [Block(0, 64)]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", ": not an event log; rtsynth play --log FILE writes one"),
        ("RIFF\nxx\n", ": not an event log"),
        (BLOCK, ": not an event log"),
        (to_text(Head(1, "1.0", "abc", 48_000)), ": format 1 is not known; this version reads 2"),
    ],
)
def test_another_file_is_refused(path: Path, text: str, problem: str) -> None:
    path.write_text(text)
    with pytest.raises(InputError, match=re.escape(f"{path}{problem}")):
        LogReader(path)


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        (b"no\n", "is no JSON; the file is damaged"),
        (b"\xff\n", "the file is damaged"),
        (b" " * (LARGEST_LINE + 1) + b"\n", "is too long; the file is damaged"),
        (b'{"line":"block","frame":0}\n', "frames: is missing; the file is damaged"),
    ],
)
def test_damage_is_named_by_its_line(path: Path, line: bytes, problem: str) -> None:
    path.write_bytes(HEAD.encode() + BLOCK.encode() + line + DONE.encode())
    reader = LogReader(path)
    with pytest.raises(InputError, match=re.escape(f"{path}:3: ") + f".*{re.escape(problem)}"):
        list(reader)


def test_what_cannot_be_read_is_said(path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        LogReader(path)
