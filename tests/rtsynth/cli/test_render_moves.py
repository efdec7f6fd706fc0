"""How long a rendering is, and what moves in each of a batch."""

import re
from pathlib import Path

import pytest

from rtsynth.cli.render_moves import Moves, read_moves
from rtsynth.common.errors import InputError
from rtsynth.plugin import load


@pytest.mark.parametrize(
    ("rows", "seconds", "length_s"), [(None, 1.5, 1.5), (8000, None, 0.5), (8000, 0.25, 0.25)]
)
def test_length(rows: int | None, seconds: float | None, length_s: float) -> None:
    assert Moves(rows=rows).length_s(seconds, 16_000) == length_s


@pytest.mark.parametrize(
    ("rows", "seconds", "problem"),
    [
        (None, None, "--seconds: is missing"),
        (8000, 0.6, "a.csv: has 8000 rows, 0.5 s at 16000 Hz: too few for --seconds 0.6"),
    ],
)
def test_no_length(rows: int | None, seconds: float | None, problem: str) -> None:
    with pytest.raises(InputError, match=re.escape(problem)):
        Moves(rows=rows, file="a.csv").length_s(seconds, 16_000)


def test_without_a_file_nothing_moves(plugin_path: Path) -> None:
    assert read_moves(None, load(plugin_path), count=3) == [Moves()] * 3


def test_every_rendering_of_a_batch_has_its_moves(plugin_path: Path, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("time_s,pitch\n0,65\n0.5,70\n")
    first, second = read_moves(str(path), load(plugin_path), count=2)
    assert list(first.events) == list(second.events) != []
    assert first.file == str(path)
    assert first.rows is None
